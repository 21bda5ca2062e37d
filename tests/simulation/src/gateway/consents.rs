//! Consent requests, what patients say to them, and the end of each grant.

use std::sync::Arc;
use std::time::Duration;

use abdm_core::api::consent::{ConsentCareContext, ConsentDetail, DateRange, Permission};
use abdm_core::call::Incoming;
use abdm_core::error::CallbackError;
use abdm_core::id::{CareContextReference, ConsentId, ConsentRequestId, HipId};
use abdm_core::ids::Ids as _;
use abdm_core::vocabulary::ConsentStatus;
use chrono::TimeDelta;
use hip_services::api::consent::{ConsentNotice, OnConsentNotify};
use hip_services::api::patient_status::AbhaStanding;
use hiu_services::api::consent::{
    CheckConsentStatus, ConsentArtefact, ConsentDecision, ConsentRequestState, ConsentRequested,
    ConsentStatusReply, ConsentTerms, FetchConsent, FetchedConsent, OnConsentDecision,
    OnConsentStatus, OnFetchConsent, OnRequestConsent, RequestConsent,
};
use tokio::time::sleep;

use super::delivery::Comes;
use super::{Artefact, Asked, Gateway};
use crate::people::Document;

impl Gateway {
    pub(super) fn consent_wanted(self: &Arc<Self>, call: Incoming<RequestConsent>) {
        let terms = call.body.consent;
        let Ok(id) = self.world.ids.uuid().to_string().parse::<ConsentRequestId>() else {
            return;
        };
        self.says(format_args!("is asked for consent {id}"));
        let asked =
            Asked { terms: terms.clone(), status: ConsentStatus::Requested, artefacts: Vec::new() };
        self.state().requests.insert(id.clone(), asked);
        let body = ConsentRequested::accepted(call.request_id, id.clone());
        self.tells_hiu::<OnRequestConsent>(&terms.hiu.id, Comes::Mostly, body);
        let (gateway, thinks) = (Arc::clone(self), self.some_time(5, 120));
        tokio::spawn(async move {
            sleep(thinks).await;
            gateway.decide(&id, &terms);
        });
    }

    /// The patient reads the request, and says yes to some of it, or no.
    fn decide(self: &Arc<Self>, request: &ConsentRequestId, terms: &ConsentTerms) {
        let options = &self.world.options;
        let mut grants = Vec::new();
        let is_gone = self.standing(&terms.patient.id) == AbhaStanding::Deleted;
        if !self.random.chance(options.denies) && !is_gone {
            for hip in &self.people.hips {
                grants.extend(self.grant(request, terms, hip));
            }
        }
        let status = if grants.is_empty() { ConsentStatus::Denied } else { ConsentStatus::Granted };
        self.says(format_args!("the patient says {} to {request}", status.as_str()));
        let consents: Vec<ConsentId> = grants.iter().map(|d| d.consent_id.clone()).collect();
        if let Some(asked) = self.state().requests.get_mut(request) {
            asked.status = status.clone();
            asked.artefacts.clone_from(&consents);
        }
        let decision = ConsentDecision::new(request.clone(), status, consents);
        let hiu = &terms.hiu.id;
        self.tells_hiu::<OnConsentDecision>(hiu, Comes::Always, decision.into());
        for detail in grants {
            self.ends_in_time(&detail);
            let hip = detail.hip.id.clone();
            let notice = ConsentNotice::granted(detail, "c2lnbmF0dXJl");
            self.tells_hip::<OnConsentNotify>(&hip, Comes::Always, notice.into());
        }
    }

    /// What the patient lets out of a facility.
    fn grant(
        &self,
        request: &ConsentRequestId,
        terms: &ConsentTerms,
        hip: &HipId,
    ) -> Option<ConsentDetail> {
        let (options, now) = (&self.world.options, self.world.now());
        let patient = &terms.patient.id;
        let stays = self.people.stays.iter();
        let mut stays: Vec<_> =
            stays.filter(|stay| stay.hip == *hip && stay.patient == *patient).collect();
        stays.retain(|stay| self.is_linked(&stay.context));
        if stays.len() > 1 && self.random.chance(3_000) {
            stays.pop();
        }
        let contexts: Vec<ConsentCareContext> = stays
            .iter()
            .map(|stay| ConsentCareContext::new(stay.reference.clone(), stay.context.clone()))
            .collect();
        if contexts.is_empty() {
            return None;
        }
        let mut hi_types = terms.hi_types.clone();
        if hi_types.len() > 1 && self.random.chance(4_000) {
            hi_types.pop();
        }
        let asked = terms.permission.date_range;
        let narrows = self.random.chance(3_000);
        let from = if narrows { asked.to - TimeDelta::days(200) } else { asked.from };
        let erase_at = if self.random.chance(options.expires) {
            now + TimeDelta::from_std(self.some_time(120, 5_400)).unwrap_or_default()
        } else {
            now + TimeDelta::days(30)
        };
        let dates = DateRange::new(from, asked.to);
        let permission = Permission::new(terms.permission.access_mode.clone(), dates, erase_at);
        let consent: ConsentId = self.world.ids.uuid().to_string().parse().ok()?;
        let mut detail = ConsentDetail::new(
            consent.clone(),
            patient.clone(),
            hip.clone(),
            terms.purpose.clone(),
            permission,
        );
        detail.hi_types = hi_types;
        detail.care_contexts = contexts;
        let artefact = Artefact {
            request: request.clone(),
            hiu: terms.hiu.id.clone(),
            detail: detail.clone(),
            status: ConsentStatus::Granted,
        };
        self.state().artefacts.insert(consent, artefact);
        self.world.counts.add("consents");
        Some(detail)
    }

