//! The configuration that every program takes, by flag and by environment alike.
//!
//! | flag | environment | what |
//! |---|---|---|
//! | `--env` | `ABDM_ENV` | `local` (default: an embedded sandbox), `sandbox` or `production` |
//! | `--base-url` | `ABDM_BASE_URL` | one host that serves every family below its live path prefix |
//! | `--gateway-url`, `--abha-url`, `--abha-address-url`, `--phr-app-url`, `--registry-url` | `ABDM_GATEWAY_URL` … | one family's base URL |
//! | `--web-key` | `ABDM_WEB_KEY` | the key for ABHA-address verification: `phr` (default) or `abha` |
//! | `--client-id` | `ABDM_CLIENT_ID` | the client id |
//! | `--client-secret-file` | `ABDM_CLIENT_SECRET_FILE` | a file with the client secret |
//! | – | `ABDM_CLIENT_SECRET` | the client secret itself: never a flag, which every user of the machine could read |
//! | `--hip-id`, `--hiu-id` | `ABDM_HIP_ID`, `ABDM_HIU_ID` | the facility's service ids |
//! | `--listen` | `ABDM_LISTEN` | the address to serve callbacks on |
//! | `--callback-url` | `ABDM_CALLBACK_URL` | the URL under which ABDM reaches that address |

use std::net::SocketAddr;
use std::path::PathBuf;

use abdm_core::environment::{Environment, Family, is_loopback};
use abdm_core::id::{HipId, HiuId};
use abdm_core::secret::ClientSecret;
use abdm_core::session::Credentials;
use abha_enrollment::encryption::{KeyPolicy, KeySource};
use anyhow::{Context as _, bail};
use clap::{Args, ValueEnum};

const FAMILIES: [Family; 5] =
    [Family::Gateway, Family::Abha, Family::AbhaAddressWeb, Family::PhrApp, Family::Registry];

/// The client id and secret of the local sandbox's clinic: no secret, it opens nothing but that.
pub const LOCAL_CLIENT: (&str, &str) = ("SBX_CLINIC", "clinic-secret-not-real");

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

/// Which of ABDM's two keys ABHA-address verification uses. NHA's documents and live clients disagree:
/// when ABDM calls every ABHA address invalid, try the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
#[non_exhaustive]
pub enum WebKey {
    /// The key of the PHR app (2048 bits on the sandbox)
    #[default]
    Phr,
    /// The key of the ABHA family (4096 bits on the sandbox)
    Abha,
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
    /// The public key under which values for ABHA-address verification are encrypted
    #[arg(long, env = "ABDM_WEB_KEY", value_enum, default_value_t, hide_short_help = true)]
    pub web_key: WebKey,
    /// The client id; on a loopback address the local sandbox's own client is used when no id and no
    /// secret are given
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
    /// `--base-url` puts another host in the place of the named environment's, whose other values
    /// (`X-CM-ID`, issuers, address suffix) stay; with `local` it is a server that plays NHA's sandbox.
    ///
    /// # Errors
    /// When a URL is not one that may be used, or some families of `local` would fall to NHA's hosts.
    pub fn environment(&self) -> anyhow::Result<Option<Environment>> {
        let mut environment = match (self.env, &self.base_url) {
            (Target::Production, None) => Some(Environment::production()),
            (Target::Production, Some(url)) => {
                let mut production = Environment::production();
                for family in FAMILIES {
                    let below = format!("{}{}", url.trim_end_matches('/'), family.live_prefix());
                    production = production.with_base(family, &below)?;
                }
                Some(production)
            }
            (Target::Sandbox, None) => Some(Environment::sandbox()),
            (Target::Local | Target::Sandbox, Some(url)) => Some(Environment::at(url)?),
            (Target::Local, None) => None,
        };
        for (family, url) in FAMILIES.into_iter().zip(self.family_urls()) {
            let Some(url) = url else { continue };
            let Some(base) = environment else {
                bail!("name the other hosts too: give --base-url, or --env sandbox or production");
            };
            environment = Some(base.with_base(family, url)?);
        }
        Ok(environment)
    }

