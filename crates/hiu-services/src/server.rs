//! The callbacks as an axum router (feature `axum`).

use std::sync::Arc;

use abdm_core::callback::CallbackVerifier;
use axum::Router;

use crate::client::Hiu;

impl Hiu {
    /// A router for the callbacks of this HIU and the data push. Mount it where the bridge URL points,
    /// under any prefix: `Router::new().nest("/abdm", hiu.router(verifier))`.
    ///
    /// A bridge that is a HIP as well needs one receiver for both: give the lists of
    /// [`routes`](Hiu::routes) to one `CallbackReceiver`.
    pub fn router(&self, verifier: CallbackVerifier) -> Router {
        abdm_core::receiver::router(Arc::new(self.receiver(verifier)))
    }
}
