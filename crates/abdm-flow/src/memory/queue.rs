//! One piece of queued work and its claim: the same rules for messages and effects.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::store::{Earlier, Lease, Outcome, Scope, WaitFor, WorkId};

/// Work of one kind of flow.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Queued<T> {
    pub(super) scope: Scope,
    pub(super) kind: String,
    pub(super) item: T,
    pub(super) queued_at: DateTime<Utc>,
    pub(super) not_before: DateTime<Utc>,
    pub(super) waits_for: Option<WaitFor>,
    pub(super) dead: Option<Dead>,
    pub(super) attempt: u32,
    pub(super) earlier: Earlier,
    /// Claimed, and not settled since: what came of that try is not known.
    begun: bool,
    pub(super) deferrals: u32,
    fence: u64,
    held: Option<Held>,
}

/// Why and when work was set aside.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Dead {
    pub(super) reason: String,
    pub(super) at: DateTime<Utc>,
}

/// A claim.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Held {
    pub(super) holder: String,
    pub(super) until: DateTime<Utc>,
}

impl<T> Queued<T> {
    pub(super) const fn new(scope: Scope, kind: String, item: T, queued_at: DateTime<Utc>) -> Self {
        Self {
            scope,
            kind,
            item,
            queued_at,
            not_before: queued_at,
            waits_for: None,
            dead: None,
            attempt: 0,
            earlier: Earlier::None,
            begun: false,
            deferrals: 0,
            fence: 0,
            held: None,
        }
    }

    /// When it can be claimed; never, while it is set aside.
    pub(super) fn due(&self) -> Option<DateTime<Utc>> {
        if self.dead.is_some() {
            return None;
        }
        let held = self.held.as_ref();
        Some(held.map_or(self.not_before, |held| held.until.max(self.not_before)))
    }

    pub(super) fn claim(&mut self, work: WorkId, held: Held) -> Lease {
        self.attempt = self.attempt.saturating_add(1);
        self.fence = self.fence.saturating_add(1);
        self.held = Some(held);
        if self.begun {
            self.earlier = Earlier::PerhapsSent;
        }
        self.begun = true;
        Lease::new(self.scope.clone(), work, self.fence)
    }

    pub(super) fn is_held_under(&self, lease: &Lease) -> bool {
        self.dead.is_none()
            && self.held.is_some()
            && self.fence == lease.fence
            && self.scope == lease.scope
    }

    pub(super) fn renew(&mut self, until: DateTime<Utc>) {
        if let Some(held) = &mut self.held {
            held.until = until;
        }
    }

    /// Tells whether it was the holder's.
    pub(super) fn release(&mut self, holder: &str) -> bool {
        let own = self.held.as_ref().is_some_and(|held| held.holder == holder);
        if own {
            self.held = None;
        }
        own
    }

    /// Puts it off or aside. `Done` is the caller's: the row goes.
    pub(super) fn settle(&mut self, outcome: &Outcome, now: DateTime<Utc>) {
        self.held = None;
        match outcome {
            Outcome::Done => {}
            Outcome::Later { not_before, waits_for, perhaps_sent, .. } => {
                let sent = if *perhaps_sent { Earlier::PerhapsSent } else { Earlier::NotSent };
                self.earlier = self.earlier.max(sent);
                self.begun = false;
                self.deferrals = self.deferrals.saturating_add(1);
                self.not_before = *not_before;
                self.waits_for.clone_from(waits_for);
            }
            Outcome::Dead { reason } => {
                self.waits_for = None;
                self.dead = Some(Dead { reason: reason.clone(), at: now });
            }
        }
    }

    /// What it waited for is there.
    pub(super) fn wake(&mut self, now: DateTime<Utc>) {
        self.waits_for = None;
        self.not_before = self.not_before.min(now);
    }

    pub(super) fn replay(&mut self, now: DateTime<Utc>) -> bool {
        if self.dead.take().is_none() {
            return false;
        }
        self.attempt = 0;
        self.deferrals = 0;
        self.queued_at = now;
        self.not_before = now;
        true
    }
}
