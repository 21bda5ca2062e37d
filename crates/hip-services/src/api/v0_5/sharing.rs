//! Scan and share: the profile of a patient at a counter (m2-hip.md 10).

mod acknowledge_share;
mod on_patient_share;

pub use self::acknowledge_share::{
    AcknowledgeShareV05, ShareAcknowledgedV05, ShareAcknowledgementV05,
};
pub use self::on_patient_share::{
    OnPatientShareV05, PatientShareV05, ShareIntentV05, ShareLocationV05, ShareProfileV05,
    SharedPatientV05,
};
