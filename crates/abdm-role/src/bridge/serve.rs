//! The bridge in an axum server.

use std::sync::Arc;

use abdm_core::receiver::{self, Server};
use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use super::Bridge;
use crate::health::Health;

impl Bridge {
    /// A router that serves the callbacks of all roles. Mount it where the registered bridge URL
    /// points: `Router::new().nest("/abdm", bridge.router())`.
    pub fn router(&self) -> Router {
        receiver::router(Arc::clone(self.receiver()))
    }

    /// A router with two paths for whoever watches the program, each with the account of
    /// [`health`](Self::health) as JSON:
    ///
    /// | path | 200 | 503 |
    /// |---|---|---|
    /// | `/health` | it is alive | its work has stopped and nobody asked for it: restart it |
    /// | `/ready` | it may be sent callbacks | it ends, does not work yet, or has no usable store |
    ///
    /// Merge it outside the callbacks' prefix, and let no proxy on the internet through to it: it
    /// holds no secret, but is nobody else's business. A check takes five seconds at most: give the
    /// probe more.
    pub fn health_router(&self) -> Router {
        Router::new()
            .route("/health", get(alive))
            .route("/ready", get(ready))
            .with_state(self.clone())
    }

    /// Serves `app` at `listener` and works for all roles, until `shutdown` is ready. Then no
    /// connection is taken any more, callbacks on those that are open are answered 503 with
    /// `Retry-After`, requests under way end, then the work in progress ends: 20 seconds each at
    /// most, unless set otherwise.
    ///
    /// `app` holds [`router`](Self::router), and whatever else the program serves. For other
    /// limits than those of [`receiver::serve`] there is [`serve_with`](Self::serve_with).
    pub async fn serve(
        &self,
        listener: TcpListener,
        app: Router,
        shutdown: impl Future<Output = ()> + Send,
    ) {
        self.serve_with(Server::new(), listener, app, shutdown).await;
    }

    /// The same by a server with settings of its own: limits, and whether a callback that misses
    /// the mount is logged ([`Server::tell_unserved`]).
    pub async fn serve_with(
        &self,
        server: Server,
        listener: TcpListener,
        app: Router,
        shutdown: impl Future<Output = ()> + Send,
    ) {
        let (served, serving) = oneshot::channel::<()>();
        let serve = async {
            let shutdown = async {
                shutdown.await;
                self.close();
            };
            server.serve(listener, app, shutdown).await;
            drop(served);
        };
        tokio::join!(serve, self.work_until(async { drop(serving.await) }));
    }
}

async fn alive(State(bridge): State<Bridge>) -> Response {
    let health = bridge.health().await;
    answer(health.is_alive(), &health)
}

async fn ready(State(bridge): State<Bridge>) -> Response {
    let health = bridge.health().await;
    answer(health.is_ready(), &health)
}

fn answer(good: bool, health: &Health) -> Response {
    let status = if good { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    let headers = [(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "no-store")];
    (status, headers, health.to_json()).into_response()
}
