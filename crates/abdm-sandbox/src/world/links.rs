//! Care contexts that patients can see, and the requests for link tokens.

use abdm_core::id::{CareContextReference, HipId, PatientReference};
use abdm_core::person::AbhaAddress;
use abdm_core::vocabulary::HiType;
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

/// One care context, linked to an address.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Link {
    /// Its own number here.
    pub(crate) id: u64,
    pub(crate) address: AbhaAddress,
    pub(crate) hip: HipId,
    pub(crate) patient: PatientReference,
    pub(crate) patient_display: String,
    pub(crate) care_context: CareContextReference,
    pub(crate) display: String,
    pub(crate) hi_type: HiType,
    pub(crate) linked_at: DateTime<Utc>,
    /// `context/notify` does not find it before.
    pub(crate) visible_at: DateTime<Utc>,
}

/// One request for a link token.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct TokenRequest {
    pub(crate) hip: HipId,
    pub(crate) address: AbhaAddress,
    pub(crate) at: DateTime<Utc>,
}

/// What becomes of a request for a link token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TokenTurn {
    /// It is the first for a while.
    Served,
    /// Another one came shortly before.
    Duplicate,
    /// There were too many today.
    Blocked,
}

impl super::World {
    /// Counts a request for a link token. A duplicate does not lengthen the window: it is measured
    /// from the last request that was not one (live-measurements.md 8).
    pub(crate) fn count_token_request(
        &mut self,
        hip: &HipId,
        address: &AbhaAddress,
        now: DateTime<Utc>,
    ) -> TokenTurn {
        let window = super::seconds(self.switches.link_token_window_seconds);
        let day = TimeDelta::hours(24);
        self.token_requests.retain(|request| now - request.at < day);
        let same = |request: &&TokenRequest| request.hip == *hip && request.address == *address;
        let of_today = self.token_requests.iter().filter(same);
        if of_today.clone().any(|request| now - request.at < window) {
            return TokenTurn::Duplicate;
        }
        let served = of_today.count();
        let request = TokenRequest { hip: hip.clone(), address: address.clone(), at: now };
        self.token_requests.push(request);
        if served >= self.switches.link_tokens_a_day {
            TokenTurn::Blocked
        } else {
            TokenTurn::Served
        }
    }

    pub(crate) fn linked(
        &self,
        address: &AbhaAddress,
        hip: &HipId,
        care_context: &CareContextReference,
    ) -> Option<&Link> {
        self.links.iter().map(|link| &**link).find(|link| {
            link.address == *address && link.hip == *hip && link.care_context == *care_context
        })
    }

    pub(crate) fn links_of(&self, address: &AbhaAddress) -> Vec<Link> {
        let links = self.links.iter().filter(|link| link.address == *address);
        links.map(|link| Link::clone(link)).collect()
    }
}
