//! What came, what was sent, and what is still on its way: in memory, bounded, masked.
//!
//! The journal has a lock of its own. It is never held while the world is asked for: whoever holds
//! the world may write here.

mod entry;
mod ids;

use std::collections::{BTreeMap, VecDeque};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use tokio::sync::watch;

pub(crate) use self::entry::{Delivery, Entry, Kind, OnItsWay, Try};
pub(crate) use self::ids::Mentioned;
use crate::shared::Shared;
use crate::state::Changes;

/// All bodies together take no more than this, whatever the count of entries.
const LARGEST: usize = 64 * 1024 * 1024;

/// The journal of one sandbox.
#[derive(Debug)]
pub(crate) struct Journal {
    kept: Mutex<Kept>,
    /// So many entries are kept.
    most: AtomicUsize,
    changes: watch::Sender<u64>,
    /// What a state file is told by.
    unsaved: Changes,
}

#[derive(Debug, Default)]
struct Kept {
    entries: VecDeque<(Shared<Entry>, usize)>,
    bytes: usize,
    forgotten: u64,
    last: u64,
    on_its_way: BTreeMap<u64, OnItsWay>,
}

/// Something on its way. It has arrived, or will never, when this is dropped.
#[derive(Debug)]
pub(crate) struct Way {
    journal: Arc<Journal>,
    number: u64,
}

impl Way {
    /// The number of the entry, for what has one.
    pub(crate) const fn number(&self) -> u64 {
        self.number
    }

    /// Notes how it stands.
    pub(crate) fn is(&self, state: Delivery, due_at: Option<DateTime<Utc>>) {
        self.journal.change(self.number, |entry| entry.state = Some(state));
        let mut kept = self.journal.kept();
        if let Some(own) = kept.on_its_way.get_mut(&self.number) {
            own.state = Some(state);
            own.due_at = due_at;
        }
        drop(kept);
        self.journal.touch();
    }
}

impl Drop for Way {
    fn drop(&mut self) {
        self.journal.kept().on_its_way.remove(&self.number);
        self.journal.touch();
    }
}

/// What is kept of a journal in a state file.
#[derive(Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SavedJournal {
    last: u64,
    forgotten: u64,
    entries: Vec<Shared<Entry>>,
}

impl Journal {
    pub(crate) fn new(most: usize, unsaved: Changes) -> Self {
        Self {
            unsaved,
            kept: Mutex::default(),
            most: AtomicUsize::new(most),
            changes: watch::Sender::new(0),
        }
    }

    /// What is kept. What is on its way stands elsewhere: among what is [pending](crate::pending).
    pub(crate) fn saved(&self) -> SavedJournal {
        let kept = self.kept();
        let Kept { entries, bytes: _, forgotten, last, on_its_way: _ } = &*kept;
        let entries = entries.iter().map(|(entry, _)| entry.clone()).collect();
        SavedJournal { last: *last, forgotten: *forgotten, entries }
    }

