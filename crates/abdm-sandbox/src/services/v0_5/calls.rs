//! The calls of V0.5 that say what calls of V3 say: each is served as that one.

use std::sync::Arc;

use abdm_core::headers::{HipHeaders, LinkHeaders, StandardHeaders, ToleratedHiuHeaders};
use abdm_core::id::HipId;
use abdm_core::person::AbhaAddress;
use abdm_core::wire::Accepted;
use chrono::TimeDelta;
use hip_services::api::hip_linking::LinkCareContextsRequest;
use hip_services::api::patient_status::AcknowledgePatientStatusV05;
use hip_services::api::sharing::{IssuedToken, ShareAcknowledgement, ShareStatus};
use hip_services::api::sms::{OnSmsNotified, SmsReply};
use hip_services::api::user_linking::{DiscoveryAnswer, LinkConfirmAnswer};
use hip_services::api::v0_5::consent::AcknowledgeConsentV05;
use hip_services::api::v0_5::health_information::{
    AcknowledgeHealthInformationRequestV05, NotifyHealthInformationV05,
};
use hip_services::api::v0_5::linking::{
    AddCareContexts, AddReply, NotifyContextV05, OnAddCareContexts,
};
use hip_services::api::v0_5::sharing::AcknowledgeShareV05;
use hip_services::api::v0_5::sms::{NotifyBySmsV05, NotifyOfVisitBySmsV05};
use hip_services::api::v0_5::user_linking::{
    AnswerDiscoveryV05, AnswerLinkConfirmV05, AnswerLinkInitV05,
};

use super::own_facility;
use crate::callbacks::abdm_error;
use crate::engine::Engine;
use crate::server::{Answer, Received, Refusal, Routes};
use crate::services::{consent, data_flow, hip_linking, patient_status, share, sms, user_linking};
use crate::tokens::LinkClaims;

/// How long a token of a counter is good, which V0.5 does not tell.
const COUNTER_TOKEN_LIFE: TimeDelta = TimeDelta::minutes(30);

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .serve::<AddCareContexts>(add_care_contexts)
        .serve::<NotifyContextV05>(notify_context)
        .serve::<NotifyBySmsV05>(notify_by_sms)
        .serve::<NotifyOfVisitBySmsV05>(notify_of_visit)
        .serve::<AnswerDiscoveryV05>(answer_discovery)
        .serve::<AnswerLinkInitV05>(|engine, call| user_linking::on_init(engine, call.renamed()))
        .serve::<AnswerLinkConfirmV05>(answer_link_confirm)
        .serve::<AcknowledgeConsentV05>(|engine, call| {
            consent::acknowledge_consent(engine, call.renamed())
        })
        .serve::<AcknowledgeHealthInformationRequestV05>(|engine, call| {
            data_flow::acknowledge(engine, call.renamed())
        })
        .serve::<NotifyHealthInformationV05>(|engine, call| {
            data_flow::notify(engine, call.renamed())
        })
        .serve::<AcknowledgeShareV05>(acknowledge_share)
        .serve::<AcknowledgePatientStatusV05>(acknowledge_patient_status)
}

/// Whose token it is says which facility and patient; one that is used up links nothing, and that is
/// told by callback.
fn add_care_contexts(
    engine: &Arc<Engine>,
    received: Received<AddCareContexts>,
) -> Result<Answer, Refusal> {
    let link = received.call.body.link.clone();
    let invalid = || Refusal::bad("ABDM-1000", "Invalid access token");
    let claims: Option<LinkClaims> = engine.keys().links.verify(link.access_token.expose());
    let claims = claims.ok_or_else(invalid)?;
    let hip_id = HipId::new(claims.hip_id).map_err(|_| invalid())?;
    let address: AbhaAddress = claims.abha_address.parse().map_err(|_| invalid())?;
    let client = received.client()?.clone();
    let is_used_up = {
        let mut world = engine.world();
        own_facility(&mut world, &client, &hip_id)?;
        let transaction = claims.transaction_id.and_then(|id| id.parse().ok());
        match transaction.and_then(|id| world.auths.get_mut(&id)) {
            Some(auth) if auth.uses == u32::MAX => false,
            Some(auth) => {
                let left = auth.uses;
                auth.uses = left.saturating_sub(1);
                left == 0
            }
            None => false,
        }
    };
    if is_used_up {
        let error = abdm_error(1000, "The access token is used up");
        let reply = AddReply::refused(received.call.request_id, error);
        engine.call_back::<OnAddCareContexts>(&client, HipHeaders { hip_id }, reply);
        return Answer::of::<AddCareContexts>(&Accepted);
    }
    let body = LinkCareContextsRequest::new(address, link.patient.elements());
    let headers = LinkHeaders { hip_id, link_token: link.access_token };
    hip_linking::link_care_contexts(engine, received.translated(headers, body))
}

