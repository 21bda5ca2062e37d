//! What every call must bring before its handler sees it (rulings.md 1, gateway.md 2, m1-abha.md
//! 3).

use abdm_core::api::gateway::FetchOpenIdConfiguration;
use abdm_core::clock::{is_strict_timestamp, parse_timestamp};
use abdm_core::endpoint::{AuthKind, Endpoint as _, Metadata};
use abdm_core::environment::Family;
use abdm_core::headers;
use abdm_core::id::RequestId;
use abha_enrollment::api::benefit::LinkBenefit;
use abha_enrollment::api::enrollment::EnrolByAadhaar;
use chrono::{DateTime, Utc};
use http::{HeaderMap, StatusCode};

use super::Refusal;
use crate::engine::Engine;
use crate::world::ClientId;

/// Checks the headers of a call, in the live order. Gives back the caller, where a session is asked
/// for.
pub(super) fn admit(
    engine: &Engine,
    meta: &Metadata,
    all: &HeaderMap,
) -> Result<Option<ClientId>, Refusal> {
    let now = engine.now();
    let needed =
        |name| headers::text(all, name).map_err(|_| without(Refusal::access_denied(), name));
    let request_id = needed(headers::REQUEST_ID)?;
    let timestamp = needed(headers::TIMESTAMP)?;
    let request_id: RequestId = request_id.parse().map_err(|_| bad_request_id(meta.family))?;
    let clocks = [now, engine.unmoved_now()];
    check_timestamp(timestamp, clocks, engine.switches().clock_skew_seconds, meta.family)?;
    let client = if meta.auth.uses_session() && !is_public(meta) {
        let token = session_token(all).ok_or_else(|| {
            let why = "Authorization must be the word `Bearer` and the session token";
            Refusal::missing_credentials().because(why)
        })?;
        let client = engine.world().session_owner(token, now);
        Some(client.ok_or_else(Refusal::invalid_credentials)?)
    } else {
        None
    };
    check_named_headers(meta, all, now)?;
    if engine.world().request_was_seen(request_id) {
        return Err(Refusal::bad("ABDM-1064", "request with this request id already exists"));
    }
    if let Some(client) = &client {
        check_facility(engine, meta, all, client)?;
    }
    Ok(client)
}

