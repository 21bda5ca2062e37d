//! Work for which somebody waits goes first when hands are scarce.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use abdm_flow::ids::RandomIds;
use abdm_flow::store::{MemoryStore, Message, Scope};
use abdm_flow::{
    EffectContext, EffectFailure, Engine, EngineOptions, Flow, FlowError, FlowHost, ReceiveContext,
    ReceiveError, Received, Step, VirtualClock,
};
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use tokio::time::Instant;

/// Wants one thing done. `URGENT` makes two kinds of it.
#[derive(Debug, Serialize, Deserialize)]
struct Task<const URGENT: bool>;

#[derive(Debug, Clone)]
enum Event {
    Begin,
    Done,
}

impl<const URGENT: bool> Flow for Task<URGENT> {
    const KIND: &'static str = if URGENT { "test.urgent" } else { "test.patient" };
    const VERSION: u32 = 1;
    type Event = Event;
    type Effect = ();

    fn on(&mut self, event: Event, _: DateTime<Utc>) -> Result<Step<()>, FlowError> {
        Ok(match event {
            Event::Begin => Step::nothing().effect(()),
            Event::Done => Step::nothing().done(),
        })
    }

    fn woken() -> Event {
        Event::Done
    }
}

/// Takes two seconds for each, and writes down when it began.
#[derive(Debug, Default)]
struct Slow<const URGENT: bool> {
    began: Mutex<Vec<Instant>>,
}

#[async_trait]
impl<const URGENT: bool> FlowHost for Slow<URGENT> {
    type Flow = Task<URGENT>;

    const URGENT: bool = URGENT;

    async fn perform(
        &self,
        _: &EffectContext<'_, Task<URGENT>>,
        (): &(),
    ) -> Result<Option<Event>, EffectFailure<Event>> {
        self.began.lock().unwrap().push(Instant::now());
        tokio::time::sleep(Duration::from_secs(2)).await;
        Ok(Some(Event::Done))
    }

    async fn receive(
        &self,
        _: &ReceiveContext<'_>,
        _: &Message,
    ) -> Result<Received<Task<URGENT>>, ReceiveError> {
        Err(ReceiveError::poison("nothing is sent here"))
    }
}

/// How long after it was wanted a piece of work began, behind sixty others on four hands.
async fn waited<const URGENT: bool>() -> Duration {
    let mut options = EngineOptions::default();
    options.concurrency = 4;
    let store = Arc::new(MemoryStore::new());
    let clock = Arc::new(VirtualClock::default());
    let engine = Engine::with(store, clock, Arc::new(RandomIds), options);
    let patient = engine.register(Arc::new(Slow::<false>::default())).unwrap();
    let urgent = engine.register(Arc::new(Slow::<true>::default())).unwrap();
    let scope = Scope::new("x");
    for _ in 0..60 {
        patient.start(&scope, Task, Event::Begin).await.unwrap();
    }
    let story = async {
        tokio::time::sleep(Duration::from_millis(500)).await;
        let wanted = Instant::now();
        let id = if URGENT {
            urgent.start(&scope, Task, Event::Begin).await.unwrap()
        } else {
            patient.start(&scope, Task, Event::Begin).await.unwrap()
        };
        if URGENT {
            urgent.wait_done(&scope, id, Duration::from_secs(600)).await.unwrap();
        } else {
            patient.wait_done(&scope, id, Duration::from_secs(600)).await.unwrap();
        }
        let began = if URGENT { &urgent.host().began } else { &patient.host().began };
        *began.lock().unwrap().last().unwrap() - wanted
    };
    tokio::select! {
        () = engine.run(std::future::pending()) => unreachable!("it runs until it is dropped"),
        waited = story => waited,
    }
}

#[tokio::test(start_paused = true)]
async fn urgent_work_waits_for_one_hand_and_other_work_for_its_turn() {
    let urgent = waited::<true>().await;
    assert!(urgent < Duration::from_secs(4), "{urgent:?}");
    let patient = waited::<false>().await;
    assert!(patient > Duration::from_secs(20), "{patient:?}");
}
