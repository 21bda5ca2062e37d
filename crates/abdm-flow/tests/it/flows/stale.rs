//! What a flow says to an event on a node whose snapshot another node has overtaken.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use abdm_base::clock::Clock as _;
use abdm_flow::store::{FlowKey, Inbound, InboundKey, MemoryStore, Message, StoreError};
use abdm_flow::testing::{Gate, GatedStore};
use abdm_flow::{
    EffectContext, EffectFailure, EngineError, EngineOptions, Flow, FlowError, FlowHost,
    ReceiveContext, ReceiveError, Received, Step, VirtualClock,
};
use async_trait::async_trait;
use bytes::Bytes;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use tokio::sync::Notify;

use super::node::{Look, Node};

/// A grant that can be withdrawn and given again, and counts its uses.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Grant {
    given: bool,
    used: u32,
    changes: u32,
}

#[derive(Debug, Clone)]
enum Event {
    Begin,
    /// Given, or withdrawn; said again it changes nothing.
    Set(bool),
    Use,
    Woken,
}

impl Flow for Grant {
    const KIND: &'static str = "test.grant";
    const VERSION: u32 = 1;
    type Event = Event;
    type Effect = ();

    fn on(&mut self, event: Event, _: DateTime<Utc>) -> Result<Step<()>, FlowError> {
        match event {
            Event::Begin => return Ok(Step::nothing().effect(())),
            Event::Set(given) => {
                self.changes += u32::from(self.given != given);
                self.given = given;
            }
            Event::Use if self.given => self.used += 1,
            Event::Use => return Err(FlowError::Revoked { what: "the grant" }),
            Event::Woken => {}
        }
        Ok(Step::nothing())
    }

    fn woken() -> Event {
        Event::Woken
    }
}

/// So long a node that performs an effect of a flow keeps the flow's snapshot.
async fn busy_for_a_day<F: Flow>(cx: &EffectContext<'_, F>) {
    for _ in 0..1_440 {
        tokio::time::sleep(Duration::from_secs(60)).await;
        cx.progress();
    }
}

/// Is busy with the flow, so that its node keeps the flow's snapshot.
#[derive(Debug)]
struct Busy;

#[async_trait]
impl FlowHost for Busy {
    type Flow = Grant;

    async fn perform(
        &self,
        cx: &EffectContext<'_, Grant>,
        (): &(),
    ) -> Result<Option<Event>, EffectFailure<Event>> {
        busy_for_a_day(cx).await;
        Ok(None)
    }

    async fn receive(
        &self,
        _: &ReceiveContext<'_>,
        _: &Message,
    ) -> Result<Received<Grant>, ReceiveError> {
        Err(ReceiveError::poison("a grant gets no messages"))
    }
}

/// A node that is busy with a grant and knows its latest snapshot, and another one.
async fn two_nodes() -> (Arc<MemoryStore>, Node<Busy>, Node<Busy>) {
    let (store, clock) = (Arc::new(MemoryStore::new()), Arc::new(VirtualClock::default()));
    let node = || {
        let options = EngineOptions::default();
        Node::with_options(Arc::new(Busy), store.clone(), clock.clone(), options)
    };
    (store.clone(), node(), node())
}

