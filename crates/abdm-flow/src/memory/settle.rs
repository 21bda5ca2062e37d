//! Commits: checked as a whole, then carried out as a whole.

use abdm_base::RequestId;
use chrono::{DateTime, Utc};

use super::queue::Queued;
use super::tables::{Arrived, BodyEntry, FlowEntry, Seen, Tables};
use crate::Bodies;
use crate::store::{
    Body, BodyId, Commit, Committed, Effect, EffectId, FlowChange, FlowId, FlowWrite, Lease,
    Message, MessageId, Note, Outcome, RowChange, RowWrite, Scope, StoreError, StoreErrorKind,
    StoredFlow, WaitFor, WorkChange, WorkId,
};

/// What a commit makes due.
type Due = Vec<WorkId>;

impl Tables {
    pub(super) fn commit(&mut self, commit: &Commit) -> Result<Committed, StoreError> {
        self.check(commit)?;
        let (scope, now) = (&commit.scope, commit.now);
        let mut due = Due::new();
        let settled = match &commit.work {
            Some(WorkChange::Settle { lease, outcome }) => Some((lease, outcome)),
            Some(WorkChange::Hold { .. }) | None => None,
        };
        if let Some(FlowChange { id, write: Some(write), .. }) = &commit.flow {
            self.write(scope, *id, write, now, &mut due);
            self.change_bodies(scope, *id, write, settled.map(|(lease, _)| lease));
        }
        for change in &commit.rows {
            self.change_row(scope, change);
        }
        for (note, body) in &commit.notes {
            due.push(self.put_note(scope, note, *body, now));
        }
        if let Some((lease, outcome)) = settled {
            let written = commit.flow.as_ref().is_some_and(|flow| flow.write.is_some());
            self.settle(lease, outcome, written, now, &mut due);
        }
        let granted = self.grant(commit.grant.as_ref(), due.iter().copied(), now);
        let more = due.iter().any(|work| self.due_at.get(work).is_some_and(|at| *at <= now));
        Ok(Committed::new(granted, more))
    }

    fn check(&self, commit: &Commit) -> Result<(), StoreError> {
        let conflict = || StoreError::new(StoreErrorKind::Conflict);
        if let Some(work) = &commit.work {
            let lease = work.lease();
            if lease.scope != commit.scope || !self.is_held(lease) {
                return Err(StoreError::new(StoreErrorKind::LeaseLost));
            }
        }
        if let Some(change) = &commit.flow {
            let stored = self.flows.get(&change.id).map(|entry| &entry.flow);
            if stored.is_some_and(|flow| flow.scope != commit.scope)
                || stored.map_or(0, |flow| flow.revision) != change.expected
            {
                return Err(conflict());
            }
            for key in change.write.iter().flat_map(|write| &write.keys) {
                let kind = change.write.as_ref().map_or("", |write| write.kind);
                let place = (commit.scope.clone(), kind.to_owned(), key.clone());
                let holder = self.keys.get(&place).filter(|holder| **holder != change.id);
                let open = holder.and_then(|holder| self.flows.get(holder));
                if open.is_some_and(|entry| !entry.flow.done) {
                    return Err(conflict());
                }
            }
            for effect in change.write.iter().flat_map(|write| &write.effects) {
                let place = effect.request.map(|request| (commit.scope.clone(), request));
                let holder = place.and_then(|place| self.requests.get(&place));
                if holder.is_some_and(|holder| *holder != change.id) {
                    return Err(conflict());
                }
            }
        }
        let mut new = std::collections::BTreeSet::new();
        for change in &commit.rows {
            let place = (commit.scope.clone(), change.table.to_owned(), change.key.clone());
            let stored = self.rows.get(&place);
            let fits = match &change.write {
                RowWrite::Insert(_) => stored.is_none() && new.insert(place),
                RowWrite::Replace { expected, .. } => {
                    stored.is_some_and(|row| row.revision == *expected)
                }
                RowWrite::Put(_) | RowWrite::Delete | RowWrite::DeleteChildren => true,
            };
            if !fits {
                return Err(conflict());
            }
        }
        Ok(())
    }

