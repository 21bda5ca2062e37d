//! The configuration that every program takes, by flag and by environment alike.
//!
//! | flag | environment | what |
//! |---|---|---|
//! | `--env` | `ABDM_ENV` | `local` (default: an embedded sandbox), `sandbox` or `production` |
//! | `--base-url` | `ABDM_BASE_URL` | one host that serves every family below its live path prefix |
//! | `--gateway-url`, `--abha-url`, `--abha-address-url`, `--phr-app-url`, `--registry-url` | `ABDM_GATEWAY_URL` … | one family's base URL |
//! | `--client-id` | `ABDM_CLIENT_ID` | the client id |
//! | `--client-secret-file` | `ABDM_CLIENT_SECRET_FILE` | a file with the client secret |
//! | – | `ABDM_CLIENT_SECRET` | the client secret itself: never a flag, which every user of the machine could read |
//! | `--hip-id`, `--hiu-id` | `ABDM_HIP_ID`, `ABDM_HIU_ID` | the facility's service ids |
//! | `--listen` | `ABDM_LISTEN` | the address to serve callbacks on |
//! | `--callback-url` | `ABDM_CALLBACK_URL` | the URL under which ABDM reaches that address |

use std::net::SocketAddr;
use std::path::PathBuf;

use abdm_core::environment::{Environment, EnvironmentError, Family};
use abdm_core::id::{HipId, HiuId};
use abdm_core::secret::ClientSecret;
use abdm_core::session::Credentials;
use anyhow::{Context as _, bail};
use clap::{Args, ValueEnum};

/// Which ABDM to talk to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
#[non_exhaustive]
pub enum Target {
    /// A sandbox inside this program: no account, no internet.
    #[default]
    Local,
    /// NHA's sandbox.
    Sandbox,
    /// Production.
    Production,
}

/// The settings; flatten them into a program's own arguments.
#[derive(Debug, Clone, Default, Args)]
#[non_exhaustive]
pub struct Settings {
    /// Which ABDM to talk to
    #[arg(long, env = "ABDM_ENV", value_enum, default_value_t)]
    pub env: Target,
    /// One host that serves every family below its live path prefix
    #[arg(long, env = "ABDM_BASE_URL")]
    pub base_url: Option<String>,
    /// The gateway's base URL
    #[arg(long, env = "ABDM_GATEWAY_URL", hide_short_help = true)]
    pub gateway_url: Option<String>,
    /// The ABHA service's base URL
    #[arg(long, env = "ABDM_ABHA_URL", hide_short_help = true)]
    pub abha_url: Option<String>,
    /// The ABHA-address (web) service's base URL
    #[arg(long, env = "ABDM_ABHA_ADDRESS_URL", hide_short_help = true)]
    pub abha_address_url: Option<String>,
    /// The PHR-app service's base URL
    #[arg(long, env = "ABDM_PHR_APP_URL", hide_short_help = true)]
    pub phr_app_url: Option<String>,
    /// The registry's base URL
    #[arg(long, env = "ABDM_REGISTRY_URL", hide_short_help = true)]
    pub registry_url: Option<String>,
    /// The client id
    #[arg(long, env = "ABDM_CLIENT_ID")]
    pub client_id: Option<String>,
    /// A file with the client secret (or set ABDM_CLIENT_SECRET)
    #[arg(long, env = "ABDM_CLIENT_SECRET_FILE")]
    pub client_secret_file: Option<PathBuf>,
    /// The facility's service id as HIP
    #[arg(long, env = "ABDM_HIP_ID")]
    pub hip_id: Option<HipId>,
    /// The facility's service id as HIU
    #[arg(long, env = "ABDM_HIU_ID")]
    pub hiu_id: Option<HiuId>,
    /// The address to serve callbacks on
    #[arg(long, env = "ABDM_LISTEN")]
    pub listen: Option<SocketAddr>,
    /// The URL under which ABDM reaches that address
    #[arg(long, env = "ABDM_CALLBACK_URL")]
    pub callback_url: Option<String>,
}

impl Settings {
    /// The environment that the settings name; `None` means the embedded sandbox.
    ///
    /// # Errors
    /// When a URL is not one that may be used.
    pub fn environment(&self) -> Result<Option<Environment>, EnvironmentError> {
        let named = match self.env {
            Target::Production => Some(Environment::production()),
            Target::Sandbox => Some(Environment::sandbox()),
            Target::Local => None,
        };
        let mut environment = match &self.base_url {
            Some(url) => {
                let at = Environment::at(url)?;
                // Another host with production's values is production behind a proxy.
                Some(match &named {
                    Some(named) => at.with_cm_id(named.cm_id().clone()),
                    None => at,
                })
            }
            None => named,
        };
        for (family, url) in [
            (Family::Gateway, &self.gateway_url),
            (Family::Abha, &self.abha_url),
            (Family::AbhaAddressWeb, &self.abha_address_url),
            (Family::PhrApp, &self.phr_app_url),
            (Family::Registry, &self.registry_url),
        ] {
            if let Some(url) = url {
                let base = environment.unwrap_or_else(Environment::sandbox);
                environment = Some(base.with_base(family, url)?);
            }
        }
        Ok(environment)
    }

    /// Client id and secret.
    ///
    /// # Errors
    /// When one is missing; the message says where to put it.
    pub fn credentials(&self) -> anyhow::Result<Credentials> {
        let Some(id) = &self.client_id else {
            bail!("the client id is missing: give --client-id or set ABDM_CLIENT_ID");
        };
        let secret = match (
            &self.client_secret_file,
            std::env::var("ABDM_CLIENT_SECRET"),
        ) {
            (Some(file), _) => std::fs::read_to_string(file)
                .with_context(|| format!("cannot read the secret from {}", file.display()))?,
            (None, Ok(secret)) => secret,
            (None, Err(_)) => bail!(
                "the client secret is missing: set ABDM_CLIENT_SECRET or give --client-secret-file"
            ),
        };
        Ok(Credentials::new(id, ClientSecret::new(secret.trim())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_said_means_the_embedded_sandbox() {
        assert!(Settings::default().environment().unwrap().is_none());
    }

    #[test]
    fn one_host_or_one_url_for_each_family() {
        let settings = Settings {
            base_url: Some("http://127.0.0.1:9000".to_owned()),
            abha_url: Some("https://abha.example.org/abha/api".to_owned()),
            ..Settings::default()
        };
        let environment = settings.environment().unwrap().unwrap();
        assert_eq!(
            environment.base(Family::Gateway).as_str(),
            "http://127.0.0.1:9000/"
        );
        assert_eq!(
            environment.base(Family::Abha).as_str(),
            "https://abha.example.org/abha/api"
        );
        assert_eq!(environment.cm_id().as_str(), "sbx");
    }

    #[test]
    fn a_missing_client_id_is_explained() {
        let error = Settings::default().credentials().unwrap_err().to_string();
        assert!(error.contains("ABDM_CLIENT_ID"), "{error}");
    }
}
