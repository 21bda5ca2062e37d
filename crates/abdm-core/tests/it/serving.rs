//! The router and its server: bodies of strangers stay unread, slow heads end.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use abdm_core::receiver::{PushLimits, Server, router};
use abdm_core::testing::log::{listen, logged};
use axum::Router;
use axum::body::{Body, Bytes, HttpBody};
use axum::routing::get;
use http::{Request, Response, StatusCode};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tracing::Level;

use crate::receiver::{Shelf, callback, limited};

const ID: &str = "6f1f2f5e-9c52-4f7e-8f0a-0d7f1f3d9a11";

/// A body that counts what is read of it and has no end.
struct Endless(Arc<AtomicUsize>);

impl HttpBody for Endless {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<http_body::Frame<Bytes>, Infallible>>> {
        self.0.fetch_add(1, Ordering::SeqCst);
        Poll::Ready(Some(Ok(http_body::Frame::data(Bytes::from_static(&[b'1'; 100])))))
    }
}

async fn ask(app: Router, request: Request<Body>) -> Response<Body> {
    tower::ServiceExt::oneshot(app, request).await.unwrap()
}

/// Pushes a body without end to this path; the answer, and how often the body was asked for more.
async fn push_without_end(path: &str, length: Option<&str>) -> (Response<Body>, usize) {
    let app = router(Arc::new(limited(&Arc::default(), PushLimits::new(1000, 4096))));
    let asked = Arc::new(AtomicUsize::new(0));
    let mut request = callback(path, ID, "").map(|_| Body::new(Endless(Arc::clone(&asked))));
    if let Some(length) = length {
        request.headers_mut().insert("content-length", length.parse().unwrap());
    }
    let answer = ask(app, request).await;
    (answer, asked.load(Ordering::SeqCst))
}

#[tokio::test]
async fn a_push_to_an_address_never_given_out_is_refused_with_its_body_unread() {
    for length in [None, Some("900"), Some("60000000")] {
        let (answer, asked) = push_without_end("/data/push/stranger", length).await;
        assert_eq!((answer.status(), asked), (StatusCode::NOT_FOUND, 0), "{length:?}");
        assert_eq!(answer.headers()["connection"], "close", "the body is not drained either");
    }
}

// (ruling 37)
#[tokio::test]
async fn a_push_over_the_limit_is_refused_as_soon_as_its_length_shows() {
    let (announced, asked) = push_without_end("/data/push/a", Some("1001")).await;
    assert_eq!((announced.status(), asked), (StatusCode::PAYLOAD_TOO_LARGE, 0));
    let (chunked, asked) = push_without_end("/data/push/a", None).await;
    assert_eq!((chunked.status(), asked), (StatusCode::PAYLOAD_TOO_LARGE, 11), "not one more");
    assert_eq!(chunked.headers()["connection"], "close");
}

#[tokio::test(start_paused = true)]
async fn a_body_that_does_not_come_is_answered_408_and_logged() {
    listen(Level::INFO);
    let app = router(Arc::new(limited(&Arc::<Shelf>::default(), PushLimits::default())));
    let (_sender, body) = tokio::io::duplex(64);
    let request = callback("/data/push/a", ID, "").map(|_| Body::new(Silent(body)));
    assert_eq!(ask(app, request).await.status(), StatusCode::REQUEST_TIMEOUT);
    assert!(logged().contains("status=408"), "{}", logged());
}