    fn write(
        &mut self,
        scope: &Scope,
        id: FlowId,
        write: &FlowWrite,
        now: DateTime<Utc>,
        due: &mut Due,
    ) {
        let entry = self.flows.entry(id).or_insert_with(|| {
            let (kind, state) = (write.kind, write.state.clone());
            let mut flow = StoredFlow::new(id, scope.clone(), kind, write.version, state, now);
            flow.revision = 0;
            FlowEntry { flow, wake_fence: 0, wake_attempt: 0, wake_held: None }
        });
        let flow = &mut entry.flow;
        if flow.done {
            self.finished.remove(&(flow.updated_at, id));
        }
        flow.version = write.version;
        flow.state = write.state.clone();
        flow.revision += 1;
        flow.updated_at = now;
        flow.done = write.done;
        flow.wake_at = write.wake_at;
        entry.wake_held = None;
        entry.wake_attempt = 0;
        if write.done {
            self.finished.insert((now, id));
        }
        self.index(WorkId::Wake(id));
        due.push(WorkId::Wake(id));
        for key in &write.keys {
            let place = (scope.clone(), write.kind.to_owned(), key.clone());
            let before = self.keys.insert(place, id).filter(|before| *before != id);
            if let Some(owned) = before.and_then(|before| self.owned.get_mut(&before)) {
                owned.keys.remove(key);
            }
            self.owned.entry(id).or_default().keys.insert(key.clone());
        }
        for new in &write.effects {
            self.last_effect += 1;
            let effect_id = EffectId::new(self.last_effect);
            let effect = Effect::new(
                (effect_id, id),
                new.lane.to_owned(),
                new.payload.clone(),
                new.request,
                now,
            );
            let queued = Queued::new(scope.clone(), write.kind.to_owned(), effect, now);
            self.effects.insert(effect_id, queued);
            *self.busy.entry(id).or_default() += 1;
            self.enter_lane(effect_id, id, new.lane);
            due.push(WorkId::Effect(effect_id));
            if let Some(request) = new.request {
                due.extend(self.remember(scope, request, id, now));
            }
        }
        due.extend(self.wake_messages(scope, None, &WaitFor::Change(id), now));
        for key in &write.keys {
            let comes = WaitFor::Key(key.clone());
            due.extend(self.wake_messages(scope, Some(write.kind), &comes, now));
        }
    }

    fn change_bodies(
        &mut self,
        scope: &Scope,
        id: FlowId,
        write: &FlowWrite,
        settled: Option<&Lease>,
    ) {
        let Bodies { keep, drop, drop_all } = &write.bodies;
        if *drop_all {
            let owned = self.owned.get_mut(&id).map(|owned| std::mem::take(&mut owned.bodies));
            for body in owned.into_iter().flatten() {
                self.bodies.remove(&body);
            }
        }
        for body in drop {
            if self.bodies.get(body).is_some_and(|entry| entry.owner == Some(id)) {
                self.remove_body(*body);
            }
        }
        for (body, bytes) in &write.new_bodies {
            let entry = BodyEntry { scope: scope.clone(), owner: Some(id), bytes: bytes.clone() };
            self.bodies.insert(*body, entry);
            self.owned.entry(id).or_default().bodies.insert(*body);
        }
        if let (true, Some(WorkId::Message(message))) = (*keep, settled.map(|lease| lease.work)) {
            let body = self.messages.get(&message).map(|queued| queued.item.message.body.id);
            if let Some(body) = body
                && let Some(entry) = self.bodies.get_mut(&body)
            {
                entry.owner = Some(id);
                self.owned.entry(id).or_default().bodies.insert(body);
            }
        }
    }

    fn change_row(&mut self, scope: &Scope, change: &RowChange) {
        let place = (scope.clone(), change.table.to_owned(), change.key.clone());
        match &change.write {
            RowWrite::Insert(row) | RowWrite::Put(row) | RowWrite::Replace { row, .. } => {
                self.put_row(place, row);
            }
            RowWrite::Delete => {
                self.remove_row(&place);
            }
            RowWrite::DeleteChildren => {
                let children = self.children.remove(&place);
                for (_, key) in children.into_iter().flatten() {
                    self.rows.remove(&(scope.clone(), change.table.to_owned(), key));
                }
            }
        }
    }

    fn put_note(&mut self, scope: &Scope, note: &Note, id: BodyId, now: DateTime<Utc>) -> WorkId {
        let bytes = note.payload.as_bytes().clone();
        let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        self.bodies.insert(id, BodyEntry { scope: scope.clone(), owner: None, bytes });
        let body = Body::new(id, length, None);
        let message = Message::new(note.subject.to_owned(), Default::default(), now, body);
        let arrived = Arrived { key: None, message };
        WorkId::Message(self.put_message(scope, note.kind, arrived, now))
    }

