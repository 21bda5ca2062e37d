//! A played HIP lets patients find and link its records, and gives tokens at its counters.

use std::collections::{BTreeMap, VecDeque};

use abdm_core::call::{Call, Incoming};
use abdm_core::error::CallbackError;
use abdm_core::headers::{HipHeaders, ToleratedHiuHeaders};
use abdm_core::id::{HipId, PatientReference, TransactionId};
use abdm_core::person::AbhaAddress;
use abdm_core::secret::Otp;
use chrono::TimeDelta;
use hip_services::api::hip_linking::{CareContext, PatientCareContexts};
use hip_services::api::sharing::{
    AcknowledgeShare, AnswerRunningToken, IssuedToken, OnPatientShare, OnRunningTokenStatus,
    RunningToken, RunningTokenAnswer, ShareAcknowledgement,
};
use hip_services::api::user_linking::{
    AnswerDiscovery, AnswerLinkConfirm, AnswerLinkInit, ChosenCareContexts, CommunicationMedium,
    DiscoveryAnswer, IdentifierType, LinkConfirmAnswer, LinkInitAnswer, LinkReference, OfferedLink,
    OnDiscoverCareContexts, OnLinkConfirm, OnLinkInit,
};
use serde::{Deserialize, Serialize};

use super::Acting;
use super::habits::Answering;
use super::hip::{Hip, Record};
use crate::engine::Engine;
use crate::error::SandboxError;
use crate::services::new_otp;
use crate::world::Sent;

/// So many discoveries and links of a played HIP are remembered.
const REMEMBERED: usize = 1000;
/// How long its OTPs are good, and its tokens.
const OTP_LIFE: TimeDelta = TimeDelta::minutes(10);
const TOKEN_LIFE: TimeDelta = TimeDelta::minutes(30);
/// The number of a patient who was given none.
const ONLY_NUMBER: &str = "P-1";

/// What a played HIP remembers of its patients' own acts.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Reception {
    discovered: VecDeque<(TransactionId, Vec<PatientCareContexts>)>,
    offered: VecDeque<Offered>,
    /// How many tokens each counter has given.
    counters: BTreeMap<String, u64>,
}

/// A link that waits for its OTP.
#[derive(Clone, Serialize, Deserialize)]
struct Offered {
    reference: LinkReference,
    otp: String,
    chosen: Vec<PatientCareContexts>,
}

/// Shows no OTP.
impl std::fmt::Debug for Reception {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Reception").field("counters", &self.counters).finish_non_exhaustive()
    }
}

/// Keeps the newest.
fn remember<T>(queue: &mut VecDeque<T>, new: T) {
    if queue.len() >= REMEMBERED {
        queue.pop_front();
    }
    queue.push_back(new);
}

/// A patient looks for their records.
pub(super) async fn discovered(
    acting: &Acting<'_>,
    message: Incoming<OnDiscoverCareContexts>,
) -> Result<(), SandboxError> {
    let (engine, id) = (acting.engine(), acting.id());
    let (request, transaction) = (message.request_id, message.body.transaction_id);
    let records = engine.hip(id, |hip| (hip.habits.answer, hip.records.clone()));
    let (Some((answer, records)), Some(client)) = (records, engine.played_client(id)) else {
        return Ok(());
    };
    if answer == Answering::Silent {
        return Ok(());
    }
    let address = message.body.patient.id;
    let own: Vec<Record> =
        records.into_iter().filter(|record| Some(&record.patient) == address.as_ref()).collect();
    let found = address.as_ref().map(|address| unlinked(engine, (address, id), &own));
    let answer = match found.transpose()?.unwrap_or_default() {
        _ if own.is_empty() => DiscoveryAnswer::not_found(request, transaction),
        found if found.is_empty() => DiscoveryAnswer::nothing_new(request, transaction),
        found => {
            let discovered = (transaction.clone(), found.clone());
            engine.with_hip(id, |hip| remember(&mut hip.reception.discovered, discovered));
            let matched_by = vec![IdentifierType::AbhaAddress];
            DiscoveryAnswer::found(request, transaction, found, matched_by)
        }
    };
    let headers = ToleratedHiuHeaders::from(message.headers.hiu_id);
    client.send(&Call::<AnswerDiscovery>::new(answer).headers(headers)).await?;
    Ok(())
}

