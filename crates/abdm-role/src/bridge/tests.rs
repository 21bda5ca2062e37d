use std::sync::Mutex;
use std::sync::atomic::AtomicU32;

use abdm_core::endpoint::Endpoint as _;
use abdm_core::environment::Environment;
use abdm_core::headers::StandardHeaders;
use abdm_core::message::Inbound;
use abdm_core::receiver::{Accepted, InboundSink, NotTaken};
use abdm_core::retry::RetryPolicy;
use abdm_core::seal::{SealingKey, SealingKeyRing};
use abdm_core::secret::ClientSecret;
use abdm_core::session::Credentials;
use abdm_core::transport::{Transport, TransportError};
use abdm_core::wire;
use abdm_core::{StoreError, StoreErrorKind};
use abdm_flow::SealedStore;
use abdm_flow::store::MemoryStore;
use abdm_flow::testing::{Gate, GatedStore};
use async_trait::async_trait;
use bytes::Bytes;
use http::{Request, Response, StatusCode};
use tokio::sync::Notify;

use super::*;
use crate::health::{Health, SessionState, StoreState};

abdm_core::endpoint! {
    /// A callback of these tests.
    OnTested {
        method: POST,
        family: Bridge,
        path: "/tested",
        auth: SignedCallback,
        headers: StandardHeaders,
        request: (),
        response: wire::Accepted,
        success: OK,
        replay: Safe,
        errors: Unlisted,
        source: "none.md",
    }
}

const SECRET: &str = "very-secret";

/// Gives sessions, until it does not.
#[derive(Debug)]
struct Gateway {
    status: u16,
}

#[async_trait]
impl Transport for Gateway {
    async fn send(
        &self,
        _: Request<Bytes>,
        _: Duration,
    ) -> Result<Response<Bytes>, TransportError> {
        let body = match self.status {
            200 => r#"{"accessToken":"token-of-a-session","expiresIn":1200}"#,
            _ => r#"{"code":"900901","message":"Invalid Credentials of Asha"}"#,
        };
        Ok(Response::builder().status(self.status).body(body.into()).unwrap())
    }
}

fn client(status: u16) -> AbdmClient {
    let environment = Environment::at("http://127.0.0.1:1").unwrap();
    let credentials = Credentials::new("SBX_000000", ClientSecret::new(SECRET));
    AbdmClient::builder(environment, credentials, Arc::new(Gateway { status }))
        .retry(RetryPolicy::never())
        .build()
}

/// A store that counts what operators ask, and is away when told.
#[derive(Debug, Default)]
struct Line {
    asked: AtomicU32,
    away: AtomicBool,
    gives_nothing: AtomicBool,
}

#[async_trait]
impl Gate for Line {
    async fn before(&self, call: &'static str) -> Result<(), StoreError> {
        let claims = call == "claim";
        if self.away.load(Ordering::SeqCst) || (claims && self.gives_nothing.load(Ordering::SeqCst))
        {
            return Err(StoreError::new(StoreErrorKind::Unavailable));
        }
        self.asked.fetch_add(u32::from(call == "depths"), Ordering::SeqCst);
        Ok(())
    }
}

/// Counts what it takes, each after this time.
#[derive(Debug, Default)]
struct Shelf(Mutex<u32>, Duration);

#[async_trait]
impl InboundSink for Shelf {
    async fn accept(&self, _: &Inbound) -> Result<Accepted, NotTaken> {
        tokio::time::sleep(self.1).await;
        *self.0.lock().unwrap() += 1;
        Ok(Accepted::New)
    }
}

#[derive(Debug)]
struct Desk {
    engine: Engine,
    retention: Duration,
    shelf: Arc<Shelf>,
}

impl Desk {
    fn over(line: &Arc<Line>, client: &AbdmClient) -> Self {
        let store = GatedStore::new(Arc::new(MemoryStore::new()), Arc::clone(line));
        let engine = Engine::new(Arc::new(store), client.clock());
        Self { engine, retention: Duration::from_secs(1 << 20), shelf: Arc::default() }
    }
}

