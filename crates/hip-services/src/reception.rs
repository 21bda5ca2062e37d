//! What a facility implements to take patients who scan the code of a counter.

use abdm_core::id::{HipId, RequestId};
use abdm_core::person::AbhaAddress;
use async_trait::async_trait;

use crate::api::sharing::SharedPatient;
use crate::hooks::HospitalError;

/// The reception of a facility: takes the profiles that patients share (m2-hip.md 6).
///
/// A patient scans the printed code of a counter, agrees in their app, and stands in the queue: the
/// reception has the whole profile, the patient a token number that is good for 30 minutes.
///
/// ```
/// use async_trait::async_trait;
/// use hip_services::{HospitalError, ReceptionDesk, Registration, SharedProfile};
///
/// struct Reception; // the connection to your database
///
/// #[async_trait]
/// impl ReceptionDesk for Reception {
///     async fn register(&self, shared: &SharedProfile) -> Result<Registration, HospitalError> {
///         if shared.counter != "OPD1" {
///             return Ok(Registration::Declined);
///         }
///         // Find the patient by shared.patient.abha_number, or make one; then
///         // INSERT INTO queue … ON CONFLICT (share) DO NOTHING, with shared.token_number.
///         Ok(Registration::Queued)
///     }
/// }
/// ```
#[async_trait]
pub trait ReceptionDesk: Send + Sync + 'static {
    /// Takes a patient into the queue of a counter.
    ///
    /// Asked once for a patient who scans again while their token is good: the token is found and
    /// told again. After a crash or an error the same share may come again, with the same
    /// [`share`](SharedProfile::share) and number: take it once.
    ///
    /// Be quick: the patient stands there and the app gives up after 30 seconds.
    ///
    /// # Errors
    /// Any: it is asked again for some seconds, then the patient is told that it failed and scans
    /// again. An answer that takes longer than 10 seconds counts as an error.
    async fn register(&self, shared: &SharedProfile) -> Result<Registration, HospitalError>;

    /// Which number is being served at a counter: a patient in its queue asks from their app
    /// (m2-hip.md 6.1). `None`, the default, where the counter is not known or nobody has been
    /// called yet today: the app says that there are no data.
    ///
    /// # Errors
    /// Any: it is asked once more, then the patient is told that it failed. An answer that takes
    /// longer than 10 seconds counts as an error.
    async fn serving(
        &self,
        hip_id: &HipId,
        counter: &str,
    ) -> Result<Option<NowServing>, HospitalError> {
        let _ = (hip_id, counter);
        Ok(None)
    }
}

/// The number that is being served at a counter.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct NowServing {
    /// The number.
    pub number: String,
    /// How many minutes one patient takes on average, where that is known.
    pub average_minutes: Option<u32>,
}

impl NowServing {
    /// This number is being served.
    #[must_use]
    pub fn new(number: impl Into<String>) -> Self {
        Self { number: number.into(), average_minutes: None }
    }

    /// The same, where one patient takes so many minutes on average.
    #[must_use]
    pub const fn average_minutes(mut self, minutes: u32) -> Self {
        self.average_minutes = Some(minutes);
        self
    }
}

/// A profile that a patient shares at a counter.
///
/// The values are what the patient's app says. Whether the person at the counter is that patient is
/// for the reception to see.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SharedProfile {
    /// Which share: the same when it comes again, another one when the patient scans again.
    pub share: RequestId,
    /// At which facility.
    pub hip_id: HipId,
    /// At which counter: the `counter-id` of its code, empty when the code has none.
    pub counter: String,
    /// The number that the patient will be told, unless the reception gives its own.
    pub token_number: String,
    /// Who.
    pub abha_address: AbhaAddress,
    /// All that they share.
    pub patient: SharedPatient,
}

/// Names no person.
impl std::fmt::Debug for SharedProfile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SharedProfile")
            .field("share", &self.share)
            .field("hip_id", &self.hip_id)
            .field("counter", &self.counter)
            .field("token_number", &self.token_number)
            .finish_non_exhaustive()
    }
}

/// What the reception did with a patient.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Registration {
    /// In the queue, under the number that was proposed: the next one of this counter and day.
    Queued,
    /// In the queue, under the reception's own number.
    QueuedAs(String),
    /// Not taken: there is no such counter, or it is closed. The patient's app says so.
    Declined,
}
