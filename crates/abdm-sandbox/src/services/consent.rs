//! Consent: what a HIU asks and both sides acknowledge (m3-hiu.md 2, m2-hip.md 7).

use std::sync::Arc;
use std::time::Duration;

use abdm_core::headers::{HipHeaders, HiuHeaders};
use abdm_core::id::{ConsentId, ConsentRequestId, HiuId, RequestId};
use abdm_core::person::AbhaAddress;
use abdm_core::vocabulary::ConsentStatus;
use abdm_core::wire::Accepted;
use hip_services::api::consent::{
    AcknowledgeConsent, ConsentNotice, ConsentNotification, OnConsentNotify,
};
use hiu_services::api::consent::{
    AcknowledgeConsentDecision, CheckConsentStatus, ConsentArtefact, ConsentDecision,
    ConsentRequestState, ConsentRequested, ConsentStatusReply, DecisionNotice, FetchConsent,
    FetchedConsent, OnConsentDecision, OnConsentStatus, OnFetchConsent, OnRequestConsent,
    RequestConsent,
};
use serde::{Deserialize, Serialize};

use super::coded::coded_error;
use super::self_request;
use crate::callbacks::abdm_error;
use crate::engine::Engine;
use crate::journal::{Delivery, OnItsWay};
use crate::pending::{Errand, Work};
use crate::phr::PhrApp;
use crate::server::{Answer, Received, Refusal, Routes};
use crate::shared::Shared;
use crate::world::{Artefact, Awaited, ConsentRequest, World, seconds};

/// How often it is looked whether callbacks have arrived.
const LOOK: Duration = Duration::from_millis(50);

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .serve::<RequestConsent>(request_consent)
        .serve::<CheckConsentStatus>(check_consent_status)
        .serve::<FetchConsent>(fetch_consent)
        .serve::<AcknowledgeConsentDecision>(acknowledge_decision)
        .serve::<AcknowledgeConsent>(acknowledge_consent)
}

fn request_consent(
    engine: &Arc<Engine>,
    received: Received<RequestConsent>,
) -> Result<Answer, Refusal> {
    let client = received.client()?.clone();
    let asked_by = received.call.request_id;
    let terms = received.call.body.consent;
    let hiu = terms.hiu.id.clone();
    let now = engine.now();
    let mut world = engine.world();
    if !world.is_hiu_of(&client, hiu.as_str()) {
        if world.switches.live_silence {
            return Answer::of::<RequestConsent>(&Accepted);
        }
        return Err(Refusal::bad("ABDM-1040", "Invalid HIU ID"));
    }
    let patient = terms.patient.id.clone();
    let body = if let Some(error) = coded_error::<OnRequestConsent>(&mut world) {
        Err(error)
    } else if world.people.by_address(&patient).is_some() {
        let id = ConsentRequestId::new(crate::random_uuid().to_string())
            .map_err(|_| Refusal::bad("ABDM-9999", "Unknown exception"))?;
        let request = ConsentRequest {
            number: world.next_number(),
            id: id.clone(),
            terms,
            client: client.clone(),
            status: ConsentStatus::Requested,
            created_at: now,
            changed_at: now,
            artefacts: Vec::new(),
        };
        world.consent_requests.insert(id.clone(), Shared::new(request));
        Ok(id)
    } else {
        Err(abdm_error(1051, "Invalid ABHA Number or ABHA Address"))
    };
    let grants_at_once = world.switches.patient_grants_at_once;
    drop(world);
    if let (Ok(id), true) = (&body, grants_at_once) {
        engine.undertake(Work::GrantAtOnce(GrantAtOnce { patient, request: id.clone() }));
    }
    let body = match body {
        Ok(id) => ConsentRequested::accepted(asked_by, id),
        Err(error) => ConsentRequested::refused(asked_by, error),
    };
    engine.call_back::<OnRequestConsent>(&client, HiuHeaders { hiu_id: hiu }, body);
    Answer::of::<RequestConsent>(&Accepted)
}

/// A consent request that the patient's app grants by itself.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct GrantAtOnce {
    patient: AbhaAddress,
    request: ConsentRequestId,
}

/// Grants it, unless it was decided meanwhile.
pub(crate) async fn grant_at_once(errand: &Errand, grant: GrantAtOnce) {
    let engine = errand.engine();
    let waits = |request: &ConsentRequest| request.status == ConsentStatus::Requested;
    if !engine.world().consent_requests.get(&grant.request).is_some_and(|request| waits(request)) {
        return;
    }
    let granted = match PhrApp::of(engine, grant.patient) {
        Ok(app) => app.approve(&grant.request, |_| {}).await,
        Err(error) => Err(error),
    };
    if let Err(error) = granted {
        tracing::warn!(%error, "the patient's app could not grant at once");
    }
}

