//! The children below a parent's ABHA number (m1-abha.md 6.7).

use std::sync::Arc;

use abha_enrollment::api::enrollment::{Child, Children, ListChildren};
use abha_enrollment::api::fields::Personal;

use super::caller;
use crate::engine::Engine;
use crate::server::{Answer, Received, Refusal};
use crate::services::abha::feature::permitted;
use crate::services::abha::otp::masked;
use crate::services::abha::programme::programme;
use crate::services::abha::{shown, user_not_found};
use crate::world::{AccountKind, Person};

pub(super) fn list(
    engine: &Arc<Engine>,
    received: Received<ListChildren>,
) -> Result<Answer, Refusal> {
    permitted(engine, "child")?;
    programme(&engine.world(), received.call.headers.benefit.as_ref(), engine.now())?;
    let (place, parent) = caller(engine, received.call.credential.0.expose())?;
    let account = parent.living_account().ok_or_else(user_not_found)?;
    let children: Vec<Child> = {
        let world = engine.world();
        let places = world.people.which(|person| is_child_of(person, place));
        places.into_iter().filter_map(|place| child(world.people.person(place)?)).collect()
    };
    let mut answer = Children::default();
    answer.parent_abha_number = Some(account.number.clone().into());
    answer.mobile_number = parent.mobile.as_deref().map(masked).map(Personal::new);
    answer.children_count = i64::try_from(children.len()).ok();
    answer.children = children;
    Answer::of::<ListChildren>(&answer)
}

/// Whether somebody has an ABHA number below that of the person at this place.
pub(in crate::services) fn is_child_of(person: &Person, place: usize) -> bool {
    let kind = person.living_account().map(|account| account.kind);
    kind == Some(AccountKind::Child { parent: place })
}

fn child(person: &Person) -> Option<Child> {
    let account = person.living_account()?;
    let mut child = Child::default();
    child.date_of_birth = Some(Personal::new(shown::born(person)));
    child.name = Some(Personal::new(person.name()));
    child.gender = Some(person.gender.clone());
    child.phr_address = person.preferred_address().map(|a| Personal::new(a.as_str()));
    child.abha_number = Some(account.number.clone().into());
    Some(child)
}
