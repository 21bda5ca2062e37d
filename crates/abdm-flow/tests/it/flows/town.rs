//! The world of the sample flow: a gateway that answers by callbacks, well or badly.

use std::collections::{BTreeMap, VecDeque};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use abdm_base::RequestId;
use abdm_base::clock::Clock;
use abdm_flow::store::{FlowId, FlowStore, Inbound, InboundKey, Message};
use abdm_flow::{
    EffectContext, EffectFailure, EngineOptions, FlowHost, ReceiveContext, ReceiveError, Received,
    VirtualClock,
};
use async_trait::async_trait;

use super::errand::{Effect, Errand, Event};
use super::node::Node;

/// What the gateway does about a call. The default is one callback after 50 ms.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    Answer,
    /// The callback comes twice, with one `REQUEST-ID`.
    Double,
    /// The callback comes twice, each with its own `REQUEST-ID`.
    DoubleAnew,
    /// No callback.
    Silence,
    /// The callback comes after so many seconds.
    Slow(u64),
    /// The call is answered with an error worth a retry.
    Fail,
    /// The call is answered with an error that is final.
    Refuse,
    /// The call never ends.
    Hang,
    /// The call takes so many seconds.
    Take(u64),
    /// The call takes so many half minutes, and says after each that it gets on.
    Parts(u64),
    /// The host panics.
    Panic,
    /// The callbacks come before the call's own answer, and in the wrong order.
    Early,
}

/// Everything outside of our process: it survives our crashes.
#[derive(Debug, Default)]
pub(super) struct Gateway {
    fates: Mutex<VecDeque<Fate>>,
    calls: Mutex<Vec<String>>,
    running: Mutex<(usize, usize)>,
    /// Which process answers the callback URL at present.
    listener: Mutex<Option<Node<Town>>>,
    messages: AtomicU64,
    pub(super) clock: VirtualClock,
}

impl Gateway {
    pub(super) fn with(fates: impl IntoIterator<Item = Fate>) -> Arc<Self> {
        Arc::new(Self { fates: Mutex::new(fates.into_iter().collect()), ..Self::default() })
    }

    pub(super) fn add(&self, fates: impl IntoIterator<Item = Fate>) {
        self.fates.lock().unwrap().extend(fates);
    }

    /// The calls made so far.
    pub(super) fn calls(&self) -> Vec<String> {
        self.calls.lock().unwrap().clone()
    }

    pub(super) fn count(&self, call: &str) -> usize {
        self.calls.lock().unwrap().iter().filter(|made| *made == call).count()
    }

    /// The most calls that were running at once.
    pub(super) fn most_at_once(&self) -> usize {
        self.running.lock().unwrap().1
    }

    pub(super) fn listen(&self, runner: Option<Node<Town>>) {
        *self.listener.lock().unwrap() = runner;
    }

    fn fate(&self) -> Fate {
        self.fates.lock().unwrap().pop_front().unwrap_or(Fate::Answer)
    }

    /// Delivers a callback until it is accepted, as ABDM does (less patiently).
    fn deliver(self: &Arc<Self>, body: String, delay: Duration, copies: &[u64]) {
        for copy in copies {
            let gateway = Arc::clone(self);
            let (body, message) = (body.clone(), format!("m-{copy}"));
            tokio::spawn(async move {
                tokio::time::sleep(delay).await;
                loop {
                    let listener = gateway.listener.lock().unwrap().clone();
                    if let Some(runner) = listener {
                        let key = InboundKey::new("OnCall", message.as_str());
                        let inbound = Inbound::new(key, body.clone(), gateway.clock.now());
                        let accepted = runner.accept(&inbound);
                        let answer = tokio::time::timeout(Duration::from_secs(5), accepted).await;
                        if answer.is_ok_and(|accepted| accepted.is_ok()) {
                            return;
                        }
                    }
                    tokio::time::sleep(Duration::from_secs(1)).await;
                }
            });
        }
    }

