//! `OnDiscoverCareContextsV05`.

use abdm_core::headers::HipHeaders;
use abdm_core::wire::{Accepted, WireError};

use crate::api::user_linking::{Discovery, OnDiscoverCareContexts};
use crate::api::v0_5::OlderCallback;
use crate::api::v0_5::patient::older_kind;

abdm_core::endpoint! {
    /// A patient looks for their records here. To be answered by
    /// [`AnswerDiscoveryV05`](super::AnswerDiscoveryV05).
    pub OnDiscoverCareContextsV05 {
        method: POST,
        family: Bridge,
        path: "/v0.5/care-contexts/discover",
        auth: SignedCallback,
        envelope: Body,
        headers: HipHeaders,
        request: Discovery,
        response: Accepted,
        success: ACCEPTED,
        replay: Safe,
        errors: Discover,
        source: "m2-hip.md 10",
    }
}

impl OlderCallback for OnDiscoverCareContextsV05 {
    type Newer = OnDiscoverCareContexts;

    fn newer(body: Discovery) -> Discovery {
        body
    }

    fn older(body: &Discovery) -> Result<Discovery, WireError> {
        let mut older = body.clone();
        let patient = &mut older.patient;
        let identifiers =
            patient.verified_identifiers.iter_mut().chain(&mut patient.unverified_identifiers);
        for identifier in identifiers {
            identifier.kind = older_kind(&identifier.kind);
        }
        Ok(older)
    }
}
