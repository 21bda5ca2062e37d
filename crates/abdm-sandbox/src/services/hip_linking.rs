//! Link tokens, care contexts, notices of new records (m2-hip.md 1-3).

use std::sync::Arc;

use abdm_core::api::consent::ConsentCareContext;
use abdm_core::error::CallbackError;
use abdm_core::headers::HipHeaders;
use abdm_core::id::{HipId, RequestId};
use abdm_core::person::{AbhaAddress, AbhaNumber};
use abdm_core::secret::LinkToken;
use abdm_core::wire::Accepted;
use chrono::{DateTime, TimeDelta, Utc};
use hip_services::api::hip_linking::{
    CareContext, ContextReply, GenerateLinkToken, LinkCareContexts, LinkCareContextsRequest,
    LinkReply, LinkTokenReply, LinkTokenRequest, NotifyContext, OnGenerateLinkToken,
    OnLinkCareContexts, OnNotifyContext, PatientCareContexts,
};
use serde_json::Value;

use super::coded::coded_error;
use super::self_request::{self, Seen};
use crate::callbacks::abdm_error;
use crate::engine::Engine;
use crate::server::{Answer, Received, Refusal, Routes};
use crate::shared::Shared;
use crate::switches::AlreadyLinked;
use crate::tokens::{self, LinkClaims};
use crate::world::{Link, Person, TokenTurn, World};

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .serve_completed::<GenerateLinkToken>(with_address, generate_link_token)
        .serve::<LinkCareContexts>(link_care_contexts)
        .serve::<NotifyContext>(notify_context)
}

/// The ABHA number alone is enough: it stands for its preferred address (m2-hip.md 1.1).
fn with_address(engine: &Arc<Engine>, json: &mut Value) -> Result<(), Refusal> {
    if json.get("abhaAddress").is_some_and(|address| !address.is_null()) {
        return Ok(());
    }
    let number: Option<AbhaNumber> = match json.get("abhaNumber") {
        Some(Value::Number(number)) => number.to_string().parse().ok(),
        Some(Value::String(number)) => number.parse().ok(),
        _ => None,
    };
    let world = engine.world();
    let place = number.and_then(|number| world.people.by_number(&number));
    let person = place.and_then(|place| world.people.person(place));
    let address = person.and_then(Person::preferred_address);
    let address = address.ok_or_else(|| Refusal::bad("ABDM-9999", "User not found"))?;
    json["abhaAddress"] = Value::String(address.to_string());
    Ok(())
}

fn generate_link_token(
    engine: &Arc<Engine>,
    received: Received<GenerateLinkToken>,
) -> Result<Answer, Refusal> {
    let client = received.client()?.clone();
    let (request_id, hip) = (received.call.request_id, received.call.headers.hip_id);
    let request = received.call.body;
    let now = engine.now();
    let mut world = engine.world();
    // A refused request is remembered like an accepted one, and the duplicate hides its cause.
    let turn = world.count_token_request(&hip, &request.abha_address, now);
    if turn == TokenTurn::Duplicate {
        return Err(Refusal::bad("ABDM-1092", "Duplicate Link token request"));
    }
    if world.people.by_address(&request.abha_address).is_none() {
        return Err(Refusal::bad("ABDM-9999", "User not found"));
    }
    let problem = match turn {
        TokenTurn::Blocked => {
            Some(abdm_error(1027, "You are blocked. Please try again after 24 hours."))
        }
        _ => coded_error::<OnGenerateLinkToken>(&mut world).or_else(|| mismatch(&world, &request)),
    };
    drop(world);
    let body = match problem {
        Some(error) => {
            let is_blocked = turn == TokenTurn::Blocked;
            let mut refused = LinkTokenReply::refused(request_id, error);
            // Only beside this error the address is told again (m2-hip.md 1.2).
            refused.abha_address = is_blocked.then_some(request.abha_address);
            refused
        }
        None => {
            let number = request.abha_number.as_ref();
            let keys = engine.keys();
            let token = tokens::link(&keys.links, &hip, &request.abha_address, number, now)
                .map_err(|_| Refusal::bad("ABDM-9999", "Unknown exception"))?;
            LinkTokenReply::issued(request_id, request.abha_address, LinkToken::new(token))
        }
    };
    engine.call_back::<OnGenerateLinkToken>(&client, HipHeaders { hip_id: hip }, body);
    Answer::of::<GenerateLinkToken>(&Accepted)
}

/// What the callback says of details that are not the profile's (rulings.md 17).
fn mismatch(world: &World, request: &LinkTokenRequest) -> Option<CallbackError> {
    let person = world.people.by_address(&request.abha_address)?;
    if let Some(number) = &request.abha_number {
        if world.people.by_number(number).is_none() {
            return Some(abdm_error(1051, "Invalid ABHA Number or ABHA Address"));
        }
        if person.living_account().is_none_or(|account| account.number != *number) {
            return Some(world.switches.link_token_mismatch.error());
        }
    }
    (!matches(person, request)).then(|| world.switches.link_token_mismatch.error())
}

