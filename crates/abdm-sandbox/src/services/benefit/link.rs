//! Linking an ABHA number with a programme, and taking the link away.

use std::sync::Arc;

use abha_enrollment::api::benefit::{BenefitLinked, LinkBenefit};
use abha_enrollment::api::vocabulary::Scope;
use http::StatusCode;

use super::subject;
use crate::engine::Engine;
use crate::server::{Answer, Received, Refusal};
use crate::services::abha::feature::permitted;
use crate::services::abha::invalid;
use crate::services::abha::programme::programme;
use crate::services::abha::tokens;
use crate::services::address::faults;
use crate::world::System;

pub(super) fn link(
    engine: &Arc<Engine>,
    received: Received<LinkBenefit>,
) -> Result<Answer, Refusal> {
    permitted(engine, "benefit")?;
    let (headers, body) = (received.call.headers, received.call.body);
    let programme = programme(&engine.world(), headers.benefit.as_ref(), engine.now())?;
    let is_link = match subject::scope(engine, &body)? {
        Scope::Link => true,
        Scope::DeLink => false,
        _ => return Err(invalid::scope(engine.now())),
    };
    let place = match (&headers.user, &body.login_id) {
        (Some(user), None) => {
            let token = tokens::owner(engine, user.expose(), System::Number)?;
            token.people.first().copied().ok_or_else(faults::user_not_found)?
        }
        _ => subject::named(engine, &body, &programme)?,
    };
    let refused = |code: &str, text: &str| Refusal::flat(StatusCode::BAD_REQUEST, code, text);
    let mut world = engine.world();
    let account = world.people.person(place).and_then(|person| person.living_account());
    let account = account.ok_or_else(faults::user_not_found)?;
    let number = account.number.clone();
    match (is_link, account.benefits.contains(&programme)) {
        (true, true) => {
            return Err(refused("ABDM-1140", "The benefit record has already been linked"));
        }
        (false, false) => {
            return Err(refused("ABDM-1138", "The benefit record has already been de-linked"));
        }
        _ => {}
    }
    world.people.change(place, |person| {
        if let Some(account) = &mut person.account {
            if is_link {
                account.benefits.push(programme.clone());
            } else {
                account.benefits.retain(|linked| *linked != programme);
            }
        }
    });
    let mut answer = BenefitLinked::default();
    answer.benefit_name = Some(programme);
    answer.health_id = Some(number.into());
    let done = if is_link { "linked" } else { "de-linked" };
    answer.status = Some(format!("Benefit record has been {done} successfully"));
    Answer::of::<LinkBenefit>(&answer)
}
