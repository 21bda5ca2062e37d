//! The tables of the memory store and their indexes.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use abdm_base::RequestId;
use abdm_base::message::InboundKey;
use bytes::Bytes;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::queue::{Held, Queued};
use crate::store::{
    BodyId, Effect, EffectId, FlowId, FlowKey, FlowList, Message, MessageId, NewRow, Payload, Row,
    RowList, RowPlace, Scope, StoredFlow, WaitFor, WorkId,
};

#[derive(Default, Serialize, Deserialize)]
pub(super) struct Tables {
    #[serde(with = "super::pairs")]
    pub(super) flows: BTreeMap<FlowId, FlowEntry>,
    #[serde(with = "super::pairs")]
    pub(super) keys: BTreeMap<(Scope, String, FlowKey), FlowId>,
    #[serde(with = "super::pairs")]
    pub(super) requests: BTreeMap<(Scope, RequestId), FlowId>,
    #[serde(with = "super::pairs")]
    pub(super) messages: BTreeMap<MessageId, Queued<Arrived>>,
    /// Which messages were settled, and when.
    #[serde(with = "super::pairs")]
    pub(super) seen: BTreeMap<(Scope, InboundKey), Seen>,
    #[serde(with = "super::pairs")]
    pub(super) effects: BTreeMap<EffectId, Queued<Effect>>,
    #[serde(with = "super::pairs")]
    pub(super) rows: BTreeMap<(Scope, String, String), RowEntry>,
    #[serde(with = "super::pairs")]
    pub(super) bodies: BTreeMap<BodyId, BodyEntry>,
    pub(super) last_message: u64,
    pub(super) last_effect: u64,
    /// Index: where a message that is not settled stands.
    #[serde(skip)]
    pub(super) arrived: BTreeMap<(Scope, InboundKey), MessageId>,
    /// Index: what is due when. Of each lane only the first effect.
    #[serde(skip)]
    pub(super) due: BTreeSet<(DateTime<Utc>, WorkId)>,
    /// Index: under which instant work stands in `due`.
    #[serde(skip)]
    pub(super) due_at: BTreeMap<WorkId, DateTime<Utc>>,
    /// Index: the effects of each lane that hold up the later ones.
    #[serde(skip)]
    pub(super) lanes: BTreeMap<(FlowId, String), BTreeSet<EffectId>>,
    /// Index: how many effects a flow has, set aside ones included.
    #[serde(skip)]
    pub(super) busy: BTreeMap<FlowId, usize>,
    /// Index: the messages that wait for something.
    #[serde(skip)]
    pub(super) waiting: BTreeMap<(Scope, WaitFor), BTreeSet<MessageId>>,
    /// Index: the rows of each parent, in their order.
    #[serde(skip)]
    pub(super) children: BTreeMap<(Scope, String, String), BTreeSet<(i64, String)>>,
    /// Index: finished flows, by the instant of their end.
    #[serde(skip)]
    pub(super) finished: BTreeSet<(DateTime<Utc>, FlowId)>,
    /// Index: what belongs to a flow.
    #[serde(skip)]
    pub(super) owned: BTreeMap<FlowId, Owned>,
}

/// Prints how much there is, and none of it: keys and bodies are clinical data.
impl fmt::Debug for Tables {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tables")
            .field("flows", &self.flows.len())
            .field("messages", &self.messages.len())
            .field("effects", &self.effects.len())
            .field("rows", &self.rows.len())
            .field("bodies", &self.bodies.len())
            .finish_non_exhaustive()
    }
}

/// A flow and the claim on its wake-up.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct FlowEntry {
    pub(super) flow: StoredFlow,
    pub(super) wake_fence: u64,
    pub(super) wake_attempt: u32,
    pub(super) wake_held: Option<Held>,
}

/// A message and the key by which it is recognised; a note has none.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Arrived {
    pub(super) key: Option<InboundKey>,
    pub(super) message: Message,
}

/// When and for which kind a message was settled.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Seen {
    pub(super) kind: String,
    pub(super) at: DateTime<Utc>,
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct RowEntry {
    pub(super) parent: Option<String>,
    pub(super) sort: i64,
    pub(super) revision: u64,
    pub(super) payload: Payload,
    pub(super) expires_at: Option<DateTime<Utc>>,
}

/// A body and the flow that holds it; without one it is its message's.
#[derive(Serialize, Deserialize)]
pub(super) struct BodyEntry {
    pub(super) scope: Scope,
    pub(super) owner: Option<FlowId>,
    #[serde(with = "crate::store::base64")]
    pub(super) bytes: Bytes,
}

#[derive(Debug, Default)]
pub(super) struct Owned {
    pub(super) keys: BTreeSet<FlowKey>,
    pub(super) requests: BTreeSet<RequestId>,
    pub(super) bodies: BTreeSet<BodyId>,
}

