//! The callbacks as an axum router.

use std::sync::Arc;

#[cfg(feature = "v0_5")]
use abdm_core::endpoint::Endpoint;
use axum::Router;

#[cfg(feature = "v0_5")]
use crate::api::v0_5::heartbeat::Heartbeat;
use crate::client::Hip;

impl Hip {
    /// A router that serves the callbacks of this HIP, authenticated. Mount it where the registered
    /// bridge URL points, under any prefix:
    ///
    /// ```no_run
    /// # use abdm_core::receiver;
    /// # async fn example(hip: hip_services::Hip) -> Result<(), receiver::ListenError> {
    /// let app = axum::Router::new().nest("/abdm", hip.router());
    /// let listener = receiver::listen("0.0.0.0:8080").await?;
    /// tokio::select! {
    ///     () = receiver::serve(listener, app, std::future::pending()) => {}
    ///     () = hip.run(std::future::pending()) => {}
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// [`serve`](abdm_core::receiver::serve) has limits for slow heads and idle connections.
    ///
    /// A program that is HIP and HIU at once has a [`Bridge`](crate::Bridge) instead, which serves
    /// the callbacks of both; with one role it is handy too, for health and a single end.
    pub fn router(&self) -> Router {
        let router = abdm_core::receiver::router(Arc::new(self.receiver()));
        #[cfg(feature = "v0_5")]
        let router = self.with_heartbeat(router);
        router
    }

    /// The same, with the answer to the heartbeat where a facility speaks V0.5.
    #[cfg(feature = "v0_5")]
    fn with_heartbeat(&self, router: Router) -> Router {
        if !self.speaks_v0_5() {
            return router;
        }
        let hip = self.clone();
        let answer = move || {
            let hip = hip.clone();
            async move { axum::Json(hip.v0_5().heartbeat().await) }
        };
        router.route(Heartbeat::META.path, axum::routing::get(answer))
    }
}
