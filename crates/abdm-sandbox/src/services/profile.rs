//! A person's own profile (m1-abha.md 9).

use std::sync::Arc;

use abha_enrollment::api::account::{AbhaProfile, FetchProfile};
use abha_enrollment::api::fields::Personal;
use abha_enrollment::api::vocabulary::{
    AbhaStatus, AuthOption, VerificationStatus, VerificationType,
};
use chrono::Datelike as _;
use http::StatusCode;

use crate::engine::Engine;
use crate::server::{Answer, Received, Refusal, Routes};
use crate::world::PHOTO;

pub(super) fn routes(routes: Routes) -> Routes {
    routes.serve::<FetchProfile>(fetch_profile)
}

fn fetch_profile(
    engine: &Arc<Engine>,
    received: Received<FetchProfile>,
) -> Result<Answer, Refusal> {
    let now = engine.now();
    let world = engine.world();
    let token = world.sessions.person(received.call.credential.0.expose());
    // A token of the wrong kind, or of nobody, is "expired" too: the message lies (m1-abha.md 3.1).
    let token = token
        .filter(|token| token.ends_at > now)
        .ok_or_else(|| Refusal::message(StatusCode::UNAUTHORIZED, "X-token expired", now))?;
    let person = world.people.person(token.person);
    let (person, account) = person
        .and_then(|p| Some((p, p.account.as_ref()?)))
        .ok_or_else(|| Refusal::error(StatusCode::NOT_FOUND, "ABDM-1114", "User not found"))?;
    let text = |text: &str| Some(Personal::new(text));
    let born = person.date_of_birth;
    let mut profile = AbhaProfile::default();
    profile.abha_number = Some(account.number.clone().into());
    profile.preferred_abha_address = account.addresses.first().and_then(|a| text(a.as_str()));
    profile.mobile = account.mobile.as_deref().and_then(text);
    profile.first_name = text(&person.first_name);
    profile.middle_name = text("");
    profile.last_name = text(&person.last_name);
    profile.name = text(&person.name());
    profile.year_of_birth = text(&born.year().to_string());
    profile.month_of_birth = text(&born.month().to_string());
    profile.day_of_birth = text(&born.day().to_string());
    profile.gender = Some(person.gender.clone());
    profile.profile_photo = text(PHOTO);
    profile.kyc_photo = text(PHOTO);
    profile.status = Some(AbhaStatus::Active);
    profile.state_code = text("27");
    profile.district_code = text("490");
    profile.pincode = text("411001");
    profile.address = text("12 Example Road, Pune");
    profile.state_name = text("MAHARASHTRA");
    profile.district_name = text("PUNE");
    profile.auth_methods = vec![AuthOption::AadhaarOtp, AuthOption::MobileOtp];
    profile.kyc_verified = Some(true);
    profile.verification_status = Some(VerificationStatus::Verified);
    profile.verification_type = Some(VerificationType::Aadhaar);
    Answer::of::<FetchProfile>(&profile)
}
