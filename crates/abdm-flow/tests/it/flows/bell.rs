//! A second kind of flow, which counts: for races, order, and two kinds over one store.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use abdm_base::clock::Clock;
use abdm_flow::store::{FlowId, FlowStore, MemoryStore, Message, StoreError};
use abdm_flow::testing::{Gate, GatedStore};
use abdm_flow::{
    EffectContext, EffectFailure, EngineOptions, Flow, FlowError, FlowHost, ReceiveContext,
    ReceiveError, Received, Step, VirtualClock,
};
use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use tokio::task::JoinSet;

use super::node::{Look, Node};

/// Counts how often it was rung.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Bell {
    rung: u32,
    heard: Vec<u32>,
    woken: u32,
    /// Refuses its own wake-ups, which is a mistake.
    deaf: bool,
    /// Answers its wake-ups with this moment, and with nothing else, which is a mistake, too.
    again: Option<DateTime<Utc>>,
}

#[derive(Debug, Clone)]
enum Event {
    Ring,
    Heard(u32),
    Sleep { until: DateTime<Utc> },
    Rise,
    Break,
    Woken,
}

impl Flow for Bell {
    const KIND: &'static str = "test.bell";
    const VERSION: u32 = 1;
    type Event = Event;
    type Effect = u32;

    fn on(&mut self, event: Event, _now: DateTime<Utc>) -> Result<Step<u32>, FlowError> {
        match event {
            Event::Ring => {
                self.rung += 1;
                Ok(Step::nothing().effect(self.rung))
            }
            Event::Heard(number) => {
                self.heard.push(number);
                Ok(Step::nothing())
            }
            Event::Sleep { until } => Ok(Step::nothing().wake_at(until)),
            Event::Break => Ok(Step::nothing().done()),
            Event::Rise => Ok(Step::nothing().no_wake()),
            Event::Woken if self.deaf => Err(FlowError::not_valid("deaf", "woken")),
            Event::Woken if self.again.is_some() => {
                Ok(self.again.into_iter().fold(Step::nothing(), Step::wake_at))
            }
            Event::Woken => {
                self.woken += 1;
                Ok(Step::nothing())
            }
        }
    }

    fn woken() -> Event {
        Event::Woken
    }
}

/// Notes for each flow what was performed, and whether two of one flow ever overlapped.
#[derive(Debug, Default)]
struct Ears {
    order: Mutex<BTreeMap<FlowId, Vec<u32>>>,
    inside: Mutex<BTreeMap<FlowId, u32>>,
}

#[async_trait]
impl FlowHost for Ears {
    type Flow = Bell;

    async fn perform(
        &self,
        cx: &EffectContext<'_, Self::Flow>,
        number: &u32,
    ) -> Result<Option<Event>, EffectFailure<Event>> {
        let entered = self.inside.lock().unwrap().insert(cx.flow(), *number);
        assert_eq!(entered, None, "two effects of one flow at once");
        tokio::time::sleep(Duration::from_millis(u64::from(*number % 7))).await;
        self.inside.lock().unwrap().remove(&cx.flow());
        if number.is_multiple_of(5) && cx.attempt() < 3 {
            return Err(EffectFailure::retry("did not hear"));
        }
        self.order.lock().unwrap().entry(cx.flow()).or_default().push(*number);
        Ok(Some(Event::Heard(*number)))
    }

    async fn receive(
        &self,
        _: &ReceiveContext<'_>,
        _: &Message,
    ) -> Result<Received<Bell>, ReceiveError> {
        Err(ReceiveError::poison("bells get no messages"))
    }
}

