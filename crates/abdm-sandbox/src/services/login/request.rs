//! Asking for the OTP of a login, or announcing a scan (m1-abha.md 7.2).

use std::sync::Arc;

use abdm_core::id::TxnId;
use abha_enrollment::api::login::RequestLoginOtp;
use abha_enrollment::api::otp::{OtpSent, TxnSlot};
use abha_enrollment::api::vocabulary::{LoginHint, Scope};
use http::StatusCode;

use super::accounts;
use super::purpose::{Purpose, Way};
use crate::engine::Engine;
use crate::server::{Answer, Received, Refusal};
use crate::services::abha::invalid;
use crate::services::abha::otp::{Inbox, Wanted, send};
use crate::services::abha::scan::Scanned;
use crate::services::abha::typed::{self, Lock};
use crate::services::abha::{app_face, new_txn, number_of_nobody, unknown_to_uidai, unprocessable};
use crate::world::{Counter, Expected, Person, Proof, World};

pub(super) fn request_otp(
    engine: &Arc<Engine>,
    received: Received<RequestLoginOtp>,
) -> Result<Answer, Refusal> {
    let request = received.call.body;
    let now = engine.now();
    let purpose = Purpose::read(&request.scope).ok_or_else(|| invalid::scope(now))?;
    let hint = request.login_hint;
    if !purpose.takes(&hint) {
        return Err(invalid::login_hint(now));
    }
    if !purpose.way.is_asked_of(&request.otp_system) {
        return Err(invalid::otp_system(now));
    }
    let plain = Lock::Abha.open(engine, &request.login_id)?;
    let plain = plain.ok_or_else(|| invalid::login_id(now))?;
    let subject = match hint {
        LoginHint::Index => found(engine, &plain, &request.txn_id)?,
        LoginHint::Aadhaar => aadhaar(engine, &plain)?,
        LoginHint::Mobile => mobile(engine, &plain, purpose.retrieval)?,
        _ => number(engine, &plain)?,
    };
    let sent = match purpose.way {
        Way::AadhaarOtp | Way::MobileOtp => {
            let inbox = subject.inbox(purpose.way)?;
            let wanted = Wanted {
                counter: Counter::Login,
                scope: request.scope,
                people: subject.people,
                carried: Some(hint.as_str().to_owned()),
                txn: None,
            };
            send(engine, wanted, &inbox)?
        }
        Way::Scan(scanned) => announce(engine, request.scope, &subject, Expected::Scan, scanned)?,
        Way::AbhaApp => {
            announce(engine, request.scope, &subject, app_face::AWAITED, Scanned::Face)?
        }
    };
    Answer::of::<RequestLoginOtp>(&sent)
}

/// Who is to be proved.
struct Subject {
    /// Several for a shared mobile number; nobody, when that is told only after the OTP.
    people: Vec<usize>,
    /// The first of them, or who gets an OTP that proves nobody.
    person: Option<Person>,
    /// The mobile number that was typed.
    mobile: Option<String>,
}

impl Subject {
    fn one(world: &World, place: usize) -> Self {
        let person = world.people.person(place).cloned();
        Self { people: vec![place], person, mobile: None }
    }

    /// Where the OTP goes.
    fn inbox(&self, way: Way) -> Result<Inbox, Refusal> {
        if let Some(mobile) = &self.mobile {
            return Ok(Inbox::Mobile(mobile.clone()));
        }
        let person = self.person.as_ref();
        if way == Way::MobileOtp {
            return person.and_then(Inbox::mobile_of).ok_or_else(|| {
                let text = "Your mobile number is not linked to the ABHA number. Please update your \
                            mobile number in ABHA or try to register using Aadhaar OTP";
                unprocessable("ABDM-1401", text)
            });
        }
        person
            .and_then(Inbox::aadhaar_of)
            .ok_or_else(|| unprocessable("ABDM-1119", "Login via Aadhaar OTP is not allowed"))
    }
}

/// The owner of an ABHA number. Nobody to send an OTP to when there is none.
fn number(engine: &Engine, plain: &str) -> Result<Subject, Refusal> {
    let number = typed::abha_number(plain).ok_or_else(|| invalid::login_id_form(engine.now()))?;
    let world = engine.world();
    let place = world.people.by_number(&number);
    let place = place.ok_or_else(|| number_of_nobody(&world, engine.now()))?;
    Ok(Subject::one(&world, place))
}

/// The owner of an Aadhaar number or VID, when there is an ABHA number to it.
fn aadhaar(engine: &Engine, plain: &str) -> Result<Subject, Refusal> {
    typed::aadhaar_or_vid(plain).ok_or_else(|| invalid::login_id_form(engine.now()))?;
    let world = engine.world();
    let place = world.people.by_aadhaar(plain);
    let subject = place.map(|place| Subject::one(&world, place));
    let has_number = |s: &Subject| s.person.as_ref().is_some_and(|p| p.living_account().is_some());
    match subject {
        Some(subject) if has_number(&subject) => Ok(subject),
        _ if world.switches.nobody_known_before_otp => Err(accounts::no_abha_of_aadhaar()),
        Some(known) => Ok(Subject { people: Vec::new(), ..known }),
        None => Err(unknown_to_uidai()),
    }
}

/// Everybody with an ABHA number of this mobile number; for a retrieval, with an enrolment number.
fn mobile(engine: &Engine, plain: &str, retrieval: bool) -> Result<Subject, Refusal> {
    let mobile = typed::mobile(plain).ok_or_else(|| invalid::login_id_form(engine.now()))?;
    let world = engine.world();
    let people = if retrieval {
        accounts::applicants(&world, mobile)
    } else {
        accounts::owners(&world, mobile)
    };
    if people.is_empty() && retrieval {
        let text = "The mobile number you have entered does not match with any of the records. \
                    Please enter a different number.";
        return Err(Refusal::error(StatusCode::NOT_FOUND, "ABDM-1115", text));
    }
    if people.is_empty() && world.switches.nobody_known_before_otp {
        return Err(number_of_nobody(&world, engine.now()));
    }
    Ok(Subject { people, person: None, mobile: Some(mobile.to_owned()) })
}

/// One of those whom Find ABHA listed under this transaction.
fn found(engine: &Engine, plain: &str, slot: &TxnSlot) -> Result<Subject, Refusal> {
    let now = engine.now();
    let world = engine.world();
    let TxnSlot::Of(txn) = slot else {
        return Err(invalid::txn(now));
    };
    let listed = world.found.get(txn).ok_or_else(|| invalid::txn(now))?;
    let index = plain.parse::<usize>().ok().and_then(|index| index.checked_sub(1));
    let place = index.and_then(|index| listed.get(index).copied());
    Ok(Subject::one(&world, place.ok_or_else(|| invalid::login_id_form(now))?))
}

/// Awaits a scan.
fn announce(
    engine: &Engine,
    scope: Vec<Scope>,
    subject: &Subject,
    expected: Expected,
    scanned: Scanned,
) -> Result<OtpSent, Refusal> {
    let person = subject.person.as_ref();
    let aadhaar = person.and_then(|person| person.aadhaar.as_ref());
    let aadhaar =
        aadhaar.ok_or_else(|| unprocessable("ABDM-1224", "Login via Biometric is not allowed."))?;
    let txn: TxnId = new_txn()?;
    let kind = (Counter::Login, scope);
    let people = subject.people.clone();
    let proof = Proof::new(kind, people, aadhaar.expose(), expected, engine.now());
    engine.world().proofs.open(txn.clone(), proof);
    Ok(OtpSent::new(txn, scanned.announced()))
}
