//! A patient proves themselves to a facility.

use std::sync::Arc;

use abdm_core::api::reply::AcknowledgementStatus;
use abdm_core::error::CallbackError;
use abdm_core::headers::HipHeaders;
use abdm_core::id::{HipId, RequestId, TransactionId};
use abdm_core::person::AbhaAddress;
use abdm_core::secret::LinkToken;
use abdm_core::wire::Accepted;
use chrono::{DateTime, Datelike as _, TimeDelta, Utc};
use hip_services::api::sharing::PostalAddress;
use hip_services::api::user_linking::{Identifier, IdentifierType};
use hip_services::api::v0_5::user_auth::{
    AcknowledgeAuth, AuthChallenge, AuthCredential, AuthDecision, AuthGrant, AuthInitReply,
    AuthMeta, AuthMode, AuthModesReply, AuthPurpose, AuthReply, AuthRequester, AuthStatus,
    ConfirmAuth, Demographics, FetchAuthModes, InitAuth, KycPatient, OfferedModes, OnAuthNotify,
    OnConfirmAuth, OnFetchAuthModes, OnInitAuth, RequesterType, TokenValidity,
};

use super::own_facility;
use crate::callbacks::abdm_error;
use crate::engine::Engine;
use crate::server::{Answer, Received, Refusal, Routes};
use crate::services::consent::no_mapping;
use crate::services::new_otp;
use crate::tokens;
use crate::world::{Auth, Person, Sent};

/// How long a proof is awaited, and an access token is good. The contract has no figures.
const PROOF_TIME: TimeDelta = TimeDelta::minutes(10);
const TOKEN_LIFE: TimeDelta = TimeDelta::hours(24);
/// The fourth wrong proof is one too many.
const MOST_WRONG: u8 = 3;

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .serve::<FetchAuthModes>(fetch_modes)
        .serve::<InitAuth>(init)
        .serve::<ConfirmAuth>(confirm)
        .serve::<AcknowledgeAuth>(acknowledge)
}

/// The facility that asks: as HIP, the one role that is played here.
fn requester(requester: &AuthRequester) -> Result<HipId, Refusal> {
    let hip = HipId::new(requester.id.as_str()).ok();
    let hip = hip.filter(|_| requester.kind == RequesterType::Hip);
    hip.ok_or_else(|| Refusal::bad("ABDM-1035", "Invalid HIP ID"))
}

fn nobody() -> CallbackError {
    abdm_error(1000, "Patient is not found")
}

/// The ways that a person has, whatever the purpose.
fn modes(person: &Person) -> Vec<AuthMode> {
    let mut modes = vec![AuthMode::Demographics, AuthMode::Direct];
    if person.mobile.is_some() {
        modes.push(AuthMode::MobileOtp);
    }
    if person.aadhaar.is_some() {
        modes.push(AuthMode::AadhaarOtp);
    }
    modes
}

fn fetch_modes(
    engine: &Arc<Engine>,
    received: Received<FetchAuthModes>,
) -> Result<Answer, Refusal> {
    let client = received.client()?.clone();
    let (id, query) = (received.call.request_id, received.call.body.query);
    let hip = requester(&query.requester)?;
    let answer = {
        let mut world = engine.world();
        own_facility(&mut world, &client, &hip)?;
        let person = world.people.by_address(&query.id).filter(|p| !p.is_deactivated());
        person.map(modes).ok_or_else(nobody)
    };
    let reply =
        AuthModesReply::new(id, answer.map(|modes| OfferedModes::new(query.purpose, modes)));
    engine.call_back::<OnFetchAuthModes>(&client, HipHeaders { hip_id: hip }, reply);
    Answer::of::<FetchAuthModes>(&Accepted)
}