    /// One that goes on from what was kept.
    pub(crate) fn restored(most: usize, saved: SavedJournal, unsaved: Changes) -> Self {
        let SavedJournal { last, forgotten, mut entries } = saved;
        entries.sort_by_key(|entry| entry.number);
        let journal = Self::new(most, unsaved);
        {
            let mut kept = journal.kept();
            (kept.last, kept.forgotten) = (last, forgotten);
            entries.into_iter().for_each(|entry| kept.push(entry));
            kept.trim(most);
        }
        journal
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Tells everybody who waits that something has happened.
    pub(crate) fn touch(&self) {
        self.unsaved.mark();
        self.changes.send_modify(|count| *count = count.wrapping_add(1));
    }

    /// Told whenever something happens.
    pub(crate) fn changes(&self) -> watch::Receiver<u64> {
        self.changes.subscribe()
    }

    /// Keeps no more than so many entries from now on.
    pub(crate) fn keep(&self, most: usize) {
        self.most.store(most, Ordering::Relaxed);
        self.kept().trim(most);
    }

    /// Adds an entry under the next number.
    pub(crate) fn add(&self, entry: Entry) -> u64 {
        let mut kept = self.kept();
        let number = kept.next_number();
        kept.push(Shared::new(Entry { number, ..entry }));
        kept.trim(self.most.load(Ordering::Relaxed));
        drop(kept);
        self.touch();
        number
    }

    /// Adds an entry that is on its way.
    pub(crate) fn send(self: &Arc<Self>, entry: Entry, way: OnItsWay) -> Way {
        let number = self.add(entry);
        self.kept().on_its_way.insert(number, OnItsWay { number, ..way });
        self.touch();
        Way { journal: Arc::clone(self), number }
    }

    /// Something without an entry of its own is on its way.
    pub(crate) fn begin(self: &Arc<Self>, way: OnItsWay) -> Way {
        let mut kept = self.kept();
        let number = kept.next_number();
        kept.on_its_way.insert(number, OnItsWay { number, ..way });
        drop(kept);
        self.touch();
        Way { journal: Arc::clone(self), number }
    }

    /// Something is on its way again, under the number that it had before a restart.
    pub(crate) fn resume(self: &Arc<Self>, way: OnItsWay) -> Way {
        let number = way.number;
        self.kept().on_its_way.insert(number, way);
        self.touch();
        Way { journal: Arc::clone(self), number }
    }

    /// Changes an entry, if it is still kept.
    pub(crate) fn change(&self, number: u64, change: impl FnOnce(&mut Entry)) {
        let mut kept = self.kept();
        let place = kept.entries.binary_search_by_key(&number, |(entry, _)| entry.number);
        if let Some((entry, size)) = place.ok().and_then(|place| kept.entries.get_mut(place)) {
            change(entry);
            let (before, after) = (*size, entry.size());
            *size = after;
            kept.bytes = kept.bytes.saturating_sub(before).saturating_add(after);
        }
        kept.trim(self.most.load(Ordering::Relaxed));
        drop(kept);
        self.touch();
    }

    /// A callback that has not arrived never will.
    pub(crate) fn lose(&self, number: u64) {
        self.change(number, |entry| {
            if entry.state.is_some_and(|state| !state.is_over()) {
                entry.state = Some(Delivery::Lost);
            }
        });
    }

    /// The entries that fit, the oldest first.
    pub(crate) fn entries(&self, fits: impl Fn(&Entry) -> bool) -> Vec<Entry> {
        let kept = self.kept();
        let entries = kept.entries.iter().map(|(entry, _)| &**entry);
        entries.filter(|entry| fits(entry)).cloned().collect()
    }

    /// The first entry that fits.
    pub(crate) fn find(&self, fits: impl Fn(&Entry) -> bool) -> Option<Entry> {
        let kept = self.kept();
        kept.entries.iter().map(|(entry, _)| &**entry).find(|entry| fits(entry)).cloned()
    }

    /// How many entries were forgotten, and the number of the last one.
    pub(crate) fn extent(&self) -> (u64, u64) {
        let kept = self.kept();
        (kept.forgotten, kept.last)
    }

    /// What is on its way, the oldest first.
    pub(crate) fn on_its_way(&self) -> Vec<OnItsWay> {
        self.kept().on_its_way.values().cloned().collect()
    }

    /// Forgets every entry. Numbers go on.
    pub(crate) fn clear(&self) {
        let mut kept = self.kept();
        kept.entries = VecDeque::new();
        (kept.bytes, kept.forgotten) = (0, 0);
        drop(kept);
        self.touch();
    }

    /// Waits until `look` finds something, looking again whenever something happens; `None` when it
    /// takes too long.
    pub(crate) async fn wait_for<T>(
        &self,
        within: Duration,
        mut look: impl FnMut() -> Option<T> + Send,
    ) -> Option<T> {
        /// Some things happen without a word here.
        const LOOK: Duration = Duration::from_millis(250);
        let mut changes = self.changes();
        let waiting = async {
            loop {
                changes.mark_unchanged();
                if let Some(found) = look() {
                    return found;
                }
                let _changed = tokio::time::timeout(LOOK, changes.changed()).await;
            }
        };
        tokio::time::timeout(within, waiting).await.ok()
    }
}

impl Kept {
    const fn next_number(&mut self) -> u64 {
        self.last += 1;
        self.last
    }

    fn push(&mut self, entry: Shared<Entry>) {
        let size = entry.size();
        self.bytes += size;
        self.entries.push_back((entry, size));
    }

    fn trim(&mut self, most: usize) {
        while self.entries.len() > most || self.bytes > LARGEST {
            let Some((_, size)) = self.entries.pop_front() else {
                return;
            };
            self.bytes = self.bytes.saturating_sub(size);
            self.forgotten += 1;
        }
    }
}
