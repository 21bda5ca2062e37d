//! Creating an ABHA number (m1-abha.md 6).

mod address;
mod by_otp;
mod by_scan;
mod child;
mod demographics;
mod face_capture;
mod licence;
mod otp;

use std::sync::Arc;

use abdm_core::id::TxnId;
use abha_enrollment::api::certificate::{FetchCertificate, PublicCertificate};
use abha_enrollment::api::enrollment::{
    AadhaarProof, CheckFaceCapture, ClaimAbhaAddress, EnrolByAadhaar, EnrolByDocument,
    EnrolledAccount, EnrolmentReply, FaceEnrolment, FingerEnrolment, InitFaceAuth, IrisEnrolment,
    RequestEnrolmentOtp, SuggestAbhaAddresses, VerifyEnrolmentOtp,
};
use abha_enrollment::api::phr::FetchPhrCertificate;
use abha_enrollment::api::token::IssuedTokens;

use super::abha::scan::Scanned;
use super::abha::tokens::{self, Holder};
use super::abha::{mobile_is_full, new_txn, shown, unprocessable};
use crate::engine::Engine;
use crate::server::{Answer, Received, Refusal, Routes};
use crate::services::abha::invalid;
use crate::services::abha::programme::programme;
use crate::world::{Account, ClientId, Person, World};

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .serve::<FetchCertificate>(certificate)
        .serve::<FetchPhrCertificate>(phr_certificate)
        .serve::<RequestEnrolmentOtp>(otp::request_otp)
        .serve::<EnrolByAadhaar>(enrol)
        .serve::<VerifyEnrolmentOtp>(otp::verify_otp)
        .serve::<SuggestAbhaAddresses>(address::suggest)
        .serve::<ClaimAbhaAddress>(address::claim)
        .serve::<EnrolByDocument>(licence::apply)
        .serve::<InitFaceAuth>(face_capture::init)
        .serve::<CheckFaceCapture>(face_capture::check)
}

fn certificate(engine: &Arc<Engine>, _: Received<FetchCertificate>) -> Result<Answer, Refusal> {
    let key = engine.decrypting_keys().abha().map_err(|_| Refusal::spring("", engine.now()))?;
    Answer::of::<FetchCertificate>(&PublicCertificate::new(key.certificate()))
}

fn phr_certificate(
    engine: &Arc<Engine>,
    _: Received<FetchPhrCertificate>,
) -> Result<Answer, Refusal> {
    let key = engine.decrypting_keys().phr().map_err(|_| Refusal::spring("", engine.now()))?;
    Answer::of::<FetchPhrCertificate>(&PublicCertificate::new(key.certificate()))
}

fn enrol(engine: &Arc<Engine>, received: Received<EnrolByAadhaar>) -> Result<Answer, Refusal> {
    let client = received.client()?.clone();
    let (headers, request) = (received.call.headers, received.call.body);
    let now = engine.now();
    // Optional for a facility, but what is named must be a programme (m1-abha.md 3).
    if let Some(benefit) = &headers.benefit {
        programme(&engine.world(), Some(benefit), now)?;
    }
    match request.auth_data {
        AadhaarProof::Otp(block) => by_otp::enrol(engine, &client, &block),
        AadhaarProof::Demographic(block) => {
            demographics::enrol(engine, &client, headers.benefit.as_ref(), &block)
        }
        AadhaarProof::Child(block) => child::enrol(engine, &client, &headers, &block),
        AadhaarProof::FaceAuth(block) => by_scan::enrol_by_app(engine, &client, &block),
        AadhaarProof::Bio(FingerEnrolment {
            aadhaar, finger_print_auth_pid: pid, mobile, ..
        }) => {
            let presented =
                by_scan::Presented::new(Scanned::Finger, &aadhaar, &pid, mobile.as_ref());
            by_scan::enrol(engine, &client, &presented)
        }
        AadhaarProof::Face(FaceEnrolment { aadhaar, rd_pid_data: pid, mobile, .. }) => {
            let presented = by_scan::Presented::new(Scanned::Face, &aadhaar, &pid, mobile.as_ref());
            by_scan::enrol(engine, &client, &presented)
        }
        AadhaarProof::Iris(IrisEnrolment { aadhaar, pid, mobile, .. }) => {
            let presented = by_scan::Presented::new(Scanned::Iris, &aadhaar, &pid, mobile.as_ref());
            by_scan::enrol(engine, &client, &presented)
        }
        _ => Err(invalid::method(now)),
    }
}

/// Somebody with an ABHA number, new or found, and the tokens for it.
struct Given {
    person: Person,
    account: Account,
    txn: TxnId,
    tokens: IssuedTokens,
    is_new: bool,
}

/// Gives a person an ABHA number, or finds the one that they have.
///
/// `mobile` is a number that is proved to be the person's; it is linked at once.
fn give_number(
    engine: &Engine,
    client: &ClientId,
    place: usize,
    mobile: Option<String>,
) -> Result<Given, Refusal> {
    let is_new = {
        let mut world = engine.world();
        let is_new = world.people.person(place).is_some_and(|p| p.living_account().is_none());
        if is_new {
            check_limits(&mut world, client, mobile.as_deref())?;
        }
        world.people.enrol(place, mobile, engine.now().date_naive());
        is_new
    };
    give_tokens(engine, client, place, is_new)
}

/// Logs in somebody whose ABHA number was just made or found; the transaction goes on to the
/// address.
fn give_tokens(
    engine: &Engine,
    client: &ClientId,
    place: usize,
    is_new: bool,
) -> Result<Given, Refusal> {
    let txn = new_txn()?;
    let person = {
        let mut world = engine.world();
        world.enrolments.insert(txn.clone(), place, engine.now());
        world.people.person(place).cloned()
    };
    let known = person.and_then(|person| Some((person.living_account()?.clone(), person)));
    let (account, person) = known.ok_or_else(|| Refusal::spring("", engine.now()))?;
    let tokens = tokens::issue(engine, client, &Holder::of_number(place, txn.clone()))?;
    Ok(Given { person, account, txn, tokens, is_new })
}

/// The answer of every proof but the demographic one.
fn answer(given: Given) -> Result<Answer, Refusal> {
    let Given { person, account, txn, tokens, is_new } = given;
    let message = created_or_found(is_new);
    let profile = shown::enrolled(&person, &account);
    let answer = EnrolledAccount::new(message, txn, tokens, profile, is_new);
    Answer::of::<EnrolByAadhaar>(&EnrolmentReply::Account(Box::new(answer)))
}

/// NHA's words for a new account, and for one that was there.
const fn created_or_found(is_new: bool) -> &'static str {
    if is_new { "Account created successfully" } else { "This account already exist" }
}

/// The limits of a mobile number and of a client; counts the creation.
fn check_limits(world: &mut World, client: &ClientId, mobile: Option<&str>) -> Result<(), Refusal> {
    if mobile.is_some_and(|mobile| world.mobile_is_full(mobile, None)) {
        return Err(mobile_is_full());
    }
    let most = world.switches.accounts_a_client;
    let created = world.created.entry(client.clone()).or_default();
    if *created >= most {
        let text = "This client ID has reached the maximum limit of 100 ABHA account creations.";
        return Err(unprocessable("ABDM-1227", text));
    }
    *created += 1;
    Ok(())
}
