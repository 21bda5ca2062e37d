//! One piece of queued work and its claim: the same rules for the inbox and the outbox.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::store::{
    Claim, Claimed, Earlier, Lease, Outcome, StoreError, StoreErrorKind, WaitFor, WorkId,
};

/// Work of one kind of flow.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Queued<T> {
    pub(super) flow_kind: String,
    pub(super) item: T,
    pub(super) queued_at: DateTime<Utc>,
    pub(super) not_before: DateTime<Utc>,
    pub(super) waits_for: Option<WaitFor>,
    pub(super) dead: Option<Dead>,
    attempt: u32,
    #[serde(default)]
    earlier: Earlier,
    /// Claimed, and not settled since: what came of that try is not known.
    #[serde(default)]
    begun: bool,
    deferrals: u32,
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
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Held {
    pub(super) holder: String,
    pub(super) until: DateTime<Utc>,
}

impl Held {
    pub(super) fn by(claim: &Claim<'_>) -> Self {
        Self { holder: claim.holder.to_owned(), until: claim.until }
    }
}

impl<T: Clone> Queued<T> {
    pub(super) fn new(flow_kind: &str, item: T, queued_at: DateTime<Utc>) -> Self {
        Self {
            flow_kind: flow_kind.to_owned(),
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

    /// When it can be claimed.
    pub(super) fn due(&self) -> DateTime<Utc> {
        self.held.as_ref().map_or(self.not_before, |held| held.until.max(self.not_before))
    }

    pub(super) fn is_dead(&self) -> bool {
        self.dead.is_some()
    }

    pub(super) fn claim(&mut self, work: WorkId, claim: &Claim<'_>) -> Claimed<T> {
        self.attempt = self.attempt.saturating_add(1);
        self.fence = self.fence.saturating_add(1);
        self.held = Some(Held::by(claim));
        if self.begun {
            self.earlier = Earlier::PerhapsSent;
        }
        self.begun = true;
        Claimed {
            item: self.item.clone(),
            lease: Lease::new(work, self.fence),
            attempt: self.attempt,
            earlier: self.earlier,
            deferrals: self.deferrals,
            queued_at: self.queued_at,
        }
    }

    pub(super) fn check(&self, lease: &Lease) -> Result<(), StoreError> {
        if self.is_dead() || self.held.is_none() || self.fence != lease.fence {
            return Err(StoreError::new(StoreErrorKind::LeaseLost));
        }
        Ok(())
    }

    pub(super) fn renew(&mut self, lease: &Lease, until: DateTime<Utc>) -> Result<(), StoreError> {
        self.check(lease)?;
        if let Some(held) = &mut self.held {
            held.until = until;
        }
        Ok(())
    }

    pub(super) fn release(&mut self, holder: &str) {
        if self.held.as_ref().is_some_and(|held| held.holder == holder) {
            self.held = None;
        }
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

    /// A message begins to count its tries anew when it is put off; an effect does not.
    pub(super) fn restart_count(&mut self) {
        self.attempt = 0;
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
