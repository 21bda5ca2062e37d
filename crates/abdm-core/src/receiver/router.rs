//! The receiver as an axum router.

use std::sync::Arc;

use axum::Router;

use super::{CallbackReceiver, CallbackService};

/// A router that serves every callback of `receiver`. Mount it where the registered bridge URL
/// points: `Router::new().nest("/abdm", router(receiver))` for `https://hospital.example.org/abdm`,
/// and serve it with [`serve`](super::serve), which has the limits that a server on the internet
/// needs.
///
/// A body is read only after its sender has proved itself: a callback's by ABDM's token, a push's
/// by an address that was given out. It is never read beyond the limit, nor for longer than
/// [`CallbackReceiver::answer`] says, and pushes together never fill more memory than
/// [`PushLimits`](super::PushLimits) allow. What is not read is not drained: the connection ends.
///
/// # Logging
/// What is not taken leaves one line at `warn` with its status and the path asked for, without ids,
/// and cut short where nothing says that the request is ABDM's.
/// A path that is not served is told with those that are: most often a prefix does not fit. Of each
/// status ten lines a minute are written, the rest are counted; the metric `abdm_callbacks_total`
/// counts all.
pub fn router(receiver: Arc<CallbackReceiver>) -> Router {
    Router::new().fallback_service(CallbackService::new(receiver))
}
