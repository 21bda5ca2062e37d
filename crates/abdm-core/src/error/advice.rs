//! What to do about an error.

use std::borrow::Cow;
use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::peer::Peer;

/// What kind of failure an error is: decides who must act and whether a further try can help.
///
/// The classes of errors.md. Which error has which is said by
/// [`catalogue`](crate::error::catalogue).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum ErrorClass {
    /// Our request, its order or the set-up is wrong: never repeated, to be looked at by whoever
    /// built the integration.
    CallerBug,
    /// A value that a person gave is wrong: back to the form, with ABDM's text at the field.
    UserInput,
    /// The same intent may succeed later, at the time that [`Advice::retry`] names.
    Wait,
    /// Only the patient, NHA, another facility or time can change it: stop the flow.
    Blocked,
    /// A token or credential is missing, over or of the wrong kind.
    Auth,
    /// ABDM or the other side failed: try again with a cap, and keep the correlation ids.
    UpstreamFault,
    /// The wanted state is there already: success, after one look at the own store.
    AlreadyDone,
    /// Nobody has described this combination of operation, code and text yet.
    Unclassified,
}

impl ErrorClass {
    /// The name that errors.md gives the class, for logs and metrics.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::CallerBug => "caller-bug",
            Self::UserInput => "user-input",
            Self::Wait => "wait",
            Self::Blocked => "blocked",
            Self::Auth => "auth",
            Self::UpstreamFault => "upstream-fault",
            Self::AlreadyDone => "already-done",
            Self::Unclassified => "unclassified",
        }
    }

    pub(super) fn from_name(name: &str) -> Option<Self> {
        [
            Self::CallerBug,
            Self::UserInput,
            Self::Wait,
            Self::Blocked,
            Self::Auth,
            Self::UpstreamFault,
            Self::AlreadyDone,
            Self::Unclassified,
        ]
        .into_iter()
        .find(|class| class.as_str() == name)
    }

    /// Who can mend an error of this class when its row of the catalogue names nobody else.
    pub(super) const fn usual_contact(self) -> Contact {
        match self {
            Self::CallerBug | Self::Unclassified => Contact::Integrator,
            Self::UserInput => Contact::Desk,
            Self::Auth => Contact::Integrator,
            Self::Wait | Self::AlreadyDone => Contact::Nobody,
            Self::Blocked | Self::UpstreamFault => Contact::Nha,
        }
    }

    /// What to do when nothing more special is known than the class, and another facility answered.
    const fn usual_text_of_a_facility(self) -> &'static str {
        match self {
            Self::CallerBug => {
                "The other facility does not take the message as it is built. Do not repeat it; \
                 compare it with the contract."
            }
            Self::UserInput => "The other facility does not take a value. Correct it.",
            Self::Wait => "Try again later.",
            Self::Blocked => "Stop here: only the other facility can change it.",
            Self::Auth => {
                "The other facility does not accept who sent the message. Ask the people who run it."
            }
            Self::UpstreamFault => "The other facility failed. Try again at growing intervals.",
            Self::AlreadyDone => "The other facility has it already. Go on.",
            Self::Unclassified => {
                "Nothing is known about this answer. It is not ABDM's: ask the people who run the \
                 other facility."
            }
        }
    }

    /// What to do when nothing more special is known than the class.
    pub(super) const fn usual_text(self) -> &'static str {
        match self {
            Self::CallerBug => {
                "The request, its order or the set-up is wrong. Do not repeat it; compare it with \
                 the contract."
            }
            Self::UserInput => "Ask the person for the value that ABDM's text names again.",
            Self::Wait => "Try again later, with a fresh REQUEST-ID.",
            Self::Blocked => "Stop here: trying again does not help.",
            Self::Auth => "A token or credential is missing, over or of the wrong kind.",
            Self::UpstreamFault => {
                "ABDM or the other side failed. Try again at growing intervals; keep the \
                 correlation ids for NHA's support."
            }
            Self::AlreadyDone => "It is done already. Check the own record and go on.",
            Self::Unclassified => {
                "Nothing is known about this error. Look at ABDM's own text, do not repeat the call \
                 blindly, and keep the correlation ids for NHA's support."
            }
        }
    }
}

