//! What the facility's software supplies: the record of consent.

use std::fmt::Debug;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::api::enrollment::AgreedConsent;

/// Where consents are recorded.
///
/// NHA wants the agreement shown to the person in full, and their acceptance recorded, before an
/// Aadhaar number leaves the machine (certification cases CRT_ABHA_102, 202, 302). A [`Desk`]
/// cannot be made without a recorder, and sends nothing when recording fails.
///
/// ```
/// use abha_enrollment::hooks::{ConsentRecord, ConsentRecorder, HookError};
///
/// #[derive(Debug)]
/// struct ConsentTable;
///
/// #[async_trait::async_trait]
/// impl ConsentRecorder for ConsentTable {
///     async fn record(&self, consent: &ConsentRecord) -> Result<(), HookError> {
///         // INSERT INTO consent (operator, language, text_version, given_at, ...)
///         println!("{} took a consent at {}", consent.operator, consent.given_at);
///         Ok(())
///     }
/// }
/// ```
///
/// [`Desk`]: crate::Desk
#[async_trait]
pub trait ConsentRecorder: Debug + Send + Sync + 'static {
    /// Stores the record durably. Whatever was recorded stays, also when the step fails afterwards.
    ///
    /// # Errors
    /// When it could not be stored: then nothing is sent.
    async fn record(&self, consent: &ConsentRecord) -> Result<(), HookError>;
}

/// The facility's own error.
pub type HookError = Box<dyn std::error::Error + Send + Sync>;

/// That a person agreed: who took it, in which language, to which text. It never holds the Aadhaar
/// number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ConsentRecord {
    /// Who sat at the desk.
    pub operator: String,
    /// The language in which the text was shown, as a BCP 47 tag (`en`, `hi`, `ta`).
    pub language: String,
    /// Which text, by code and version.
    pub text: AgreedConsent,
    /// For what.
    pub purpose: ConsentPurpose,
    /// When, by the desk's clock.
    pub given_at: DateTime<Utc>,
    /// The facility's own number for the person or the visit, if there is one yet.
    pub subject: Option<String>,
}

/// What the Aadhaar number is used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum ConsentPurpose {
    /// Creating an ABHA number.
    Enrolment,
    /// Finding and proving an existing one. NHA publishes one text only, which speaks of creation;
    /// it is the one to show here too.
    Verification,
}

/// The agreement as the desk took it, before anything is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GivenConsent {
    operator: String,
    language: String,
    text: AgreedConsent,
    subject: Option<String>,
}

impl GivenConsent {
    /// Taken by this operator, the text having been shown in this language.
    pub fn new(operator: impl Into<String>, language: impl Into<String>) -> Self {
        Self {
            operator: operator.into(),
            language: language.into(),
            text: AgreedConsent::current(),
            subject: None,
        }
    }

    /// The same for this patient or visit, by the facility's own number.
    #[must_use]
    pub fn of_subject(mut self, subject: impl Into<String>) -> Self {
        self.subject = Some(subject.into());
        self
    }

    /// The same to another text than [`AgreedConsent::current`].
    #[must_use]
    pub fn to_text(mut self, text: AgreedConsent) -> Self {
        self.text = text;
        self
    }

    pub(crate) const fn text(&self) -> &AgreedConsent {
        &self.text
    }

    pub(crate) fn recorded(
        &self,
        purpose: ConsentPurpose,
        given_at: DateTime<Utc>,
    ) -> ConsentRecord {
        ConsentRecord {
            operator: self.operator.clone(),
            language: self.language.clone(),
            text: self.text.clone(),
            purpose,
            given_at,
            subject: self.subject.clone(),
        }
    }
}
