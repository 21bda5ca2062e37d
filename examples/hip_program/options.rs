//! The options of a HIP program.

use std::net::SocketAddr;
use std::path::PathBuf;

use abdm_core::environment::Environment;
use abdm_core::id::HipId;
use abdm_core::outgoing::{Network, OutgoingRules};
use abdm_core::secret::Otp;
use abdm_sandbox::examples::CLINIC;
use anyhow::Context as _;
use clap::Args;

use crate::options::Secret;
use crate::settings::Settings;
use crate::store::Database;

/// The options; flatten them into a program's own arguments.
///
/// | flag | environment | what |
/// |---|---|---|
/// | `--store` | `ABDM_STORE` | where the flows are kept |
/// | `--key-file` | `ABDM_KEY_FILE` | the key that seals them; or the key itself in `ABDM_SEALING_KEY` |
/// | `--records` | `ABDM_RECORDS` | patients and records |
/// | `--link-otp` | `ABDM_LINK_OTP` | one OTP for every link |
/// | `--events` | `ABDM_EVENTS` | what happens, as lines of JSON |
///
/// and those of [`Settings`].
#[derive(Debug, Clone, Args)]
#[command(
    mut_arg("hiu_id", |arg| arg.hide(true)),
    mut_arg("web_key", |arg| arg.hide(true)),
    mut_arg("abha_url", |arg| arg.hide(true)),
    mut_arg("abha_address_url", |arg| arg.hide(true)),
    mut_arg("phr_app_url", |arg| arg.hide(true)),
    mut_arg("registry_url", |arg| arg.hide(true))
)]
#[non_exhaustive]
pub struct Options {
    /// Which ABDM
    #[command(flatten)]
    pub settings: Settings,
    /// The facility's name, as patients know it
    #[arg(long, env = "ABDM_HIP_NAME", value_name = "NAME", default_value = CLINIC.name)]
    pub hip_name: String,
    /// One more issuer of callback tokens: the `iss` of a gateway of your own
    #[arg(long = "issuer", value_name = "URL")]
    pub issuers: Vec<String>,
    /// Records may be pushed to this host or network of your own, too, by plain http as well:
    /// `hiu.test`, `10.0.0.0/8`. To this machine they may be when ABDM is on it
    #[arg(long = "push-to", value_name = "HOST")]
    pub push_to: Vec<String>,
    /// Where the flows are kept: `memory`, `sqlite:FILE` or `postgres://…`
    #[arg(long, env = "ABDM_STORE", value_name = "DATABASE", hide_env_values = true)]
    pub store: Option<Database>,
    /// The file of the key that seals what is stored, made on first use (or set ABDM_SEALING_KEY).
    /// Without one, it is made beside the database
    #[arg(long, env = "ABDM_KEY_FILE", value_name = "FILE")]
    pub key_file: Option<PathBuf>,
    /// Patients and their records, see examples/README.md. Invented ones if nothing is said
    #[arg(long, env = "ABDM_RECORDS", value_name = "FILE")]
    pub records: Option<PathBuf>,
    /// Every patient who links gets this OTP. For trials: refused in production
    #[arg(long, env = "ABDM_LINK_OTP", value_name = "6 DIGITS", hide_env_values = true)]
    pub link_otp: Option<Secret>,
    /// Append each event to this file, as a line of JSON without names or secrets
    #[arg(long, env = "ABDM_EVENTS", value_name = "FILE")]
    pub events: Option<PathBuf>,
    /// Do not tell ABDM the callback URL: it is registered already
    #[arg(long)]
    pub no_register: bool,
    /// Link every patient's visits at the start, as the facility
    #[arg(long)]
    pub link_all: bool,
    /// Take orders on this loopback address: `POST /link`, `/notify`, `/sms` and `/call`
    #[arg(long, value_name = "ADDRESS")]
    pub control: Option<SocketAddr>,
}

impl Options {
    /// Whether the program is to serve: an ABDM is named, or something that only serving does. Else it may
    /// play a story on the embedded sandbox.
    ///
    /// # Errors
    /// As [`Settings::environment`].
    pub fn serves(&self) -> anyhow::Result<bool> {
        let is_asked = self.link_all || self.control.is_some() || self.no_register;
        Ok(is_asked || self.settings.environment()?.is_some())
    }

    /// The facility's id: without an option, the local sandbox's clinic.
    ///
    /// # Errors
    /// When another ABDM is named and no id is given.
    pub fn hip_id(&self, environment: Option<&Environment>) -> anyhow::Result<HipId> {
        match (&self.settings.hip_id, environment) {
            (Some(id), _) => Ok(id.clone()),
            (None, Some(far)) if !far.allows_http() => {
                anyhow::bail!("the facility's id is missing: give --hip-id or set ABDM_HIP_ID")
            }
            (None, _) => Ok(HipId::new(CLINIC.facility)?),
        }
    }

    /// The environment that the settings name, with the issuers of the options; `None` means the
    /// embedded sandbox.
    ///
    /// # Errors
    /// As [`Settings::environment`].
    pub fn environment(&self) -> anyhow::Result<Option<Environment>> {
        let environment = self.settings.environment()?;
        Ok(environment.map(|environment| {
            let mut issuers = environment.issuers().to_vec();
            issuers.extend(self.issuers.iter().cloned());
            environment.with_issuers(issuers)
        }))
    }

    /// Which addresses records may be pushed to, beside those that are always allowed.
    pub fn pushes(&self) -> OutgoingRules {
        self.push_to.iter().fold(OutgoingRules::new(), |rules, host| {
            let rules = rules.allow_plain_http();
            match host.parse::<Network>() {
                Ok(network) => rules.allow_network(network),
                Err(_) => rules.allow_host(host),
            }
        })
    }

    /// The OTP for every link, if there is one.
    ///
    /// # Errors
    /// When it is none.
    pub fn link_otp(&self) -> anyhow::Result<Option<Otp>> {
        let otp = self.link_otp.as_ref().map(|otp| Otp::new(otp.expose()));
        otp.transpose().context("--link-otp takes six digits")
    }
}
