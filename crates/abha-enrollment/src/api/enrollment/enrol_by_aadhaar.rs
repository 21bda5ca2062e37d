//! `EnrolByAadhaar`.

use abdm_core::id::TxnId;
use abdm_core::vocabulary::Gender;
use serde::{Deserialize, Serialize};

use super::enrolled::EnrolmentReply;
use crate::api::fields::Personal;
use crate::api::headers::EnrolmentHeaders;
use crate::api::vocabulary::AuthMethod;
use crate::encryption::{AbhaKey, Encrypted};

abdm_core::endpoint! {
    /// Create the ABHA number of the person who gives this proof of an Aadhaar number; or return the
    /// one that exists. **Never repeated**: after a time-out the account may exist, so look it up by
    /// a login first.
    pub EnrolByAadhaar {
        method: POST,
        family: Abha,
        path: "/v3/enrollment/enrol/byAadhaar",
        auth: Session,
        headers: EnrolmentHeaders,
        request: AadhaarEnrolment,
        response: EnrolmentReply,
        success: OK,
        replay: Never,
        source: "m1-abha.md 6.1, 6.4, 6.6, 6.7",
    }
}

/// The proof and the consent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct AadhaarEnrolment {
    /// The proof.
    pub auth_data: AadhaarProof,
    /// Which consent text the person agreed to.
    pub consent: AgreedConsent,
}

impl AadhaarEnrolment {
    /// An enrolment by this proof.
    #[must_use]
    pub const fn new(proof: AadhaarProof, consent: AgreedConsent) -> Self {
        Self {
            auth_data: proof,
            consent,
        }
    }
}

/// The consent text, by code and version. The text itself is shown to the person in full before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct AgreedConsent {
    /// `abha-enrollment`.
    pub code: String,
    /// `1.4`.
    pub version: String,
}

impl AgreedConsent {
    /// The text of today: `abha-enrollment`, version 1.4.
    #[must_use]
    pub fn current() -> Self {
        Self {
            code: "abha-enrollment".to_owned(),
            version: "1.4".to_owned(),
        }
    }
}

/// How the person proves to own the Aadhaar number. On the wire: `authMethods` and the block that
/// bears the method's name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "AuthData", into = "AuthData")]
#[non_exhaustive]
pub enum AadhaarProof {
    /// By the OTP that UIDAI sent.
    Otp(OtpBlock),
    /// By fingerprints.
    Bio(FingerEnrolment),
    /// By an iris.
    Iris(IrisEnrolment),
    /// By a face, scanned here.
    Face(FaceEnrolment),
    /// By a face, scanned by the ABHA app.
    FaceAuth(FaceAppEnrolment),
    /// By name, date of birth and gender as on Aadhaar; government programmes only.
    Demographic(Box<DemographicBlock>),
    /// By a parent's word, for a child.
    Child(ChildBlock),
}

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
    /// The mobile number to reach the person at, ten digits, in the clear. When Aadhaar knows the same
    /// one it is linked at once.
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
        Self {
            time_stamp: None,
            txn_id,
            otp_value,
            mobile,
        }
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
    /// Aadhaar number and iris. NHA's collection of 2025 writes `Pid`, its description of 2026 `pid`:
    /// the newer is sent, both are read.
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
        Self {
            txn_id,
            aadhaar,
            mobile,
        }
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

/// `authData` as it stands on the wire.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct AuthData {
    auth_methods: Vec<AuthMethod>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    otp: Option<OtpBlock>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    bio: Option<FingerEnrolment>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    iris: Option<IrisEnrolment>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    face: Option<WireFace>,
    #[serde(rename = "demo_auth", default, skip_serializing_if = "Option::is_none")]
    demo_auth: Option<Box<DemographicBlock>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    child: Option<ChildBlock>,
}

/// The block `face` of both methods that have one.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireFace {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    txn_id: Option<TxnId>,
    aadhaar: Encrypted<AbhaKey>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    rd_pid_data: Option<Personal>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    mobile: Option<Personal>,
}

