//! Which pages are taken, and what is still missing (rulings.md 31, m3-hiu.md 3.3).

use std::collections::BTreeSet;
use std::time::Duration;

use abdm_core::clock;
use abdm_core::id::{CareContextReference, ConsentId};
use abdm_flow::store::BodyId;
use abdm_flow::{FlowError, Step};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{ArtefactEffect, Outcome, PushId, Transfer, TransferStage};
use crate::flow::artefact::rows::{self, Known, Seen};
use crate::flow::{EntryReport, PageHead, PageId, PageRefusal, RECORDS_LANE};

/// More pages than this is not a record, but an attack on the store.
const MOST_PAGES: u64 = 10_000;
/// More entries in all of them are none either: the report of each is kept.
const MOST_ENTRIES: usize = 20_000;
/// No page is taken while so many bytes of others wait to be opened: they are kept in the store.
const MOST_UNOPENED: usize = 256 * 1024 * 1024;
/// How long a sender that lost our 202 may take to send its page again: the time that it waited for
/// the answer, and a pause.
const REPEAT_PATIENCE: Duration = Duration::from_secs(2 * 60);
/// More pushes over the limit need not be told apart.
const MOST_LENGTHS: usize = 100;

/// What is said of a page that was judged by what is no longer so.
pub(crate) const OTHERS_CAME: &str = "other pages came meanwhile";

/// A page that was taken: its sender was answered 202.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub(crate) struct TakenPage {
    /// What makes it this page.
    pub(crate) id: PageId,
    /// Its number, which may be that of other pages, too.
    pub(crate) number: i64,
    /// A hash of its nonce and ciphertexts.
    pub(crate) contents: PageId,
    /// The care contexts that its entries name.
    pub(crate) care_contexts: BTreeSet<CareContextReference>,
    /// What became of its entries; `None` while it waits to be opened. An entry is not among them
    /// whose document a page before it had brought.
    pub(crate) reports: Option<Vec<EntryReport>>,
    /// It brought nothing but documents that pages before it had brought: sent again, and encrypted
    /// anew.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) repeats: bool,
    /// As which page of its transfer it was taken, counted from 0.
    pub(crate) ordinal: u64,
    /// How much of it is held while it waits to be opened, in bytes.
    pub(crate) size: usize,
}

impl TakenPage {
    /// Whether everything in it was kept, by it or by a page before it.
    pub(crate) fn is_read(&self) -> bool {
        let kept = |reports: &Vec<EntryReport>| reports.iter().all(|r| r.kept_as().is_some());
        self.reports.as_ref().is_some_and(kept)
    }
}

/// How many pages came, and what of them. The pages themselves are rows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub(crate) struct PageCounts {
    /// How many were taken.
    pub(crate) taken: u64,
    /// How many of them brought nothing but what pages before them had brought.
    pub(crate) repeats: u64,
    /// How many documents were kept.
    pub(crate) documents: usize,
    /// How many entries could not be kept.
    pub(crate) failed: usize,
    /// How many different numbers they have.
    pub(super) numbers: usize,
    /// How many entries all of them have.
    pub(super) entries: usize,
    /// Those that are not opened yet.
    pub(super) waiting: Waiting,
    /// Those of them that are told as unreadable because opening them takes too long. They are
    /// opened all the same.
    pub(super) overdue: Waiting,
    /// Below which ordinal a page that waits is overdue.
    pub(super) overdue_below: u64,
    /// How often a page was taken or opened: what was read of the pages at another revision is out
    /// of date.
    #[serde(rename = "changes")]
    pub(super) revision: u64,
}

/// Pages that are not opened yet.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Waiting {
    /// How many.
    pages: usize,
    /// How much of them is held, in bytes.
    bytes: usize,
    /// How many care contexts they name, each page's counted.
    contexts: usize,
}

impl Waiting {
    fn add(&mut self, page: &TakenPage) {
        self.pages += 1;
        self.bytes += page.size;
        self.contexts += page.care_contexts.len();
    }

    fn remove(&mut self, page: &TakenPage) {
        self.pages = self.pages.saturating_sub(1);
        self.bytes = self.bytes.saturating_sub(page.size);
        self.contexts = self.contexts.saturating_sub(page.care_contexts.len());
    }
}

impl PageCounts {
    /// How often a page was taken or opened: what was read of the pages at another revision is out
    /// of date.
    pub(crate) const fn revision(&self) -> u64 {
        self.revision
    }

    /// How many were opened.
    pub(crate) fn opened(&self) -> u64 {
        let waiting = u64::try_from(self.waiting.pages).unwrap_or(u64::MAX);
        self.taken.saturating_sub(waiting)
    }

