//! What can go wrong, in words for the program and for the desk.

mod classify;
mod problem;
mod texts;
mod uidai;

use std::fmt;
use std::sync::Arc;

use abdm_core::client::CallError;
use abdm_core::error::{ApiError, ErrorCode};
use abdm_core::id::{IdError, RequestId};
use abdm_core::seal::SealError;
use chrono::{DateTime, Utc};

pub(crate) use self::classify::{Asked, may_have_happened, refused_by_gateway, refuses};
pub use self::problem::{DeskAction, Problem};
pub use self::texts::{Language, Texts};
use crate::encryption::EncryptionError;

/// Why a step did not succeed.
///
/// [`problem`](Self::problem) says what it means at the desk and what to do there;
/// [`desk_text`](Self::desk_text) is a sentence to show. `Display` is for logs and support: it adds
/// what ABDM said. Neither holds an Aadhaar number, an OTP or a token.
///
/// ```
/// use abha_enrollment::error::{DeskAction, Error, Language, Problem};
/// use abdm_core::secret::AadhaarNumber;
///
/// let slip = AadhaarNumber::new("2345 6789 0125").unwrap_err();
/// let error = Error::from(slip);
/// assert_eq!(error.problem(), Problem::AadhaarInvalid);
/// assert_eq!(error.problem().action(), DeskAction::AskAgain);
/// assert_eq!(
///     error.desk_text(Language::English),
///     "Aadhaar Number is not valid. Read the 12 digits again."
/// );
/// ```
pub struct Error(Box<Inner>);

struct Inner {
    problem: Problem,
    retry_at: Option<DateTime<Utc>>,
    /// Whether it is an ABHA address that was to be created.
    about_address: bool,
    cause: Cause,
}

/// What lies behind an [`Error`].
pub(crate) enum Cause {
    /// The problem says it all.
    Nothing,
    /// A typed value breaks its rule.
    Id(IdError),
    /// A call failed.
    Call(CallError),
    /// The call for the public key failed; shared by all who waited.
    SharedCall(Arc<CallError>),
    /// A value cannot be encrypted.
    Encryption(EncryptionError),
    /// A saved flow cannot be sealed or opened.
    Seal(SealError),
    /// The facility's own hook failed.
    Hook(Box<dyn std::error::Error + Send + Sync>),
}

impl Error {
    pub(crate) fn new(problem: Problem) -> Self {
        Self::caused(problem, Cause::Nothing)
    }

    pub(crate) fn caused(problem: Problem, cause: Cause) -> Self {
        Self(Box::new(Inner { problem, retry_at: None, about_address: false, cause }))
    }

    /// The same failure, which means something else where it happened.
    pub(crate) fn meaning(mut self, problem: Problem) -> Self {
        self.0.problem = problem;
        self
    }

    /// The same failure of a step that creates an ABHA address.
    pub(crate) fn about_address(mut self) -> Self {
        self.0.about_address = true;
        self
    }

    pub(crate) fn not_before(mut self, instant: DateTime<Utc>) -> Self {
        self.0.retry_at = Some(instant);
        self
    }

    /// What it means at the desk.
    #[must_use]
    pub fn problem(&self) -> Problem {
        self.0.problem
    }

    /// When the same may be tried again, where that is known: the end of a lock, of the pause
    /// before a resend, the time that ABDM named when it was counting calls (`Retry-After`).
    #[must_use]
    pub fn retry_at(&self) -> Option<DateTime<Utc>> {
        self.0.retry_at
    }

    /// A sentence for the desk's screen. Replace single ones with [`Texts`].
    ///
    /// Where somebody is to be told ([`DeskAction::AskSupport`], [`DeskAction::AskNha`]) and there
    /// was a call, the reference number ([`request_id`](Self::request_id)) stands behind it.
    #[must_use]
    pub fn desk_text(&self, language: Language) -> String {
        self.with_reference(self.sentence(language), language)
    }

