//! From settings to a client: of ABDM, or of a sandbox inside this program.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use abdm_core::client::AbdmClient;
use abdm_core::clock::{Clock, SystemClock};
use abdm_core::environment::{Environment, Family};
use abdm_core::outgoing::OutgoingRules;
use abdm_core::person::{AbhaAddress, AbhaNumber};
use abdm_core::secret::AadhaarNumber;
use abdm_core::transport::ReqwestTransport;
use abdm_sandbox::transcript::Party;
use abdm_sandbox::{Sandbox, Switches};
use chrono::{DateTime, TimeDelta, Utc};

use crate::screen::Screen;
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
        Self::to(environment, settings, OutgoingRules::new())
    }

    /// To this ABDM, with the client of the settings. `pushes` says which addresses records may be
    /// pushed to, beside the public internet, and beside this machine where ABDM is on it.
    ///
    /// # Errors
    /// When the settings lack something.
    pub fn to(
        environment: Environment,
        settings: &Settings,
        pushes: OutgoingRules,
    ) -> anyhow::Result<Self> {
        let credentials = settings.credentials_at(&environment)?;
        let transport = Arc::new(ReqwestTransport::new()?);
        let client = AbdmClient::builder(environment, credentials, transport);
        let client = client.outgoing_rules(pushes).build();
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

    /// Tells the operator what they work on, and in the embedded sandbox with whom.
    pub fn introduce(&self, demo: bool, screen: &mut Screen) {
        let Some(sandbox) = &self.sandbox else {
            let environment = self.client.environment();
            return match (environment.name(), environment.base(Family::Abha)) {
                ("custom", url) => screen.hint(format_args!("ABDM: {url}")),
                (name, url) => screen.hint(format_args!("ABDM: {name} ({url})")),
            };
        };
        if demo {
            return screen
                .hint("A demonstration on a sandbox inside this program. Nobody here is real.");
        }
        screen.hint("No environment is named, so that a sandbox inside this program plays ABDM.");
        screen.hint("Its people are invented; try one of them (Ctrl-D ends):");
        screen.hint("Aadhaar        mobile       name                  ABHA");
        for person in sandbox.patients() {
            let abha = match (&person.abha_number, &person.abha_address) {
                (Some(number), Some(address)) => format!("{} {address}", number.to_dashed()),
                (Some(number), None) => number.to_dashed(),
                (None, Some(address)) => address.to_string(),
                (None, None) => "none yet".to_owned(),
            };
            let aadhaar = person.aadhaar.as_ref().map_or("none        ", AadhaarNumber::expose);
            let mobile = person.mobile.expose();
            let note = person.note.map(|note| format!(" ({note})")).unwrap_or_default();
            let name = &person.name;
            screen.line(format_args!("    {aadhaar}   {mobile}   {name:<20}  {abha}{note}"));
        }
    }

    /// The mobile number of the embedded sandbox's person with this ABHA number or address, whose
    /// phone can be looked at.
    #[must_use]
    pub fn phone_of(&self, number: Option<&AbhaNumber>, address: Option<&AbhaAddress>) -> String {
        let people = self.sandbox.as_ref().map(Sandbox::patients).unwrap_or_default();
        let person = people.into_iter().find(|person| {
            number.is_some() && person.abha_number.as_ref() == number
                || address.is_some() && person.abha_address.as_ref() == address
        });
        person.map(|person| person.mobile.expose().to_owned()).unwrap_or_default()
    }
}

/// The password of the embedded sandbox's people who have one, and the ABHA address names of those. No
/// secret: it opens nothing but that.
pub const LOCAL_PASSWORD: (&str, [&str; 2]) =
    ("Sandbox@2468", ["joseph.fictional", "farida.dormant"]);

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
