//! A programme's records, and the programmes of an ABHA number.

use std::sync::Arc;

use abha_enrollment::api::benefit::{
    BenefitRecord, ListProgrammes, Programme, Programmes, SearchBenefit,
};
use abha_enrollment::api::fields::Personal;
use abha_enrollment::api::vocabulary::Scope;
use http::StatusCode;

use super::subject;
use crate::engine::Engine;
use crate::server::{Answer, Received, Refusal};
use crate::services::abha::feature::permitted;
use crate::services::abha::invalid;
use crate::services::abha::programme::programme;
use crate::services::abha::user_not_found;
use crate::world::Account;

pub(super) fn search(
    engine: &Arc<Engine>,
    received: Received<SearchBenefit>,
) -> Result<Answer, Refusal> {
    permitted(engine, "benefit")?;
    let (headers, body) = (received.call.headers, received.call.body);
    let programme = programme(&engine.world(), headers.benefit.as_ref(), engine.now())?;
    if subject::scope(engine, &body)? != Scope::Search {
        return Err(invalid::scope(engine.now()));
    }
    let place = subject::named(engine, &body, &programme)?;
    let world = engine.world();
    let account = world.people.person(place).and_then(|person| person.living_account());
    let linked = |account: &&Account| account.benefits.contains(&programme);
    let account = account.filter(linked).ok_or_else(|| {
        Refusal::flat(StatusCode::BAD_REQUEST, "ABDM-1139", "Benefit record not found")
    })?;
    let mut record = BenefitRecord::default();
    record.benefit_id = Some(Personal::new(subject::record(&programme, &account.number)));
    record.benefit_name = Some(programme);
    record.abha_number = Some(account.number.clone().into());
    record.status = Some(0);
    Answer::of::<SearchBenefit>(&vec![record])
}

pub(super) fn list(
    engine: &Arc<Engine>,
    received: Received<ListProgrammes>,
) -> Result<Answer, Refusal> {
    permitted(engine, "benefit")?;
    let number = received.call.path.0;
    let world = engine.world();
    let place = world.people.by_number(&number);
    let account = place.and_then(|place| world.people.person(place)?.living_account());
    let account = account.ok_or_else(user_not_found)?;
    let mut answer = Programmes::default();
    answer.abha_number = Some(number.into());
    answer.programme = account.benefits.iter().map(Programme::new).collect();
    Answer::of::<ListProgrammes>(&answer)
}