    /// Below which ordinal a page that waits to be opened is told as unreadable.
    pub(crate) const fn overdue_below(&self) -> u64 {
        self.overdue_below
    }

    /// How many entries cannot be told as kept: those that could not be opened in time are among
    /// them.
    pub(super) const fn not_kept(&self) -> usize {
        self.failed + self.overdue.contexts
    }

    /// How many pages came, those that were sent again counted once.
    pub(crate) const fn came(&self) -> u64 {
        self.taken - self.repeats
    }

    pub(in crate::flow::artefact) fn take(
        &mut self,
        page: &TakenPage,
        entries: usize,
        is_new_number: bool,
    ) {
        self.taken += 1;
        self.revision += 1;
        self.entries += entries;
        self.numbers += usize::from(is_new_number);
        self.waiting.add(page);
    }

    pub(in crate::flow::artefact) fn open(&mut self, page: &TakenPage) {
        self.revision += 1;
        self.waiting.remove(page);
        if page.ordinal < self.overdue_below {
            self.overdue.remove(page);
        }
        self.repeats += u64::from(page.repeats);
        let entries = || page.reports.iter().flatten();
        self.documents += entries().filter(|entry| entry.document.is_some()).count();
        self.failed += entries().filter(|entry| entry.problem.is_some()).count();
    }

    pub(in crate::flow::artefact) const fn stop_waiting(&mut self) {
        // What is counted as not kept is another number from here on.
        self.revision += 1;
        self.overdue = self.waiting;
        self.overdue_below = self.taken;
    }
}

/// A page with what is known of it.
#[derive(Debug)]
pub(super) struct Pushed {
    pub(super) push_id: PushId,
    pub(super) page: PageHead,
    pub(super) body: BodyId,
    pub(super) seen: Seen,
}

impl Transfer {
    /// Which of the consented contexts no document is here of; `None` when the consent names none
    /// and grants all: nobody can say.
    #[must_use]
    pub(crate) const fn missing(&self) -> Option<&BTreeSet<CareContextReference>> {
        self.missing.as_ref()
    }

    /// Whether nothing is missing, for certain.
    pub(super) fn is_nothing_missing(&self) -> bool {
        self.missing.as_ref().is_some_and(BTreeSet::is_empty)
    }

    /// Whether a page that names these contexts may bring what is missing.
    fn may_bring(&self, contexts: &BTreeSet<CareContextReference>) -> bool {
        match &self.missing {
            Some(missing) => contexts.iter().any(|context| missing.contains(context)),
            None => true,
        }
    }

    /// Takes a page, or says why not. What is taken here is opened, whatever comes after.
    pub(super) fn pushed(
        &mut self,
        pushed: Pushed,
        now: DateTime<Utc>,
    ) -> Result<Step<ArtefactEffect>, FlowError> {
        let Pushed { push_id, page, body, seen } = pushed;
        let refused = |why: PageRefusal| Err(FlowError::not_valid(why.as_str(), "push"));
        if seen.revision != self.pages.revision {
            return Err(FlowError::not_yet(OTHERS_CAME, "push"));
        }
        let contexts = &page.care_contexts;
        if seen.is_taken || self.has_read(&seen, contexts) {
            return Ok(Step::nothing());
        }
        // Two requests may be under way when the first was in doubt: pages of both are ours.
        let fixed = self.confirmed || self.requests < 2;
        if fixed && self.transaction.as_ref().is_some_and(|known| *known != page.transaction) {
            return refused(PageRefusal::OtherTransaction);
        }
        // What cannot be compared yet is taken: what is here already counts once.
        let wanted = seen.has_waiting_copy
            || match &self.outcome {
                None => seen.same_number != Some(true) || !self.is_nothing_missing(),
                Some(Outcome::Complete | Outcome::Partial | Outcome::Failed(_)) => {
                    self.may_bring(contexts)
                }
                Some(Outcome::Aborted) => false,
            };
        if self.keys.is_none() || (self.outcome.is_some() && now >= self.deadline) {
            let over = PageRefusal::TransferOver;
            return refused(if wanted { over } else { PageRefusal::NothingMissing });
        }
        if !wanted {
            return refused(PageRefusal::NothingMissing);
        }
        if self.pages.taken >= MOST_PAGES || self.pages.entries + page.entries > MOST_ENTRIES {
            return refused(PageRefusal::TooMany);
        }
        let waiting = self.pages.waiting.bytes;
        if waiting > 0 && waiting + page.size > MOST_UNOPENED {
            return Err(FlowError::not_yet("pages wait to be opened", "push"));
        }
        Ok(self.take(push_id, page, body, seen.same_number.is_none(), now))
    }

