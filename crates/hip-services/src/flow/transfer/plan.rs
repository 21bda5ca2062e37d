//! How far the pages of a transfer are: which may leave next, under which number, and what the
//! receipt says of them.

use std::collections::{BTreeMap, BTreeSet};

use abdm_core::api::consent::ConsentCareContext;
use abdm_core::api::data_flow::StatusResponse;
use abdm_core::id::{CareContextReference, PatientReference};
use abdm_core::vocabulary::{HiStatus, SessionStatus};
use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

use super::state::{ContextPlan, KeyForm, PageDone, PageFate};

/// How far behind the first page that is not stored as dealt with another page may leave. So many
/// pages are sent twice at most after a crash, and of so many a 409 then counts as "it is here".
const WINDOW: u32 = 16;
/// The pauses before pages are pushed again to a HIU that could not be reached. After the last one
/// it counts as out of reach.
const PAUSES: [TimeDelta; 5] = [
    TimeDelta::seconds(1),
    TimeDelta::seconds(2),
    TimeDelta::seconds(4),
    TimeDelta::seconds(8),
    TimeDelta::seconds(15),
];

/// The pages of a transfer, one for each planned record, counted from 0: counts, and what is known
/// of the few that are on their way. Which records they are stands in rows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Pages {
    /// The care contexts, in the order of their pages.
    pub contexts: Vec<ContextProgress>,
    /// All pages before this one are dealt with.
    settled: u32,
    /// How many of those use up no number.
    withheld: u32,
    /// The pages after those that are dealt with already, and whether they use up no number.
    ahead: BTreeMap<u32, bool>,
    /// Pages that are not dealt with, of which a try may have arrived.
    perhaps: BTreeSet<u32>,
    /// No page from this one on has left so far, not even in vain.
    #[serde(default)]
    sent_before: u32,
    /// No page from this one on leaves, as long as nothing else is told.
    reach: u32,
    /// In which form the HIU takes keys, once it has accepted a page.
    key_form: Option<KeyForm>,
    /// How often the HIU could not be reached, since it last answered.
    failures: usize,
}

/// How far one care context is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ContextProgress {
    /// Which.
    pub care_context: CareContextReference,
    /// Under which of the facility's numbers for the patient; `None` where nothing was planned, or
    /// by an earlier release.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub patient: Option<PatientReference>,
    /// How many records were planned.
    pub records: u32,
    /// How many the HIU has accepted.
    pub accepted: u32,
    /// Of how many of those it said so by 409, when they were sent again.
    pub kept: u32,
    /// What went wrong, if anything did.
    pub problem: Option<String>,
}

impl ContextProgress {
    pub(super) const fn new(
        care_context: CareContextReference,
        records: u32,
        problem: Option<String>,
    ) -> Self {
        Self { care_context, patient: None, records, accepted: 0, kept: 0, problem }
    }
}

impl Pages {
    /// The pages of a plan. The first one may leave.
    pub(super) fn planned(plans: Vec<ContextPlan>) -> Self {
        let contexts = plans.into_iter().map(|plan| {
            let (records, problem) = match plan.records {
                Ok(records) => (records, plan.withheld),
                Err(problem) => (0, Some(problem)),
            };
            let (context, patient) =
                (plan.care_context.care_context_reference, plan.care_context.patient_reference);
            let progress = ContextProgress::new(context, records, problem);
            ContextProgress { patient: Some(patient), ..progress }
        });
        Self::of(contexts.collect())
    }

    /// Nothing was pushed, and nothing will be: every care context ends so.
    pub(super) fn none(care_contexts: &[CareContextReference], reason: &str) -> Self {
        let contexts = care_contexts.iter().map(|care_context| {
            ContextProgress::new(care_context.clone(), 0, Some(reason.to_owned()))
        });
        Self::of(contexts.collect())
    }

    fn of(contexts: Vec<ContextProgress>) -> Self {
        let pages = Self {
            contexts,
            settled: 0,
            withheld: 0,
            ahead: BTreeMap::new(),
            perhaps: BTreeSet::new(),
            sent_before: 0,
            reach: 0,
            key_form: None,
            failures: 0,
        };
        pages.reaching()
    }

    /// Pages that a release without `reach` has pushed, one after the other.
    pub(super) fn one_by_one(
        contexts: Vec<ContextProgress>,
        (settled, withheld): (u32, u32),
        key_form: Option<KeyForm>,
    ) -> Self {
        Self { settled, withheld, key_form, ..Self::of(contexts) }.reaching()
    }

    fn reaching(mut self) -> Self {
        self.reach_further();
        self
    }

    /// How many there are.
    #[must_use]
    pub fn total(&self) -> u32 {
        self.contexts.iter().fold(0, |sum, context| sum.saturating_add(context.records))
    }

    /// The first page that is not dealt with.
    #[must_use]
    pub const fn first_left(&self) -> u32 {
        self.settled
    }

    /// Whether all are dealt with.
    #[must_use]
    pub fn are_done(&self) -> bool {
        self.settled >= self.total()
    }

