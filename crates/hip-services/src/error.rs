//! What can go wrong at the front door.

use std::fmt;

use abdm_core::id::CareContextReference;
use abdm_core::seal::SealError;
use abdm_flow::store::FlowId;
use abdm_flow::{EngineError, ReadFlowError, WaitError};
use abdm_role::ground::Unfit;
use chrono::{DateTime, SecondsFormat, Utc};

use crate::flow::{Failure, NEXT_REQUEST};

/// Why the HIP did not do what the hospital asked.
///
/// `Debug` shows the same text as `Display`, so that a program whose `main` returns the error
/// prints it in words.
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The HIP was built without something that it needs.
    #[error("the HIP cannot be built: {missing} is missing, call `HipBuilder::{call}`")]
    Incomplete {
        /// What is missing.
        missing: &'static str,
        /// The builder's method that gives it.
        call: &'static str,
    },
    /// A setting breaks its rule.
    #[error("the HIP cannot be built: {setting} {rule}")]
    Setting {
        /// The builder's method.
        setting: &'static str,
        /// The rule.
        rule: &'static str,
    },
    /// What is to be linked breaks a rule of ABDM's. Nothing was sent.
    #[error("the patient cannot be linked: {}{rule}", of_visit(visit.as_ref()))]
    Invalid {
        /// The rule, and how to keep it.
        rule: &'static str,
        /// The visit that breaks it, when it is one of them.
        visit: Option<CareContextReference>,
    },
    /// A back-fill cannot begin.
    #[error("the back-fill cannot begin: {rule}")]
    Backfill {
        /// The rule, and how to keep it.
        rule: &'static str,
    },
    /// The care contexts are not linked.
    #[error("not linked: {0}")]
    NotLinked(Failure),
    /// The patient has not proved themselves (V0.5).
    #[cfg(feature = "v0_5")]
    #[error("not authenticated: {0}")]
    NotAuthenticated(Failure),
    /// Some care contexts are linked, others are not.
    #[error("{} of {} care contexts are not linked: {failure}", not_linked.len(), linked.len() + not_linked.len())]
    PartlyLinked {
        /// Those that are linked, now or before.
        linked: Vec<CareContextReference>,
        /// Those that are not.
        not_linked: Vec<CareContextReference>,
        /// Why the first of those is not.
        failure: Failure,
    },
    /// Whether the care contexts are linked is unknown: a callback is overdue. The link goes on and
    /// takes a late callback. Linking the same again tries again: at once, where the link's own
    /// callback is overdue; where the link token's is, when seven minutes have passed since its
    /// last request, by itself.
    #[error(
        "it is unknown whether the care contexts are linked: ABDM's callback is overdue. Most likely \
         it was sent elsewhere: look which callback URL is registered, and whether ABDM reaches it \
         (`abdm_core::bridge::check`, the example `check_bridge`). It is still waited for; link the \
         same again to try again. If it is the link token that is overdue, {NEXT_REQUEST}"
    )]
    LinkUnknown,
    /// The time for waiting is over, and what was waited for is not known yet. It goes on by
    /// itself.
    #[error(
        "{unknown} is not known yet: the time for waiting is over. It goes on by itself{}; ask again, \
         or wait for the event",
        of_instant(*goes_on_at)
    )]
    StillUnderWay {
        /// What is not known.
        unknown: &'static str,
        /// When it goes on, where it waits for that: a link for ABDM's next link token.
        goes_on_at: Option<DateTime<Utc>>,
    },
    /// A link of the same care contexts is under way with other details of the patient, and they
    /// can no longer be changed. Nothing was done.
    #[error(
        "a link of these care contexts with other details of the patient is under way ({link}): wait \
         for its end, then link again"
    )]
    OtherDetails {
        /// The link that is under way: [`Hip::link_by_id_at`](crate::Hip::link_by_id_at) finds it.
        link: FlowId,
    },
    /// What was waited for cannot be looked at.
    #[error(transparent)]
    Wait(WaitError),
    /// The flow or its store failed.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// Something cannot be sealed.
    #[error(transparent)]
    Seal(#[from] SealError),
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// When something goes on.
fn of_instant(goes_on_at: Option<DateTime<Utc>>) -> String {
    let told = |at: DateTime<Utc>| {
        let at = at.to_rfc3339_opts(SecondsFormat::Secs, true);
        format!(" at {at}, when ABDM takes the next request for a link token")
    };
    goes_on_at.map(told).unwrap_or_default()
}

/// Where the fault is, in front of the rule.
fn of_visit(visit: Option<&CareContextReference>) -> String {
    visit.map(|visit| format!("visit {visit}: ")).unwrap_or_default()
}

impl Error {
    /// What is to be linked breaks a rule, and it is no rule of visits.
    pub(crate) const fn invalid(rule: &'static str) -> Self {
        Self::Invalid { rule, visit: None }
    }

    /// Why waiting for `unknown` ended.
    pub(crate) fn of_waiting(error: WaitError, unknown: &'static str) -> Self {
        match error {
            WaitError::TimedOut { .. } => Self::StillUnderWay { unknown, goes_on_at: None },
            error => Self::Wait(error),
        }
    }

    /// Whether the same call may succeed later without anybody acting.
    #[must_use]
    pub const fn is_retryable(&self) -> bool {
        match self {
            Self::LinkUnknown | Self::StillUnderWay { .. } | Self::OtherDetails { .. } => true,
            // As the catalogue of ABDM's errors has it: "wait" and faults of ABDM's own side.
            Self::NotLinked(failure) | Self::PartlyLinked { failure, .. } => failure.is_retryable(),
            #[cfg(feature = "v0_5")]
            Self::NotAuthenticated(failure) => failure.is_retryable(),
            Self::Engine(error) | Self::Wait(WaitError::Engine(error)) => error.is_retryable(),
            _ => false,
        }
    }

    /// ABDM's code, where it gave one.
    #[must_use]
    pub fn code(&self) -> Option<&abdm_core::error::ErrorCode> {
        match self {
            Self::NotLinked(failure) | Self::PartlyLinked { failure, .. } => failure.code.as_ref(),
            #[cfg(feature = "v0_5")]
            Self::NotAuthenticated(failure) => failure.code.as_ref(),
            _ => None,
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
    use abdm_core::error::{CallbackError, ErrorClass};

    use super::*;
    use crate::api::hip_linking::{GenerateLinkToken, LinkCareContexts};
    use crate::host::callback_error;

    #[test]
    fn what_the_catalogue_says_may_succeed_later_is_retryable() {
        let of = |number: u16, text: &str| {
            let error = CallbackError::new(number, text);
            Error::NotLinked(Failure::from(&callback_error::<GenerateLinkToken>(error)))
        };
        assert!(of(1092, "Duplicate Link token request").is_retryable());
        assert!(of(1024, "Dependent service unavailable").is_retryable());
        assert!(!of(1207, "Demographic details was invalid or doesn't exists").is_retryable());
        assert!(!of(1027, "You are blocked. Please try again after 24 hours.").is_retryable());
        let mut suspended = CallbackError::new(9999, "Runtime Error");
        suspended.code = abdm_core::error::ErrorCode::parse("303001");
        let suspended = Failure::from(&callback_error::<LinkCareContexts>(suspended));
        assert!(Error::NotLinked(suspended).is_retryable());
        assert!(!Error::NotLinked(Failure::new("no class")).is_retryable());
        let later = Failure::new("tomorrow").of_class(ErrorClass::Wait);
        assert!(Error::NotLinked(later).is_retryable());
    }

    // Stumble 12.
    #[test]
    fn an_error_that_main_returns_is_printed_in_words() {
        let error = Error::StillUnderWay {
            unknown: "whether the care contexts are linked",
            goes_on_at: DateTime::from_timestamp(1_800_000_000, 0),
        };
        let printed = format!("{:?}", Box::<dyn std::error::Error>::from(error));
        assert!(
            printed.starts_with("whether the care contexts are linked is not known"),
            "{printed}"
        );
        assert!(printed.contains("goes on by itself at 2027-01-15T08:00:00Z, when"), "{printed}");
    }
}
