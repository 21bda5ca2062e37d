//! Waiting for what happens, by long poll: a test suite need not sleep.

use std::time::Duration;

use abdm_core::id::ConsentRequestId;
use abdm_core::vocabulary::ConsentStatus;
use http::Method;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::journal::{LAST, Which};
use crate::api::patient_app::ConsentRequestView;
use crate::control::{About, Asked, Control, Problem, fields};
use crate::engine::Engine;
use crate::journal::{Delivery, Entry, OnItsWay};
use crate::services::patient_app::view;

/// A wait is no longer than this.
const LONGEST_SECONDS: f64 = 300.0;
/// So long a wait is when nothing else is said.
const USUAL_SECONDS: f64 = 30.0;
/// Quiet is when nothing has happened for so long. A receiver needs time to act on what it got.
const SETTLED_SECONDS: f64 = 0.25;

pub(super) fn serve(control: Control) -> Control {
    let about = |path, name, text| About::new((Method::GET, path), ("wait", name), text);
    let request = about(
        "/sandbox/wait/consent-request",
        "waitForConsentRequest",
        "Waits for a consent request that the patient has not decided: the newest one.",
    );
    let callback = about(
        "/sandbox/wait/callback",
        "waitForCallback",
        "Waits for a callback that was tried, or is over: the first one that fits.",
    );
    let quiet = about("/sandbox/wait/quiet", "waitForQuiet", "Waits until nothing is on its way.");
    control
        .serve(request.refusals(&[404]), wait_for_request)
        .serve(callback.refusals(&[404]), wait_for_callback)
        .serve(quiet, wait_for_quiet)
}

/// How a wait ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum Outcome {
    /// It came.
    Came,
    /// The time is over.
    TimedOut,
}

impl Outcome {
    const fn of(came: bool) -> Self {
        if came { Self::Came } else { Self::TimedOut }
    }
}

fn patience(seconds: Option<f64>) -> Duration {
    Duration::try_from_secs_f64(seconds.unwrap_or(USUAL_SECONDS)).unwrap_or_default()
}

/// How long a call waits for what it began.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Patience {
    /// How long: 30 when left out. Then the answer says how it stands.
    #[serde(default)]
    #[schemars(range(min = 0, max = LONGEST_SECONDS))]
    timeout_seconds: Option<f64>,
}

impl Patience {
    /// For how long.
    pub(super) fn within(&self) -> Duration {
        patience(self.timeout_seconds)
    }
}

/// Waits, unless the sandbox ends meanwhile.
async fn wait<T>(
    engine: &Engine,
    within: Duration,
    look: impl FnMut() -> Option<T> + Send,
) -> Option<T> {
    tokio::select! {
        found = engine.journal().wait_for(within, look) => found,
        () = engine.stop().cancelled() => None,
    }
}

/// Which consent request.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct OfPatient {
    /// An ABHA address of the patient's.
    #[schemars(with = "fields::Address")]
    patient: String,
    /// Only those that came after the one with this id.
    #[serde(default)]
    after: Option<String>,
    /// How long: 30 when left out.
    #[serde(default)]
    #[schemars(range(min = 0, max = LONGEST_SECONDS))]
    timeout_seconds: Option<f64>,
}

#[derive(Serialize, JsonSchema)]
struct Asking {
    outcome: Outcome,
    /// What came.
    request: Option<ConsentRequestView>,
}

