//! Sending the OTP that confirms a change.

use std::sync::Arc;

use abha_enrollment::api::account::RequestChangeOtp;
use abha_enrollment::api::vocabulary::{LoginHint, OtpSystem};
use http::StatusCode;
use serde_json::Value;

use super::purpose::Purpose;
use super::{caller, ending, password};
use crate::engine::Engine;
use crate::server::{Answer, Received, Refusal};
use crate::services::abha::feature::permitted;
use crate::services::abha::invalid;
use crate::services::abha::otp::{Inbox, Wanted, send};
use crate::services::abha::typed::{self, Lock};
use crate::services::abha::{email_is_full, mobile_is_full, unprocessable};
use crate::world::{AccountKind, Counter, Person, World};

/// Names the field that is not there, as ABDM does.
pub(super) fn look(engine: &Arc<Engine>, json: &Value) -> Result<(), Refusal> {
    const FIELDS: [(&str, &str); 4] = [
        ("scope", "Invalid Scope"),
        ("loginHint", "Invalid Login Hint"),
        ("loginId", "Invalid LoginId"),
        ("otpSystem", "Invalid Otp System"),
    ];
    let missing = FIELDS.iter().find(|(name, _)| json.get(name).is_none_or(Value::is_null));
    missing.map_or(Ok(()), |(name, text)| Err(Refusal::field(name, text, engine.now())))
}

pub(super) fn request_otp(
    engine: &Arc<Engine>,
    received: Received<RequestChangeOtp>,
) -> Result<Answer, Refusal> {
    let (place, person) = caller(engine, received.call.credential.0.expose())?;
    let request = received.call.body;
    let now = engine.now();
    let purpose = Purpose::of(&request.scope, now)?;
    if !hint_fits(purpose, &request.login_hint) {
        return Err(invalid::login_hint(now));
    }
    if !system_fits(purpose, &request.otp_system) {
        return Err(invalid::otp_system(now));
    }
    let plain = Lock::Abha.open(engine, &request.login_id)?;
    let plain = plain.ok_or_else(|| invalid::login_id(now))?;
    let (inbox, carried) = match purpose {
        Purpose::Mobile => (Inbox::Mobile(new_mobile(engine, place, &person, &plain)?), None),
        Purpose::Email => (Inbox::Email(new_email(engine, place, &person, &plain)?), None),
        Purpose::Kyc if request.login_hint == LoginHint::Aadhaar => {
            (childs_aadhaar(engine, &person, &plain)?, Some(plain))
        }
        Purpose::Kyc => {
            check_own_number(engine, &person, &plain)?;
            (own_inbox(engine, &person, &request.otp_system)?, None)
        }
        Purpose::Password => {
            password::check_new(&person, &plain, ("loginId", "Invalid LoginId"), now)?;
            (own_inbox(engine, &person, &request.otp_system)?, Some(plain))
        }
        Purpose::Delete | Purpose::Deactivate => {
            check_own_number(engine, &person, &plain)?;
            ending::check_benefits(&person, purpose)?;
            (own_inbox(engine, &person, &request.otp_system)?, None)
        }
    };
    let (counter, people) = (Counter::Account, vec![place]);
    let wanted = Wanted { counter, scope: request.scope, people, carried, txn: None };
    Answer::of::<RequestChangeOtp>(&send(engine, wanted, &inbox)?)
}

fn hint_fits(purpose: Purpose, hint: &LoginHint) -> bool {
    match purpose {
        Purpose::Mobile => *hint == LoginHint::Mobile,
        Purpose::Email => *hint == LoginHint::Email,
        Purpose::Kyc => matches!(hint, LoginHint::AbhaNumber | LoginHint::Aadhaar),
        Purpose::Password => *hint == LoginHint::Password,
        Purpose::Delete | Purpose::Deactivate => *hint == LoginHint::AbhaNumber,
    }
}

fn system_fits(purpose: Purpose, system: &OtpSystem) -> bool {
    match purpose {
        Purpose::Mobile | Purpose::Email => *system == OtpSystem::Abdm,
        Purpose::Kyc => *system == OtpSystem::Aadhaar,
        _ => matches!(system, OtpSystem::Aadhaar | OtpSystem::Abdm),
    }
}

