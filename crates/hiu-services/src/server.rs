//! The callbacks as an axum router (feature `axum`).

use std::sync::Arc;

use axum::Router;

use crate::client::Hiu;

impl Hiu {
    /// A router for the callbacks of this HIU and the data push. Mount it where the bridge URL
    /// points, under any prefix: `Router::new().nest("/abdm", hiu.router())`.
    ///
    /// Serve it with [`abdm_core::receiver::serve`], which has limits for slow heads, idle
    /// connections and the number of connections.
    ///
    /// A program that is HIU and HIP at once has a [`Bridge`](crate::Bridge) instead, which serves
    /// the callbacks of both; with one role it is handy too, for health and a single end.
    pub fn router(&self) -> Router {
        abdm_core::receiver::router(Arc::new(self.receiver()))
    }
}
