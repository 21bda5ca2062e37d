//! Logging in to a PHR app.

use std::sync::Arc;

use abdm_core::person::AbhaAddress;
use abha_enrollment::api::address::AddressVerified;
use abha_enrollment::api::fields::Personal;
use abha_enrollment::api::phr::{RequestPhrLoginOtp, VerifyPhrLogin};
use abha_enrollment::api::proof::{PasswordBlock, Proof as Given};
use abha_enrollment::api::vocabulary::{AuthResult, Scope};
use abha_enrollment::encryption::PhrKey;

use crate::engine::Engine;
use crate::server::{Answer, Received, Refusal};
use crate::services::abha::otp::{Wanted, send};
use crate::services::abha::{new_txn, typed};
use crate::services::address::asked::{self, By, Prompt, Row, Way};
use crate::services::address::choice::{self, Candidate};
use crate::services::address::{Side, enrolment, faults, shown};
use crate::world::{ClientId, Counter, Proof};

const ROWS: &[Row] = &[
    (&["abha-address-login", "mobile-verify"], "mobile-number", "abdm", By::Mobile),
    (&["abha-address-login", "mobile-verify"], "abha-address", "abdm", By::Address(Way::Mobile)),
    (&["abha-address-login", "email-verify"], "email", "abdm", By::Email),
    (&["abha-address-login", "email-verify"], "abha-address", "abdm", By::Address(Way::Email)),
    (&["abha-login", "mobile-verify"], "abha-number", "abdm", By::Number(Way::Mobile)),
    (&["abha-login", "aadhaar-verify"], "abha-number", "aadhaar", By::Number(Way::Aadhaar)),
    (&["abha-login", "aadhaar-verify", "aadhaar-otp-verify"], "aadhaar", "aadhaar", By::Aadhaar),
];

pub(super) fn request_otp(
    engine: &Arc<Engine>,
    received: Received<RequestPhrLoginOtp>,
) -> Result<Answer, Refusal> {
    let request = received.call.body;
    let asked = asked::read(engine, Side::app(), ROWS, &request)?;
    let Prompt::Otp(inbox) = asked.by else {
        return Err(faults::bad_value("Invalid Scope"));
    };
    let wanted = Wanted {
        counter: Counter::AppLogin,
        scope: request.scope,
        people: asked.people,
        carried: asked.address.map(String::from),
        txn: None,
    };
    Answer::of::<RequestPhrLoginOtp>(&send(engine, wanted, &inbox)?)
}

pub(super) fn verify(
    engine: &Arc<Engine>,
    received: Received<VerifyPhrLogin>,
) -> Result<Answer, Refusal> {
    let client = received.client()?.clone();
    let request = received.call.body;
    let now = engine.now();
    let block = match &request.auth_data {
        Given::Otp(block) => block,
        Given::Password(block) => {
            let scope: Vec<&str> = request.scope.iter().map(Scope::as_str).collect();
            if scope != ["abha-address-login", "password-verify"] {
                return Err(faults::bad_value("Invalid Scope"));
            }
            return Answer::of::<VerifyPhrLogin>(&by_password(engine, &client, block)?);
        }
        _ => return Err(faults::bad_value("Invalid Auth Methods")),
    };
    let otp = faults::otp(engine, Side::app().lock, &block.otp_value)?;
    let txn = block.txn_id.clone();
    let outcome = {
        let mut world = engine.world();
        let limits = world.limits();
        let kind = (Counter::AppLogin, request.scope.as_slice());
        world.proofs.prove_otp(&txn, kind, &otp, limits, now)
    };
    let proof = match outcome {
        Ok(proof) => proof,
        Err(wrong) => {
            let body = enrolment::failed(txn, faults::failure(wrong)?);
            return Answer::of::<VerifyPhrLogin>(&body);
        }
    };
    let candidates = candidates(engine, &proof);
    let tokens = choice::grant(engine, &client, Side::app(), &txn, &candidates)?;
    // Nothing but a number that is switched off.
    let tokens = tokens.ok_or_else(faults::deactivated)?;
    let users = choice::users(engine, &candidates);
    let text = "OTP verified successfully";
    let mut body = AddressVerified::new(AuthResult::Success, text, users, Some(tokens));
    body.txn_id = Some(txn);
    if proof.scope.contains(&Scope::AbhaLogin) {
        let world = engine.world();
        let person = proof.person().and_then(|place| world.people.person(place));
        body.accounts = shown::account(&world, proof.person()).into_iter().collect();
        let preferred = person.and_then(|person| person.preferred_address());
        body.preferred_abha_address = preferred.map(|address| Personal::new(address.as_str()));
    }
    Answer::of::<VerifyPhrLogin>(&body)
}

/// Whom the OTP lets in: the address that was named, else all of those whom it may prove.
fn candidates(engine: &Engine, proof: &Proof) -> Vec<Candidate> {
    let named: Option<AbhaAddress> = proof.carried.as_ref().and_then(|text| text.parse().ok());
    let all = engine.world().people.addresses_of(&proof.people);
    all.into_iter().filter(|(_, own)| named.as_ref().is_none_or(|named| named == own)).collect()
}

fn by_password(
    engine: &Engine,
    client: &ClientId,
    block: &PasswordBlock<PhrKey>,
) -> Result<AddressVerified, Refusal> {
    let text = "Invalid Password Request, Please enter valid ABHA Address or valid password";
    let invalid = || faults::bad_value(text);
    let address = block.abha_address.as_ref().map(Personal::as_str);
    let address = address.and_then(typed::abha_address).ok_or_else(invalid)?;
    let password = block.password.as_ref().ok_or_else(invalid)?;
    let password = Side::app().lock.open(engine, password)?;
    let password = password.ok_or_else(|| faults::bad_value("Invalid Password"))?;
    let candidate = {
        let world = engine.world();
        let place = world.people.place_of(&address).ok_or_else(faults::user_not_found)?;
        let right = world.people.person(place).and_then(|person| person.password.as_ref());
        (right == Some(&password)).then_some((place, address))
    };
    let Some(candidate) = candidate else {
        let text = "Password did not match, please try again";
        return Ok(AddressVerified::new(AuthResult::Failed, text, Vec::new(), None));
    };
    let tokens = choice::log_in(engine, client, Side::app(), &new_txn()?, &candidate)?;
    let users = choice::users(engine, &[candidate]);
    let text = "Password verified successfully";
    Ok(AddressVerified::new(AuthResult::Success, text, users, Some(tokens)))
}
