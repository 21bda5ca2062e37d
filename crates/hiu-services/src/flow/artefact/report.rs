//! What is told of a transfer: each care context's fate (rulings.md 9, 10, 12).

use std::collections::{BTreeMap, BTreeSet};

use abdm_core::api::consent::ConsentCareContext;
use abdm_core::api::data_flow::StatusResponse;
use abdm_core::id::{CareContextReference, TransactionId};
use abdm_core::vocabulary::HiStatus;
use chrono::{DateTime, Utc};

use super::{ArtefactEffect, Outcome, Transfer};

/// What became of one care context's entries.
#[derive(Debug, Default)]
struct Fate {
    read: usize,
    /// Those that name another patient.
    of_others: usize,
    all: usize,
}

impl Transfer {
    /// Each care context's fate: those that came, and at a failure those that did not. What a HIP
    /// pushes beside the consent is told to the application, and not to ABDM: the receipt is about
    /// what the consent names (m3-hiu.md 3.4). One that names none grants all.
    pub(super) fn responses(&self, asked: &[ConsentCareContext]) -> Vec<StatusResponse> {
        let consented: BTreeSet<_> = asked.iter().map(|c| &c.care_context_reference).collect();
        let is_asked = |reference: &&CareContextReference| {
            consented.is_empty() || consented.contains(*reference)
        };
        let mut fates: BTreeMap<&CareContextReference, Fate> = BTreeMap::new();
        for entry in self.entries() {
            if let Some(reference) = entry.care_context.as_ref().filter(is_asked) {
                let fate = fates.entry(reference).or_default();
                fate.read += usize::from(entry.document.is_some());
                fate.of_others += usize::from(entry.mismatch.is_some());
                fate.all += 1;
            }
        }
        let mut responses: Vec<StatusResponse> = fates
            .iter()
            .map(|(reference, fate)| {
                let Fate { read, of_others, all } = fate;
                let (status, text) = if read == all {
                    (HiStatus::Ok, "Received".to_owned())
                } else if *of_others > 0 {
                    (
                        HiStatus::Errored,
                        format!("{of_others} of {all} documents name another patient"),
                    )
                } else {
                    (HiStatus::Errored, format!("{read} of {all} documents could be read"))
                };
                StatusResponse::new((*reference).clone(), status, text)
            })
            .collect();
        // A HIP does not push contexts without data in the range: at a complete transfer their
        // absence says nothing (rulings.md 9).
        if self.outcome != Some(Outcome::Complete) || responses.is_empty() {
            let missing = consented.iter().filter(|reference| !fates.contains_key(*reference));
            let why = self.over_limit_refusal().map_or("Not received".to_owned(), |r| r.text);
            responses.extend(missing.map(|reference| {
                StatusResponse::new((*reference).clone(), HiStatus::Errored, why.as_str())
            }));
        }
        responses
    }
}

/// A transfer that was stopped because the consent is over.
pub(super) struct Aborted(pub(super) TransactionId);

impl Aborted {
    /// The report that nothing was kept (rulings.md 12).
    pub(super) fn nothing_read(
        self,
        asked: &[ConsentCareContext],
        reason: &str,
        done_at: DateTime<Utc>,
    ) -> ArtefactEffect {
        let references: BTreeSet<_> = asked.iter().map(|c| &c.care_context_reference).collect();
        let errored = |reference: &CareContextReference| {
            StatusResponse::new(reference.clone(), HiStatus::Errored, reason)
        };
        ArtefactEffect::Report {
            transaction: self.0,
            received: false,
            responses: references.into_iter().map(errored).collect(),
            done_at,
        }
    }
}
