//! Giving a proof of any kind: `authData` of logins and of changes to a profile.

use abdm_core::id::TxnId;
use abdm_core::person::{AbhaAddress, AbhaNumber};
use serde::{Deserialize, Serialize};

use super::auth::OtpProof;
use super::fields::{Personal, dashed_option};
use super::vocabulary::{AuthMethod, Scope};
use crate::encryption::{AbhaKey, Encrypted, KeyFamily};

/// Verify a proof.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", bound = "")]
#[non_exhaustive]
pub struct ProofRequest<K: KeyFamily = AbhaKey> {
    /// The scope of the request before, without `search-abha`.
    pub scope: Vec<Scope>,
    /// The proof.
    pub auth_data: Proof<K>,
    /// Why, on a deletion or deactivation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reasons: Option<Vec<Personal>>,
}

impl<K: KeyFamily> ProofRequest<K> {
    /// A verification of this proof.
    #[must_use]
    pub const fn new(scope: Vec<Scope>, proof: Proof<K>) -> Self {
        Self { scope, auth_data: proof, reasons: None }
    }

    /// The same with the person's reasons.
    #[must_use]
    pub fn because(mut self, reasons: Vec<Personal>) -> Self {
        self.reasons = Some(reasons);
        self
    }
}

/// A proof of identity. On the wire: `authMethods`, and the block that goes with the method.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(bound = "", try_from = "AuthData<K>", into = "AuthData<K>")]
#[non_exhaustive]
pub enum Proof<K: KeyFamily = AbhaKey> {
    /// An OTP.
    Otp(OtpProof<K>),
    /// A password, or a change of it.
    Password(PasswordBlock<K>),
    /// Fingerprints.
    Bio(FingerBlock),
    /// A face, scanned here.
    Face(FaceBlock),
    /// A face, scanned by the ABHA app.
    FaceAuth(FaceAuthBlock),
    /// An iris.
    Iris(IrisBlock),
    /// Aadhaar number and fingerprints in one step (v3.1).
    BioLogin(FingerLoginBlock<K>),
    /// Aadhaar number and iris in one step (v3.1).
    IrisLogin(IrisLoginBlock<K>),
    /// Aadhaar number and a face scanned by the ABHA app, in one step (v3.1).
    FaceLogin(FaceLoginBlock<K>),
}

/// A password. Which fields are there tells what it is for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", bound = "")]
#[non_exhaustive]
pub struct PasswordBlock<K: KeyFamily = AbhaKey> {
    /// Whose, at a login; dashed.
    #[serde(
        rename = "ABHANumber",
        with = "dashed_option",
        default,
        skip_serializing_if = "Option::is_none"
    )]
    pub abha_number: Option<AbhaNumber>,
    /// Whose, at a login by ABHA address on the PHR app family.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub abha_address: Option<Personal>,
    /// The password.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password: Option<Encrypted<K>>,
    /// The new password.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub new_password: Option<Encrypted<K>>,
    /// The new password again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confirm_password: Option<Encrypted<K>>,
    /// The old password.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub old_password: Option<Encrypted<K>>,
}

impl<K: KeyFamily> PasswordBlock<K> {
    const EMPTY: Self = Self {
        abha_number: None,
        abha_address: None,
        password: None,
        new_password: None,
        confirm_password: None,
        old_password: None,
    };

    /// A login with an ABHA number.
    #[must_use]
    pub fn login(abha_number: AbhaNumber, password: Encrypted<K>) -> Self {
        Self { abha_number: Some(abha_number), password: Some(password), ..Self::EMPTY }
    }

    /// A login with an ABHA address, on the PHR app family; or a new password for it.
    #[must_use]
    pub fn of_address(abha_address: &AbhaAddress, password: Encrypted<K>) -> Self {
        let abha_address = Some(Personal::new(abha_address.as_str()));
        Self { abha_address, password: Some(password), ..Self::EMPTY }
    }

    /// A confirmation by the person who is logged in.
    #[must_use]
    pub fn confirmation(password: Encrypted<K>) -> Self {
        Self { password: Some(password), ..Self::EMPTY }
    }

    /// A change from an old password to a new one.
    #[must_use]
    pub fn change(old: Encrypted<K>, new: Encrypted<K>, again: Encrypted<K>) -> Self {
        Self {
            old_password: Some(old),
            new_password: Some(new),
            confirm_password: Some(again),
            ..Self::EMPTY
        }
    }
}

