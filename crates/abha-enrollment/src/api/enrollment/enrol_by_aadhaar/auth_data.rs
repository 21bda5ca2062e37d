//! `authData`: the method's name, and the block that bears it.

use abdm_core::id::TxnId;
use serde::{Deserialize, Serialize};

use super::AadhaarProof;
use super::blocks::{
    ChildBlock, DemographicBlock, FaceAppEnrolment, FaceEnrolment, FingerEnrolment, IrisEnrolment,
    OtpBlock,
};
use crate::api::fields::Personal;
use crate::api::vocabulary::AuthMethod;
use crate::encryption::{AbhaKey, Encrypted};

/// `authData` as it stands on the wire.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct AuthData {
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
        let with = |method| Self { auth_methods: vec![method], ..Self::default() };
        match proof {
            AadhaarProof::Otp(otp) => Self { otp: Some(otp), ..with(AuthMethod::Otp) },
            AadhaarProof::Bio(bio) => Self { bio: Some(bio), ..with(AuthMethod::Bio) },
            AadhaarProof::Iris(iris) => Self { iris: Some(iris), ..with(AuthMethod::Iris) },
            AadhaarProof::Face(FaceEnrolment { aadhaar, rd_pid_data, mobile }) => {
                let rd_pid_data = Some(rd_pid_data);
                let face = WireFace { txn_id: None, aadhaar, rd_pid_data, mobile };
                Self { face: Some(face), ..with(AuthMethod::Face) }
            }
            AadhaarProof::FaceAuth(FaceAppEnrolment { txn_id, aadhaar, mobile }) => {
                let txn_id = Some(txn_id);
                let face = WireFace { txn_id, aadhaar, rd_pid_data: None, mobile };
                Self { face: Some(face), ..with(AuthMethod::FaceAuth) }
            }
            AadhaarProof::Demographic(block) => {
                Self { demo_auth: Some(block), ..with(AuthMethod::DemoAuth) }
            }
            AadhaarProof::Child(child) => Self { child: Some(child), ..with(AuthMethod::Child) },
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
                Some(Self::Face(FaceEnrolment::new(face.aadhaar, pid, face.mobile)))
            }),
            AuthMethod::FaceAuth => data.face.and_then(|face| {
                let txn_id = face.txn_id?;
                Some(Self::FaceAuth(FaceAppEnrolment::new(txn_id, face.aadhaar, face.mobile)))
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
            assert!(serde_json::from_value::<AadhaarProof>(wrong.clone()).is_err(), "{wrong}");
        }
    }
}
