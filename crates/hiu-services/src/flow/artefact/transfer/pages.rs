//! Which pages are taken, and what is still missing (rulings.md 31, m3-hiu.md 3.3).

use std::collections::BTreeSet;

use abdm_core::api::consent::ConsentDetail;
use abdm_core::flow::{FlowError, Step};
use abdm_core::id::CareContextReference;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{ArtefactEffect, Outcome, PushId, Transfer, TransferStage};
use crate::flow::{EntryReport, Page, PageId};

/// More pages than this is not a record, but an attack on the store.
const MOST_PAGES: usize = 10_000;
/// No page is taken while so many bytes of others wait to be opened: they are kept in the store.
const MOST_UNOPENED: usize = 256 * 1024 * 1024;
/// More pushes over the limit need not be told apart.
const MOST_LENGTHS: usize = 100;

/// Why a page is not taken, as [`FlowError::NotValid`] names it.
pub(crate) const TRANSFER_OVER: &str = "the transfer is over";
pub(crate) const NOTHING_MISSING: &str = "nothing is missing";
pub(crate) const OTHER_TRANSACTION: &str = "the page is of another transaction";
const TOO_MANY_PAGES: &str = "too many pages";

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
    /// It was told as unreadable because opening it takes too long, and is opened all the same.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    overdue: bool,
    /// How long its ciphertexts are together.
    size: usize,
}

impl TakenPage {
    /// Whether it was answered 202 and its documents are not kept yet.
    const fn is_unopened(&self) -> bool {
        self.reports.is_none() || self.overdue
    }

    /// Whether it brings this context, as far as can be said: a page that is being opened may.
    fn brings(&self, context: &CareContextReference) -> bool {
        match &self.reports {
            None => self.care_contexts.contains(context),
            Some(reports) => reports.iter().any(|report| {
                report.document.is_some() && report.care_context.as_ref() == Some(context)
            }),
        }
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
        let refused = |why| Err(FlowError::not_valid(why, "push"));
        let missing = self.missing(terms);
        let contexts = page.care_contexts();
        if self.has(&page, &contexts, &missing) {
            return Ok(Step::nothing());
        }
        // Two requests may be under way when the first was in doubt: pages of both are ours.
        let fixed = self.confirmed || self.requests < 2;
        if fixed && self.transaction.as_ref().is_some_and(|known| *known != page.transaction) {
            return refused(OTHER_TRANSACTION);
        }
        let same_number = self.pages.values().any(|known| known.number == page.number);
        let wanted = match &self.outcome {
            None => !same_number || !missing.is_nothing(),
            Some(Outcome::Complete | Outcome::Partial | Outcome::Failed(_)) => {
                missing.may_be_brought(&contexts)
            }
            Some(Outcome::Aborted) => false,
        };
        if self.keys.is_none() || (self.outcome.is_some() && now >= self.deadline) {
            return refused(if wanted { TRANSFER_OVER } else { NOTHING_MISSING });
        }
        if !wanted {
            return refused(NOTHING_MISSING);
        }
        if self.pages.len() >= MOST_PAGES {
            return refused(TOO_MANY_PAGES);
        }
        let waiting = self.pages.values().filter(|page| page.is_unopened());
        let waiting: usize = waiting.map(|page| page.size).sum();
        if waiting > 0 && waiting + page.size() > MOST_UNOPENED {
            return Err(FlowError::not_yet("pages wait to be opened", "push"));
        }
        if self.stage == TransferStage::Checking {
            // Late, and welcome: the deadline goes on from the look-up.
            self.stage = TransferStage::Receiving;
        }
        if self.outcome.is_none() {
            self.transaction.get_or_insert_with(|| page.transaction.clone());
            self.page_count = Some(self.page_count.unwrap_or(1).max(page.count));
            self.last_page_at = Some(self.patience.late_page_until(now));
        }
        let taken = TakenPage {
            number: page.number,
            contents: page.contents.clone(),
            care_contexts: contexts,
            reports: None,
            overdue: false,
            size: page.size(),
        };
        self.pages.insert(page.id.clone(), taken);
        Ok(Step::nothing().effect(ArtefactEffect::Open { push_id, page }))
    }

    /// Whether this page was taken before. The same nonce and ciphertexts under other contexts or
    /// with another key are a repetition, too, unless they may bring what is missing.
    fn has(
        &self,
        page: &Page,
        contexts: &BTreeSet<CareContextReference>,
        missing: &Missing<'_>,
    ) -> bool {
        if self.pages.contains_key(&page.id) {
            return true;
        }
        let mut same =
            self.pages.values().filter(|known| known.contents == page.contents).peekable();
        same.peek().is_some()
            && match missing {
                Missing::Contexts(_) => !missing.may_be_brought(contexts),
                Missing::Unknown => {
                    let known: BTreeSet<_> = same.flat_map(|page| &page.care_contexts).collect();
                    contexts.iter().all(|context| known.contains(context))
                }
            }
    }

    pub(super) fn opened(&mut self, page: &PageId, entries: Vec<EntryReport>) {
        if let Some(page) = self.pages.get_mut(page).filter(|page| page.is_unopened()) {
            page.reports = Some(entries);
            page.overdue = false;
        }
    }

    /// A page could not be opened so far: it is tried again, behind what else is to be done. It was
    /// answered 202, and is given up with the consent alone.
    pub(super) fn not_opened(&self, push_id: PushId, page: Box<Page>) -> Step<ArtefactEffect> {
        match self.pages.get(&page.id) {
            Some(taken) if taken.is_unopened() => {
                Step::nothing().effect(ArtefactEffect::Open { push_id, page })
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
