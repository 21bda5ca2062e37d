//! What is told of a transfer: each care context's fate (rulings.md 9, 10, 12).

use std::collections::{BTreeMap, BTreeSet};

use abdm_core::api::consent::ConsentCareContext;
use abdm_core::api::data_flow::StatusResponse;
use abdm_core::id::{CareContextReference, TransactionId};
use abdm_core::vocabulary::HiStatus;
use chrono::{DateTime, Utc};

use super::rows::ContextFate;
use super::{ArtefactEffect, Outcome, Transfer};

/// What the report of a transfer says, all of it from one look at what became of its pages.
#[derive(Debug, Clone)]
pub(crate) struct Summary {
    /// The revision of the transfer's pages that were looked at.
    pub(crate) revision: u64,
    /// Whether any document was kept.
    pub(crate) received: bool,
    /// Each care context's fate.
    pub(crate) responses: Vec<StatusResponse>,
}

impl Transfer {
    /// What is reported of a transfer whose care contexts came to these fates.
    pub(crate) fn summary(&self, fates: Vec<ContextFate>, asked: &[ConsentCareContext]) -> Summary {
        Summary {
            revision: self.pages.revision(),
            received: fates.iter().any(|fate| fate.read > 0),
            responses: self.responses(fates, asked),
        }
    }

    /// Each care context's fate: those that came, and at a failure those that did not. What a HIP
    /// pushes beside the consent is told to the application, and not to ABDM: the receipt is about
    /// what the consent names (m3-hiu.md 3.4). One that names none grants all.
    fn responses(
        &self,
        fates: Vec<ContextFate>,
        asked: &[ConsentCareContext],
    ) -> Vec<StatusResponse> {
        let consented: BTreeSet<_> = asked.iter().map(|c| &c.care_context_reference).collect();
        let is_asked =
            |fate: &ContextFate| consented.is_empty() || consented.contains(&fate.care_context);
        let fates: BTreeMap<_, _> = fates
            .into_iter()
            .filter(is_asked)
            .map(|fate| (fate.care_context.clone(), fate))
            .collect();
        let mut responses: Vec<StatusResponse> = fates
            .values()
            .map(|ContextFate { care_context, read, of_others, all }| {
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
                StatusResponse::new(care_context.clone(), status, text)
            })
            .collect();
        // A HIP does not push contexts without data in the range: at a complete transfer their
        // absence says nothing (rulings.md 9).
        if self.outcome != Some(Outcome::Complete) || responses.is_empty() {
            let missing = consented.iter().filter(|reference| !fates.contains_key(**reference));
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
