//! Claims, due instants and dead letters of the memory store's tables.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};

use super::Tables;
use crate::store::memory::queue::{Held, Queued};
use crate::store::{
    Accepted, Claim, Claimed, DeadItem, DeadLetter, Inbound, Lease, OutboxItem, QueueDepths,
    StoreError, StoreErrorKind, StoredFlow, WorkId,
};

impl Tables {
    pub(in crate::store::memory) fn accept(
        &mut self,
        flow_kind: &str,
        inbound: &Inbound,
    ) -> Accepted {
        if self.arrived.contains_key(&inbound.key) || self.settled.contains_key(&inbound.key) {
            return Accepted::Duplicate;
        }
        self.last_inbound += 1;
        let row = Queued::new(flow_kind, inbound.clone(), inbound.received_at);
        self.inbox.insert(self.last_inbound, row);
        self.arrived.insert(inbound.key.clone(), self.last_inbound);
        Accepted::New
    }

    pub(in crate::store::memory) fn claim_inbox(
        &mut self,
        claim: &Claim<'_>,
    ) -> Vec<Claimed<Inbound>> {
        self.inbox
            .values_mut()
            .filter(|row| row.flow_kind == claim.flow_kind && !row.is_dead())
            .filter(|row| row.due() <= claim.now)
            .take(claim.limit)
            .map(|row| row.claim(WorkId::Inbound(row.item.key.clone()), claim))
            .collect()
    }

    pub(in crate::store::memory) fn claim_outbox(
        &mut self,
        claim: &Claim<'_>,
    ) -> Vec<Claimed<OutboxItem>> {
        let mut begun = BTreeSet::new();
        self.outbox
            .iter_mut()
            .filter(|(_, row)| row.flow_kind == claim.flow_kind && !row.is_dead())
            .filter(|(_, row)| begun.insert(row.item.flow))
            .filter(|(_, row)| row.due() <= claim.now)
            .take(claim.limit)
            .map(|(id, row)| row.claim(WorkId::Outbox(*id), claim))
            .collect()
    }

    pub(in crate::store::memory) fn claim_wakes(&mut self, claim: &Claim<'_>) -> Vec<StoredFlow> {
        let mut claimed = Vec::new();
        for (at, id) in &self.wakes {
            if *at > claim.now || claimed.len() >= claim.limit {
                break;
            }
            let Some(row) = self.flows.get_mut(id) else {
                continue;
            };
            let free = row.wake_held.as_ref().is_none_or(|held| held.until <= claim.now);
            if free && row.flow.kind == claim.flow_kind {
                row.wake_held = Some(Held::by(claim));
                claimed.push(row.flow.clone());
            }
        }
        claimed
    }

    pub(in crate::store::memory) fn renew(
        &mut self,
        lease: &Lease,
        until: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let lost = || StoreError::new(StoreErrorKind::LeaseLost);
        match &lease.work {
            WorkId::Inbound(key) => {
                let place = self.arrived.get(key).ok_or_else(lost)?;
                self.inbox.get_mut(place).ok_or_else(lost)?.renew(lease, until)
            }
            WorkId::Outbox(id) => self.outbox.get_mut(id).ok_or_else(lost)?.renew(lease, until),
        }
    }

    pub(in crate::store::memory) fn release(&mut self, flow_kind: &str, holder: &str) {
        for row in self.inbox.values_mut().filter(|row| row.flow_kind == flow_kind) {
            row.release(holder);
        }
        for row in self.outbox.values_mut().filter(|row| row.flow_kind == flow_kind) {
            row.release(holder);
        }
        for row in self.flows.values_mut().filter(|row| row.flow.kind == flow_kind) {
            if row.wake_held.as_ref().is_some_and(|held| held.holder == holder) {
                row.wake_held = None;
            }
        }
    }

    pub(in crate::store::memory) fn next_due(&self, flow_kind: &str) -> Option<DateTime<Utc>> {
        let mut begun = BTreeSet::new();
        let inbox = self
            .inbox
            .values()
            .filter(|row| row.flow_kind == flow_kind && !row.is_dead())
            .map(Queued::due);
        let outbox = self
            .outbox
            .values()
            .filter(|row| row.flow_kind == flow_kind && !row.is_dead())
            .filter(|row| begun.insert(row.item.flow))
            .map(Queued::due);
        let wakes = self.wakes.iter().filter_map(|(at, id)| {
            let row = self.flows.get(id).filter(|row| row.flow.kind == flow_kind)?;
            Some(row.wake_held.as_ref().map_or(*at, |held| held.until.max(*at)))
        });
        inbox.chain(outbox).chain(wakes).min()
    }

    pub(in crate::store::memory) fn dead_letters(
        &self,
        flow_kind: &str,
        limit: usize,
    ) -> Vec<DeadLetter> {
        let inbox = self
            .inbox
            .values()
            .filter(|row| row.flow_kind == flow_kind)
            .filter_map(|row| letter(row, DeadItem::Inbound));
        let outbox = self
            .outbox
            .values()
            .filter(|row| row.flow_kind == flow_kind)
            .filter_map(|row| letter(row, DeadItem::Outbox));
        let mut letters: Vec<_> = inbox.chain(outbox).collect();
        letters.sort_by_key(|letter| letter.at);
        letters.truncate(limit);
        letters
    }

    pub(in crate::store::memory) fn replay(&mut self, work: &WorkId, now: DateTime<Utc>) -> bool {
        match work {
            WorkId::Inbound(key) => {
                let row = self.arrived.get(key).and_then(|place| self.inbox.get_mut(place));
                row.is_some_and(|row| row.replay(now))
            }
            WorkId::Outbox(id) => self.outbox.get_mut(id).is_some_and(|row| row.replay(now)),
        }
    }

    pub(in crate::store::memory) fn discard(&mut self, work: &WorkId, now: DateTime<Utc>) -> bool {
        match work {
            WorkId::Inbound(key) => {
                let dead = self.arrived.get(key).and_then(|place| self.inbox.get(place));
                if !dead.is_some_and(Queued::is_dead) {
                    return false;
                }
                if let Some(place) = self.arrived.remove(key) {
                    self.inbox.remove(&place);
                }
                self.settled.insert(key.clone(), now);
                true
            }
            WorkId::Outbox(id) => {
                let dead = self.outbox.get(id).is_some_and(Queued::is_dead);
                if dead {
                    self.outbox.remove(id);
                }
                dead
            }
        }
    }

    pub(in crate::store::memory) fn queue_depths(&self, flow_kind: &str) -> QueueDepths {
        let count = |dead: &mut u64, waits: &mut u64, is_dead: bool| {
            *(if is_dead { dead } else { waits }) += 1;
        };
        let mut depths = QueueDepths::default();
        for row in self.inbox.values().filter(|row| row.flow_kind == flow_kind) {
            count(&mut depths.dead, &mut depths.inbox, row.is_dead());
        }
        for row in self.outbox.values().filter(|row| row.flow_kind == flow_kind) {
            count(&mut depths.dead, &mut depths.outbox, row.is_dead());
        }
        depths
    }
}

fn letter<T: Clone>(row: &Queued<T>, item: impl Fn(T) -> DeadItem) -> Option<DeadLetter> {
    let dead = row.dead.as_ref()?;
    Some(DeadLetter::new(item(row.item.clone()), dead.reason.clone(), dead.at))
}
