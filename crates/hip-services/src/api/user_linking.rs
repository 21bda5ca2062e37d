//! Linking by the patient: their app looks for records here, chooses, and proves itself with an OTP
//! that the facility sends (m2-hip.md 5).

mod answer_discovery;
mod answer_link_confirm;
mod answer_link_init;
mod identifier;
mod on_discover_care_contexts;
mod on_link_confirm;
mod on_link_init;

pub use self::answer_discovery::{AnswerDiscovery, DiscoveryAnswer};
pub use self::answer_link_confirm::{AnswerLinkConfirm, LinkConfirmAnswer};
pub use self::answer_link_init::{
    AnswerLinkInit, AuthenticationType, CommunicationMedium, LinkInitAnswer, LinkMeta,
    LinkReference, OfferedLink,
};
pub use self::identifier::{Identifier, IdentifierType};
pub use self::on_discover_care_contexts::{
    DISCOVERY_WAIT, Discovery, OnDiscoverCareContexts, SoughtPatient,
};
pub use self::on_link_confirm::{Confirmation, LinkConfirm, LinkOtp, OnLinkConfirm};
pub use self::on_link_init::{ChosenCareContext, ChosenCareContexts, LinkInit, OnLinkInit};
