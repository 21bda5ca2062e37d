//! What the small ABDM knows, and how it answers.

use std::collections::{BTreeMap, BTreeSet};

use abha_enrollment::api::account::FetchProfile;
use abha_enrollment::api::address::{FetchAddressProfile, RequestAddressOtp, VerifyAbhaAddress};
use abha_enrollment::api::enrollment::{
    ClaimAbhaAddress, EnrolByAadhaar, RequestEnrolmentOtp, SuggestAbhaAddresses, VerifyEnrolmentOtp,
};
use abha_enrollment::api::login::{RequestLoginOtp, VerifyLogin, VerifyUser};
use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use crate::support::live;

const ADDRESS_OTP: &str = live!(AbhaAddressWeb, RequestAddressOtp);
pub(super) const ADDRESS_PROFILE: &str = live!(AbhaAddressWeb, FetchAddressProfile);
pub(super) const CLAIM: &str = live!(Abha, ClaimAbhaAddress);
pub(super) const ENROL: &str = live!(Abha, EnrolByAadhaar);
const ENROLMENT_OTP: &str = live!(Abha, RequestEnrolmentOtp);
const LOGIN_OTP: &str = live!(Abha, RequestLoginOtp);
pub(super) const PROFILE: &str = live!(Abha, FetchProfile);
const SUGGEST: &str = live!(Abha, SuggestAbhaAddresses);
const VERIFY_ADDRESS: &str = live!(AbhaAddressWeb, VerifyAbhaAddress);
const VERIFY_ENROLMENT: &str = live!(Abha, VerifyEnrolmentOtp);
const VERIFY_LOGIN: &str = live!(Abha, VerifyLogin);
pub(super) const VERIFY_USER: &str = live!(Abha, VerifyUser);

pub(in crate::storm) const NUMBER: &str = "91-1234-5678-9015";
const RIGHT: &str = "123456";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Purpose {
    Enrolment,
    Linking,
    Aadhaar,
    Mobile,
    Address,
}

#[derive(Debug)]
struct Txn {
    purpose: Purpose,
    open: bool,
}

/// What ABDM knows, and what it has seen.
#[derive(Debug, Default)]
pub(in crate::storm) struct State {
    txns: BTreeMap<String, Txn>,
    /// The transaction of the last OTP whose answer arrived.
    pub(in crate::storm) told: Option<String>,
    next: u32,
    pub(in crate::storm) created: bool,
    pub(in crate::storm) claimed: Option<String>,
    /// Creations under way whose outcome the sender was not told.
    pub(super) unresolved: BTreeSet<String>,
    /// Whether the network claimed an address twice for one call.
    pub(in crate::storm) doubled_claim: bool,
    /// When each OTP of the present flow may have been sent.
    pub(in crate::storm) otps: Vec<DateTime<Utc>>,
    /// Promises that the sender broke.
    pub(in crate::storm) faults: Vec<String>,
}

impl State {
    /// Whether the OTP that the sender knows of can still be proved.
    pub(in crate::storm) fn is_provable(&self) -> bool {
        let told = self.told.as_ref();
        told.and_then(|id| self.txns.get(id)).is_some_and(|txn| txn.open)
            && told.is_some_and(|id| !self.unresolved.contains(id))
    }
}

pub(super) fn is_otp_request(path: &str) -> bool {
    matches!(path, ENROLMENT_OTP | LOGIN_OTP | ADDRESS_OTP)
}

pub(super) fn txn_of(body: &Value) -> &str {
    body["authData"]["otp"]["txnId"].as_str().unwrap_or_default()
}

fn tokens(name: &str) -> Value {
    json!({
        "token": name, "expiresIn": 1800,
        "refreshToken": "refresh-token", "refreshExpiresIn": 1_296_000,
    })
}

impl State {
    fn open(&mut self, purpose: Purpose) -> (u16, Value) {
        // A new OTP makes the older ones of its kind void.
        for txn in self.txns.values_mut().filter(|txn| txn.purpose == purpose) {
            txn.open = false;
        }
        self.next += 1;
        let id = format!("txn-{}", self.next);
        self.txns.insert(id.clone(), Txn { purpose, open: true });
        (200, json!({"txnId": id, "message": "OTP sent to ******3210"}))
    }

