//! The callbacks as an axum router.

use std::sync::Arc;

use axum::Router;

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
    /// A program that is HIP and HIU at once builds one
    /// [`CallbackReceiver`](abdm_core::receiver::CallbackReceiver) from the
    /// [`callbacks`](Self::callbacks) of both.
    pub fn router(&self) -> Router {
        abdm_core::receiver::router(Arc::new(self.receiver()))
    }
}
