//! A small HTTP server with the limits that one on the internet needs.

mod lingering;
mod stalling;

use std::convert::Infallible;
use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::response::Response;
use http::{Method, Request, StatusCode};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service as _, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::task::JoinSet;

use self::lingering::Lingering;
use self::stalling::Stalling;
use super::refusals::{Refusals, misrouted};
use super::service::Told;
use crate::clock::{Clock as _, SystemClock};

/// The most that is read ahead of a request: its head must fit.
const LARGEST_HEAD: usize = 64 * 1024;

/// The pause after the system gave no connection, for want of file descriptors most often.
const NO_CONNECTION: Duration = Duration::from_millis(500);

/// Serves `app` until `shutdown` is ready, with the limits of [`Server::new`]. Then no connection
/// is taken any more, requests under way end, and the future is ready.
///
/// ```no_run
/// # use abdm_core::receiver;
/// # async fn run(app: axum::Router) -> Result<(), Box<dyn std::error::Error>> {
/// let listener = receiver::listen("0.0.0.0:8080").await?;
/// receiver::serve(listener, app, receiver::shutdown_signal()?).await;
/// # Ok(())
/// # }
/// ```
pub async fn serve(listener: TcpListener, app: Router, shutdown: impl Future<Output = ()> + Send) {
    Server::new().serve(listener, app, shutdown).await;
}

/// An HTTP/1.1 server for callbacks and whatever else a facility serves beside them.
///
/// `axum::serve` waits without end for a request's head and for a peer to read its answer, and
/// takes every connection. This one has a limit for each, so that strangers who connect and say
/// nothing, or one byte a second, or read nothing, hold nothing for long. TLS, where it is wanted,
/// ends at a proxy before it. How long a *body* may take and be is the application's matter:
/// [`router`](super::router) has its limits.
///
/// A `POST` of ABDM's to a path that nothing in `app` serves is logged at `warn`, without ids and at
/// most ten times a minute: a callback that misses the mount must not be lost in silence. ABDM's is
/// what has its headers, or `/api/v3/` or `/v0.5/` in its path; of others, the facility's own,
/// nothing is logged.
#[derive(Debug, Clone, Copy)]
#[must_use]
pub struct Server {
    head: Duration,
    write: Duration,
    connections: usize,
    drain: Duration,
    tells_unserved: bool,
}

impl Server {
    /// A head within 30 seconds, as long for a peer to take a part of its answer, 1,024
    /// connections, 20 seconds to end.
    pub const fn new() -> Self {
        Self {
            head: Duration::from_secs(30),
            write: Duration::from_secs(30),
            connections: 1024,
            drain: Duration::from_secs(20),
            tells_unserved: true,
        }
    }

    /// How long the head of a request may take to arrive, counted from the moment at which the
    /// connection was opened or its last request was answered: an idle connection lives as long.
    pub const fn head_within(mut self, time: Duration) -> Self {
        self.head = time;
        self
    }

    /// How long a write may wait for a peer that takes nothing of its answer. Then the connection
    /// is broken off. A peer that reads slowly has as long for each part.
    pub const fn write_within(mut self, time: Duration) -> Self {
        self.write = time;
        self
    }

    /// How many connections there may be at once. Further ones wait, unanswered, for one to end.
    pub const fn connections(mut self, most: usize) -> Self {
        self.connections = most;
        self
    }

    /// How long requests under way may take to end after `shutdown`. Then they are broken off.
    pub const fn drain(mut self, time: Duration) -> Self {
        self.drain = time;
        self
    }

    /// Whether a `POST` of ABDM's that nothing in `app` serves is logged, as it is by default. Not
    /// where 404 is an answer like others.
    pub const fn tell_unserved(mut self, tell: bool) -> Self {
        self.tells_unserved = tell;
        self
    }

