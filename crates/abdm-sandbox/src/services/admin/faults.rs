//! Faults that happen once, or a few times.

use http::{Method, StatusCode};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::callbacks::Forgery;
use crate::control::{About, Asked, Control, Problem};
use crate::faults::Failure;
use crate::keys::RotatedKeys;

pub(super) fn serve(control: Control) -> Control {
    let inject = About::new(
        (Method::POST, "/sandbox/faults"),
        ("faults", "injectFault"),
        "Lets something go wrong, once or a few times.",
    );
    control.serve(inject.success(StatusCode::NO_CONTENT).refusals(&[404]), inject_fault)
}

/// No fault is asked for more often at once.
const MOST: usize = 10_000;

/// What shall go wrong. Endpoints go by the names of their declarations.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", tag = "fault", deny_unknown_fields)]
enum Fault {
    /// The next call of this endpoint fails so.
    FailNext { endpoint: String, failure: Failure },
    /// The next callback of this endpoint is lost.
    DropNextCallback { endpoint: String },
    /// The next callback of this endpoint waits until another one has been delivered.
    HoldNextCallback { endpoint: String },
    /// So many of the coming callbacks are delivered twice.
    DuplicateCallbacks {
        #[schemars(range(max = MOST))]
        count: usize,
    },
    /// So many of the coming callbacks are overtaken by the one after them.
    ReorderCallbacks {
        #[schemars(range(max = MOST))]
        count: usize,
    },
    /// After so many of the coming revocations the grant comes once more, to the HIP and to the
    /// HIU.
    RepeatGrants {
        #[schemars(range(max = MOST))]
        count: usize,
    },
    /// So many of the coming callbacks, of this endpoint or of any, carry a bearer that is not the
    /// gateway's; signed under an unknown `kid` when no kind is named.
    ForgeCallbackTokens {
        #[schemars(range(max = MOST))]
        count: usize,
        #[serde(default)]
        kind: Forgery,
        #[serde(default)]
        endpoint: Option<String>,
    },
    /// Every session ends: the next call of each client gets 401 900901.
    ExpireSessions {},
    /// Keys are replaced: those that sign, those that decrypt what persons typed, or all when
    /// nothing is said. It is answered when they are made, seconds later.
    RotateKeys {
        #[serde(default)]
        keys: RotatedKeys,
    },
}

async fn inject_fault(asked: Asked<(), (), Fault>) -> Result<(), Problem> {
    let (engine, fault) = (asked.engine, asked.body);
    if let Fault::RotateKeys { keys } = fault {
        return Ok(engine.rotate_keys(keys).await?);
    }
    match &fault {
        Fault::FailNext { endpoint, .. } if !crate::services::is_call(endpoint) => {
            return Err(Problem::unknown("call", endpoint));
        }
        Fault::DropNextCallback { endpoint }
        | Fault::HoldNextCallback { endpoint }
        | Fault::ForgeCallbackTokens { endpoint: Some(endpoint), .. }
            if !crate::services::is_callback(endpoint) =>
        {
            return Err(Problem::unknown("callback", endpoint));
        }
        _ => {}
    }
    let now = engine.now();
    let mut world = engine.world();
    match fault {
        Fault::FailNext { endpoint, failure } => world.faults.fail_next(&endpoint, failure),
        Fault::DropNextCallback { endpoint } => world.faults.drop_next(&endpoint),
        Fault::HoldNextCallback { endpoint } => world.faults.hold_next(&endpoint),
        Fault::DuplicateCallbacks { count } => world.faults.duplicate(count),
        Fault::ReorderCallbacks { count } => world.faults.reorder(count),
        Fault::RepeatGrants { count } => world.faults.regrant(count),
        Fault::ForgeCallbackTokens { count, kind, endpoint } => {
            world.faults.forge(kind, endpoint, count);
        }
        Fault::ExpireSessions {} => world.sessions.end_all(now),
        Fault::RotateKeys { .. } => {}
    }
    Ok(())
}
