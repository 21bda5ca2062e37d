//! Which pages are taken, and what is still missing (rulings.md 31, m3-hiu.md 3.3).

use std::collections::BTreeSet;
use std::time::Duration;

use abdm_core::api::consent::ConsentDetail;
use abdm_core::clock;
use abdm_core::id::CareContextReference;
use abdm_flow::{FlowError, Step};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{ArtefactEffect, Outcome, PushId, Transfer, TransferStage};
use crate::flow::{DocumentId, EntryReport, Page, PageId, PageRefusal, RECORDS_LANE};

/// More pages than this is not a record, but an attack on the store.
const MOST_PAGES: usize = 10_000;
/// More entries in all of them are none either: the report of each is kept.
const MOST_ENTRIES: usize = 20_000;
/// No page is taken while so many bytes of others wait to be opened: they are kept in the store.
const MOST_UNOPENED: usize = 256 * 1024 * 1024;
/// How long a sender that lost our 202 may take to send its page again: the time that it waited for
/// the answer, and a pause.
const REPEAT_PATIENCE: Duration = Duration::from_secs(2 * 60);
/// More pushes over the limit need not be told apart.
const MOST_LENGTHS: usize = 100;

/// A page that was taken: its sender was answered 202.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct TakenPage {
    /// Its number, which may be that of other pages, too.
    pub number: i64,
    /// A hash of its nonce and ciphertexts.
    pub contents: PageId,
    /// The care contexts that its entries name.
    pub care_contexts: BTreeSet<CareContextReference>,
    /// What became of its entries; `None` while it is being opened.
    pub reports: Option<Vec<EntryReport>>,
    /// It brought nothing but documents that pages before it had brought: sent again, and encrypted
    /// anew.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub repeats: bool,
    /// It was told as unreadable because opening it takes too long, and is opened all the same.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    overdue: bool,
    /// How many entries it has.
    #[serde(default)]
    entries: usize,
    /// How much of it is held while it waits to be opened, in bytes.
    size: usize,
}

impl TakenPage {
    /// Whether it was answered 202 and its documents are not kept yet.
    const fn is_unopened(&self) -> bool {
        self.reports.is_none() || self.overdue
    }

    /// Whether everything in it was kept, by it or by a page before it.
    fn is_read(&self) -> bool {
        let kept = |reports: &Vec<EntryReport>| reports.iter().all(|r| kept_as(r).is_some());
        !self.is_unopened() && self.reports.as_ref().is_some_and(kept)
    }

    /// Whether a document of this context is here. One that is being opened may turn out
    /// unreadable: what is answered 202 on its account would be lost.
    fn brings(&self, context: &CareContextReference) -> bool {
        self.reports.iter().flatten().any(|report| {
            report.document.is_some() && report.care_context.as_ref() == Some(context)
        })
    }
}

/// What an entry has brought: which document of which context.
const fn kept_as(entry: &EntryReport) -> Option<(&CareContextReference, &DocumentId)> {
    let document = match &entry.document {
        Some(document) => Some(document),
        None => entry.set_aside.as_ref(),
    };
    match (&entry.care_context, document) {
        (Some(context), Some(document)) => Some((context, document)),
        _ => None,
    }
}

/// The consented contexts of which no document is here.
pub(crate) enum Missing<'t> {
    /// These; possibly none.
    Contexts(BTreeSet<&'t CareContextReference>),
    /// The consent names no contexts, it grants all of them: nobody can say.
    Unknown,
}

impl Missing<'_> {
    /// Whether nothing is missing, for certain.
    pub(super) fn is_nothing(&self) -> bool {
        matches!(self, Self::Contexts(contexts) if contexts.is_empty())
    }

    /// Whether a page that names these contexts may bring what is missing.
    fn may_be_brought(&self, by: &BTreeSet<CareContextReference>) -> bool {
        match self {
            Self::Contexts(contexts) => by.iter().any(|context| contexts.contains(context)),
            Self::Unknown => true,
        }
    }
}

