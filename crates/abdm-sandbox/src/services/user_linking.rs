//! Linking by the patient: the app's calls, the facility's answers, and what the consent manager
//! makes of them (m2-hip.md 5, phr-simulator.md 2).

use std::sync::Arc;
use std::time::Duration;

use abdm_core::headers::{HipAndAppHeaders, HipHeaders};
use abdm_core::id::{HipId, RequestId, TransactionId};
use abdm_core::person::AbhaAddress;
use abdm_core::wire::Accepted;
use chrono::{DateTime, Utc};
use hip_services::api::hip_linking::{CareContext, LinkCareContextsRequest, PatientCareContexts};
use hip_services::api::user_linking::{
    AnswerDiscovery, AnswerLinkConfirm, AnswerLinkInit, ChosenCareContext, ChosenCareContexts,
    Discovery, Identifier, IdentifierType, LinkConfirm, LinkConfirmAnswer, LinkInit,
    LinkInitAnswer, OnDiscoverCareContexts, OnLinkConfirm, OnLinkInit, SoughtPatient,
};

use super::app_callback::tell_app;
use super::consent::no_mapping;
use super::hip_linking::{is_linked, new_link, new_records};
use super::patient_app::patient;
use super::self_request;
use crate::api::patient_app::{
    ConfirmLink, DiscoverCareContexts, InitLink, OnLinkOffered, OnRecordsFound, OnRecordsLinked,
    RecordsFound,
};
use crate::callbacks::abdm_error;
use crate::engine::Engine;
use crate::server::{Answer, Received, Refusal, Routes};
use crate::world::{AppAnswer, AppCall, Asked, ClientId, Person, UserLink, UserLinking, World};

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .serve::<DiscoverCareContexts>(discover)
        .serve::<AnswerDiscovery>(on_discover)
        .serve::<InitLink>(init)
        .serve::<AnswerLinkInit>(on_init)
        .serve::<ConfirmLink>(confirm)
        .serve::<AnswerLinkConfirm>(on_confirm)
}

/// A step that does not come after the one before.
fn out_of_order() -> Refusal {
    let text = "Invalid API sequence flow, please follow logical flow";
    Refusal::bad("ABDM-2406", text)
}

/// To the app: the discovery is not there, or is over.
fn too_late() -> Refusal {
    Refusal::bad("ABDM-1086", "Invalid Transaction ID / Transaction expired.")
}

/// To the facility: an answer to something that it was not asked.
fn unasked() -> Refusal {
    Refusal::bad("ABDM-1015", "Invalid Response")
}

/// The facility that a patient asks, and its client.
fn facility(world: &World, hip: &HipId) -> Result<ClientId, Refusal> {
    let facility = world.registry.facility(hip.as_str()).filter(|facility| facility.is_hip());
    let client = facility.map(|facility| facility.client.clone());
    client.ok_or_else(|| Refusal::bad("ABDM-1035", "Invalid HIP ID"))
}