/// The session token of a call. Live a token without the word `Bearer` before it is none, although
/// our own receivers take it (gateway.md 2).
pub(crate) fn session_token(all: &HeaderMap) -> Option<&str> {
    let (word, token) = headers::text(all, headers::AUTHORIZATION).ok()?.split_once(' ')?;
    word.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// A refusal that does not name the header that is missing.
fn without(refusal: Refusal, name: &str) -> Refusal {
    let name = headers::documented_spelling(name);
    refusal.because(format!("the header {name} is missing or blank"))
}

/// The discovery document needs no bearer, although clients send one (gateway.md 5).
fn is_public(meta: &Metadata) -> bool {
    meta.name == FetchOpenIdConfiguration::META.name
}

fn bad_request_id(family: Family) -> Refusal {
    match family {
        Family::Gateway => Refusal::bad("ABDM-2404", "Invalid Request Id"),
        _ => Refusal::error(StatusCode::NOT_FOUND, "ABDM-1030: ", "Invalid request ID"),
    }
}

fn check_timestamp(
    text: &str,
    clocks: [DateTime<Utc>; 2],
    skew_seconds: i64,
    family: Family,
) -> Result<(), Refusal> {
    let instant = parse_timestamp(text).filter(|_| is_strict_timestamp(text));
    let instant = instant.ok_or_else(|| match family {
        Family::Gateway => Refusal::bad("ABDM-1016", "Invalid Timestamp"),
        _ => Refusal::error(StatusCode::NOT_FOUND, "ABDM-1016: ", "Invalid Timestamp"),
    })?;
    // The clocks of callers do not move with the sandbox's.
    let skew = crate::world::seconds(skew_seconds);
    if clocks.into_iter().all(|now| (instant - now).abs() > skew) {
        return Err(Refusal::bad("ABDM-2402", "Invalid Timestamp"));
    }
    Ok(())
}

/// The headers that the endpoint names. On the gateway a missing one is 401 with an empty body; the
/// ABHA family says what it is.
fn check_named_headers(
    meta: &Metadata,
    all: &HeaderMap,
    now: DateTime<Utc>,
) -> Result<(), Refusal> {
    let missing = |name: &'static str| headers::text(all, name).is_err();
    let person = meta.auth.person_header();
    if meta.family == Family::Gateway {
        let mut needed =
            std::iter::once(headers::CM_ID).chain(meta.headers.iter().copied()).chain(person);
        if let Some(name) = needed.find(|name| missing(name)) {
            return Err(without(Refusal::missing_header(), name));
        }
        if headers::text(all, headers::CM_ID).is_ok_and(|id| id != "sbx") {
            return Err(Refusal::bad("ABDM-2403", "Invalid X-CM-ID"));
        }
        return Ok(());
    }
    let person = person.or_else(|| optional_person_header(meta, all));
    if let Some(name) = person {
        // Below `/v3/phr` a call without it does not even reach the service (m1-abha.md 11).
        let is_below_phr = matches!(meta.family, Family::AbhaAddressWeb | Family::PhrApp);
        if is_below_phr && missing(name) {
            return Err(without(Refusal::access_denied(), name));
        }
        // Without the word `Bearer` the token is as good as none (m1-abha.md 3).
        let has_word = headers::text(all, name).is_ok_and(|value| value.starts_with("Bearer "));
        if !has_word {
            let message = match meta.auth {
                AuthKind::SessionAndTransfer => "Invalid T-token",
                AuthKind::SessionAndRefresh => "Invalid R-token",
                _ => "Invalid X-token",
            };
            return Err(Refusal::message(StatusCode::BAD_REQUEST, message, now));
        }
    }
    if meta.headers.iter().any(|name| missing(name)) {
        let status = StatusCode::UNAUTHORIZED;
        return Err(Refusal::error(status, "ABDM-1017", "Invalid Transaction Id"));
    }
    Ok(())
}

/// The header of a person's token on the calls that take one and do not demand it, when it is
/// there: a parent's, and that of whom a benefit is for (m1-abha.md 6.7, 10).
fn optional_person_header(meta: &Metadata, all: &HeaderMap) -> Option<&'static str> {
    let takes_one = [EnrolByAadhaar::META.name, LinkBenefit::META.name].contains(&meta.name);
    (takes_one && all.contains_key(headers::USER_TOKEN)).then_some(headers::USER_TOKEN)
}

/// Whether the facility in `X-HIP-ID` or `X-HIU-ID` is one of the caller's (rulings.md 2).
fn check_facility(
    engine: &Engine,
    meta: &Metadata,
    all: &HeaderMap,
    client: &ClientId,
) -> Result<(), Refusal> {
    let world = engine.world();
    let (code, message) = if meta.headers.contains(&headers::HIP_ID) {
        let id = headers::text(all, headers::HIP_ID).unwrap_or_default();
        if world.is_hip_of(client, id) {
            return Ok(());
        }
        ("ABDM-1035", "Invalid HIP ID")
    } else if meta.headers.contains(&headers::HIU_ID) {
        let id = headers::text(all, headers::HIU_ID).unwrap_or_default();
        if world.is_hiu_of(client, id) {
            return Ok(());
        }
        ("ABDM-1040", "Invalid HIU ID")
    } else {
        return Ok(());
    };
    if world.switches.live_silence {
        let why = format!("{message}: it is none of this client's; nothing will follow");
        return Err(Refusal::empty(StatusCode::ACCEPTED).because(why));
    }
    Err(Refusal::bad(code, message))
}
