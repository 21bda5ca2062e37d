//! Flows of two kinds that tell each other something.

use std::sync::Arc;
use std::time::Duration;

use abdm_base::RequestId;
use abdm_base::message::{Inbound, InboundKey};
use abdm_flow::ids::SeededIds;
use abdm_flow::store::{FlowId, FlowKey, MemoryStore, Message, Scope};
use abdm_flow::{
    EffectContext, EffectFailure, Engine, EngineError, EngineOptions, Flow, FlowError, FlowHost,
    Handle, ReceiveContext, ReceiveError, Received, Step, VirtualClock,
};
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// Wants the shop to open, and hears when it does.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Customer {
    heard: Vec<u32>,
}

/// Opens when somebody wants it, and closes for good after the first customer.
#[derive(Debug, Serialize, Deserialize)]
struct Shop {
    number: u32,
}

#[derive(Debug, Clone)]
enum CustomerEvent {
    Comes,
    Opened(u32),
    Woken,
}

#[derive(Debug, Clone)]
enum ShopEvent {
    Wanted { by: FlowId },
    Woken,
}

#[derive(Debug, Serialize, Deserialize)]
struct Opened {
    customer: FlowId,
    number: u32,
}

const WANTED: &str = "Wanted";
const OPENED: &str = "Opened";

impl Flow for Customer {
    const KIND: &'static str = "test.customer";
    const VERSION: u32 = 1;
    type Event = CustomerEvent;
    type Effect = ();

    fn on(&mut self, event: CustomerEvent, _: DateTime<Utc>) -> Result<Step<()>, FlowError> {
        Ok(match event {
            CustomerEvent::Comes => Step::nothing().note(Shop::KIND, WANTED, &"please"),
            CustomerEvent::Opened(number) => {
                self.heard.push(number);
                Step::nothing()
            }
            CustomerEvent::Woken => Step::nothing(),
        })
    }

    fn woken() -> CustomerEvent {
        CustomerEvent::Woken
    }
}

impl Flow for Shop {
    const KIND: &'static str = "test.shop";
    const VERSION: u32 = 1;
    type Event = ShopEvent;
    type Effect = ();

    fn on(&mut self, event: ShopEvent, _: DateTime<Utc>) -> Result<Step<()>, FlowError> {
        Ok(match event {
            ShopEvent::Wanted { by } => {
                let opened = Opened { customer: by, number: self.number };
                Step::nothing().note(Customer::KIND, OPENED, &opened).done()
            }
            ShopEvent::Woken => Step::nothing(),
        })
    }

    fn woken() -> ShopEvent {
        ShopEvent::Woken
    }
}

#[derive(Debug)]
struct Customers;

#[async_trait]
impl FlowHost for Customers {
    type Flow = Customer;

    async fn perform(
        &self,
        _: &EffectContext<'_, Customer>,
        (): &(),
    ) -> Result<Option<CustomerEvent>, EffectFailure<CustomerEvent>> {
        Ok(None)
    }

    async fn receive(
        &self,
        cx: &ReceiveContext<'_>,
        message: &Message,
    ) -> Result<Received<Customer>, ReceiveError> {
        assert_eq!(message.endpoint, OPENED);
        let (_, Opened { customer, number }) = cx.note(message).await?;
        Ok(Received::existing(customer, CustomerEvent::Opened(number)))
    }
}

/// Each shop has a number of its own.
#[derive(Debug)]
struct Shops {
    anew: bool,
}

#[async_trait]
impl FlowHost for Shops {
    type Flow = Shop;

    async fn perform(
        &self,
        _: &EffectContext<'_, Shop>,
        (): &(),
    ) -> Result<Option<ShopEvent>, EffectFailure<ShopEvent>> {
        Ok(None)
    }

    async fn receive(
        &self,
        cx: &ReceiveContext<'_>,
        message: &Message,
    ) -> Result<Received<Shop>, ReceiveError> {
        let (by, says): (_, String) = cx.note(message).await?;
        assert_eq!(says, "please");
        let key = FlowKey::new("shop", "only");
        let before = cx.flows::<Shop>().find(&key).await?.map_or(0, |found| found.flow.number);
        let (flow, event) = (Shop { number: before + 1 }, ShopEvent::Wanted { by });
        Ok(if self.anew {
            Received::start_anew(key, flow, event)
        } else {
            Received::start(key, flow, event)
        })
    }
}

struct Street {
    engine: Engine,
    scope: Scope,
    customers: Handle<Customers>,
    shops: Handle<Shops>,
}

impl Street {
    fn new(anew: bool) -> Self {
        let clock = Arc::new(VirtualClock::default());
        let (store, ids) = (Arc::new(MemoryStore::new()), Arc::new(SeededIds::new(1)));
        let engine = Engine::with(store, clock, ids, EngineOptions::default());
        let customers = engine.register(Arc::new(Customers)).unwrap();
        let shops = engine.register(Arc::new(Shops { anew })).unwrap();
        Self { engine, scope: Scope::new("street"), customers, shops }
    }

    /// Two customers, one after the other; what each has heard.
    async fn two_come(&self) -> Result<Vec<Vec<u32>>, EngineError> {
        let story = async {
            let mut heard = Vec::new();
            for _ in 0..2 {
                let (scope, comes) = (&self.scope, CustomerEvent::Comes);
                let id = self.customers.start(scope, Customer::default(), comes).await?;
                tokio::time::sleep(Duration::from_secs(5)).await;
                let found = self.customers.flows(scope).load(id).await?;
                heard.push(found.unwrap().flow.heard);
            }
            Ok(heard)
        };
        tokio::select! {
            () = self.engine.run(std::future::pending()) => unreachable!("it runs on"),
            heard = story => heard,
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_note_comes_with_the_id_of_its_sender_who_can_be_answered() {
    let heard = Street::new(true).two_come().await.unwrap();
    assert_eq!(heard[0], [1]);
}

#[tokio::test(start_paused = true)]
async fn what_has_ended_makes_room_where_it_is_wanted_anew_and_nowhere_else() {
    assert_eq!(Street::new(true).two_come().await.unwrap(), [vec![1], vec![2]]);
    // The second finds the first shop, which has ended and says the same again.
    assert_eq!(Street::new(false).two_come().await.unwrap(), [vec![1], vec![1]]);
}

#[tokio::test(start_paused = true)]
async fn a_message_that_is_no_note_is_set_aside_and_not_taken_for_one() {
    let street = Street::new(true);
    let key = InboundKey::new(WANTED, RequestId::random().to_string());
    let message = Inbound::new(key, r#""please""#, DateTime::UNIX_EPOCH);
    street.shops.accept(&street.scope, message).await.unwrap();
    tokio::select! {
        () = street.engine.run(std::future::pending()) => unreachable!("it runs on"),
        () = tokio::time::sleep(Duration::from_secs(5)) => {}
    }
    let health = street.engine.health().await.unwrap();
    let dead: u64 = health.depths.iter().map(|depths| depths.dead).sum();
    assert_eq!(dead, 1, "{health:?}");
}

#[tokio::test]
async fn a_second_host_of_a_kind_is_refused_and_the_first_stays() {
    let street = Street::new(true);
    let refused = street.engine.register(Arc::new(Shops { anew: false })).unwrap_err();
    assert_eq!(refused.kind, Shop::KIND);
    assert!(street.shops.host().anew);
}
