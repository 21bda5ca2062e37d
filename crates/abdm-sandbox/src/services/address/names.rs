//! Names for new ABHA addresses.

use std::sync::Arc;

use abdm_core::person::AbhaAddress;
use abha_enrollment::api::address::{CheckAddressName, SuggestionRequest};
use abha_enrollment::api::enrollment::AbhaAddressSuggestions;
use abha_enrollment::api::fields::Personal;
use abha_enrollment::input::AbhaAddressName;
use chrono::{Datelike as _, NaiveDate};

use super::{Side, faults};
use crate::engine::Engine;
use crate::server::{Answer, Received, Refusal};
use crate::services::abha::typed;
use crate::world::World;

pub(super) fn check(
    engine: &Arc<Engine>,
    received: Received<CheckAddressName>,
) -> Result<Answer, Refusal> {
    Answer::of::<CheckAddressName>(&is_taken(engine, received.call.body.abha_address.as_str())?)
}

/// Whether a name is taken.
pub(in crate::services) fn is_taken(engine: &Engine, name: &str) -> Result<bool, Refusal> {
    let address = address(name).ok_or_else(|| faults::bad_value("Invalid ABHA Address"))?;
    Ok(engine.world().people.is_taken(&address))
}

/// The address of this name, with or without its suffix. At most one dot and one underscore, and no
/// mobile number; as long as the longest that ABDM was seen to give (m1-abha.md 13).
pub(in crate::services) fn address(name: &str) -> Option<AbhaAddress> {
    let other_suffix = name.split_once('@').is_some_and(|(_, suffix)| suffix != "sbx");
    let name = AbhaAddressName::parse(name).ok()?;
    let once = |c| name.as_str().matches(c).count() <= 1;
    let may_be = once('.') && once('_') && typed::mobile(name.as_str()).is_none();
    name.with_suffix("sbx").ok().filter(|_| may_be && !other_suffix)
}

/// Suggests names to somebody who proved a mobile number or an ABHA number.
pub(in crate::services) fn suggest(
    engine: &Engine,
    side: Side,
    request: SuggestionRequest,
) -> Result<AbhaAddressSuggestions, Refusal> {
    let born = (&request.day_of_birth, &request.month_of_birth, &request.year_of_birth);
    let (first, born) = read_person(&request.first_name, born, engine.now().date_naive())?;
    let world = engine.world();
    let proved = world.proved.get(&request.txn_id);
    if proved.is_none_or(|(counter, _)| *counter != side.enrolment) {
        return Err(faults::unknown_transaction());
    }
    let names = suggestions(&world, (first, request.last_name.as_str()), born);
    Ok(AbhaAddressSuggestions::new(request.txn_id, names))
}

/// Free names made of a person's own and the date of birth.
pub(in crate::services) fn suggestions(
    world: &World,
    (first, last): (&str, &str),
    born: NaiveDate,
) -> Vec<Personal> {
    let (first, last) = (first.to_lowercase(), last.to_lowercase());
    let names = [
        format!("{first}.{last}"),
        format!("{first}_{last}"),
        format!("{first}.{:02}{:02}", born.day(), born.month()),
        format!("{first}{}", born.year()),
        format!("{}_{first}", born.year()),
    ];
    let is_free =
        |name: &String| address(name).is_some_and(|address| !world.people.is_taken(&address));
    names.into_iter().filter(is_free).map(Personal::new).collect()
}

/// First name and date of birth as they were typed. A day or month that is not told is the first.
///
/// # Errors
/// A list of everything that is wrong.
pub(in crate::services) fn read_person<'a>(
    first_name: &'a Personal,
    (day, month, year): (&Personal, &Personal, &Personal),
    today: NaiveDate,
) -> Result<(&'a str, NaiveDate), Refusal> {
    let first = first_name.as_str().trim();
    let number = |text: &Personal, otherwise: Option<u32>| match text.as_str() {
        "" => otherwise,
        digits => digits.parse::<u32>().ok(),
    };
    let day = number(day, Some(1)).filter(|day| (1..=31).contains(day));
    let month = number(month, Some(1)).filter(|month| (1..=12).contains(month));
    let year = number(year, None).filter(|year| (1900..=2100).contains(year));
    let date = year.zip(month).zip(day).and_then(|((year, month), day)| {
        NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day)
    });
    let impossible = date.is_none() && year.is_some() && month.is_some();
    let wrong = [
        (!is_name(first), "Invalid First Name"),
        (day.is_none() || impossible, "Invalid Day Of Birth"),
        (month.is_none(), "Invalid Month Of Birth"),
        (year.is_none() || date.is_some_and(|date| date > today), "Invalid Year Of Birth"),
    ];
    let entries: Vec<_> = wrong
        .into_iter()
        .filter_map(|(is_wrong, text)| is_wrong.then_some(("ABDM-9999: ", text)))
        .collect();
    date.filter(|_| entries.is_empty()).map(|date| (first, date)).ok_or(Refusal::listed(&entries))
}

/// Letters of any script, and what stands between them.
pub(in crate::services) fn is_name(text: &str) -> bool {
    let in_names = |c: char| c.is_alphabetic() || matches!(c, ' ' | '.' | '\'' | '-');
    text.chars().any(char::is_alphabetic) && text.chars().all(in_names)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_may_lack_day_and_month_but_must_exist() {
        let read = |day: &str, month: &str, year: &str| {
            let [day, month, year] = [day, month, year].map(Personal::new);
            let today = NaiveDate::from_ymd_opt(2026, 11, 29).unwrap();
            let asha = Personal::new("Asha");
            read_person(&asha, (&day, &month, &year), today).ok().map(|(_, date)| date)
        };
        assert_eq!(read("", "", "1990"), NaiveDate::from_ymd_opt(1990, 1, 1));
        assert_eq!(read("29", "2", "1992"), NaiveDate::from_ymd_opt(1992, 2, 29));
        for (day, month, year) in [
            ("29", "2", "1991"),
            ("0", "1", "1990"),
            ("1", "13", "1990"),
            ("1", "1", ""),
            ("  ", "1", "1990"),
            ("1", " ", "1990"),
            ("30", "11", "2026"),
        ] {
            assert_eq!(read(day, month, year), None, "{day} {month} {year}");
        }
    }
}
