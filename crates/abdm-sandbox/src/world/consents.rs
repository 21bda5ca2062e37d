//! Consent requests and the artefacts that came of them.

use abdm_core::api::consent::ConsentDetail;
use abdm_core::id::{ConsentId, ConsentRequestId, HiuId};
use abdm_core::person::AbhaAddress;
use abdm_core::vocabulary::ConsentStatus;
use chrono::{DateTime, TimeDelta, Utc};
use hiu_services::api::consent::ConsentTerms;
use serde::{Deserialize, Serialize};

use super::ClientId;

/// What a HIU asked a patient for.
#[derive(Debug, Clone, Serialize, Deserialize)]
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

    /// Whether no patient has decided in time.
    fn has_ended(&self, now: DateTime<Utc>, window: TimeDelta) -> bool {
        self.status == ConsentStatus::Requested && now - self.created_at > window
    }
}

/// What a patient granted to one HIU at one HIP.
#[derive(Debug, Clone, Serialize, Deserialize)]
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

    /// Whether it was granted and its time is over.
    fn has_ended(&self, now: DateTime<Utc>) -> bool {
        self.status == ConsentStatus::Granted && !self.is_granted(now)
    }
}

impl super::World {
    /// The consent requests to a patient, the newest first.
    pub(crate) fn requests_to(&self, address: &AbhaAddress) -> Vec<&ConsentRequest> {
        let requests = self.consent_requests.values().map(|request| &**request);
        let mut requests: Vec<_> =
            requests.filter(|request| request.terms.patient.id == *address).collect();
        requests.sort_by_key(|request| std::cmp::Reverse(request.number));
        requests
    }

    /// Whether there is anything for [`take_expired`](Self::take_expired) and
    /// [`take_overdue`](Self::take_overdue).
    pub(crate) fn has_ended(&self, now: DateTime<Utc>, window: TimeDelta) -> bool {
        self.artefacts.values().any(|artefact| artefact.has_ended(now))
            || self.consent_requests.values().any(|request| request.has_ended(now, window))
    }

    /// Ends artefacts whose time is over, and gives them back.
    pub(crate) fn take_expired(&mut self, now: DateTime<Utc>) -> Vec<Artefact> {
        let over = self.artefacts.values_mut().filter(|artefact| artefact.has_ended(now));
        let expired = over.map(|artefact| {
            artefact.status = ConsentStatus::Expired;
            Artefact::clone(artefact)
        });
        expired.collect()
    }

    /// Ends consent requests that no patient decided in time, and gives them back.
    pub(crate) fn take_overdue(
        &mut self,
        now: DateTime<Utc>,
        window: TimeDelta,
    ) -> Vec<ConsentRequest> {
        let over = self.consent_requests.values_mut();
        let overdue = over.filter(|request| request.has_ended(now, window)).map(|request| {
            request.status = ConsentStatus::Expired;
            request.changed_at = now;
            ConsentRequest::clone(request)
        });
        overdue.collect()
    }
}
