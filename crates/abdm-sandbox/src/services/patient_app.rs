//! What a patient's app asks of the consent manager (phr-simulator.md 2, 4).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use abdm_core::api::consent::{ConsentCareContext, ConsentDetail};
use abdm_core::id::{ConsentId, ConsentRequestId, HipId};
use abdm_core::person::AbhaAddress;
use abdm_core::secret::PhrToken;
use abdm_core::vocabulary::ConsentStatus;
use abdm_core::wire::Accepted;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, SubsecRound as _, Utc};
use hip_services::api::hip_linking::CareContext;
use hiu_services::api::consent::{
    ArtefactReference, ConsentArtefact, ConsentDecision, ConsentTerms, Reason,
};
use http::StatusCode;
use serde_json::json;

use super::consent::{GrantAgain, tell_hip, tell_hiu};
use super::self_request;
use crate::api::patient_app::{
    ApproveConsentRequest, Approved, ArtefactPage, ConsentRequestPage, ConsentRequestView,
    DenyConsentRequest, Grant, LinkedRecords, Links, ListArtefacts, ListConsentRequests, ListLinks,
    Message, NamedHip, ReadConsentRequest, RevokeConsents,
};
use crate::engine::Engine;
use crate::pending::Work;
use crate::server::{Answer, Received, Refusal, Routes};
use crate::shared::Shared;
use crate::world::{Artefact, ConsentRequest, World};

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .serve::<ListConsentRequests>(list_requests)
        .serve::<ReadConsentRequest>(read_request)
        .serve::<ApproveConsentRequest>(approve)
        .serve::<DenyConsentRequest>(deny)
        .serve::<RevokeConsents>(revoke)
        .serve::<ListArtefacts>(list_artefacts)
        .serve::<ListLinks>(list_links)
}

/// Whose app it is.
pub(super) fn patient(
    world: &World,
    token: &PhrToken,
    now: DateTime<Utc>,
) -> Result<AbhaAddress, Refusal> {
    let address = world.sessions.app(token.expose(), now).cloned();
    address.ok_or_else(|| Refusal::bad("ABDM-1065", "Invalid X Auth token"))
}

fn not_found() -> Refusal {
    Refusal::error(StatusCode::NOT_FOUND, "ABDM-1001", "No data found")
}

/// The patient's own consent request; somebody else's does not exist for them.
fn own_request(
    world: &World,
    token: &PhrToken,
    id: &ConsentRequestId,
    now: DateTime<Utc>,
) -> Result<ConsentRequest, Refusal> {
    let address = patient(world, token, now)?;
    let request = world.consent_requests.get(id).filter(|r| r.terms.patient.id == address);
    request.map(|request| ConsentRequest::clone(request)).ok_or_else(not_found)
}

pub(super) fn view(request: &ConsentRequest) -> Result<ConsentRequestView, Refusal> {
    // The view is what the HIU sent under other names: made by way of JSON, so that nothing is
    // lost.
    let terms = &request.terms;
    let value = json!({
        "requestId": request.id, "purpose": terms.purpose, "patient": terms.patient,
        "hip": terms.hip, "hiu": terms.hiu, "careContexts": terms.care_contexts,
        "requester": terms.requester, "status": request.status,
        "createdAt": abdm_core::clock::format_timestamp(request.created_at),
        "lastUpdated": abdm_core::clock::format_timestamp(request.changed_at),
        "hiType": terms.hi_types, "permission": terms.permission,
    });
    serde_json::from_value(value).map_err(|_| not_found())
}

fn list_requests(
    engine: &Arc<Engine>,
    received: Received<ListConsentRequests>,
) -> Result<Answer, Refusal> {
    let world = engine.world();
    let address = patient(&world, &received.call.credential.0, engine.now())?;
    let query = received.call.body;
    let wanted = |r: &&ConsentRequest| query.status.as_ref().is_none_or(|s| *s == r.status);
    let requests = world.requests_to(&address).into_iter().filter(wanted).map(view);
    let all = requests.collect::<Result<Vec<_>, _>>()?;
    Answer::of::<ListConsentRequests>(&ConsentRequestPage::of(all, &query))
}

fn read_request(
    engine: &Arc<Engine>,
    received: Received<ReadConsentRequest>,
) -> Result<Answer, Refusal> {
    let call = received.call;
    let request = own_request(&engine.world(), &call.credential.0, &call.path, engine.now())?;
    Answer::of::<ReadConsentRequest>(&view(&request)?)
}