fn discover(
    engine: &Arc<Engine>,
    received: Received<DiscoverCareContexts>,
) -> Result<Answer, Refusal> {
    let by = received.client()?.clone();
    let call = received.call;
    let (hip, hiu) = (call.body.hip.id, call.headers.hiu_id);
    let now = engine.now();
    let mut world = engine.world();
    let address = patient(&world, &call.credential.0, now)?;
    if hip.as_str() == hiu.as_str() {
        return Err(Refusal::bad("ABDM-1031", "HIP and HIU cannot be same"));
    }
    let client = facility(&world, &hip)?;
    let person = world.people.by_address(&address).ok_or_else(too_late)?;
    let mut sought = sought(person, &address);
    sought.unverified_identifiers = call.body.unverified_identifiers;
    let transaction = TransactionId::new(crate::random_uuid().to_string())
        .map_err(|_| Refusal::bad("ABDM-9999", "Unknown exception"))?;
    let patience = Duration::try_from_secs_f64(world.switches.discovery_wait_seconds);
    let patience = chrono::TimeDelta::from_std(patience.unwrap_or_default()).unwrap_or_default();
    let (asked, discovery) = (RequestId::random(), Discovery::new(transaction.clone(), sought));
    let linking = UserLinking {
        app: UserLink {
            transaction_id: transaction,
            address,
            hip: hip.clone(),
            asked_at: now,
            found: AppAnswer::Awaited,
            offered: None,
            linked: None,
        },
        client: client.clone(),
        by: Some(AppCall { client: by, hiu: hiu.clone(), id: call.request_id }),
        answer_by: now.checked_add_signed(patience).unwrap_or(now),
        discover: Asked::new(call.request_id, asked),
        told: Vec::new(),
        init: None,
        confirm: None,
    };
    if !world.user_links.begin(linking, now) {
        return Err(Refusal::bad("ABDM-1103", "Duplicate Discovery request"));
    }
    // Some of ABDM's pages have the app's id here, its captures have not: both by turns.
    let is_told = world.turn("the app's id on a discovery").is_multiple_of(2);
    drop(world);
    let headers = HipAndAppHeaders::new(hip, Some(hiu).filter(|_| is_told));
    engine.call_back_as::<OnDiscoverCareContexts>(asked, &client, headers, discovery);
    Answer::of::<DiscoverCareContexts>(&Accepted)
}

/// The patient as the consent manager knows them.
fn sought(person: &Person, address: &AbhaAddress) -> SoughtPatient {
    let mut verified = Vec::new();
    if let Some(mobile) = &person.mobile {
        verified.push(Identifier::new(IdentifierType::Mobile, format!("+91{mobile}")));
    }
    if let Some(account) = person.active_account() {
        let number = account.number.to_dashed();
        verified.push(Identifier::new(IdentifierType::AbhaNumber, number));
    }
    verified.push(Identifier::new(IdentifierType::AbhaAddress, address.as_str()));
    let mut sought = SoughtPatient::new(address.clone(), verified);
    sought.name = Some(person.name());
    sought.gender = Some(person.gender.clone());
    sought.year_of_birth = u16::try_from(person.year_of_birth()).ok();
    sought
}

pub(super) fn on_discover(
    engine: &Arc<Engine>,
    received: Received<AnswerDiscovery>,
) -> Result<Answer, Refusal> {
    let client = received.client()?.clone();
    let answer = received.call.body;
    let now = engine.now();
    let mut world = engine.world();
    let of_client = |linking: &&UserLinking| linking.client == client;
    let linking = world.user_links.get(&answer.transaction_id).filter(of_client);
    let expired = || Refusal::invalid(&["Invalid Transaction Id / Transaction expired."]);
    let linking = linking.ok_or_else(expired)?;
    if answer.response.request() != Some(linking.discover.of_hip) {
        return Err(unasked());
    }
    if linking.app.found.is_here() {
        return Err(Refusal::bad("ABDM-1106", "Duplicate On discovery request"));
    }
    // The app has told its user long ago that nobody answers (rulings.md 6).
    if now > linking.answer_by {
        let text = "Invalid TransactionId or response's requestId";
        return Err(Refusal::bad("ABDM-1052", text));
    }
    let (address, hip) = (linking.app.address.clone(), linking.app.hip.clone());
    let by = linking.by.clone();
    let found = match answer.error {
        Some(error) => Err(error),
        None => Ok(unlinked(&world, (&address, &hip), &answer.patient)),
    };
    if let Some(by) = by {
        let transaction = answer.transaction_id.clone();
        let told = RecordsFound::new(by.id, transaction, now, found.clone());
        tell_app::<OnRecordsFound>(engine, &world, &by, told);
    }
    let found = found.map_or_else(AppAnswer::Refused, AppAnswer::Given);
    if let Some(linking) = world.user_links.get_mut(&answer.transaction_id) {
        linking.app.found = found;
        linking.told = answer.patient;
    }
    Answer::of::<AnswerDiscovery>(&Accepted)
}

