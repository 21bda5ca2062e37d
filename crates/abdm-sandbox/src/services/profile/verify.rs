//! Confirming a change, by OTP or password.

use std::sync::Arc;

use abdm_core::secret::AadhaarNumber;
use abha_enrollment::api::account::VerifyChange;
use abha_enrollment::api::auth::{AccountReference, OtpProof, OtpVerified};
use abha_enrollment::api::fields::Personal;
use abha_enrollment::api::proof::{PasswordBlock, Proof as GivenProof};
use abha_enrollment::api::vocabulary::{AuthResult, Scope};
use abha_enrollment::encryption::AbhaKey;
use chrono::{DateTime, Utc};
use http::StatusCode;
use serde_json::Value;

use super::purpose::Purpose;
use super::request_otp::{check_email, check_mobile};
use super::{caller, ending, password};
use crate::engine::Engine;
use crate::server::{Answer, Received, Refusal};
use crate::services::abha::invalid;
use crate::services::abha::otp::failure;
use crate::services::abha::typed::{self, Lock};
use crate::world::{Counter, PHOTO, Person, Proof, WrongProof};

/// Names the field that is not there, or the method that has no place here.
pub(super) fn look(engine: &Arc<Engine>, json: &Value) -> Result<(), Refusal> {
    let invalid = |field: &str, text: &str| Err(Refusal::field(field, text, engine.now()));
    if !json.get("scope").is_some_and(Value::is_array) {
        return invalid("scope", "Invalid Scope");
    }
    let data = json.get("authData");
    let methods = data.and_then(|data| data.get("authMethods")?.as_array());
    let method = match methods.map(Vec::as_slice) {
        Some([only]) => only.as_str().filter(|method| matches!(*method, "otp" | "password")),
        _ => None,
    };
    let has_block = method.and_then(|method| data?.get(method)).is_some_and(Value::is_object);
    if !has_block {
        return invalid("authMethods", "Invalid Auth Method");
    }
    let texts = |list: &Vec<Value>| list.iter().all(Value::is_string);
    match json.get("reasons") {
        None | Some(Value::Null) => Ok(()),
        Some(Value::Array(list)) if texts(list) => Ok(()),
        Some(_) => invalid("reasons", "Invalid Reasons"),
    }
}

pub(super) fn verify(
    engine: &Arc<Engine>,
    received: Received<VerifyChange>,
) -> Result<Answer, Refusal> {
    let (place, person) = caller(engine, received.call.credential.0.expose())?;
    let request = received.call.body;
    let now = engine.now();
    let purpose = Purpose::of(&request.scope, now)?;
    if purpose.is_ending() {
        check_reasons(request.reasons.as_deref(), now)?;
    }
    let body = match request.auth_data {
        GivenProof::Otp(block) => by_otp(engine, (place, &person), purpose, &request.scope, block)?,
        GivenProof::Password(block) if purpose == Purpose::Password => {
            change_password(engine, (place, &person), &block)?
        }
        GivenProof::Password(block) if purpose.is_ending() => {
            end_by_password(engine, (place, &person), purpose, &block)?
        }
        _ => return Err(invalid::method(now)),
    };
    Answer::of::<VerifyChange>(&body)
}

/// All samples of an ending have reasons; that they must be there is the sandbox's reading of them.
fn check_reasons(reasons: Option<&[Personal]>, now: DateTime<Utc>) -> Result<(), Refusal> {
    let given = reasons.is_some_and(|all| all.iter().any(|r| !r.as_str().trim().is_empty()));
    let text = "Please provide a valid reason";
    if given { Ok(()) } else { Err(Refusal::message(StatusCode::BAD_REQUEST, text, now)) }
}

fn done(person: &Person, text: &str) -> OtpVerified {
    let number = person.account.as_ref().map(|account| account.number.clone());
    let accounts = number.into_iter().map(AccountReference::new).collect();
    OtpVerified::new(None, AuthResult::Success, text, accounts)
}

