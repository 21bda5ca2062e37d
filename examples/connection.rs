//! From settings to a client: of ABDM, or of a sandbox inside this program.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use abdm_core::client::AbdmClient;
use abdm_core::clock::{Clock, SystemClock};
use abdm_core::transport::ReqwestTransport;
use abdm_sandbox::transcript::Party;
use abdm_sandbox::{Sandbox, Switches};
use chrono::{DateTime, TimeDelta, Utc};

use crate::settings::{LOCAL_CLIENT, Settings};

/// A client, and what plays ABDM for it.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Connection {
    /// The client.
    pub client: AbdmClient,
    /// The embedded sandbox, while there is one. It ends with the last connection to it.
    pub sandbox: Option<Sandbox>,
    /// The clock of both, which a demonstration moves on.
    pub clock: Arc<LeapingClock>,
}

impl Connection {
    /// To the ABDM that the settings name; without any, to an embedded sandbox.
    ///
    /// # Errors
    /// When the settings lack something, or the sandbox cannot start.
    pub async fn open(settings: &Settings) -> anyhow::Result<Self> {
        let Some(environment) = settings.environment()? else {
            return Self::embedded().await;
        };
        let credentials = settings.credentials_at(&environment)?;
        let client = AbdmClient::new(environment, credentials)?;
        Ok(Self { client, sandbox: None, clock: Arc::default() })
    }

    /// To an embedded sandbox, whatever the settings say.
    ///
    /// # Errors
    /// When the sandbox cannot start.
    pub async fn embedded() -> anyhow::Result<Self> {
        let clock = Arc::new(LeapingClock::default());
        let builder = Sandbox::builder().switches(Switches::quick());
        let sandbox = builder.clock(Arc::clone(&clock) as Arc<dyn Clock>).start().await?;
        let (id, secret) = LOCAL_CLIENT;
        let credentials = sandbox.register_client(id, secret, Party::Clinic);
        let transport = Arc::new(ReqwestTransport::new()?);
        let client = AbdmClient::builder(sandbox.environment()?, credentials, transport)
            .clock(Arc::clone(&clock) as Arc<dyn Clock>)
            .build();
        Ok(Self { client, sandbox: Some(sandbox), clock })
    }
}

/// The machine's clock, moved on by as much as a demonstration cannot wait.
#[derive(Debug, Default)]
pub struct LeapingClock {
    ahead_seconds: AtomicI64,
}

impl LeapingClock {
    /// Lets so many seconds pass at once.
    pub fn leap(&self, seconds: i64) {
        self.ahead_seconds.fetch_add(seconds, Ordering::SeqCst);
    }
}

impl Clock for LeapingClock {
    fn now(&self) -> DateTime<Utc> {
        SystemClock.now() + TimeDelta::seconds(self.ahead_seconds.load(Ordering::SeqCst))
    }
}
