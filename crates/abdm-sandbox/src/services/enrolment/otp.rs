//! OTPs of an enrolment: asking for one, and the one that links another mobile number.

use std::sync::Arc;

use abdm_core::secret::{AadhaarNumber, MobileNumber};
use abha_enrollment::api::auth::{AccountReference, OtpVerified};
use abha_enrollment::api::enrollment::{RequestEnrolmentOtp, VerifyEnrolmentOtp};
use abha_enrollment::api::otp::{OtpSent, TxnSlot};
use abha_enrollment::api::vocabulary::{AuthResult, LoginHint, OtpSystem, Scope};
use chrono::{DateTime, Utc};
use http::StatusCode;

use super::{ACCOUNTS_A_MOBILE, key, locked, new_txn, too_many_accounts};
use crate::engine::Engine;
use crate::server::{Answer, Received, Refusal};
use crate::world::{Purpose, World, WrongOtp};

pub(super) fn request_otp(
    engine: &Arc<Engine>,
    received: Received<RequestEnrolmentOtp>,
) -> Result<Answer, Refusal> {
    let request = received.call.body;
    let now = engine.now();
    let invalid = |field: &str, text: &str| Refusal::field(field, text, now);
    let plain = key(now)?.decrypt(request.login_id.as_str());
    // Any bad value gets this answer: padding, key, form, check digit.
    let plain = plain.ok_or_else(|| invalid("loginId", "Invalid LoginId"))?;
    let scope: Vec<&str> = request.scope.iter().map(Scope::as_str).collect();
    match (scope.as_slice(), &request.login_hint, &request.otp_system) {
        (["abha-enrol"], LoginHint::Aadhaar, OtpSystem::Aadhaar) => {
            aadhaar_otp(engine, &request.txn_id, &plain, now)
        }
        (["abha-enrol", "mobile-verify"], LoginHint::Mobile, OtpSystem::Abdm) => {
            mobile_otp(engine, &request.txn_id, &plain, now)
        }
        (
            ["abha-enrol"] | ["abha-enrol", "mobile-verify"],
            LoginHint::Aadhaar | LoginHint::Mobile,
            _,
        ) => Err(invalid("otpSystem", "Invalid Otp System")),
        (["abha-enrol"] | ["abha-enrol", "mobile-verify"], ..) => {
            Err(invalid("loginHint", "Invalid Login Hint"))
        }
        _ => Err(invalid("scope", "Invalid Scope")),
    }
}

fn aadhaar_otp(
    engine: &Engine,
    slot: &TxnSlot,
    aadhaar: &str,
    now: DateTime<Utc>,
) -> Result<Answer, Refusal> {
    let invalid = || Refusal::field("loginId", "Invalid LoginId", now);
    // Twelve bare digits with a Verhoeff digit, or nothing.
    let well_formed = aadhaar.bytes().all(|b| b.is_ascii_digit());
    AadhaarNumber::new(aadhaar).ok().filter(|_| well_formed).ok_or_else(invalid)?;
    if matches!(slot, TxnSlot::Of(_)) {
        return Err(Refusal::field("txnId", "Invalid Transaction Id", now));
    }
    let mut world = engine.world();
    let person = world.people.by_aadhaar(aadhaar).ok_or_else(|| {
        // UIDAI knows no such number.
        let text =
            "UIDAI Error code : 998 : Invalid Aadhaar Number or Non Availability of Aadhaar data.";
        Refusal::error(StatusCode::UNPROCESSABLE_ENTITY, "ABDM-1204", text)
    })?;
    if world.proofs.is_locked(person, now) {
        return Err(locked());
    }
    let mobile = world.people.person(person).map(|p| p.aadhaar_mobile.expose().to_owned());
    let mobile = mobile.unwrap_or_default();
    let otp = new_otp(&world);
    let txn = new_txn()?;
    world.proofs.send(txn.clone(), (person, Purpose::EnrolByAadhaar), &mobile, &otp, now);
    world.proofs.note(aadhaar, &otp);
    drop(world);
    engine.tell(&format!("SMS to {mobile}: {otp} is the OTP of UIDAI for your Aadhaar number"));
    let ending = mobile.get(6..).unwrap_or_default();
    let text = format!("OTP sent to Aadhaar registered mobile number ending with ******{ending}");
    Answer::of::<RequestEnrolmentOtp>(&OtpSent::new(txn, text))
}

