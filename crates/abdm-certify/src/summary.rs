//! `m1.json`: all requirements of a milestone at a glance, made from whatever evidence there is.

use std::collections::BTreeMap;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::cases;
use crate::evidence::{self, Ending, Evidence, FORM, Status};
use crate::requirement::{self, Milestone, Requirement};

/// What a requirement is called that no software can show.
const NOT_SHOWN: &str = "not-shown";
/// What a requirement is called of which there is no evidence.
const NOT_RUN: &str = "not-run";

/// The summary of a milestone.
#[derive(Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Summary {
    /// Always [`FORM`].
    pub form: String,
    /// Which milestone.
    pub milestone: Milestone,
    /// How many requirements there are of each outcome.
    pub count: BTreeMap<String, usize>,
    /// Every requirement, in NHA's order.
    pub cases: Vec<Line>,
}

/// A requirement in the summary.
#[derive(Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Line {
    /// NHA's id.
    pub case: String,
    /// Its id among ours, which is NHA's where NHA has used it once.
    pub key: String,
    /// Whether it must be met.
    pub status: Status,
    /// For whom, and when, where the status alone does not say it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub condition: Option<String>,
    /// What NHA asks, in our words.
    pub asks: String,
    /// `shown`, `failed`, `not-possible`; `not-run` when there is no evidence; `not-shown` with a
    /// reason.
    pub outcome: String,
    /// Why it is `not-shown`, has failed or is not possible.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub reason: Option<String>,
    /// The evidence for the outcome, by its place beside this file.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub evidence: Option<String>,
}

/// Makes the summary of what stands below this folder. What cannot be read counts as not there.
#[must_use]
pub fn of(root: &Path, milestone: Milestone) -> Summary {
    let mut count = BTreeMap::new();
    let mut lines = Vec::new();
    for requirement in requirement::all().iter().filter(|r| r.milestone == milestone) {
        let line = line(root, requirement);
        *count.entry(line.outcome.clone()).or_default() += 1;
        lines.push(line);
    }
    Summary { form: FORM.to_owned(), milestone, count, cases: lines }
}

fn line(root: &Path, requirement: &Requirement) -> Line {
    let file = |id: &str| format!("{}/{id}.json", requirement.milestone.folder());
    let shows = cases::all().filter(|case| case.requirements().contains(&requirement.id.as_str()));
    let read = shows.filter_map(|case| {
        let evidence = evidence::read_one(&root.join(file(case.id()))).ok()?;
        Some((file(case.id()), evidence))
    });
    let (outcome, reason, evidence) = match (&requirement.not_applicable, telling(read)) {
        (Some(reason), _) => (NOT_SHOWN, Some(reason.clone()), None),
        (None, None) => (NOT_RUN, None, None),
        (None, Some((file, told))) => (told.outcome.as_str(), told.reason, Some(file)),
    };
    Line {
        case: requirement.nha_id().to_owned(),
        key: requirement.id.clone(),
        status: requirement.into(),
        condition: requirement.condition.clone(),
        asks: requirement.wording.clone(),
        outcome: outcome.to_owned(),
        reason,
        evidence,
    }
}

/// Of several cases of one requirement the one that decides: a failure, then what was shown.
fn telling(read: impl Iterator<Item = (String, Evidence)>) -> Option<(String, Evidence)> {
    read.min_by_key(|(_, evidence)| match evidence.outcome {
        Ending::Failed => 0,
        Ending::Shown => 1,
        Ending::NotPossible => 2,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The cases of one requirement ended so, in this order.
    fn decided(outcomes: &[&str]) -> Option<Ending> {
        let evidence = |(place, outcome): (usize, &&str)| {
            let text = format!(
                r#"{{"form":"{FORM}","milestone":"M1","case":"X","key":"X","asks":"a","status":"M",
                "test":"x","sdk":"s","server":"t","outcome":"{outcome}",
                "recordedAt":"2026-11-30T10:00:00Z","tookMs":1,"steps":[]}}"#
            );
            (format!("{place}"), serde_json::from_str(&text).unwrap())
        };
        telling(outcomes.iter().enumerate().map(evidence)).map(|(_, told)| told.outcome)
    }

    #[test]
    fn of_several_cases_a_failure_decides_and_one_that_is_not_possible_takes_nothing_away() {
        assert_eq!(decided(&["shown", "failed", "not-possible"]), Some(Ending::Failed));
        assert_eq!(decided(&["not-possible", "shown"]), Some(Ending::Shown));
        assert_eq!(decided(&["not-possible"]), Some(Ending::NotPossible));
        assert_eq!(decided(&[]), None);
    }
}
