//! Creating an ABHA number by Aadhaar OTP (m1-abha.md 6).

mod address;
mod otp;

use std::sync::Arc;

use abdm_core::id::TxnId;
use abdm_core::person::AbhaAddress;
use abdm_core::secret::{MobileNumber, RefreshToken};
use abha_enrollment::api::certificate::{FetchCertificate, PublicCertificate};
use abha_enrollment::api::enrollment::{
    AadhaarProof, ClaimAbhaAddress, EnrolByAadhaar, EnrolledAccount, EnrolledProfile,
    EnrolmentReply, OtpBlock, RequestEnrolmentOtp, SuggestAbhaAddresses, VerifyEnrolmentOtp,
};
use abha_enrollment::api::fields::Personal;
use abha_enrollment::api::token::{IssuedToken, IssuedTokens};
use abha_enrollment::api::vocabulary::{AbhaStatus, AbhaType};
use chrono::{DateTime, TimeDelta, Utc};
use http::StatusCode;

use crate::engine::Engine;
use crate::keys::DecryptingKey;
use crate::server::{Answer, Received, Refusal, Routes};
use crate::tokens;
use crate::world::{Account, Person, Purpose, WrongOtp};

/// The life of a person's token, and of the one that renews it.
const TOKEN_SECONDS: i64 = 1800;
const REFRESH_SECONDS: i64 = 1_296_000;
/// So many ABHA numbers may share one mobile number (ABDM-1124).
const ACCOUNTS_A_MOBILE: usize = 6;

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .serve::<FetchCertificate>(certificate)
        .serve::<RequestEnrolmentOtp>(otp::request_otp)
        .serve::<EnrolByAadhaar>(enrol)
        .serve::<VerifyEnrolmentOtp>(otp::verify_otp)
        .serve::<SuggestAbhaAddresses>(address::suggest)
        .serve::<ClaimAbhaAddress>(address::claim)
}

fn key(now: DateTime<Utc>) -> Result<&'static DecryptingKey, Refusal> {
    DecryptingKey::abha().map_err(|_| Refusal::spring("", now))
}

fn certificate(_: &Arc<Engine>, _: Received<FetchCertificate>) -> Result<Answer, Refusal> {
    let key = key(DateTime::UNIX_EPOCH)?;
    Answer::of::<FetchCertificate>(&PublicCertificate::new(key.certificate()))
}

fn new_txn() -> Result<TxnId, Refusal> {
    TxnId::new(uuid::Uuid::new_v4().to_string())
        .map_err(|_| Refusal::bad("ABDM-9999", "Unknown exception"))
}

fn locked() -> Refusal {
    let text = "You have requested multiple OTPs Or Exceeded maximum number of attempts for OTP match \
                in this transaction. Please try again in 30 minutes.";
    Refusal::error(StatusCode::UNPROCESSABLE_ENTITY, "ABDM-1100", text)
}

fn enrol(engine: &Arc<Engine>, received: Received<EnrolByAadhaar>) -> Result<Answer, Refusal> {
    let client = received.client()?.clone();
    let request = received.call.body;
    let now = engine.now();
    if request.consent.code != "abha-enrollment" {
        return Err(Refusal::field("code", "Invalid Consent Code", now));
    }
    if request.consent.version != "1.4" {
        return Err(Refusal::field("version", "Invalid Consent Version", now));
    }
    let AadhaarProof::Otp(block) = request.auth_data else {
        return Err(Refusal::field("authMethods", "Invalid Auth Methods", now));
    };
    let (otp, mobile) = read_block(&block, now)?;
    let mut world = engine.world();
    let proof = world.proofs.prove(&block.txn_id, &Purpose::EnrolByAadhaar, &otp, now);
    let proof = proof.map_err(|wrong| enrolment_refusal(wrong, now))?;
    let person = proof.person;
    let owned = world.people.person(person).map(|p| p.aadhaar_mobile.expose() == mobile);
    let is_new = world.people.person(person).is_some_and(|p| p.account.is_none());
    // The mobile number that Aadhaar knows is linked at once, any other only by its own OTP.
    let linked = owned.unwrap_or(false).then_some(mobile);
    if let (true, Some(mobile)) = (is_new, &linked)
        && world.people.count_by_mobile(mobile) >= ACCOUNTS_A_MOBILE
    {
        return Err(too_many_accounts());
    }
    let account = world.people.enrol(person, linked).cloned();
    let txn = new_txn()?;
    world.enrolments.insert(txn.clone(), person);
    let known = world.people.person(person).cloned();
    drop(world);
    let (Some(account), Some(known)) = (account, known) else {
        return Err(Refusal::spring("", now));
    };
    let tokens = issue(engine, client.as_str(), person, &account, &txn, now)?;
    let message =
        if is_new { "Account created successfully" } else { "This account already exist" };
    let account = EnrolledAccount::new(message, txn, tokens, profile(&known, &account), is_new);
    Answer::of::<EnrolByAadhaar>(&EnrolmentReply::Account(Box::new(account)))
}

