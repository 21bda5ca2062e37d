//! A node: it starts, works, crashes, and starts again.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use abdm_core::id::HiuId;
use abdm_core::receiver::CallbackReceiver;
use abdm_core::vocabulary::ConsentStatus;
use abdm_flow::Engine;
use bytes::Bytes;
use hip_services::Hip;
use hiu_services::Hiu;
use http::{Request, Response, StatusCode};
use tokio::time::sleep;

use crate::clock::NodeClock;
use crate::house::House;
use crate::life::Life;
use crate::log::say;
use crate::mutant::Mutant;
use crate::random::Random;
use crate::town::Town;

/// What a node is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Role {
    Hip,
    Hiu(HiuId),
}

/// A node, through all of its lives.
#[derive(Debug)]
pub(crate) struct Node {
    pub(crate) name: String,
    pub(crate) role: Role,
    pub(crate) house: Arc<House>,
    pub(crate) clock: Arc<NodeClock>,
    pub(crate) random: Random,
    mutant: Option<Mutant>,
    current: Mutex<Option<Arc<Alive>>>,
}

/// A node that lives.
#[derive(Debug)]
pub(crate) struct Alive {
    pub(crate) life: Arc<Life>,
    pub(crate) desk: Desk,
    pub(crate) receiver: CallbackReceiver,
}

/// What runs in it.
#[derive(Debug)]
pub(crate) enum Desk {
    Hip(Hip),
    Hiu(Hiu),
}

impl Desk {
    async fn run(&self) {
        match self {
            Self::Hip(hip) => hip.run(std::future::pending()).await,
            Self::Hiu(hiu) => hiu.run(std::future::pending()).await,
        }
    }
}

impl Desk {
    /// The engine behind it.
    pub(crate) fn engine(&self) -> &Engine {
        match self {
            Self::Hip(hip) => hip.engine(),
            Self::Hiu(hiu) => hiu.engine(),
        }
    }
}

impl Node {
    pub(crate) fn new(
        name: String,
        role: Role,
        house: &Arc<House>,
        clock: NodeClock,
        random: Random,
        mutant: Option<Mutant>,
    ) -> Self {
        let (house, clock, current) = (Arc::clone(house), Arc::new(clock), Mutex::default());
        Self { name, role, house, clock, random, mutant, current }
    }

    pub(crate) fn current(&self) -> Option<Arc<Alive>> {
        self.current.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn set_current(&self, alive: Option<Arc<Alive>>) {
        *self.current.lock().unwrap_or_else(PoisonError::into_inner) = alive;
    }

    pub(crate) fn is_up(&self) -> bool {
        self.current().is_some()
    }

    /// How it answers a request, unless it ends over it. The request is dealt with whether or not
    /// its sender waits.
    pub(crate) async fn answers(&self, request: Request<Bytes>) -> Option<Response<Bytes>> {
        let alive = self.current()?;
        let request = self.as_it_reads(request);
        let answer = tokio::spawn(async move {
            alive.life.goes_on().await;
            alive.life.lives(alive.receiver.handle(request)).await
        });
        answer.await.ok()?
    }

    /// A HIP that is broken in this way does not know the words for the end of a consent.
    fn as_it_reads(&self, request: Request<Bytes>) -> Request<Bytes> {
        let overlooks = self.mutant == Some(Mutant::IgnoresTheEndOfConsents);
        if !overlooks || self.role != Role::Hip {
            return request;
        }
        request.map(|body| {
            let mut text = String::from_utf8_lossy(&body).into_owned();
            for word in [ConsentStatus::Revoked, ConsentStatus::Expired] {
                text = text.replace(word.as_str(), "NOTED");
            }
            text.into()
        })
    }

    pub(crate) async fn receives(&self, request: Request<Bytes>) -> Option<StatusCode> {
        self.answers(request).await.map(|answer| answer.status())
    }

    /// One life after the other, for ever.
    pub(crate) async fn live(self: Arc<Self>, town: Arc<Town>) {
        let world = &town.world;
        for life_number in 1_u32.. {
            let life = Arc::new(Life::new());
            let alive = Arc::new(town.starts(&self, &life, life_number));
            say!(world, "{} starts", self.name);
            self.set_current(Some(Arc::clone(&alive)));
            tokio::select! {
                biased;
                () = life.ended() => {}
                () = alive.desk.run() => {}
                () = self.ends_by_the_clock(&town) => life.end(),
            }
            self.set_current(None);
            drop(alive);
            let longest = if world.is_healed() { 1 } else { 90 };
            sleep(self.random.pause(Duration::from_millis(300), Duration::from_secs(longest)))
                .await;
        }
    }

    /// Now and then the end comes from outside, wherever the node is.
    async fn ends_by_the_clock(&self, town: &Town) {
        loop {
            sleep(self.random.pause(Duration::from_secs(1), Duration::from_secs(60))).await;
            if town.world.is_healed() {
                std::future::pending::<()>().await;
            }
            if town.world.strikes("crash", town.world.options.rates.crash_by_clock) {
                say!(town.world, "{} is killed", self.name);
                return;
            }
        }
    }

    /// The end of the run.
    pub(crate) fn stops(&self) {
        if let Some(alive) = self.current() {
            alive.life.end();
        }
        self.set_current(None);
    }
}
