//! The profile of a PHR app's user.

use std::sync::Arc;

use abha_enrollment::api::fields::Personal;
use abha_enrollment::api::phr::{
    FetchPhrCard, FetchPhrProfile, FetchPhrQrCode, PhrProfileUpdate, UpdatePhrProfile,
};

use chrono::{Datelike as _, NaiveDate};

use crate::engine::Engine;
use crate::server::{Answer, Received, Refusal};
use crate::services::address::profile::caller;
use crate::services::address::{card as cards, names, shown};
use crate::world::{Person, System};

pub(super) fn fetch(
    engine: &Arc<Engine>,
    received: Received<FetchPhrProfile>,
) -> Result<Answer, Refusal> {
    let caller = caller(engine, received.call.credential.0.expose(), System::App)?;
    Answer::of::<FetchPhrProfile>(&shown::profile(&caller.person, &caller.address))
}

pub(super) fn card(
    engine: &Arc<Engine>,
    received: Received<FetchPhrCard>,
) -> Result<Answer, Refusal> {
    let caller = caller(engine, received.call.credential.0.expose(), System::App)?;
    Answer::of::<FetchPhrCard>(&cards::card_of(caller)?)
}

pub(super) fn qr_code(
    engine: &Arc<Engine>,
    received: Received<FetchPhrQrCode>,
) -> Result<Answer, Refusal> {
    let caller = caller(engine, received.call.credential.0.expose(), System::App)?;
    Answer::of::<FetchPhrQrCode>(&cards::qr_code_of(caller)?)
}

pub(super) fn update(
    engine: &Arc<Engine>,
    received: Received<UpdatePhrProfile>,
) -> Result<Answer, Refusal> {
    let caller = caller(engine, received.call.credential.0.expose(), System::App)?;
    let update = received.call.body;
    let wrong = places_wrong(&update);
    let mut world = engine.world();
    // As the person is now: another call may have changed them since.
    let mut person = world.people.person(caller.place).cloned().unwrap_or(caller.person);
    if person.living_account().is_none() {
        change_identity(&mut person, &update, engine.now().date_naive())?;
    }
    change_home(&mut person, &update);
    if let Some(photo) = told(update.profile_photo.as_ref()) {
        person.photo = photo;
    }
    if !wrong.is_empty() {
        return Err(Refusal::listed(&wrong));
    }
    world.people.change(caller.place, |own| own.clone_from(&person));
    drop(world);
    Answer::of::<UpdatePhrProfile>(&shown::profile(&person, &caller.address))
}

fn told(text: Option<&Personal>) -> Option<String> {
    text.map(|text| text.as_str().trim().to_owned()).filter(|text| !text.is_empty())
}

/// Name, date of birth and gender; of somebody with an ABHA number they stay as the number proved
/// them.
fn change_identity(
    person: &mut Person,
    update: &PhrProfileUpdate,
    today: NaiveDate,
) -> Result<(), Refusal> {
    let born = person.date_of_birth;
    let or = |new: &Option<Personal>, old: String| new.clone().unwrap_or_else(|| old.into());
    let first = or(&update.first_name, person.first_name.clone());
    let day = or(&update.day_of_birth, born.day().to_string());
    let month = or(&update.month_of_birth, born.month().to_string());
    let year = or(&update.year_of_birth, born.year().to_string());
    let (name, born) = names::read_person(&first, (&day, &month, &year), today)?;
    person.first_name = name.to_owned();
    person.date_of_birth = born;
    if let Some(middle) = &update.middle_name {
        person.middle_name = middle.as_str().trim().to_owned();
    }
    if let Some(last) = &update.last_name {
        person.last_name = last.as_str().trim().to_owned();
    }
    if let Some(gender) = &update.gender {
        person.gender = gender.clone();
    }
    Ok(())
}

/// State and district have letters only, when they are told.
fn places_wrong(update: &PhrProfileUpdate) -> Vec<(&'static str, &'static str)> {
    let is_wrong = |name: &Option<Personal>| {
        name.as_ref().is_some_and(|name| !names::is_name(name.as_str().trim()))
    };
    let mut wrong = Vec::new();
    if is_wrong(&update.state_name) {
        wrong.push(("ABDM-9999: ", "Invalid State, it must be only Alphabets"));
    }
    if is_wrong(&update.district_name) {
        wrong.push(("ABDM-9999: ", "Invalid District, it must be only Alphabets"));
    }
    wrong
}

fn change_home(person: &mut Person, update: &PhrProfileUpdate) {
    let home = &mut person.home;
    let fields = [
        (&mut home.address, &update.address),
        (&mut home.state_name, &update.state_name),
        (&mut home.state_code, &update.state_code),
        (&mut home.district_name, &update.district_name),
        (&mut home.district_code, &update.district_code),
        (&mut home.pin_code, &update.pin_code),
    ];
    for (own, new) in fields {
        if let Some(new) = told(new.as_ref()) {
            *own = new;
        }
    }
}
