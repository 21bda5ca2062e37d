//! The session of a PHR app's user.

use std::sync::Arc;

use abha_enrollment::api::account::LoggedOut;
use abha_enrollment::api::phr::{LogOutPhr, RenewPhrSession, RenewedTokens};

use crate::engine::Engine;
use crate::server::{Answer, Received, Refusal, local_text};
use crate::services::abha::tokens;
use crate::services::address::{Side, choice, faults};
use crate::world::System;

pub(super) fn renew(
    engine: &Arc<Engine>,
    received: Received<RenewPhrSession>,
) -> Result<Answer, Refusal> {
    let client = received.client()?.clone();
    let token = tokens::refresh(engine, received.call.credential.0.expose(), System::App)?;
    let candidate = token.address.and_then(|address| {
        let place = engine.world().people.place_of(&address)?;
        Some((place, address))
    });
    let candidate = candidate.ok_or_else(faults::user_not_found)?;
    let tokens = choice::log_in(engine, &client, Side::app(), &token.txn, &candidate)?;
    Answer::of::<RenewPhrSession>(&RenewedTokens::new(tokens))
}

/// Ends the login: the token, those that renewed it, and the refresh token with them.
pub(super) fn log_out(
    engine: &Arc<Engine>,
    received: Received<LogOutPhr>,
) -> Result<Answer, Refusal> {
    let token = tokens::owner(engine, received.call.credential.0.expose(), System::App)?;
    engine.world().sessions.end_login(&token.txn);
    let mut body = LoggedOut::default();
    body.message = Some("You have been logged out".to_owned());
    body.timestamp = Some(local_text(engine.now()));
    Answer::of::<LogOutPhr>(&body)
}
