//! How an HIU's front door fails.

use std::fmt;

use abdm_core::seal::SealError;
use abdm_flow::store::FlowId;
use abdm_flow::{EngineError, ReadFlowError, WaitError};
use abdm_role::ground::Unfit;

use crate::decision::Decision;

/// Why the HIU did not do what it was asked.
///
/// `Debug` shows the same text as `Display`, so that a program whose `main` returns the error
/// prints it in words.
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The HIU was built without something that it needs.
    #[error("the HIU cannot be built: {missing} is missing, call `HiuBuilder::{call}`")]
    Incomplete {
        /// What is missing.
        missing: &'static str,
        /// The builder's method that gives it.
        call: &'static str,
    },
    /// A setting breaks its rule.
    #[error("the HIU cannot be built: {setting} {rule}")]
    Setting {
        /// The builder's method.
        setting: &'static str,
        /// The rule.
        rule: &'static str,
    },
    /// What was asked breaks one of ABDM's rules. Nothing was sent.
    #[error("the request is not valid: {0}")]
    Invalid(&'static str),
    /// There is no such consent request or artefact here.
    #[error("there is no consent of this id here")]
    NoSuchConsent,
    /// What was waited for did not come in time. The flow goes on; wait again.
    #[error("{what} did not come in time; the flow {id} goes on, wait again later")]
    TimedOut {
        /// What was waited for.
        what: &'static str,
        /// The flow.
        id: FlowId,
    },
    /// What was waited for will not come: the flow has ended in another way. Its state says how.
    #[error("{what} will not come: the flow {id} has ended in another way, look at its state")]
    EndedOtherwise {
        /// What was waited for.
        what: &'static str,
        /// The flow.
        id: FlowId,
    },
    /// There will be no records: the consent was not granted, or was over before anything was asked
    /// for.
    #[error("there will be no records: {}", in_our_words(.decision))]
    NotGranted {
        /// What was decided instead. The text has no reason that the patient gave: an error may be
        /// logged.
        decision: Box<Decision>,
    },
    /// The flow or its store failed.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// Something cannot be sealed.
    #[error(transparent)]
    Seal(#[from] SealError),
}

fn in_our_words(decision: &Decision) -> impl fmt::Display {
    fmt::from_fn(|f| decision.in_our_words(f))
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Engine(error) => fmt::Debug::fmt(error, f),
            error => fmt::Display::fmt(error, f),
        }
    }
}

impl Error {
    /// Whether the same call may succeed later without anybody acting: a store that does not
    /// answer, a time-out, a refusal that ABDM's list of codes classes as "wait" or as a fault of
    /// ABDM's own.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::TimedOut { .. } => true,
            Self::Engine(error) => error.is_retryable(),
            Self::Invalid(_)
            | Self::Incomplete { .. }
            | Self::Setting { .. }
            | Self::Seal(_)
            | Self::NoSuchConsent
            | Self::EndedOtherwise { .. } => false,
            Self::NotGranted { decision } => {
                matches!(&**decision, Decision::Refused(refusal) if refusal.retryable)
            }
        }
    }

    /// ABDM's code, where ABDM refused.
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        match self {
            Self::NotGranted { decision } => match &**decision {
                Decision::Refused(refusal) => refusal.code.as_deref(),
                _ => None,
            },
            _ => None,
        }
    }

    pub(crate) fn waiting(what: &'static str) -> impl FnOnce(WaitError) -> Self {
        move |error| match error {
            WaitError::TimedOut { id } => Self::TimedOut { what, id },
            WaitError::Ended { id } => Self::EndedOtherwise { what, id },
            WaitError::Engine(EngineError::NoSuchFlow { .. }) => Self::NoSuchConsent,
            WaitError::Engine(error) => Self::Engine(error),
        }
    }
}

impl From<Unfit> for Error {
    fn from(unfit: Unfit) -> Self {
        Self::Setting { setting: unfit.setting, rule: unfit.rule }
    }
}

impl From<ReadFlowError> for Error {
    fn from(error: ReadFlowError) -> Self {
        Self::Engine(error.into())
    }
}

#[cfg(test)]
mod tests {
    use abdm_flow::ids::RandomIds;

    use super::*;
    use crate::api::consent::Reason;
    use crate::flow::Refusal;

    #[test]
    fn an_error_that_main_returns_is_shown_in_words() {
        let denied = Decision::Denied { reason: Some(Reason::new("not now")) };
        for (error, text) in [
            (Error::NoSuchConsent, "there is no consent of this id here"),
            (
                Error::Incomplete { missing: "the bridge URL", call: "bridge_url" },
                "the HIU cannot be built: the bridge URL is missing, call `HiuBuilder::bridge_url`",
            ),
            (
                Error::NotGranted { decision: Box::new(denied) },
                "there will be no records: the patient denied the consent and gave a reason",
            ),
        ] {
            let shown: Box<dyn std::error::Error> = Box::new(error);
            assert_eq!(format!("{shown:?}"), text);
        }
    }

    #[test]
    fn a_refusal_that_abdm_classes_as_passing_is_retryable() {
        use abdm_core::error::CallbackError;

        use crate::api::consent::OnRequestConsent;
        for (code, passing) in [(1092, false), (1024, true), (1058, false)] {
            let error = CallbackError::new(code, "said by ABDM");
            let refusal = Refusal::of_callback::<OnRequestConsent>(error);
            assert_eq!(refusal.retryable, passing, "{code}");
            let decision = Box::new(Decision::Refused(refusal));
            assert_eq!(Error::NotGranted { decision }.is_retryable(), passing, "{code}");
        }
        let decision = Box::new(Decision::Denied { reason: None });
        assert!(!Error::NotGranted { decision }.is_retryable());
    }

    /// (C27)
    #[test]
    fn every_end_of_waiting_says_what_is_known_and_which_flow_to_look_at() {
        let id = FlowId::fresh(&RandomIds);
        let text = |error| Error::waiting("the records")(error).to_string();
        let late = text(WaitError::TimedOut { id });
        assert!(late.contains("the records") && late.contains(&id.to_string()), "{late}");
        let ended = text(WaitError::Ended { id });
        assert!(ended.contains("the records") && ended.contains(&id.to_string()), "{ended}");
        assert!(!ended.contains("no consent"), "{ended}");
        let gone = text(WaitError::Engine(EngineError::NoSuchFlow { id }));
        assert!(gone.contains("no consent"), "{gone}");
    }
}
