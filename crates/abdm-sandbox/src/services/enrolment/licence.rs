//! Applying by driving licence: an enrolment number, not yet an ABHA number (m1-abha.md 6.5).

use std::sync::Arc;

use abdm_core::secret::MobileNumber;
use abha_enrollment::api::enrollment::{
    ApplicationProfile, DocumentEnrolled, DocumentEnrolment, EnrolByDocument,
};
use abha_enrollment::api::fields::Personal;
use abha_enrollment::api::vocabulary::{AbhaStatus, VerificationStatus};
use chrono::{DateTime, Datelike as _, NaiveDate, Utc};

use super::created_or_found;
use crate::engine::Engine;
use crate::server::{Answer, Received, Refusal};
use crate::services::abha::otp::masked;
use crate::services::abha::{invalid, unprocessable};
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
    let mobile = mobile.as_deref().and_then(|mobile| MobileNumber::new(mobile).ok());
    let mobile = mobile.ok_or_else(invalid::unknown_transaction)?;
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
    profile.mobile = Some(Personal::new(masked(mobile.expose())));
    profile.address = Some(request.address);
    profile.district = Some(request.district);
    profile.district_code = text(&home.district_code);
    profile.state = Some(request.state);
    profile.state_code = text(&home.state_code);
    profile.abha_status = Some(AbhaStatus::Active);
    let mut body = DocumentEnrolled::default();
    body.message = Some(created_or_found(is_new).to_owned());
    body.enrol_profile = Some(profile);
    body.is_new = Some(is_new);
    Answer::of::<EnrolByDocument>(&body)
}

/// Whether the licence is one, and the date of birth on it.
fn check(request: &DocumentEnrolment, now: DateTime<Utc>) -> Result<NaiveDate, Refusal> {
    if request.document_id.as_str() == UNKNOWN_LICENCE {
        let text = "The details provided by you do not match against your documents details. Please \
                    provide the correct details.";
        return Err(unprocessable("ABDM-1203", text));
    }
    NaiveDate::parse_from_str(request.dob.as_str(), "%Y-%m-%d")
        .map_err(|_| Refusal::field("dob", "Invalid Date of Birth", now))
}
