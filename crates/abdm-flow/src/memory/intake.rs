//! Taking messages in, and claiming work.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};

use super::queue::{Held, Queued};
use super::tables::{Arrived, BodyEntry, Tables};
use crate::store::{
    Accepted, Arrival, Body, Claim, Claimed, Earlier, Grant, Lease, Message, MessageId, Scope,
    Task, Work, WorkId,
};

/// Whoever claims, in a claim of its own or along with a commit.
struct Claimer<'a> {
    scopes: Option<&'a [Scope]>,
    kinds: &'a [&'static str],
    held: Held,
    bytes: u64,
}

impl Claimer<'_> {
    fn wants(&self, scope: &Scope, kind: &str) -> bool {
        self.kinds.contains(&kind) && self.scopes.is_none_or(|scopes| scopes.contains(scope))
    }
}

/// The bodies that come along with a grant are those that were just put in.
const GRANTED_BYTES: u64 = 1 << 20;

impl Tables {
    pub(super) fn accept(&mut self, arrival: &Arrival) -> Accepted {
        let inbound = &arrival.inbound;
        let place = (arrival.scope.clone(), inbound.key.clone());
        if self.arrived.contains_key(&place) || self.seen.contains_key(&place) {
            return Accepted::Duplicate;
        }
        let length = u64::try_from(inbound.body.len()).unwrap_or(u64::MAX);
        let message = Message::new(
            inbound.key.endpoint.clone(),
            inbound.headers.clone(),
            inbound.received_at,
            Body::new(arrival.body, length, None),
        );
        let body =
            BodyEntry { scope: arrival.scope.clone(), owner: None, bytes: inbound.body.clone() };
        self.bodies.insert(arrival.body, body);
        let key = Some(inbound.key.clone());
        let id = self.put_message(
            &arrival.scope,
            arrival.kind,
            Arrived { key, message },
            inbound.received_at,
        );
        self.arrived.insert(place, id);
        let mut granted =
            self.grant(arrival.grant.as_ref(), [WorkId::Message(id)], inbound.received_at);
        Accepted::New(granted.pop().map(Box::new))
    }

    pub(super) fn put_message(
        &mut self,
        scope: &Scope,
        kind: &str,
        arrived: Arrived,
        now: DateTime<Utc>,
    ) -> MessageId {
        self.last_message += 1;
        let id = MessageId::new(self.last_message);
        self.messages.insert(id, Queued::new(scope.clone(), kind.to_owned(), arrived, now));
        self.index(WorkId::Message(id));
        id
    }

    pub(super) fn claim(&mut self, claim: &Claim<'_>) -> Claimed {
        let claimer = Claimer {
            scopes: claim.scopes,
            kinds: claim.kinds,
            held: Held { holder: claim.holder.to_owned(), until: claim.until },
            bytes: claim.bytes,
        };
        let due: Vec<WorkId> = self
            .due
            .iter()
            .take_while(|(at, _)| *at <= claim.now)
            .map(|(_, work)| *work)
            .filter(|work| self.is_wanted(*work, &claimer))
            .take(claim.limit)
            .collect();
        let work = self.take(due, claimer);
        // What was claimed just now is due again when its lease ends, and is found among the
        // others.
        let rest = Claimer {
            scopes: claim.scopes,
            kinds: claim.kinds,
            held: Held { holder: String::new(), until: claim.until },
            bytes: 0,
        };
        let next = self.due.iter().find(|(_, work)| self.is_wanted(*work, &rest));
        Claimed::new(work, next.map(|(at, _)| *at))
    }

    /// Claims, of this work, what is due and fits the grant.
    pub(super) fn grant(
        &mut self,
        grant: Option<&Grant>,
        work: impl IntoIterator<Item = WorkId>,
        now: DateTime<Utc>,
    ) -> Vec<Work> {
        let Some(grant) = grant else {
            return Vec::new();
        };
        let claimer = Claimer {
            scopes: None,
            kinds: &grant.kinds,
            held: Held { holder: grant.holder.as_ref().to_owned(), until: grant.until },
            bytes: GRANTED_BYTES,
        };
        let work: BTreeSet<WorkId> = work.into_iter().collect();
        let due: Vec<WorkId> = work
            .into_iter()
            .filter(|work| self.due_at.get(work).is_some_and(|at| *at <= now))
            .filter(|work| self.is_wanted(*work, &claimer))
            .take(grant.limit)
            .collect();
        self.take(due, claimer)
    }

    fn is_wanted(&self, work: WorkId, claimer: &Claimer<'_>) -> bool {
        match work {
            WorkId::Message(id) => {
                self.messages.get(&id).is_some_and(|q| claimer.wants(&q.scope, &q.kind))
            }
            WorkId::Effect(id) => {
                self.effects.get(&id).is_some_and(|q| claimer.wants(&q.scope, &q.kind))
            }
            WorkId::Wake(id) => {
                let flow = self.flows.get(&id).map(|entry| &entry.flow);
                flow.is_some_and(|flow| claimer.wants(&flow.scope, &flow.kind))
            }
        }
    }