async fn wait_for_request(asked: Asked<(), OfPatient>) -> Result<Asking, Problem> {
    let (engine, query) = (asked.engine, asked.query);
    let within = patience(query.timeout_seconds);
    let address = super::app_records::known(&engine, &query.patient)?;
    let after = match &query.after {
        Some(id) => {
            let world = engine.world();
            let known = ConsentRequestId::new(id.as_str()).ok();
            let known = known.and_then(|id| world.consent_requests.get(&id));
            known.ok_or_else(|| Problem::unknown("consent request", id))?.number
        }
        None => 0,
    };
    let found = wait(&engine, within, || {
        let world = engine.world();
        let waits = |request: &&&crate::world::ConsentRequest| {
            request.status == ConsentStatus::Requested && request.number > after
        };
        let requests = world.requests_to(&address);
        requests.iter().filter(waits).max_by_key(|request| request.number).map(|r| view(r))
    });
    let request = match found.await {
        Some(Ok(request)) => Some(request),
        Some(Err(_)) => return Err(Problem::unknown("consent request", "that came")),
        None => None,
    };
    Ok(Asking { outcome: Outcome::of(request.is_some()), request })
}

/// Which callback.
#[derive(Deserialize, Default, JsonSchema)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
struct OfCallback {
    /// One of this endpoint, by the name of its declaration.
    endpoint: Option<String>,
    /// One that answers the call with this `REQUEST-ID`, or has it itself.
    request_id: Option<String>,
    /// One that is about the patient with this ABHA address.
    #[schemars(with = "Option<fields::Address>")]
    patient: Option<String>,
    /// One with a greater number: give the `last` of the journal before the call that brings it
    /// about.
    #[schemars(range(min = 0, max = LAST))]
    after: Option<u64>,
    /// How long: 30 when left out.
    #[schemars(range(min = 0, max = LONGEST_SECONDS))]
    timeout_seconds: Option<f64>,
}

#[derive(Serialize, JsonSchema)]
struct Called {
    outcome: Outcome,
    /// What was sent, and what the receiver answered.
    callback: Option<Entry>,
}

async fn wait_for_callback(asked: Asked<(), OfCallback>) -> Result<Called, Problem> {
    let (engine, query) = (asked.engine, asked.query);
    let within = patience(query.timeout_seconds);
    if let Some(name) = query.endpoint.as_deref().filter(|name| !crate::services::is_callback(name))
    {
        return Err(Problem::unknown("callback", name));
    }
    let which = Which::of_endpoint(query.endpoint, query.request_id);
    let which = which.about(query.patient, query.after);
    which.check()?;
    let is_done = |entry: &Entry| {
        let over = entry.state.is_some_and(Delivery::is_over);
        entry.state.is_some() && (over || !entry.tries.is_empty()) && which.fits(entry)
    };
    let callback = wait(&engine, within, || engine.journal().find(is_done)).await;
    Ok(Called { outcome: Outcome::of(callback.is_some()), callback })
}

/// How quiet.
#[derive(Deserialize, Default, JsonSchema)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
struct HowQuiet {
    /// Nothing must have happened for so long: 0.25 when left out. Give a receiver that acts on
    /// callbacks after it has answered them the time that it needs.
    #[schemars(range(min = 0, max = LONGEST_SECONDS))]
    settle_seconds: Option<f64>,
    /// Whether callbacks that only wait to be delivered once more count as quiet.
    ignore_redeliveries: bool,
    /// How long: 30 when left out.
    #[schemars(range(min = 0, max = LONGEST_SECONDS))]
    timeout_seconds: Option<f64>,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Quiet {
    outcome: Outcome,
    /// What is still on its way.
    on_its_way: Vec<OnItsWay>,
}

async fn wait_for_quiet(asked: Asked<(), HowQuiet>) -> Result<Quiet, Problem> {
    let (engine, query) = (asked.engine, asked.query);
    let within = patience(query.timeout_seconds);
    let settled = patience(query.settle_seconds.or(Some(SETTLED_SECONDS)));
    let ignore = query.ignore_redeliveries;
    let is_quiet = engine.is_quiet(settled, ignore);
    let came = tokio::select! {
        came = tokio::time::timeout(within, is_quiet) => came.is_ok(),
        () = engine.stop().cancelled() => false,
    };
    let on_its_way = engine.journal().on_its_way();
    Ok(Quiet { outcome: Outcome::of(came), on_its_way })
}
