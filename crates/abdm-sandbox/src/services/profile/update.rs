//! Changing a profile without an OTP: the photo; for programmes mobile number and state; for
//! parents a child's data, once.

use std::sync::Arc;

use abdm_core::vocabulary::Gender;
use abha_enrollment::api::account::{ProfileUpdate, UpdateProfile};
use abha_enrollment::api::fields::Personal;
use abha_enrollment::api::vocabulary::AbhaStatus;
use abha_enrollment::flow::profile::Photo;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, NaiveDate, Utc};
use http::StatusCode;

use super::caller;
use super::children::is_child_of;
use super::request_otp::check_mobile;
use crate::engine::Engine;
use crate::server::{Answer, Received, Refusal};
use crate::services::abha::feature::permitted;
use crate::services::abha::invalid;
use crate::services::abha::programme::programme;
use crate::services::abha::{shown, typed, unprocessable, user_not_found};
use crate::world::{AccountKind, AccountState, Person};

pub(super) fn update(
    engine: &Arc<Engine>,
    received: Received<UpdateProfile>,
) -> Result<Answer, Refusal> {
    let (place, _) = caller(engine, received.call.credential.0.expose())?;
    let (header, body) = (received.call.headers.benefit, received.call.body);
    let now = engine.now();
    let (photo, mobile) = (text(body.profile_photo.as_ref()), text(body.mobile.as_ref()));
    let for_programme = mobile.is_some() || body.account_status.is_some();
    let programme = if for_programme || header.is_some() {
        permitted(engine, "benefit")?;
        Some(programme(&engine.world(), header.as_ref(), engine.now())?)
    } else {
        None
    };
    let place = target(engine, place, &body, programme.is_some())?;
    let person = engine.world().people.person(place).cloned();
    let person = person.ok_or_else(user_not_found)?;
    let corrected = Correction::read(engine, &person, &body)?;
    if photo.is_none() && !for_programme && corrected.is_none() {
        let text = "Please provide a valid field to update";
        return Err(Refusal::message(StatusCode::BAD_REQUEST, text, now));
    }
    let photo = photo.map(|photo| check_photo(photo, now)).transpose()?;
    if let Some(mobile) = mobile {
        typed::mobile(mobile).ok_or_else(|| invalid::mobile(now))?;
    }
    if body.account_status.as_ref().is_some_and(|status| *status != AbhaStatus::Active) {
        return Err(Refusal::field("accountStatus", "Invalid Account Status", now));
    }
    let mut world = engine.world();
    if let Some(mobile) = mobile {
        check_mobile(&world, place, mobile)?;
    }
    world.people.change(place, |person| {
        if let Some(photo) = photo {
            person.photo = photo;
        }
        if let Some(mobile) = mobile {
            person.mobile = Some(mobile.to_owned());
        }
        if let (Some(_), Some(account)) = (&body.account_status, &mut person.account) {
            account.state = AccountState::Active;
        }
        if let Some(correction) = corrected {
            correction.make(person);
        }
    });
    let person = world.people.person(place);
    let shown = person.and_then(|person| Some(shown::profile(person, person.living_account()?)));
    drop(world);
    shown::whole_profile::<UpdateProfile>(&shown.ok_or_else(user_not_found)?)
}

/// A field's text; blank is none, as in the samples.
fn text(field: Option<&Personal>) -> Option<&str> {
    field.map(Personal::as_str).filter(|text| !text.trim().is_empty())
}

/// Whom the change is for: the caller, a child of the caller, or anybody for a programme.
fn target(
    engine: &Engine,
    caller: usize,
    body: &ProfileUpdate,
    for_programme: bool,
) -> Result<usize, Refusal> {
    let Some(number) = &body.abha_number else {
        return Ok(caller);
    };
    let world = engine.world();
    let may_change = |place: &usize| {
        let is_child = || world.people.person(*place).is_some_and(|p| is_child_of(p, caller));
        *place == caller || for_programme || is_child()
    };
    world.people.by_number(number).filter(may_change).ok_or_else(user_not_found)
}

/// Base64 of a PNG or JPEG of at most 100 KB. Whether a face is on it, the sandbox cannot see.
fn check_photo(base64: &str, now: DateTime<Utc>) -> Result<String, Refusal> {
    let photo = STANDARD.decode(base64).ok().and_then(|bytes| Photo::new(bytes).ok());
    let photo = photo.ok_or_else(|| {
        let text = "Invalid photo. Please upload a file with a human face.";
        Refusal::field("ProfilePhoto", text, now)
    })?;
    Ok(photo.to_base64())
}

/// The data of a child without KYC, corrected.
struct Correction {
    name: Option<(String, String)>,
    born: Option<NaiveDate>,
    gender: Option<Gender>,
}

impl Correction {
    /// `None` when nothing is to be corrected, or may be: an adult's name, date of birth and gender
    /// change by re-KYC only.
    fn read(
        engine: &Engine,
        person: &Person,
        body: &ProfileUpdate,
    ) -> Result<Option<Self>, Refusal> {
        let (name, dob) = (text(body.name.as_ref()), text(body.dob.as_ref()));
        let account = person.living_account();
        let kind = account.map(|account| account.kind);
        let is_child = matches!(kind, Some(AccountKind::Child { .. })) && person.aadhaar.is_none();
        if !is_child || (name.is_none() && dob.is_none() && body.gender.is_none()) {
            return Ok(None);
        }
        permitted(engine, "child")?;
        if account.is_some_and(|account| account.corrected) {
            let text = "Non KYC CHILD ABHA is allowed to update their profile only once";
            return Err(unprocessable("ABDM-1160", text));
        }
        let born = dob.map(|dob| {
            let date = NaiveDate::parse_from_str(dob, "%d-%m-%Y").ok();
            date.ok_or_else(|| Refusal::field("dob", "Invalid Date of Birth", engine.now()))
        });
        let name = name.map(|name| {
            let (first, last) = name.trim().rsplit_once(' ').unwrap_or((name.trim(), ""));
            (first.to_owned(), last.to_owned())
        });
        Ok(Some(Self { name, born: born.transpose()?, gender: body.gender.clone() }))
    }

    fn make(self, person: &mut Person) {
        if let Some((first, last)) = self.name {
            (person.first_name, person.last_name) = (first, last);
        }
        if let Some(born) = self.born {
            person.date_of_birth = born;
        }
        if let Some(gender) = self.gender {
            person.gender = gender;
        }
        if let Some(account) = &mut person.account {
            account.corrected = true;
        }
    }
}