fn check_consent_status(
    engine: &Arc<Engine>,
    received: Received<CheckConsentStatus>,
) -> Result<Answer, Refusal> {
    let client = received.client()?.clone();
    let (asked_by, headers) = (received.call.request_id, received.call.headers);
    let id = received.call.body.consent_request_id;
    let hiu = &headers.hiu_id;
    let is_own =
        |request: &&Shared<ConsentRequest>| request.client == client && request.hiu() == hiu;
    let mut world = engine.world();
    let coded = coded_error::<OnConsentStatus>(&mut world);
    let body = match (coded, world.consent_requests.get(&id).filter(is_own)) {
        (Some(error), _) => ConsentStatusReply::unknown(asked_by, error),
        (None, Some(request)) => {
            let artefacts = request.artefacts.iter().cloned();
            let state = ConsentRequestState::new(id, request.status.clone(), artefacts);
            ConsentStatusReply::known(asked_by, state)
        }
        (None, None) => {
            let error = abdm_error(1039, "Invalid Consent request id");
            ConsentStatusReply::unknown(asked_by, error)
        }
    };
    drop(world);
    engine.call_back::<OnConsentStatus>(&client, headers, body);
    Answer::of::<CheckConsentStatus>(&Accepted)
}

fn fetch_consent(
    engine: &Arc<Engine>,
    received: Received<FetchConsent>,
) -> Result<Answer, Refusal> {
    let client = received.client()?.clone();
    let (asked_by, headers) = (received.call.request_id, received.call.headers);
    let id = received.call.body.consent_id;
    let hiu = &headers.hiu_id;
    let is_own =
        |artefact: &&Shared<Artefact>| artefact.hiu_client == client && artefact.hiu == *hiu;
    let (coded, found) = {
        let mut world = engine.world();
        let coded = coded_error::<OnFetchConsent>(&mut world);
        (coded, world.artefacts.get(&id).filter(is_own).cloned())
    };
    let body = match (coded, found) {
        (Some(error), _) => FetchedConsent::missing(asked_by, error),
        (None, Some(artefact)) => {
            let (status, signature) = (artefact.status.clone(), artefact.signature.clone());
            let artefact = ConsentArtefact::new(status, artefact.detail.clone(), signature);
            FetchedConsent::found(asked_by, artefact)
        }
        (None, None) => {
            let error = abdm_error(1080, "Invalid Consent artefact id");
            FetchedConsent::missing(asked_by, error)
        }
    };
    engine.call_back::<OnFetchConsent>(&client, headers, body);
    Answer::of::<FetchConsent>(&Accepted)
}

fn acknowledge_decision(
    engine: &Arc<Engine>,
    received: Received<AcknowledgeConsentDecision>,
) -> Result<Answer, Refusal> {
    let client = received.client()?.clone();
    let body = received.call.body;
    let world = engine.world();
    let answered = match body.response.request().and_then(|id| world.awaited.get(&id)) {
        Some(Awaited::HiuDecision(request)) => world.consent_requests.get(request),
        _ => None,
    };
    let request = answered.filter(|request| request.client == client);
    let request = &request.ok_or_else(|| no_mapping(&body.response.request_id))?.id;
    let known = |id| world.artefacts.get(id).is_some_and(|a| a.request == *request);
    if !body.acknowledgement.iter().all(|ack| known(&ack.consent_id)) {
        let message = "Invalid ConsentId, Please provide a valid ConsentId";
        return Err(Refusal::invalid(&[message]));
    }
    Answer::of::<AcknowledgeConsentDecision>(&Accepted)
}

pub(super) fn acknowledge_consent(
    engine: &Arc<Engine>,
    received: Received<AcknowledgeConsent>,
) -> Result<Answer, Refusal> {
    let client = received.client()?.clone();
    let body = received.call.body;
    let mut world = engine.world();
    let notice = match body.response.request().and_then(|id| world.awaited.get(&id).cloned()) {
        Some(Awaited::HipNotice { consent, sent_at }) => Some((consent, sent_at)),
        _ => None,
    };
    let was_told = |(consent, _): &(ConsentId, _)| {
        world.artefacts.get(consent).is_some_and(|artefact| artefact.hip_client == client)
    };
    let notice = notice.filter(was_told);
    let (consent, sent_at) = notice.ok_or_else(|| no_mapping(&body.response.request_id))?;
    match (body.acknowledgement, body.error) {
        (Some(ack), None) if ack.consent_id != consent => {
            let message = "Invalid ConsentId, Please provide a valid ConsentId";
            Err(Refusal::invalid(&[message]))
        }
        (Some(_), None) => {
            let within = world.switches.acknowledgement_within_seconds;
            let late = sent_at.map(|sent_at| (engine.unmoved_now() - sent_at).as_seconds_f64());
            if let Some(late) = late.filter(|late| *late > within) {
                let consent = consent.as_str();
                tracing::warn!(
                    consent,
                    "the consent was acknowledged {late:.0} s after its notice: no data is asked for \
                     under it (m2-hip.md 7)"
                );
            } else if let Some(artefact) = world.artefacts.get_mut(&consent) {
                artefact.acknowledged = true;
            }
            Answer::of::<AcknowledgeConsent>(&Accepted)
        }
        (None, Some(_)) => Answer::of::<AcknowledgeConsent>(&Accepted),
        _ => Err(Refusal::bad("ABDM-1041", "Invalid Acknowledgement")),
    }
}