fn init(engine: &Arc<Engine>, received: Received<InitAuth>) -> Result<Answer, Refusal> {
    let client = received.client()?.clone();
    let (id, query) = (received.call.request_id, received.call.body.query);
    let hip = requester(&query.requester)?;
    let now = engine.now();
    let transaction = TransactionId::new(crate::random_uuid().to_string())
        .map_err(|_| Refusal::bad("ABDM-1000", "Unknown exception"))?;
    let mut told = None;
    let answer = {
        let mut world = engine.world();
        own_facility(&mut world, &client, &hip)?;
        let mode = query.auth_mode.unwrap_or(AuthMode::MobileOtp);
        let otp = new_otp(&world);
        let person = world.people.by_address(&query.id).filter(|p| !p.is_deactivated());
        let sent_to = |person: &Person| match mode {
            AuthMode::MobileOtp => person.mobile.clone(),
            AuthMode::AadhaarOtp => Some(person.aadhaar_mobile.expose().to_owned()),
            _ => None,
        };
        match person {
            None => Err(nobody()),
            Some(person) if !modes(person).contains(&mode) => {
                Err(abdm_error(1000, "This way of authentication is not supported"))
            }
            Some(person) => {
                let to = sent_to(person);
                let hint = to.as_deref().map(crate::services::masked);
                let otp = to.as_ref().map(|_| otp.clone());
                if let (Some(to), Some(otp)) = (&to, &otp) {
                    let sent = Sent { to: to.clone(), otp: otp.clone(), txn: None, at: now };
                    world.proofs.note(sent);
                    told = Some(format!("SMS to {to}: {otp} proves you to a facility"));
                }
                let auth = Auth {
                    transaction: transaction.clone(),
                    client: client.clone(),
                    hip: hip.clone(),
                    address: query.id.clone(),
                    purpose: query.purpose,
                    mode: mode.clone(),
                    otp,
                    expires_at: now + PROOF_TIME,
                    wrong: 0,
                    decided: false,
                    notice: None,
                    acknowledged: false,
                    // In the app the patient allows one link; an OTP says nothing of a limit.
                    uses: if mode == AuthMode::Direct { 1 } else { u32::MAX },
                };
                world.auths.insert(transaction.clone(), auth, now);
                let meta = AuthMeta::new(hint, now + PROOF_TIME);
                Ok(AuthChallenge::new(transaction, mode, meta))
            }
        }
    };
    if let Some(told) = told {
        engine.tell(&told);
    }
    let is_direct = answer.as_ref().is_ok_and(|challenge| challenge.mode == AuthMode::Direct);
    let reply = AuthInitReply::new(id, answer);
    engine.call_back::<OnInitAuth>(&client, HipHeaders { hip_id: hip }, reply);
    if is_direct && engine.switches().patient_grants_at_once {
        decide(engine, &query.id, true);
    }
    Answer::of::<InitAuth>(&Accepted)
}

fn confirm(engine: &Arc<Engine>, received: Received<ConfirmAuth>) -> Result<Answer, Refusal> {
    let client = received.client()?.clone();
    let (id, body) = (received.call.request_id, received.call.body);
    let now = engine.now();
    let unknown = || Refusal::bad("ABDM-1000", "Invalid transactionId");
    let (hip, answer) = {
        let mut world = engine.world();
        let auth = world.auths.get(&body.transaction_id).filter(|auth| auth.client == client);
        let auth = auth.ok_or_else(unknown)?.clone();
        let is_over = auth.decided || auth.wrong >= MOST_WRONG || now > auth.expires_at;
        let person = world.people.by_address(&auth.address);
        let is_good = person.is_some_and(|person| proves(&auth, person, &body.credential));
        let answer = if is_over {
            Err(abdm_error(1000, "The authentication is over"))
        } else if is_good {
            Ok(grant(engine, &auth, person, now))
        } else {
            Err(abdm_error(1000, "Invalid OTP or details"))
        };
        if let Some(auth) = world.auths.get_mut(&body.transaction_id) {
            auth.decided |= is_good && !is_over;
            auth.wrong = auth.wrong.saturating_add(u8::from(!is_good));
        }
        (auth.hip, answer)
    };
    let reply = AuthReply::new(id, answer);
    engine.call_back::<OnConfirmAuth>(&client, HipHeaders { hip_id: hip }, reply);
    Answer::of::<ConfirmAuth>(&Accepted)
}

/// Whether a proof is good.
fn proves(auth: &Auth, person: &Person, credential: &AuthCredential) -> bool {
    match (&auth.mode, &credential.auth_code, &credential.demographic) {
        (AuthMode::MobileOtp | AuthMode::AadhaarOtp, Some(code), None) => {
            auth.otp.as_deref() == Some(code.expose())
        }
        (AuthMode::Demographics, None, Some(details)) => is_of(person, details),
        _ => false,
    }
}

/// Name, gender and date of birth must be those of the profile, to the letter; so must a mobile
/// number, where one is told.
fn is_of(person: &Person, details: &Demographics) -> bool {
    let mobile = details.identifier.as_ref().map(Identifier::mobile);
    let same_mobile = mobile.is_none_or(|told| {
        told.is_some_and(|told| person.mobile.as_deref() == Some(told.expose()))
    });
    person.name() == details.name
        && person.gender == details.gender
        && person.date_of_birth == details.date_of_birth
        && same_mobile
}

