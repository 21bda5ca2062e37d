//! `OnConsentDecision`.

use std::fmt;

use abdm_core::headers::HiuHeaders;
use abdm_core::id::{ConsentId, ConsentRequestId};
use abdm_core::lenient;
use abdm_core::vocabulary::ConsentStatus;
use abdm_core::wire::Accepted;
use serde::{Deserialize, Deserializer, Serialize};

use super::artefacts::{self, ArtefactReference};

abdm_core::endpoint! {
    /// The patient granted, refused or took back, or time ran out. Answer with
    /// [`AcknowledgeConsentDecision`](super::AcknowledgeConsentDecision).
    pub OnConsentDecision {
        method: POST,
        family: Bridge,
        path: "/api/v3/hiu/consent/request/notify",
        auth: SignedCallback,
        headers: HiuHeaders,
        request: DecisionNotice,
        response: Accepted,
        success: ACCEPTED,
        replay: Safe,
        errors: HiuOnNotify,
        source: "m3-hiu.md 2.4",
    }
}

/// The envelope of a decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct DecisionNotice {
    /// The decision.
    pub notification: ConsentDecision,
}

impl From<ConsentDecision> for DecisionNotice {
    fn from(notification: ConsentDecision) -> Self {
        Self { notification }
    }
}

/// A patient's own words. They may tell anything: `Debug` hides them, and no error or log has them.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Reason(String);

impl Reason {
    /// These words.
    #[must_use]
    pub fn new(words: impl Into<String>) -> Self {
        Self(words.into())
    }

    /// The words, to be shown to whoever asked the patient.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Whatever is no text is no reason: a revocation must not be lost over it.
fn reason<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Reason>, D::Error> {
    Ok(match serde_json::Value::deserialize(deserializer)? {
        serde_json::Value::String(words) => Some(Reason(words)),
        _ => None,
    })
}

impl fmt::Debug for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} characters", self.0.chars().count())
    }
}

/// What was decided about a consent request or some of its artefacts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ConsentDecision {
    /// Which consent request.
    pub consent_request_id: ConsentRequestId,
    /// `GRANTED`, `DENIED`, `REVOKED` or `EXPIRED`.
    #[serde(deserialize_with = "lenient::any_case::deserialize")]
    pub status: ConsentStatus,
    /// The patient's reason, on a refusal at most.
    #[serde(default, deserialize_with = "reason")]
    pub reason: Option<Reason>,
    /// One for each HIP. On `REVOKED` and `EXPIRED` those affected; all of the request when empty.
    #[serde(default, deserialize_with = "artefacts::read")]
    pub consent_artefacts: Vec<ArtefactReference>,
}

impl ConsentDecision {
    /// This decision about this consent request and these artefacts.
    #[must_use]
    pub fn new(
        consent_request_id: ConsentRequestId,
        status: ConsentStatus,
        artefacts: impl IntoIterator<Item = ConsentId>,
    ) -> Self {
        let consent_artefacts = artefacts.into_iter().map(Into::into).collect();
        Self { consent_request_id, status, reason: None, consent_artefacts }
    }
}