fn approve(
    engine: &Arc<Engine>,
    received: Received<ApproveConsentRequest>,
) -> Result<Answer, Refusal> {
    let call = received.call;
    let now = engine.now();
    let mut world = engine.world();
    let mut request = own_request(&world, &call.credential.0, &call.path, engine.now())?;
    if request.status != ConsentStatus::Requested {
        return Err(Refusal::bad("ABDM-1031", "Consent request is already decided"));
    }
    if call.body.consents.is_empty() {
        return Err(Refusal::invalid(&["Consents should not be null or empty"]));
    }
    let artefacts = call.body.consents.into_iter();
    let artefacts = artefacts
        .map(|grant| artefact(engine, &world, &request, grant, now))
        .collect::<Result<Vec<_>, _>>()?;
    let ids: Vec<ConsentId> = artefacts.iter().map(|a| a.detail.consent_id.clone()).collect();
    request.status = ConsentStatus::Granted;
    request.changed_at = now;
    request.artefacts.clone_from(&ids);
    world.consent_requests.insert(request.id.clone(), Shared::new(request.clone()));
    for artefact in artefacts {
        tell_hip(engine, &mut world, &artefact);
        world.artefacts.insert(artefact.detail.consent_id.clone(), Shared::new(artefact));
    }
    let decision = ConsentDecision::new(request.id.clone(), ConsentStatus::Granted, ids.clone());
    tell_hiu(engine, &mut world, &request, decision);
    let references = ids.into_iter().map(ArtefactReference::from).collect();
    Answer::of::<ApproveConsentRequest>(&Approved::new(references))
}

/// Whether a grant is no more than was asked, in nothing of it.
fn is_within(terms: &ConsentTerms, grant: &Grant) -> bool {
    let (asked, given) = (&terms.permission, &grant.permission);
    let dates = &given.date_range;
    let contexts = terms.care_contexts.as_deref().unwrap_or_default();
    let is_asked = |context: &ConsentCareContext| {
        let reference = &context.care_context_reference;
        contexts.iter().any(|asked| asked.care_context_reference == *reference)
    };
    dates.from <= dates.to
        && asked.date_range.covers(dates)
        && given.access_mode == asked.access_mode
        && given.data_erase_at <= asked.data_erase_at
        && grant.hi_types.iter().all(|hi_type| terms.hi_types.contains(hi_type))
        && !grant.hi_types.is_empty()
        && terms.hip.as_ref().is_none_or(|hip| hip.id == grant.hip.id)
        && (contexts.is_empty() || grant.care_contexts.iter().all(is_asked))
}

/// The artefact of one grant. The patient may grant less than was asked, never more.
fn artefact(
    engine: &Engine,
    world: &World,
    request: &ConsentRequest,
    grant: Grant,
    now: DateTime<Utc>,
) -> Result<Artefact, Refusal> {
    let terms = &request.terms;
    let address = &terms.patient.id;
    let hip = world.registry.facility(grant.hip.id.as_str()).filter(|f| f.is_hip());
    let hip = hip.ok_or_else(|| Refusal::bad("ABDM-1035", "Invalid HIP ID"))?;
    if !is_within(terms, &grant) {
        return Err(Refusal::bad("ABDM-1031", "The grant is wider than the request"));
    }
    for context in &grant.care_contexts {
        if world.linked(address, &grant.hip.id, &context.care_context_reference).is_none() {
            return Err(Refusal::bad("ABDM-1031", "Invalid care context"));
        }
    }
    let id = ConsentId::new(crate::random_uuid().to_string())
        .map_err(|_| Refusal::bad("ABDM-9999", "Unknown exception"))?;
    let mut detail = ConsentDetail::new(
        id,
        address.clone(),
        grant.hip.id,
        terms.purpose.clone(),
        grant.permission,
    );
    // As exact as the wire: an artefact that was kept is the one that was given.
    detail.created_at = Some(now.trunc_subsecs(3));
    detail.care_contexts = grant.care_contexts;
    detail.hiu = Some(terms.hiu.clone());
    detail.requester = Some(terms.requester.clone());
    detail.consent_manager = Some(json!({"id": "sbx"}));
    detail.hi_types = grant.hi_types;
    Ok(Artefact {
        request: request.id.clone(),
        signature: signature(engine, &detail),
        detail,
        status: ConsentStatus::Granted,
        hiu: request.hiu().clone(),
        hiu_client: request.client.clone(),
        hip_client: hip.client.clone(),
        acknowledged: false,
    })
}

/// A value of the live one's form: base64 of 256 bytes. Nobody can check the live one either.
pub(super) fn signature(engine: &Engine, detail: &ConsentDetail) -> String {
    let signed = engine.keys().gateway.sign(detail).unwrap_or_default();
    let part = signed.rsplit('.').next().unwrap_or_default();
    let bytes = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(part).unwrap_or_default();
    STANDARD.encode(bytes)
}

