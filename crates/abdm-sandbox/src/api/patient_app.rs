//! What a patient's PHR app asks of the consent manager (phr-simulator.md 2 to 4).

mod approve_consent_request;
mod ask_running_token;
mod confirm_link;
mod deny_consent_request;
mod discover_care_contexts;
mod init_link;
mod list_artefacts;
mod list_consent_requests;
mod list_links;
mod list_tokens;
mod on_link_offered;
mod on_profile_shared;
mod on_records_found;
mod on_records_linked;
mod on_token_served;
mod read_consent_request;
mod revoke_consents;
mod share_profile;

pub use self::approve_consent_request::{
    Approval, ApproveConsentRequest, Approved, Grant, NamedHip,
};
pub use self::ask_running_token::AskRunningToken;
pub use self::confirm_link::ConfirmLink;
pub use self::deny_consent_request::{Denial, DenyConsentRequest};
pub use self::discover_care_contexts::{DiscoverCareContexts, RecordSearch};
pub use self::init_link::{Choice, InitLink};
pub use self::list_artefacts::{ArtefactPage, ListArtefacts};
pub use self::list_consent_requests::{ConsentRequestPage, ListConsentRequests, PageQuery};
pub use self::list_links::{LinkedRecords, Links, LinksOf, LinksQuery, ListLinks};
pub use self::list_tokens::{ListTokens, TokenDetails};
pub use self::on_link_offered::OnLinkOffered;
pub use self::on_profile_shared::{OnProfileShared, ProfileShared, TokenGiven};
pub use self::on_records_found::{OnRecordsFound, RecordsFound};
pub use self::on_records_linked::OnRecordsLinked;
pub use self::on_token_served::OnTokenServed;
pub use self::read_consent_request::{ConsentRequestView, ReadConsentRequest};
pub use self::revoke_consents::{Message, Revocation, RevokeConsents};
pub use self::share_profile::ShareProfile;