/// The records that are not linked, by patient number and HI type.
fn unlinked(
    engine: &Engine,
    (address, id): (&AbhaAddress, &str),
    own: &[Record],
) -> Result<Vec<PatientCareContexts>, SandboxError> {
    let world = engine.world();
    let is_linked = |record: &Record| {
        world.links.iter().any(|link| {
            link.address == *address
                && link.hip.as_str() == id
                && link.care_context == record.care_context
                && link.hi_type == record.hi_type
        })
    };
    let name = world.people.by_address(address).map(|person| person.name()).unwrap_or_default();
    let mut found: Vec<PatientCareContexts> = Vec::new();
    for record in own.iter().filter(|record| !is_linked(record)) {
        let number = match &record.patient_reference {
            Some(number) => number.clone(),
            None => PatientReference::new(ONLY_NUMBER)?,
        };
        let display = record.display.clone().unwrap_or_else(|| record.care_context.to_string());
        let context = CareContext::new(record.care_context.clone(), display);
        let room = found.iter_mut().find(|patient| {
            patient.reference_number == number
                && patient.hi_type == record.hi_type
                && patient.care_contexts.len() < PatientCareContexts::MAX
        });
        match room {
            Some(patient) => {
                patient.care_contexts.push(context);
                patient.count += 1;
            }
            None => {
                let hi_type = record.hi_type.clone();
                found.push(PatientCareContexts::new(number, &*name, hi_type, vec![context]));
            }
        }
    }
    Ok(found)
}

/// A patient has chosen: an OTP goes to the phone that the HIP knows, which is that of the ABHA.
pub(super) async fn chosen(
    acting: &Acting<'_>,
    message: Incoming<OnLinkInit>,
) -> Result<(), SandboxError> {
    let (engine, id) = (acting.engine(), acting.id());
    // Nothing is answered to it (rulings.md 29).
    if message.body.ended().is_some() {
        return Ok(());
    }
    let (request, transaction) = (message.request_id, message.body.transaction_id);
    let Some(client) = engine.played_client(id) else {
        return Ok(());
    };
    let discovered = engine.hip(id, |hip| discovered_in(hip, &transaction));
    let chosen = part(&discovered.flatten().unwrap_or_default(), &message.body.patient);
    let mobile = message.body.abha_address.as_ref().and_then(|address| {
        engine.world().people.by_address(address).and_then(|person| person.mobile.clone())
    });
    let answer = match (chosen.is_empty(), mobile) {
        (false, Some(mobile)) => {
            let reference = LinkReference::new(crate::random_uuid().to_string())?;
            let otp = send_otp(engine, mobile, id);
            let offered = Offered { reference: reference.clone(), otp, chosen };
            engine.with_hip(id, |hip| remember(&mut hip.reception.offered, offered));
            // By the HIP's own clock, which nobody moves.
            let until = engine.unmoved_now() + OTP_LIFE;
            let link = OfferedLink::direct(reference, CommunicationMedium::Mobile, until);
            LinkInitAnswer::sent(request, transaction, link)
        }
        (true, _) => {
            let error = CallbackError::new(1057, "Invalid Care Contexts");
            LinkInitAnswer::refused(request, transaction, error)
        }
        (false, None) => {
            let error = CallbackError::new(1010, "No mobile number is known");
            LinkInitAnswer::refused(request, transaction, error)
        }
    };
    client.send(&Call::<AnswerLinkInit>::new(answer)).await?;
    Ok(())
}

fn discovered_in(hip: &Hip, transaction: &TransactionId) -> Option<Vec<PatientCareContexts>> {
    let mut discovered = hip.reception.discovered.iter();
    discovered.find(|(of, _)| of == transaction).map(|(_, found)| found.clone())
}

/// Of what was discovered, what was chosen.
fn part(
    discovered: &[PatientCareContexts],
    chosen: &[ChosenCareContexts],
) -> Vec<PatientCareContexts> {
    let is_chosen = |patient: &PatientCareContexts, context: &CareContext| {
        chosen.iter().any(|chosen| {
            let mut contexts = chosen.care_contexts.iter();
            chosen.reference_number == patient.reference_number
                && chosen.hi_type.as_ref().is_none_or(|hi_type| *hi_type == patient.hi_type)
                && contexts.any(|chosen| chosen.reference_number == context.reference_number)
        })
    };
    let part = discovered.iter().map(|patient| {
        let contexts = patient.care_contexts.iter().filter(|context| is_chosen(patient, context));
        let (number, display) = (patient.reference_number.clone(), patient.display.clone());
        let hi_type = patient.hi_type.clone();
        PatientCareContexts::new(number, display, hi_type, contexts.cloned().collect())
    });
    part.filter(|patient| !patient.care_contexts.is_empty()).collect()
}