/// The answer names a `REQUEST-ID` that nobody waits for: typically a fresh one.
pub(super) fn no_mapping(request_id: &str) -> Refusal {
    Refusal::bad("ABDM-2500", &format!("No mapping found for {request_id}"))
}

/// A grant that comes once more after its consent was revoked: a fault (rulings.md 11).
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct GrantAgain {
    pub(super) consent: ConsentId,
    /// The callbacks that tell of the revocation, which come first.
    pub(super) after: Vec<RequestId>,
}

/// Sends it.
pub(crate) async fn grant_again(errand: &Errand, again: GrantAgain) {
    let engine = errand.engine();
    let ids: Vec<_> = again.after.iter().map(ToString::to_string).collect();
    // One that waits to be delivered once more has been told.
    let is_first = |way: &OnItsWay| {
        way.state != Some(Delivery::AwaitingRedelivery)
            && way.request_id.as_ref().is_some_and(|id| ids.contains(id))
    };
    while engine.journal().on_its_way().iter().any(is_first) {
        tokio::time::sleep(LOOK).await;
    }
    let mut world = engine.world();
    let Some(revoked) = world.artefacts.get(&again.consent).cloned() else {
        return;
    };
    let granted = Artefact { status: ConsentStatus::Granted, ..Artefact::clone(&revoked) };
    tell_hip(engine, &mut world, &granted);
    if let Some(request) = world.consent_requests.get(&granted.request).cloned() {
        let status = ConsentStatus::Granted;
        let decision = ConsentDecision::new(request.id.clone(), status, [again.consent]);
        tell_hiu(engine, &mut world, &request, decision);
    }
    errand.done();
}

/// Tells the HIU what became of its request, and awaits the acknowledgement.
pub(super) fn tell_hiu(
    engine: &Arc<Engine>,
    world: &mut World,
    request: &ConsentRequest,
    decision: ConsentDecision,
) -> RequestId {
    let headers = HiuHeaders { hiu_id: HiuId::clone(request.hiu()) };
    let notice = DecisionNotice::from(decision);
    let sent = engine.call_back::<OnConsentDecision>(&request.client, headers, notice);
    world.awaited.insert(sent, Awaited::HiuDecision(request.id.clone()));
    sent
}

/// Tells the HIP what became of its artefact, and awaits the acknowledgement.
pub(super) fn tell_hip(engine: &Arc<Engine>, world: &mut World, artefact: &Artefact) -> RequestId {
    let notice = if artefact.status == ConsentStatus::Granted {
        ConsentNotice::granted(artefact.detail.clone(), artefact.signature.clone())
    } else {
        ConsentNotice::ended(artefact.status.clone(), artefact.detail.consent_id.clone())
    };
    let headers = HipHeaders { hip_id: artefact.detail.hip.id.clone() };
    let notice = ConsentNotification::from(notice);
    let sent = engine.call_back::<OnConsentNotify>(&artefact.hip_client, headers, notice);
    let consent = artefact.detail.consent_id.clone();
    world.awaited.insert(sent, Awaited::HipNotice { consent, sent_at: None });
    sent
}

/// Ends what is over, and tells both sides. Transfers whose time is over are forgotten, and so are
/// the oldest links and consents when there are too many.
pub(crate) fn expire_consents(engine: &Arc<Engine>) {
    let now = engine.now();
    let mut world = engine.world();
    if world.has_old_transfers(now) {
        world.forget_old_transfers(now);
    }
    if world.has_too_many() {
        world.forget_the_oldest();
    }
    let window = seconds(world.switches.consent_window_seconds);
    if !world.has_ended(now, window) {
        return;
    }
    for artefact in world.take_expired(now) {
        tell_hip(engine, &mut world, &artefact);
        let id = artefact.detail.consent_id.clone();
        self_request::break_off(engine, &mut world, &id);
        if let Some(request) = world.consent_requests.get(&artefact.request).cloned() {
            let status = ConsentStatus::Expired;
            let decision = ConsentDecision::new(request.id.clone(), status, [id]);
            tell_hiu(engine, &mut world, &request, decision);
        }
    }
    for request in world.take_overdue(now, window) {
        let decision = ConsentDecision::new(request.id.clone(), ConsentStatus::Expired, []);
        tell_hiu(engine, &mut world, &request, decision);
    }
}