/// Name and gender must be those of the ABHA profile, the year of birth at most two off.
fn matches(person: &Person, request: &LinkTokenRequest) -> bool {
    let words = |name: &str| name.split_whitespace().map(str::to_lowercase).collect::<Vec<_>>();
    words(&person.name()) == words(&request.name)
        && person.gender == request.gender
        && person.year_of_birth().abs_diff(request.year_of_birth) <= 2
}

pub(super) fn link_care_contexts(
    engine: &Arc<Engine>,
    received: Received<LinkCareContexts>,
) -> Result<Answer, Refusal> {
    let client = received.client()?.clone();
    let (request_id, headers) = (received.call.request_id, received.call.headers);
    let request = received.call.body;
    let token = headers.link_token.expose();
    let outcome = match check_link_token(engine, &headers.hip_id, token, &request)? {
        Ok(()) => link(engine, &headers.hip_id, &request)?,
        Err(error) => Err(error),
    };
    if matches!(outcome, Ok(Linked::Now)) {
        for record in new_records(&headers.hip_id, &request) {
            self_request::notice(engine, record);
        }
    }
    let body = match outcome {
        Ok(linked) => {
            let mut reply = LinkReply::linked(request_id, request.abha_address);
            if linked == Linked::Before {
                reply.status = Some(ALREADY_LINKED.to_owned());
            }
            reply
        }
        Err(error) => refused(engine, request_id, error),
    };
    let headers = HipHeaders { hip_id: headers.hip_id };
    engine.call_back::<OnLinkCareContexts>(&client, headers, body);
    Answer::of::<LinkCareContexts>(&Accepted)
}

/// A link that failed: an error, or by switch ABDM's prose for it and nothing else (rulings.md 28).
fn refused(engine: &Engine, request_id: RequestId, error: CallbackError) -> LinkReply {
    let prose = error.message.clone();
    let mut reply = LinkReply::refused(request_id, error);
    reply.status = None;
    if engine.world().switches.link_failures_as_status {
        reply.error = None;
        reply.status = Some(prose);
    }
    reply
}

/// The care contexts of a link request, each with all its HI types.
pub(super) fn new_records(hip: &HipId, request: &LinkCareContextsRequest) -> Vec<Seen> {
    let mut records: Vec<Seen> = Vec::new();
    for patient in &request.patient {
        for context in &patient.care_contexts {
            let reference = &context.reference_number;
            let known = records
                .iter_mut()
                .find(|record| record.context.care_context_reference == *reference);
            if let Some(record) = known {
                record.hi_types.push(patient.hi_type.clone());
                continue;
            }
            let number = patient.reference_number.clone();
            records.push(Seen {
                address: request.abha_address.clone(),
                hip: hip.clone(),
                context: ConsentCareContext::new(number, reference.clone()),
                hi_types: vec![patient.hi_type.clone()],
            });
        }
    }
    records
}

/// Whether the token fits; the inner error goes out by callback.
fn check_link_token(
    engine: &Engine,
    hip: &HipId,
    token: &str,
    request: &LinkCareContextsRequest,
) -> Result<Result<(), CallbackError>, Refusal> {
    let claims: Option<LinkClaims> = engine.keys().links.verify(token);
    let claims = claims.ok_or_else(|| Refusal::bad("ABDM-1066", "Invalid JWT token"))?;
    if claims.exp <= engine.now().timestamp() {
        return Err(Refusal::bad("ABDM-1026", "Invalid Link Token"));
    }
    if claims.hip_id != hip.as_str() {
        return Err(Refusal::bad("ABDM-1063", "HIP Id mismatch with Link token"));
    }
    let world = engine.world();
    if !claims.abha_address.eq_ignore_ascii_case(request.abha_address.as_str()) {
        let text = "ABHA address and Link token mismatch";
        return if world.switches.link_mismatch_by_callback {
            Ok(Err(abdm_error(1038, text)))
        } else {
            Err(Refusal::bad("ABDM-1038", text))
        };
    }
    let owner = world.people.by_address(&request.abha_address);
    if owner.is_none_or(|owner| owner.is_deactivated()) {
        return Err(Refusal::bad("ABDM-1031", "The abha address is deactivated."));
    }
    drop(world);
    let asked = request.abha_number.as_ref().and_then(digits);
    // A token that was made from the address alone takes either form (rulings.md 16).
    if claims.abha_number.is_some() && claims.abha_number != asked {
        return Err(Refusal::bad("ABDM-1062", "ABHA number mismatch with Link token"));
    }
    Ok(Ok(()))
}

fn digits(number: &AbhaNumber) -> Option<u64> {
    number.to_digits().parse().ok()
}

/// What became of a link request that was good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Linked {
    /// Its care contexts are linked.
    Now,
    /// One of them had been before, and none was linked.
    Before,
}

const ALREADY_LINKED: &str = "These care contexts have been already linked";

