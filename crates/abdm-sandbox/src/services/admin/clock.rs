//! The clock, which can be moved forward.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use http::Method;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::control::{About, Asked, Control, Problem};
use crate::engine::Engine;

const PATH: &str = "/sandbox/clock";

pub(super) fn serve(control: Control) -> Control {
    let read = About::new((Method::GET, PATH), ("clock", "readClock"), "What time it is here.");
    let advance = About::new(
        (Method::POST, PATH),
        ("clock", "advanceClock"),
        "Moves the clock forward; what is due by then happens at once.",
    );
    control.serve(read, read_clock).serve(advance, advance_clock)
}

/// What time it is.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Reading {
    /// The sandbox's time.
    now: DateTime<Utc>,
    /// The time of everybody else, whose `TIMESTAMP` is good as well.
    unmoved: DateTime<Utc>,
    /// How far the clock was moved, in seconds.
    moved_seconds: i64,
}

fn reading(engine: &Engine) -> Reading {
    Reading {
        now: engine.now(),
        unmoved: engine.unmoved_now(),
        moved_seconds: engine.moved_clock().moved().num_seconds(),
    }
}

async fn read_clock(asked: Asked) -> Result<Reading, Problem> {
    Ok(reading(&asked.engine))
}

/// How far: one of the two.
#[derive(Deserialize, Default, JsonSchema)]
#[serde(default, deny_unknown_fields)]
struct Move {
    /// By so many seconds.
    #[schemars(range(min = 0, max = 3_155_760_000_u64))]
    seconds: Option<u32>,
    /// To this instant.
    to: Option<DateTime<Utc>>,
}

async fn advance_clock(asked: Asked<(), (), Move>) -> Result<Reading, Problem> {
    let engine: Arc<Engine> = asked.engine;
    let by = match (asked.body.seconds, asked.body.to) {
        (Some(seconds), None) => TimeDelta::seconds(i64::from(seconds)),
        (None, Some(to)) => to - engine.now(),
        _ => return Err(Problem::invalid("give one of `seconds` and `to`")),
    };
    engine.advance(by)?;
    Ok(reading(&engine))
}