impl Role for Desk {
    fn callbacks(&self) -> Vec<Route> {
        vec![Route::new::<OnTested>(Arc::clone(&self.shelf) as Arc<dyn InboundSink>)]
    }

    fn engine(&self) -> &Engine {
        &self.engine
    }

    fn retention(&self) -> Duration {
        self.retention
    }
}

fn bridge(line: &Arc<Line>, client: &AbdmClient) -> (Bridge, Desk) {
    let desk = Desk::over(line, client);
    let verifier = CallbackVerifier::dangerously_accept_everything();
    (Bridge::builder(client).role(&desk).verifier(Arc::new(verifier)).build(), desk)
}

#[cfg(feature = "axum")]
mod served {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::{TcpListener, TcpStream};

    use super::*;

    const CALLBACK: &str = "POST /abdm/tested HTTP/1.1\r\nHost: x\r\n\
        REQUEST-ID: 6f1f2f5e-9c52-4f7e-8f0a-0d7f1f3d9a11\r\n\
        TIMESTAMP: 2026-11-22T10:00:00.000Z\r\nContent-Length: 2\r\n\r\n{}";
    const READY: &str = "GET /ready HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";

    /// Everything that comes back.
    async fn answer(address: std::net::SocketAddr, request: &str) -> String {
        let mut socket = TcpStream::connect(address).await.unwrap();
        socket.write_all(request.as_bytes()).await.unwrap();
        let mut text = String::new();
        socket.read_to_string(&mut text).await.unwrap();
        text
    }

    #[tokio::test]
    async fn a_callback_in_hand_is_taken_at_the_end_and_no_other_comes_in() {
        let (line, client) = (Arc::<Line>::default(), client(200));
        let shelf = Arc::new(Shelf(Mutex::default(), Duration::from_millis(400)));
        let desk = Desk { shelf: Arc::clone(&shelf), ..Desk::over(&line, &client) };
        let verifier = Arc::new(CallbackVerifier::dangerously_accept_everything());
        let bridge = Bridge::builder(&client).role(&desk).verifier(verifier).build();
        let app = axum::Router::new().nest("/abdm", bridge.router()).merge(bridge.health_router());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let stop = Arc::new(Notify::new());
        let served = {
            let (bridge, stop) = (bridge.clone(), Arc::clone(&stop));
            let stop = async move { stop.notified().await };
            tokio::spawn(async move { bridge.serve(listener, app, stop).await })
        };
        let ready = answer(address, READY).await;
        assert!(ready.starts_with("HTTP/1.1 200") && ready.contains("\"ready\":true"), "{ready}");
        let in_hand = tokio::spawn(answer(address, CALLBACK));
        tokio::time::sleep(Duration::from_millis(100)).await;
        stop.notify_one();
        let told = in_hand.await.unwrap();
        assert!(told.starts_with("HTTP/1.1 202"), "{told}");
        tokio::time::timeout(Duration::from_secs(20), served).await.unwrap().unwrap();
        assert_eq!(*shelf.0.lock().unwrap(), 1);
        assert!(TcpStream::connect(address).await.is_err());
        assert_eq!(tested(&bridge).await.status(), StatusCode::SERVICE_UNAVAILABLE);
    }
}

async fn tested(bridge: &Bridge) -> Response<Bytes> {
    let request = Request::post(OnTested::META.path)
        .header("request-id", "6f1f2f5e-9c52-4f7e-8f0a-0d7f1f3d9a11")
        .header("timestamp", "2026-11-22T10:00:00.000Z")
        .body(Bytes::from_static(b"{}"))
        .unwrap();
    bridge.receiver().handle(request).await
}

/// Lets others run, and the last check grow old.
async fn pause() {
    tokio::time::sleep(Duration::from_millis(1500)).await;
}

