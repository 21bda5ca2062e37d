//! The request for health information, its answer, and the report: as in V3 (m2-hip.md 10). Pages
//! are pushed by [`PushHealthInformation`](abdm_core::api::data_flow::PushHealthInformation) in both.

mod acknowledge_request;
mod notify;
mod on_request;

pub use self::acknowledge_request::AcknowledgeHealthInformationRequestV05;
pub use self::notify::NotifyHealthInformationV05;
pub use self::on_request::OnHealthInformationRequestV05;