    /// Has a grant run out when it does, or be taken back while its records are on the way.
    fn ends_in_time(self: &Arc<Self>, detail: &ConsentDetail) {
        let consent = detail.consent_id.clone();
        if self.random.chance(self.world.options.revokes_early) {
            let (gateway, consent, pause) =
                (Arc::clone(self), consent.clone(), self.some_time(0, 180));
            tokio::spawn(async move {
                sleep(pause).await;
                gateway.ends(&consent, ConsentStatus::Revoked);
            });
        }
        let left = detail.erase_at().map(|at| at - self.world.now());
        let left = left.and_then(|left| left.to_std().ok()).unwrap_or(Duration::MAX);
        if left < Duration::from_secs(24 * 60 * 60) {
            let (gateway, pause) = (Arc::clone(self), left + self.some_time(0, 60));
            tokio::spawn(async move {
                sleep(pause).await;
                gateway.ends(&consent, ConsentStatus::Expired);
            });
        }
    }

    /// A grant is over.
    pub(crate) fn ends(self: &Arc<Self>, consent: &ConsentId, status: ConsentStatus) {
        let artefact = {
            let mut state = self.state();
            let Some(artefact) = state.artefacts.get_mut(consent) else {
                return;
            };
            if artefact.status != ConsentStatus::Granted {
                return;
            }
            artefact.status = status.clone();
            artefact.clone()
        };
        self.says(format_args!("consent {consent} is {}", status.as_str()));
        let notice = ConsentNotice::ended(status.clone(), consent.clone());
        let hip = &artefact.detail.hip.id;
        self.tells_hip::<OnConsentNotify>(hip, Comes::Always, notice.into());
        let decision = ConsentDecision::new(artefact.request, status, [consent.clone()]);
        self.tells_hiu::<OnConsentDecision>(&artefact.hiu, Comes::Always, decision.into());
    }

    pub(super) fn consent_status_wanted(self: &Arc<Self>, call: &Incoming<CheckConsentStatus>) {
        let id = &call.body.consent_request_id;
        let asked = self.state().requests.get(id).cloned();
        let Some(asked) = asked else {
            return;
        };
        let state = ConsentRequestState::new(id.clone(), asked.status, asked.artefacts);
        let body = ConsentStatusReply::known(call.request_id, state);
        self.tells_hiu::<OnConsentStatus>(&asked.terms.hiu.id, Comes::Mostly, body);
    }

    pub(super) fn artefact_wanted(self: &Arc<Self>, call: &Incoming<FetchConsent>) {
        let found = self.state().artefacts.get(&call.body.consent_id).cloned();
        let hiu = call.headers.hiu_id.clone();
        let body = match found {
            Some(artefact) => {
                let signed = "c2lnbmF0dXJl".to_owned();
                let found = ConsentArtefact::new(artefact.status, artefact.detail, signed);
                FetchedConsent::found(call.request_id, found)
            }
            None => {
                let error = CallbackError::new(1062, "Consent not found");
                FetchedConsent::missing(call.request_id, error)
            }
        };
        self.tells_hiu::<OnFetchConsent>(&hiu, Comes::Mostly, body);
    }

    /// What the patient has decided about a request of a HIU, by its id.
    pub(crate) fn decision(&self, request: &ConsentRequestId) -> Option<ConsentStatus> {
        self.state().requests.get(request).map(|asked| asked.status.clone())
    }

    /// The artefacts of a request.
    pub(crate) fn grants_of(&self, request: &ConsentRequestId) -> Vec<ConsentId> {
        let state = self.state();
        state.requests.get(request).map(|asked| asked.artefacts.clone()).unwrap_or_default()
    }

    /// Whether a grant has ended.
    pub(crate) fn is_over(&self, consent: &ConsentId) -> bool {
        let now = self.world.now();
        self.state().artefacts.get(consent).is_none_or(|artefact| artefact.is_over(now))
    }

    /// All grants that have ended.
    pub(crate) fn all_over(&self) -> Vec<ConsentId> {
        let (state, now) = (self.state(), self.world.now());
        let over = state.artefacts.iter().filter(|(_, artefact)| artefact.is_over(now));
        over.map(|(id, _)| id.clone()).collect()
    }

    /// Whether a consent covers a document of a care context, or why it does not.
    pub(crate) fn covers(
        &self,
        consent: &ConsentId,
        context: &CareContextReference,
        document: &Document,
    ) -> Result<(), &'static str> {
        let state = self.state();
        let Some(Artefact { detail, .. }) = state.artefacts.get(consent) else {
            return Err("nobody granted it");
        };
        if document.context != *context {
            return Err("it is of another care context");
        }
        if !detail.names(context) {
            return Err("its care context is not named");
        }
        if document.names != detail.patient.id {
            return Err("it is another patient's");
        }
        if !detail.hi_types.contains(&document.hi_type) {
            return Err("its HI type is not named");
        }
        if !detail.permission.date_range.contains(document.date) {
            return Err("its date lies outside");
        }
        Ok(())
    }

    /// The documents that a consent lets out, each with its care context.
    pub(crate) fn let_out(&self, consent: &ConsentId) -> Vec<(CareContextReference, String)> {
        let contexts = {
            let state = self.state();
            let detail = state.artefacts.get(consent).map(|artefact| &artefact.detail);
            let contexts = detail.into_iter().flat_map(|detail| &detail.care_contexts);
            contexts.map(|context| context.care_context_reference.clone()).collect::<Vec<_>>()
        };
        let documents = contexts.iter().flat_map(|context| {
            let there = self.people.documents_of(context).into_iter();
            there.filter(move |document| self.covers(consent, context, document).is_ok())
        });
        documents.map(|d| (d.context.clone(), d.id.to_string())).collect()
    }
}
