//! The callbacks as an axum router.

use std::sync::Arc;

use axum::Router;

use crate::client::Hip;

impl Hip {
    /// A router that serves the callbacks of this HIP, authenticated. Mount it where the registered
    /// bridge URL points, under any prefix:
    ///
    /// ```no_run
    /// # async fn example(hip: hip_services::Hip) -> std::io::Result<()> {
    /// let app = axum::Router::new().nest("/abdm", hip.router());
    /// let listener = tokio::net::TcpListener::bind("0.0.0.0:8080").await?;
    /// tokio::select! {
    ///     served = axum::serve(listener, app) => served,
    ///     () = hip.run(std::future::pending()) => Ok(()),
    /// }
    /// # }
    /// ```
    ///
    /// A program that is HIP and HIU at once builds one
    /// [`CallbackReceiver`](abdm_core::receiver::CallbackReceiver) from the
    /// [`callbacks`](Self::callbacks) of both.
    pub fn router(&self) -> Router {
        abdm_core::receiver::router(Arc::new(self.receiver()))
    }
}