impl From<AadhaarProof> for AuthData {
    fn from(proof: AadhaarProof) -> Self {
        let with = |method| Self {
            auth_methods: vec![method],
            ..Self::default()
        };
        match proof {
            AadhaarProof::Otp(otp) => Self {
                otp: Some(otp),
                ..with(AuthMethod::Otp)
            },
            AadhaarProof::Bio(bio) => Self {
                bio: Some(bio),
                ..with(AuthMethod::Bio)
            },
            AadhaarProof::Iris(iris) => Self {
                iris: Some(iris),
                ..with(AuthMethod::Iris)
            },
            AadhaarProof::Face(FaceEnrolment {
                aadhaar,
                rd_pid_data,
                mobile,
            }) => {
                let rd_pid_data = Some(rd_pid_data);
                let face = WireFace {
                    txn_id: None,
                    aadhaar,
                    rd_pid_data,
                    mobile,
                };
                Self {
                    face: Some(face),
                    ..with(AuthMethod::Face)
                }
            }
            AadhaarProof::FaceAuth(FaceAppEnrolment {
                txn_id,
                aadhaar,
                mobile,
            }) => {
                let txn_id = Some(txn_id);
                let face = WireFace {
                    txn_id,
                    aadhaar,
                    rd_pid_data: None,
                    mobile,
                };
                Self {
                    face: Some(face),
                    ..with(AuthMethod::FaceAuth)
                }
            }
            AadhaarProof::Demographic(block) => Self {
                demo_auth: Some(block),
                ..with(AuthMethod::DemoAuth)
            },
            AadhaarProof::Child(child) => Self {
                child: Some(child),
                ..with(AuthMethod::Child)
            },
        }
    }
}

impl TryFrom<AuthData> for AadhaarProof {
    type Error = &'static str;

    fn try_from(data: AuthData) -> Result<Self, Self::Error> {
        let [method] = data.auth_methods.as_slice() else {
            return Err("expected one method in authMethods");
        };
        let proof = match method {
            AuthMethod::Otp => data.otp.map(Self::Otp),
            AuthMethod::Bio => data.bio.map(Self::Bio),
            AuthMethod::Iris => data.iris.map(Self::Iris),
            AuthMethod::Face => data.face.and_then(|face| {
                let pid = face.rd_pid_data?;
                Some(Self::Face(FaceEnrolment::new(
                    face.aadhaar,
                    pid,
                    face.mobile,
                )))
            }),
            AuthMethod::FaceAuth => data.face.and_then(|face| {
                let txn_id = face.txn_id?;
                Some(Self::FaceAuth(FaceAppEnrolment::new(
                    txn_id,
                    face.aadhaar,
                    face.mobile,
                )))
            }),
            AuthMethod::DemoAuth => data.demo_auth.map(Self::Demographic),
            AuthMethod::Child => data.child.map(Self::Child),
            _ => return Err("expected a known method in authMethods"),
        };
        proof.ok_or("expected the block that goes with authMethods")
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_proof_is_written_as_it_is_read() {
        for auth_data in [
            json!({"authMethods": ["otp"], "otp": {"txnId": "t", "otpValue": "x", "mobile": "9876543210"}}),
            json!({"authMethods": ["bio"], "bio": {"aadhaar": "x", "fingerPrintAuthPid": "p", "mobile": "9876543210"}}),
            json!({"authMethods": ["iris"], "iris": {"aadhaar": "x", "pid": "p"}}),
            json!({"authMethods": ["face"], "face": {"aadhaar": "x", "rdPidData": "p", "mobile": "9876543210"}}),
            json!({"authMethods": ["face_auth"], "face": {"txnId": "t", "aadhaar": "x", "mobile": "9876543210"}}),
            json!({"authMethods": ["demo_auth"], "demo_auth": {
                "aadhaarNumber": "x", "name": "Asha Example", "dateOfBirth": "26-06-1999", "gender": "F",
                "stateCode": "27", "districtCode": "490", "pinCode": "411001",
            }}),
            json!({"authMethods": ["child"], "child": {
                "dayOfBirth": "21", "monthOfBirth": "2", "yearOfBirth": "2020", "gender": "F",
                "name": "Mina Example", "password": "", "profilePhoto": "", "parentConsent": "true",
            }}),
        ] {
            let proof: AadhaarProof = serde_json::from_value(auth_data.clone()).unwrap();
            assert_eq!(serde_json::to_value(&proof).unwrap(), auth_data);
        }
    }

    #[test]
    fn older_spellings_are_read_and_missing_blocks_refused() {
        let iris = json!({"authMethods": ["iris"], "iris": {"aadhaar": "x", "Pid": "p"}});
        assert!(serde_json::from_value::<AadhaarProof>(iris).is_ok());
        for wrong in [
            json!({"authMethods": ["face_auth"], "face": {"aadhaar": "x"}}),
            json!({"authMethods": ["otp"]}),
            json!({"authMethods": ["otp", "bio"], "otp": {"txnId": "t", "otpValue": "x"}}),
        ] {
            assert!(
                serde_json::from_value::<AadhaarProof>(wrong.clone()).is_err(),
                "{wrong}"
            );
        }
    }
}
