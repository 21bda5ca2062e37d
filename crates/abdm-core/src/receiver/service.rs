//! The receiver as a `tower::Service`.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use tower_service::Service;

use super::CallbackReceiver;

/// Marks a response that the receiver has told the operator about.
#[derive(Debug, Clone, Copy)]
pub(super) struct Told;

/// Serves every callback of a receiver as a `tower::Service`: for hyper, for `tower`'s layers, for
/// any server that hosts one. It never fails and is always ready.
///
/// With a server that does not take the mount's prefix off the path, name it with
/// [`CallbackReceiver::below`].
///
/// ```
/// use std::sync::Arc;
/// use abdm_core::receiver::{CallbackReceiver, CallbackService};
///
/// fn service(receiver: CallbackReceiver) -> CallbackService {
///     CallbackService::new(Arc::new(receiver.below("/abdm")))
/// }
/// ```
#[derive(Debug, Clone)]
pub struct CallbackService {
    receiver: Arc<CallbackReceiver>,
}

impl CallbackService {
    /// A service of this receiver. Clones share it.
    #[must_use]
    pub const fn new(receiver: Arc<CallbackReceiver>) -> Self {
        Self { receiver }
    }
}

impl<B> Service<http::Request<B>> for CallbackService
where
    B: Body + Send + 'static,
    B::Data: Send,
    B::Error: Send,
{
    type Response = http::Response<AnswerBody>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<B>) -> Self::Future {
        let receiver = Arc::clone(&self.receiver);
        Box::pin(async move {
            let mut response = receiver.answer(request).await.map(|_| AnswerBody);
            response.extensions_mut().insert(Told);
            Ok(response)
        })
    }
}

/// The body of an answer to a callback: always empty.
#[derive(Debug, Clone, Copy, Default)]
pub struct AnswerBody;

impl Body for AnswerBody {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        Poll::Ready(None)
    }

    fn is_end_stream(&self) -> bool {
        true
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(0)
    }
}
