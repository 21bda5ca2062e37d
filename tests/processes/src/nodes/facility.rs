//! A facility, and where its ABDM is.

use abdm_core::client::AbdmClient;
use abdm_core::environment::Environment;
use abdm_core::secret::ClientSecret;
use abdm_core::session::Credentials;
use clap::Args;

/// A facility as ABDM knows it.
#[derive(Debug, Clone, Args)]
pub struct Facility {
    /// Its id.
    #[arg(long)]
    pub id: String,
    /// Where ABDM is.
    #[arg(long)]
    pub abdm: String,
    /// The client id.
    #[arg(long)]
    pub client_id: String,
    /// The client secret: made up.
    #[arg(long)]
    pub secret: String,
    /// Where ABDM and other facilities reach it.
    #[arg(long)]
    pub url: String,
}

impl Facility {
    /// A client of its ABDM.
    ///
    /// # Errors
    /// When the address is none.
    pub fn client(&self) -> anyhow::Result<AbdmClient> {
        let secret = ClientSecret::new(self.secret.clone());
        let credentials = Credentials::new(self.client_id.clone(), secret);
        Ok(AbdmClient::new(Environment::at(&self.abdm)?, credentials)?)
    }

    /// The same as arguments of a process.
    #[must_use]
    pub fn arguments(&self) -> Vec<String> {
        vec![
            format!("--id={}", self.id),
            format!("--abdm={}", self.abdm),
            format!("--client-id={}", self.client_id),
            format!("--secret={}", self.secret),
            format!("--url={}", self.url),
        ]
    }
}
