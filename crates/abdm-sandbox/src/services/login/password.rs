//! Proving an ABHA number by its password, which needs no request before (m1-abha.md 7.1).

use abha_enrollment::api::login::LoginVerified;
use abha_enrollment::api::proof::PasswordBlock;
use abha_enrollment::api::vocabulary::{AuthResult, Scope};
use serde_json::Value;

use super::outcome;
use crate::engine::Engine;
use crate::server::Refusal;
use crate::services::abha::invalid;
use crate::services::abha::tokens::{self, Holder};
use crate::services::abha::typed::Lock;
use crate::services::abha::{new_txn, user_not_found};
use crate::world::ClientId;

/// The answer to a password: a final token and no accounts, or the number switched on again.
pub(super) fn verify(
    engine: &Engine,
    client: &ClientId,
    scope: &[Scope],
    block: &PasswordBlock,
) -> Result<Value, Refusal> {
    let now = engine.now();
    let reactivation = reactivates(scope).ok_or_else(|| invalid::scope(now))?;
    let invalid = |field: &str, text: &str| Refusal::field(field, text, now);
    let number = block.abha_number.as_ref();
    let number = number.ok_or_else(|| invalid("ABHANumber", "Invalid ABHA Number"))?;
    let typed = match &block.password {
        Some(password) => Lock::Abha.open(engine, password)?,
        None => None,
    };
    let typed = typed.ok_or_else(|| invalid("password", "Invalid Password"))?;
    let (place, is_right) = {
        let world = engine.world();
        let place = world.people.by_number(number).ok_or_else(user_not_found)?;
        let own = world.people.person(place).and_then(|person| person.password.as_deref());
        (place, own == Some(typed.as_str()))
    };
    if !is_right {
        return outcome::failed(None, "Password did not match, please try again");
    }
    if reactivation {
        return outcome::switched_on(engine, place);
    }
    outcome::active(engine, place)?;
    let tokens = tokens::issue(engine, client, &Holder::of_number(place, new_txn()?))?;
    let (result, message) = (AuthResult::Success, "Password verified successfully");
    outcome::written(&LoginVerified::new(None, result, message, Some(tokens), Vec::new()))
}

/// Whether the scope of a password switches on again. `None` when it is another scope.
fn reactivates(scope: &[Scope]) -> Option<bool> {
    let has = |part| scope.contains(&part);
    let login = has(Scope::AbhaLogin) && has(Scope::PasswordVerify);
    match scope.len() {
        2 if login => Some(false),
        3 if login && has(Scope::Reactivate) => Some(true),
        _ => None,
    }
}
