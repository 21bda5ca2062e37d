//! A person's own profile (m1-abha.md 9).

use std::sync::Arc;

use abha_enrollment::api::account::FetchProfile;

use super::abha::{nobody, shown, tokens};
use crate::engine::Engine;
use crate::server::{Answer, Received, Refusal, Routes};
use crate::world::{Person, System};

pub(super) fn routes(routes: Routes) -> Routes {
    routes.serve::<FetchProfile>(fetch_profile)
}

/// Who is logged in, by the token in `X-token`.
fn caller(engine: &Engine, token: &str) -> Result<(usize, Person), Refusal> {
    let token = tokens::owner(engine, token, System::Number)?;
    let known = token.people.first().copied();
    let known = known.and_then(|place| Some((place, engine.world().people.person(place)?.clone())));
    known.ok_or_else(|| nobody("User not found"))
}

fn fetch_profile(
    engine: &Arc<Engine>,
    received: Received<FetchProfile>,
) -> Result<Answer, Refusal> {
    let (_, person) = caller(engine, received.call.credential.0.expose())?;
    let account = person.living_account().ok_or_else(|| nobody("User not found"))?;
    Answer::of::<FetchProfile>(&shown::profile(&person, account))
}
