//! The form of a call's body, in ABDM's words: which field is missing or has another form.

use std::sync::Arc;

use abha_enrollment::api::vocabulary::AuthMethod;
use chrono::{DateTime, Utc};
use serde_json::Value;

use crate::engine::Engine;
use crate::server::Refusal;
use crate::services::abha::invalid;
use crate::services::abha::scan::Scanned;
use crate::services::abha::typed;

type Look = Result<(), Refusal>;

/// The body of a request for an OTP.
pub(super) fn otp_request(engine: &Arc<Engine>, json: &Value) -> Look {
    let now = engine.now();
    scope(json, now)?;
    demand(text(json, "loginHint"), || invalid::login_hint(now))?;
    demand(text(json, "loginId"), || invalid::login_id(now))?;
    demand(text(json, "otpSystem"), || invalid::otp_system(now))
}

/// The body of a verification: one method, and all of its block.
pub(super) fn proof_request(engine: &Arc<Engine>, json: &Value) -> Look {
    let now = engine.now();
    scope(json, now)?;
    let data = json.get("authData").unwrap_or(&Value::Null);
    let methods = data.get("authMethods").and_then(Value::as_array).map(Vec::as_slice);
    let Some([Value::String(method)]) = methods else {
        return Err(invalid::method(now));
    };
    let (name, fields) =
        block(&AuthMethod::from(method.as_str()), data).ok_or_else(|| invalid::method(now))?;
    let block = data.get(name).ok_or_else(|| invalid::method(now))?;
    fields.iter().try_for_each(|field| field.look(block, now))
}

/// The body of a choice among accounts.
pub(super) fn chosen_account(engine: &Arc<Engine>, json: &Value) -> Look {
    let now = engine.now();
    Field::AbhaNumber.look(json, now)?;
    Field::TxnId.look(json, now)
}

/// A body with an ABHA number in the clear: with dashes, as everywhere in the ABHA family.
pub(super) fn dashed_number(engine: &Arc<Engine>, json: &Value) -> Look {
    Field::AbhaNumber.look(json, engine.now())
}

/// A field of a proof.
#[derive(Debug, Clone, Copy)]
enum Field {
    TxnId,
    OtpValue,
    AbhaNumber,
    Password,
    Aadhaar,
    Pid(&'static str, Scanned),
}

impl Field {
    fn look(self, block: &Value, now: DateTime<Utc>) -> Look {
        let refused = |name: &str, message: &str| Refusal::field(name, message, now);
        match self {
            Self::TxnId => demand(text(block, "txnId"), || invalid::txn(now)),
            Self::OtpValue => {
                demand(text(block, "otpValue"), || refused("otpValue", "Invalid OTP Value"))
            }
            Self::Password => {
                demand(text(block, "password"), || refused("password", "Invalid Password"))
            }
            Self::Aadhaar => {
                demand(text(block, "aadhaar"), || refused("aadhaar", "Invalid Aadhaar Number"))
            }
            Self::AbhaNumber => {
                let number = text(block, "ABHANumber").and_then(typed::abha_number);
                demand(number, || refused("ABHANumber", "Invalid ABHA Number"))
            }
            Self::Pid(name, scanned) => demand(text(block, name), || scanned.unreadable(now)),
        }
    }
}

/// The block that goes with a method, and what must be in it.
fn block(method: &AuthMethod, data: &Value) -> Option<(&'static str, &'static [Field])> {
    const FINGER: Field = Field::Pid("fingerPrintAuthPid", Scanned::Finger);
    const IRIS: Field = Field::Pid("irisAuthPid", Scanned::Iris);
    const FACE: Field = Field::Pid("faceAuthPid", Scanned::Face);
    Some(match method {
        AuthMethod::Otp => ("otp", &[Field::TxnId, Field::OtpValue]),
        AuthMethod::Password => ("password", &[Field::AbhaNumber, Field::Password]),
        AuthMethod::Bio => ("bio", &[Field::TxnId, FINGER]),
        AuthMethod::Face => ("face", &[Field::TxnId, FACE]),
        AuthMethod::Iris => ("iris", &[Field::TxnId, IRIS]),
        AuthMethod::BioLogin => ("bio_login", &[Field::Aadhaar, FINGER]),
        AuthMethod::IrisLogin => ("iris_login", &[Field::Aadhaar, IRIS]),
        AuthMethod::FaceAuth if data.get("face_login").is_some() => {
            ("face_login", &[Field::TxnId, Field::Aadhaar])
        }
        AuthMethod::FaceAuth => ("face", &[Field::TxnId]),
        _ => return None,
    })
}

fn scope(json: &Value, now: DateTime<Utc>) -> Look {
    let parts = json.get("scope").and_then(Value::as_array);
    let good = parts.is_some_and(|parts| !parts.is_empty() && parts.iter().all(Value::is_string));
    demand(good.then_some(()), || invalid::scope(now))
}

fn text<'a>(json: &'a Value, name: &str) -> Option<&'a str> {
    json.get(name)?.as_str().filter(|text| !text.is_empty())
}

fn demand<T>(found: Option<T>, refusal: impl FnOnce() -> Refusal) -> Look {
    found.map(|_| ()).ok_or_else(refusal)
}
