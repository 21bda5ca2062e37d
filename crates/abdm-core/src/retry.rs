//! When a call is repeated, how often, and how long between.

use std::time::Duration;

use backon::{BackoffBuilder, ExponentialBuilder};
use http::StatusCode;

use crate::client::CallError;
use crate::endpoint::Replay;
use crate::error::{ErrorClass, RetryAdvice};
use crate::ids::Ids;
use crate::transport::TransportErrorKind;

/// The bounds of repetition: by count and by time.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct RetryPolicy {
    /// How often a call is sent at most, the first time included.
    pub attempts: usize,
    /// The pause before the second attempt; each further one is twice as long, with jitter.
    pub first_pause: Duration,
    /// The longest pause.
    pub longest_pause: Duration,
    /// No attempt is begun when this much time has passed since the first.
    pub total: Duration,
}

impl Default for RetryPolicy {
    /// Three attempts, 1 s and 2 s apart, within 30 s.
    fn default() -> Self {
        Self {
            attempts: 3,
            first_pause: Duration::from_secs(1),
            longest_pause: Duration::from_secs(10),
            total: Duration::from_secs(30),
        }
    }
}

impl RetryPolicy {
    /// No repetition.
    #[must_use]
    pub fn never() -> Self {
        Self { attempts: 1, ..Self::default() }
    }

    /// Three attempts with pauses of milliseconds, for tests on loopback.
    #[must_use]
    pub fn fast() -> Self {
        Self {
            first_pause: Duration::from_millis(20),
            longest_pause: Duration::from_millis(100),
            ..Self::default()
        }
    }

    pub(crate) fn pauses(&self, ids: &dyn Ids) -> impl Iterator<Item = Duration> + use<> {
        ExponentialBuilder::default()
            .with_min_delay(self.first_pause)
            .with_max_delay(self.longest_pause)
            .with_max_times(self.attempts.saturating_sub(1))
            .with_jitter()
            .with_jitter_seed(ids.uuid().as_u64_pair().0)
            .build()
    }
}

/// Whether a call that failed so may be repeated by itself.
pub(crate) fn may_repeat(replay: Replay, error: &CallError) -> bool {
    match error {
        CallError::Transport { source, .. } => match replay {
            Replay::Never => false,
            Replay::IfUnprocessed => source.is_unprocessed() && source.is_retryable(),
            Replay::Safe => matches!(
                source.kind,
                TransportErrorKind::Connect
                    | TransportErrorKind::Tls
                    | TransportErrorKind::TimedOut
                    | TransportErrorKind::Interrupted
            ),
        },
        CallError::Api(api) => {
            // What only a person, NHA or time can change is not hammered; nor is ABDM when it
            // counts calls: the next stage of 429 is a block of 24 hours.
            let may_pass =
                matches!(api.class(), ErrorClass::UpstreamFault | ErrorClass::Unclassified)
                    && !matches!(
                        api.advice().retry,
                        Some(RetryAdvice::SlowDown { .. } | RetryAdvice::NotBefore(_))
                    );
            let status = api.status().filter(|_| may_pass);
            match replay {
                Replay::Never => false,
                Replay::IfUnprocessed => status == Some(StatusCode::SERVICE_UNAVAILABLE),
                Replay::Safe => status.is_some_and(|status| status.is_server_error()),
            }
        }
        _ => false,
    }
}
