//! Saved replies: answers read into our types, refusals into a classified error.

use abdm_core::client::CallError;
use abdm_core::error::{ApiError, ErrorClass};
use bytes::Bytes;
use http::{HeaderMap, StatusCode};

use super::known::Known;
use super::saved::{Reply, Saved};

/// How a reply was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Read {
    Answer,
    /// By its class, or by its text.
    Refusal(&'static str),
    /// It stands at the wrong request, or is superseded.
    Misplaced,
}

/// A refusal without a code, which this crate knows by its text.
pub(super) struct KnownText {
    pub(super) why: &'static str,
    text: &'static str,
}

pub(super) const KNOWN_TEXTS: &[KnownText] = &[
    KnownText {
        why: "\"already verified\" has no code: `Problem::AlreadyVerified` by its text",
        text: "already verified",
    },
    KnownText {
        why: "\"provide a valid field to update\" has no code: `Problem::InputInvalid` by its text",
        text: "provide a valid field to update",
    },
];

/// A saved reply that belongs to another call.
pub(super) struct ReplySlip {
    pub(super) why: &'static str,
    applies: fn(&Saved, &Reply) -> bool,
}

pub(super) const REPLY_SLIPS: &[ReplySlip] = &[
    ReplySlip {
        why: "a search is answered by an OTP's answer",
        applies: |saved, _| saved.place.contains("Find ABHA via Biometric / 1.3"),
    },
    ReplySlip {
        why: "words (\"QR CODE\", \"PHR Card\") stand where the bytes of an image belong",
        applies: |_, reply| {
            ["qr code", "phr card"].contains(&reply.body.trim().to_lowercase().as_str())
        },
    },
    ReplySlip {
        why: "the swagger of 2023 names tokens `id_token`, `refresh_token`: superseded (m1-abha.md 6.1)",
        applies: |_, reply| reply.body.contains("id_token"),
    },
];

/// Reads one reply.
pub(super) fn read(
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
        let by_text = KNOWN_TEXTS.iter().find(|known| reply.body.contains(known.text));
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
    if let Some(slip) = REPLY_SLIPS.iter().find(|slip| (slip.applies)(saved, reply)) {
        return Ok((Read::Misplaced, Some(slip.why)));
    }
    let read = (known.read_answer)(&bytes);
    read.map_err(|error| format!("{status} {error}: {}", reply.body))?;
    Ok((Read::Answer, None))
}