    fn settle(
        &mut self,
        lease: &Lease,
        outcome: &Outcome,
        written: bool,
        now: DateTime<Utc>,
        due: &mut Due,
    ) {
        match lease.work {
            WorkId::Message(id) => {
                self.stop_waiting(id);
                let there = self.is_there(id, outcome);
                if *outcome == Outcome::Done {
                    self.forget_message(id, now);
                } else if let Some(queued) = self.messages.get_mut(&id) {
                    queued.settle(outcome, now);
                    // A message begins to count its tries anew when it is put off; an effect does
                    // not.
                    queued.attempt = 0;
                    if there {
                        queued.wake(now);
                        due.push(lease.work);
                    }
                    if let Some(waits_for) = queued.waits_for.clone() {
                        let place = (queued.scope.clone(), waits_for);
                        self.waiting.entry(place).or_default().insert(id);
                    }
                }
                self.index(lease.work);
            }
            WorkId::Effect(id) => self.settle_effect(id, outcome, now, due),
            WorkId::Wake(id) => {
                // A change of the flow has ended the claim and said what comes next.
                let Some(entry) = self.flows.get_mut(&id).filter(|_| !written) else { return };
                entry.wake_held = None;
                entry.wake_attempt = 0;
                entry.flow.revision += 1;
                entry.flow.wake_at = match outcome {
                    Outcome::Done | Outcome::Dead { .. } => None,
                    Outcome::Later { not_before, .. } => Some(*not_before),
                };
                self.index(lease.work);
            }
        }
    }

    /// Whether what a message wants to wait for came while that was being decided. A change of a
    /// flow is not looked for: the commit's guard on the revision has done so.
    fn is_there(&self, id: MessageId, outcome: &Outcome) -> bool {
        let Outcome::Later { waits_for: Some(waits_for), .. } = outcome else {
            return false;
        };
        let Some(queued) = self.messages.get(&id) else { return false };
        match waits_for {
            WaitFor::Change(_) => false,
            WaitFor::Request(request) => self.find_request(&queued.scope, *request).is_some(),
            WaitFor::Key(key) => self.find(&queued.scope, &queued.kind, key).is_some(),
        }
    }

    fn settle_effect(
        &mut self,
        id: EffectId,
        outcome: &Outcome,
        now: DateTime<Utc>,
        due: &mut Due,
    ) {
        let Some(queued) = self.effects.get_mut(&id) else { return };
        let (flow, lane) = (queued.item.flow, queued.item.lane.clone());
        queued.settle(outcome, now);
        self.index(WorkId::Effect(id));
        if matches!(outcome, Outcome::Later { .. }) {
            return;
        }
        if *outcome == Outcome::Done {
            self.effects.remove(&id);
            self.no_longer_busy(flow);
            self.unindex(WorkId::Effect(id));
        }
        self.leave_lane(id, flow, &lane);
        due.extend(
            self.lanes.get(&(flow, lane)).and_then(|ids| ids.first()).copied().map(WorkId::Effect),
        );
    }

    pub(super) fn no_longer_busy(&mut self, flow: FlowId) {
        if let Some(count) = self.busy.get_mut(&flow) {
            *count = count.saturating_sub(1);
            if *count == 0 {
                self.busy.remove(&flow);
            }
        }
    }

    /// A message is settled for good: only that it came is remembered.
    pub(super) fn forget_message(&mut self, id: MessageId, now: DateTime<Utc>) {
        let Some(queued) = self.messages.remove(&id) else { return };
        let body = queued.item.message.body.id;
        if self.bodies.get(&body).is_some_and(|entry| entry.owner.is_none()) {
            self.bodies.remove(&body);
        }
        if let Some(key) = queued.item.key {
            let place = (queued.scope, key);
            self.arrived.remove(&place);
            self.seen.insert(place, Seen { kind: queued.kind, at: now });
        }
        self.unindex(WorkId::Message(id));
    }

    pub(super) fn remember_request(
        &mut self,
        scope: &Scope,
        request: RequestId,
        flow: FlowId,
    ) -> Result<(), StoreError> {
        let known = self.flows.get(&flow).is_some_and(|entry| entry.flow.scope == *scope);
        let other = self.requests.get(&(scope.clone(), request)).is_some_and(|id| *id != flow);
        if !known || other {
            return Err(StoreError::new(StoreErrorKind::Conflict));
        }
        // What waits for the call is due from the beginning of time: there is no `now` here, and
        // the message has been in the inbox for a while.
        self.remember(scope, request, flow, DateTime::UNIX_EPOCH);
        Ok(())
    }

    fn remember(
        &mut self,
        scope: &Scope,
        request: RequestId,
        flow: FlowId,
        now: DateTime<Utc>,
    ) -> Vec<WorkId> {
        self.requests.insert((scope.clone(), request), flow);
        self.owned.entry(flow).or_default().requests.insert(request);
        self.wake_messages(scope, None, &WaitFor::Request(request), now)
    }
}
