//! What became of each care context.

use abdm_core::id::CareContextReference;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{HipLinkFlow, HipLinkState, LinkStep};
use crate::flow::Failure;
use crate::hooks::{AbdmText, HipEvent};
use crate::linked_context::{LinkedBy, LinkedContext};

/// What became of one care context.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum ContextOutcome {
    /// It is linked now.
    Linked,
    /// ABDM says that it is linked already: by an earlier link; or by an earlier try of this one of
    /// which nothing was heard within a minute after that.
    Already,
    /// It is not linked, and why.
    NotLinked(Failure),
}

impl ContextOutcome {
    /// Whether it is linked, by whichever call.
    #[must_use]
    pub const fn is_linked(&self) -> bool {
        matches!(self, Self::Linked | Self::Already)
    }
}

impl HipLinkFlow {
    pub(super) fn first_failure(&self) -> Option<&Failure> {
        self.outcomes.iter().flatten().find_map(|outcome| match outcome {
            ContextOutcome::NotLinked(failure) => Some(failure),
            _ => None,
        })
    }

    pub(super) fn all_were_linked(&self) -> bool {
        self.outcomes.iter().flatten().all(|outcome| *outcome == ContextOutcome::Already)
    }

    /// Splits a batch of which something is linked already, unless it is one care context.
    pub(super) fn halve(&mut self, batch: &[usize]) -> bool {
        if self.references(batch).len() < 2 {
            return false;
        }
        let (first, second) = batch.split_at(batch.len() / 2);
        self.batches.push_front(second.to_vec());
        self.batches.push_front(first.to_vec());
        true
    }

    pub(super) fn batch_linked(
        &mut self,
        batch: &[usize],
        unknown_status: Option<AbdmText>,
    ) -> Option<HipEvent> {
        self.settle(batch, &ContextOutcome::Linked);
        Some(HipEvent::Linked {
            hip_id: self.hip_id.clone(),
            abha_address: self.patient.abha_address.clone(),
            care_contexts: self.references(batch),
            already: false,
            linked_by: LinkedBy::Facility,
            unknown_status,
        })
    }

    pub(super) fn batch_was_linked(&mut self, batch: &[usize]) -> Option<HipEvent> {
        self.settle(batch, &ContextOutcome::Already);
        Some(HipEvent::Linked {
            hip_id: self.hip_id.clone(),
            abha_address: self.patient.abha_address.clone(),
            care_contexts: self.references(batch),
            already: true,
            linked_by: LinkedBy::Facility,
            unknown_status: None,
        })
    }

    /// Writes down with `step` that a batch is linked, for every HI type of its visits.
    pub(super) fn record(
        &self,
        batch: &[usize],
        known_since: DateTime<Utc>,
        step: LinkStep,
    ) -> LinkStep {
        let visits = batch.iter().filter_map(|visit| self.patient.visits.get(*visit));
        let typed = visits.flat_map(|visit| visit.hi_types.iter().map(move |t| (visit, t)));
        typed.fold(step, |step, (visit, hi_type)| {
            let linked = LinkedContext {
                abha_address: self.patient.abha_address.clone(),
                patient: self.patient.reference.clone(),
                care_context: visit.reference.clone(),
                hi_type: hi_type.clone(),
                known_since,
                linked_by: LinkedBy::Facility,
            };
            linked.put(step)
        })
    }

    pub(super) fn batch_failed(&mut self, batch: &[usize], failure: &Failure) -> Option<HipEvent> {
        self.settle(batch, &ContextOutcome::NotLinked(failure.clone()));
        if batch.is_empty() {
            return None;
        }
        Some(HipEvent::LinkFailed {
            hip_id: self.hip_id.clone(),
            abha_address: self.patient.abha_address.clone(),
            care_contexts: self.references(batch),
            failure: failure.clone(),
        })
    }

    /// Of none of those without an outcome is anything known.
    pub(super) fn unknown(&self) -> Option<HipEvent> {
        let (HipLinkState::AwaitingToken { .. } | HipLinkState::Linking { .. }) = self.state else {
            return None;
        };
        let undecided: Vec<usize> =
            (0..self.outcomes.len()).filter(|n| self.outcome(*n).is_none()).collect();
        Some(HipEvent::LinkUnknown {
            hip_id: self.hip_id.clone(),
            abha_address: self.patient.abha_address.clone(),
            care_contexts: self.references(&undecided),
        })
    }

    pub(super) fn outcome(&self, visit: usize) -> Option<&ContextOutcome> {
        self.outcomes.get(visit).and_then(Option::as_ref)
    }

    fn settle(&mut self, batch: &[usize], outcome: &ContextOutcome) {
        for visit in batch {
            if let Some(known) = self.outcomes.get_mut(*visit) {
                *known = Some(outcome.clone());
            }
        }
    }

    /// The care contexts of a batch, each once.
    fn references(&self, batch: &[usize]) -> Vec<CareContextReference> {
        let mut references = Vec::new();
        for visit in batch.iter().filter_map(|visit| self.patient.visits.get(*visit)) {
            if !references.contains(&visit.reference) {
                references.push(visit.reference.clone());
            }
        }
        references
    }
}