    fn sentence(&self, language: Language) -> &'static str {
        if self.0.about_address && self.0.problem == Problem::OutcomeUnknown {
            Problem::address_outcome_unknown(language)
        } else {
            self.0.problem.text(language)
        }
    }

    /// A sentence, and behind it the reference number where somebody is to be told and there is
    /// one.
    fn with_reference(&self, sentence: &str, language: Language) -> String {
        let told = matches!(self.0.problem.action(), DeskAction::AskSupport | DeskAction::AskNha);
        match (self.request_id().filter(|_| told), language) {
            (None, _) => sentence.to_owned(),
            (Some(id), Language::English) => format!("{sentence} Reference number: {id}."),
            (Some(id), Language::Hindi) => format!("{sentence} संदर्भ संख्या: {id}।"),
        }
    }

    /// ABDM's own text, when ABDM refused: to be shown at the field beside
    /// [`desk_text`](Self::desk_text). May name a person's ABHA number.
    #[must_use]
    pub fn abdm_text(&self) -> Option<&str> {
        self.api().map(ApiError::message).filter(|text| !text.is_empty())
    }

    /// ABDM's answer, when it refused: all entries, the raw body, the correlation ids.
    #[must_use]
    pub fn api(&self) -> Option<&ApiError> {
        self.call().and_then(CallError::api)
    }

    /// The failed call.
    #[must_use]
    pub fn call(&self) -> Option<&CallError> {
        match &self.0.cause {
            Cause::Call(error) => Some(error),
            Cause::SharedCall(error) => Some(error),
            _ => None,
        }
    }

    /// ABDM's code.
    #[must_use]
    pub fn code(&self) -> Option<&ErrorCode> {
        self.call().and_then(CallError::code)
    }

    /// The id to give to NHA's support.
    #[must_use]
    pub fn request_id(&self) -> Option<RequestId> {
        self.call().and_then(CallError::request_id)
    }

    /// Whether the same step may succeed later without anybody acting. Never true for a step that
    /// must not be repeated.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        matches!(self.0.problem.action(), DeskAction::TryLater | DeskAction::Wait)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.sentence(Language::English))?;
        if let Some(instant) = self.0.retry_at {
            write!(f, " Not before {}.", instant.format("%Y-%m-%d %H:%M:%S UTC"))?;
        }
        match &self.0.cause {
            Cause::Nothing => Ok(()),
            Cause::Id(error) => write!(f, " ({error})"),
            Cause::Call(error) => write!(f, " ({error})"),
            Cause::SharedCall(error) => write!(f, " ({error})"),
            Cause::Encryption(error) => write!(f, " ({error})"),
            Cause::Seal(error) => write!(f, " ({error})"),
            // A hook's text is the facility's own and may name the patient.
            Cause::Hook(_) => f.write_str(" (see the source of this error)"),
        }
    }
}

/// As `Display`: `main` shows what it returns by `Debug`, and the sentences are what helps there.
impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}: {self}", self.0.problem)
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.0.cause {
            Cause::Nothing => None,
            Cause::Id(error) => Some(error),
            Cause::Call(error) => Some(error),
            Cause::SharedCall(error) => Some(error.as_ref()),
            Cause::Encryption(error) => Some(error),
            Cause::Seal(error) => Some(error),
            Cause::Hook(error) => Some(error.as_ref()),
        }
    }
}

impl From<IdError> for Error {
    /// A slip of the finger, found on this machine. Lets `AadhaarNumber::new(text)?` stand in one
    /// function with the flow's calls.
    fn from(error: IdError) -> Self {
        Self::caused(Problem::of_input(error.kind), Cause::Id(error))
    }
}

impl From<EncryptionError> for Error {
    fn from(error: EncryptionError) -> Self {
        Self::caused(Problem::ProgramFault, Cause::Encryption(error))
    }
}

impl From<SealError> for Error {
    fn from(error: SealError) -> Self {
        Self::caused(Problem::SavedFlowUnreadable, Cause::Seal(error))
    }
}
