//! What a store was given to do, and what became of it: counted outside the store.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use abdm_flow::store::{Commit, Lease, Outcome, Scope, Work, WorkChange, WorkId};

/// The work of one house, as those see it who give it and who settle it.
#[derive(Debug, Default)]
pub(crate) struct Works(Mutex<Book>);

#[derive(Debug, Default)]
struct Book {
    messages: Count,
    effects: Count,
    /// How many messages of an endpoint were taken in for a facility.
    by_endpoint: BTreeMap<(Scope, String), u64>,
    /// The latest claim of each piece of work.
    fences: BTreeMap<(Scope, WorkId), u64>,
    settled: BTreeMap<(Scope, WorkId), u32>,
    faults: Vec<String>,
}

/// How many of a sort were taken in, and how many of them settled.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Count {
    pub(crate) taken: u64,
    pub(crate) done: u64,
    pub(crate) dead: u64,
}

impl Works {
    fn book(&self) -> MutexGuard<'_, Book> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn message_taken(&self, scope: &Scope, endpoint: &str) {
        let mut book = self.book();
        book.messages.taken += 1;
        *book.by_endpoint.entry((scope.clone(), endpoint.to_owned())).or_default() += 1;
    }

    pub(crate) fn taken_of(&self, scope: &Scope, endpoint: &str) -> u64 {
        let book = self.book();
        book.by_endpoint.get(&(scope.clone(), endpoint.to_owned())).copied().unwrap_or_default()
    }

    pub(crate) fn claimed<'a>(&self, work: impl IntoIterator<Item = &'a Work>) {
        let mut book = self.book();
        for work in work {
            let Lease { scope, work, fence, .. } = &work.lease;
            let before = book.fences.insert((scope.clone(), *work), *fence);
            if before.is_some_and(|before| before >= *fence) && !matches!(work, WorkId::Wake(_)) {
                book.faults.push(format!("{work:?} was claimed under an old fence"));
            }
        }
    }

    /// A commit has happened.
    pub(crate) fn committed(&self, commit: &Commit) {
        let mut book = self.book();
        book.messages.taken += u64::try_from(commit.notes.len()).unwrap_or_default();
        let effects = commit.flow.iter().flat_map(|flow| &flow.write).map(|write| &write.effects);
        book.effects.taken +=
            effects.map(|effects| u64::try_from(effects.len()).unwrap_or_default()).sum::<u64>();
        let Some(change) = &commit.work else {
            return;
        };
        let lease = change.lease();
        let key = (lease.scope.clone(), lease.work);
        if book.fences.get(&key).is_some_and(|latest| *latest != lease.fence) {
            let work = lease.work;
            book.faults.push(format!("{work:?} was changed by a holder whose claim was over"));
        }
        let WorkChange::Settle { outcome, .. } = change else {
            return;
        };
        let is_message = match lease.work {
            WorkId::Message(_) => true,
            WorkId::Effect(_) => false,
            _ => return,
        };
        let counts = if is_message { &mut book.messages } else { &mut book.effects };
        match outcome {
            Outcome::Done => counts.done += 1,
            Outcome::Dead { .. } => counts.dead += 1,
            _ => return,
        }
        let times = book.settled.entry(key).or_default();
        *times += 1;
        if *times > 1 {
            let work = lease.work;
            book.faults.push(format!("{work:?} was settled more than once"));
        }
    }

    pub(crate) fn messages(&self) -> Count {
        self.book().messages
    }

    pub(crate) fn effects(&self) -> Count {
        self.book().effects
    }

    pub(crate) fn faults(&self) -> Vec<String> {
        self.book().faults.clone()
    }
}
