//! The world around the flows: sends their calls, reads their callbacks, asks the hospital.

mod consent;
mod counter;
mod door;
mod link;
mod link_token;
mod photo;
mod share;
mod transfer;
mod tries;

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use abdm_core::client::{AbdmClient, CallError};
use abdm_core::endpoint::{AnsweredBy, Endpoint};
use abdm_core::error::{ApiError, CallbackError, ErrorClass, RetryAdvice};
use abdm_core::headers::{HIP_ID, REQUEST_ID};
use abdm_core::id::{HipId, RequestId};
use abdm_core::seal::SealingKeyRing;
use abdm_core::wire::read_json;
use abdm_flow::store::{Message, Scope};
use abdm_flow::{EffectContext, EffectFailure, Flow, ReceiveContext, ReceiveError};
use tokio::time::error::Elapsed;
use tokio::time::timeout;

pub(crate) use self::consent::ConsentHost;
pub(crate) use self::door::Door;
pub(crate) use self::link::LinkHost;
pub(crate) use self::link_token::LinkTokenHost;
pub(crate) use self::share::ShareHost;
pub(crate) use self::transfer::TransferHost;
use crate::hooks::{HipEvent, Hospital, HospitalError};
use crate::operator;

/// How often a call is tried over the minutes before its flow is told that it failed. The client
/// has repeated each try a few times already.
const MOST_TRIES: u32 = 8;
/// How often the hospital's own system is tried.
const MOST_HOSPITAL_TRIES: u32 = 4;
/// How long one call of the hospital's own system may take. After that it has failed.
const HOSPITAL_PATIENCE: Duration = Duration::from_secs(60);

/// A window that is waited for inside one effect; a longer one is for a person to know of.
const SHORT_WINDOW: Duration = Duration::from_secs(60);

/// What all hosts share.
pub(crate) struct Facility {
    /// The facility that a HIP is built for.
    pub(crate) hip_id: HipId,
    /// That, and others of the same bridge.
    pub(crate) hip_ids: BTreeSet<HipId>,
    pub(crate) client: AbdmClient,
    pub(crate) hospital: Arc<dyn Hospital>,
    pub(crate) keys: SealingKeyRing,
}

impl fmt::Debug for Facility {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Facility").field("hip_ids", &self.hip_ids).finish_non_exhaustive()
    }
}

impl Facility {
    /// Which of the facilities a message is for, by its header.
    fn named(&self, header: Option<&str>) -> Option<&HipId> {
        let named = header.and_then(|text| HipId::new(text).ok());
        named.and_then(|hip_id| self.hip_ids.get(&hip_id))
    }

    /// The same of what was taken in. What is for none of them is set aside.
    fn addressee(&self, message: &Message) -> Result<&HipId, ReceiveError> {
        self.named(message.header(HIP_ID))
            .ok_or_else(|| ReceiveError::poison("X-HIP-ID names another facility"))
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
        let told = timeout(HOSPITAL_PATIENCE, self.hospital.on_event(event)).await;
        match hospital_answer(told) {
            Ok(()) => Ok(None),
            Err(reason) if cx.attempt() < MOST_TRIES => Err(EffectFailure::retry(reason)),
            Err(reason) => Err(EffectFailure::bury(format!("{}: {reason}", event.name()))),
        }
    }
}

/// What a call of the hospital's own system came to. Of an error only the class: its text is the
/// hospital's, may name a patient, and must reach neither the logs nor the store.
fn hospital_answer<T>(
    answer: Result<Result<T, HospitalError>, Elapsed>,
) -> Result<T, &'static str> {
    match answer {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(_)) => Err("the hospital's own system failed"),
        Err(_) => Err("the hospital's own system did not answer in time"),
    }
}

/// The rows, messages and flows of a facility: each facility of a HIP has its own.
pub(crate) fn scope(hip_id: &HipId) -> Scope {
    Scope::new(hip_id.as_str())
}

/// The body of a callback of `E`.
async fn body<E: Endpoint>(
    cx: &ReceiveContext<'_>,
    message: &Message,
) -> Result<E::Request, ReceiveError> {
    read_json(&cx.body(message).await?)
        .map_err(|error| ReceiveError::poison(format!("{}: {error}", E::META.name)))
}

/// The id of the message itself, which our answer names.
fn message_id(message: &Message) -> Result<RequestId, ReceiveError> {
    let text = message.header(REQUEST_ID).unwrap_or_default();
    RequestId::from_str(text).map_err(|error| ReceiveError::poison(error.to_string()))
}

/// Which of our calls a callback answers.
fn answered(request: Option<RequestId>) -> Result<RequestId, ReceiveError> {
    request.ok_or_else(|| ReceiveError::poison("it names no request that it answers"))
}

/// The error that came by callback to a call of `E`: it is the call that ABDM refused.
pub(crate) fn callback_error<E: AnsweredBy>(error: CallbackError) -> ApiError {
    ApiError::from_callback::<E::Callback>(error)
}

/// An error object for a reply that says neither yes nor no.
fn no_reason() -> CallbackError {
    CallbackError::new(9999, "ABDM gave neither a result nor a reason")
}

/// Why a call did not succeed, for logs and store: what it was and of which class, without the
/// words of ABDM's or a HIU's, which may name a person.
fn reason(error: &CallError) -> String {
    match error.api() {
        Some(api) => {
            let code = api.code().map_or("without a code", |code| code.as_str());
            let status = api.status().map(|status| format!(", HTTP {}", status.as_u16()));
            let (call, class) = (api.endpoint(), api.class());
            format!("{call} was refused: {code}{}, {class}", status.unwrap_or_default())
        }
        None => error.to_string(),
    }
}

/// Whether the same call may succeed later without anybody's doing.
fn is_transient(error: &CallError) -> bool {
    match error {
        CallError::Session(_) | CallError::Store(_) | CallError::Transport { .. } => true,
        CallError::Api(api) => match api.class() {
            ErrorClass::UpstreamFault => true,
            // "Later" may mean another call: with another token, after a long window, or the flow
            // begun again. Only what is about this very call is repeated by itself.
            ErrorClass::Wait => match api.advice().retry {
                None | Some(RetryAdvice::Pauses(_) | RetryAdvice::SlowDown { .. }) => true,
                Some(RetryAdvice::NotBefore(pause)) => pause <= SHORT_WINDOW,
                Some(_) => false,
            },
            ErrorClass::Unclassified => api.status().is_some_and(|s| s.is_server_error()),
            _ => false,
        },
        _ => false,
    }
}
