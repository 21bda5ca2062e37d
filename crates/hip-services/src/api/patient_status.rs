//! Notices that a patient's ABHA account was deactivated, reactivated or deleted (m2-hip.md 9).
//!
//! NHA has published neither the notice nor its answer for V3: paths and bodies here are those of
//! V0.5 in the manner of V3, the answer's path is one that two of NHA's lists name. Each of them
//! can be set otherwise (`HipBuilder::patient_status_paths`, feature `patient_status`). Where a
//! facility speaks V0.5, what comes as V0.5 publishes it is taken and answered as V0.5 does.

mod acknowledge_patient_status;
mod acknowledge_patient_status_v0_5;
mod on_patient_status;
mod on_patient_status_v0_5;

pub use self::acknowledge_patient_status::{AcknowledgePatientStatus, StatusAcknowledgement};
pub use self::acknowledge_patient_status_v0_5::{
    AcknowledgePatientStatusV05, StatusAcknowledgementV05,
};
pub use self::on_patient_status::{AbhaStanding, OnPatientStatus, PatientStatusNotice};
pub use self::on_patient_status_v0_5::OnPatientStatusV05;
