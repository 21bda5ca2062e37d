//! Applying by driving licence: an enrolment number, not yet an ABHA number (m1-abha.md 6.5).

use std::sync::Arc;

use abdm_core::secret::MobileNumber;
use abha_enrollment::api::enrollment::{
    AgreedConsent, ApplicationProfile, DocumentEnrolled, DocumentEnrolment, EnrolByDocument,
};
use abha_enrollment::api::fields::Personal;
use abha_enrollment::api::vocabulary::{AbhaStatus, VerificationStatus};
use chrono::{DateTime, Datelike as _, NaiveDate, Utc};
use http::StatusCode;

use crate::engine::Engine;
use crate::server::{Answer, Received, Refusal};
use crate::services::abha::unprocessable;
use crate::world::Home;

/// A licence of this number is on no record, for tests of the refusal.
const UNKNOWN_LICENCE: &str = "XX0000000000000";

pub(super) fn apply(
    engine: &Arc<Engine>,
    received: Received<EnrolByDocument>,
) -> Result<Answer, Refusal> {
    let request = received.call.body;
    let now = engine.now();
    let born = check(&request, now)?;
    let mut world = engine.world();
    let mobile = world.licence_mobiles.get(&request.txn_id).cloned();
    let invalid =
        || Refusal::error(StatusCode::UNAUTHORIZED, "ABDM-1017", "Invalid Transaction Id");
    let mobile = mobile.as_deref().and_then(|mobile| MobileNumber::new(mobile).ok());
    let mobile = mobile.ok_or_else(invalid)?;
    let licence = request.document_id.as_str().to_owned();
    let names = (request.first_name.as_str(), request.last_name.as_str());
    let (number, is_new) = world
        .people
        .apply_by_licence(names, request.gender.clone(), born, mobile.clone(), &licence)
        .ok_or_else(|| Refusal::spring("", now))?;
    world.licence_mobiles.remove(&request.txn_id);
    drop(world);
    let home = Home::default();
    let mut profile = ApplicationProfile::default();
    let text = |text: &str| Some(Personal::new(text));
    profile.enrolment_number = Some(number.into());
    profile.enrolment_state = Some(VerificationStatus::Provisional);
    profile.first_name = Some(request.first_name);
    profile.middle_name = Some(request.middle_name);
    profile.last_name = Some(request.last_name);
    // Year first and unpadded, as the samples have it.
    profile.dob = text(&format!("{}-{}-{}", born.year(), born.month(), born.day()));
    profile.gender = Some(request.gender);
    profile.mobile = text(mobile.expose());
    profile.address = Some(request.address);
    profile.district = Some(request.district);
    profile.district_code = text(&home.district_code);
    profile.state = Some(request.state);
    profile.state_code = text(&home.state_code);
    profile.abha_status = Some(AbhaStatus::Active);
    let mut body = DocumentEnrolled::default();
    body.message =
        Some(if is_new { "Enrolment done" } else { "Enrolment already exists" }.to_owned());
    body.enrol_profile = Some(profile);
    body.is_new = Some(is_new);
    Answer::of::<EnrolByDocument>(&body)
}

/// The refusals that need no state; gives back the date of birth.
fn check(request: &DocumentEnrolment, now: DateTime<Utc>) -> Result<NaiveDate, Refusal> {
    let invalid = |field: &str, text: &str| Err(Refusal::field(field, text, now));
    if request.document_type != "DRIVING_LICENCE" {
        return invalid("documentType", "Invalid Document Type");
    }
    if request.consent != AgreedConsent::current() {
        return invalid("consent", "Invalid Consent");
    }
    for (field, photo) in
        [("frontSidePhoto", &request.front_side_photo), ("backSidePhoto", &request.back_side_photo)]
    {
        if photo.as_str().is_empty() {
            return invalid(field, "Invalid Photo");
        }
    }
    let licence = request.document_id.as_str();
    let well_formed = (10..=20).contains(&licence.len())
        && licence.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | ' '));
    if !well_formed || licence == UNKNOWN_LICENCE {
        return Err(unprocessable("ABDM-1203", "Driving Licence details did not match"));
    }
    NaiveDate::parse_from_str(request.dob.as_str(), "%Y-%m-%d")
        .or_else(|_| invalid("dob", "Invalid Date of Birth"))
}