fn deny(engine: &Arc<Engine>, received: Received<DenyConsentRequest>) -> Result<Answer, Refusal> {
    let call = received.call;
    if !call.body.is_well_formed() {
        let message = "Invalid reason. Reason should not be null or empty and should contains only \
                       alphabets, dot(.) and comma(,)";
        return Err(Refusal::bad("ABDM-1031", message));
    }
    let mut world = engine.world();
    let mut request = own_request(&world, &call.credential.0, &call.path, engine.now())?;
    if request.status != ConsentStatus::Requested {
        return Err(Refusal::bad("ABDM-1031", "Consent request is already decided"));
    }
    request.status = ConsentStatus::Denied;
    request.changed_at = engine.now();
    world.consent_requests.insert(request.id.clone(), Shared::new(request.clone()));
    let mut decision = ConsentDecision::new(request.id.clone(), ConsentStatus::Denied, []);
    decision.reason = Some(Reason::new(call.body.reason));
    tell_hiu(engine, &mut world, &request, decision);
    Answer::of::<DenyConsentRequest>(&Accepted)
}

fn revoke(engine: &Arc<Engine>, received: Received<RevokeConsents>) -> Result<Answer, Refusal> {
    let call = received.call;
    let mut world = engine.world();
    let address = patient(&world, &call.credential.0, engine.now())?;
    let mut by_request: BTreeMap<ConsentRequestId, BTreeSet<ConsentId>> = BTreeMap::new();
    for id in &call.body.consents {
        let artefact = world.artefacts.get(id).filter(|a| a.detail.patient.id == address);
        let artefact =
            artefact.ok_or_else(|| Refusal::bad("ABDM-1080", "Invalid Consent artefact id"))?;
        if artefact.status != ConsentStatus::Granted {
            return Err(not_found());
        }
        by_request.entry(artefact.request.clone()).or_default().insert(id.clone());
    }
    for (request, ids) in by_request {
        let mut told = Vec::new();
        for id in &ids {
            let Some(artefact) = world.artefacts.get_mut(id) else {
                continue;
            };
            artefact.status = ConsentStatus::Revoked;
            let artefact = artefact.clone();
            told.push(tell_hip(engine, &mut world, &artefact));
            self_request::break_off(engine, &mut world, id);
        }
        let Some(request) = world.consent_requests.get(&request).cloned() else {
            continue;
        };
        let revoked = ConsentStatus::Revoked;
        let decision = ConsentDecision::new(request.id.clone(), revoked, ids.clone());
        told.push(tell_hiu(engine, &mut world, &request, decision));
        for consent in ids {
            if world.faults.take_regrant() {
                let after = told.clone();
                engine.undertake(Work::GrantAgain(GrantAgain { consent, after }));
            }
        }
    }
    Answer::of::<RevokeConsents>(&Message::new("Consent revoked successfully."))
}

fn list_artefacts(
    engine: &Arc<Engine>,
    received: Received<ListArtefacts>,
) -> Result<Answer, Refusal> {
    let call = received.call;
    let world = engine.world();
    let request = own_request(&world, &call.credential.0, &call.path, engine.now())?;
    let artefacts = request.artefacts.iter().filter_map(|id| world.artefacts.get(id));
    let artefacts = artefacts.map(|artefact| Artefact::clone(artefact));
    let artefacts =
        artefacts.map(|a| ConsentArtefact::new(a.status, a.detail, a.signature)).collect();
    Answer::of::<ListArtefacts>(&ArtefactPage::new(artefacts))
}

fn list_links(engine: &Arc<Engine>, received: Received<ListLinks>) -> Result<Answer, Refusal> {
    let world = engine.world();
    let address = patient(&world, &received.call.credential.0, engine.now())?;
    let mut records: Vec<LinkedRecords> = Vec::new();
    for link in world.links_of(&address) {
        let context = CareContext::new(link.care_context, link.display);
        let same = records.iter_mut().find(|records| {
            records.hip.id == link.hip
                && records.reference_number == link.patient
                && records.hi_type == link.hi_type
        });
        if let Some(records) = same {
            records.care_contexts.push(context);
            continue;
        }
        let hip = named(&world, &link.hip);
        let patient = (link.patient, link.patient_display);
        let linked_at = link.linked_at;
        records.push(LinkedRecords::new(hip, patient, link.hi_type, vec![context], linked_at));
    }
    Answer::of::<ListLinks>(&Links::new(address, records))
}

fn named(world: &World, hip: &HipId) -> NamedHip {
    let name = world.registry.facility(hip.as_str()).map(|facility| facility.name.clone());
    NamedHip::new(hip.clone(), name.unwrap_or_default())
}