/// OTP and mobile number of a proof, in the clear.
fn read_block(block: &OtpBlock, now: DateTime<Utc>) -> Result<(String, String), Refusal> {
    let invalid = |field: &str, text: &str| Refusal::field(field, text, now);
    let mobile = block.mobile.as_ref().map(|m| m.as_str().to_owned()).unwrap_or_default();
    if mobile.len() != 10 || MobileNumber::new(&mobile).is_err() {
        return Err(invalid("mobile", "Invalid Mobile Number"));
    }
    let otp = key(now)?.decrypt(block.otp_value.as_str());
    let six = |otp: &String| otp.len() == 6 && otp.bytes().all(|b| b.is_ascii_digit());
    let otp = otp.filter(six).ok_or_else(|| invalid("otpValue", "Invalid OTP Value"))?;
    Ok((otp, mobile))
}

/// On this call a wrong OTP is a refusal; everywhere else it is 200 `failed` (rulings.md 18).
fn enrolment_refusal(wrong: WrongOtp, now: DateTime<Utc>) -> Refusal {
    let uidai = |text: &str| Refusal::error(StatusCode::UNPROCESSABLE_ENTITY, "ABDM-1204", text);
    match wrong {
        WrongOtp::UnknownTransaction => Refusal::field("txnId", "Invalid Transaction Id", now),
        WrongOtp::Mismatch => uidai("UIDAI Error code : 400 : Invalid Aadhaar OTP value."),
        WrongOtp::Expired => uidai("UIDAI Error code : 400 : OTP has expired."),
        WrongOtp::Locked => locked(),
    }
}

fn too_many_accounts() -> Refusal {
    let text = "This mobile number is already linked to 6 ABHA numbers";
    Refusal::error(StatusCode::UNPROCESSABLE_ENTITY, "ABDM-1124", text)
}

fn issue(
    engine: &Engine,
    client: &str,
    person: usize,
    account: &Account,
    txn: &TxnId,
    now: DateTime<Utc>,
) -> Result<IssuedTokens, Refusal> {
    let number = account.number.to_dashed();
    let address = account.addresses.first().map(AbhaAddress::as_str).unwrap_or_default();
    let claims = [
        ("sub", number.as_str()),
        ("clientId", client),
        ("txnId", txn.as_str()),
        ("abhaNumber", number.as_str()),
        ("preferredAbhaAddress", address),
        ("mobile", account.mobile.as_deref().unwrap_or_default()),
    ];
    let keys = engine.keys();
    let sign = |kind: &str, seconds: i64| {
        tokens::person(&keys.links, (kind, "ABHA-N"), &claims, now, seconds)
            .map_err(|_| Refusal::spring("", now))
    };
    let token = sign("Transaction", TOKEN_SECONDS)?;
    let refresh = sign("Refresh", REFRESH_SECONDS)?;
    let ends_at = now + TimeDelta::seconds(TOKEN_SECONDS);
    engine.world().sessions.log_in(token.clone(), person, ends_at);
    let (token, refresh) = (IssuedToken::new(token), RefreshToken::new(refresh));
    Ok(IssuedTokens::renewable(token, TOKEN_SECONDS, refresh, REFRESH_SECONDS))
}

fn profile(person: &Person, account: &Account) -> EnrolledProfile {
    let text = |text: &str| Some(Personal::new(text));
    let mut profile = EnrolledProfile::default();
    profile.first_name = text(&person.first_name);
    profile.middle_name = text("");
    profile.last_name = text(&person.last_name);
    profile.dob = text(&person.date_of_birth.format("%d-%m-%Y").to_string());
    profile.gender = Some(person.gender.clone());
    profile.photo = text(crate::world::PHOTO);
    profile.mobile = account.mobile.as_deref().map(masked).map(Personal::new);
    profile.phr_address = account.addresses.iter().map(|a| Personal::new(a.as_str())).collect();
    profile.address = text("12 Example Road, Pune");
    profile.district_code = text("490");
    profile.state_code = text("27");
    profile.pin_code = text("411001");
    profile.state_name = text("MAHARASHTRA");
    profile.district_name = text("PUNE");
    profile.abha_type = Some(AbhaType::Standard);
    profile.abha_number = Some(account.number.clone().into());
    profile.abha_status = Some(AbhaStatus::Active);
    profile
}

fn masked(mobile: &str) -> String {
    format!("******{}", mobile.get(6..).unwrap_or_default())
}