impl Tables {
    pub(super) fn rebuild_indexes(&mut self) {
        let messages: Vec<MessageId> = self.messages.keys().copied().collect();
        for id in messages {
            let Some(queued) = self.messages.get(&id) else { continue };
            if let Some(key) = &queued.item.key {
                self.arrived.insert((queued.scope.clone(), key.clone()), id);
            }
            if let Some(waits_for) = queued.waits_for.clone() {
                let scope = queued.scope.clone();
                self.waiting.entry((scope, waits_for)).or_default().insert(id);
            }
            self.index(WorkId::Message(id));
        }
        for (id, queued) in &self.effects {
            let effect = &queued.item;
            *self.busy.entry(effect.flow).or_default() += 1;
            if queued.dead.is_none() {
                let lane = (effect.flow, effect.lane.clone());
                self.lanes.entry(lane).or_default().insert(*id);
            }
        }
        let heads: Vec<EffectId> = self.lanes.values().filter_map(|l| l.first().copied()).collect();
        for id in heads {
            self.index(WorkId::Effect(id));
        }
        let flows: Vec<FlowId> = self.flows.keys().copied().collect();
        for id in flows {
            if let Some(entry) = self.flows.get(&id).filter(|entry| entry.flow.done) {
                self.finished.insert((entry.flow.updated_at, id));
            }
            self.index(WorkId::Wake(id));
        }
        for ((_, _, key), id) in &self.keys {
            self.owned.entry(*id).or_default().keys.insert(key.clone());
        }
        for ((_, request), id) in &self.requests {
            self.owned.entry(*id).or_default().requests.insert(*request);
        }
        for (body, entry) in &self.bodies {
            if let Some(owner) = entry.owner {
                self.owned.entry(owner).or_default().bodies.insert(*body);
            }
        }
        for ((scope, table, key), row) in &self.rows {
            if let Some(parent) = &row.parent {
                let list = (scope.clone(), table.clone(), parent.clone());
                self.children.entry(list).or_default().insert((row.sort, key.clone()));
            }
        }
    }

    /// Brings `due` up to date for one piece of work.
    pub(super) fn index(&mut self, work: WorkId) {
        let due = match work {
            WorkId::Message(id) => self.messages.get(&id).and_then(Queued::due),
            WorkId::Effect(id) => self.head(id).and_then(Queued::due),
            WorkId::Wake(id) => self.flows.get(&id).and_then(FlowEntry::wake_due),
        };
        if let Some(before) = self.due_at.remove(&work) {
            self.due.remove(&(before, work));
        }
        if let Some(due) = due {
            self.due_at.insert(work, due);
            self.due.insert((due, work));
        }
    }

    /// An effect, if it is the first of its lane. One that is claimed need not be: an earlier one
    /// may have been replayed since.
    fn head(&self, id: EffectId) -> Option<&Queued<Effect>> {
        let queued = self.effects.get(&id)?;
        let lane = (queued.item.flow, queued.item.lane.clone());
        let first = self.lanes.get(&lane).and_then(|ids| ids.first());
        (first == Some(&id)).then_some(queued)
    }

    /// Takes an effect out of its lane; the next one of the lane may be due then.
    pub(super) fn leave_lane(&mut self, id: EffectId, flow: FlowId, lane: &str) {
        let lane = (flow, lane.to_owned());
        let next = self.lanes.get_mut(&lane).and_then(|ids| {
            ids.remove(&id);
            ids.first().copied()
        });
        match next {
            Some(next) => self.index(WorkId::Effect(next)),
            None => {
                self.lanes.remove(&lane);
            }
        }
    }

    /// Puts an effect into its lane, in its place.
    pub(super) fn enter_lane(&mut self, id: EffectId, flow: FlowId, lane: &str) {
        let ids = self.lanes.entry((flow, lane.to_owned())).or_default();
        let head = ids.first().copied();
        ids.insert(id);
        if ids.first() == Some(&id) {
            if let Some(head) = head {
                self.unindex(WorkId::Effect(head));
            }
            self.index(WorkId::Effect(id));
        }
    }

    pub(super) fn unindex(&mut self, work: WorkId) {
        if let Some(before) = self.due_at.remove(&work) {
            self.due.remove(&(before, work));
        }
    }

    pub(super) fn load(&self, scope: &Scope, id: FlowId) -> Option<StoredFlow> {
        let entry = self.flows.get(&id).filter(|entry| entry.flow.scope == *scope);
        entry.map(|entry| entry.flow.clone())
    }

    pub(super) fn find(&self, scope: &Scope, kind: &str, key: &FlowKey) -> Option<StoredFlow> {
        let id = self.keys.get(&(scope.clone(), kind.to_owned(), key.clone()))?;
        self.load(scope, *id)
    }

    pub(super) fn find_request(&self, scope: &Scope, request: RequestId) -> Option<StoredFlow> {
        let id = self.requests.get(&(scope.clone(), request))?;
        self.load(scope, *id)
    }