#[tokio::test(start_paused = true)]
async fn many_events_at_once_are_all_applied_and_their_effects_keep_their_order() {
    let store: Arc<dyn FlowStore> = Arc::new(MemoryStore::new());
    let clock = Arc::new(VirtualClock::default());
    // Two nodes, each with its own runner on the same store.
    let hosts = [Arc::new(Ears::default()), Arc::new(Ears::default())];
    let runners: Vec<_> = hosts
        .iter()
        .map(|host| {
            let mut options = EngineOptions::default();
            options.max_conflicts = 1_000;
            Node::with_options(Arc::clone(host), Arc::clone(&store), clock.clone(), options)
        })
        .collect();
    let mut workers = JoinSet::new();
    for runner in runners.clone() {
        workers.spawn(async move { runner.run(std::future::pending()).await });
    }
    let mut bells = Vec::new();
    for _ in 0..3 {
        bells.push(runners[0].start(Bell::default(), Event::Ring).await.unwrap());
    }
    let mut ringers = JoinSet::new();
    for number in 0..57 {
        let (runner, bell) = (runners[number % 2].clone(), bells[number % 3]);
        ringers.spawn(async move { runner.deliver(bell, Event::Ring).await.unwrap() });
    }
    ringers.join_all().await;
    for bell in &bells {
        let heard_all = |bell: &Bell| bell.heard.len() == 20;
        let end = runners[1].wait_until(*bell, heard_all, Duration::from_secs(600)).await.unwrap();
        assert_eq!(end.rung, 20);
        assert_eq!(end.heard, (1..=20).collect::<Vec<_>>(), "each once, in order");
    }
    let heard: usize = hosts
        .iter()
        .flat_map(|host| host.order.lock().unwrap().values().map(Vec::len).collect::<Vec<_>>())
        .sum();
    assert_eq!(heard, 60, "no effect was carried out twice, since nobody crashed");
}

#[tokio::test(start_paused = true)]
async fn a_runner_touches_only_its_own_kind() {
    use super::errand::Errand;
    use super::town::{AtWork, Gateway, LONG, runner};

    let store = Arc::new(MemoryStore::new());
    let gateway = Gateway::with([]);
    let town = AtWork::begin(runner(&gateway, store.clone(), EngineOptions::default()));
    let clock = Arc::new(gateway.clock.clone());
    let bells = Node::new(Arc::new(Ears::default()), store.clone(), clock);
    // Nobody runs the bells: their effect must wait, whoever else is at work.
    let bell = bells.start(Bell::default(), Event::Ring).await.unwrap();
    let errand = town.start("a").await;
    town.runner.wait_until(errand, Errand::is_done, LONG).await.unwrap();
    tokio::time::sleep(Duration::from_secs(300)).await;
    assert_eq!(bells.load(bell).await.unwrap().unwrap().heard, [0_u32; 0]);
    assert_eq!(store.depths_of(Bell::KIND).await.effects, 1);
    // And a flow of another kind is not mistaken for one's own.
    assert!(bells.load(errand).await.is_err());
    assert!(bells.deliver(errand, Event::Ring).await.is_err());
    bells
        .run(async {
            let heard = |bell: &Bell| bell.heard == [1];
            bells.wait_until(bell, heard, LONG).await.unwrap();
        })
        .await;
}

#[tokio::test(start_paused = true)]
async fn a_wake_up_comes_once_even_when_the_flow_refuses_it() {
    let (store, clock) = (Arc::new(MemoryStore::new()), Arc::new(VirtualClock::default()));
    let bells = Node::new(Arc::new(Ears::default()), store.clone(), clock.clone());
    let until = clock.now() + TimeDelta::minutes(10);
    let good = bells.start(Bell::default(), Event::Sleep { until }).await.unwrap();
    let deaf = Bell { deaf: true, ..Bell::default() };
    let deaf = bells.start(deaf, Event::Sleep { until }).await.unwrap();
    bells.run(tokio::time::sleep(Duration::from_secs(599))).await;
    assert_eq!(bells.load(good).await.unwrap().unwrap().woken, 0);
    bells.run(tokio::time::sleep(Duration::from_secs(3_600))).await;
    assert_eq!(bells.load(good).await.unwrap().unwrap().woken, 1);
    for bell in [good, deaf] {
        let stored = store.stored(bell).await;
        assert_eq!((stored.wake_at, stored.revision), (None, 2), "used up, and only once");
    }
}

