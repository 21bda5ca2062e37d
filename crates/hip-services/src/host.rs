//! The world around the flows: sends their calls, reads their callbacks, asks the hospital.

mod auto_link;
mod backfill;
mod consent;
mod counter;
mod hip_link;
mod link_token;
#[cfg(feature = "v0_5")]
mod patient_auth;
#[cfg(feature = "patient_status")]
mod patient_status;
mod photo;
mod rows;
mod running_token;
mod share;
mod sms;
mod transfer;
mod tries;
mod user_link;

use std::fmt;
use std::sync::Arc;

use abdm_core::client::AbdmClient;
use abdm_core::endpoint::{AnsweredBy, Endpoint};
use abdm_core::error::{ApiError, CallbackError};
use abdm_core::id::{HipId, IdError};
use abdm_core::seal::SealingKeyRing;
use abdm_core::wire::read_json;
use abdm_flow::store::{Message, Scope};
use abdm_flow::{EffectContext, EffectFailure, Flow, ReceiveContext, ReceiveError};
use abdm_role::facilities::Facilities;
use abdm_role::hook;
use abdm_role::hook::{Hook, ask};
use abdm_role::verdict::MOST_TRIES;
use serde::de::DeserializeOwned;

pub(crate) use self::auto_link::{AutoLinkHost, FINAL_RECORD};
pub(crate) use self::backfill::BackfillHost;
pub(crate) use self::consent::ConsentHost;
pub(crate) use self::hip_link::{HipLinkHost, LINK_WISH};
pub(crate) use self::link_token::LinkTokenHost;
#[cfg(feature = "v0_5")]
pub(crate) use self::patient_auth::PatientAuthHost;
#[cfg(feature = "patient_status")]
pub(crate) use self::patient_status::PatientStatusHost;
pub(crate) use self::photo::drop_photos;
pub(crate) use self::running_token::RunningTokenHost;
pub(crate) use self::share::ShareHost;
pub(crate) use self::sms::SmsHost;
pub(crate) use self::transfer::{
    DEFAULT_BYTES_IN_FLIGHT, DEFAULT_DOCUMENTS_AT_ONCE, PageBudget, TransferHost,
};
pub(crate) use self::user_link::{OtpSource, UserLinkHost, UserLinking};
use crate::edition::{Editions, Wire};
use crate::hooks::{HipEvent, Hospital, HospitalError};
use crate::operator;

/// How often the hospital's own system is tried.
const MOST_HOSPITAL_TRIES: u32 = 4;

/// What all hosts share.
pub(crate) struct Facility {
    /// The facility that a HIP is built for, and others of the same bridge.
    pub(crate) hips: Arc<Facilities<HipId>>,
    /// What they speak.
    pub(crate) editions: Editions,
    pub(crate) client: AbdmClient,
    pub(crate) hospital: Arc<dyn Hospital>,
    pub(crate) keys: SealingKeyRing,
    /// How many pages of a transfer are on their way at once, at most.
    pub(crate) pages_at_once: usize,
    /// How much of all transfers is in memory at once, at most.
    pub(crate) budget: PageBudget,
}

impl fmt::Debug for Facility {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Facility").field("hips", &self.hips).finish_non_exhaustive()
    }
}

impl Facility {
    /// Which of the facilities a message is for. What is for none of them is set aside.
    fn addressee(&self, message: &Message) -> Result<&HipId, ReceiveError> {
        self.hips.addressee(message)
    }

    /// How the facility whose flow it is calls ABDM: all that V0.5 has words for goes this way.
    fn wire(&self, scope: &Scope) -> Wire<'_> {
        self.editions.wire(&self.client, scope)
    }

    /// Tells the hospital. An event that it never takes is set aside for a person to look at.
    async fn announce<F: Flow>(
        &self,
        cx: &EffectContext<'_, F>,
        event: &HipEvent,
    ) -> Result<Option<F::Event>, EffectFailure<F::Event>> {
        let hip_id =
            facility_of(cx.scope()).map_err(|error| EffectFailure::bury(error.to_string()))?;
        let event = event.clone().at(hip_id);
        if cx.attempt() == 1 {
            operator::told(&event, cx.flow());
        }
        match ask_hospital(hook!(hospital "Hospital::on_event"), self.hospital.on_event(&event))
            .await
        {
            Ok(()) => Ok(None),
            Err(reason) if cx.attempt() < MOST_TRIES => Err(EffectFailure::retry(reason)),
            Err(reason) => Err(EffectFailure::bury(format!("{}: {reason}", event.name()))),
        }
    }
}

/// The facility that a message is kept under: for those that name none.
fn kept_under(cx: &ReceiveContext<'_>) -> Result<HipId, ReceiveError> {
    facility_of(cx.scope()).map_err(|_| ReceiveError::poison("the scope is no facility"))
}

/// The facility whose scope it is.
fn facility_of(scope: &Scope) -> Result<HipId, IdError> {
    HipId::new(scope.as_str())
}

/// What a call of the hospital's own system came to.
async fn ask_hospital<T>(
    hook: Hook,
    call: impl Future<Output = Result<T, HospitalError>>,
) -> Result<T, &'static str> {
    ask(hook, call).await
}

/// The body of a callback of `E`; or, where that does not read, the least of it by which ABDM can be
/// answered that it does not. Without an answer a patient's app or a HIU waits for ever.
///
/// # Errors
/// What cannot be answered either is set aside, with the place at which it fails.
async fn body_or_least<E: Endpoint, L: DeserializeOwned>(
    cx: &ReceiveContext<'_>,
    message: &Message,
) -> Result<Result<E::Request, L>, ReceiveError> {
    let body = cx.body(message).await?;
    let misfit = match read_json::<E::Request>(&body) {
        Ok(body) => return Ok(Ok(body)),
        Err(misfit) => misfit,
    };
    let endpoint = E::META.name;
    let least =
        read_json::<L>(&body).map_err(|_| ReceiveError::poison(format!("{endpoint}: {misfit}")))?;
    tracing::warn!(endpoint, %misfit, "a callback cannot be understood and is refused");
    Ok(Err(least))
}

/// The error that came by callback to a call of `E`: it is the call that ABDM refused.
pub(crate) fn callback_error<E: AnsweredBy>(error: CallbackError) -> ApiError {
    ApiError::from_callback::<E::Callback>(error)
}

/// An error object for a reply that says neither yes nor no.
fn no_reason() -> CallbackError {
    CallbackError::new(9999, "ABDM gave neither a result nor a reason")
}
