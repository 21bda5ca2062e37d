//! The tables of the memory store and what is done to them, without locks or failures.

mod work;

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::queue::{Dead, Held, Queued};
use crate::flow::{FlowId, FlowKey};
use crate::id::RequestId;
use crate::store::{
    Commit, FlowChange, FlowWrite, Inbound, InboundKey, Lease, OutboxId, OutboxItem, Outcome,
    Settlement, StoreError, StoreErrorKind, StoredFlow, WaitFor, WorkId,
};

#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Tables {
    #[serde(with = "pairs")]
    flows: BTreeMap<FlowId, FlowRow>,
    #[serde(with = "pairs")]
    keys: BTreeMap<(String, FlowKey), FlowId>,
    #[serde(with = "pairs")]
    requests: BTreeMap<RequestId, Call>,
    #[serde(with = "pairs")]
    inbox: BTreeMap<u64, Queued<Inbound>>,
    #[serde(with = "pairs")]
    settled: BTreeMap<InboundKey, DateTime<Utc>>,
    #[serde(with = "pairs")]
    outbox: BTreeMap<OutboxId, Queued<OutboxItem>>,
    last_inbound: u64,
    last_outbox: u64,
    /// Index: where a message that is not settled stands.
    #[serde(skip)]
    arrived: BTreeMap<InboundKey, u64>,
    /// Index: wake-ups in their order.
    #[serde(skip)]
    wakes: BTreeSet<(DateTime<Utc>, FlowId)>,
}

#[derive(Debug, Serialize, Deserialize)]
struct FlowRow {
    flow: StoredFlow,
    wake_held: Option<Held>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Call {
    flow: FlowId,
    item: OutboxId,
}

impl Tables {
    pub(super) fn rebuild_indexes(&mut self) {
        self.arrived =
            self.inbox.iter().map(|(place, row)| (row.item.key.clone(), *place)).collect();
        self.wakes = self
            .flows
            .values()
            .filter_map(|row| row.flow.wake_at.map(|at| (at, row.flow.id)))
            .collect();
    }

    pub(super) fn load(&self, id: FlowId) -> Option<StoredFlow> {
        self.flows.get(&id).map(|row| row.flow.clone())
    }

    pub(super) fn find(&self, flow_kind: &str, key: &FlowKey) -> Option<FlowId> {
        self.keys.get(&(flow_kind.to_owned(), key.clone())).copied()
    }

    pub(super) fn find_request(&self, request: RequestId) -> Option<FlowId> {
        self.requests.get(&request).map(|call| call.flow)
    }

    pub(super) fn list(
        &self,
        flow_kind: &str,
        after: Option<FlowId>,
        limit: usize,
    ) -> Vec<StoredFlow> {
        use std::ops::Bound::{Excluded, Unbounded};
        self.flows
            .range((after.map_or(Unbounded, Excluded), Unbounded))
            .map(|(_, row)| &row.flow)
            .filter(|flow| flow.kind == flow_kind)
            .take(limit)
            .cloned()
            .collect()
    }

    /// Checks everything first, then changes everything: nothing can fail in the second half.
    pub(super) fn commit(&mut self, commit: &Commit) -> Result<(), StoreError> {
        if let Some(settlement) = &commit.settle {
            self.check_lease(&settlement.lease)?;
        }
        if let Some(change) = &commit.flow {
            self.check_flow(change)?;
        }
        if let Some(settlement) = &commit.settle {
            self.settle(settlement, commit.now);
        }
        if let Some(FlowChange { id, write: Some(write), .. }) = &commit.flow {
            self.write(*id, write, commit.now);
        }
        Ok(())
    }

    fn check_lease(&self, lease: &Lease) -> Result<(), StoreError> {
        let lost = || StoreError::new(StoreErrorKind::LeaseLost);
        match &lease.work {
            WorkId::Inbound(key) => {
                let place = self.arrived.get(key).ok_or_else(lost)?;
                self.inbox.get(place).ok_or_else(lost)?.check(lease)
            }
            WorkId::Outbox(id) => self.outbox.get(id).ok_or_else(lost)?.check(lease),
        }
    }

    fn check_flow(&self, change: &FlowChange) -> Result<(), StoreError> {
        let conflict = || StoreError::new(StoreErrorKind::Conflict);
        let revision = self.flows.get(&change.id).map_or(0, |row| row.flow.revision);
        if revision != change.expected {
            return Err(conflict());
        }
        let Some(write) = &change.write else {
            return Ok(());
        };
        let taken = write.keys.iter().filter_map(|key| self.find(&write.kind, key)).any(|holder| {
            holder != change.id && self.flows.get(&holder).is_some_and(|row| !row.flow.done)
        });
        if taken { Err(conflict()) } else { Ok(()) }
    }

    fn settle(&mut self, settlement: &Settlement, now: DateTime<Utc>) {
        match (&settlement.lease.work, &settlement.outcome) {
            (WorkId::Inbound(key), Outcome::Done) => {
                if let Some(place) = self.arrived.remove(key) {
                    self.inbox.remove(&place);
                }
                self.settled.insert(key.clone(), now);
            }
            (WorkId::Inbound(key), outcome) => {
                let there = self.is_there(key, outcome);
                let row = self.arrived.get(key).and_then(|place| self.inbox.get_mut(place));
                if let Some(row) = row {
                    row.settle(outcome, now);
                    row.restart_count();
                    if there {
                        row.wake(now);
                    }
                }
            }
            (WorkId::Outbox(id), Outcome::Done) => {
                self.outbox.remove(id);
            }
            (WorkId::Outbox(id), outcome) => {
                if let Some(row) = self.outbox.get_mut(id) {
                    row.settle(outcome, now);
                }
            }
        }
    }

