//! Work that must not hold up what waits behind it.
//!
//! Within one flow effects are carried out in order: a report that ABDM does not take must not keep
//! an erasure waiting, and a page whose record store fails must not keep the report waiting. What
//! may be lost is given up soon; what must not be goes to the end of the queue.

use std::time::Duration;

use abdm_core::client::{Answered, CallError};
use abdm_core::clock::later;
use abdm_flow::{Backoff, EffectContext, EffectFailure, Flow};

use super::verdict::Verdict;

/// How often such a call is tried: with the pauses and [`LONGEST_TRY`] two minutes at most.
const MOST_TRIES: u32 = 6;
/// How long one try may take.
pub(super) const LONGEST_TRY: Duration = Duration::from_secs(15);
/// The pause before an effect begins anew: with few tries there would be no other.
const BREATH: Duration = Duration::from_secs(1);
/// The pauses between tries.
const PAUSES: Backoff = Backoff::new(Duration::from_secs(1), Duration::from_secs(30));

/// Makes a call whose answer the flow need not know. After two minutes it is set aside with its
/// reason, as a dead letter that can be replayed.
pub(super) async fn brief<R, F: Flow>(
    cx: &EffectContext<'_, F>,
    what: &'static str,
    call: impl Future<Output = Result<Answered<R>, CallError>>,
) -> Result<Option<F::Event>, EffectFailure<F::Event>> {
    let verdict = match tokio::time::timeout(LONGEST_TRY, call).await {
        Ok(answer) => Verdict::repeatable(answer),
        Err(_) => Verdict::TryAgain("ABDM did not answer in time".to_owned()),
    };
    match verdict {
        Verdict::Taken(_) | Verdict::Unclear(_) => Ok(None),
        Verdict::TryAgain(reason) if cx.attempt() < MOST_TRIES => Err(soon(cx, reason)),
        Verdict::TryAgain(reason) => {
            tracing::warn!(flow = %cx.flow(), what, reason, "given up, so that nothing waits behind it");
            let tries = cx.attempt();
            Err(EffectFailure::bury(format!("{what} was given up after {tries} tries: {reason}")))
        }
        Verdict::Refused(refusal) => Err(EffectFailure::bury(refusal.text)),
    }
}

/// Tries again as [`soon`] does. After `most` tries, and before the engine would set the effect
/// aside, the flow gets it back with `again` and wants it anew: behind what waits by then.
pub(super) async fn persistently<F: Flow>(
    cx: &EffectContext<'_, F>,
    most: u32,
    what: &'static str,
    reason: String,
    again: impl FnOnce() -> F::Event,
) -> EffectFailure<F::Event> {
    if cx.attempt() < most && !cx.is_last_attempt() {
        return soon(cx, reason);
    }
    tracing::warn!(flow = %cx.flow(), what, reason, "not done so far, it is tried again");
    // The next try comes at once.
    tokio::time::sleep(BREATH).await;
    EffectFailure::give_up(again(), reason)
}

/// Tries again after half a minute at most, for work behind which an erasure may come to wait.
pub(super) fn soon<F: Flow>(
    cx: &EffectContext<'_, F>,
    reason: impl Into<String>,
) -> EffectFailure<F::Event> {
    let pause = PAUSES.delay(cx.attempt(), cx.effect().number());
    EffectFailure::retry_at(later(cx.now(), pause), reason)
}
