//! Renewing a person's session, and ending it.

use std::sync::Arc;

use abha_enrollment::api::account::{LogOut, LoggedOut, RenewSession};

use crate::engine::Engine;
use crate::server::{Answer, Received, Refusal, local_text};
use crate::services::abha::tokens::{self, Holder};
use crate::services::abha::user_not_found;
use crate::world::System;

/// Gives fresh tokens for a refresh token, which stays good until its own end.
pub(super) fn renew(
    engine: &Arc<Engine>,
    received: Received<RenewSession>,
) -> Result<Answer, Refusal> {
    let client = received.client()?.clone();
    let token = received.call.credential.0;
    let token = tokens::refresh(engine, token.expose(), System::Number)?;
    let place = token.people.first().copied();
    let place = place.ok_or_else(user_not_found)?;
    let tokens = tokens::issue(engine, &client, &Holder::of_number(place, token.txn))?;
    Answer::of::<RenewSession>(&tokens)
}

/// Ends the login: the token, those that renewed it, and the refresh token with them.
pub(super) fn log_out(engine: &Arc<Engine>, received: Received<LogOut>) -> Result<Answer, Refusal> {
    let token = received.call.credential.0;
    let token = tokens::owner(engine, token.expose(), System::Number)?;
    engine.world().sessions.end_login(&token.txn);
    let mut answer = LoggedOut::default();
    answer.message = Some("You have been logged out".to_owned());
    answer.timestamp = Some(local_text(engine.now()));
    Answer::of::<LogOut>(&answer)
}
