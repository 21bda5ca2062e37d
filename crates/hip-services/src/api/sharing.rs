//! Scan and share: a patient scans the code of a counter and shares their profile, and asks how the
//! queue goes on (m2-hip.md 6, 6.1).

mod acknowledge_share;
mod answer_running_token;
mod on_patient_share;
mod on_running_token_status;
mod shared_patient;

pub use self::acknowledge_share::{
    AcknowledgeShare, IssuedToken, ShareAcknowledged, ShareAcknowledgement, ShareStatus,
};
pub use self::answer_running_token::{AnswerRunningToken, RunningToken, RunningTokenAnswer};
pub use self::on_patient_share::{
    OnPatientShare, PatientShare, ShareIntent, ShareMetadata, ShareProfile,
};
pub use self::on_running_token_status::{OnRunningTokenStatus, RunningTokenQuery};
#[cfg(feature = "v0_5")]
pub(crate) use self::shared_patient::dashed;
pub use self::shared_patient::{PostalAddress, SharedPatient};
