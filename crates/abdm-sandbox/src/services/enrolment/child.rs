//! Creating an ABHA number for a child, by the parent's word (m1-abha.md 6.7).

use abha_enrollment::api::enrollment::ChildBlock;
use abha_enrollment::api::fields::Personal;
use abha_enrollment::api::headers::EnrolmentHeaders;
use chrono::{DateTime, NaiveDate, Utc};
use http::StatusCode;

use super::{answer, give_tokens};
use crate::engine::Engine;
use crate::server::{Answer, Refusal};
use crate::services::abha::feature::permitted;
use crate::services::abha::programme::programme;
use crate::services::abha::{tokens, unprocessable, user_not_found};
use crate::services::profile::children::is_child_of;
use crate::world::{ClientId, Person, System, World};

/// A parent is at least so old (ABDM-1155); a child is younger (ABDM-1159; NHA prints the figure as
/// a placeholder, this is the age of majority).
const OF_AGE: u32 = 18;
/// So many children may stand below one parent (ABDM-1157). The live figure is not published.
const CHILDREN_A_PARENT: usize = 10;

pub(super) fn enrol(
    engine: &Engine,
    client: &ClientId,
    headers: &EnrolmentHeaders,
    block: &ChildBlock,
) -> Result<Answer, Refusal> {
    let now = engine.now();
    permitted(engine, "child")?;
    programme(&engine.world(), headers.benefit.as_ref(), now)?;
    let token = headers.parent.as_ref().map(|token| token.expose()).unwrap_or_default();
    let parent = tokens::owner(engine, token, System::Number)?.people.first().copied();
    let known = parent.and_then(|place| engine.world().people.person(place).cloned());
    let (Some(place), Some(parent)) = (parent, known) else {
        return Err(user_not_found());
    };
    let born =
        birthday(block).ok_or_else(|| Refusal::field("dob", "Invalid Date of Birth", now))?;
    let (first, last) = split(block.name.as_str());
    let same = |child: &Person| {
        let named = child.name().eq_ignore_ascii_case(block.name.as_str().trim());
        let (child_born, gender) = (child.date_of_birth, &child.gender);
        is_child_of(child, place) && named && child_born == born && *gender == block.gender
    };
    let (child, is_new) = {
        let mut world = engine.world();
        if let Some(known) = world.people.which(same).first() {
            (*known, false)
        } else {
            check(&world, (place, &parent), born, now)?;
            let gender = block.gender.clone();
            let child =
                world.people.add_child(place, (first, last), gender, born, now.date_naive());
            let child = child.ok_or_else(|| Refusal::spring("", now))?;
            let photo = block.profile_photo.as_str();
            if !photo.is_empty() {
                world.people.change(child, |child| child.photo = photo.to_owned());
            }
            (child, true)
        }
    };
    answer(give_tokens(engine, client, child, is_new)?)
}

/// First and last name.
fn split(name: &str) -> (&str, &str) {
    let name = name.trim();
    name.rsplit_once(' ').unwrap_or((name, ""))
}

fn birthday(block: &ChildBlock) -> Option<NaiveDate> {
    let part = |part: &Personal| part.as_str().trim().parse::<u32>().ok();
    let year = i32::try_from(part(&block.year_of_birth)?).ok()?;
    NaiveDate::from_ymd_opt(year, part(&block.month_of_birth)?, part(&block.day_of_birth)?)
}

fn check(
    world: &World,
    (place, parent): (usize, &Person),
    born: NaiveDate,
    now: DateTime<Utc>,
) -> Result<(), Refusal> {
    let age = |born: NaiveDate, now: DateTime<Utc>| now.date_naive().years_since(born);
    let refuse = |code: &str, text: &str| Err(Refusal::error(StatusCode::BAD_REQUEST, code, text));
    if age(parent.date_of_birth, now).is_none_or(|years| years < OF_AGE) {
        let text = "Parents must be 18 years of age or older to create a Child ABHA Account";
        return refuse("ABDM-1155", text);
    }
    if parent.mobile.is_none() {
        let text = "Please ensure that the mobile number is mapped to the parent's ABHA number";
        return refuse("ABDM-1156", text);
    }
    if age(born, now).is_none_or(|years| years >= OF_AGE) {
        let text = "Children's ages should be below 18 years as of the current date";
        return refuse("ABDM-1159", text);
    }
    if world.people.which(|person| is_child_of(person, place)).len() >= CHILDREN_A_PARENT {
        let number = parent.living_account().map(|a| a.number.to_dashed()).unwrap_or_default();
        let text = format!(
            "Child ABHA's account limit has been exceeded for the requested Abha ID number {number}"
        );
        return Err(unprocessable("ABDM-1157", &text));
    }
    Ok(())
}
