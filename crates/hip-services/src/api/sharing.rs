//! Scan and share: a patient scans the code of a counter and shares their profile (m2-hip.md 6).

mod acknowledge_share;
mod on_patient_share;
mod shared_patient;

pub use self::acknowledge_share::{
    AcknowledgeShare, IssuedToken, ShareAcknowledged, ShareAcknowledgement, ShareStatus,
};
pub use self::on_patient_share::{
    OnPatientShare, PatientShare, ShareIntent, ShareMetadata, ShareProfile,
};
pub use self::shared_patient::{PostalAddress, SharedPatient};
