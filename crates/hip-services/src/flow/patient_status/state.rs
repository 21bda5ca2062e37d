//! The events and effects of an account's status.

use abdm_core::id::{ConsentId, HipId, RequestId};
use abdm_core::person::AbhaAddress;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::api::patient_status::AbhaStanding;
use crate::final_record::FinalRecord;
use crate::hooks::HipEvent;

/// What can happen to an account's status.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum PatientStatusEvent {
    /// ABDM tells how the account stands.
    Told {
        /// The notice, to be acknowledged.
        notice: RequestId,
        /// Whether it came in the words of V0.5, and is acknowledged in them.
        in_v0_5: bool,
        /// How it stands.
        standing: AbhaStanding,
        /// When the notice was written, where it says so.
        written: Option<DateTime<Utc>>,
    },
    /// A notice whose status has no known meaning.
    NotUnderstood {
        /// The notice, to be refused.
        notice: RequestId,
        /// Whether it came in the words of V0.5, and is refused in them.
        in_v0_5: bool,
    },
    /// These links by themselves stopped while the account was switched off.
    StoppedLinks(Vec<FinalRecord>),
    /// These consents of the patient's live.
    Consents(Vec<ConsentId>),
    /// Time has passed.
    Woken,
}

/// What an account's status wants done.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[non_exhaustive]
pub enum PatientStatusEffect {
    /// Send [`AcknowledgePatientStatus`](crate::api::patient_status::AcknowledgePatientStatus), or
    /// [`AcknowledgePatientStatusV05`](crate::api::patient_status::AcknowledgePatientStatusV05).
    Acknowledge {
        /// The notice.
        notice: RequestId,
        /// Whether it was understood.
        understood: bool,
        /// Whether it came in the words of V0.5.
        #[serde(default)]
        in_v0_5: bool,
    },
    /// Tell the hospital.
    Announce(HipEvent),
    /// Look which links by themselves stopped while the account was switched off, once the link
    /// token knows that it is active again.
    FindStoppedLinks {
        /// The facility.
        hip_id: HipId,
        /// The patient.
        abha_address: AbhaAddress,
        /// Which word the link token must know.
        since: DateTime<Utc>,
    },
    /// Look which consents of the patient's live.
    FindConsents {
        /// The patient.
        abha_address: AbhaAddress,
    },
}