/// The phone that the OTP system knows. A child without KYC has no Aadhaar phone.
fn own_inbox(engine: &Engine, person: &Person, system: &OtpSystem) -> Result<Inbox, Refusal> {
    if *system == OtpSystem::Aadhaar {
        let none = || invalid::otp_system(engine.now());
        return Inbox::aadhaar_of(person).ok_or_else(none);
    }
    let none = || unprocessable("ABDM-1102", "Mobile number verification is pending.");
    Inbox::mobile_of(person).ok_or_else(none)
}

fn new_mobile(
    engine: &Engine,
    place: usize,
    person: &Person,
    text: &str,
) -> Result<String, Refusal> {
    let now = engine.now();
    let invalid = || invalid::login_id(now);
    let mobile = typed::mobile(text).ok_or_else(invalid)?;
    if person.mobile.as_deref() == Some(mobile) {
        let text =
            "This mobile number is already verified. Please enter a different mobile number.";
        return Err(Refusal::message(StatusCode::BAD_REQUEST, text, now));
    }
    check_mobile(&engine.world(), place, mobile)?;
    Ok(mobile.to_owned())
}

/// Whether one more ABHA number may have this mobile number (ABDM-1124).
pub(super) fn check_mobile(world: &World, place: usize, mobile: &str) -> Result<(), Refusal> {
    let is_full = world.mobile_is_full(mobile, Some(place));
    if is_full { Err(mobile_is_full()) } else { Ok(()) }
}

/// A new e-mail address. That the present one is refused like a mobile number is no printed case.
pub(super) fn new_email(
    engine: &Engine,
    place: usize,
    person: &Person,
    text: &str,
) -> Result<String, Refusal> {
    let now = engine.now();
    let invalid = || invalid::login_id(now);
    let email = typed::email(text).ok_or_else(invalid)?;
    if person.email.as_deref() == Some(email) {
        let text = "This email is already verified. Please enter a different email.";
        return Err(Refusal::message(StatusCode::BAD_REQUEST, text, now));
    }
    check_email(&engine.world(), place, email)?;
    Ok(email.to_owned())
}

/// Whether one more ABHA number may have this e-mail address (ABDM-1135).
pub(super) fn check_email(world: &World, place: usize, email: &str) -> Result<(), Refusal> {
    let is_full = world.email_is_full(email, Some(place));
    if is_full { Err(email_is_full()) } else { Ok(()) }
}

/// The number must be the caller's own, with dashes.
fn check_own_number(engine: &Engine, person: &Person, text: &str) -> Result<(), Refusal> {
    let invalid = |text: &str| Refusal::field("loginId", text, engine.now());
    let number = typed::abha_number(text).ok_or_else(|| invalid("LoginId is invalid"))?;
    let is_own = person.living_account().is_some_and(|account| account.number == number);
    if is_own { Ok(()) } else { Err(invalid("Invalid LoginId")) }
}

/// Where UIDAI sends the OTP for a child's Aadhaar number.
///
/// The sandbox has no Aadhaar numbers of children: any valid one that is nobody else's is taken as
/// the child's, with the parent's phone.
fn childs_aadhaar(engine: &Engine, person: &Person, text: &str) -> Result<Inbox, Refusal> {
    permitted(engine, "child")?;
    let now = engine.now();
    let is_child =
        |account: &crate::world::Account| matches!(account.kind, AccountKind::Child { .. });
    if person.aadhaar.is_some() || !person.living_account().is_some_and(is_child) {
        return Err(invalid::login_hint(now));
    }
    let invalid = || invalid::login_id(now);
    let number = typed::aadhaar(text).ok_or_else(invalid)?;
    let world = engine.world();
    let owner = world.people.by_aadhaar(number.expose()).and_then(|p| world.people.person(p));
    match owner.map(|owner| owner.living_account()) {
        None => {
            let mobile = person.aadhaar_mobile.expose().to_owned();
            Ok(Inbox::Aadhaar { number: number.expose().to_owned(), mobile })
        }
        Some(Some(account)) => {
            let text = format!(
                "An existing ABHA number created using this Aadhaar number has been found. It is \
                 advisable to delete this account and use ABHA number {} for future purpose.",
                account.number.to_dashed()
            );
            Err(unprocessable("ABDM-1141", &text))
        }
        Some(None) => {
            let text = "The information you provided does not match the details on record with \
                        Aadhaar. Please verify and provide accurate information.";
            Err(unprocessable("ABDM-1207", text))
        }
    }
}