    /// In which form the HIU takes keys, where that is known.
    #[must_use]
    pub const fn key_form(&self) -> Option<KeyForm> {
        self.key_form
    }

    /// The care context of a page, of those that the consent names, in their order. Two patients
    /// may have one of the same reference: a person who is registered twice.
    #[must_use]
    pub fn care_context<'a>(
        &self,
        page: u32,
        consented: impl IntoIterator<Item = &'a ConsentCareContext>,
    ) -> Option<&'a ConsentCareContext> {
        let (before, from) = self.contexts.split_at_checked(self.context_index(page)?)?;
        let own = from.first()?;
        let consented = consented.into_iter();
        let mut alike = consented.filter(|c| c.care_context_reference == own.care_context);
        match &own.patient {
            Some(patient) => alike.find(|context| context.patient_reference == *patient),
            // They were planned in this order.
            None => alike.nth(before.iter().filter(|c| c.care_context == own.care_context).count()),
        }
    }

    fn context_index(&self, page: u32) -> Option<usize> {
        let mut end = 0_u32;
        self.contexts.iter().position(|context| {
            end = end.saturating_add(context.records);
            page < end
        })
    }

    /// The first page from `from` on whose turn it is: not dealt with, and within what is stored as
    /// perhaps sent. The last page of all waits for every other, since it announces how many there
    /// are; while it is not known in which form the HIU takes keys, every page waits for the one
    /// before it.
    #[must_use]
    pub fn next(&self, from: u32) -> Option<u32> {
        self.next_within(self.reach, from)
    }

    /// Whether a page would be on its turn, if only what is dealt with were stored.
    #[must_use]
    pub fn wait_for_storing(&self, from: u32) -> bool {
        let further = self.further_reach();
        let would_be = further > self.reach && self.next_within(further, from).is_some();
        would_be && self.next(from).is_none()
    }

    fn next_within(&self, reach: u32, from: u32) -> Option<u32> {
        let mut page = from.max(self.settled);
        while self.ahead.contains_key(&page) {
            page = page.saturating_add(1);
        }
        let last = self.total().checked_sub(1)?;
        let is_its_turn = match self.key_form {
            Some(_) => page < last || self.settled == last,
            None => page == self.settled,
        };
        (page <= last && page < reach && is_its_turn).then_some(page)
    }

    /// The number of a page for the HIU, counted from 1 (rulings.md 22), and how many pages there
    /// are as far as is known. Records that are not sent use up no number, as long as nothing was
    /// sent that counted them ([`number_is_used`](Self::number_is_used)). A page has its number
    /// when all pages before it are sent, or withheld and stored so; from then on it keeps it.
    #[must_use]
    pub fn number(&self, page: u32) -> (u32, u32) {
        let withheld_ahead =
            |end: u32| u32::try_from(self.ahead.range(..end).filter(|(_, out)| **out).count());
        let before = withheld_ahead(page).unwrap_or(u32::MAX).saturating_add(self.withheld);
        let all = withheld_ahead(u32::MAX).unwrap_or(u32::MAX).saturating_add(self.withheld);
        let number = page.saturating_sub(before).saturating_add(1);
        (number, self.total().saturating_sub(all))
    }

    /// Whether the number of a page is used up, although its record is not sent now: the page may
    /// have left under it, or a later page has, under a number that counts this one. To give it to
    /// another page would send two records under one number.
    #[must_use]
    pub fn number_is_used(&self, page: u32) -> bool {
        // What stored no `sent_before` yet has the other two.
        page < self.sent_before
            || self.perhaps.range(page..).next().is_some()
            || self.ahead.range(page..).any(|(_, uses_no_number)| !uses_no_number)
    }

    /// A page leaves, or has left, under its number.
    pub fn leaves(&mut self, page: u32) {
        self.mark_sent_before(page.saturating_add(1));
    }

    /// All pages that have left, even in vain, stand before this one.
    pub fn mark_sent_before(&mut self, page: u32) {
        self.sent_before = self.sent_before.max(page);
    }

    /// No page from this one on has left, not even in vain.
    #[must_use]
    pub const fn sent_before(&self) -> u32 {
        self.sent_before
    }

    /// Takes in what became of pages, and lets further ones leave: to be stored before they do.
    pub fn told(&mut self, done: &[PageDone]) {
        self.take(done);
        self.reach_further();
    }

    /// Lets pages leave that may, by what is stored.
    pub fn reach_as_stored(&mut self, stored: &Self) {
        self.reach = self.reach.max(stored.reach);
    }

    /// Takes in what became of pages. Of a page that is dealt with already nothing more is heard.
    pub fn take(&mut self, done: &[PageDone]) {
        for PageDone { page, fate } in done {
            if *page < self.settled || self.ahead.contains_key(page) {
                continue;
            }
            let index = self.context_index(*page);
            let Some(context) = index.and_then(|index| self.contexts.get_mut(index)) else {
                continue;
            };
            let mut uses_no_number = false;
            match fate {
                PageFate::Accepted(form) => {
                    context.accepted = context.accepted.saturating_add(1);
                    self.key_form = Some(*form);
                }
                PageFate::Kept => {
                    context.accepted = context.accepted.saturating_add(1);
                    context.kept = context.kept.saturating_add(1);
                }
                PageFate::Failed(problem) => context.problem = Some(problem.clone()),
                PageFate::Withheld { why, number_is_used } => {
                    context.problem = Some(why.clone());
                    uses_no_number = !number_is_used;
                }
            }
            if !matches!(fate, PageFate::Withheld { .. }) {
                self.failures = 0;
            }
            if !uses_no_number {
                self.leaves(*page);
            }
            self.perhaps.remove(page);
            self.ahead.insert(*page, uses_no_number);
            while let Some(used_no_number) = self.ahead.remove(&self.settled) {
                self.settled = self.settled.saturating_add(1);
                self.withheld = self.withheld.saturating_add(u32::from(used_no_number));
            }
        }
    }

    /// Lets further pages leave: to be stored before they do.
    pub fn reach_further(&mut self) {
        self.reach = self.further_reach();
    }

    fn further_reach(&self) -> u32 {
        let window = if self.key_form.is_some() { WINDOW } else { 1 };
        self.settled.saturating_add(window).min(self.total()).max(self.reach)
    }

    /// A process ended while pages were pushed: every one within reach may have been sent.
    pub fn broken_off(&mut self) {
        let left = (self.settled..self.reach).filter(|page| !self.ahead.contains_key(page));
        self.perhaps.extend(left);
        self.mark_sent_before(self.reach);
    }

    /// Of these pages a try may have arrived, although no answer came.
    pub fn sent_unheard(&mut self, pages: impl IntoIterator<Item = u32>) {
        for page in pages {
            if (self.settled..self.reach).contains(&page) && !self.ahead.contains_key(&page) {
                self.perhaps.insert(page);
                self.leaves(page);
            }
        }
    }

    /// The pages of which a try may have arrived.
    #[must_use]
    pub fn unheard(&self) -> Vec<u32> {
        self.perhaps.iter().copied().collect()
    }

    /// Whether a try of this page may have arrived: then a 409 says "it is here" (rulings.md 31).
    #[must_use]
    pub fn may_have_arrived(&self, page: u32) -> bool {
        self.perhaps.contains(&page)
    }

    /// How long to wait for a HIU that could not be reached once more; `None` when it was tried
    /// often enough.
    pub(super) fn unreachable(&mut self) -> Option<TimeDelta> {
        let pause = PAUSES.get(self.failures).copied();
        self.failures = self.failures.saturating_add(1);
        pause
    }

    /// What was not accepted ends for this reason, unless another is known.
    pub(super) fn give_up(&mut self, reason: &str) {
        for context in self.contexts.iter_mut().filter(|c| c.accepted < c.records) {
            context.problem.get_or_insert_with(|| reason.to_owned());
        }
    }

    /// The consent has ended: that is why what was not accepted is not sent.
    pub(super) fn consent_over(&mut self, reason: &str) {
        for context in self.contexts.iter_mut().filter(|c| c.accepted < c.records) {
            context.problem = Some(reason.to_owned());
        }
    }

    /// What the receipt says: `TRANSFERRED` when at least one page was accepted and the consent
    /// held to the end (rulings.md 10 and 12); a care context is delivered when all of its pages
    /// were. The receipt names contexts by their reference alone: of two patients' with the same
    /// one, it says the worse.
    pub(super) fn receipt(&self, consent_over: bool) -> (SessionStatus, Vec<StatusResponse>) {
        let any = self.contexts.iter().any(|context| context.accepted > 0);
        let status =
            if any && !consent_over { SessionStatus::Transferred } else { SessionStatus::Failed };
        let nothing_at_all = self.contexts.iter().all(|c| c.records == 0 && c.problem.is_none());
        let fates = self.contexts.iter().filter_map(|context| {
            let (fate, description) = match &context.problem {
                Some(problem) => (HiStatus::Errored, problem.as_str()),
                None if context.kept > 0 => (
                    HiStatus::Delivered,
                    "Delivered; what was sent again after a lost answer was there already (HTTP 409)",
                ),
                None if context.records > 0 => (HiStatus::Delivered, "Delivered"),
                None if nothing_at_all => (HiStatus::Errored, "no data in range"),
                // Nothing in range here, while others had something: not part of the receipt.
                None => return None,
            };
            Some(StatusResponse::new(context.care_context.clone(), fate, description))
        });
        let mut responses: Vec<StatusResponse> = Vec::new();
        for told in fates {
            let same = |known: &&mut StatusResponse| {
                known.care_context_reference == told.care_context_reference
            };
            match responses.iter_mut().find(same) {
                None => responses.push(told),
                Some(known) if known.hi_status == HiStatus::Delivered => *known = told,
                Some(_) => {}
            }
        }
        (status, responses)
    }
}

#[cfg(test)]
mod tests;