/// What of these is not linked: the app shows nothing twice.
fn unlinked(
    world: &World,
    of: (&AbhaAddress, &HipId),
    told: &[PatientCareContexts],
) -> Vec<PatientCareContexts> {
    let rest = told.iter().map(|patient| {
        let is_new = |context: &&CareContext| !is_linked(world, of, patient, context);
        let contexts: Vec<_> = patient.care_contexts.iter().filter(is_new).cloned().collect();
        let (reference, display) = (patient.reference_number.clone(), patient.display.clone());
        PatientCareContexts::new(reference, display, patient.hi_type.clone(), contexts)
    });
    rest.filter(|patient| !patient.care_contexts.is_empty()).collect()
}

/// Whether every one of these care contexts is among those.
fn are_among(chosen: &[PatientCareContexts], told: &[PatientCareContexts]) -> bool {
    let is_told = |patient: &PatientCareContexts, context: &CareContext| {
        told.iter().any(|told| {
            told.reference_number == patient.reference_number
                && told.hi_type == patient.hi_type
                && told
                    .care_contexts
                    .iter()
                    .any(|told| told.reference_number == context.reference_number)
        })
    };
    chosen
        .iter()
        .all(|patient| patient.care_contexts.iter().all(|context| is_told(patient, context)))
}

fn init(engine: &Arc<Engine>, received: Received<InitLink>) -> Result<Answer, Refusal> {
    let by = received.client()?.clone();
    let call = received.call;
    let (choice, hiu) = (call.body, call.headers.hiu_id);
    let by = AppCall { client: by, hiu: hiu.clone(), id: call.request_id };
    let now = engine.now();
    let mut world = engine.world();
    let address = patient(&world, &call.credential.0, now)?;
    let is_own = |linking: &&UserLinking| linking.app.address == address && !linking.is_over(now);
    let linking = world.user_links.get(&choice.transaction_id).filter(is_own);
    let linking = linking.ok_or_else(too_late)?;
    if linking.init.is_some() {
        return Err(Refusal::bad("ABDM-1104", "Duplicate Init request"));
    }
    if linking.app.found.given().is_none() {
        return Err(out_of_order());
    }
    if !are_among(&choice.patient, &linking.told) {
        return Err(Refusal::bad("ABDM-1057", "Invalid Care Contexts"));
    }
    let (hip, client) = (linking.app.hip.clone(), linking.client.clone());
    let is_known = |patient: &PatientCareContexts| {
        let mut contexts = patient.care_contexts.iter();
        contexts.any(|context| is_linked(&world, (&address, &hip), patient, context))
    };
    let (offered, told) = if choice.patient.iter().any(is_known) {
        // The facility hears of nothing but this (rulings.md 29).
        let error = abdm_error(1056, "This care contexts has been already linked");
        let over = LinkInit::over(choice.transaction_id.clone(), error.clone());
        let transaction = choice.transaction_id.clone();
        let refused = LinkInitAnswer::refused(by.id, transaction, error.clone());
        tell_app::<OnLinkOffered>(engine, &world, &by, refused);
        (AppAnswer::Refused(error), over)
    } else {
        let chosen = choice.patient.iter().map(chosen).collect();
        let init = LinkInit::new(choice.transaction_id.clone(), address, chosen);
        (AppAnswer::Awaited, init)
    };
    let asked = Asked::new(call.request_id, RequestId::random());
    world.user_links.note(&choice.transaction_id, &asked, now);
    if let Some(linking) = world.user_links.get_mut(&choice.transaction_id) {
        linking.app.offered = Some(offered);
        linking.by = Some(by);
        linking.init = Some((hiu, choice.patient, asked.clone()));
    }
    drop(world);
    let headers = HipHeaders { hip_id: hip };
    engine.call_back_as::<OnLinkInit>(asked.of_hip, &client, headers, told);
    Answer::of::<InitLink>(&Accepted)
}

