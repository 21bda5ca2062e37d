//! Asking for health information under a consent artefact (m3-hiu.md 3).

mod on_health_information_requested;
mod request_health_information;

pub use self::on_health_information_requested::{
    HealthInformationRequested, HealthInformationSession, OnHealthInformationRequested,
};
pub use self::request_health_information::{HealthInformationRequest, RequestHealthInformation};