    /// Proves an OTP: the transaction's purpose, or a refusal.
    fn prove(&mut self, body: &Value) -> Result<Purpose, (u16, Value)> {
        let unknown =
            (401, json!({"error": {"code": "ABDM-1017", "message": "Invalid Transaction Id"}}));
        let Some(txn) = self.txns.get_mut(txn_of(body)).filter(|txn| txn.open) else {
            return Err(unknown);
        };
        let otp = body["authData"]["otp"]["otpValue"].as_str().unwrap_or_default();
        if !otp.ends_with(RIGHT) {
            return Err(match txn.purpose {
                Purpose::Enrolment => (
                    422,
                    json!({"error": {
                        "code": "ABDM-1204", "message": "UIDAI Error code : 400 : Invalid Aadhaar OTP value.",
                    }}),
                ),
                _ => (
                    200,
                    json!({"authResult": "failed", "message": "OTP did not match, please try again"}),
                ),
            });
        }
        txn.open = false;
        Ok(txn.purpose)
    }

    pub(super) fn process(&mut self, path: &str, body: &Value) -> (u16, Value) {
        let scope = |wanted: &str| {
            body["scope"].as_array().is_some_and(|all| all.iter().any(|one| one == wanted))
        };
        let proved = |outcome: Result<Purpose, (u16, Value)>, right: &[Purpose]| match outcome {
            Ok(purpose) if right.contains(&purpose) => Ok(purpose),
            Ok(_) => Err((400, json!({"scope": "Invalid Scope"}))),
            Err(refusal) => Err(refusal),
        };
        let account = json!({"ABHANumber": NUMBER, "name": "Asha", "status": "ACTIVE"});
        match path {
            ENROLMENT_OTP if scope("mobile-verify") => self.open(Purpose::Linking),
            ENROLMENT_OTP => self.open(Purpose::Enrolment),
            LOGIN_OTP if scope("mobile-verify") && body["loginHint"] == "mobile" => {
                self.open(Purpose::Mobile)
            }
            LOGIN_OTP if body["loginHint"] == "aadhaar" && !self.created => {
                (404, json!({"error": {"code": "ABDM-1114", "message": "User not found."}}))
            }
            LOGIN_OTP => self.open(Purpose::Aadhaar),
            ADDRESS_OTP => self.open(Purpose::Address),
            ENROL => match proved(self.prove(body), &[Purpose::Enrolment]) {
                Ok(_) => {
                    let is_new = !std::mem::replace(&mut self.created, true);
                    (
                        200,
                        json!({
                            "txnId": "enrolled", "tokens": tokens("user-token"), "isNew": is_new,
                            "ABHAProfile": {"ABHANumber": NUMBER, "mobile": null},
                        }),
                    )
                }
                Err(refusal) => refusal,
            },
            VERIFY_ENROLMENT => match proved(self.prove(body), &[Purpose::Linking]) {
                Ok(_) => (200, json!({"txnId": "linked", "authResult": "success"})),
                Err(refusal) => refusal,
            },
            SUGGEST => {
                (200, json!({"txnId": "linked", "abhaAddressList": ["asha.2606", "asha_example"]}))
            }
            CLAIM if self.claimed.is_some() => (
                400,
                json!({"error": {
                    "code": "ABDM-1101", "message": "This ABHA Address already exists.",
                }}),
            ),
            CLAIM => {
                let name = body["abhaAddress"].as_str().unwrap_or_default().to_owned();
                self.claimed = Some(name.clone());
                (
                    200,
                    json!({"healthIdNumber": NUMBER, "preferredAbhaAddress": format!("{name}@sbx")}),
                )
            }
            PROFILE => {
                let preferred = self.claimed.as_deref().unwrap_or("91123456789015");
                (
                    200,
                    json!({"ABHANumber": NUMBER, "preferredAbhaAddress": format!("{preferred}@sbx")}),
                )
            }
            VERIFY_LOGIN => match proved(self.prove(body), &[Purpose::Aadhaar, Purpose::Mobile]) {
                Ok(Purpose::Mobile) => (
                    200,
                    json!({
                        "txnId": "proved", "authResult": "success", "token": "transfer-token", "expiresIn": 300,
                        "accounts": [account],
                    }),
                ),
                Ok(_) => {
                    let mut answer = tokens("user-token");
                    answer["authResult"] = json!("success");
                    answer["accounts"] = json!([account]);
                    (200, answer)
                }
                Err(refusal) => refusal,
            },
            VERIFY_USER => (200, tokens("user-token")),
            VERIFY_ADDRESS => match proved(self.prove(body), &[Purpose::Address]) {
                Ok(_) => (
                    200,
                    json!({
                        "authResult": "success", "users": [{"abhaAddress": "asha@sbx"}],
                        "tokens": tokens("address-token"),
                    }),
                ),
                Err(refusal) => refusal,
            },
            ADDRESS_PROFILE => (200, json!({"abhaAddress": "asha@sbx"})),
            other => panic!("nobody plays {other}"),
        }
    }
}