/// The HIP's own SMS: it stands among the OTPs that were sent.
fn send_otp(engine: &Engine, mobile: String, id: &str) -> String {
    let now = engine.now();
    let mut world = engine.world();
    let otp = new_otp(&world);
    world.proofs.note(Sent { to: mobile.clone(), otp: otp.clone(), txn: None, at: now });
    drop(world);
    engine.tell(&format!("SMS to {mobile}: {otp} is your OTP of {id} to link your records"));
    otp
}

/// A patient has typed the OTP.
pub(super) async fn confirmed(
    acting: &Acting<'_>,
    message: Incoming<OnLinkConfirm>,
) -> Result<(), SandboxError> {
    let (engine, id) = (acting.engine(), acting.id());
    let (request, confirmation) = (message.request_id, message.body.confirmation);
    let Some(client) = engine.played_client(id) else {
        return Ok(());
    };
    let linked = engine.with_hip(id, |hip| {
        let offered = &hip.reception.offered;
        let is_meant = |offered: &Offered| offered.reference == confirmation.link_ref_number;
        let at = offered.iter().position(is_meant)?;
        let otp = Otp::new(&offered.get(at)?.otp).ok()?;
        confirmation.token.is(&otp).then(|| hip.reception.offered.remove(at)).flatten()
    });
    let answer = match linked.flatten() {
        Some(offered) => LinkConfirmAnswer::linked(request, offered.chosen),
        None => LinkConfirmAnswer::wrong_otp(request),
    };
    let headers = HipHeaders { hip_id: HipId::new(id)? };
    client.send(&Call::<AnswerLinkConfirm>::new(answer).headers(headers)).await?;
    Ok(())
}

/// A patient shares their profile at a counter, and gets the next number there.
pub(super) async fn shared(
    acting: &Acting<'_>,
    message: Incoming<OnPatientShare>,
) -> Result<(), SandboxError> {
    let (engine, id) = (acting.engine(), acting.id());
    let counter = message.body.meta_data.context.unwrap_or_default();
    let patient = message.body.profile.patient.and_then(|patient| patient.abha_address);
    let (Some(client), Some(address)) = (engine.played_client(id), patient) else {
        return Ok(());
    };
    let number = engine.with_hip(id, |hip| {
        // A HIP has few counters, and nobody scans a thousand of them.
        let counters = &mut hip.reception.counters;
        if counters.len() >= REMEMBERED && !counters.contains_key(&counter) {
            counters.clear();
        }
        let number = counters.entry(counter.clone()).or_default();
        *number += 1;
        *number
    });
    let now = engine.now();
    let number = number.unwrap_or(1).to_string();
    let token = IssuedToken::new(counter, number, now + TOKEN_LIFE, now);
    let answer = ShareAcknowledgement::registered(message.request_id, address, token);
    client.send(&Call::<AcknowledgeShare>::new(answer)).await?;
    Ok(())
}

/// A patient asks which number is being served: the one before the last that was given. At a
/// counter with one number nobody has been called yet.
pub(super) async fn asked_for_running_token(
    acting: &Acting<'_>,
    message: Incoming<OnRunningTokenStatus>,
) -> Result<(), SandboxError> {
    let (engine, id) = (acting.engine(), acting.id());
    let Some(client) = engine.played_client(id) else {
        return Ok(());
    };
    let counter = message.body.context.unwrap_or_default();
    let given = engine.hip(id, |hip| hip.reception.counters.get(&counter).copied()).flatten();
    let answer = match given.unwrap_or_default().saturating_sub(1) {
        0 => RunningTokenAnswer::no_data(message.request_id),
        running => {
            let token = RunningToken::new(HipId::new(id)?, counter, running.to_string());
            RunningTokenAnswer::running(message.request_id, token)
        }
    };
    client.send(&Call::<AnswerRunningToken>::new(answer)).await?;
    Ok(())
}
