//! The world around the flows: sends their calls, reads their callbacks, asks the hospital.

mod consent;
mod counter;
mod link;
mod link_token;
mod photo;
mod share;
mod transfer;
mod tries;

use std::fmt;
use std::sync::Arc;

use abdm_core::client::AbdmClient;
use abdm_core::endpoint::AnsweredBy;
use abdm_core::error::{ApiError, CallbackError};
use abdm_core::id::HipId;
use abdm_core::seal::SealingKeyRing;
use abdm_flow::store::Message;
use abdm_flow::{EffectContext, EffectFailure, Flow, ReceiveContext, ReceiveError};
use abdm_role::facilities::Facilities;
use abdm_role::hook::{System, ask};
use abdm_role::verdict::MOST_TRIES;

pub(crate) use self::consent::ConsentHost;
pub(crate) use self::link::{LINK_WISH, LinkHost};
pub(crate) use self::link_token::LinkTokenHost;
pub(crate) use self::photo::drop_photos;
pub(crate) use self::share::ShareHost;
pub(crate) use self::transfer::TransferHost;
use crate::hooks::{HipEvent, Hospital, HospitalError};
use crate::operator;

/// How often the hospital's own system is tried.
const MOST_HOSPITAL_TRIES: u32 = 4;

/// What all hosts share.
pub(crate) struct Facility {
    /// The facility that a HIP is built for, and others of the same bridge.
    pub(crate) hips: Arc<Facilities<HipId>>,
    pub(crate) client: AbdmClient,
    pub(crate) hospital: Arc<dyn Hospital>,
    pub(crate) keys: SealingKeyRing,
    /// How many pages of a transfer are on their way at once, at most.
    pub(crate) pages_at_once: usize,
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

    /// Tells the hospital. An event that it never takes is set aside for a person to look at.
    async fn announce<F: Flow>(
        &self,
        cx: &EffectContext<'_, F>,
        event: &HipEvent,
    ) -> Result<Option<F::Event>, EffectFailure<F::Event>> {
        if cx.attempt() == 1 {
            operator::told(event, cx.flow());
        }
        match ask_hospital(self.hospital.on_event(event)).await {
            Ok(()) => Ok(None),
            Err(reason) if cx.attempt() < MOST_TRIES => Err(EffectFailure::retry(reason)),
            Err(reason) => Err(EffectFailure::bury(format!("{}: {reason}", event.name()))),
        }
    }
}

/// The facility that a message is kept under: for those that name none.
fn kept_under(cx: &ReceiveContext<'_>) -> Result<HipId, ReceiveError> {
    HipId::new(cx.scope().as_str()).map_err(|_| ReceiveError::poison("the scope is no facility"))
}

/// What a call of the hospital's own system came to.
async fn ask_hospital<T>(
    hook: impl Future<Output = Result<T, HospitalError>>,
) -> Result<T, &'static str> {
    ask(System::Hospital, hook).await
}

/// The error that came by callback to a call of `E`: it is the call that ABDM refused.
pub(crate) fn callback_error<E: AnsweredBy>(error: CallbackError) -> ApiError {
    ApiError::from_callback::<E::Callback>(error)
}

/// An error object for a reply that says neither yes nor no.
fn no_reason() -> CallbackError {
    CallbackError::new(9999, "ABDM gave neither a result nor a reason")
}
