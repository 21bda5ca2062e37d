//! What is measured: each metric's name, kind and labels stand here, and nowhere else.
//!
//! The values go through the [`metrics`](https://docs.rs/metrics) facade, in the crates that know
//! them; `abdm_core::metric::describe` tells an exporter what they mean. No label holds anything
//! that a person or a stranger wrote.

/// What a metric does over time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum MetricKind {
    /// It grows.
    Counter,
    /// It goes up and down.
    Gauge,
    /// It is a distribution.
    Histogram,
}

impl MetricKind {
    /// Its name, for tables.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Counter => "counter",
            Self::Gauge => "gauge",
            Self::Histogram => "histogram",
        }
    }
}

/// One metric. Those of seconds end in `_seconds`, those of bytes in `_bytes_total`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Metric {
    /// Its name.
    pub name: &'static str,
    /// What it does over time.
    pub kind: MetricKind,
    /// The names of its labels.
    pub labels: &'static [&'static str],
    /// What it says.
    pub help: &'static str,
}

/// Declares metrics, and [`ALL`] of them.
macro_rules! declare {
    ($($id:ident: $kind:ident $name:literal [$($label:literal),*] $help:literal;)+) => {
        $(
            #[doc = $help]
            pub const $id: Metric = Metric {
                name: $name,
                kind: MetricKind::$kind,
                labels: &[$($label),*],
                help: $help,
            };
        )+

        /// All of them.
        pub const ALL: &[Metric] = &[$($id),+];
    };
}

declare! {
    CALLBACKS: Counter "abdm_callbacks_total" ["endpoint", "status", "reason"]
        "Callbacks and pushes that came, by what they were answered.";
    CALLBACK_BYTES: Counter "abdm_callback_bytes_total" ["endpoint"]
        "Bytes of the bodies of callbacks and pushes that were taken.";
    CALLS: Counter "abdm_client_calls_total" ["endpoint", "outcome"]
        "HTTP calls, each try by itself.";
    CALL_SECONDS: Histogram "abdm_client_call_seconds" ["endpoint"]
        "How long an HTTP call took, each try by itself.";
    CALL_REPEATS: Counter "abdm_client_repeats_total" ["endpoint"]
        "Tries of an HTTP call after the first.";
    CALL_BYTES: Counter "abdm_client_sent_bytes_total" ["endpoint"]
        "Bytes of the bodies of HTTP calls that were answered with success.";
    INBOUND: Counter "abdm_flow_inbound_total" ["kind", "outcome"]
        "Messages of the inbox: as they came in, and as they were dealt with.";
    INBOX_WAIT_SECONDS: Histogram "abdm_flow_inbox_wait_seconds" ["kind"]
        "How long a message had been in the inbox when it was taken up.";
    EFFECTS: Counter "abdm_flow_effects_total" ["kind", "outcome"]
        "Effects (calls and hooks), each try by itself.";
    OUTBOX_WAIT_SECONDS: Histogram "abdm_flow_outbox_wait_seconds" ["kind"]
        "How long an effect had been in the outbox when it was taken up.";
    QUEUE_DEPTH: Gauge "abdm_flow_queue_depth" ["kind", "queue"]
        "What waits in inbox and outbox, and what was set aside (dead). Every 30 seconds.";
    QUEUE_AGE_SECONDS: Gauge "abdm_flow_queue_age_seconds" ["kind", "queue"]
        "Since when the oldest of inbox and outbox waits; 0 where nothing does. Every 30 seconds.";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_kind_and_unit_and_stand_once() {
        let mut names: Vec<&str> = ALL.iter().map(|metric| metric.name).collect();
        for metric in ALL {
            let counts = metric.name.ends_with("_total");
            assert_eq!(counts, metric.kind == MetricKind::Counter, "{}", metric.name);
            assert!(metric.name.starts_with("abdm_") && metric.help.ends_with('.'));
        }
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), ALL.len());
    }
}
