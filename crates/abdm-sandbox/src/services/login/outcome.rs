//! What a proof gives: the final token, the right to choose, an ABHA number switched on again, or a
//! list (m1-abha.md 7.1, 7.3).

use abdm_core::error::AUTH_RESULT;
use abdm_core::id::TxnId;
use abha_enrollment::api::auth::{AccountReference, OtpVerified};
use abha_enrollment::api::login::LoginVerified;
use abha_enrollment::api::vocabulary::{
    AbhaStatus, AuthResult, LoginHint, VerificationStatus, VerificationType,
};
use http::StatusCode;
use serde::Serialize;
use serde_json::{Value, json};

use super::purpose::Purpose;
use super::{accounts, deactivated};
use crate::engine::Engine;
use crate::server::{Answer, Refusal};
use crate::services::abha::tokens::{self, Holder};
use crate::services::abha::{shown, unprocessable, user_not_found};
use crate::world::{AccountState, ClientId, Proof, System};

/// Who is proved, and how.
pub(super) struct Proved<'a> {
    pub(super) client: &'a ClientId,
    pub(super) purpose: Purpose,
    pub(super) proof: &'a Proof,
    pub(super) txn: TxnId,
    /// ABDM's text.
    pub(super) message: &'a str,
}

/// The answer to a proof of a transaction.
pub(super) fn of_proof(engine: &Engine, proved: Proved<'_>) -> Result<Value, Refusal> {
    let hint = proved.proof.carried.as_deref().map(LoginHint::from);
    let Some(place) = proved.proof.person() else {
        // The certification case VRFY_ABHA_403: only after the OTP is it told that there is none.
        return Err(match hint {
            Some(LoginHint::Aadhaar) => accounts::no_abha_of_aadhaar(),
            _ => user_not_found(),
        });
    };
    if proved.purpose.reactivation {
        return switched_on(engine, place);
    }
    if proved.purpose.retrieval {
        return Ok(retrieved(engine, &proved));
    }
    if hint == Some(LoginHint::Mobile) {
        return choice(engine, proved);
    }
    let Proved { client, txn, message, .. } = proved;
    let listed = active(engine, place)?;
    let tokens = tokens::issue(engine, client, &Holder::of_number(place, txn.clone()))?;
    let (txn, result) = (Some(txn), AuthResult::Success);
    written(&LoginVerified::new(txn, result, message, Some(tokens), vec![listed]))
}

/// The account of a person who may log in.
pub(super) fn active(
    engine: &Engine,
    place: usize,
) -> Result<abha_enrollment::api::login::Account, Refusal> {
    let world = engine.world();
    let person = world.people.person(place);
    let with_account = person.and_then(|person| Some((person, person.living_account()?)));
    let (person, account) = with_account.ok_or_else(user_not_found)?;
    if account.is(AccountState::Active) {
        Ok(accounts::listed(person, account))
    } else {
        Err(deactivated())
    }
}

/// A mobile number is proved: its accounts, and a transfer token to choose one with.
fn choice(engine: &Engine, proved: Proved<'_>) -> Result<Value, Refusal> {
    let people = proved.proof.people.clone();
    let listed = accounts::all(&engine.world(), &people);
    let txn = proved.txn;
    let last = people.last().filter(|_| people.len() > 1).copied();
    let final_at_once = engine.world().switches.final_token_beside_several;
    if let Some(place) = last.filter(|_| final_at_once) {
        let tokens = tokens::issue(engine, proved.client, &Holder::of_number(place, txn.clone()))?;
        let (txn, result) = (Some(txn), AuthResult::Success);
        return written(&LoginVerified::new(txn, result, proved.message, Some(tokens), listed));
    }
    let holder = Holder { system: System::Number, people, address: None, txn: txn.clone() };
    let tokens = tokens::issue_transfer(engine, proved.client, &holder)?;
    let (txn, result) = (Some(txn), AuthResult::Success);
    written(&LoginVerified::new(txn, result, proved.message, Some(tokens), listed))
}

/// Switches an ABHA number on again. It gives no session.
///
/// One that is on already stays so and gets the same answer: the contract knows no other.
pub(super) fn switched_on(engine: &Engine, place: usize) -> Result<Value, Refusal> {
    let mut world = engine.world();
    world.people.reactivate(place);
    let person = world.people.person(place);
    let account = person.and_then(|person| person.active_account());
    let account = account.ok_or_else(user_not_found)?;
    let accounts = vec![AccountReference::new(account.number.clone())];
    let text = "Your account has been reactivated.";
    written(&OtpVerified::new(None, AuthResult::Success, text, accounts))
}

/// The enrolment numbers of a mobile number. They stand under a name of their own, and no token
/// comes with them.
fn retrieved(engine: &Engine, proved: &Proved<'_>) -> Value {
    let world = engine.world();
    let people = proved.proof.people.iter().filter_map(|place| world.people.person(*place));
    let listed = people.filter_map(|person| {
        let application = person.application.as_ref()?;
        Some(json!({
            "enrolmentNumber": application.number.to_dashed(),
            "preferredAbhaAddress": person.preferred_address(),
            "name": person.name(),
            "gender": person.gender,
            "dob": shown::born(person),
            "verifiedStatus": VerificationStatus::Provisional,
            "verificationType": VerificationType::DrivingLicence,
            "status": AbhaStatus::Active,
            "kycVerified": false,
        }))
    });
    json!({
        "txnId": proved.txn, (AUTH_RESULT): AuthResult::Success, "message": proved.message,
        "accounts": listed.collect::<Vec<_>>(),
    })
}

/// 200 with `authResult: "failed"` (rulings.md 18).
pub(super) fn failed(txn: Option<TxnId>, message: &str) -> Result<Value, Refusal> {
    written(&LoginVerified::new(txn, AuthResult::Failed, message, None, Vec::new()))
}

/// An answer as JSON: the answers of a login differ in form.
pub(super) fn written<T: Serialize>(body: &T) -> Result<Value, Refusal> {
    serde_json::to_value(body).map_err(|_| unprocessable("ABDM-9999", "Unknown exception"))
}

/// The HTTP answer.
pub(super) fn answer(body: &Value) -> Answer {
    Answer::json(StatusCode::OK, body)
}
