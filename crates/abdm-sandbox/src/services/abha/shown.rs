//! How a person is shown in the answers of milestone 1.

use abdm_core::endpoint::Endpoint;
use abha_enrollment::api::account::AbhaProfile;
use abha_enrollment::api::enrollment::EnrolledProfile;
use abha_enrollment::api::fields::Personal;
use abha_enrollment::api::vocabulary::{
    AbhaStatus, AbhaType, AuthOption, VerificationStatus, VerificationType,
};
use chrono::Datelike as _;
use serde_json::json;

use super::otp::masked;
use crate::server::{Answer, Refusal};
use crate::world::{Account, AccountKind, AccountState, Person};

fn text(text: &str) -> Option<Personal> {
    Some(Personal::new(text))
}

/// `dd-mm-yyyy`, as all of milestone 1 writes a date of birth.
pub(crate) fn born(person: &Person) -> String {
    person.date_of_birth.format("%d-%m-%Y").to_string()
}

/// The state of an account in ABDM's word.
pub(crate) const fn status(account: &Account) -> AbhaStatus {
    match account.state {
        AccountState::Active => AbhaStatus::Active,
        AccountState::Deactivated => AbhaStatus::Deactivated,
        AccountState::Deleted => AbhaStatus::Deleted,
    }
}

/// How the identity was proved.
pub(crate) const fn verification(account: &Account) -> VerificationType {
    match account.kind {
        AccountKind::Aadhaar => VerificationType::Aadhaar,
        AccountKind::Child { .. } => VerificationType::ChildAbha,
    }
}

/// How a person may prove who they are.
pub(crate) fn auth_methods(person: &Person) -> Vec<AuthOption> {
    let mut methods = Vec::new();
    if person.mobile.is_some() {
        methods.push(AuthOption::MobileOtp);
    }
    if person.aadhaar.is_some() && person.account.is_some() {
        methods.extend([AuthOption::AadhaarOtp, AuthOption::AadhaarBio, AuthOption::Demographics]);
    }
    if person.password.is_some() {
        methods.push(AuthOption::Password);
    }
    if person.email.is_some() {
        methods.push(AuthOption::EmailOtp);
    }
    methods
}

/// The profile in the answer of an enrolment.
pub(crate) fn enrolled(person: &Person, account: &Account) -> EnrolledProfile {
    let mut profile = EnrolledProfile::default();
    profile.first_name = text(&person.first_name);
    profile.middle_name = text(&person.middle_name);
    profile.last_name = text(&person.last_name);
    profile.dob = text(&born(person));
    profile.gender = Some(person.gender.clone());
    profile.photo = text(&person.photo);
    profile.mobile = person.mobile.as_deref().map(masked).map(Personal::new);
    profile.email = person.email.as_deref().and_then(text);
    profile.phr_address = person.addresses.iter().map(|a| Personal::new(a.as_str())).collect();
    profile.address = text(&person.home.address);
    profile.district_code = text(&person.home.district_code);
    profile.state_code = text(&person.home.state_code);
    profile.pin_code = text(&person.home.pin_code);
    profile.state_name = text(&person.home.state_name);
    profile.district_name = text(&person.home.district_name);
    profile.abha_type = Some(match account.kind {
        AccountKind::Aadhaar => AbhaType::Standard,
        AccountKind::Child { .. } => AbhaType::Child,
    });
    profile.abha_number = Some(account.number.clone().into());
    profile.abha_status = Some(status(account));
    profile
}

/// The answer of a profile: more stands there than its type reads (m1-abha.md 9).
pub(crate) fn whole_profile<E: Endpoint<Response = AbhaProfile>>(
    profile: &AbhaProfile,
) -> Result<Answer, Refusal> {
    Answer::with::<E>(profile, &[("tags", json!({}))])
}

/// The profile of an ABHA number.
pub(crate) fn profile(person: &Person, account: &Account) -> AbhaProfile {
    let date = person.date_of_birth;
    let mut profile = AbhaProfile::default();
    profile.abha_number = Some(account.number.clone().into());
    profile.preferred_abha_address = person.preferred_address().and_then(|a| text(a.as_str()));
    profile.mobile = person.mobile.as_deref().map(masked).map(Personal::new);
    profile.first_name = text(&person.first_name);
    profile.middle_name = text(&person.middle_name);
    profile.last_name = text(&person.last_name);
    profile.name = text(&person.name());
    profile.year_of_birth = text(&date.year().to_string());
    profile.month_of_birth = text(&date.month().to_string());
    profile.day_of_birth = text(&date.day().to_string());
    profile.gender = Some(person.gender.clone());
    profile.email = person.email.as_deref().and_then(text);
    profile.profile_photo = text(&person.photo);
    profile.kyc_photo = text(crate::world::PHOTO);
    profile.status = Some(status(account));
    profile.state_code = text(&person.home.state_code);
    profile.district_code = text(&person.home.district_code);
    profile.pincode = text(&person.home.pin_code);
    profile.address = text(&person.home.address);
    profile.state_name = text(&person.home.state_name);
    profile.district_name = text(&person.home.district_name);
    profile.sub_district_name = text(&person.home.district_name);
    profile.auth_methods = auth_methods(person);
    profile.kyc_verified = Some(person.aadhaar.is_some());
    profile.verification_status = Some(VerificationStatus::Verified);
    profile.verification_type = Some(verification(account));
    profile.created_date = Some(account.created.format("%d-%m-%Y").to_string());
    profile
}
