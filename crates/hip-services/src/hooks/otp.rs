//! How a patient gets the OTP of a link.

use abdm_core::id::{HipId, PatientReference};
use abdm_core::secret::Otp;
use async_trait::async_trait;
use chrono::{DateTime, Utc};

use super::HospitalError;

/// Sends a patient the OTP of a link: by the hospital's own SMS service.
///
/// ```
/// use async_trait::async_trait;
/// use hip_services::{HospitalError, OtpMessage, OtpSender};
///
/// struct Sms; // your SMS provider
///
/// #[async_trait]
/// impl OtpSender for Sms {
///     async fn send(&self, otp: &OtpMessage) -> Result<(), HospitalError> {
///         let text = format!(
///             "{} is the OTP to link your records of our hospital.",
///             otp.code.expose()
///         );
///         // provider.send(&otp.mobile, text).await?;
/// #       drop(text);
///         Ok(())
///     }
/// }
/// ```
#[async_trait]
pub trait OtpSender: Send + Sync + 'static {
    /// Sends the OTP. When it returns, the patient's app is told to ask for it.
    ///
    /// Asked again after an error, or when the process died over it: then with another OTP, and only
    /// the last one counts. How many a mobile number is sent in a day is bounded
    /// ([`HipBuilder::link_otps_per_day`](crate::HipBuilder::link_otps_per_day)).
    ///
    /// # Errors
    /// Any: after three tries the patient's app is told that the OTP cannot be sent. An answer that
    /// takes longer than ten seconds counts as one.
    async fn send(&self, otp: &OtpMessage) -> Result<(), HospitalError>;
}

/// An OTP for the patient whose records are to be linked.
#[derive(Clone)]
#[non_exhaustive]
pub struct OtpMessage {
    /// At which facility.
    pub hip_id: HipId,
    /// The record whose mobile it goes to.
    pub patient: PatientReference,
    /// The mobile of that record: ten digits.
    pub mobile: String,
    /// The OTP: six digits. Never log or store it.
    pub code: Otp,
    /// Until when it is good.
    pub expires_at: DateTime<Utc>,
}

/// Names no person.
impl std::fmt::Debug for OtpMessage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OtpMessage")
            .field("hip_id", &self.hip_id)
            .field("expires_at", &self.expires_at)
            .finish_non_exhaustive()
    }
}