macro_rules! blocks {
    ($( $(#[$doc:meta])* $name:ident { $( $(#[$field_doc:meta])* $field:ident: $type:ty $(, $wire:literal)?; )+ } )+) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(rename_all = "camelCase")]
        #[non_exhaustive]
        pub struct $name {
            $( $(#[$field_doc])* $(#[serde(rename = $wire)])? pub $field: $type, )+
        }

        impl $name {
            /// A block by its parts.
            #[must_use]
            pub const fn new($($field: $type),+) -> Self {
                Self { $($field),+ }
            }
        }
    )+};
}

blocks! {
    /// Fingerprints, for a transaction that was begun.
    FingerBlock {
        /// The transaction.
        txn_id: TxnId;
        /// Base64 of the RD service's PID XML.
        finger_print_auth_pid: Personal;
    }
    /// A face scanned here, for a transaction that was begun.
    FaceBlock {
        /// The transaction.
        txn_id: TxnId;
        /// Base64 of the RD service's PID XML.
        face_auth_pid: Personal;
    }
    /// A face scanned by the ABHA app.
    FaceAuthBlock {
        /// The transaction under which the app sent it.
        txn_id: TxnId;
    }
    /// An iris, for a transaction that was begun.
    IrisBlock {
        /// The transaction.
        txn_id: TxnId;
        /// Base64 of the RD service's PID XML.
        iris_auth_pid: Personal;
    }
}

macro_rules! encrypted_blocks {
    ($( $(#[$doc:meta])* $name:ident { $( $(#[$field_doc:meta])* $field:ident: $type:ty; )+ } )+) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(rename_all = "camelCase", bound = "")]
        #[non_exhaustive]
        pub struct $name<K: KeyFamily = AbhaKey> {
            /// The Aadhaar number.
            pub aadhaar: Encrypted<K>,
            $( $(#[$field_doc])* pub $field: $type, )+
        }

        impl<K: KeyFamily> $name<K> {
            /// A block by its parts.
            #[must_use]
            pub const fn new(aadhaar: Encrypted<K>, $($field: $type),+) -> Self {
                Self { aadhaar, $($field),+ }
            }
        }
    )+};
}

encrypted_blocks! {
    /// Aadhaar number and fingerprints.
    FingerLoginBlock {
        /// Base64 of the RD service's PID XML.
        finger_print_auth_pid: Personal;
    }
    /// Aadhaar number and iris.
    IrisLoginBlock {
        /// Base64 of the RD service's PID XML.
        iris_auth_pid: Personal;
    }
    /// Aadhaar number and the transaction under which the ABHA app sent the face.
    FaceLoginBlock {
        /// The transaction.
        txn_id: TxnId;
    }
}

/// `authData` as it stands on the wire.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", bound = "")]
struct AuthData<K: KeyFamily> {
    auth_methods: Vec<AuthMethod>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    otp: Option<OtpProof<K>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    password: Option<PasswordBlock<K>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    bio: Option<FingerBlock>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    face: Option<WireFace>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    iris: Option<IrisBlock>,
    #[serde(rename = "bio_login", default, skip_serializing_if = "Option::is_none")]
    bio_login: Option<FingerLoginBlock<K>>,
    #[serde(rename = "iris_login", default, skip_serializing_if = "Option::is_none")]
    iris_login: Option<IrisLoginBlock<K>>,
    #[serde(rename = "face_login", default, skip_serializing_if = "Option::is_none")]
    face_login: Option<FaceLoginBlock<K>>,
}

/// The block `face` of both methods that have one.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireFace {
    txn_id: TxnId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    face_auth_pid: Option<Personal>,
}

impl<K: KeyFamily> From<Proof<K>> for AuthData<K> {
    fn from(proof: Proof<K>) -> Self {
        let mut data = Self {
            auth_methods: Vec::new(),
            otp: None,
            password: None,
            bio: None,
            face: None,
            iris: None,
            bio_login: None,
            iris_login: None,
            face_login: None,
        };
        let method = match proof {
            Proof::Otp(block) => {
                data.otp = Some(block);
                AuthMethod::Otp
            }
            Proof::Password(block) => {
                data.password = Some(block);
                AuthMethod::Password
            }
            Proof::Bio(block) => {
                data.bio = Some(block);
                AuthMethod::Bio
            }
            Proof::Face(FaceBlock { txn_id, face_auth_pid }) => {
                data.face = Some(WireFace { txn_id, face_auth_pid: Some(face_auth_pid) });
                AuthMethod::Face
            }
            Proof::FaceAuth(FaceAuthBlock { txn_id }) => {
                data.face = Some(WireFace { txn_id, face_auth_pid: None });
                AuthMethod::FaceAuth
            }
            Proof::Iris(block) => {
                data.iris = Some(block);
                AuthMethod::Iris
            }
            Proof::BioLogin(block) => {
                data.bio_login = Some(block);
                AuthMethod::BioLogin
            }
            Proof::IrisLogin(block) => {
                data.iris_login = Some(block);
                AuthMethod::IrisLogin
            }
            // The method of the ABHA app's face has one name, whatever the block's.
            Proof::FaceLogin(block) => {
                data.face_login = Some(block);
                AuthMethod::FaceAuth
            }
        };
        data.auth_methods.push(method);
        data
    }
}

impl<K: KeyFamily> TryFrom<AuthData<K>> for Proof<K> {
    type Error = &'static str;

    fn try_from(data: AuthData<K>) -> Result<Self, Self::Error> {
        let [method] = data.auth_methods.as_slice() else {
            return Err("expected one method in authMethods");
        };
        let proof = match method {
            AuthMethod::Otp => data.otp.map(Self::Otp),
            AuthMethod::Password => data.password.map(Self::Password),
            AuthMethod::Bio => data.bio.map(Self::Bio),
            AuthMethod::Face => data.face.and_then(|face| {
                Some(Self::Face(FaceBlock::new(face.txn_id, face.face_auth_pid?)))
            }),
            AuthMethod::FaceAuth => match data.face_login {
                Some(block) => Some(Self::FaceLogin(block)),
                None => data.face.map(|face| Self::FaceAuth(FaceAuthBlock::new(face.txn_id))),
            },
            AuthMethod::Iris => data.iris.map(Self::Iris),
            AuthMethod::BioLogin => data.bio_login.map(Self::BioLogin),
            AuthMethod::IrisLogin => data.iris_login.map(Self::IrisLogin),
            _ => return Err("expected a known method in authMethods"),
        };
        proof.ok_or("expected the block that goes with authMethods")
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    #[track_caller]
    fn assert_round_trip(auth_data: Value) {
        let proof: Proof = serde_json::from_value(auth_data.clone()).unwrap();
        assert_eq!(serde_json::to_value(&proof).unwrap(), auth_data);
    }

    #[test]
    fn every_proof_is_written_as_it_is_read() {
        for auth_data in [
            json!({"authMethods": ["otp"], "otp": {"txnId": "t", "otpValue": "x"}}),
            json!({"authMethods": ["password"], "password": {"ABHANumber": "91-1234-5678-9015", "password": "x"}}),
            json!({"authMethods": ["password"], "password": {"newPassword": "x", "confirmPassword": "y", "oldPassword": "z"}}),
            json!({"authMethods": ["bio"], "bio": {"txnId": "t", "fingerPrintAuthPid": "p"}}),
            json!({"authMethods": ["face"], "face": {"txnId": "t", "faceAuthPid": "p"}}),
            json!({"authMethods": ["face_auth"], "face": {"txnId": "t"}}),
            json!({"authMethods": ["iris"], "iris": {"txnId": "t", "irisAuthPid": "p"}}),
            json!({"authMethods": ["bio_login"], "bio_login": {"aadhaar": "x", "fingerPrintAuthPid": "p"}}),
            json!({"authMethods": ["iris_login"], "iris_login": {"aadhaar": "x", "irisAuthPid": "p"}}),
            json!({"authMethods": ["face_auth"], "face_login": {"aadhaar": "x", "txnId": "t"}}),
        ] {
            assert_round_trip(auth_data);
        }
    }

    #[test]
    fn a_method_without_its_block_is_refused() {
        for auth_data in [
            json!({"authMethods": ["otp"], "bio": {"txnId": "t", "fingerPrintAuthPid": "p"}}),
            json!({"authMethods": ["face"], "face": {"txnId": "t"}}),
            json!({"authMethods": [], "otp": {"txnId": "t", "otpValue": "x"}}),
            json!({"authMethods": ["voice"], "voice": {}}),
        ] {
            assert!(serde_json::from_value::<Proof>(auth_data.clone()).is_err(), "{auth_data}");
        }
    }
}
