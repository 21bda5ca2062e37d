//! What the answer to a call means for the flow that made it.

use abdm_core::StoreError;
use abdm_core::client::{Answered, CallError, Correlate};
use abdm_core::id::RequestId;
use abdm_core::ids::Ids;
use abdm_flow::{EffectContext, EffectFailure, Flow};
use async_trait::async_trait;
use http::StatusCode;

use crate::flow::Refusal;

/// What the answer to a call means.
pub(super) enum Verdict {
    /// ABDM took it.
    Taken(RequestId),
    /// ABDM may have taken it: repeating could do it twice.
    Unclear(Option<RequestId>),
    /// ABDM has certainly not dealt with it: try again.
    TryAgain(String),
    /// ABDM refused it.
    Refused(Refusal),
}

impl Verdict {
    /// Judges a call that must not be made twice.
    pub(super) fn once<R>(answer: Result<Answered<R>, CallError>) -> Self {
        let error = match answer {
            Ok(answered) => return Self::Taken(answered.request_id),
            Err(error) => error,
        };
        let text = || error.to_string();
        match &error {
            CallError::Store(_) => Self::TryAgain(text()),
            CallError::Session(cause) if cause.is_retryable() => Self::TryAgain(text()),
            CallError::Transport { source, .. } if source.is_unprocessed() => {
                Self::TryAgain(text())
            }
            CallError::Transport { .. } | CallError::Answer { .. } => {
                Self::Unclear(error.request_id())
            }
            CallError::Api(api) => match api.status() {
                Some(StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE) => {
                    Self::TryAgain(text())
                }
                Some(status) if status.is_server_error() => Self::Unclear(api.request_id()),
                _ => Self::Refused(Refusal::of_call(&error)),
            },
            _ => Self::Refused(Refusal::of_call(&error)),
        }
    }

    /// Judges a call that may be repeated.
    pub(super) fn repeatable<R>(answer: Result<Answered<R>, CallError>) -> Self {
        if let Err(error) = &answer
            && error.is_already_done()
            && let Some(request) = error.request_id()
        {
            return Self::Taken(request);
        }
        let retryable = answer.as_ref().err().filter(|error| error.is_retryable());
        let retryable = retryable.map(ToString::to_string);
        match (Self::once(answer), retryable) {
            (Self::Unclear(_) | Self::Refused(_), Some(reason)) => Self::TryAgain(reason),
            (Self::Unclear(_), None) => Self::TryAgain("the answer is unclear".to_owned()),
            (verdict, _) => verdict,
        }
    }
}

/// What became of a call whose answer its flow need not know. It is tried until ABDM takes it, or
/// refuses it: then it is set aside with its reason.
pub(super) fn until_taken<R, E>(
    answer: Result<Answered<R>, CallError>,
) -> Result<Option<E>, EffectFailure<E>> {
    match Verdict::repeatable(answer) {
        Verdict::Taken(_) | Verdict::Unclear(_) => Ok(None),
        Verdict::TryAgain(reason) => Err(EffectFailure::retry(reason)),
        Verdict::Refused(refusal) => Err(EffectFailure::bury(refusal.text)),
    }
}

/// Remembers each `REQUEST-ID` for the flow whose effect is carried out.
pub(super) struct Remember<'c, F: Flow>(pub(super) &'c EffectContext<'c, F>);

#[async_trait]
impl<F: Flow> Correlate for Remember<'_, F> {
    async fn next_request_id(&self, _: &dyn Ids) -> Result<RequestId, StoreError> {
        self.0.request_id().await
    }
}
