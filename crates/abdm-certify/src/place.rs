//! Where cases are played.
//!
//! A local sandbox is one place, NHA's sandbox with people who read their phones is another. A place
//! says what it has; a case that needs more is [not possible](crate::Outcome::NotPossible) there.

mod patient_app;
mod requester;

use std::fmt::Debug;
use std::path::Path;
use std::time::Duration;

use abdm_core::client::AbdmClient;
use abdm_core::exchange::Exchange;
use abdm_core::id::HipId;
use abdm_core::receiver::Route;
use abdm_core::secret::{MobileNumber, Otp};
use abha_enrollment::biometric::Modality;
use abha_enrollment::input::{EmailAddress, PidBlock};
use async_trait::async_trait;
use chrono::TimeDelta;

pub(crate) use self::patient_app::care_contexts;
pub use self::patient_app::{FoundRecords, OpenedRecord, PatientApp};
pub use self::requester::{ConsentWish, Requester};
use crate::people::{Person, Role, Supplies};
use crate::secrecy::Secrets;

/// What a case needs of the world that it is played in.
#[async_trait]
pub trait Place: Debug + Send + Sync + 'static {
    /// Name and version of the server, for the evidence: `abdm-sandbox 0.1.0`.
    fn server(&self) -> String;

    /// The folder that the evidence goes to.
    fn evidence(&self) -> &Path;

    /// The facility's client: where ABDM is, credentials, transport and clock. It repeats nothing by
    /// itself ([`RetryPolicy::never`](abdm_core::retry::RetryPolicy::never)): cases count calls.
    fn client(&self) -> &AbdmClient;

    /// The people and things that this place has.
    fn supplies(&self) -> &Supplies;

    /// Lets time pass by the client's clock. Where that is the machine's, it takes as long.
    async fn wait(&self, time: TimeDelta);

    /// The OTP that came there last. A case asks once for each OTP that was sent.
    ///
    /// # Errors
    /// When none came, or nobody can read it.
    async fn otp(&self, sent_to: SentTo<'_>) -> Result<Otp, PlaceError>;

    /// Every exchange of this place's client and of its bridge, in the order of their ends, as they
    /// were on the wire.
    fn exchanges(&self) -> Vec<Exchange>;

    /// How long a case may take here, by the machine's clock, with all its waiting.
    fn patience(&self) -> Duration {
        Duration::from_secs(120)
    }

    /// How long a single answer may take, by the machine's clock: a callback of ABDM's, an act of a
    /// patient's. NHA's walk-through waits a minute for a callback.
    fn answer_patience(&self) -> Duration {
        Duration::from_secs(60)
    }

    /// Notes what this place knows to be secret beyond its [`supplies`](Self::supplies), the OTPs that
    /// a case asked for, and the tokens in [`exchanges`](Self::exchanges).
    fn note_secrets(&self, _secrets: &mut Secrets) {}

    /// A scanner for finger, face and iris.
    fn scanner(&self) -> Option<&dyn Scanner> {
        None
    }

    /// Where ABDM's callbacks to the facility arrive.
    fn bridge(&self) -> Option<&dyn Bridge> {
        None
    }

    /// The PHR apps of the people of this place.
    fn patient_app(&self) -> Option<&dyn PatientApp> {
        None
    }

    /// Somebody else's facility that asks for records.
    fn requester(&self) -> Option<&dyn Requester> {
        None
    }

    /// Power over the server, which only your own sandbox gives.
    fn server_control(&self) -> Option<&dyn ServerControl> {
        None
    }
}

/// Where an OTP was sent.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub enum SentTo<'a> {
    /// A phone.
    Mobile(&'a MobileNumber),
    /// A mailbox.
    Email(&'a EmailAddress),
}

/// Why a place did not do what a case asked of it. Its text may be shown: no secret, nobody's name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PlaceError {
    /// It cannot be done here: nobody is there, or no such thing.
    #[error("not possible here: {0}")]
    NotPossible(String),
    /// It was to be done, and failed.
    #[error("{0}")]
    Failed(String),
    /// ABDM or the facility refused it, with this code.
    #[error("refused with {code} {text}")]
    Refused {
        /// ABDM's code.
        code: String,
        /// The text beside it, as the patient's app shows it.
        text: String,
    },
}

impl PlaceError {
    /// The code of a refusal.
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        match self {
            Self::Refused { code, .. } => Some(code),
            Self::NotPossible(_) | Self::Failed(_) => None,
        }
    }
}

/// A scanner for finger, face and iris: an RD service, or made-up scans for a sandbox.
#[async_trait]
pub trait Scanner: Debug + Send + Sync {
    /// Scans.
    ///
    /// # Errors
    /// When nothing was scanned.
    async fn scan(&self, modality: Modality, whose: Scanned) -> Result<PidBlock, PlaceError>;
}

/// Who is scanned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Scanned {
    /// This person.
    Person(Role),
    /// Anybody but this person.
    SomebodyElseThan(Role),
}

/// Where ABDM's callbacks to a facility arrive.
#[async_trait]
pub trait Bridge: Debug + Send + Sync {
    /// The facility, which belongs to the client of the place.
    fn facility(&self) -> &HipId;

    /// Serves these callbacks until the place goes, and gives the URL under which ABDM reaches them.
    ///
    /// # Errors
    /// When they cannot be served.
    async fn serve(&self, callbacks: Vec<Route>) -> Result<String, PlaceError>;
}

/// Power over a server that is one's own.
#[async_trait]
pub trait ServerControl: Debug + Send + Sync {
    /// What the server itself has on record about somebody now.
    ///
    /// # Errors
    /// When it cannot be asked.
    async fn on_record(&self, who: Role) -> Result<Person, PlaceError>;

    /// Has the server tell only after the OTP that there is no ABHA number (VRFY_ABHA_403 describes it
    /// so), or before it, as NHA's sandbox does.
    ///
    /// # Errors
    /// When it cannot be set.
    async fn tell_missing_abha_after_otp(&self, after: bool) -> Result<(), PlaceError>;

    /// Has somebody's ABHA account deleted for good, as they would, and their facilities told.
    ///
    /// # Errors
    /// When it cannot be done.
    async fn delete_account(&self, _who: Role) -> Result<(), PlaceError> {
        Err(PlaceError::NotPossible("no account is deleted".to_owned()))
    }

    /// Has the next link arrive with a count that is not that of its care contexts.
    ///
    /// # Errors
    /// When it cannot be done.
    async fn miscount_next_link(&self) -> Result<(), PlaceError> {
        Err(PlaceError::NotPossible("no link is falsified".to_owned()))
    }

    /// Has data requests reach the facility some seconds late, by the machine's clock, so that
    /// something else may happen before.
    ///
    /// # Errors
    /// When it cannot be done.
    async fn delay_data_requests(&self) -> Result<(), PlaceError> {
        Err(PlaceError::NotPossible("no data request is delayed".to_owned()))
    }

    /// Waits until a delayed data request is on its way.
    ///
    /// # Errors
    /// When none is.
    async fn data_request_waits(&self) -> Result<(), PlaceError> {
        Err(PlaceError::NotPossible("no data request is delayed".to_owned()))
    }

    /// Loses the next notice of a consent to the facility.
    ///
    /// # Errors
    /// When it cannot be done.
    async fn lose_next_consent_notice(&self) -> Result<(), PlaceError> {
        Err(PlaceError::NotPossible("no notice is lost".to_owned()))
    }
}
