//! Bodies that the application delivers with an event.

use std::sync::Arc;

use abdm_flow::store::{BodyId, FlowStore as _, MemoryStore, Message, Scope};
use abdm_flow::{
    EffectContext, EffectFailure, Engine, Flow, FlowError, FlowHost, ReceiveContext, ReceiveError,
    Received, Step, VirtualClock,
};
use async_trait::async_trait;
use bytes::Bytes;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// Holds what it is told to hold.
#[derive(Debug, Serialize, Deserialize)]
struct Tray {
    held: Vec<BodyId>,
}

#[derive(Debug, Clone)]
enum Word {
    Begin,
    Hold(BodyId),
    Seen,
    Refuse,
    LetGo(BodyId),
}

impl Flow for Tray {
    const KIND: &'static str = "test.tray";
    const VERSION: u32 = 1;
    type Event = Word;
    type Effect = ();

    fn on(&mut self, word: Word, _: DateTime<Utc>) -> Result<Step<()>, FlowError> {
        match word {
            Word::Begin => Ok(Step::nothing()),
            Word::Hold(body) => {
                self.held.push(body);
                Ok(Step::nothing().keep_body())
            }
            Word::Seen => Ok(Step::nothing()),
            Word::Refuse => Err(FlowError::not_valid("full", "hold")),
            Word::LetGo(body) => {
                self.held.retain(|held| *held != body);
                Ok(Step::nothing().drop_body(body))
            }
        }
    }

    fn woken() -> Word {
        Word::Begin
    }
}

#[derive(Debug)]
struct Nobody;

#[async_trait]
impl FlowHost for Nobody {
    type Flow = Tray;

    async fn perform(
        &self,
        _: &EffectContext<'_, Tray>,
        (): &(),
    ) -> Result<Option<Word>, EffectFailure<Word>> {
        Ok(None)
    }

    async fn receive(
        &self,
        _: &ReceiveContext<'_>,
        _: &Message,
    ) -> Result<Received<Tray>, ReceiveError> {
        Err(ReceiveError::poison("nothing is received"))
    }
}

#[tokio::test]
async fn a_body_that_is_delivered_is_held_if_the_flow_says_so_and_only_then() {
    let (store, clock) =
        (Arc::new(MemoryStore::new()), VirtualClock::starting_at(DateTime::UNIX_EPOCH));
    let trays = Engine::new(store.clone(), Arc::new(clock)).register(Arc::new(Nobody)).unwrap();
    let scope = Scope::new("a clinic");
    let id = trays.start(&scope, Tray { held: Vec::new() }, Word::Begin).await.unwrap();
    let scan = || Bytes::from_static(b"scan");
    let mut left = None;
    let seen = |body| {
        left = Some(body);
        Word::Seen
    };
    trays.deliver_body(&scope, id, scan(), seen).await.unwrap();
    assert_eq!(store.body(&scope, left.unwrap()).await.unwrap(), None, "a repetition leaves none");
    let mut refused = None;
    let refuse = |body| {
        refused = Some(body);
        Word::Refuse
    };
    assert!(trays.deliver_body(&scope, id, scan(), refuse).await.is_err());
    assert_eq!(store.body(&scope, refused.unwrap()).await.unwrap(), None);

    trays.deliver_body(&scope, id, scan(), Word::Hold).await.unwrap();
    let held = trays.flows(&scope).load(id).await.unwrap().unwrap().flow.held;
    let [held] = held.as_slice() else { panic!("{held:?}") };
    assert_eq!(store.body(&scope, *held).await.unwrap(), Some(scan()));
    trays.deliver(&scope, id, Word::LetGo(*held)).await.unwrap();
    assert_eq!(store.body(&scope, *held).await.unwrap(), None);
}