/// As live: without what the patient saw.
fn chosen(patient: &PatientCareContexts) -> ChosenCareContexts {
    let contexts = patient.care_contexts.iter();
    let contexts =
        contexts.map(|context| ChosenCareContext::from(context.reference_number.clone()));
    let (reference, hi_type) = (patient.reference_number.clone(), patient.hi_type.clone());
    ChosenCareContexts::new(reference, hi_type, contexts.collect())
}

pub(super) fn on_init(
    engine: &Arc<Engine>,
    received: Received<AnswerLinkInit>,
) -> Result<Answer, Refusal> {
    let client = received.client()?.clone();
    let answer = received.call.body;
    let now = engine.now();
    let mut world = engine.world();
    let of_client = |linking: &&UserLinking| linking.client == client && !linking.is_over(now);
    let linking = world.user_links.get(&answer.transaction_id).filter(of_client);
    let expired = || Refusal::invalid(&["Invalid Transaction ID / Transaction expired."]);
    let linking = linking.ok_or_else(expired)?;
    let Some((_, _, asked)) = &linking.init else {
        return Err(out_of_order());
    };
    if answer.response.request() != Some(asked.of_hip) {
        return Err(no_mapping(&answer.response.request_id));
    }
    if linking.app.offered.as_ref().is_none_or(AppAnswer::is_here) {
        return Err(Refusal::bad("ABDM-1107", "Duplicate On init request"));
    }
    let offered = match (answer.link, answer.error) {
        (Some(link), None) => Ok(link),
        (_, Some(error)) => Err(error),
        (None, None) => return Err(Refusal::bad("ABDM-1110", "Invalid On init response")),
    };
    if let Some(by) = &linking.by {
        let transaction = answer.transaction_id.clone();
        let told = match offered.clone() {
            Ok(link) => LinkInitAnswer::sent(by.id, transaction, link),
            Err(error) => LinkInitAnswer::refused(by.id, transaction, error),
        };
        tell_app::<OnLinkOffered>(engine, &world, by, told);
    }
    let offered = offered.map_or_else(AppAnswer::Refused, AppAnswer::Given);
    if let Some(linking) = world.user_links.get_mut(&answer.transaction_id) {
        linking.app.offered = Some(offered);
    }
    Answer::of::<AnswerLinkInit>(&Accepted)
}

fn confirm(engine: &Arc<Engine>, received: Received<ConfirmLink>) -> Result<Answer, Refusal> {
    let by = received.client()?.clone();
    let call = received.call;
    let (confirmation, hiu) = (call.body, call.headers.hiu_id);
    let by = AppCall { client: by, hiu: hiu.clone(), id: call.request_id };
    let now = engine.now();
    let mut world = engine.world();
    let address = patient(&world, &call.credential.0, now)?;
    let unknown = || Refusal::bad("ABDM-1056", "Invalid Link Reference Number");
    let linking = world.user_links.of_reference(&address, &confirmation.link_ref_number);
    let linking = linking.ok_or_else(unknown)?;
    if linking.is_over(now) {
        return Err(too_late());
    }
    if linking.init.as_ref().is_none_or(|(chosen_by, ..)| *chosen_by != hiu) {
        return Err(Refusal::bad("ABDM-1040", "Invalid HIU ID"));
    }
    // After a wrong OTP the patient may try again.
    if matches!(&linking.app.linked, Some(AppAnswer::Awaited | AppAnswer::Given(_))) {
        return Err(Refusal::bad("ABDM-1105", "Duplicate Confirm request"));
    }
    let (transaction, client) = (linking.app.transaction_id.clone(), linking.client.clone());
    let headers = HipHeaders { hip_id: linking.app.hip.clone() };
    let asked = Asked::new(call.request_id, RequestId::random());
    world.user_links.note(&transaction, &asked, now);
    if let Some(linking) = world.user_links.get_mut(&transaction) {
        linking.app.linked = Some(AppAnswer::Awaited);
        linking.by = Some(by);
        linking.confirm = Some(asked.clone());
    }
    drop(world);
    let told = LinkConfirm::new(confirmation.link_ref_number, confirmation.token);
    engine.call_back_as::<OnLinkConfirm>(asked.of_hip, &client, headers, told);
    Answer::of::<ConfirmLink>(&Accepted)
}