    pub(super) fn list(&self, list: &FlowList<'_>) -> Vec<StoredFlow> {
        self.flows
            .values()
            .map(|entry| &entry.flow)
            .filter(|flow| flow.kind == list.kind && flow.scope == *list.scope)
            .filter(|flow| list.after.is_none_or(|after| flow.id > after))
            .take(list.limit)
            .cloned()
            .collect()
    }

    pub(super) fn body(&self, scope: &Scope, id: BodyId) -> Option<Bytes> {
        let entry = self.bodies.get(&id).filter(|entry| entry.scope == *scope)?;
        Some(entry.bytes.clone())
    }

    pub(super) fn row(&self, scope: &Scope, table: &str, key: &str) -> Option<Row> {
        let entry = self.rows.get(&(scope.clone(), table.to_owned(), key.to_owned()))?;
        Some(entry.as_row(key))
    }

    pub(super) fn rows_of(&self, list: &RowList<'_>) -> Vec<Row> {
        let (scope, table) = (list.scope.clone(), list.table.to_owned());
        let parent = (scope.clone(), table.clone(), list.parent.to_owned());
        let Some(children) = self.children.get(&parent) else {
            return Vec::new();
        };
        let read = |(_, key): &(i64, String)| {
            let entry = self.rows.get(&(scope.clone(), table.clone(), key.clone()))?;
            Some(entry.as_row(key))
        };
        let after = list.after.as_ref().map(|place| (place.sort, place.key.clone()));
        let beyond = |child: &&(i64, String)| match &after {
            None => true,
            Some(after) if list.newest_first => *child < after,
            Some(after) => *child > after,
        };
        if list.newest_first {
            children.iter().rev().filter(beyond).filter_map(read).take(list.limit).collect()
        } else {
            children.iter().filter(beyond).filter_map(read).take(list.limit).collect()
        }
    }

    pub(super) fn put_row(&mut self, place: (Scope, String, String), row: &NewRow) {
        let revision = self.remove_row(&place).map_or(1, |before| before + 1);
        if let Some(parent) = &row.parent {
            let list = (place.0.clone(), place.1.clone(), parent.clone());
            self.children.entry(list).or_default().insert((row.sort, place.2.clone()));
        }
        let entry = RowEntry {
            parent: row.parent.clone(),
            sort: row.sort,
            revision,
            payload: row.payload.clone(),
            expires_at: row.expires_at,
        };
        self.rows.insert(place, entry);
    }

    /// Gives the revision of the row that is gone.
    pub(super) fn remove_row(&mut self, place: &(Scope, String, String)) -> Option<u64> {
        let entry = self.rows.remove(place)?;
        if let Some(parent) = entry.parent {
            let list = (place.0.clone(), place.1.clone(), parent);
            if let Some(children) = self.children.get_mut(&list) {
                children.remove(&(entry.sort, place.2.clone()));
                if children.is_empty() {
                    self.children.remove(&list);
                }
            }
        }
        Some(entry.revision)
    }

    pub(super) fn remove_body(&mut self, id: BodyId) {
        if let Some(owner) = self.bodies.remove(&id).and_then(|entry| entry.owner)
            && let Some(owned) = self.owned.get_mut(&owner)
        {
            owned.bodies.remove(&id);
        }
    }

    /// What waited for this is due, of whichever kind or of this one. Tells which messages.
    pub(super) fn wake_messages(
        &mut self,
        scope: &Scope,
        kind: Option<&str>,
        comes: &WaitFor,
        now: DateTime<Utc>,
    ) -> Vec<WorkId> {
        let place = (scope.clone(), comes.clone());
        let Some(waiting) = self.waiting.get(&place) else { return Vec::new() };
        let of_kind = |id: &MessageId| {
            self.messages.get(id).is_some_and(|queued| kind.is_none_or(|kind| queued.kind == kind))
        };
        let woken: Vec<MessageId> = waiting.iter().copied().filter(of_kind).collect();
        for id in &woken {
            self.stop_waiting(*id);
            if let Some(queued) = self.messages.get_mut(id) {
                queued.wake(now);
            }
            self.index(WorkId::Message(*id));
        }
        woken.into_iter().map(WorkId::Message).collect()
    }

    pub(super) fn stop_waiting(&mut self, id: MessageId) {
        let Some(queued) = self.messages.get(&id) else { return };
        if let Some(waits_for) = queued.waits_for.clone() {
            let place = (queued.scope.clone(), waits_for);
            if let Some(waiting) = self.waiting.get_mut(&place) {
                waiting.remove(&id);
                if waiting.is_empty() {
                    self.waiting.remove(&place);
                }
            }
        }
    }
}

impl FlowEntry {
    fn wake_due(&self) -> Option<DateTime<Utc>> {
        let at = self.flow.wake_at?;
        Some(self.wake_held.as_ref().map_or(at, |held| held.until.max(at)))
    }
}

impl RowEntry {
    fn as_row(&self, key: &str) -> Row {
        let place = RowPlace::new(self.sort, key.to_owned());
        Row::new(self.sort, self.revision, self.payload.clone(), place)
    }
}