    fn take(
        &mut self,
        push_id: PushId,
        page: PageHead,
        body: BodyId,
        is_new_number: bool,
        now: DateTime<Utc>,
    ) -> Step<ArtefactEffect> {
        if self.stage == TransferStage::Checking {
            // Late, and welcome: the deadline goes on from the look-up.
            self.stage = TransferStage::Receiving;
        }
        self.repeats_until = Some(clock::later(now, REPEAT_PATIENCE));
        if self.outcome.is_none() {
            self.transaction.get_or_insert_with(|| page.transaction.clone());
            let word = (Some(page.number), Some(page.count));
            (self.latest_page, self.page_count) = word.max((self.latest_page, self.page_count));
            self.last_page_at = Some(self.patience.late_page_until(now));
            self.look_up_at = Some(self.patience.callback_until(now));
        }
        let (entries, ordinal) = (page.entries, self.pages.taken);
        let PageHead { id, number, contents, care_contexts, size, .. } = page;
        let taken = TakenPage {
            id,
            number,
            contents,
            care_contexts,
            reports: None,
            repeats: false,
            ordinal,
            size,
        };
        self.pages.take(&taken, entries, is_new_number);
        let mut step = rows::put_page(Step::nothing(), &push_id, &taken);
        step = rows::put_waiting(step, &push_id, &taken);
        if is_new_number {
            step = rows::put_number(step, &push_id, number, false);
        }
        let open = ArtefactEffect::OpenPage { push_id, page: taken.id, body };
        step.effect_in(RECORDS_LANE, open).keep_body()
    }

    /// Whether the same nonce and ciphertexts were read before. Under other contexts or with
    /// another key they are a repetition, too, unless they may bring what is missing.
    fn has_read(&self, seen: &Seen, contexts: &BTreeSet<CareContextReference>) -> bool {
        seen.same_contents.as_ref().is_some_and(|known| match &self.missing {
            Some(_) => !self.may_bring(contexts),
            None => contexts.is_subset(known),
        })
    }

    /// A page was opened. What an earlier page has brought counts once: it was sent again, and
    /// encrypted anew. So does what the page itself brings twice.
    pub(super) fn opened(
        &mut self,
        artefact: &ConsentId,
        push_id: &PushId,
        mut page: TakenPage,
        entries: Vec<EntryReport>,
        known: &Known,
    ) -> Step<ArtefactEffect> {
        let mut here = known.here.clone();
        let mut is_new = |entry: &EntryReport| {
            entry
                .kept_as()
                .is_none_or(|(context, document)| here.insert((context.clone(), document.clone())))
        };
        let all = entries.len();
        let entries: Vec<_> = entries.into_iter().filter(|entry| is_new(entry)).collect();
        page.repeats = entries.is_empty() && all > 0;
        if let Some(missing) = &mut self.missing {
            for entry in entries.iter().filter(|entry| entry.document.is_some()) {
                entry.care_context.as_ref().map(|context| missing.remove(context));
            }
        }
        page.reports = Some(entries);
        self.pages.open(&page);
        rows::put_opened(Step::nothing(), artefact, push_id, &page, known)
    }

    /// A push was over the limit and was not read: one page at least will never come.
    pub(super) fn over_limit(&mut self, length: Option<usize>, limit: usize, now: DateTime<Utc>) {
        if self.outcome.is_some() {
            return;
        }
        self.over_limit = Some(limit);
        if self.over_limit_lengths.len() < MOST_LENGTHS {
            self.over_limit_lengths.insert(length.unwrap_or_default());
        }
        // How many pages there are is only known from one that was read: then the wait is longer.
        self.last_page_at = Some(match self.page_count {
            Some(_) => self.patience.late_page_until(now),
            None => self.patience.callback_until(now),
        });
    }

    /// Whether pages are being opened that are worth waiting for: not those that are told as
    /// unreadable, so that the report need not wait any longer.
    pub(super) const fn is_opening(&self) -> bool {
        self.pages.waiting.pages > self.pages.overdue.pages
    }

    /// Whether any page was answered 202 whose documents are not kept yet: it needs the keys.
    pub(in crate::flow::artefact) const fn has_unopened(&self) -> bool {
        self.pages.waiting.pages > 0
    }

    /// Whether as many different pages are in, or were over the limit, as the sender announced.
    pub(super) fn has_as_many_as_announced(&self) -> bool {
        let came = self.pages.numbers + self.over_limit_lengths.len();
        let announced = self.page_count.and_then(|count| usize::try_from(count).ok());
        came >= announced.unwrap_or(1)
    }
}
