//! `m1.json`: all cases at a glance, made from whatever evidence there is.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::cases::{self, Status};
use crate::evidence::{Evidence, FORM};
use crate::recorder::replace;

/// The summary of a milestone.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Summary {
    pub(crate) form: String,
    pub(crate) milestone: String,
    /// How many cases there are of each outcome.
    pub(crate) count: BTreeMap<String, usize>,
    pub(crate) cases: Vec<Line>,
}

/// A case in the summary.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Line {
    pub(crate) case: String,
    pub(crate) key: String,
    pub(crate) status: Status,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) condition: Option<String>,
    pub(crate) asks: String,
    /// `shown`, `failed`; `not-run` when there is no evidence; `not-shown` with a reason.
    pub(crate) outcome: String,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) reason: Option<String>,
    /// The evidence, by its place beside this file.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) evidence: Option<String>,
}

/// Makes the summary of what stands below this root.
pub(crate) fn of(root: &Path) -> Summary {
    let mut count = BTreeMap::new();
    let mut lines = Vec::new();
    for case in cases::ALL {
        let file = format!("m1/{}.json", case.key);
        let read = fs::read(root.join(&file)).ok();
        let evidence: Option<Evidence> = read.and_then(|text| serde_json::from_slice(&text).ok());
        let evidence = evidence.filter(|evidence| evidence.form == FORM);
        let outcome = match (&evidence, case.gap) {
            (_, Some(gap)) => gap.outcome().to_owned(),
            (Some(evidence), None) => {
                serde_json::to_value(evidence.outcome).unwrap().as_str().unwrap().to_owned()
            }
            (None, None) => "not-run".to_owned(),
        };
        *count.entry(outcome.clone()).or_default() += 1;
        lines.push(Line {
            case: case.id().to_owned(),
            key: case.key.to_owned(),
            status: case.status,
            condition: case.condition.map(str::to_owned),
            asks: case.asks.to_owned(),
            outcome,
            reason: case.gap.map(|gap| gap.reason().to_owned()),
            evidence: evidence.filter(|_| case.gap.is_none()).map(|_| file),
        });
    }
    Summary { form: FORM.to_owned(), milestone: "M1".to_owned(), count, cases: lines }
}

/// Writes it. The caller holds the lock.
pub(crate) fn write(root: &Path) {
    let text = serde_json::to_string_pretty(&of(root)).unwrap() + "\n";
    replace(&root.join("m1.json"), &text);
}
