//! Reading a callback that was taken in.

use std::str::FromStr;

use abdm_core::endpoint::Endpoint;
use abdm_core::headers::REQUEST_ID;
use abdm_core::id::RequestId;
use abdm_core::wire::read_json;
use abdm_flow::store::Message;
use abdm_flow::{ReceiveContext, ReceiveError};
use tracing::Span;
use tracing::field::display;

/// The body of a callback of `E`.
///
/// # Errors
/// A body that does not read is set aside, with the place at which it fails; its contents are not
/// told.
pub async fn body<E: Endpoint>(
    cx: &ReceiveContext<'_>,
    message: &Message,
) -> Result<E::Request, ReceiveError> {
    // For the trace: it is the host's to say whether a message needs an id.
    let _ = message_id(message);
    read_json(&cx.body(message).await?)
        .map_err(|error| ReceiveError::poison(format!("{}: {error}", E::META.name)))
}

/// The id of the message itself, which our answer names. The span in which the message is read is
/// told, too.
///
/// # Errors
/// A message without one is set aside.
pub fn message_id(message: &Message) -> Result<RequestId, ReceiveError> {
    let text = message.header(REQUEST_ID).unwrap_or_default();
    let request_id = RequestId::from_str(text)
        .map_err(|_| ReceiveError::poison("REQUEST-ID is missing or no UUID"))?;
    Span::current().record("request_id", display(request_id));
    Ok(request_id)
}

/// Which of our calls a callback answers.
///
/// # Errors
/// One that answers none is set aside.
pub fn answered(request: Option<RequestId>) -> Result<RequestId, ReceiveError> {
    request.ok_or_else(|| ReceiveError::poison("response.requestId is missing or no UUID"))
}