    fn take(&mut self, due: Vec<WorkId>, claimer: Claimer<'_>) -> Vec<Work> {
        let mut room = claimer.bytes;
        let mut work = Vec::with_capacity(due.len());
        for id in due {
            let taken = match id {
                WorkId::Message(message) => self.take_message(message, &claimer.held, &mut room),
                WorkId::Effect(effect) => self.take_effect(effect, &claimer.held),
                WorkId::Wake(flow) => self.take_wake(flow, &claimer.held),
            };
            work.extend(taken);
            self.index(id);
        }
        work
    }

    fn take_message(&mut self, id: MessageId, held: &Held, room: &mut u64) -> Option<Work> {
        let queued = self.messages.get_mut(&id)?;
        let lease = queued.claim(WorkId::Message(id), held.clone());
        let mut message = queued.item.message.clone();
        if message.body.length <= *room {
            *room -= message.body.length;
            message.body.bytes = self.bodies.get(&message.body.id).map(|body| body.bytes.clone());
        }
        Some(claimed(lease, queued, Task::Message(message)))
    }

    fn take_effect(&mut self, id: crate::store::EffectId, held: &Held) -> Option<Work> {
        let queued = self.effects.get_mut(&id)?;
        let flow = self.flows.get(&queued.item.flow)?.flow.clone();
        let lease = queued.claim(WorkId::Effect(id), held.clone());
        let task = Task::Effect(queued.item.clone(), flow);
        Some(claimed(lease, queued, task))
    }

    fn take_wake(&mut self, id: crate::store::FlowId, held: &Held) -> Option<Work> {
        let entry = self.flows.get_mut(&id)?;
        let queued_at = entry.flow.wake_at?;
        entry.wake_fence += 1;
        entry.wake_attempt = entry.wake_attempt.saturating_add(1);
        entry.wake_held = Some(held.clone());
        let lease = Lease::new(entry.flow.scope.clone(), WorkId::Wake(id), entry.wake_fence);
        Some(Work {
            lease,
            kind: entry.flow.kind.clone(),
            attempt: entry.wake_attempt,
            earlier: Earlier::None,
            deferrals: 0,
            queued_at,
            task: Task::Wake(entry.flow.clone()),
        })
    }

    /// Gives back the leases that are lost.
    pub(super) fn renew(&mut self, leases: &[Lease], until: DateTime<Utc>) -> Vec<Lease> {
        let mut lost = Vec::new();
        for lease in leases {
            if !self.is_held(lease) {
                lost.push(lease.clone());
                continue;
            }
            match lease.work {
                WorkId::Message(id) => {
                    self.messages.get_mut(&id).into_iter().for_each(|q| q.renew(until));
                }
                WorkId::Effect(id) => {
                    self.effects.get_mut(&id).into_iter().for_each(|q| q.renew(until));
                }
                WorkId::Wake(id) => {
                    let held = self.flows.get_mut(&id).and_then(|entry| entry.wake_held.as_mut());
                    held.into_iter().for_each(|held| held.until = until);
                }
            }
            self.index(lease.work);
        }
        lost
    }

    pub(super) fn is_held(&self, lease: &Lease) -> bool {
        match lease.work {
            WorkId::Message(id) => self.messages.get(&id).is_some_and(|q| q.is_held_under(lease)),
            WorkId::Effect(id) => self.effects.get(&id).is_some_and(|q| q.is_held_under(lease)),
            WorkId::Wake(id) => self.flows.get(&id).is_some_and(|entry| {
                entry.wake_held.is_some()
                    && entry.wake_fence == lease.fence
                    && entry.flow.scope == lease.scope
            }),
        }
    }

    pub(super) fn release(&mut self, kinds: &[&'static str], holder: &str) {
        let mut free = Vec::new();
        for (id, queued) in &mut self.messages {
            if kinds.contains(&queued.kind.as_str()) && queued.release(holder) {
                free.push(WorkId::Message(*id));
            }
        }
        for (id, queued) in &mut self.effects {
            if kinds.contains(&queued.kind.as_str()) && queued.release(holder) {
                free.push(WorkId::Effect(*id));
            }
        }
        for (id, entry) in &mut self.flows {
            let own = entry.wake_held.as_ref().is_some_and(|held| held.holder == holder);
            if own && kinds.contains(&entry.flow.kind.as_str()) {
                entry.wake_held = None;
                free.push(WorkId::Wake(*id));
            }
        }
        for work in free {
            self.index(work);
        }
    }
}

fn claimed<T>(lease: Lease, queued: &Queued<T>, task: Task) -> Work {
    Work {
        lease,
        kind: queued.kind.clone(),
        attempt: queued.attempt,
        earlier: queued.earlier,
        deferrals: queued.deferrals,
        queued_at: queued.queued_at,
        task,
    }
}