fn failed(text: &str) -> OtpVerified {
    OtpVerified::new(None, AuthResult::Failed, text, Vec::new())
}

fn by_otp(
    engine: &Engine,
    (place, person): (usize, &Person),
    purpose: Purpose,
    scope: &[Scope],
    block: OtpProof<AbhaKey>,
) -> Result<OtpVerified, Refusal> {
    let now = engine.now();
    let otp = Lock::Abha.otp(engine, &block.otp_value)?;
    let txn = block.txn_id;
    let (proved, of_uidai) = {
        let mut world = engine.world();
        let limits = world.limits();
        let waiting = world.proofs.waiting(&txn, Counter::Account);
        if waiting.as_ref().is_some_and(|proof| proof.person() != Some(place)) {
            return Err(invalid::txn(now));
        }
        let to = waiting.map(|proof| proof.target.clone());
        let of_uidai = to.as_deref().is_some_and(|to| typed::aadhaar_or_vid(to).is_some());
        let kind = (Counter::Account, scope);
        (world.proofs.prove_otp(&txn, kind, &otp, limits, now), of_uidai)
    };
    // So for these two alone: what UIDAI says of a wrong OTP comes through (m1-abha.md 5, g).
    let of_uidai = of_uidai && matches!(purpose, Purpose::Kyc | Purpose::Password);
    let mut body = match proved {
        Ok(proof) => done(person, make(engine, (place, person), purpose, &proof)?),
        Err(WrongProof::Mismatch) if of_uidai => {
            let text = "UIDAI Error code : 400 : Invalid Aadhaar OTP value.";
            return Err(Refusal::capital_message(text, now));
        }
        Err(wrong) => failed(failure(wrong, now)?),
    };
    body.txn_id = Some(txn);
    Ok(body)
}

/// Makes the change that the OTP confirmed.
fn make(
    engine: &Engine,
    (place, person): (usize, &Person),
    purpose: Purpose,
    proof: &Proof,
) -> Result<&'static str, Refusal> {
    let (target, carried) = (proof.target.clone(), proof.carried.clone());
    // A limit is looked at and used up in one go.
    let mut world = engine.world();
    match purpose {
        Purpose::Mobile => {
            check_mobile(&world, place, &target)?;
            world.people.change(place, |person| person.mobile = Some(target));
            Ok("Mobile Number linked successfully")
        }
        Purpose::Email => {
            check_email(&world, place, &target)?;
            world.people.change(place, |person| person.email = Some(target));
            Ok("Email linked successfully")
        }
        Purpose::Kyc if person.aadhaar.is_none() => {
            let number = carried.and_then(|number| AadhaarNumber::new(&number).ok());
            world.people.change(place, |person| person.aadhaar = number);
            Ok("KYC verification has been done")
        }
        Purpose::Kyc => {
            // Name, date of birth and gender are Aadhaar's all along; the photo may have changed.
            world.people.change(place, |person| PHOTO.clone_into(&mut person.photo));
            Ok("Re-kyc done successfully")
        }
        Purpose::Password => {
            world.people.change(place, |person| person.password = carried);
            Ok("Password updated successfully")
        }
        Purpose::Delete | Purpose::Deactivate => ending::end(&mut world, place, purpose),
    }
}

fn change_password(
    engine: &Engine,
    (place, person): (usize, &Person),
    block: &PasswordBlock<AbhaKey>,
) -> Result<OtpVerified, Refusal> {
    Ok(match password::change(engine, person, block)? {
        Ok(new) => {
            engine.world().people.change(place, |person| person.password = Some(new));
            done(person, "Password updated successfully")
        }
        Err(text) => failed(text),
    })
}

fn end_by_password(
    engine: &Engine,
    (place, person): (usize, &Person),
    purpose: Purpose,
    block: &PasswordBlock<AbhaKey>,
) -> Result<OtpVerified, Refusal> {
    if !password::is_right(engine, person, block)? {
        return Ok(failed("Invalid Password"));
    }
    let text = ending::end(&mut engine.world(), place, purpose)?;
    Ok(done(person, text))
}
