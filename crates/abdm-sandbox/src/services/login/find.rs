//! The ABHA numbers of a mobile number, masked (m1-abha.md 7.5).

use std::sync::Arc;

use abdm_core::person::AbhaNumber;
use abha_enrollment::api::fields::SeenAbhaNumber;
use abha_enrollment::api::login::{FindAbha, FoundAbha, FoundAccounts, FoundPage};
use abha_enrollment::api::vocabulary::Scope;

use super::accounts;
use crate::engine::Engine;
use crate::server::{Answer, Received, Refusal};
use crate::services::abha::invalid;
use crate::services::abha::typed::{self, Lock};
use crate::services::abha::{new_txn, number_of_nobody, shown};
use crate::world::{AccountKind, Person, World};

pub(super) fn find(engine: &Arc<Engine>, received: Received<FindAbha>) -> Result<Answer, Refusal> {
    let request = received.call.body;
    let now = engine.now();
    if request.scope != [Scope::SearchAbha] {
        return Err(invalid::scope(now));
    }
    let plain = Lock::Abha.open(engine, &request.mobile)?;
    let mobile = plain.as_deref().and_then(typed::mobile);
    let mobile = mobile.ok_or_else(|| invalid::mobile(now))?;
    let txn = new_txn()?;
    let mut world = engine.world();
    let people = accounts::owners(&world, mobile);
    if people.is_empty() {
        // No OTP comes after this, so it is told at once, whatever the switch says of OTPs.
        return Err(number_of_nobody(&world, now));
    }
    let found = listed(&world, &people);
    world.found.insert(txn.clone(), people, now);
    Answer::of::<FindAbha>(&FoundAccounts(vec![FoundPage::new(txn, found)]))
}

fn listed(world: &World, people: &[usize]) -> Vec<FoundAbha> {
    let persons = people.iter().filter_map(|place| world.people.person(*place));
    (1..).zip(persons).filter_map(|(index, person)| shown_masked(index, person)).collect()
}

fn shown_masked(index: i64, person: &Person) -> Option<FoundAbha> {
    let account = person.living_account()?;
    let mut found = FoundAbha::new(index, masked(&account.number), person.name().into());
    found.gender = Some(person.gender.clone());
    found.kyc_verified = Some(account.kind == AccountKind::Aadhaar);
    found.auth_methods = shown::auth_methods(person);
    Some(found)
}

/// `xx-xxxx-xxxx-xx15`.
fn masked(number: &AbhaNumber) -> SeenAbhaNumber {
    let digits = number.to_digits();
    let last = digits.get(12..).unwrap_or_default();
    SeenAbhaNumber::Masked(format!("xx-xxxx-xxxx-xx{last}"))
}
