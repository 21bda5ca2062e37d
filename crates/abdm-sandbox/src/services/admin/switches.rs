//! The switches.

use http::Method;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::Switches;
use crate::control::{About, Asked, Control, Problem};

const PATH: &str = "/sandbox/switches";

pub(super) fn serve(control: Control) -> Control {
    let show =
        About::new((Method::GET, PATH), ("faults", "readSwitches"), "The switches as they stand.");
    let set = About::new(
        (Method::PATCH, PATH),
        ("faults", "setSwitches"),
        "Sets those switches that are named: all of them, or none when one cannot be set.",
    );
    control.serve(show, show_switches).serve(set, set_switches)
}

async fn show_switches(asked: Asked) -> Result<Switches, Problem> {
    Ok(asked.engine.switches())
}

/// Some switches and their new values.
#[derive(Deserialize, JsonSchema)]
#[serde(transparent)]
struct Changes(#[schemars(with = "Switches")] Map<String, Value>);

async fn set_switches(asked: Asked<(), (), Changes>) -> Result<Switches, Problem> {
    let changes = asked.body.0;
    let changed = asked.engine.change_switches(|switches| {
        changes.iter().try_for_each(|(name, value)| switches.set_typed(name, value))
    });
    Ok(changed?)
}
