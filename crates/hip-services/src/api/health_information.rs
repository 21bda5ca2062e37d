//! The request for health information, as a HIP gets and answers it (m2-hip.md 8.1, 8.2).

mod acknowledge_request;
mod on_request;

pub use self::acknowledge_request::{
    AcknowledgeHealthInformationRequest, RequestAcknowledgement, SessionState,
};
pub use self::on_request::{HealthInformationRequest, OnHealthInformationRequest};
