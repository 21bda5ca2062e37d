//! What came, what was sent, what is on its way.

use http::{Method, StatusCode};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::control::{About, Asked, Control, Problem, fields};
use crate::journal::{Delivery, Entry, Kind, OnItsWay};

const PATH: &str = "/sandbox/journal";

/// No entry has a greater number.
pub(super) const LAST: u64 = 1_000_000_000_000;
/// No more entries are shown at once.
const MOST: usize = 100_000;
/// So many entries are shown when nothing else is asked for.
const A_PAGE: usize = 100;

pub(super) fn serve(control: Control) -> Control {
    let about = |method, path, name, text| About::new((method, path), ("journal", name), text);
    let list = about(
        Method::GET,
        PATH,
        "listJournal",
        "The calls that came and the callbacks that were sent, masked, the oldest first: the last \
         ones, or those after a number.",
    );
    let clear = about(Method::DELETE, PATH, "clearJournal", "Forgets every entry. Numbers go on.");
    let on_its_way = about(
        Method::GET,
        "/sandbox/journal/on-its-way",
        "listOnItsWay",
        "Callbacks that have not arrived, calls that are not answered, and what the consent manager \
         or the patient's app is about to do.",
    );
    control
        .serve(list.refusals(&[404]), list_journal)
        .serve(clear.success(StatusCode::NO_CONTENT), clear_journal)
        .serve(on_its_way, list_on_its_way)
}

/// Which entries.
#[derive(Default)]
pub(super) struct Which {
    /// Calls or callbacks only.
    kind: Option<Kind>,
    /// Those of one endpoint, by the name of its declaration.
    endpoint: Option<String>,
    /// Those with this `REQUEST-ID`, or that answer it.
    request_id: Option<String>,
    /// Those in which this id stands: of a consent, a transaction, a care context …
    id: Option<String>,
    /// Those that are about the patient with this ABHA address.
    patient: Option<String>,
    /// Callbacks that stand so.
    state: Option<Delivery>,
    /// Those with a greater number.
    after: Option<u64>,
}

impl Which {
    /// An endpoint that does not exist, or an address that cannot be one, is refused.
    pub(super) fn check(&self) -> Result<(), Problem> {
        if let Some(name) = &self.endpoint
            && !crate::services::endpoints().any(|meta| meta.name == name)
        {
            return Err(Problem::unknown("endpoint", name));
        }
        match &self.patient {
            Some(text) => super::app_records::patient(text).map(|_| ()),
            None => Ok(()),
        }
    }

    pub(super) fn fits(&self, entry: &Entry) -> bool {
        let id = |wanted: &Option<String>| wanted.as_deref().is_none_or(|id| entry.names(id));
        self.after.is_none_or(|after| entry.number > after)
            && self.kind.is_none_or(|kind| entry.kind == kind)
            && self.endpoint.as_deref().is_none_or(|name| entry.endpoint == Some(name))
            && self.request_id.as_deref().is_none_or(|id| {
                entry.request_id.as_deref() == Some(id) || entry.answers.as_deref() == Some(id)
            })
            && id(&self.id)
            && self.patient.as_ref().is_none_or(|patient| entry.patients.contains(patient))
            && self.state.is_none_or(|state| entry.state == Some(state))
    }

    pub(super) fn of_endpoint(endpoint: Option<String>, request_id: Option<String>) -> Self {
        Self { endpoint, request_id, ..Self::default() }
    }

    pub(super) fn about(self, patient: Option<String>, after: Option<u64>) -> Self {
        Self { patient, after, ..self }
    }
}

/// Which entries, and how many.
#[derive(Deserialize, Default, JsonSchema)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
struct Page {
    /// Calls or callbacks only.
    kind: Option<Kind>,
    /// Those of one endpoint, by the name of its declaration.
    endpoint: Option<String>,
    /// Those with this `REQUEST-ID`, or that answer it.
    request_id: Option<String>,
    /// Those in which this id stands: of a consent, a transaction, a care context …
    id: Option<String>,
    /// Those that are about the patient with this ABHA address.
    #[schemars(with = "Option<fields::Address>")]
    patient: Option<String>,
    /// Callbacks that stand so.
    state: Option<Delivery>,
    /// Those with a greater number, from the first on.
    #[schemars(range(min = 0, max = LAST))]
    after: Option<u64>,
    /// At most so many: 100 when left out.
    #[schemars(range(min = 0, max = MOST))]
    limit: Option<usize>,
}

/// Some entries.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Journal {
    entries: Vec<Entry>,
    /// The number of the last entry of all: where to go on.
    last: u64,
    /// How many entries were forgotten, because there were more than the switch `journal_entries`
    /// says.
    forgotten: u64,
}

async fn list_journal(asked: Asked<(), Page>) -> Result<Journal, Problem> {
    let Page { kind, endpoint, request_id, id, patient, state, after, limit } = asked.query;
    let which = Which { kind, endpoint, request_id, id, patient, state, after };
    which.check()?;
    let journal = asked.engine.journal();
    let mut entries = journal.entries(|entry| which.fits(entry));
    let limit = limit.unwrap_or(A_PAGE);
    if which.after.is_some() {
        entries.truncate(limit);
    } else {
        entries.drain(..entries.len().saturating_sub(limit));
    }
    let (forgotten, last) = journal.extent();
    Ok(Journal { entries, last, forgotten })
}

async fn clear_journal(asked: Asked) -> Result<(), Problem> {
    asked.engine.journal().clear();
    Ok(())
}

async fn list_on_its_way(asked: Asked) -> Result<Vec<OnItsWay>, Problem> {
    Ok(asked.engine.journal().on_its_way())
}
