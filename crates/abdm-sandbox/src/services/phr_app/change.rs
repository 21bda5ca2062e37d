//! Changes that need a proof: mobile number, e-mail address, password; and the proof of an ABHA
//! number that is to be linked.

use std::sync::Arc;

use abha_enrollment::api::address::{AddressUser, AddressVerified};
use abha_enrollment::api::fields::Personal;
use abha_enrollment::api::phr::{RequestPhrChangeOtp, VerifyPhrChange};
use abha_enrollment::api::proof::{PasswordBlock, Proof as Given};
use abha_enrollment::api::vocabulary::{AuthResult, Scope};
use abha_enrollment::encryption::PhrKey;

use crate::engine::Engine;
use crate::server::{Answer, Received, Refusal};
use crate::services::abha::MOBILE_IS_FULL;
use crate::services::abha::otp::{Wanted, send};
use crate::services::abha::typed;
use crate::services::address::asked::{self, By, Prompt, Row, Way};
use crate::services::address::profile::{Caller, caller};
use crate::services::address::{Side, choice, enrolment, faults, shown};
use crate::world::{Counter, Proof, Proved, System, WrongProof};

const ROWS: &[Row] = &[
    (&["abha-address-profile", "mobile-verify"], "mobile-number", "abdm", By::AnyMobile),
    (&["abha-address-profile", "email-verify"], "email", "abdm", By::AnyEmail),
    (&["abha-login", "mobile-verify"], "abha-number", "abdm", By::Number(Way::Mobile)),
    (&["abha-login", "aadhaar-verify"], "abha-number", "aadhaar", By::Number(Way::Aadhaar)),
];

pub(super) fn request_otp(
    engine: &Arc<Engine>,
    received: Received<RequestPhrChangeOtp>,
) -> Result<Answer, Refusal> {
    let caller = caller(engine, received.call.credential.0.expose(), System::App)?;
    let request = received.call.body;
    let asked = asked::read(engine, Side::app(), ROWS, &request)?;
    let Prompt::Otp(inbox) = asked.by else {
        return Err(faults::bad_value("Invalid Scope"));
    };
    let wanted = Wanted {
        counter: Counter::AppProfile,
        scope: request.scope,
        people: asked.people,
        // Nobody else's session may use it.
        carried: Some(caller.address.into()),
        txn: None,
    };
    Answer::of::<RequestPhrChangeOtp>(&send(engine, wanted, &inbox)?)
}

pub(super) fn verify(
    engine: &Arc<Engine>,
    received: Received<VerifyPhrChange>,
) -> Result<Answer, Refusal> {
    let caller = caller(engine, received.call.credential.0.expose(), System::App)?;
    let request = received.call.body;
    let now = engine.now();
    let block = match &request.auth_data {
        Given::Otp(block) => block,
        Given::Password(block) => {
            let scope: Vec<&str> = request.scope.iter().map(Scope::as_str).collect();
            if scope != ["abha-address-profile", "password-verify"] {
                return Err(faults::bad_value("Invalid Scope"));
            }
            return Answer::of::<VerifyPhrChange>(&set_password(engine, &caller, block)?);
        }
        _ => return Err(faults::bad_value("Invalid Auth Methods")),
    };
    let otp = faults::otp(engine, Side::app().lock, &block.otp_value)?;
    let txn = block.txn_id.clone();
    let outcome = {
        let mut world = engine.world();
        let limits = world.limits();
        let waiting = world.proofs.waiting(&txn, Counter::AppProfile);
        let own = waiting.and_then(|proof| proof.carried.clone());
        if own.as_deref() == Some(caller.address.as_str()) {
            let kind = (Counter::AppProfile, request.scope.as_slice());
            world.proofs.prove_otp(&txn, kind, &otp, limits, now)
        } else {
            Err(WrongProof::UnknownTransaction)
        }
    };
    let mut body = match outcome {
        Ok(proof) => {
            if proof.scope.contains(&Scope::AbhaLogin) {
                let proved = Proved::Number(proof.person().ok_or_else(faults::user_not_found)?);
                engine.world().proved.insert(txn.clone(), (Counter::AppProfile, proved), now);
                number_proved(engine, &proof)
            } else {
                changed(&caller, change(engine, &caller, &proof)?)
            }
        }
        Err(wrong) => enrolment::failed(txn.clone(), faults::failure(wrong)?),
    };
    body.txn_id = Some(txn);
    Answer::of::<VerifyPhrChange>(&body)
}

/// Sets what the OTP was sent to.
fn change(engine: &Engine, caller: &Caller, proof: &Proof) -> Result<&'static str, Refusal> {
    let mut world = engine.world();
    let target = proof.target.clone();
    if proof.scope.contains(&Scope::MobileVerify) {
        let has_number = caller.person.living_account().is_some();
        if has_number && world.mobile_is_full(&target, Some(caller.place)) {
            return Err(faults::flat("ABDM-1124", MOBILE_IS_FULL));
        }
        world.people.change(caller.place, |person| person.mobile = Some(target));
        return Ok("Mobile Number linked successfully");
    }
    world.people.change(caller.place, |person| person.email = Some(target));
    Ok("Email linked successfully")
}

/// The address alone: what these answers tell of the person.
fn changed(caller: &Caller, text: &str) -> AddressVerified {
    let mut user = AddressUser::default();
    user.abha_address = Some(Personal::new(caller.address.as_str()));
    AddressVerified::new(AuthResult::Success, text, vec![user], None)
}

/// An ABHA number was proved, whose addresses are listed.
fn number_proved(engine: &Engine, proof: &Proof) -> AddressVerified {
    let candidates = engine.world().people.addresses_of(&proof.people);
    let users = choice::users(engine, &candidates);
    let text = "OTP Verified Successfully";
    let mut body = AddressVerified::new(AuthResult::Success, text, users, None);
    body.accounts = shown::account(&engine.world(), proof.person()).into_iter().collect();
    body
}

/// A new password needs the session only.
fn set_password(
    engine: &Engine,
    caller: &Caller,
    block: &PasswordBlock<PhrKey>,
) -> Result<AddressVerified, Refusal> {
    let address = block.abha_address.as_ref().map(Personal::as_str).and_then(typed::abha_address);
    if address.as_ref() != Some(&caller.address) {
        return Err(faults::bad_part("Invalid ABHA Address"));
    }
    let plain = match &block.password {
        Some(text) => Side::app().lock.open(engine, text)?,
        None => None,
    };
    let password = enrolment::password(plain)?;
    engine.world().people.change(caller.place, |person| person.password = Some(password));
    Ok(changed(caller, "Password updated successfully"))
}
