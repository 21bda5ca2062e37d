//! The span in which a message is dealt with.

use http::HeaderMap;
use tracing::field::{Empty, display};
use tracing::{Instrument as _, info_span};

use super::{Answer, CallbackReceiver};
use crate::call;

impl CallbackReceiver {
    /// Answers within a span that tells the endpoint, the `REQUEST-ID` and the status, and nothing
    /// else that a sender wrote.
    pub(super) async fn traced(
        &self,
        path: &str,
        http_headers: &HeaderMap,
        answering: impl Future<Output = Answer>,
    ) -> Answer {
        let route = self.below_prefix(path).and_then(|path| self.route(path));
        let endpoint = route.map_or("unknown", |route| route.meta.name);
        let span = info_span!("callback", endpoint, request_id = Empty, status = Empty);
        if let Ok(request_id) = call::request_id(http_headers) {
            span.record("request_id", display(request_id));
        }
        let answer = answering.instrument(span.clone()).await;
        span.record("status", answer.status().as_u16());
        answer
    }
}
