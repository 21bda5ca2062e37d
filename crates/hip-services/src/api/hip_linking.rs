//! Linking by the facility: link token, care contexts, notice of new records (m2-hip.md 1 to 3).

mod generate_link_token;
mod link_care_contexts;
mod notify_context;
mod on_generate_link_token;
mod on_link_care_contexts;
mod on_notify_context;

pub use self::generate_link_token::{GenerateLinkToken, LinkTokenRequest};
pub use self::link_care_contexts::{
    CareContext, LinkCareContexts, LinkCareContextsRequest, PatientCareContexts,
};
pub use self::notify_context::{ContextNotice, ContextNotification, NotifyContext};
pub use self::on_generate_link_token::{LinkTokenReply, OnGenerateLinkToken};
pub(crate) use self::on_link_care_contexts::means_already;
pub use self::on_link_care_contexts::{LinkOutcome, LinkReply, OnLinkCareContexts};
pub use self::on_notify_context::{ContextReply, OnNotifyContext};