    fn next_message(&self) -> u64 {
        self.messages.fetch_add(1, Ordering::SeqCst)
    }

    async fn call(
        self: &Arc<Self>,
        cx: &EffectContext<'_, Errand>,
        name: &str,
        request: RequestId,
        answer: &str,
    ) -> Result<(), EffectFailure<Event>> {
        self.calls.lock().unwrap().push(name.to_owned());
        let fate = self.fate();
        {
            let mut running = self.running.lock().unwrap();
            running.0 += 1;
            running.1 = running.1.max(running.0);
        }
        let result = self.settle(cx, fate, request, answer).await;
        self.running.lock().unwrap().0 -= 1;
        result
    }

    async fn settle(
        self: &Arc<Self>,
        cx: &EffectContext<'_, Errand>,
        fate: Fate,
        request: RequestId,
        answer: &str,
    ) -> Result<(), EffectFailure<Event>> {
        let body = format!(r#"{{"answers":"{request}","what":"{answer}"}}"#);
        let soon = Duration::from_millis(50);
        let id = self.next_message();
        match fate {
            Fate::Answer => self.deliver(body, soon, &[id]),
            Fate::Double => self.deliver(body, soon, &[id, id]),
            Fate::DoubleAnew => self.deliver(body, soon, &[id, self.next_message()]),
            Fate::Silence => {}
            Fate::Slow(seconds) => self.deliver(body, Duration::from_secs(seconds), &[id]),
            Fate::Fail => return Err(EffectFailure::retry("HTTP 500")),
            Fate::Refuse => return Err(EffectFailure::give_up(Event::Failed, "HTTP 400")),
            Fate::Hang => std::future::pending().await,
            Fate::Take(seconds) => {
                tokio::time::sleep(Duration::from_secs(seconds)).await;
                self.deliver(body, soon, &[id]);
            }
            Fate::Parts(parts) => {
                for _ in 0..parts {
                    tokio::time::sleep(Duration::from_secs(30)).await;
                    cx.progress();
                }
                self.deliver(body, soon, &[id]);
            }
            Fate::Panic => panic!("the host has a bug"),
            Fate::Early => {
                let linked = format!(r#"{{"answers":"{request}","what":"linked"}}"#);
                self.deliver(linked, Duration::ZERO, &[self.next_message()]);
                self.deliver(body, soon, &[id]);
                tokio::time::sleep(soon * 2).await;
            }
        }
        Ok(())
    }
}

/// Our side: carries out the errand's effects, reads the callbacks.
#[derive(Debug)]
pub(super) struct Town {
    pub(super) gateway: Arc<Gateway>,
    pub(super) checkpoints: Option<Arc<Checkpoints>>,
}

#[async_trait]
impl FlowHost for Town {
    type Flow = Errand;

    async fn perform(
        &self,
        cx: &EffectContext<'_, Self::Flow>,
        effect: &Effect,
    ) -> Result<Option<Event>, EffectFailure<Event>> {
        let request = cx.request_id().await?;
        pass(self.checkpoints.as_deref()).await;
        let event = match effect {
            Effect::Ask => {
                let token = format!("token:t-{}", cx.flow());
                self.gateway.call(cx, "ask", request, &token).await?;
                None
            }
            Effect::Link { token } => {
                assert!(token.starts_with("t-"));
                self.gateway.call(cx, "link", request, "linked").await?;
                None
            }
            Effect::Notify { .. } => {
                self.gateway.calls.lock().unwrap().push("notify".to_owned());
                match self.gateway.fate() {
                    Fate::Fail => return Err(EffectFailure::retry("HTTP 500")),
                    Fate::Panic => panic!("the host has a bug"),
                    _ => Some(Event::Notified),
                }
            }
        };
        pass(self.checkpoints.as_deref()).await;
        Ok(event)
    }

    async fn receive(
        &self,
        cx: &ReceiveContext<'_>,
        message: &Message,
    ) -> Result<Received<Errand>, ReceiveError> {
        pass(self.checkpoints.as_deref()).await;
        let body: BTreeMap<String, String> = serde_json::from_slice(&cx.body(message).await?)
            .map_err(|_| ReceiveError::poison("the body is not an object of texts"))?;
        let what = body.get("what").map(String::as_str).unwrap_or_default();
        let event = match what.split_once(':') {
            Some(("token", token)) => Event::Token(token.to_owned()),
            Some(("begin", name)) => {
                let event = Event::Begin { name: name.to_owned() };
                return Ok(Received::start(Errand::key(name), Errand::new(), event));
            }
            None if what == "linked" => Event::Linked,
            None if what == "nonsense" => Event::Nonsense,
            None if what == "noise" => return Ok(Received::ignore("noise")),
            None if what == "hang" => std::future::pending().await,
            None if what == "panic" => panic!("the host has a bug"),
            None if what == "wait" => return Err(ReceiveError::not_yet("the database sleeps")),
            _ => return Err(ReceiveError::poison("an unknown message")),
        };
        if let Some(name) = body.get("errand") {
            return Ok(Received::existing(Errand::key(name), event));
        }
        let request = body.get("answers").and_then(|text| text.parse::<RequestId>().ok());
        let request = request.ok_or_else(|| ReceiveError::poison("it answers nothing"))?;
        Ok(Received::existing(request, event))
    }
}

/// Counts the points at which a crash may happen, and makes one of them one.
#[derive(Debug)]
pub(super) struct Checkpoints {
    passed: AtomicU64,
    limit: u64,
    crashed: tokio::sync::Notify,
}

impl Checkpoints {
    pub(super) fn crash_at(limit: u64) -> Arc<Self> {
        Arc::new(Self { passed: AtomicU64::new(0), limit, crashed: tokio::sync::Notify::new() })
    }

    /// Nothing passes any more once the crash has happened.
    pub(super) async fn pass(&self) {
        if self.passed.fetch_add(1, Ordering::SeqCst) + 1 >= self.limit {
            self.crashed.notify_one();
            std::future::pending().await
        }
    }

    pub(super) async fn crashed(&self) {
        self.crashed.notified().await;
    }
}

pub(super) async fn pass(checkpoints: Option<&Checkpoints>) {
    if let Some(checkpoints) = checkpoints {
        checkpoints.pass().await;
    }
}

/// A runner for the town.
pub(super) fn runner(
    gateway: &Arc<Gateway>,
    store: Arc<dyn FlowStore>,
    options: EngineOptions,
) -> Node<Town> {
    let town = Town { gateway: Arc::clone(gateway), checkpoints: None };
    let clock = Arc::new(gateway.clock.clone());
    let runner = Node::with_options(Arc::new(town), store, clock, options);
    gateway.listen(Some(runner.clone()));
    runner
}

/// A runner at work in the background, until it is dropped: then it has crashed.
pub(super) struct AtWork {
    pub(super) runner: Node<Town>,
    task: tokio::task::JoinHandle<()>,
}

impl AtWork {
    pub(super) fn begin(runner: Node<Town>) -> Self {
        let worker = runner.clone();
        let task = tokio::spawn(async move { worker.run(std::future::pending()).await });
        Self { runner, task }
    }

    pub(super) async fn start(&self, name: &str) -> FlowId {
        let event = Event::Begin { name: name.to_owned() };
        self.runner.start(Errand::new(), event).await.unwrap()
    }
}

impl Drop for AtWork {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// An inbound message of the test itself.
pub(super) fn message(gateway: &Gateway, id: &str, body: &str) -> Inbound {
    Inbound::new(InboundKey::new("OnCall", id), body.to_owned(), gateway.clock.now())
}

pub(super) fn begin_message(gateway: &Gateway, id: &str, name: &str) -> Inbound {
    message(gateway, id, &format!(r#"{{"what":"begin:{name}"}}"#))
}

/// More than any of the sample's waits together.
pub(super) const LONG: Duration = Duration::from_secs(6 * 3600);
