//! What is dealt with, until the transfer knows of it.

use chrono::{DateTime, TimeDelta, Utc};

use crate::flow::{PageDone, Pages};

/// Once so many pages are done the transfer is told of them. More are told at once where they are
/// done while it is being told of others, up to the pages that may leave unheard.
const PAGES_TOLD_AT_ONCE: usize = 8;
/// What is done waits no longer than this to be told.
const TOLD_AFTER: TimeDelta = TimeDelta::seconds(1);

/// Pages that are dealt with, and what of them is stored.
pub(super) struct Untold {
    /// The pages as they are stored, as far as is known here.
    stored: Pages,
    /// What is dealt with, and not told yet.
    done: Vec<PageDone>,
    /// What is being told.
    telling: Vec<PageDone>,
    /// Since when the first of what is done waits to be told.
    waits_since: Option<DateTime<Utc>>,
}

impl Untold {
    pub(super) const fn of(stored: Pages) -> Self {
        Self { stored, done: Vec::new(), telling: Vec::new(), waits_since: None }
    }

    pub(super) const fn stored(&self) -> &Pages {
        &self.stored
    }

    pub(super) fn is_done(&mut self, done: PageDone, now: DateTime<Utc>) {
        self.done.push(done);
        self.waits_since.get_or_insert(now);
    }

    /// Whether the numbers of later pages depend on what is not stored yet.
    pub(super) fn holds_up_numbers(&self) -> bool {
        self.telling.iter().chain(&self.done).any(PageDone::uses_no_number)
    }

    /// Whether something waits so much to be told that it is told now.
    pub(super) fn is_pressing(&self, now: DateTime<Utc>) -> bool {
        self.done.len() >= PAGES_TOLD_AT_ONCE
            || self.tell_at().is_some_and(|at| now >= at)
            || self.done.iter().any(PageDone::uses_no_number)
    }

    /// When it is, at the latest.
    pub(super) fn tell_at(&self) -> Option<DateTime<Utc>> {
        self.waits_since.map(|since| since + TOLD_AFTER)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.done.is_empty() && self.telling.is_empty()
    }

    /// What is to be told now. One thing is told at a time.
    pub(super) fn begins_to_tell(&mut self) -> Vec<PageDone> {
        self.waits_since = None;
        self.telling = std::mem::take(&mut self.done);
        self.telling.clone()
    }

    /// It is stored.
    pub(super) fn is_told(&mut self) {
        self.stored.told(&std::mem::take(&mut self.telling));
    }

    /// Whether it is stored is not known: it is kept, and told once more.
    pub(super) fn is_not_told(&mut self) {
        self.done.splice(0..0, self.telling.drain(..));
    }

    /// All that may not be stored yet, in order.
    pub(super) fn into_rest(mut self) -> Vec<PageDone> {
        self.is_not_told();
        self.done
    }
}