#[tokio::test(start_paused = true)]
async fn a_refusal_on_a_snapshot_that_is_overtaken_does_not_count() {
    let (_, here, there) = two_nodes().await;
    let id = here.start(Grant::default(), Event::Begin).await.unwrap();
    here.run(async {
        tokio::time::sleep(Duration::from_secs(1)).await;
        here.deliver(id, Event::Set(true)).await.unwrap();
        here.deliver(id, Event::Set(false)).await.unwrap();
        there.deliver(id, Event::Set(true)).await.unwrap();
        here.deliver(id, Event::Use).await.unwrap();
        there.deliver(id, Event::Set(false)).await.unwrap();
        let refused = here.deliver(id, Event::Use).await.unwrap_err();
        assert!(matches!(refused, EngineError::Flow(FlowError::Revoked { .. })), "{refused}");
        assert_eq!(here.load(id).await.unwrap().unwrap().used, 1);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn an_event_that_would_change_nothing_in_an_overtaken_snapshot_is_applied() {
    let (store, here, there) = two_nodes().await;
    let id = here.start(Grant::default(), Event::Begin).await.unwrap();
    here.run(async {
        tokio::time::sleep(Duration::from_secs(1)).await;
        here.deliver(id, Event::Set(true)).await.unwrap();
        there.deliver(id, Event::Set(false)).await.unwrap();
        here.deliver(id, Event::Set(true)).await.unwrap();
        let now = here.load(id).await.unwrap().unwrap();
        assert_eq!((now.given, now.changes), (true, 3));
        let revision = store.stored(id).await.revision;
        here.deliver(id, Event::Set(true)).await.unwrap();
        assert_eq!(store.stored(id).await.revision, revision, "and again it changes nothing");
    })
    .await;
}

/// A parcel that takes in what is put into it, until it is closed.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Parcel {
    holds: u32,
}

#[derive(Debug, Clone)]
enum ForParcel {
    Put,
    Close,
    Woken,
}

impl Flow for Parcel {
    const KIND: &'static str = "test.parcel";
    const VERSION: u32 = 1;
    type Event = ForParcel;
    type Effect = ();

    fn on(&mut self, event: ForParcel, _: DateTime<Utc>) -> Result<Step<()>, FlowError> {
        Ok(match event {
            ForParcel::Put => {
                self.holds += 1;
                Step::nothing().effect(())
            }
            ForParcel::Close => Step::nothing().done(),
            ForParcel::Woken => Step::nothing(),
        })
    }

    fn woken() -> ForParcel {
        ForParcel::Woken
    }
}

/// Puts each message into the parcel that is open, and keeps that busy.
#[derive(Debug)]
struct Packer;

#[async_trait]
impl FlowHost for Packer {
    type Flow = Parcel;

    async fn perform(
        &self,
        cx: &EffectContext<'_, Parcel>,
        (): &(),
    ) -> Result<Option<ForParcel>, EffectFailure<ForParcel>> {
        busy_for_a_day(cx).await;
        Ok(None)
    }

    async fn receive(
        &self,
        _: &ReceiveContext<'_>,
        _: &Message,
    ) -> Result<Received<Parcel>, ReceiveError> {
        Ok(Received::start_anew(the_parcel(), Parcel::default(), ForParcel::Put))
    }
}

fn the_parcel() -> FlowKey {
    FlowKey::new("parcel", "the")
}

/// Holds up whoever has found a flow, once.
#[derive(Debug, Default)]
struct HeldUp {
    found: Notify,
    goes_on: Notify,
    over: AtomicBool,
}

#[async_trait]
impl Gate for HeldUp {
    async fn after(&self, call: &'static str) -> Result<(), StoreError> {
        if call == "find" && !self.over.swap(true, Ordering::SeqCst) {
            self.found.notify_one();
            self.goes_on.notified().await;
        }
        Ok(())
    }
}

#[tokio::test(start_paused = true)]
async fn a_message_for_a_flow_that_ends_just_then_begins_another() {
    let (clock, gate) = (Arc::new(VirtualClock::default()), Arc::<HeldUp>::default());
    let store = Arc::new(GatedStore::new(Arc::new(MemoryStore::new()), gate.clone()));
    let node = Node::new(Arc::new(Packer), store, clock.clone());
    gate.over.store(true, Ordering::SeqCst);
    let first = node.start_once(the_parcel(), Parcel::default(), ForParcel::Put).await.unwrap();
    let first = first.id;
    node.run(async {
        tokio::time::sleep(Duration::from_secs(1)).await;
        gate.over.store(false, Ordering::SeqCst);
        let key = InboundKey::new("test", "message");
        node.accept(&Inbound::new(key, Bytes::new(), clock.now())).await.unwrap();
        gate.found.notified().await;
        node.deliver(first, ForParcel::Close).await.unwrap();
        gate.goes_on.notify_one();
        tokio::time::sleep(Duration::from_secs(5)).await;
        let second =
            node.start_once(the_parcel(), Parcel::default(), ForParcel::Put).await.unwrap();
        assert_ne!(second.id, first);
        assert_eq!(node.load(first).await.unwrap().unwrap().holds, 1);
        assert_eq!(node.load(second.id).await.unwrap().unwrap().holds, 1);
    })
    .await;
}
