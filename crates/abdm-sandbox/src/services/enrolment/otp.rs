//! OTPs of an enrolment: asking for one, and the one that links another mobile number.

use std::sync::Arc;

use abdm_core::id::TxnId;
use abha_enrollment::api::auth::{AccountReference, OtpVerified};
use abha_enrollment::api::enrollment::{RequestEnrolmentOtp, VerifyEnrolmentOtp};
use abha_enrollment::api::otp::TxnSlot;
use abha_enrollment::api::vocabulary::{AuthResult, LoginHint, OtpSystem, Scope};
use chrono::{DateTime, Utc};

use crate::engine::Engine;
use crate::server::{Answer, Received, Refusal};
use crate::services::abha::invalid;
use crate::services::abha::otp::{Inbox, Wanted, failure, send};
use crate::services::abha::typed::{self, Lock};
use crate::services::abha::{email_is_full, mobile_is_full, unknown_to_uidai};
use crate::world::{Counter, Proof, World};

pub(super) fn request_otp(
    engine: &Arc<Engine>,
    received: Received<RequestEnrolmentOtp>,
) -> Result<Answer, Refusal> {
    let request = received.call.body;
    let now = engine.now();
    // Any bad value gets this answer: padding, key, form, check digit.
    let plain = Lock::Abha.open(engine, &request.login_id)?;
    let plain = plain.ok_or_else(|| invalid::login_id(now))?;
    let scope: Vec<&str> = request.scope.iter().map(Scope::as_str).collect();
    let (people, inbox, txn) = match (scope.as_slice(), &request.login_hint, &request.otp_system) {
        (["abha-enrol"], LoginHint::Aadhaar, OtpSystem::Aadhaar) => {
            let (place, inbox) = aadhaar_inbox(engine, &request.txn_id, &plain)?;
            (vec![place], inbox, None)
        }
        (["abha-enrol", "mobile-verify"], LoginHint::Mobile, OtpSystem::Abdm) => {
            let (place, txn) = enrolled(engine, &request.txn_id)?;
            let mobile = typed::mobile(&plain).ok_or_else(|| invalid::login_id(now))?;
            (vec![place], Inbox::Mobile(mobile.to_owned()), Some(txn))
        }
        (["abha-enrol", "email-verify"], LoginHint::Email, OtpSystem::Abdm) => {
            let (place, txn) = enrolled(engine, &request.txn_id)?;
            let email = typed::email(&plain).ok_or_else(|| invalid::login_id(now))?;
            (vec![place], Inbox::Email(email.to_owned()), Some(txn))
        }
        (["abha-enrol", "mobile-verify", "dl-flow"], LoginHint::Mobile, OtpSystem::Abdm) => {
            let mobile = typed::mobile(&plain).ok_or_else(|| invalid::login_id(now))?;
            (Vec::new(), Inbox::Mobile(mobile.to_owned()), None)
        }
        (
            ["abha-enrol"] | ["abha-enrol", "mobile-verify" | "email-verify"],
            LoginHint::Aadhaar | LoginHint::Mobile | LoginHint::Email,
            _,
        ) => return Err(invalid::otp_system(now)),
        (["abha-enrol"] | ["abha-enrol", "mobile-verify" | "email-verify"], ..) => {
            return Err(invalid::login_hint(now));
        }
        _ => return Err(invalid::scope(now)),
    };
    let wanted =
        Wanted { counter: Counter::Enrolment, scope: request.scope, people, carried: None, txn };
    Answer::of::<RequestEnrolmentOtp>(&send(engine, wanted, &inbox)?)
}

/// Whose Aadhaar number or VID it is, and where UIDAI sends the OTP.
fn aadhaar_inbox(engine: &Engine, slot: &TxnSlot, number: &str) -> Result<(usize, Inbox), Refusal> {
    let now = engine.now();
    typed::aadhaar_or_vid(number).ok_or_else(|| invalid::login_id(now))?;
    if matches!(slot, TxnSlot::Of(_)) {
        // A resend begins anew (rulings.md 19).
        return Err(invalid::txn(now));
    }
    let world = engine.world();
    let found = world.people.by_aadhaar(number).and_then(|place| {
        let inbox = Inbox::aadhaar_of(world.people.person(place)?)?;
        Some((place, inbox))
    });
    found.ok_or_else(unknown_to_uidai)
}

/// The person behind the transaction of an enrolment.
fn enrolled(engine: &Engine, slot: &TxnSlot) -> Result<(usize, TxnId), Refusal> {
    let invalid = || invalid::txn(engine.now());
    let TxnSlot::Of(txn) = slot else {
        return Err(invalid());
    };
    let place = engine.world().enrolments.get(txn).copied();
    Ok((place.ok_or_else(invalid)?, txn.clone()))
}

pub(super) fn verify_otp(
    engine: &Arc<Engine>,
    received: Received<VerifyEnrolmentOtp>,
) -> Result<Answer, Refusal> {
    let request = received.call.body;
    let now = engine.now();
    let block = request.auth_data.otp;
    let otp = Lock::Abha.otp(engine, &block.otp_value)?;
    let mut world = engine.world();
    let limits = world.limits();
    let kind = (Counter::Enrolment, request.scope.as_slice());
    let txn = block.txn_id;
    let body = match world.proofs.prove_otp(&txn, kind, &otp, limits, now) {
        Ok(proof) => {
            let text = link(&mut world, &txn, &proof, now)?;
            let person = proof.person().and_then(|place| world.people.person(place));
            let account = person.and_then(|p| p.living_account());
            let accounts = account.map(|a| AccountReference::new(a.number.clone()));
            let accounts = accounts.into_iter().collect();
            OtpVerified::new(Some(txn), AuthResult::Success, text, accounts)
        }
        Err(wrong) => {
            let text = failure(wrong, now)?;
            OtpVerified::new(Some(txn), AuthResult::Failed, text, Vec::new())
        }
    };
    Answer::of::<VerifyEnrolmentOtp>(&body)
}

/// Links what the OTP was sent to.
fn link(
    world: &mut World,
    txn: &TxnId,
    proof: &Proof,
    now: DateTime<Utc>,
) -> Result<&'static str, Refusal> {
    let target = proof.target.clone();
    let place = proof.person();
    if proof.scope.contains(&Scope::DlFlow) {
        world.licence_mobiles.insert(txn.clone(), target, now);
        return Ok("OTP verified successfully.");
    }
    if proof.scope.contains(&Scope::EmailVerify) {
        if world.email_is_full(&target, place) {
            return Err(email_is_full());
        }
        if let Some(place) = place {
            world.people.change(place, |person| person.email = Some(target));
        }
        return Ok("Email is now successfully linked to your Account");
    }
    if world.mobile_is_full(&target, place) {
        return Err(mobile_is_full());
    }
    if let Some(place) = place {
        world.people.change(place, |person| person.mobile = Some(target));
    }
    Ok("Mobile number is now successfully linked to your Account")
}
