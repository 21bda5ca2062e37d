//! The value sets of a patient's authentication.

use abdm_core::id::HipId;
use serde::{Deserialize, Serialize};

abdm_core::open_enum! {
    /// What a patient proves themselves for.
    pub enum AuthPurpose {
        /// To link care contexts: gives an access token.
        Link = "LINK",
        /// To be known by their profile: gives it.
        Kyc = "KYC",
        /// Both.
        KycAndLink = "KYC_AND_LINK",
    }
}

impl AuthPurpose {
    /// Whether it gives an access token for linking.
    #[must_use]
    pub const fn links(&self) -> bool {
        matches!(self, Self::Link | Self::KycAndLink)
    }

    /// Whether it gives the patient's profile.
    #[must_use]
    pub const fn tells_profile(&self) -> bool {
        matches!(self, Self::Kyc | Self::KycAndLink)
    }
}

abdm_core::open_enum! {
    /// How a patient proves themselves. Which ways there are is the consent manager's to say, for
    /// each patient and purpose.
    pub enum AuthMode {
        /// With an OTP to the mobile number that ABHA knows; the facility passes it on.
        MobileOtp = "MOBILE_OTP",
        /// In their own app, or by an SMS: the facility hears of it.
        Direct = "DIRECT",
        /// With an OTP of UIDAI; the facility passes it on.
        AadhaarOtp = "AADHAAR_OTP",
        /// By name, gender and date of birth as the profile has them.
        Demographics = "DEMOGRAPHICS",
    }
}

abdm_core::open_enum! {
    /// What the patient decided in their app.
    pub enum AuthStatus {
        /// They have proved themselves.
        Granted = "GRANTED",
        /// They have refused.
        Denied = "DENIED",
    }
}

abdm_core::open_enum! {
    /// In which role a facility asks.
    pub enum RequesterType {
        /// It has records.
        Hip = "HIP",
        /// It asks for records.
        Hiu = "HIU",
    }
}

/// Which facility asks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct AuthRequester {
    /// In which role.
    #[serde(rename = "type")]
    pub kind: RequesterType,
    /// Its service id.
    pub id: String,
}

impl From<&HipId> for AuthRequester {
    fn from(hip_id: &HipId) -> Self {
        Self { kind: RequesterType::Hip, id: hip_id.as_str().to_owned() }
    }
}
