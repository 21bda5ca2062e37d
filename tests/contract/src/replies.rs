//! Saved replies: answers read into the types, refusals into a classified error.

use abdm_core::client::CallError;
use abdm_core::error::{ApiError, ErrorClass};
use bytes::Bytes;
use http::{HeaderMap, StatusCode};

use crate::{Known, Reply, Rules, Saved};

/// How a reply was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Read {
    Answer,
    /// By its class, or by its text.
    Refusal(&'static str),
    /// It stands at the wrong request, or is superseded.
    Misplaced,
}

/// A refusal without a code, which is known by its text.
#[derive(Debug)]
pub struct KnownText {
    /// The reason.
    pub why: &'static str,
    /// What the text contains.
    pub text: &'static str,
}

/// A saved reply that belongs to another call.
#[derive(Debug)]
pub struct ReplySlip {
    /// The reason.
    pub why: &'static str,
    /// Whether a reply is such a one.
    pub applies: fn(&Saved, &Reply) -> bool,
}

/// Reads one reply.
pub(crate) fn read(
    rules: &Rules,
    known: &Known,
    saved: &Saved,
    reply: &Reply,
) -> Result<(Read, Option<&'static str>), String> {
    let status = StatusCode::from_u16(reply.status).map_err(|error| error.to_string())?;
    let bytes = Bytes::copy_from_slice(reply.body.as_bytes());
    let headers = HeaderMap::new();
    let refused = if status.is_success() {
        ApiError::hidden_in_success(&known.meta, None, status, &headers, &bytes)
    } else {
        Some(ApiError::from_response(&known.meta, None, status, &headers, &bytes))
    };
    if let Some(error) = refused {
        let class = CallError::Api(error).class();
        let by_text = rules.texts.iter().find(|known| reply.body.contains(known.text));
        return match (class, by_text) {
            (ErrorClass::Unclassified, None) => {
                Err(format!("unclassified: {status} {}", reply.body))
            }
            (ErrorClass::Unclassified, Some(known)) => {
                Ok((Read::Refusal("known by their text"), Some(known.why)))
            }
            _ => Ok((Read::Refusal(class.as_str()), None)),
        };
    }
    if let Some(slip) = rules.reply_slips.iter().find(|slip| (slip.applies)(saved, reply)) {
        return Ok((Read::Misplaced, Some(slip.why)));
    }
    let read = (known.read_answer)(&bytes);
    read.map_err(|error| format!("{status} {error}: {}", reply.body))?;
    Ok((Read::Answer, None))
}
