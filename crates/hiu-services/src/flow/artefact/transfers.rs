//! The transfers of an artefact: which begin, which take what happens, which are forgotten.

use abdm_flow::{FlowError, Step};
use chrono::{DateTime, Utc};

use super::report::Summary;
use super::transfer::{KeyForm, PushId, Transfer};
use super::{ArtefactEffect, ArtefactEvent, ArtefactFlow, EndReason, Standing, erase, rows, tell};
use crate::flow::{EntryReport, PageRefusal};
use crate::hooks::HiuEvent;

/// More transfers than these take no pages beside the latest one.
const MOST_EARLIER: usize = 8;

impl ArtefactFlow {
    /// Begins a transfer: first of all with keys of its own. The one before it stays at its address
    /// while it has its keys: for the pages that it has taken, and for late ones.
    pub(super) fn ask(&mut self, form: KeyForm, now: DateTime<Utc>) -> Step<ArtefactEffect> {
        let transfer = Transfer::new(form, self.terms.as_ref(), self.patience, now);
        let before = self.transfer.replace(transfer);
        self.earlier.extend(before);
        let mut step = self.forget_idle_transfers(Step::nothing().effect(ArtefactEffect::Prepare));
        while self.earlier.len() > MOST_EARLIER
            && let Some(oldest) = self.earlier.iter().position(Transfer::can_be_forgotten)
        {
            step = forgotten(step, &self.earlier.remove(oldest));
        }
        step
    }

    /// An earlier transfer without keys can open nothing, and takes nothing.
    pub(super) fn forget_idle_transfers(
        &mut self,
        mut step: Step<ArtefactEffect>,
    ) -> Step<ArtefactEffect> {
        let is_idle = |transfer: &mut Transfer| {
            transfer.sealed_keys().is_none() && !transfer.is_being_summarised()
        };
        for transfer in self.earlier.extract_if(.., is_idle) {
            step = forgotten(step, &transfer);
        }
        step
    }

    /// What a transfer's report says is known.
    pub(super) fn summarised(
        &mut self,
        push_id: &PushId,
        summary: Summary,
    ) -> Step<ArtefactEffect> {
        let mut all = self.transfer.iter_mut().chain(&mut self.earlier);
        let transfer = all.find(|transfer| transfer.push_id.as_ref() == Some(push_id));
        let Some(transfer) = transfer else {
            return Step::nothing();
        };
        let mut step = transfer.summarised(summary, self.terms.as_ref());
        if self.proof.is_some() && !transfer.is_being_summarised() {
            step = forgotten(step, transfer);
        }
        self.forget_idle_transfers(step)
    }

    /// Why a page is not taken that is pushed when there can be no transfer.
    fn takes_no_page(&self) -> FlowError {
        match &self.standing {
            Standing::Ended { reason: EndReason::Revoked, .. } => {
                FlowError::Revoked { what: "consent artefact" }
            }
            Standing::Ended { .. } => FlowError::Expired { what: "consent artefact" },
            _ => FlowError::not_valid(PageRefusal::TransferOver.as_str(), "push"),
        }
    }

    /// A page was not taken: it is counted with its transfer, or with the latest where that is
    /// forgotten, and the operator is told of the first of each reason.
    pub(super) fn page_refused(
        &mut self,
        push_id: &PushId,
        why: PageRefusal,
    ) -> Step<ArtefactEffect> {
        let is_its = |t: &&mut Transfer| t.push_id.as_ref() == Some(push_id);
        let its = self.transfer.iter_mut().chain(&mut self.earlier).find(is_its);
        let transfer = match its {
            Some(transfer) => Some(transfer),
            None => self.transfer.as_mut(),
        };
        let first = transfer.and_then(|transfer| {
            let is_first = transfer.count_refused(why);
            is_first.then(|| transfer.transaction.clone())
        });
        let Some(transaction) = first else {
            return Step::nothing();
        };
        let hip = self.terms.as_ref().map(|terms| terms.hip.id.clone());
        tell(HiuEvent::PageRefused { artefact: self.id.clone(), hip, transaction, why })
    }

    /// An event of a transfer: of the one that it names by its address, else of the latest. After
    /// the end nothing changes.
    pub(super) fn in_transfer(
        &mut self,
        event: ArtefactEvent,
        now: DateTime<Utc>,
    ) -> Result<Step<ArtefactEffect>, FlowError> {
        let (Standing::Granted, Some(terms)) = (&self.standing, &self.terms) else {
            return match event {
                ArtefactEvent::Pushed { .. } => Err(self.takes_no_page()),
                ArtefactEvent::Opened { entries, .. } => Ok(self.opened_after_the_end(&entries)),
                _ => Ok(Step::nothing()),
            };
        };
        let transfer = match event.pushed_to() {
            None => self.transfer.as_mut(),
            Some(push_id) => {
                let mut all = self.transfer.iter_mut().chain(&mut self.earlier);
                all.find(|transfer| transfer.push_id.as_ref() == Some(push_id))
            }
        };
        let step = match (transfer, event) {
            (Some(transfer), event) => transfer.on(event, terms, now)?,
            (None, ArtefactEvent::Pushed { .. }) => return Err(self.takes_no_page()),
            (None, _) => return Ok(Step::nothing()),
        };
        let step = self.forget_idle_transfers(step);
        Ok(match self.transfer.as_mut().and_then(Transfer::wants_another_form) {
            Some(form) => step.and(self.ask(form, now)),
            None => step,
        })
    }

    /// Kept is kept, whatever has happened since: the erasure must know of it.
    fn opened_after_the_end(&self, entries: &[EntryReport]) -> Step<ArtefactEffect> {
        let documents = entries.iter();
        let step = documents
            .fold(Step::nothing(), |step, entry| rows::put_document(step, &self.id, entry));
        // An opening that was queued by an earlier release stands in no lane before the erasure.
        match (&self.standing, &self.proof) {
            (Standing::Ended { reason, at }, Some(_)) if !step.rows.is_empty() => {
                step.and(erase(*reason, *at))
            }
            _ => step,
        }
    }
}

/// The step, by which the pages of a transfer are forgotten.
pub(super) fn forgotten(step: Step<ArtefactEffect>, transfer: &Transfer) -> Step<ArtefactEffect> {
    match &transfer.push_id {
        Some(push_id) => rows::forget_pages(step, push_id),
        None => step,
    }
}