/// How it is told that a care context is linked already (reality 13).
fn already_linked(form: AlreadyLinked) -> Result<Result<Linked, CallbackError>, Refusal> {
    let text = "Duplicate HIP link request";
    match form {
        AlreadyLinked::Unnamed => Err(Refusal::bad("ABDM-9999", text)),
        AlreadyLinked::Duplicate => Err(Refusal::bad("ABDM-1090", text)),
        AlreadyLinked::Callback => {
            Ok(Err(abdm_error(1056, "This care contexts has been already linked")))
        }
        AlreadyLinked::Status => Ok(Ok(Linked::Before)),
    }
}

/// Links what is asked; the inner error goes out by callback.
fn link(
    engine: &Engine,
    hip: &HipId,
    request: &LinkCareContextsRequest,
) -> Result<Result<Linked, CallbackError>, Refusal> {
    let now = engine.now();
    let mut world = engine.world();
    if let Some(error) = coded_error::<OnLinkCareContexts>(&mut world) {
        return Ok(Err(error));
    }
    let mut fresh: Vec<Shared<Link>> = Vec::new();
    for patient in &request.patient {
        if !patient.is_counted() {
            let text = "Counter and Care context count mismatch";
            return Ok(Err(abdm_error(1037, text)));
        }
        for context in &patient.care_contexts {
            let of = (&request.abha_address, hip);
            if is_linked(&world, of, patient, context)
                || fresh.iter().any(|link| is_link(link, of, patient, context))
            {
                return already_linked(world.switches.already_linked);
            }
            fresh.push(new_link(&mut world, of, patient, context, now));
        }
    }
    world.links.append(&mut fresh);
    Ok(Ok(Linked::Now))
}

/// Whether this is the link of a care context and HI type.
fn is_link(
    link: &Link,
    (address, hip): (&AbhaAddress, &HipId),
    patient: &PatientCareContexts,
    context: &CareContext,
) -> bool {
    link.address == *address
        && link.hip == *hip
        && link.care_context == context.reference_number
        && link.hi_type == patient.hi_type
}

/// Whether a care context is linked with this HI type.
pub(super) fn is_linked(
    world: &World,
    of: (&AbhaAddress, &HipId),
    patient: &PatientCareContexts,
    context: &CareContext,
) -> bool {
    world.links.iter().any(|link| is_link(link, of, patient, context))
}

/// A link as it begins: `context/notify` finds it after a while (reality 16).
pub(super) fn new_link(
    world: &mut World,
    (address, hip): (&AbhaAddress, &HipId),
    patient: &PatientCareContexts,
    context: &CareContext,
    now: DateTime<Utc>,
) -> Shared<Link> {
    let wait = world.random() * world.switches.link_visible_within_seconds;
    let wait = wait * world.switches.time_scale;
    Shared::new(Link {
        id: world.next_number(),
        address: address.clone(),
        hip: hip.clone(),
        patient: patient.reference_number.clone(),
        patient_display: patient.display.clone(),
        care_context: context.reference_number.clone(),
        display: context.display.clone(),
        hi_type: patient.hi_type.clone(),
        linked_at: now,
        visible_at: now + TimeDelta::milliseconds((wait * 1000.0) as i64),
    })
}

pub(super) fn notify_context(
    engine: &Arc<Engine>,
    received: Received<NotifyContext>,
) -> Result<Answer, Refusal> {
    let client = received.client()?.clone();
    let (request_id, hip) = (received.call.request_id, received.call.headers.hip_id);
    let notice = received.call.body.notification;
    let now = engine.now();
    let mut world = engine.world();
    let coded = coded_error::<OnNotifyContext>(&mut world);
    let reference = &notice.care_context.care_context_reference;
    // ABDM's samples name the patient by the facility's reference or by the address (m2-hip.md 3).
    let patient = &notice.care_context.patient_reference;
    let is_meant = |link: &&Shared<Link>| {
        link.address == notice.patient.id
            && link.hip == hip
            && link.care_context == *reference
            && (link.patient == *patient || patient.as_str() == notice.patient.id.as_str())
    };
    let linked = world.links.iter().find(is_meant);
    let body = match (coded, linked) {
        (Some(error), _) => ContextReply::errored(request_id, error),
        (None, Some(link)) if link.visible_at <= now => ContextReply::taken(request_id),
        _ if world.links.iter().any(|l| l.address == notice.patient.id && l.hip == hip) => {
            let text = "No care context linked with given reference number";
            ContextReply::errored(request_id, abdm_error(1006, text))
        }
        _ => {
            let text = "No links found for the patient in the given HIP";
            ContextReply::errored(request_id, abdm_error(1006, text))
        }
    };
    drop(world);
    if body.is_taken() {
        let record = Seen {
            address: notice.patient.id,
            hip: hip.clone(),
            context: notice.care_context,
            hi_types: notice.hi_types,
        };
        self_request::notice(engine, record);
    }
    engine.call_back::<OnNotifyContext>(&client, HipHeaders { hip_id: hip }, body);
    Answer::of::<NotifyContext>(&Accepted)
}