/// What the purpose gives.
fn grant(engine: &Engine, auth: &Auth, person: Option<&Person>, now: DateTime<Utc>) -> AuthGrant {
    let token = auth.purpose.links().then(|| {
        let (keys, transaction) = (engine.keys(), auth.transaction.as_str());
        let ends_at = now + TOKEN_LIFE;
        tokens::access(&keys.links, &auth.hip, &auth.address, transaction, ends_at).ok()
    });
    let patient = person.filter(|_| auth.purpose.tells_profile());
    let patient = patient.map(|person| profile(person, &auth.address));
    AuthGrant::new(token.flatten().map(LinkToken::new), patient)
}

fn profile(person: &Person, address: &AbhaAddress) -> KycPatient {
    let number = |part: u32| u16::try_from(part).ok();
    let mut patient = KycPatient::new(address.clone());
    patient.name = Some(person.name());
    patient.gender = Some(person.gender.clone());
    patient.year_of_birth = u16::try_from(person.year_of_birth()).ok();
    patient.month_of_birth = number(person.date_of_birth.month());
    patient.day_of_birth = number(person.date_of_birth.day());
    let mut home = PostalAddress::default();
    home.line = Some(person.home.address.clone());
    home.district = Some(person.home.district_name.clone());
    home.state = Some(person.home.state_name.clone());
    home.pincode = Some(person.home.pin_code.clone());
    patient.address = Some(home);
    if let Some(mobile) = &person.mobile {
        let mobile = format!("+91{mobile}");
        patient.identifiers.push(Identifier::new(IdentifierType::Mobile, mobile));
    }
    if let Some(account) = person.active_account() {
        let kind = IdentifierType::Other("NDHM_HEALTH_NUMBER".to_owned());
        patient.identifiers.push(Identifier::new(kind, account.number.to_dashed()));
    }
    patient
}

/// The patient decides in their app: the latest authentication that waits for it.
pub(crate) fn decide(engine: &Arc<Engine>, address: &AbhaAddress, grants: bool) -> bool {
    let now = engine.now();
    let notice = RequestId::random();
    let decided = {
        let mut world = engine.world();
        let waits = |auth: &&Auth| {
            auth.address == *address
                && auth.mode == AuthMode::Direct
                && !auth.decided
                && now <= auth.expires_at
        };
        let latest = world.auths.values().filter(waits).max_by_key(|auth| auth.expires_at);
        let Some(auth) = latest.cloned() else {
            return false;
        };
        let status = if grants { AuthStatus::Granted } else { AuthStatus::Denied };
        let mut decision = AuthDecision::new(auth.transaction.clone(), status);
        if grants {
            let person = world.people.by_address(&auth.address);
            let AuthGrant { access_token, patient, .. } = grant(engine, &auth, person, now);
            decision.validity = access_token.as_ref().map(|_| validity(&auth, now));
            (decision.access_token, decision.patient) = (access_token, patient);
        }
        if let Some(own) = world.auths.get_mut(&auth.transaction) {
            own.decided = true;
            own.notice = Some(notice);
        }
        (auth, decision)
    };
    let (auth, decision) = decided;
    let headers = HipHeaders { hip_id: auth.hip };
    engine.call_back_as::<OnAuthNotify>(notice, &auth.client, headers, decision.into());
    true
}

fn validity(auth: &Auth, now: DateTime<Utc>) -> TokenValidity {
    let mut validity = TokenValidity::default();
    validity.purpose = Some(auth.purpose.clone());
    validity.requester = Some(AuthRequester::from(&auth.hip));
    validity.expiry = Some(now + TOKEN_LIFE);
    validity.limit = Some(auth.uses.into());
    validity
}

fn acknowledge(
    engine: &Arc<Engine>,
    received: Received<AcknowledgeAuth>,
) -> Result<Answer, Refusal> {
    let client = received.client()?.clone();
    let body = received.call.body;
    let answered = body.response.request();
    let mut world = engine.world();
    let of_client = |auth: &&Auth| auth.client == client;
    let is_meant = |auth: &&Auth| auth.notice.is_some() && auth.notice == answered;
    let found = world.auths.values().filter(of_client).find(is_meant);
    let transaction = found.map(|auth| auth.transaction.clone());
    let transaction = transaction.ok_or_else(|| no_mapping(&body.response.request_id))?;
    let is_ok = |told: &AcknowledgementStatus| told.status == "OK";
    if body.error.is_none() && !body.acknowledgement.as_ref().is_some_and(is_ok) {
        return Err(Refusal::bad("ABDM-1041", "Invalid Acknowledgement"));
    }
    if let Some(auth) = world.auths.get_mut(&transaction) {
        auth.acknowledged = true;
    }
    Answer::of::<AcknowledgeAuth>(&Accepted)
}

/// The purposes that the rules know.
pub(in crate::services) fn is_purpose(text: &str) -> bool {
    AuthPurpose::ALL.iter().any(|known| known.as_str() == text)
}
