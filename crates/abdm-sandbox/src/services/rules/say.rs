//! How a broken rule is told.

use http::StatusCode;

use super::Seen;
use crate::server::{Refusal, unreadable};
use crate::services::abha::invalid::unknown_transaction;
use crate::services::address::faults::bad_part;

/// What is answered to a broken rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Say {
    /// One text of a list of ABDM-9999, together with all others.
    Listed(&'static str),
    /// ABDM-1006 as the endpoint's service writes it: the body cannot be read.
    Unreadable,
    /// `{"error":{code, message}}`.
    Coded(&'static str, &'static str),
    /// `{code, message}`: the data-flow service.
    Flat(&'static str, &'static str),
    /// `{field: text, timestamp}`: the ABHA family.
    Field(&'static str, &'static str),
    /// `[{code, message}]` of ABDM-9999: below `/v3/phr`.
    Entry(&'static str),
    /// 401 ABDM-1017: the transaction of a document, as of a suggestion.
    Transaction,
}

impl Say {
    /// The answer; `listed` is everything for a list.
    pub(super) fn refusal(self, seen: &Seen<'_>, listed: &[&str]) -> Refusal {
        match self {
            Self::Listed(_) => Refusal::invalid(listed),
            Self::Unreadable => unreadable(seen.meta),
            Self::Coded(code, message) => Refusal::bad(code, message),
            Self::Flat(code, message) => Refusal::flat(StatusCode::BAD_REQUEST, code, message),
            Self::Field(name, text) => Refusal::field(name, text, seen.now),
            Self::Entry(text) => bad_part(text),
            Self::Transaction => unknown_transaction(),
        }
    }
}
