//! Tokens of persons: issuing them, and knowing whose they are (m1-abha.md 3.1).

use abdm_core::claims;
use abdm_core::id::TxnId;
use abdm_core::person::AbhaAddress;
use abdm_core::secret::RefreshToken;
use abha_enrollment::api::token::{IssuedToken, IssuedTokens};
use chrono::{DateTime, TimeDelta, Utc};
use http::StatusCode;

use crate::engine::Engine;
use crate::server::Refusal;
use crate::tokens;
use crate::world::{ClientId, PersonToken, System, TokenKind};

/// The life of a person's token, of the one that renews it, and of a transfer token.
const USER_SECONDS: i64 = 1800;
const REFRESH_SECONDS: i64 = 1_296_000;
const TRANSFER_SECONDS: i64 = 300;

/// Whom a token is for.
#[derive(Debug, Clone)]
pub(crate) struct Holder {
    pub(crate) system: System,
    /// One place, or those to choose among.
    pub(crate) people: Vec<usize>,
    /// The address that was proved, on the families of addresses.
    pub(crate) address: Option<AbhaAddress>,
    pub(crate) txn: TxnId,
}

impl Holder {
    /// Somebody who proved an ABHA number.
    pub(crate) fn of_number(place: usize, txn: TxnId) -> Self {
        Self { system: System::Number, people: vec![place], address: None, txn }
    }
}

/// The final token and the one that renews it.
pub(crate) fn issue(
    engine: &Engine,
    client: &ClientId,
    holder: &Holder,
) -> Result<IssuedTokens, Refusal> {
    let user = sign(engine, client, holder, (TokenKind::User, USER_SECONDS))?;
    let refresh = sign(engine, client, holder, (TokenKind::Refresh, REFRESH_SECONDS))?;
    let (user, refresh) = (IssuedToken::new(user), RefreshToken::new(refresh));
    Ok(IssuedTokens::renewable(user, USER_SECONDS, refresh, REFRESH_SECONDS))
}

/// The right to choose among several accounts; nothing renews it.
pub(crate) fn issue_transfer(
    engine: &Engine,
    client: &ClientId,
    holder: &Holder,
) -> Result<IssuedTokens, Refusal> {
    let token = sign(engine, client, holder, (TokenKind::Transfer, TRANSFER_SECONDS))?;
    Ok(IssuedTokens::transfer(IssuedToken::new(token), TRANSFER_SECONDS))
}

fn sign(
    engine: &Engine,
    client: &ClientId,
    holder: &Holder,
    (kind, seconds): (TokenKind, i64),
) -> Result<String, Refusal> {
    let now = engine.now();
    let (number, address, mobile) = names(engine, holder, kind);
    let told = [
        ("sub", if holder.system == System::Number { number.as_str() } else { address.as_str() }),
        (claims::CLIENT_ID, client.as_str()),
        (claims::TXN_ID, holder.txn.as_str()),
        (claims::ABHA_NUMBER, number.as_str()),
        (claims::PREFERRED_ABHA_ADDRESS, address.as_str()),
        (claims::MOBILE, mobile.as_str()),
    ];
    let typ = match kind {
        TokenKind::User => "Transaction",
        TokenKind::Transfer => "Transfer",
        TokenKind::Refresh => "Refresh",
    };
    let system = if holder.system == System::Number { "ABHA-N" } else { "ABHA-A" };
    let token = tokens::person(&engine.keys().links, (typ, system), &told, now, seconds)
        .map_err(|_| Refusal::spring("", now))?;
    let noted = PersonToken {
        kind,
        system: holder.system,
        people: holder.people.clone(),
        address: holder.address.clone(),
        txn: holder.txn.clone(),
        ends_at: now + TimeDelta::seconds(seconds),
    };
    engine.world().sessions.log_in(&token, noted, now);
    Ok(token)
}

/// ABHA number, ABHA address and mobile number as the token's claims have them.
fn names(engine: &Engine, holder: &Holder, kind: TokenKind) -> (String, String, String) {
    let world = engine.world();
    let person = holder.people.first().and_then(|place| world.people.person(*place));
    let mobile = person.and_then(|person| person.mobile.clone()).unwrap_or_default();
    if kind == TokenKind::Transfer {
        // It names nobody yet.
        return (String::new(), String::new(), mobile);
    }
    let number = person.and_then(|person| Some(person.living_account()?.number.to_dashed()));
    let address = holder.address.as_ref().or_else(|| person?.preferred_address());
    let address = address.map(|address| address.as_str().to_owned());
    (number.unwrap_or_default(), address.unwrap_or_default(), mobile)
}

/// Whose user token this is. A token of the wrong kind, or of nobody, is "expired" too: the message
/// lies, as ABDM's does.
pub(crate) fn owner(engine: &Engine, token: &str, system: System) -> Result<PersonToken, Refusal> {
    let now = engine.now();
    let known = known(engine, token, (TokenKind::User, system), now);
    known.ok_or_else(|| Refusal::message(StatusCode::UNAUTHORIZED, "X-token expired", now))
}

/// Whose transfer token this is.
pub(crate) fn transfer(
    engine: &Engine,
    token: &str,
    system: System,
) -> Result<PersonToken, Refusal> {
    let now = engine.now();
    let known = known(engine, token, (TokenKind::Transfer, system), now);
    known.ok_or_else(|| Refusal::message(StatusCode::BAD_REQUEST, "Invalid T-token", now))
}

/// Whose refresh token this is.
pub(crate) fn refresh(
    engine: &Engine,
    token: &str,
    system: System,
) -> Result<PersonToken, Refusal> {
    let now = engine.now();
    let known = known(engine, token, (TokenKind::Refresh, system), now);
    known.ok_or_else(|| Refusal::message(StatusCode::BAD_REQUEST, "Invalid R-token", now))
}

fn known(
    engine: &Engine,
    token: &str,
    kind: (TokenKind, System),
    now: DateTime<Utc>,
) -> Option<PersonToken> {
    let token = engine.world().sessions.person(token)?.clone();
    (token.ends_at > now && (token.kind, token.system) == kind).then_some(token)
}
