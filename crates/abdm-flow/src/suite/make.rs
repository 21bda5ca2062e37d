//! What the suite puts into a store.

use abdm_base::RequestId;
use abdm_base::ids::RandomIds;
use chrono::{DateTime, TimeDelta, Utc};

use super::KIND;
use crate::MAIN_LANE;
use crate::store::{
    BodyId, Claim, FlowId, FlowWrite, Grant, Inbound, InboundKey, NewEffect, Outcome, Payload,
    WaitFor,
};

/// So many seconds after the suite's beginning.
pub(super) fn second(seconds: i64) -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::seconds(1_767_587_400 + seconds)
}

/// A claim by `holder` at second `now` for ten seconds.
pub(super) fn claim<'a>(
    kinds: &'a [&'static str],
    holder: &'a str,
    now: i64,
    limit: usize,
) -> Claim<'a> {
    Claim::new(kinds, holder, second(now), second(now + 10), limit)
}

/// A grant for the node `grantee` until second `until`.
pub(super) fn grant(kinds: &[&'static str], until: i64, limit: usize) -> Option<Grant> {
    Some(Grant::new("grantee".into(), kinds.into(), second(until), limit))
}

pub(super) fn flow_id() -> FlowId {
    FlowId::fresh(&RandomIds)
}

pub(super) fn body_id() -> BodyId {
    BodyId::fresh(&RandomIds)
}

pub(super) fn request_id() -> RequestId {
    RequestId::random()
}

/// A message that comes at second 0 with the body `{}`.
pub(super) fn message(endpoint: &str, id: &str) -> Inbound {
    Inbound::new(InboundKey::new(endpoint, id), "{}", second(0))
}

pub(super) fn payload(text: &str) -> Payload {
    Payload::from_bytes(text.to_owned())
}

pub(super) fn text(payload: &Payload) -> &str {
    std::str::from_utf8(payload.as_bytes()).unwrap_or("not a text")
}

/// A flow whose snapshot is `text`.
pub(super) fn state(text: &str) -> FlowWrite {
    FlowWrite::new(KIND, 1, payload(text))
}

pub(super) fn of_kind(kind: &'static str, mut write: FlowWrite) -> FlowWrite {
    write.kind = kind;
    write
}

/// A flow that wants to be woken.
pub(super) fn wake(text: &str, at: i64) -> FlowWrite {
    let mut write = state(text);
    write.wake_at = Some(second(at));
    write
}

pub(super) fn done(mut write: FlowWrite) -> FlowWrite {
    write.done = true;
    write
}

/// A flow with effects in its main lane.
pub(super) fn effects<const N: usize>(names: [&str; N]) -> FlowWrite {
    with_effects(state("0"), MAIN_LANE, names)
}

pub(super) fn with_effects<const N: usize>(
    mut write: FlowWrite,
    lane: &'static str,
    names: [&str; N],
) -> FlowWrite {
    write.effects.extend(names.map(|name| NewEffect::new(lane, payload(name))));
    write
}

/// Put off to second `at`.
pub(super) fn later(at: i64) -> Outcome {
    put_off(at, None)
}

/// Put off to second 900, or until what is waited for is there.
pub(super) fn waiting(waits_for: WaitFor) -> Outcome {
    put_off(900, Some(waits_for))
}

pub(super) fn put_off(at: i64, waits_for: Option<WaitFor>) -> Outcome {
    let reason = "too early".to_owned();
    Outcome::Later { not_before: second(at), waits_for, reason, perhaps_sent: false }
}

pub(super) fn dead(reason: &str) -> Outcome {
    Outcome::Dead { reason: reason.to_owned() }
}
