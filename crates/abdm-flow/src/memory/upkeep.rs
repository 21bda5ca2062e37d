//! Dead letters, depths and forgetting.

use chrono::{DateTime, Utc};

use super::queue::Queued;
use super::tables::Tables;
use crate::store::{
    DeadItem, DeadLetter, DeadLetterList, EffectId, FlowId, MessageId, Purge, Purged, QueueDepths,
    Scope, WorkId,
};

/// How much waits in one queue, and since when.
#[derive(Default)]
struct Depth {
    waiting: u64,
    dead: u64,
    oldest: Option<DateTime<Utc>>,
}

fn depth<'q, T: 'q>(queued: impl Iterator<Item = &'q Queued<T>>) -> Depth {
    queued.fold(Depth::default(), |depth, queued| {
        if queued.dead.is_some() {
            return Depth { dead: depth.dead + 1, ..depth };
        }
        let oldest = depth.oldest.map_or(queued.queued_at, |oldest| oldest.min(queued.queued_at));
        Depth { waiting: depth.waiting + 1, oldest: Some(oldest), ..depth }
    })
}

impl Tables {
    pub(super) fn dead_letters(&self, list: &DeadLetterList<'_>) -> Vec<DeadLetter> {
        let messages = self.messages.iter().filter_map(|(id, queued)| {
            letter(WorkId::Message(*id), queued, |item| DeadItem::Message(item.message.clone()))
        });
        let effects = self.effects.iter().filter_map(|(id, queued)| {
            letter(WorkId::Effect(*id), queued, |item| DeadItem::Effect(item.clone()))
        });
        let mut letters: Vec<DeadLetter> = messages
            .chain(effects)
            .filter(|letter| list.scope.is_none_or(|scope| letter.scope == *scope))
            .filter(|letter| list.kind.is_none_or(|kind| letter.kind == kind))
            .filter(|letter| list.since.is_none_or(|since| letter.at >= since))
            .collect();
        letters.sort_by_key(|letter| (letter.at, letter.work));
        letters.truncate(list.limit);
        letters
    }

    pub(super) fn replay(&mut self, scope: &Scope, work: WorkId, now: DateTime<Utc>) -> bool {
        match work {
            WorkId::Message(id) => {
                let queued = self.messages.get_mut(&id).filter(|q| q.scope == *scope);
                let replayed = queued.is_some_and(|queued| queued.replay(now));
                self.index(work);
                replayed
            }
            WorkId::Effect(id) => {
                let queued = self.effects.get_mut(&id).filter(|q| q.scope == *scope);
                let Some(queued) = queued.filter(|queued| queued.dead.is_some()) else {
                    return false;
                };
                queued.replay(now);
                let (flow, lane) = (queued.item.flow, queued.item.lane.clone());
                self.enter_lane(id, flow, &lane);
                true
            }
            WorkId::Wake(_) => false,
        }
    }

    pub(super) fn discard(&mut self, scope: &Scope, work: WorkId, now: DateTime<Utc>) -> bool {
        match work {
            WorkId::Message(id) => {
                let dead = is_dead(self.messages.get(&id), scope);
                if dead {
                    self.forget_message(id, now);
                }
                dead
            }
            WorkId::Effect(id) => {
                let dead = is_dead(self.effects.get(&id), scope);
                if dead {
                    self.drop_effect(id);
                }
                dead
            }
            WorkId::Wake(_) => false,
        }
    }

    fn drop_effect(&mut self, id: EffectId) {
        if let Some(queued) = self.effects.remove(&id) {
            self.no_longer_busy(queued.item.flow);
        }
    }