impl Transfer {
    /// Which of the consented contexts are missing.
    pub(crate) fn missing<'t>(&self, terms: &'t ConsentDetail) -> Missing<'t> {
        if terms.care_contexts.is_empty() {
            return Missing::Unknown;
        }
        let consented = terms.care_contexts.iter().map(|context| &context.care_context_reference);
        let is_here =
            |context: &CareContextReference| self.pages.values().any(|page| page.brings(context));
        Missing::Contexts(consented.filter(|context| !is_here(context)).collect())
    }

    /// Takes a page, or says why not. What is taken here is opened, whatever comes after.
    pub(super) fn pushed(
        &mut self,
        push_id: PushId,
        page: Box<Page>,
        terms: &ConsentDetail,
        now: DateTime<Utc>,
    ) -> Result<Step<ArtefactEffect>, FlowError> {
        let refused = |why: PageRefusal| Err(FlowError::not_valid(why.as_str(), "push"));
        let missing = self.missing(terms);
        let contexts = page.care_contexts();
        if self.has(&page, &contexts, &missing) {
            return Ok(Step::nothing());
        }
        // Two requests may be under way when the first was in doubt: pages of both are ours.
        let fixed = self.confirmed || self.requests < 2;
        if fixed && self.transaction.as_ref().is_some_and(|known| *known != page.transaction) {
            return refused(PageRefusal::OtherTransaction);
        }
        let mut same_number = self.pages.values().filter(|known| known.number == page.number);
        let may_be_a_copy =
            same_number.clone().any(|known| known.is_unopened() && known.care_contexts == contexts);
        // What cannot be compared yet is taken: what is here already counts once.
        let wanted = may_be_a_copy
            || match &self.outcome {
                None => !same_number.any(TakenPage::is_read) || !missing.is_nothing(),
                Some(Outcome::Complete | Outcome::Partial | Outcome::Failed(_)) => {
                    missing.may_be_brought(&contexts)
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
        let entries: usize = self.pages.values().map(|page| page.entries).sum();
        if self.pages.len() >= MOST_PAGES || entries + page.entries.len() > MOST_ENTRIES {
            return refused(PageRefusal::TooMany);
        }
        let waiting = self.pages.values().filter(|page| page.is_unopened());
        let waiting: usize = waiting.map(|page| page.size).sum();
        if waiting > 0 && waiting + page.held() > MOST_UNOPENED {
            return Err(FlowError::not_yet("pages wait to be opened", "push"));
        }
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
        let taken = TakenPage {
            number: page.number,
            contents: page.contents.clone(),
            care_contexts: contexts,
            reports: None,
            repeats: false,
            overdue: false,
            entries: page.entries.len(),
            size: page.held(),
        };
        self.pages.insert(page.id.clone(), taken);
        Ok(Step::nothing().effect_in(RECORDS_LANE, ArtefactEffect::Open { push_id, page }))
    }

    /// Whether this page was taken before. The same nonce and ciphertexts under other contexts or
    /// with another key are a repetition, too, once they were read, unless they may bring what is
    /// missing.
    fn has(
        &self,
        page: &Page,
        contexts: &BTreeSet<CareContextReference>,
        missing: &Missing<'_>,
    ) -> bool {
        if self.pages.contains_key(&page.id) {
            return true;
        }
        let same = |known: &&TakenPage| known.contents == page.contents && known.is_read();
        let mut same = self.pages.values().filter(same).peekable();
        same.peek().is_some()
            && match missing {
                Missing::Contexts(_) => !missing.may_be_brought(contexts),
                Missing::Unknown => {
                    let known: BTreeSet<_> = same.flat_map(|page| &page.care_contexts).collect();
                    contexts.iter().all(|context| known.contains(context))
                }
            }
    }

    /// A page was opened. What an earlier page has brought counts once: it was sent again, and
    /// encrypted anew.
    pub(super) fn opened(&mut self, page: &PageId, entries: Vec<EntryReport>) {
        let brought: BTreeSet<_> = entries.iter().filter_map(kept_as).collect();
        let others = self.pages.iter().filter(|(id, _)| *id != page);
        let others = others.flat_map(|(_, page)| page.reports.iter().flatten());
        let here = others.filter_map(kept_as).filter(|kept| brought.contains(kept));
        let here: BTreeSet<_> = here.map(|(context, id)| (context.clone(), id.clone())).collect();
        let is_new = |entry: &EntryReport| {
            kept_as(entry)
                .is_none_or(|(context, id)| !here.contains(&(context.clone(), id.clone())))
        };
        let all = entries.len();
        let entries: Vec<_> = entries.into_iter().filter(is_new).collect();
        let repeats = entries.is_empty() && all > 0;
        if let Some(page) = self.pages.get_mut(page).filter(|page| page.is_unopened()) {
            page.reports = Some(entries);
            page.repeats = repeats;
            page.overdue = false;
        }
    }

    /// Which documents of which contexts are here, set aside or not.
    pub(crate) fn kept(&self) -> BTreeSet<(&CareContextReference, &DocumentId)> {
        self.pages
            .values()
            .flat_map(|page| page.reports.iter().flatten())
            .filter_map(kept_as)
            .collect()
    }

    /// How many pages came, those that were sent again counted once.
    pub(crate) fn pages_that_came(&self) -> usize {
        self.pages.values().filter(|page| !page.repeats).count()
    }

    /// A page could not be opened so far: it is tried again, behind what else is to be done. It was
    /// answered 202, and is given up with the consent alone.
    pub(super) fn not_opened(&self, push_id: PushId, page: Box<Page>) -> Step<ArtefactEffect> {
        match self.pages.get(&page.id) {
            Some(taken) if taken.is_unopened() => {
                Step::nothing().effect_in(RECORDS_LANE, ArtefactEffect::Open { push_id, page })
            }
            _ => Step::nothing(),
        }
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

    /// Whatever of the pages is still being opened is told as unreadable, so that the report need
    /// not wait any longer. Opening them goes on.
    pub(super) fn stop_waiting(&mut self) {
        for page in self.pages.values_mut().filter(|page| page.reports.is_none()) {
            let contexts = page.care_contexts.iter().cloned().map(Some);
            let failed = |context| EntryReport::failed(context, "it could not be opened in time");
            page.reports = Some(contexts.map(failed).collect());
            page.overdue = true;
        }
    }

    /// Whether pages are being opened that are worth waiting for.
    pub(super) fn is_opening(&self) -> bool {
        self.pages.values().any(|page| page.reports.is_none())
    }

    /// Whether any page was answered 202 whose documents are not kept yet: it needs the keys.
    pub(in crate::flow::artefact) fn has_unopened(&self) -> bool {
        self.pages.values().any(TakenPage::is_unopened)
    }

    /// Whether as many different pages are in, or were over the limit, as the sender announced.
    pub(super) fn has_as_many_as_announced(&self) -> bool {
        let numbers: BTreeSet<i64> = self.pages.values().map(|page| page.number).collect();
        let came = numbers.len() + self.over_limit_lengths.len();
        let announced = self.page_count.and_then(|count| usize::try_from(count).ok());
        came >= announced.unwrap_or(1)
    }
}