    /// The family URLs in the order of [`FAMILIES`].
    fn family_urls(&self) -> [Option<&String>; 5] {
        [
            self.gateway_url.as_ref(),
            self.abha_url.as_ref(),
            self.abha_address_url.as_ref(),
            self.phr_app_url.as_ref(),
            self.registry_url.as_ref(),
        ]
    }

    /// Where the desk takes ABDM's public keys from.
    #[must_use]
    pub fn keys(&self) -> KeyPolicy {
        let mut policy = KeyPolicy::default();
        policy.web = match self.web_key {
            WebKey::Phr => KeySource::Phr,
            WebKey::Abha => KeySource::Abha,
        };
        policy
    }

    /// Client id and secret.
    ///
    /// # Errors
    /// When one is missing; the message says where to put it.
    pub fn credentials(&self) -> anyhow::Result<Credentials> {
        let Some(id) = &self.client_id else {
            bail!("the client id is missing: give --client-id or set ABDM_CLIENT_ID");
        };
        let secret = match (&self.client_secret_file, std::env::var("ABDM_CLIENT_SECRET")) {
            (Some(file), _) => std::fs::read_to_string(file)
                .with_context(|| format!("cannot read the secret from {}", file.display()))?,
            (None, Ok(secret)) => secret,
            (None, Err(_)) => bail!(
                "the client secret is missing: set ABDM_CLIENT_SECRET or give --client-secret-file"
            ),
        };
        Ok(Credentials::new(id, ClientSecret::new(secret.trim())))
    }

    /// Client id and secret for this environment. On this machine, where none are given, those of the
    /// local sandbox do.
    ///
    /// # Errors
    /// As [`credentials`](Self::credentials).
    pub fn credentials_at(&self, environment: &Environment) -> anyhow::Result<Credentials> {
        let secret_given =
            self.client_secret_file.is_some() || std::env::var_os("ABDM_CLIENT_SECRET").is_some();
        let at_home = FAMILIES.into_iter().all(|family| is_loopback(environment.base(family)));
        if self.client_id.is_none() && !secret_given && at_home {
            let (id, secret) = LOCAL_CLIENT;
            return Ok(Credentials::new(id, ClientSecret::new(secret)));
        }
        self.credentials()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_is_served_with_the_local_client() {
        let settings = Settings::default();
        let home = Environment::at("http://127.0.0.1:9000").unwrap();
        assert!(settings.credentials_at(&home).is_ok());
        assert!(settings.credentials_at(&Environment::sandbox()).is_err());
        let half = home.with_base(Family::Abha, "https://abha.example.org").unwrap();
        assert!(settings.credentials_at(&half).is_err());
    }

    #[test]
    fn the_key_of_address_verification_can_be_chosen() {
        let mut settings = Settings::default();
        assert_eq!(settings.keys().web, KeySource::Phr);
        settings.web_key = WebKey::Abha;
        assert_eq!(settings.keys().web, KeySource::Abha);
    }

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
        assert_eq!(environment.base(Family::Gateway).as_str(), "http://127.0.0.1:9000/");
        assert_eq!(environment.base(Family::Abha).as_str(), "https://abha.example.org/abha/api");
        assert_eq!(environment.cm_id().as_str(), "sbx");
    }

    #[test]
    fn production_behind_another_host_keeps_productions_values() {
        let settings = Settings {
            env: Target::Production,
            base_url: Some("https://proxy.example.org".to_owned()),
            ..Settings::default()
        };
        let environment = settings.environment().unwrap().unwrap();
        assert_eq!(environment.cm_id().as_str(), "abdm");
        assert_eq!(environment.address_suffix(), "abdm");
        assert_eq!(environment.issuers(), Environment::production().issuers());
        assert_eq!(environment.base(Family::Abha).as_str(), "https://proxy.example.org/abha/api");
    }

    #[test]
    fn one_family_alone_does_not_send_the_others_to_nha() {
        let settings = Settings {
            abha_url: Some("https://abha.example.org".to_owned()),
            ..Settings::default()
        };
        assert!(settings.environment().is_err());
    }

    #[test]
    fn a_missing_client_id_is_explained() {
        let error = Settings::default().credentials().unwrap_err().to_string();
        assert!(error.contains("ABDM_CLIENT_ID"), "{error}");
    }
}
