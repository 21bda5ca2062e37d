//! `ListConsentRequests`.

use abdm_core::lenient;
use abdm_core::vocabulary::ConsentStatus;
use serde::{Deserialize, Serialize};

use super::ConsentRequestView;

abdm_core::endpoint! {
    /// The consent requests to this patient, the newest first.
    pub ListConsentRequests {
        method: GET,
        family: Gateway,
        path: "/api/hiecm/consent/v3/request",
        auth: SessionAndPhrUser,
        request: PageQuery,
        response: ConsentRequestPage,
        success: OK,
        replay: Safe,
        errors: ConsentReview,
        source: "phr-simulator.md 4",
    }
}

/// Which page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct PageQuery {
    /// At most so many. Required by ABDM.
    pub limit: usize,
    /// How many to skip.
    #[serde(default)]
    pub offset: usize,
    /// Only those in this state.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<ConsentStatus>,
}

impl PageQuery {
    /// The first `limit`.
    #[must_use]
    pub const fn first(limit: usize) -> Self {
        Self { limit, offset: 0, status: None }
    }

    /// Only those in this state.
    #[must_use]
    pub fn in_state(mut self, status: ConsentStatus) -> Self {
        self.status = Some(status);
        self
    }
}

/// A page of consent requests.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ConsentRequestPage {
    /// How many there are in all.
    #[serde(with = "lenient::integer")]
    pub size: i64,
    /// At most so many on a page.
    #[serde(with = "lenient::integer")]
    pub limit: i64,
    /// How many were skipped.
    #[serde(with = "lenient::integer")]
    pub offset: i64,
    /// The requests.
    #[serde(with = "lenient::list", default)]
    pub requests: Vec<ConsentRequestView>,
}

impl ConsentRequestPage {
    /// The page of `all` that `query` asks for.
    #[must_use]
    pub fn of(all: Vec<ConsentRequestView>, query: &PageQuery) -> Self {
        let number = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
        let size = number(all.len());
        let requests = all.into_iter().skip(query.offset).take(query.limit).collect();
        Self { size, limit: number(query.limit), offset: number(query.offset), requests }
    }
}