/// A body of which nothing comes.
struct Silent(#[expect(dead_code, reason = "it is held open")] tokio::io::DuplexStream);

impl HttpBody for Silent {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<http_body::Frame<Bytes>, Infallible>>> {
        Poll::Pending
    }
}

/// A server at work.
struct Served {
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

impl Served {
    async fn start(server: Server) -> Self {
        let slow = get(|| async {
            tokio::time::sleep(Duration::from_millis(300)).await;
            "done"
        });
        let app = Router::new()
            .route("/slow", slow)
            .route("/quick", get(|| async { "done" }))
            .route("/large", get(|| async { vec![b'1'; 16 * 1024 * 1024] }));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel::<()>();
        let task = tokio::spawn(server.serve(listener, app, async { drop(stopped.await) }));
        Self { address, stop, task }
    }

    async fn connect(&self, head: &str) -> TcpStream {
        let mut socket = TcpStream::connect(self.address).await.unwrap();
        socket.write_all(head.as_bytes()).await.unwrap();
        socket
    }
}

async fn rest(mut socket: TcpStream) -> String {
    let mut text = String::new();
    socket.read_to_string(&mut text).await.unwrap();
    text
}

const SHORT: Duration = Duration::from_millis(200);

#[tokio::test]
async fn a_connection_that_sends_no_whole_head_in_time_is_closed() {
    let served = Served::start(Server::new().head_within(SHORT)).await;
    let silent = served.connect("").await;
    let half = served.connect("POST /quick HTTP/1.1\r\nHost: x\r\n").await;
    let idle = served.connect("GET /quick HTTP/1.1\r\nHost: x\r\n\r\n").await;
    let mut dripping = served.connect("").await;
    let drip = tokio::spawn(async move {
        while dripping.write_all(b"G").await.is_ok() {
            tokio::time::sleep(SHORT / 4).await;
        }
    });
    // Each ends by the server's doing: without a limit this test would wait for ever.
    assert_eq!(rest(silent).await, "");
    rest(half).await;
    assert!(rest(idle).await.ends_with("done"), "answered, then closed");
    drip.await.unwrap();
}

#[tokio::test]
async fn a_peer_that_never_reads_its_answers_is_broken_off_and_another_is_served() {
    let served = Served::start(Server::new().connections(1).write_within(SHORT)).await;
    let mut deaf = served.connect("").await;
    // Until the buffers between are full, and then no more is taken.
    let asking = tokio::spawn(async move {
        let requests = "GET /large HTTP/1.1\r\nHost: x\r\n\r\n".repeat(100);
        while deaf.write_all(requests.as_bytes()).await.is_ok() {}
    });
    let head = "GET /quick HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    let waiting = tokio::time::timeout(Duration::from_secs(20), rest(served.connect(head).await));
    assert!(waiting.await.unwrap().ends_with("done"));
    tokio::time::timeout(Duration::from_secs(20), asking).await.unwrap().unwrap();
}

#[tokio::test]
async fn a_connection_beyond_the_limit_is_served_when_another_ends() {
    let served = Served::start(Server::new().connections(1).head_within(SHORT)).await;
    let first = served.connect("").await;
    let second =
        served.connect("GET /quick HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").await;
    let waiting = tokio::spawn(rest(second));
    rest(first).await;
    assert!(waiting.await.unwrap().ends_with("done"));
}

#[tokio::test]
async fn at_shutdown_what_is_under_way_is_answered_and_nothing_more_is_taken() {
    let served = Served::start(Server::new()).await;
    let idle = served.connect("").await;
    let slow = served.connect("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n").await;
    tokio::time::sleep(Duration::from_millis(100)).await;
    drop(served.stop);
    assert!(rest(slow).await.ends_with("done"));
    assert_eq!(rest(idle).await, "", "an idle connection holds nobody up");
    served.task.await.unwrap();
    assert!(TcpStream::connect(served.address).await.is_err());
}

#[tokio::test]
async fn a_request_that_does_not_end_is_broken_off_after_the_drain() {
    let served = Served::start(Server::new().drain(Duration::from_millis(50))).await;
    let slow = served.connect("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n").await;
    tokio::time::sleep(Duration::from_millis(100)).await;
    drop(served.stop);
    served.task.await.unwrap();
    assert_eq!(rest(slow).await, "");
}

// The mount does not fit: the receiver never hears of it, the server does.
#[tokio::test]
async fn a_post_to_a_path_where_nothing_is_mounted_is_logged() {
    listen(Level::INFO);
    let served = Served::start(Server::new()).await;
    let head = format!("POST /api/v3/hip/{ID} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    let answer = rest(served.connect(&head).await).await;
    assert!(answer.starts_with("HTTP/1.1 404"), "{answer}");
    assert!(logged().contains("path=\"/api/v3/hip/…\""), "{}", logged());
}

// A facility serves its own pages beside the callbacks, and their 404s are its own matter.
#[tokio::test]
async fn a_post_to_a_path_of_the_facilitys_own_that_is_answered_404_is_not_logged() {
    listen(Level::INFO);
    let served = Served::start(Server::new()).await;
    for path in ["/patients/asha-devi/visits", "/api/patients/asha-devi"] {
        let head = format!("POST {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        let answer = rest(served.connect(&head).await).await;
        assert!(answer.starts_with("HTTP/1.1 404"), "{answer}");
    }
    assert!(!logged().contains("mounted") && !logged().contains("asha"), "{}", logged());
}

/// Sends everything, and reads only then, as plain clients do.
async fn send_all_then_read(address: SocketAddr, path: &str, length: usize) -> String {
    let mut socket = TcpStream::connect(address).await.unwrap();
    let head = format!(
        "POST {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n"
    );
    socket.write_all(head.as_bytes()).await.unwrap();
    let piece = vec![b'1'; 256 * 1024];
    let mut left = length;
    while left > 0 {
        let now = left.min(piece.len());
        socket.write_all(&piece[..now]).await.unwrap_or_else(|e| panic!("{left} to go: {e}"));
        left -= now;
    }
    rest(socket).await
}

// (ruling 37) A body that is not wanted is not drained by the receiver; the connection's end must
// not take the answer with it.
#[tokio::test]
async fn a_refused_sender_that_reads_only_at_the_end_sees_its_answer() {
    let receiver = limited(&Arc::<Shelf>::default(), PushLimits::new(1000, 4096));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let app = Router::new().nest("/abdm", router(Arc::new(receiver)));
    tokio::spawn(Server::new().serve(listener, app, std::future::pending()));
    for turn in 0..10 {
        for (path, status) in [
            ("/abdm/data/push/a", "413"),
            ("/abdm/data/push/stranger", "404"),
            ("/where/nothing/is/mounted", "404"),
        ] {
            for length in [1_001, 500_000, 8_000_000] {
                let answer = send_all_then_read(address, path, length).await;
                let told = answer.starts_with(&format!("HTTP/1.1 {status}"));
                assert!(told, "{path}, {length} bytes, turn {turn}: {answer}");
            }
        }
    }
}