fn states(health: &Health) -> (bool, bool, usize) {
    (health.is_ready(), health.is_alive(), health.problems().len())
}

#[tokio::test(start_paused = true)]
async fn a_bridge_is_ready_from_its_beginning_to_its_end() {
    let (line, client) = (Arc::<Line>::default(), client(200));
    let (bridge, desk) = bridge(&line, &client);
    let before = bridge.health().await;
    assert_eq!(states(&before), (false, true, 1), "{before:?}");
    let stop = Arc::new(Notify::new());
    let run = {
        let (bridge, stop) = (bridge.clone(), Arc::clone(&stop));
        tokio::spawn(async move { bridge.run(async move { stop.notified().await }).await })
    };
    pause().await;
    let works = bridge.health().await;
    assert_eq!(states(&works), (true, true, 0), "{works:?}");
    assert!(matches!(works.session, SessionState::Good(_)));
    assert_eq!(tested(&bridge).await.status(), StatusCode::ACCEPTED);
    stop.notify_one();
    run.await.unwrap();
    let ended = bridge.health().await;
    assert_eq!(states(&ended), (false, true, 1), "{ended:?}");
    let late = tested(&bridge).await;
    assert_eq!(late.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert!(late.headers().contains_key("retry-after"));
    assert_eq!(*desk.shelf.0.lock().unwrap(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_bridge_whose_work_was_dropped_is_not_alive() {
    let (line, client) = (Arc::<Line>::default(), client(200));
    let (bridge, _) = bridge(&line, &client);
    let run = {
        let bridge = bridge.clone();
        tokio::spawn(async move { bridge.run(std::future::pending()).await })
    };
    pause().await;
    run.abort();
    pause().await;
    let health = bridge.health().await;
    assert_eq!(states(&health), (false, false, 1), "{health:?}");
}

#[tokio::test(start_paused = true)]
async fn a_store_that_is_away_makes_a_bridge_unready_and_not_dead() {
    let (line, client) = (Arc::<Line>::default(), client(200));
    let (bridge, _) = bridge(&line, &client);
    let run = bridge.run(std::future::pending());
    let watch = async {
        pause().await;
        line.away.store(true, Ordering::SeqCst);
        pause().await;
        let health = bridge.health().await;
        assert!(matches!(health.store, StoreState::Unreachable(_)));
        assert_eq!(states(&health), (false, true, 1), "{health:?}");
        line.away.store(false, Ordering::SeqCst);
        pause().await;
        assert!(bridge.health().await.is_ready());
    };
    tokio::select! {
        () = run => panic!("it ended"),
        () = watch => {}
    }
}

/// A bridge over a store that was sealed with one key, opened with a ring of others.
async fn over_sealed(keys: impl Into<SealingKeyRing>) -> (Bridge, Desk) {
    let (memory, client) = (Arc::new(MemoryStore::new()), client(200));
    let begun = SealedStore::new(memory.clone(), SealingKey::from_bytes(&[1; 32]).unwrap().into());
    begun.check().await.unwrap();
    let engine = Engine::new(Arc::new(SealedStore::new(memory, keys.into())), client.clock());
    let desk = Desk { engine, retention: Duration::from_secs(1 << 20), shelf: Arc::default() };
    (Bridge::builder(&client).role(&desk).build(), desk)
}

#[tokio::test(start_paused = true)]
async fn another_sealing_key_than_that_of_the_store_is_told_and_makes_a_bridge_unready() {
    let (bridge, _) = over_sealed(SealingKey::from_bytes(&[2; 32]).unwrap()).await;
    let error = bridge.check_store().await.unwrap_err();
    assert_eq!(error.kind, StoreErrorKind::UnknownKey);
    assert!(error.to_string().contains("sealed with another key"), "{error}");
    tokio::select! {
        () = bridge.run(std::future::pending()) => panic!("it ended"),
        () = pause() => {}
    }
    let health = bridge.health().await;
    assert!(matches!(health.store, StoreState::Unusable(_)), "{health:?}");
    assert!(!health.is_ready());
    let told = health.to_json();
    assert!(told.contains("\"storeReachable\":true,\"storeUsable\":false"), "{told}");
    assert!(told.contains("sealed with another key"), "{told}");
}

#[tokio::test(start_paused = true)]
async fn a_store_whose_key_is_an_older_one_of_the_ring_is_good() {
    let key = |byte| SealingKey::from_bytes(&[byte; 32]).unwrap();
    let (bridge, _) = over_sealed(SealingKeyRing::new(key(2), vec![key(1)])).await;
    bridge.check_store().await.unwrap();
    assert_eq!(bridge.health().await.store, StoreState::Reachable);
}

#[tokio::test(start_paused = true)]
async fn a_store_that_answers_and_gives_no_work_makes_a_bridge_unready() {
    let (line, client) = (Arc::<Line>::default(), client(200));
    let (bridge, _) = bridge(&line, &client);
    let run = bridge.run(std::future::pending());
    let watch = async {
        pause().await;
        line.gives_nothing.store(true, Ordering::SeqCst);
        tokio::time::sleep(Duration::from_secs(60)).await;
        let health = bridge.health().await;
        assert!(matches!(health.store, StoreState::Unusable(_)), "{health:?}");
        assert_eq!(states(&health), (false, true, 1), "{health:?}");
        line.gives_nothing.store(false, Ordering::SeqCst);
        tokio::time::sleep(Duration::from_secs(60)).await;
        assert!(bridge.health().await.is_ready());
    };
    tokio::select! {
        () = run => panic!("it ended"),
        () = watch => {}
    }
}

// ABDM's own state is told, and no reason to send callbacks elsewhere.
#[tokio::test(start_paused = true)]
async fn a_refusal_of_abdm_is_told_without_its_words_and_without_secrets() {
    let (line, client) = (Arc::<Line>::default(), client(401));
    let (bridge, _) = bridge(&line, &client);
    let run = bridge.run(std::future::pending());
    let watch = async {
        pause().await;
        let health = bridge.health().await;
        assert_eq!(states(&health), (true, true, 1), "{health:?}");
        let told = format!("{}{health:?}{:?}", health.to_json(), health.problems());
        assert!(told.contains("900901"), "{told}");
        for hidden in [SECRET, "Asha", "SBX_000000", "token"] {
            assert!(!told.contains(hidden), "{hidden}: {told}");
        }
    };
    tokio::select! {
        () = run => panic!("it ended"),
        () = watch => {}
    }
}

#[tokio::test(start_paused = true)]
async fn many_who_ask_at_once_cost_one_check() {
    let (line, client) = (Arc::<Line>::default(), client(200));
    let (bridge, _) = bridge(&line, &client);
    join_all((0..100).map(|_| bridge.health())).await;
    assert_eq!(line.asked.load(Ordering::SeqCst), 1);
    pause().await;
    bridge.health().await;
    assert_eq!(line.asked.load(Ordering::SeqCst), 2);
}

#[tokio::test(start_paused = true)]
async fn roles_of_one_engine_are_worked_for_once_with_the_shorter_retention() {
    let (line, client) = (Arc::<Line>::default(), client(200));
    let desk = Desk::over(&line, &client);
    let other = Desk {
        engine: desk.engine.clone(),
        retention: Duration::from_secs(100_000),
        shelf: Arc::default(),
    };
    let shared = Bridge::new(&client, &[&desk, &other]);
    assert_eq!(shared.inner.workers.len(), 1);
    assert_eq!(shared.inner.workers[0].retention, Duration::from_secs(100_000));
    let apart = Bridge::new(&client, &[&desk, &Desk::over(&line, &client)]);
    assert_eq!(apart.inner.workers.len(), 2);
    assert_eq!(apart.receiver().routes().len(), 2);
}
