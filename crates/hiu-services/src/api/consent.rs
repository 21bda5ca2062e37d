//! Asking for consent, learning the decision, reading the artefact (m3-hiu.md 2).

mod acknowledge_consent_decision;
mod artefacts;
mod check_consent_status;
mod fetch_consent;
mod on_consent_decision;
mod on_consent_status;
mod on_fetch_consent;
mod on_request_consent;
mod request_consent;

pub use self::acknowledge_consent_decision::{
    AcknowledgeConsentDecision, ConsentAcknowledgement, DecisionAcknowledgement,
};
pub use self::artefacts::ArtefactReference;
pub use self::check_consent_status::{CheckConsentStatus, ConsentStatusQuery};
pub use self::fetch_consent::{ConsentQuery, FetchConsent};
pub use self::on_consent_decision::{ConsentDecision, DecisionNotice, OnConsentDecision, Reason};
pub use self::on_consent_status::{ConsentRequestState, ConsentStatusReply, OnConsentStatus};
pub use self::on_fetch_consent::{ConsentArtefact, FetchedConsent, OnFetchConsent};
pub use self::on_request_consent::{ConsentRequestReference, ConsentRequested, OnRequestConsent};
pub use self::request_consent::{ConsentTerms, RequestConsent, RequestedConsent};
