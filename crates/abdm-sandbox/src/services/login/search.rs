//! In which state an ABHA number is, and how it may be proved (m1-abha.md 7.5).

use std::sync::Arc;

use abha_enrollment::api::login::{AbhaNumberState, SearchAbhaNumber};
use abha_enrollment::api::vocabulary::VerificationStatus;

use serde_json::json;

use crate::engine::Engine;
use crate::server::{Answer, Received, Refusal};
use crate::services::abha::otp::masked;
use crate::services::abha::{number_of_nobody, shown};

pub(super) fn search(
    engine: &Arc<Engine>,
    received: Received<SearchAbhaNumber>,
) -> Result<Answer, Refusal> {
    let number = received.call.body.abha_number;
    let world = engine.world();
    let person = world.people.by_number(&number).and_then(|place| world.people.person(place));
    let found = person.and_then(|person| Some((person, person.living_account()?)));
    let (person, account) = found.ok_or_else(|| number_of_nobody(&world, engine.now()))?;
    let mut state = AbhaNumberState::default();
    state.preferred_abha_address = person.preferred_address().map(|a| a.as_str().into());
    state.abha_number = Some(account.number.clone().into());
    state.auth_methods = shown::auth_methods(person);
    state.status = Some(shown::status(account));
    state.verification_status = Some(VerificationStatus::Verified);
    state.mobile = person.mobile.as_deref().map(|mobile| masked(mobile).into());
    state.verification_type = Some(shown::verification(account));
    state.is_document_account = Some(false);
    // More than the declared answer type reads (m1-abha.md 7.5).
    Answer::with::<SearchAbhaNumber>(&state, &[("tags", json!({}))])
}
