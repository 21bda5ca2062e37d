//! How many links, consents and transfers are remembered: a load test of days must not fill the
//! machine. The oldest go first, and with a consent request whatever hangs on it.

use std::collections::BTreeSet;

use abdm_core::id::ConsentRequestId;

use super::{Awaited, World};

/// So many are remembered.
#[derive(Debug, Clone, Copy)]
struct Most {
    links: usize,
    consent_requests: usize,
}

const MOST: Most = Most { links: 500_000, consent_requests: 100_000 };

impl World {
    /// Whether there is anything for [`forget_the_oldest`](Self::forget_the_oldest).
    pub(crate) fn has_too_many(&self) -> bool {
        self.has_more_than(MOST)
    }

    /// Forgets the oldest of what there is too much of.
    pub(crate) fn forget_the_oldest(&mut self) {
        self.keep_at_most(MOST);
    }

    fn has_more_than(&self, most: Most) -> bool {
        self.links.len() > most.links || self.consent_requests.len() > most.consent_requests
    }

    /// A tenth more than needed goes, so that it is not looked for at every turn.
    fn keep_at_most(&mut self, most: Most) {
        if self.links.len() > most.links {
            let kept = most.links - most.links / 10;
            self.links.drain(..self.links.len().saturating_sub(kept));
        }
        if self.consent_requests.len() > most.consent_requests {
            let kept = most.consent_requests - most.consent_requests / 10;
            self.forget_consent_requests(self.consent_requests.len().saturating_sub(kept));
        }
    }

    fn forget_consent_requests(&mut self, count: usize) {
        let requests = self.consent_requests.values();
        let mut by_age: Vec<_> =
            requests.map(|request| (request.changed_at, request.id.clone())).collect();
        by_age.sort();
        let forgotten: BTreeSet<ConsentRequestId> =
            by_age.into_iter().take(count).map(|(_, id)| id).collect();
        self.consent_requests.retain(|id, _| !forgotten.contains(id));
        self.artefacts.retain(|_, artefact| !forgotten.contains(&artefact.request));
        let (requests, artefacts) = (&self.consent_requests, &self.artefacts);
        self.transfers.retain(|_, transfer| artefacts.contains_key(&transfer.consent));
        let transfers = &self.transfers;
        self.awaited.retain(|_, awaited| match awaited {
            Awaited::HipNotice { consent, .. } => artefacts.contains_key(consent),
            Awaited::HiuDecision(request) => requests.contains_key(request),
            Awaited::HipRequest(transaction) => transfers.contains_key(transaction),
            Awaited::AccountNotice(_) => false,
        });
    }
}

#[cfg(test)]
mod tests {
    use abdm_core::api::consent::{DateRange, Permission, Requester};
    use abdm_core::id::RequestId;
    use abdm_core::vocabulary::{AccessMode, ConsentStatus, HiType, PurposeCode};
    use chrono::{DateTime, TimeDelta, Utc};
    use hiu_services::api::consent::ConsentTerms;

    use super::*;
    use crate::shared::Shared;
    use crate::switches::Switches;
    use crate::world::{ConsentRequest, Link};

    fn request(id: ConsentRequestId, changed_at: DateTime<Utc>) -> ConsentRequest {
        let dates = DateRange::new(changed_at, changed_at);
        let terms = ConsentTerms::new(
            "ravi.example@sbx".parse().unwrap(),
            "IN2710000002".parse().unwrap(),
            PurposeCode::CareManagement,
            Requester::registered("Dr. Example", "REGNO", "MH1001", "https://a.example"),
            HiType::ALL.to_vec(),
            Permission::new(AccessMode::View, dates, changed_at),
        );
        ConsentRequest {
            number: 1,
            id,
            terms,
            client: "SBX_HOSPITAL".into(),
            status: ConsentStatus::Requested,
            created_at: changed_at,
            changed_at,
            artefacts: Vec::new(),
        }
    }

    #[test]
    fn the_oldest_links_and_consent_requests_go_and_what_hangs_on_them() {
        let most = Most { links: 10, consent_requests: 10 };
        let mut world = World::new(Switches::quick());
        let start = DateTime::UNIX_EPOCH;
        for id in 0..11 {
            let visit = format!("OPD-{id}");
            world.links.push(Shared::new(Link {
                id,
                address: "ravi.example@sbx".parse().unwrap(),
                hip: "IN2710000001".parse().unwrap(),
                patient: "UHID-7".parse().unwrap(),
                patient_display: "Ravi".to_owned(),
                care_context: visit.parse().unwrap(),
                display: visit,
                hi_type: HiType::Prescription,
                linked_at: start,
                visible_at: start,
            }));
        }
        // The newest first, so that their order by id is not that by age.
        for age in 0..11_i64 {
            let id: ConsentRequestId = format!("c-{age:02}").parse().unwrap();
            let request = request(id.clone(), start + TimeDelta::days(100 - age));
            world.awaited.insert(RequestId::random(), Awaited::HiuDecision(id.clone()));
            world.consent_requests.insert(id, Shared::new(request));
        }
        assert!(world.has_more_than(most));
        world.keep_at_most(most);
        assert!(!world.has_more_than(most));
        assert_eq!(world.links.iter().map(|link| link.id).min(), Some(2));
        let oldest = world.consent_requests.keys().next_back().unwrap();
        assert_eq!((world.consent_requests.len(), oldest.as_str()), (9, "c-08"));
        assert_eq!(world.awaited.len(), 9);
    }
}