#[tokio::test(start_paused = true)]
async fn a_wake_up_that_is_answered_with_itself_comes_each_minute_and_is_never_lost() {
    let (store, clock) = (Arc::new(MemoryStore::new()), Arc::new(VirtualClock::default()));
    let bells = Node::new(Arc::new(Ears::default()), store.clone(), clock.clone());
    let until = clock.now() + TimeDelta::minutes(1);
    let bell = Bell { again: Some(until), ..Bell::default() };
    let bell = bells.start(bell, Event::Sleep { until }).await.unwrap();
    bells.run(tokio::time::sleep(Duration::from_secs(630))).await;
    let stored = store.stored(bell).await;
    assert!((8..=11).contains(&stored.revision), "{} changes in ten minutes", stored.revision);
    assert!(stored.wake_at.is_some_and(|at| at > until + TimeDelta::minutes(8)), "{stored:?}");
}

#[tokio::test(start_paused = true)]
async fn an_event_that_changes_nothing_leaves_no_trace() {
    let (store, clock) = (Arc::new(MemoryStore::new()), Arc::new(VirtualClock::default()));
    let bells = Node::new(Arc::new(Ears::default()), store.clone(), clock);
    let bell = bells.start(Bell::default(), Event::Rise).await.unwrap();
    bells.deliver(bell, Event::Rise).await.unwrap();
    assert_eq!(store.stored(bell).await.revision, 1);
}

/// Another node, which takes a bell's wake-up away after it was claimed and before it is rung.
#[derive(Debug)]
struct EarlyRiser {
    other: Node<Ears>,
    bell: FlowId,
}

#[async_trait]
impl Gate for EarlyRiser {
    async fn after(&self, call: &'static str) -> Result<(), StoreError> {
        if call == "claim" {
            self.other.deliver(self.bell, Event::Rise).await.unwrap();
        }
        Ok(())
    }
}

#[tokio::test(start_paused = true)]
async fn a_wake_up_that_was_taken_away_at_the_last_moment_does_not_come() {
    let (store, clock) = (Arc::new(MemoryStore::new()), Arc::new(VirtualClock::default()));
    let ears = Arc::new(Ears::default());
    let other = Node::new(Arc::clone(&ears), store.clone(), clock.clone());
    let until = clock.now();
    let bell = other.start(Bell::default(), Event::Sleep { until }).await.unwrap();
    let gate = Arc::new(EarlyRiser { other, bell });
    let bells = Node::new(ears, Arc::new(GatedStore::new(store.clone(), gate)), clock);
    bells.run(tokio::time::sleep(Duration::from_secs(60))).await;
    assert_eq!(bells.load(bell).await.unwrap().unwrap().woken, 0);
    assert_eq!(store.stored(bell).await.wake_at, None);
}

#[tokio::test(start_paused = true)]
async fn a_finished_flow_stays_finished_and_sleeps_for_ever() {
    let (store, clock) = (Arc::new(MemoryStore::new()), Arc::new(VirtualClock::default()));
    let bells = Node::new(Arc::new(Ears::default()), store.clone(), clock.clone());
    let until = clock.now() + TimeDelta::minutes(1);
    let bell = bells.start(Bell::default(), Event::Sleep { until }).await.unwrap();
    bells.deliver(bell, Event::Break).await.unwrap();
    bells.deliver(bell, Event::Ring).await.unwrap();
    bells.deliver(bell, Event::Sleep { until }).await.unwrap();
    bells.run(tokio::time::sleep(Duration::from_secs(300))).await;
    let stored = store.stored(bell).await;
    assert!(stored.done);
    assert_eq!(stored.wake_at, None);
    let end = bells.load(bell).await.unwrap().unwrap();
    assert_eq!((end.heard, end.woken), (vec![1], 0), "its last effects are still carried out");
}