    /// Whether what a message wants to wait for came while that was being decided. A change of a
    /// flow is not looked for: the commit's guard on the revision has done so.
    fn is_there(&self, key: &InboundKey, outcome: &Outcome) -> bool {
        let Outcome::Later { waits_for: Some(waits_for), .. } = outcome else {
            return false;
        };
        match waits_for {
            WaitFor::Change(_) => false,
            WaitFor::Request(request) => self.requests.contains_key(request),
            WaitFor::Key(flow_key) => self
                .arrived
                .get(key)
                .and_then(|place| self.inbox.get(place))
                .is_some_and(|row| self.find(&row.flow_kind, flow_key).is_some()),
        }
    }

    fn write(&mut self, id: FlowId, write: &FlowWrite, now: DateTime<Utc>) {
        let row = self.flows.entry(id).or_insert_with(|| {
            let mut flow =
                StoredFlow::new(id, write.kind.clone(), write.version, write.state.clone(), now);
            flow.revision = 0;
            FlowRow { flow, wake_held: None }
        });
        if let Some(at) = row.flow.wake_at.take() {
            self.wakes.remove(&(at, id));
        }
        row.wake_held = None;
        row.flow.version = write.version;
        row.flow.state = write.state.clone();
        row.flow.revision += 1;
        row.flow.updated_at = now;
        row.flow.done = write.done;
        row.flow.wake_at = write.wake_at;
        row.flow.keys.extend(write.keys.iter().cloned());
        row.flow.keys.sort();
        row.flow.keys.dedup();
        if let Some(at) = write.wake_at {
            self.wakes.insert((at, id));
        }
        for key in &write.keys {
            let before = self.keys.insert((write.kind.clone(), key.clone()), id);
            let before = before.filter(|before| *before != id);
            if let Some(row) = before.and_then(|before| self.flows.get_mut(&before)) {
                row.flow.keys.retain(|held| held != key);
            }
        }
        for effect in &write.effects {
            self.last_outbox += 1;
            let item = OutboxId::new(self.last_outbox);
            let row = OutboxItem::new(item, id, effect.clone(), now);
            self.outbox.insert(item, Queued::new(&write.kind, row, now));
        }
        self.wake_messages(now, |flow_kind, waits_for| match waits_for {
            WaitFor::Change(flow) => *flow == id,
            WaitFor::Key(key) => flow_kind == write.kind && write.keys.contains(key),
            WaitFor::Request(_) => false,
        });
    }

    fn wake_messages(&mut self, now: DateTime<Utc>, comes: impl Fn(&str, &WaitFor) -> bool) {
        for row in self.inbox.values_mut() {
            if row.waits_for.as_ref().is_some_and(|waits_for| comes(&row.flow_kind, waits_for)) {
                row.wake(now);
            }
        }
    }

    pub(super) fn remember_request(
        &mut self,
        request: RequestId,
        flow: FlowId,
        item: OutboxId,
    ) -> Result<(), StoreError> {
        let call = self.requests.entry(request).or_insert(Call { flow, item });
        if call.flow != flow {
            return Err(StoreError::new(StoreErrorKind::Conflict));
        }
        call.item = item;
        // What waits for the call is due from the beginning of time: there is no `now` here, and
        // the message has been in the inbox for a while.
        self.wake_messages(
            DateTime::UNIX_EPOCH,
            |_, waits_for| matches!(waits_for, WaitFor::Request(awaited) if *awaited == request),
        );
        Ok(())
    }

    pub(super) fn purge(&mut self, finished_before: DateTime<Utc>) -> u64 {
        let kept =
            |dead: &Option<Dead>| dead.as_ref().is_none_or(|dead| dead.at >= finished_before);
        self.inbox.retain(|_, row| kept(&row.dead));
        self.arrived.retain(|_, place| self.inbox.contains_key(place));
        self.outbox.retain(|_, row| kept(&row.dead));
        let busy: BTreeSet<FlowId> = self.outbox.values().map(|row| row.item.flow).collect();
        let gone: BTreeSet<FlowId> = self
            .flows
            .values()
            .map(|row| &row.flow)
            .filter(|flow| flow.done && flow.updated_at < finished_before)
            .map(|flow| flow.id)
            .filter(|id| !busy.contains(id))
            .collect();
        self.flows.retain(|id, _| !gone.contains(id));
        self.keys.retain(|_, holder| !gone.contains(holder));
        self.requests.retain(|_, call| !gone.contains(&call.flow));
        self.settled.retain(|_, at| *at >= finished_before);
        u64::try_from(gone.len()).unwrap_or(u64::MAX)
    }
}

/// Maps whose keys are not texts, as lists of pairs.
mod pairs {
    use std::collections::BTreeMap;

    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub(super) fn serialize<K: Serialize, V: Serialize, S: Serializer>(
        map: &BTreeMap<K, V>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(map)
    }

    pub(super) fn deserialize<'de, K, V, D>(deserializer: D) -> Result<BTreeMap<K, V>, D::Error>
    where
        K: Deserialize<'de> + Ord,
        V: Deserialize<'de>,
        D: Deserializer<'de>,
    {
        Ok(Vec::<(K, V)>::deserialize(deserializer)?.into_iter().collect())
    }
}