fn mobile_otp(
    engine: &Engine,
    slot: &TxnSlot,
    mobile: &str,
    now: DateTime<Utc>,
) -> Result<Answer, Refusal> {
    let plain = mobile.len() == 10 && MobileNumber::new(mobile).is_ok();
    if !plain {
        return Err(Refusal::field("loginId", "Invalid LoginId", now));
    }
    let mut world = engine.world();
    let person = match slot {
        TxnSlot::Of(txn) => world.enrolments.get(txn).copied(),
        _ => None,
    };
    let person = person.ok_or_else(|| Refusal::field("txnId", "Invalid Transaction Id", now))?;
    let TxnSlot::Of(txn) = slot else {
        return Err(Refusal::field("txnId", "Invalid Transaction Id", now));
    };
    let otp = new_otp(&world);
    world.proofs.send(txn.clone(), (person, Purpose::LinkMobile), mobile, &otp, now);
    drop(world);
    engine.tell(&format!("SMS to {mobile}: {otp} is the OTP of ABHA for your mobile number"));
    let ending = mobile.get(6..).unwrap_or_default();
    let text = format!("OTP sent to mobile number ending with ******{ending}");
    Answer::of::<RequestEnrolmentOtp>(&OtpSent::new(txn.clone(), text))
}

/// The OTP is out of the random source unless one was fixed. Six digits, the first not zero.
fn new_otp(world: &World) -> String {
    world.switches.fixed_otp.clone().unwrap_or_else(|| {
        let random = uuid::Uuid::new_v4().as_u128();
        (100_000 + random % 900_000).to_string()
    })
}

pub(super) fn verify_otp(
    engine: &Arc<Engine>,
    received: Received<VerifyEnrolmentOtp>,
) -> Result<Answer, Refusal> {
    let request = received.call.body;
    let now = engine.now();
    let scope: Vec<&str> = request.scope.iter().map(Scope::as_str).collect();
    if scope != ["abha-enrol", "mobile-verify"] {
        return Err(Refusal::field("scope", "Invalid Scope", now));
    }
    let block = request.auth_data.otp;
    let otp = key(now)?.decrypt(block.otp_value.as_str());
    let otp = otp.ok_or_else(|| Refusal::field("otpValue", "Invalid OTP Value", now))?;
    let mut world = engine.world();
    if !world.proofs.waits(&block.txn_id, &Purpose::LinkMobile) {
        return Err(Refusal::field("txnId", "Invalid Transaction Id", now));
    }
    let txn = Some(block.txn_id.clone());
    let failed = |text: &str| OtpVerified::new(txn.clone(), AuthResult::Failed, text, Vec::new());
    let body = match world.proofs.prove(&block.txn_id, &Purpose::LinkMobile, &otp, now) {
        Ok(proof) => {
            if world.people.count_by_mobile(&proof.target) >= ACCOUNTS_A_MOBILE {
                return Err(too_many_accounts());
            }
            world.people.link_mobile(proof.person, &proof.target);
            let account = world.people.person(proof.person).and_then(|p| p.account.clone());
            let accounts = account.map(|a| AccountReference::new(a.number)).into_iter().collect();
            let text = "Mobile number is now successfully linked to your Account";
            OtpVerified::new(txn, AuthResult::Success, text, accounts)
        }
        Err(WrongOtp::Locked) => return Err(locked()),
        Err(WrongOtp::Expired) => failed("OTP expired, please try again"),
        Err(_) => failed("OTP did not match, please try again"),
    };
    Answer::of::<VerifyEnrolmentOtp>(&body)
}
