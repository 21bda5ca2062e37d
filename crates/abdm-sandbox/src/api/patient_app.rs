//! What a patient's PHR app asks of the consent manager (phr-simulator.md 2 to 4).

mod approve_consent_request;
mod deny_consent_request;
mod list_artefacts;
mod list_consent_requests;
mod list_links;
mod read_consent_request;
mod revoke_consents;
mod share_profile;

pub use self::approve_consent_request::{
    Approval, ApproveConsentRequest, Approved, Grant, NamedHip,
};
pub use self::deny_consent_request::{Denial, DenyConsentRequest};
pub use self::list_artefacts::{ArtefactPage, ListArtefacts};
pub use self::list_consent_requests::{ConsentRequestPage, ListConsentRequests, PageQuery};
pub use self::list_links::{LinkedRecords, Links, LinksOf, LinksQuery, ListLinks};
pub use self::read_consent_request::{ConsentRequestView, ReadConsentRequest};
pub use self::revoke_consents::{Message, Revocation, RevokeConsents};
pub use self::share_profile::ShareProfile;
