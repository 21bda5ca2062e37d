//! What came of a run, as JSON for programs.

use abdm_examples::counter::Counter;
use abdm_examples::exit::Stopped;
use abdm_examples::steps::{Step, Steps, Trouble};
use serde::Serialize;
use serde_json::{Value, json};

use crate::person::Person;
use crate::route::Route;

/// What came of one way.
#[derive(Debug, Serialize)]
pub(crate) struct RouteOutcome {
    route: Option<String>,
    ok: bool,
    #[serde(flatten)]
    person: Option<Person>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<Trouble>,
    #[serde(skip)]
    cancelled: bool,
}

impl RouteOutcome {
    /// It led to a person.
    pub(crate) fn done(route: Route, person: Person) -> Self {
        let route = Some(route.name());
        Self { route, ok: true, person: Some(person), error: None, cancelled: false }
    }

    /// It ended before.
    pub(crate) fn stopped(route: Option<Route>, stopped: &Stopped) -> Self {
        let name = route.map(Route::name);
        let error = Trouble::of_stop(name.as_deref().unwrap_or("desk"), stopped);
        let cancelled = matches!(stopped, Stopped::Cancelled);
        Self { route: name, ok: false, person: None, error: Some(error), cancelled }
    }

    pub(crate) const fn is_ok(&self) -> bool {
        self.ok
    }

    pub(crate) const fn is_cancelled(&self) -> bool {
        self.cancelled
    }
}

/// What came of a run. It holds no Aadhaar number, OTP, password or token.
#[derive(Debug)]
pub(crate) struct Summary {
    routes: Vec<RouteOutcome>,
    steps: Vec<Step>,
    warnings: Vec<Trouble>,
    all_must_succeed: bool,
}

impl Summary {
    pub(crate) fn new(
        routes: Vec<RouteOutcome>,
        counter: &mut Counter,
        all_must_succeed: bool,
    ) -> Self {
        let Steps { done, warnings, .. } = std::mem::take(&mut counter.steps);
        Self { routes, steps: done, warnings, all_must_succeed }
    }

    /// Of a run that could not begin.
    pub(crate) fn of_fault(error: &anyhow::Error) -> Self {
        let stopped = Stopped::Unanswered(format!("{error:#}"));
        let routes = vec![RouteOutcome::stopped(None, &stopped)];
        Self { routes, steps: Vec::new(), warnings: Vec::new(), all_must_succeed: true }
    }

    /// Whether enough of the ways succeeded.
    pub(crate) fn is_success(&self) -> bool {
        if self.all_must_succeed {
            self.routes.iter().all(RouteOutcome::is_ok)
        } else {
            self.routes.iter().any(RouteOutcome::is_ok)
        }
    }

    /// Why some did not.
    pub(crate) fn errors(&self) -> impl Iterator<Item = &Trouble> {
        let kept = self.routes.iter().filter(|route| !route.cancelled);
        kept.filter_map(|route| route.error.as_ref())
    }

    /// The summary for programs.
    pub(crate) fn to_json(&self) -> Value {
        let people = || self.routes.iter().filter_map(|route| route.person.as_ref());
        let first = |field: fn(&Person) -> Option<&String>| people().find_map(field);
        let verified = people().any(|person| person.existence.is_empty());
        let outcome = match (verified, people().next()) {
            (true, _) => "verified",
            (false, Some(_)) => "looked-up",
            (false, None) if self.routes.iter().any(RouteOutcome::is_cancelled) => "cancelled",
            (false, None) => "failed",
        };
        json!({
            "outcome": outcome,
            "abhaNumber": first(|person| person.abha_number.as_ref()),
            "abhaAddress": first(|person| person.abha_address.as_ref()),
            "name": first(|person| person.name.as_ref()),
            "mobile": first(|person| person.mobile.as_ref()),
            "routes": self.routes,
            "warnings": self.warnings,
            "steps": self.steps,
        })
    }
}
