//! What each proof of an Aadhaar number consists of.

use abdm_core::id::TxnId;
use abdm_core::vocabulary::Gender;
use serde::{Deserialize, Serialize};

use crate::api::fields::Personal;
use crate::encryption::{AbhaKey, Encrypted};

/// The OTP that UIDAI sent, and the mobile number for the future.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct OtpBlock {
    /// When it was typed, `YYYY-MM-DD HH:mm:ss`. Optional.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time_stamp: Option<String>,
    /// The transaction of the request that sent it.
    pub txn_id: TxnId,
    /// The six digits, encrypted.
    pub otp_value: Encrypted<AbhaKey>,
    /// The mobile number to reach the person at, ten digits, in the clear. When Aadhaar knows the
    /// same one it is linked at once.
    #[serde(default)]
    pub mobile: Option<Personal>,
}

impl OtpBlock {
    /// This OTP of this transaction, and this mobile number.
    #[must_use]
    pub fn new(
        txn_id: TxnId,
        otp_value: Encrypted<AbhaKey>,
        mobile: &abdm_core::secret::MobileNumber,
    ) -> Self {
        let mobile = Some(Personal::new(mobile.expose()));
        Self { time_stamp: None, txn_id, otp_value, mobile }
    }
}

macro_rules! scan_blocks {
    ($( $(#[$doc:meta])* $name:ident { $(#[$field:meta])* $pid:ident } )+) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(rename_all = "camelCase")]
        #[non_exhaustive]
        pub struct $name {
            /// The Aadhaar number.
            pub aadhaar: Encrypted<AbhaKey>,
            /// Base64 of the RD service's PID XML.
            $(#[$field])*
            pub $pid: Personal,
            /// The mobile number to reach the person at, ten digits, in the clear.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            pub mobile: Option<Personal>,
        }

        impl $name {
            /// A block by its parts.
            #[must_use]
            pub const fn new(
                aadhaar: Encrypted<AbhaKey>,
                $pid: Personal,
                mobile: Option<Personal>,
            ) -> Self {
                Self { aadhaar, $pid, mobile }
            }
        }
    )+};
}

scan_blocks! {
    /// Aadhaar number and fingerprints.
    FingerEnrolment { finger_print_auth_pid }
    /// Aadhaar number and iris. NHA's collection of 2025 writes `Pid`, its description of 2026
    /// `pid`: the newer is sent, both are read.
    IrisEnrolment { #[serde(alias = "Pid")] pid }
    /// Aadhaar number and face.
    FaceEnrolment { rd_pid_data }
}

/// Aadhaar number and the transaction under which the ABHA app sent the face.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct FaceAppEnrolment {
    /// The transaction of the capture.
    pub txn_id: TxnId,
    /// The Aadhaar number.
    pub aadhaar: Encrypted<AbhaKey>,
    /// The mobile number to reach the person at, ten digits, in the clear.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mobile: Option<Personal>,
}

impl FaceAppEnrolment {
    /// A block by its parts.
    #[must_use]
    pub const fn new(txn_id: TxnId, aadhaar: Encrypted<AbhaKey>, mobile: Option<Personal>) -> Self {
        Self { txn_id, aadhaar, mobile }
    }
}

/// The person as on Aadhaar. The programme's header is mandatory, and the role
/// `HidIntegratedProgram` (m1-abha.md 6.6).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct DemographicBlock {
    /// The Aadhaar number; the one encrypted field here.
    pub aadhaar_number: Encrypted<AbhaKey>,
    /// Whole name.
    pub name: Personal,
    /// `26-06-1999`.
    pub date_of_birth: Personal,
    /// Gender.
    pub gender: Gender,
    /// LGD code of the state.
    pub state_code: Personal,
    /// LGD code of the district.
    pub district_code: Personal,
    /// Mobile number, which counts as verified.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mobile: Option<Personal>,
    /// Postal code; the older spelling `pincode` is read too.
    #[serde(alias = "pincode", default, skip_serializing_if = "Option::is_none")]
    pub pin_code: Option<Personal>,
    /// Postal address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<Personal>,
    /// Photo, base64 of a PNG or JPEG of at most 100 KB.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile_photo: Option<Personal>,
    /// A text that the documents name and do not explain.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub validity: Option<Personal>,
}

impl DemographicBlock {
    /// A block by its required parts.
    #[must_use]
    pub const fn new(
        aadhaar_number: Encrypted<AbhaKey>,
        name: Personal,
        date_of_birth: Personal,
        gender: Gender,
        state_code: Personal,
        district_code: Personal,
    ) -> Self {
        Self {
            aadhaar_number,
            name,
            date_of_birth,
            gender,
            state_code,
            district_code,
            mobile: None,
            pin_code: None,
            address: None,
            profile_photo: None,
            validity: None,
        }
    }
}

/// A child, by a parent's word. The parent's token goes into the headers; the role is `Hid_Child`
/// (m1-abha.md 6.7).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ChildBlock {
    /// Day of birth.
    pub day_of_birth: Personal,
    /// Month of birth.
    pub month_of_birth: Personal,
    /// Year of birth.
    pub year_of_birth: Personal,
    /// Gender.
    pub gender: Gender,
    /// Whole name.
    pub name: Personal,
    /// Blank: a child has none.
    #[serde(default)]
    pub password: Personal,
    /// Photo, base64; may be blank.
    #[serde(default)]
    pub profile_photo: Personal,
    /// `"true"`, a text.
    pub parent_consent: Personal,
}

impl ChildBlock {
    /// A child with the parent's consent.
    #[must_use]
    pub fn new(
        name: Personal,
        gender: Gender,
        (day, month, year): (Personal, Personal, Personal),
    ) -> Self {
        Self {
            day_of_birth: day,
            month_of_birth: month,
            year_of_birth: year,
            gender,
            name,
            password: Personal::default(),
            profile_photo: Personal::default(),
            parent_consent: Personal::new("true"),
        }
    }
}