impl fmt::Display for ErrorClass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// When a further try makes sense. Each try is a new call with a fresh `REQUEST-ID`.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum RetryAdvice {
    /// After each of these pauses in turn, then give up.
    Pauses(Vec<Duration>),
    /// Not before this time has passed since the last request that ABDM accepted (a window or a
    /// block); once then.
    NotBefore(Duration),
    /// With growing, jittered pauses: ABDM is counting calls.
    SlowDown {
        /// The first pause.
        first: Duration,
        /// The longest pause.
        cap: Duration,
    },
    /// Once, with a fresh session token.
    RefreshSession,
    /// Once, with a fresh link token.
    NewLinkToken,
    /// Not this call: the flow must begin again with its first step.
    RestartFlow,
}

impl RetryAdvice {
    /// The shortest time before a further try, where one is named.
    #[must_use]
    pub fn first_pause(&self) -> Option<Duration> {
        match self {
            Self::Pauses(pauses) => pauses.first().copied(),
            Self::NotBefore(pause) | Self::SlowDown { first: pause, .. } => Some(*pause),
            Self::RefreshSession | Self::NewLinkToken | Self::RestartFlow => None,
        }
    }
}

/// Who can mend an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Contact {
    /// Nobody needs to: software or time does it.
    Nobody,
    /// The person at the desk, together with the patient: a value must be given again.
    Desk,
    /// The patient alone, in their own app or at the ABHA portal.
    Patient,
    /// Whoever built or set up this integration.
    Integrator,
    /// NHA's support, with the correlation ids of [`ApiError`](crate::error::ApiError).
    Nha,
    /// The other facility of the exchange.
    OtherFacility,
}

impl Contact {
    pub(super) fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "nobody" => Self::Nobody,
            "desk" => Self::Desk,
            "patient" => Self::Patient,
            "integrator" => Self::Integrator,
            "nha" => Self::Nha,
            "other-facility" => Self::OtherFacility,
            _ => return None,
        })
    }
}

/// What to do about an error.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Advice {
    /// What kind of failure it is.
    pub class: ErrorClass,
    /// When a further try makes sense; `None` means that none does.
    pub retry: Option<RetryAdvice>,
    /// Who can mend it.
    pub who: Contact,
    /// What to do, in plain words (one or two sentences).
    pub text: Cow<'static, str>,
}

impl Advice {
    /// Whether the same call may succeed later without anybody acting, see
    /// [`ApiError::is_retryable`](crate::error::ApiError::is_retryable).
    #[must_use]
    pub const fn is_retryable(&self) -> bool {
        matches!(self.class, ErrorClass::Wait | ErrorClass::UpstreamFault)
            && !matches!(self.retry, Some(RetryAdvice::NewLinkToken | RetryAdvice::RestartFlow))
    }

    /// What is left when ABDM refuses a session token that was fetched a moment ago.
    pub(super) const fn refused_after_renewal() -> Self {
        Self {
            class: ErrorClass::Auth,
            retry: None,
            who: Contact::Integrator,
            text: Cow::Borrowed(
                "A fresh session token was refused, too: another one will not help. Check that \
                 client id, base URLs and X-CM-ID are those of one environment, and the machine's \
                 clock; then give the correlation ids to NHA's support.",
            ),
        }
    }

    /// When nothing is known but who answered.
    pub(super) fn unclassified(peer: &Peer) -> Self {
        Self::usual_of(ErrorClass::Unclassified, peer)
    }

    /// The advice that follows from the class and from who answered.
    pub(super) fn usual_of(class: ErrorClass, peer: &Peer) -> Self {
        match peer {
            Peer::Abdm => Self::usual(class),
            Peer::Facility(_) => Self {
                class,
                retry: None,
                who: match class {
                    ErrorClass::CallerBug | ErrorClass::UserInput => Contact::Integrator,
                    ErrorClass::AlreadyDone | ErrorClass::Wait => Contact::Nobody,
                    _ => Contact::OtherFacility,
                },
                text: Cow::Borrowed(class.usual_text_of_a_facility()),
            },
        }
    }

    /// The advice that follows from the class alone.
    pub(super) fn usual(class: ErrorClass) -> Self {
        Self {
            class,
            retry: None,
            who: class.usual_contact(),
            text: Cow::Borrowed(class.usual_text()),
        }
    }
}
