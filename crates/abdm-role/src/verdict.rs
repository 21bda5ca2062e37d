//! What the answer to a call means for the flow that made it.

use abdm_core::StoreError;
use abdm_core::client::{Answered, CallError, Correlate};
use abdm_core::error::{ErrorClass, RetryAdvice};
use abdm_core::id::RequestId;
use abdm_core::ids::Ids;
use abdm_flow::{EffectContext, EffectFailure, Flow};
use async_trait::async_trait;
use http::StatusCode;
use std::time::Duration;

/// How often a call is tried over the minutes before its flow is told that it failed. The client
/// has repeated each try a few times already.
pub const MOST_TRIES: u32 = 8;

/// A window that is waited for inside one effect; a longer one is for a person to know of.
const SHORT_WINDOW: Duration = Duration::from_secs(60);

/// What the answer to a call that must not be made twice means.
#[derive(Debug)]
pub enum Verdict {
    /// ABDM took it.
    Taken(RequestId),
    /// ABDM may have taken it: repeating could do it twice.
    Unclear(Option<RequestId>),
    /// ABDM has certainly not dealt with it: try again, for this reason.
    TryAgain(String),
    /// ABDM refused it.
    Refused(Box<CallError>),
}

impl Verdict {
    /// Judges a call that must not be made twice.
    pub fn once<R>(answer: Result<Answered<R>, CallError>) -> Self {
        let error = match answer {
            Ok(answered) => return Self::Taken(answered.request_id),
            Err(error) => error,
        };
        match &error {
            CallError::Store(_) => Self::TryAgain(reason(&error)),
            CallError::Session(cause) if cause.is_retryable() => Self::TryAgain(reason(&error)),
            CallError::Transport { .. } if error.is_forbidden() => Self::Refused(Box::new(error)),
            CallError::Transport { source, .. } if source.is_unprocessed() => {
                Self::TryAgain(reason(&error))
            }
            CallError::Transport { .. } | CallError::Answer { .. } => {
                Self::Unclear(error.request_id())
            }
            CallError::Api(api) => match api.status() {
                Some(StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE) => {
                    Self::TryAgain(reason(&error))
                }
                Some(status) if status.is_server_error() => Self::Unclear(api.request_id()),
                _ => Self::Refused(Box::new(error)),
            },
            _ => Self::Refused(Box::new(error)),
        }
    }
}

/// Judges a call that may be repeated: its effect succeeds, comes again while `most` tries are not
/// used up and waiting may help, or ABDM's refusal comes out. What was done already is done, and a
/// 2xx is an acceptance, even with a body that cannot be read.
///
/// # Errors
/// The effect's failure: try again.
pub fn repeatable<R, F: Flow>(
    cx: &EffectContext<'_, F>,
    answer: Result<R, CallError>,
    most: u32,
) -> Result<Result<(), CallError>, EffectFailure<F::Event>> {
    match answer {
        Ok(_) | Err(CallError::Answer { .. }) => Ok(Ok(())),
        Err(error) if error.is_already_done() => Ok(Ok(())),
        Err(error) if is_transient(&error) && cx.attempt() < most && !cx.is_last_attempt() => {
            Err(EffectFailure::retry(reason(&error)))
        }
        Err(error) => Ok(Err(error)),
    }
}

/// Whether the same call may succeed later without anybody acting.
#[must_use]
pub fn is_transient(error: &CallError) -> bool {
    match error {
        CallError::Session(_) | CallError::Store(_) => true,
        CallError::Transport { .. } => !error.is_forbidden(),
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

/// Why a call did not succeed, for logs and store: what it was and of which class, without the
/// words of ABDM's or a peer's, which may name a person.
#[must_use]
pub fn reason(error: &CallError) -> String {
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

/// Remembers each `REQUEST-ID` for the flow whose effect is carried out, so that the callback that
/// answers it comes there.
#[derive(Debug)]
pub struct Remember<'c, F: Flow>(pub &'c EffectContext<'c, F>);

#[async_trait]
impl<F: Flow> Correlate for Remember<'_, F> {
    async fn next_request_id(&self, _: &dyn Ids) -> Result<RequestId, StoreError> {
        self.0.request_id().await
    }
}
