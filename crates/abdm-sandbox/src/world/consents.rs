//! Consent requests and the artefacts that came of them.

use abdm_core::api::consent::ConsentDetail;
use abdm_core::id::{ConsentId, ConsentRequestId, HiuId};
use abdm_core::person::AbhaAddress;
use abdm_core::vocabulary::ConsentStatus;
use chrono::{DateTime, TimeDelta, Utc};
use hiu_services::api::consent::ConsentTerms;

use super::ClientId;

/// What a HIU asked a patient for.
#[derive(Debug, Clone)]
pub(crate) struct ConsentRequest {
    /// Counts up.
    pub(crate) number: u64,
    pub(crate) id: ConsentRequestId,
    pub(crate) terms: ConsentTerms,
    pub(crate) client: ClientId,
    pub(crate) status: ConsentStatus,
    pub(crate) created_at: DateTime<Utc>,
    pub(crate) changed_at: DateTime<Utc>,
    pub(crate) artefacts: Vec<ConsentId>,
}

impl ConsentRequest {
    pub(crate) const fn hiu(&self) -> &HiuId {
        &self.terms.hiu.id
    }
}

/// What a patient granted to one HIU at one HIP.
#[derive(Debug, Clone)]
pub(crate) struct Artefact {
    pub(crate) request: ConsentRequestId,
    pub(crate) detail: ConsentDetail,
    pub(crate) signature: String,
    pub(crate) status: ConsentStatus,
    pub(crate) hiu: HiuId,
    pub(crate) hiu_client: ClientId,
    pub(crate) hip_client: ClientId,
    /// Whether the HIP has acknowledged the grant.
    pub(crate) acknowledged: bool,
}

impl Artefact {
    pub(crate) fn is_granted(&self, now: DateTime<Utc>) -> bool {
        self.status == ConsentStatus::Granted
            && self.detail.erase_at().is_none_or(|erase_at| now < erase_at)
    }
}

impl super::World {
    /// The consent requests to a patient, the newest first.
    pub(crate) fn requests_to(&self, address: &AbhaAddress) -> Vec<&ConsentRequest> {
        let mut requests: Vec<_> = self
            .consent_requests
            .values()
            .filter(|request| request.terms.patient.id == *address)
            .collect();
        requests.sort_by_key(|request| std::cmp::Reverse(request.created_at));
        requests
    }

    /// Ends artefacts whose time is over, and gives them back.
    pub(crate) fn take_expired(&mut self, now: DateTime<Utc>) -> Vec<Artefact> {
        let over = |artefact: &&mut Artefact| {
            artefact.status == ConsentStatus::Granted && !artefact.is_granted(now)
        };
        let expired = self.artefacts.values_mut().filter(over).map(|artefact| {
            artefact.status = ConsentStatus::Expired;
            artefact.clone()
        });
        expired.collect()
    }

    /// Ends consent requests that no patient decided in time, and gives them back.
    pub(crate) fn take_overdue(
        &mut self,
        now: DateTime<Utc>,
        window: TimeDelta,
    ) -> Vec<ConsentRequest> {
        let over = |request: &&mut ConsentRequest| {
            request.status == ConsentStatus::Requested && now - request.created_at > window
        };
        let overdue = self.consent_requests.values_mut().filter(over).map(|request| {
            request.status = ConsentStatus::Expired;
            request.changed_at = now;
            request.clone()
        });
        overdue.collect()
    }
}
