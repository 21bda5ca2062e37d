//! The token that callbacks carry: the gateway's own session token, minted some minutes before its
//! first use and kept for several callbacks. By the time of a redelivery it is over
//! (live-measurements.md 4 and 5).

use std::time::Duration;

use abdm_core::headers;
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use crate::engine::Engine;
use crate::error::SandboxError;
use crate::keys::SigningKeys;
use crate::tokens;

/// Of its life a token has used up so much when it is first seen: 4 minutes of 20.
const YOUNGEST: f64 = 0.2;
/// And at its last use at most so much: 9 minutes of 20.
const OLDEST: f64 = 0.45;
/// However fast the sandbox's time runs, a token is good for so long when it is first seen: a
/// strict receiver must be able to take it.
const LEAST_LEFT: Duration = Duration::from_secs(3);
/// The seconds of `exp` are whole ones.
const WHOLE_SECOND: Duration = Duration::from_secs(1);

/// A token, and until when it may be used for further callbacks.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct CallbackToken {
    text: String,
    key: String,
    life: i64,
    made_at: DateTime<Utc>,
    in_use_until: DateTime<Utc>,
    /// When it is over.
    pub(super) ends_at: DateTime<Utc>,
}

/// The token of a callback that leaves now.
pub(super) fn token(
    engine: &Engine,
    keys: &SigningKeys,
    now: DateTime<Utc>,
) -> Result<(String, DateTime<Utc>), SandboxError> {
    let life = engine.world().switches.callback_token_seconds;
    let kept = engine.world().callback_token.clone();
    let fits = |token: &CallbackToken| {
        (token.made_at..=token.in_use_until).contains(&now)
            && token.life == life
            && token.key == keys.gateway.id()
    };
    if let Some(token) = kept.filter(fits) {
        return Ok((token.text, token.ends_at));
    }
    let fresh = mint(engine, keys, life, now)?;
    let told = (fresh.text.clone(), fresh.ends_at);
    engine.world().callback_token = Some(fresh);
    Ok(told)
}

fn mint(
    engine: &Engine,
    keys: &SigningKeys,
    life: i64,
    now: DateTime<Utc>,
) -> Result<CallbackToken, SandboxError> {
    let whole = Duration::from_secs(u64::try_from(life).unwrap_or_default());
    let age = engine.random_seconds((YOUNGEST, OLDEST)).as_secs_f64();
    let left = left(engine.scaled(whole), whole, 1.0 - age);
    let at_last_use = engine.scaled(whole).mul_f64(OLDEST - age);
    let ends_at = now + delta(left);
    let made_at = ends_at - crate::world::seconds(life);
    Ok(CallbackToken {
        text: tokens::session(&keys.gateway, "gateway", made_at, life)?,
        key: keys.gateway.id().to_owned(),
        life,
        made_at: now,
        in_use_until: (now + delta(at_last_use)).min(ends_at - delta(LEAST_LEFT)),
        ends_at,
    })
}

/// For how long it is still good: the unused part of its life at the sandbox's pace.
fn left(scaled: Duration, whole: Duration, unused: f64) -> Duration {
    let unused = unused.clamp(0.0, 1.0);
    scaled.mul_f64(unused).max(LEAST_LEFT).min(whole.mul_f64(unused).max(LEAST_LEFT)).min(whole)
}

/// When a refused delivery is made once more: after the switched time, and not before its token is
/// over.
pub(super) fn redelivery_wait(
    switched: Duration,
    ends_at: DateTime<Utc>,
    first_at: DateTime<Utc>,
) -> Duration {
    let left = (ends_at - first_at).to_std().unwrap_or_default();
    switched.max(left + WHOLE_SECOND)
}

/// The same callback as its receiver sees it after the sandbox's clock was moved by so much: with a
/// bearer that is over by the receiver's own clock, which nobody moved. `None` when it is over
/// already.
pub(super) fn aged(
    engine: &Engine,
    written: &super::Written,
    moved: TimeDelta,
) -> Option<super::Letter> {
    if moved <= TimeDelta::zero() || engine.unmoved_now() > written.token_ends_at {
        return None;
    }
    let life = engine.world().switches.callback_token_seconds;
    let made_at = written.token_ends_at - crate::world::seconds(life) - moved;
    let token = tokens::session(&engine.keys().gateway, "gateway", made_at, life).ok()?;
    let mut letter = written.letter.clone();
    letter.set(headers::AUTHORIZATION, format!("Bearer {token}"));
    Some(letter)
}

fn delta(duration: Duration) -> TimeDelta {
    TimeDelta::from_std(duration).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_live_token_is_always_over_at_the_live_redelivery() {
        let life = Duration::from_secs(1200);
        for age in [YOUNGEST, 0.3, OLDEST] {
            let left = left(life, life, 1.0 - age);
            assert!((660..=960).contains(&left.as_secs()), "{left:?}");
            let wait = redelivery_wait(
                Duration::from_secs(964),
                DateTime::UNIX_EPOCH + delta(left),
                DateTime::UNIX_EPOCH,
            );
            assert_eq!(wait, Duration::from_secs(964));
        }
    }

    #[test]
    fn a_token_of_a_fast_sandbox_is_good_at_first_and_over_at_the_redelivery() {
        let left = left(Duration::from_secs(12), Duration::from_secs(1200), 0.6);
        assert!(left >= LEAST_LEFT, "{left:?}");
        let ends_at = DateTime::UNIX_EPOCH + delta(left);
        let wait = redelivery_wait(Duration::ZERO, ends_at, DateTime::UNIX_EPOCH);
        assert!(wait > left);
    }

    #[test]
    fn a_life_of_nothing_is_nothing() {
        assert_eq!(left(Duration::ZERO, Duration::ZERO, 0.8), Duration::ZERO);
        // A slow sandbox does not lengthen the life that the token says.
        let slow = left(Duration::from_secs(2400), Duration::from_secs(1200), 0.8);
        assert_eq!(slow, Duration::from_secs(960));
    }
}
