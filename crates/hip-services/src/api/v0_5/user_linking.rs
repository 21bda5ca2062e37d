//! Linking by the patient: discovery, init and confirmation as in V3, without HI types
//! (m2-hip.md 10).

mod answer_discovery;
mod answer_link_confirm;
mod answer_link_init;
mod on_discover_care_contexts;
mod on_link_confirm;
mod on_link_init;

pub use self::answer_discovery::{AnswerDiscoveryV05, DiscoveryAnswerV05};
pub use self::answer_link_confirm::{AnswerLinkConfirmV05, LinkConfirmAnswerV05};
pub use self::answer_link_init::AnswerLinkInitV05;
pub use self::on_discover_care_contexts::OnDiscoverCareContextsV05;
pub use self::on_link_confirm::OnLinkConfirmV05;
pub use self::on_link_init::{ChosenPatientV05, LinkInitV05, OnLinkInitV05};
