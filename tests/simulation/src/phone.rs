//! The family's telephone: it keeps every OTP that it got.

use std::sync::{Mutex, MutexGuard, PoisonError};

use abdm_core::id::{HipId, PatientReference};
use abdm_core::secret::Otp;
use chrono::{DateTime, Utc};
use hip_services::OtpMessage;

/// An SMS with an OTP.
#[derive(Debug, Clone)]
pub(crate) struct Sms {
    pub(crate) hip: HipId,
    pub(crate) patient: PatientReference,
    pub(crate) code: Otp,
    /// Until when it is good, as the HIP says.
    pub(crate) expires_at: DateTime<Utc>,
    pub(crate) came_at: DateTime<Utc>,
}

/// A telephone.
#[derive(Debug, Default)]
pub(crate) struct Phone(Mutex<Vec<Sms>>);

impl Phone {
    fn messages(&self) -> MutexGuard<'_, Vec<Sms>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn gets(&self, message: &OtpMessage, now: DateTime<Utc>) {
        let sms = Sms {
            hip: message.hip_id.clone(),
            patient: message.patient.clone(),
            code: message.code.clone(),
            expires_at: message.expires_at,
            came_at: now,
        };
        self.messages().push(sms);
    }

    /// What came from a facility, the latest first. Whose records it is for stands in none of them.
    pub(crate) fn from(&self, hip: &HipId) -> Vec<Sms> {
        self.messages().iter().rev().filter(|sms| sms.hip == *hip).cloned().collect()
    }

    pub(crate) fn all(&self) -> Vec<Sms> {
        self.messages().clone()
    }
}