    /// Serves `app` until `shutdown` is ready, and what was under way then is answered.
    ///
    /// Dropping the future instead breaks every connection off.
    pub async fn serve(
        self,
        listener: TcpListener,
        app: Router,
        shutdown: impl Future<Output = ()> + Send,
    ) {
        let mut shutdown = pin!(shutdown);
        let free = Arc::new(Semaphore::new(self.connections.clamp(1, Semaphore::MAX_PERMITS)));
        let (closing, closed) = watch::channel(());
        let unserved = Arc::new(Refusals::default());
        let mut open = JoinSet::new();
        loop {
            tokio::select! {
                biased;
                () = &mut shutdown => break,
                Some(_) = open.join_next(), if !open.is_empty() => {}
                accepted = accept(&listener, &free) => match accepted {
                    Ok((socket, permit)) => {
                        let connection = Connection {
                            server: self,
                            app: app.clone(),
                            closed: closed.clone(),
                            unserved: Arc::clone(&unserved),
                        };
                        open.spawn(async move {
                            connection.run(socket).await;
                            drop(permit);
                        });
                    }
                    Err(error) => {
                        tracing::warn!(%error, "no connection could be taken, trying again");
                        tokio::time::sleep(NO_CONNECTION).await;
                    }
                },
            }
        }
        drop(listener);
        drop(closing);
        let ended = async { while open.join_next().await.is_some() {} };
        if tokio::time::timeout(self.drain, ended).await.is_err() {
            tracing::warn!(left = open.len(), "connections did not end in time and are broken off");
        }
    }
}

impl Default for Server {
    fn default() -> Self {
        Self::new()
    }
}

async fn accept(
    listener: &TcpListener,
    free: &Arc<Semaphore>,
) -> io::Result<(TcpStream, OwnedSemaphorePermit)> {
    let permit = Arc::clone(free).acquire_owned().await.map_err(io::Error::other)?;
    let (socket, _) = listener.accept().await?;
    // Without it an answer may wait for the peer's acknowledgement of an earlier one.
    let _ = socket.set_nodelay(true);
    Ok((socket, permit))
}

struct Connection {
    server: Server,
    app: Router,
    closed: watch::Receiver<()>,
    unserved: Arc<Refusals>,
}

impl Connection {
    async fn run(mut self, socket: TcpStream) {
        let socket = Lingering::new(Stalling::new(socket, self.server.write));
        let app = TowerToHyperService::new(self.app);
        let unserved = self.unserved;
        let service = service_fn(|request: Request<Incoming>| {
            let is_told = self.server.tells_unserved && request.method() == Method::POST;
            let of_abdm = || misrouted(request.uri().path(), request.headers());
            let asked = is_told.then(of_abdm).flatten();
            let unserved = Arc::clone(&unserved);
            let answering = app.call(request);
            async move {
                let response: Response = answering.await?;
                if let Some(path) = asked {
                    tell_if_unserved(&unserved, &response, &path);
                }
                Ok::<_, Infallible>(response)
            }
        });
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(self.server.head)
            .max_buf_size(LARGEST_HEAD)
            .serve_connection(TokioIo::new(socket), service);
        let mut connection = pin!(connection);
        tokio::select! {
            ended = connection.as_mut() => return note(ended),
            // The sender is only ever dropped: that is the sign.
            _ = self.closed.changed() => connection.as_mut().graceful_shutdown(),
        }
        note(connection.await);
    }
}

/// A connection that ends badly is the peer's matter, and no more than a trace of it.
fn note(ended: hyper::Result<()>) {
    if let Err(error) = ended {
        tracing::debug!(%error, "a connection ended early");
    }
}

fn tell_if_unserved(unserved: &Refusals, response: &Response, path: &str) {
    let status = response.status();
    let unhandled = matches!(status, StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED);
    if !unhandled || response.extensions().get::<Told>().is_some() {
        return;
    }
    if let Some(held_back) = unserved.may_write(status, SystemClock.now()) {
        tracing::warn!(
            status = status.as_u16(),
            path,
            held_back,
            "a POST came to a path where nothing is mounted: do the bridge URL and the prefix under \
             which the callbacks are mounted fit?"
        );
    }
}
