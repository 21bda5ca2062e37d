//! Beginning anew, between two tests.

use http::{Method, StatusCode};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::control::{About, Asked, Control, Problem};
use crate::engine::Anew;

pub(super) fn serve(control: Control) -> Control {
    let reset = About::new(
        (Method::POST, "/sandbox/reset"),
        ("sandbox", "reset"),
        "Lets the sandbox begin anew: all of it, or the parts that are named. Clients, facilities, \
         their callback URLs and their sessions stay.",
    );
    control.serve(reset.success(StatusCode::NO_CONTENT), reset_parts)
}

/// Which parts begin anew; all when none is named.
#[derive(Deserialize, Default, JsonSchema)]
#[serde(default, deny_unknown_fields)]
struct Parts {
    /// People and all that happened to them, OTPs, limits, links, consents, transfers, what is on
    /// its way, the facilities that are played, and the clock.
    state: Option<bool>,
    /// Faults that are still to come.
    faults: Option<bool>,
    /// The switches: as the sandbox was started with them.
    switches: Option<bool>,
    /// The journal.
    journal: Option<bool>,
}

async fn reset_parts(asked: Asked<(), (), Parts>) -> Result<(), Problem> {
    let Parts { state, faults, switches, journal } = asked.body;
    let all = [state, faults, switches, journal].iter().all(Option::is_none);
    let named = |part: Option<bool>| part.unwrap_or(all);
    asked.engine.begin_anew(Anew {
        state: named(state),
        faults: named(faults),
        switches: named(switches),
        journal: named(journal),
    });
    Ok(())
}