pub(super) fn on_confirm(
    engine: &Arc<Engine>,
    received: Received<AnswerLinkConfirm>,
) -> Result<Answer, Refusal> {
    let client = received.client()?.clone();
    let (answer, hip) = (received.call.body, received.call.headers.hip_id);
    let id = answer.response.request().ok_or_else(unasked)?;
    let now = engine.now();
    let mut world = engine.world();
    let of_hip = |linking: &&UserLinking| linking.client == client && linking.app.hip == hip;
    let linking = world.user_links.of_message(id).filter(of_hip).ok_or_else(unasked)?;
    if linking.confirm.as_ref().is_none_or(|asked| asked.of_hip != id) {
        // An answer to an earlier confirmation is a second one to it; to anything else it is none.
        let is_of_confirm = linking.confirm.is_some()
            && linking.discover.of_hip != id
            && linking.init.as_ref().is_some_and(|(_, _, asked)| asked.of_hip != id);
        return Err(if is_of_confirm { twice() } else { unasked() });
    }
    if linking.app.linked.as_ref().is_none_or(AppAnswer::is_here) {
        return Err(twice());
    }
    let (transaction, address) = (linking.app.transaction_id.clone(), linking.app.address.clone());
    let chosen = linking.init.as_ref().map(|(_, chosen, _)| chosen.as_slice()).unwrap_or_default();
    let is_chosen = are_among(&answer.patient, chosen) && are_among(chosen, &answer.patient);
    if answer.error.is_none() && !is_chosen {
        return Err(Refusal::bad("ABDM-1111", "Invalid On confirm response"));
    }
    let by = linking.by.clone();
    let linked = match answer.error {
        Some(error) => Err(error),
        None => {
            link(&mut world, (&address, &hip), &answer.patient, now);
            Ok(answer.patient.clone())
        }
    };
    if let Some(by) = by {
        let told = match linked.clone() {
            Ok(patient) => LinkConfirmAnswer::linked(by.id, patient),
            Err(error) => LinkConfirmAnswer::refused(by.id, error),
        };
        tell_app::<OnRecordsLinked>(engine, &world, &by, told);
    }
    let linked = linked.map_or_else(AppAnswer::Refused, AppAnswer::Given);
    let is_linked = linked.given().is_some();
    if let Some(linking) = world.user_links.get_mut(&transaction) {
        linking.app.linked = Some(linked);
    }
    drop(world);
    if is_linked {
        let request = LinkCareContextsRequest::new(address, answer.patient);
        for record in new_records(&hip, &request) {
            self_request::notice(engine, record);
        }
    }
    Answer::of::<AnswerLinkConfirm>(&Accepted)
}

fn twice() -> Refusal {
    Refusal::bad("ABDM-1108", "Duplicate On confirm request")
}

/// Links what was chosen, but for what somebody else has linked meanwhile.
fn link(
    world: &mut World,
    (address, hip): (&AbhaAddress, &HipId),
    patients: &[PatientCareContexts],
    now: DateTime<Utc>,
) {
    for patient in patients {
        for context in &patient.care_contexts {
            if !is_linked(world, (address, hip), patient, context) {
                let link = new_link(world, (address, hip), patient, context, now);
                world.links.push(link);
            }
        }
    }
}
