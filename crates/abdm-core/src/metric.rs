//! What is measured, and how an exporter is told what it means.
//!
//! The values go through the [`metrics`] facade: install an exporter of your choice (for Prometheus
//! `metrics-exporter-prometheus`), then call [`describe`] once. Without an exporter they cost
//! nothing.
//!
//! | you want to know | look at |
//! |---|---|
//! | callbacks by type and outcome | [`CALLBACKS`] |
//! | how much waits, and since when | [`QUEUE_DEPTH`], [`QUEUE_AGE_SECONDS`] |
//! | pushes that were sent, their bytes | [`CALLS`], [`CALL_BYTES`] of `PushHealthInformation` |
//! | pushes that came, their bytes | [`CALLBACKS`], [`CALLBACK_BYTES`] of `PushHealthInformation` |
//! | retries | [`CALL_REPEATS`]; [`EFFECTS`] with the outcome `retry` |
//! | dead letters | [`QUEUE_DEPTH`] of `dead`; [`INBOUND`], [`EFFECTS`] with the outcome `dead` |
//! | tokens asked for | [`CALLS`] of `CreateSession` and `GenerateLinkToken` |

pub use abdm_base::metric::*;
use metrics::Unit;

/// Tells the exporter that is installed what each metric means.
pub fn describe() {
    for metric in ALL {
        let (name, help) = (metric.name, metric.help);
        let unit = unit(name);
        match metric.kind {
            MetricKind::Gauge => metrics::describe_gauge!(name, unit, help),
            MetricKind::Histogram => metrics::describe_histogram!(name, unit, help),
            _ => metrics::describe_counter!(name, unit, help),
        }
    }
}

fn unit(name: &str) -> Unit {
    if name.ends_with("_seconds") {
        Unit::Seconds
    } else if name.ends_with("_bytes_total") {
        Unit::Bytes
    } else {
        Unit::Count
    }
}