    pub(super) fn depths(&self, kinds: &[&'static str]) -> Vec<QueueDepths> {
        kinds
            .iter()
            .map(|kind| {
                let messages = depth(self.messages.values().filter(|queued| queued.kind == **kind));
                let effects = depth(self.effects.values().filter(|queued| queued.kind == **kind));
                let dead = messages.dead + effects.dead;
                QueueDepths::new((*kind).to_owned(), messages.waiting, effects.waiting, dead)
                    .since(messages.oldest, effects.oldest)
            })
            .collect()
    }

    pub(super) fn purge(&mut self, purge: &Purge<'_>) -> Purged {
        let count = |count: usize| u64::try_from(count).unwrap_or(u64::MAX);
        let dead = self.purge_dead(purge);
        let flows = self.purge_flows(purge);
        let seen: Vec<_> = self
            .seen
            .iter()
            .filter(|(place, seen)| seen.at < purge.seen_before && purge.covers(&place.0))
            .filter(|(_, seen)| purge.kinds.contains(&seen.kind.as_str()))
            .map(|(place, _)| place.clone())
            .take(purge.limit)
            .collect();
        for place in &seen {
            self.seen.remove(place);
        }
        let rows: Vec<_> = self
            .rows
            .iter()
            .filter(|(_, row)| row.expires_at.is_some_and(|at| at <= purge.now))
            .filter(|(place, _)| purge.covers(&place.0))
            .map(|(place, _)| place.clone())
            .take(purge.limit)
            .collect();
        for place in &rows {
            self.remove_row(place);
        }
        Purged::new(count(flows), count(dead), count(seen.len()), count(rows.len()))
    }

    fn purge_dead(&mut self, purge: &Purge<'_>) -> usize {
        let of = |kind: &str, scope: &Scope| purge.kinds.contains(&kind) && purge.covers(scope);
        let messages: Vec<MessageId> = self
            .messages
            .iter()
            .filter(|(_, q)| of(&q.kind, &q.scope) && old(q, purge.finished_before))
            .map(|(id, _)| *id)
            .take(purge.limit)
            .collect();
        let effects: Vec<EffectId> = self
            .effects
            .iter()
            .filter(|(_, q)| of(&q.kind, &q.scope) && old(q, purge.finished_before))
            .map(|(id, _)| *id)
            .take(purge.limit - messages.len())
            .collect();
        for id in &messages {
            self.forget_message(*id, purge.now);
        }
        for id in &effects {
            self.drop_effect(*id);
        }
        messages.len() + effects.len()
    }

    fn purge_flows(&mut self, purge: &Purge<'_>) -> usize {
        let gone: Vec<FlowId> = self
            .finished
            .iter()
            .take_while(|(at, _)| *at < purge.finished_before)
            .map(|(_, id)| *id)
            .filter(|id| !self.busy.contains_key(id))
            .filter(|id| {
                self.flows.get(id).is_some_and(|entry| {
                    let kind = entry.flow.kind.as_str();
                    purge.kinds.contains(&kind) && purge.covers(&entry.flow.scope)
                })
            })
            .take(purge.limit)
            .collect();
        for id in &gone {
            self.forget_flow(*id);
        }
        gone.len()
    }

    fn forget_flow(&mut self, id: FlowId) {
        let Some(entry) = self.flows.remove(&id) else { return };
        let flow = entry.flow;
        self.finished.remove(&(flow.updated_at, id));
        self.unindex(WorkId::Wake(id));
        let owned = self.owned.remove(&id).unwrap_or_default();
        for key in owned.keys {
            self.keys.remove(&(flow.scope.clone(), flow.kind.clone(), key));
        }
        for request in owned.requests {
            self.requests.remove(&(flow.scope.clone(), request));
        }
        for body in owned.bodies {
            self.bodies.remove(&body);
        }
    }
}

fn is_dead<T>(queued: Option<&Queued<T>>, scope: &Scope) -> bool {
    queued.is_some_and(|queued| queued.dead.is_some() && queued.scope == *scope)
}

fn old<T>(queued: &Queued<T>, before: DateTime<Utc>) -> bool {
    queued.dead.as_ref().is_some_and(|dead| dead.at < before)
}

fn letter<T>(
    work: WorkId,
    queued: &Queued<T>,
    item: impl Fn(&T) -> DeadItem,
) -> Option<DeadLetter> {
    let dead = queued.dead.as_ref()?;
    Some(DeadLetter::new(
        (queued.scope.clone(), work),
        queued.kind.clone(),
        item(&queued.item),
        dead.reason.clone(),
        dead.at,
    ))
}