fn notify_context(
    engine: &Arc<Engine>,
    received: Received<NotifyContextV05>,
) -> Result<Answer, Refusal> {
    let body = received.call.body.clone();
    let hip_id = body.notification.hip.id.clone();
    own_facility(&mut engine.world(), received.client()?, &hip_id)?;
    hip_linking::notify_context(engine, received.translated(HipHeaders { hip_id }, body))
}

fn notify_by_sms(
    engine: &Arc<Engine>,
    received: Received<NotifyBySmsV05>,
) -> Result<Answer, Refusal> {
    let body = received.call.body.clone();
    own_facility(&mut engine.world(), received.client()?, &body.notification.hip.id)?;
    sms::notify(engine, received.translated(StandardHeaders, body))
}

fn notify_of_visit(
    engine: &Arc<Engine>,
    received: Received<NotifyOfVisitBySmsV05>,
) -> Result<Answer, Refusal> {
    let client = received.client()?.clone();
    let (id, notice) = (received.call.request_id, received.call.body.notification);
    let hip_id = notice.hip.id.clone();
    own_facility(&mut engine.world(), &client, &hip_id)?;
    if let Some(mobile) = notice.mobile() {
        let about = &notice.care_context_info;
        engine.tell(&format!("SMS to {}: {about}", mobile.masked()));
    }
    let reply = SmsReply::acknowledged(id);
    engine.call_back::<OnSmsNotified>(&client, HipHeaders { hip_id }, reply);
    Answer::of::<NotifyOfVisitBySmsV05>(&Accepted)
}

/// The answer names no request.
fn unasked() -> Refusal {
    Refusal::bad("ABDM-1015", "Invalid Response")
}

fn answer_discovery(
    engine: &Arc<Engine>,
    received: Received<AnswerDiscoveryV05>,
) -> Result<Answer, Refusal> {
    let older = received.call.body.clone();
    let request = older.response.request().ok_or_else(unasked)?;
    let transaction = older.transaction_id;
    let body = match (older.patient, older.error) {
        (Some(patient), None) => {
            let (elements, kinds) = (patient.elements(), patient.matched_by);
            DiscoveryAnswer::found(request, transaction, elements, kinds)
        }
        (None, Some(error)) => DiscoveryAnswer::refused(request, transaction, error),
        _ => return Err(unasked()),
    };
    let headers = ToleratedHiuHeaders::default();
    user_linking::on_discover(engine, received.translated(headers, body))
}

fn answer_link_confirm(
    engine: &Arc<Engine>,
    received: Received<AnswerLinkConfirmV05>,
) -> Result<Answer, Refusal> {
    let older = received.call.body.clone();
    let request = older.response.request().ok_or_else(unasked)?;
    let hip_id = {
        let world = engine.world();
        let linking = world.user_links.of_message(request).ok_or_else(unasked)?;
        linking.app.hip.clone()
    };
    let body = match (older.patient, older.error) {
        (Some(patient), None) => LinkConfirmAnswer::linked(request, patient.elements()),
        (None, Some(error)) => LinkConfirmAnswer::refused(request, error),
        _ => return Err(unasked()),
    };
    user_linking::on_confirm(engine, received.translated(HipHeaders { hip_id }, body))
}

fn acknowledge_share(
    engine: &Arc<Engine>,
    received: Received<AcknowledgeShareV05>,
) -> Result<Answer, Refusal> {
    let older = received.call.body.clone();
    let request = older.response.request().ok_or_else(unasked)?;
    let now = engine.now();
    let counter = {
        let world = engine.world();
        let share = world.shares.share(request, received.client()?);
        share.map(|share| share.counter.clone()).unwrap_or_default()
    };
    let failed = || abdm_error(1000, "The facility could not register the patient");
    let body = match (older.acknowledgement, older.error) {
        (Some(told), None) if told.status == ShareStatus::Success => {
            let token = IssuedToken::new(counter, told.token_number, now + COUNTER_TOKEN_LIFE, now);
            ShareAcknowledgement::registered(request, told.health_id, token)
        }
        (Some(_), None) => ShareAcknowledgement::refused(request, failed()),
        (_, Some(error)) => ShareAcknowledgement::refused(request, error),
        (None, None) => return Err(unasked()),
    };
    share::on_share(engine, received.translated(StandardHeaders, body))
}

fn acknowledge_patient_status(
    engine: &Arc<Engine>,
    received: Received<AcknowledgePatientStatusV05>,
) -> Result<Answer, Refusal> {
    let body = received.call.body.clone().into();
    patient_status::acknowledge(engine, received.translated(StandardHeaders, body))
}
