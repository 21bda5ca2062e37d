//! The sandbox's own paths, below `/sandbox/`: what a tester does and ABDM does not offer. One file
//! for each kind of thing.
//!
//! To add an operation: a handler beside its like, and one `serve` with its [`About`]. What it
//! reads and answers are types with `JsonSchema`: fields that they do not describe, and numbers
//! outside of their `range`, are refused before the handler. An object that is read has
//! `deny_unknown_fields`, so that its description says the same.

mod app;
mod app_linking;
mod app_records;
mod clients;
mod clock;
mod facilities;
mod faults;
mod journal;
mod links;
mod otps;
mod people;
mod played;
mod registry;
mod reset;
mod switches;
mod wait;

use std::sync::Arc;

use axum::Router;
use http::Method;
use schemars::JsonSchema;
use serde::Serialize;

use crate::control::{About, Asked, Control, Problem};
use crate::engine::Engine;
use crate::state::StateStatus;

pub(super) fn router() -> Router<Arc<Engine>> {
    let groups = [
        people::serve,
        otps::serve,
        clients::serve,
        facilities::serve,
        switches::serve,
        faults::serve,
        reset::serve,
        app::serve,
        app_linking::serve,
        app_records::serve,
        links::serve,
        journal::serve,
        wait::serve,
        clock::serve,
        played::serve,
        registry::serve,
        super::profile::serve_email_links,
    ];
    let about = About::new(
        (Method::GET, "/sandbox/health"),
        ("sandbox", "health"),
        "Whether the sandbox is ready, and where.",
    );
    let control = Control::default().serve(about, health);
    groups.into_iter().fold(control, |control, group| group(control)).into_router()
}

/// How the sandbox is.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Health {
    /// `up`.
    status: &'static str,
    /// It serves every call: `true`, or there is no answer.
    ready: bool,
    /// Whether the RSA keys of milestone 1 are made. Until then its first call takes seconds.
    keys_made: bool,
    /// The version of the sandbox.
    version: &'static str,
    /// Where it is reached.
    base_url: String,
    /// How its state file stands; `null` without one.
    state: Option<StateStatus>,
}

async fn health(asked: Asked) -> Result<Health, Problem> {
    Ok(Health {
        status: "up",
        ready: true,
        keys_made: asked.engine.decrypting_keys().are_made(),
        version: env!("CARGO_PKG_VERSION"),
        base_url: asked.engine.base_url().to_owned(),
        state: asked.engine.state_status(),
    })
}
