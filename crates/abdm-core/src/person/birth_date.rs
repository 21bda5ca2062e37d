//! A date of birth, as far as it is known.

use std::fmt;

use chrono::{Datelike as _, NaiveDate};
use serde::{Deserialize, Serialize};

/// A date of birth, of which day and month may be unknown.
///
/// ABDM tells it as a text in several orders (`26-06-1999`, `18-6-1995`, `26/6/1999`, `1999-6-26`),
/// as a year alone, or in three parts of which day and month may be missing, blank, `null` or 0. A
/// day is never made up, and a date that is none (30 February) is no date (m1-abha.md 9, 12).
///
/// `Debug` shows nothing of it: it is personal.
///
/// ```
/// use abdm_core::person::BirthDate;
/// let born = BirthDate::read("18-6-1995").unwrap();
/// assert_eq!((born.year(), born.month(), born.day()), (1995, Some(6), Some(18)));
/// assert_eq!(born.to_iso(), "1995-06-18");
/// assert_eq!(BirthDate::of_parts("", "0", "1999").unwrap().to_iso(), "1999");
/// assert_eq!(BirthDate::of_parts("30", "2", "1999"), None);
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct BirthDate {
    year: u16,
    month: Option<u8>,
    day: Option<u8>,
}

/// Years outside are not of a living person's birth, but of a part that stands in the wrong place.
const YEARS: std::ops::RangeInclusive<u16> = 1850..=2199;

const MONTHS: [&str; 12] =
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

impl BirthDate {
    /// A day.
    #[must_use]
    pub fn on(date: NaiveDate) -> Self {
        let year = u16::try_from(date.year()).unwrap_or(*YEARS.start());
        let part = |part: u32| u8::try_from(part).ok();
        Self { year, month: part(date.month()), day: part(date.day()) }
    }

    /// A year, of which no more is known.
    #[must_use]
    pub const fn in_year(year: u16) -> Self {
        Self { year, month: None, day: None }
    }

    /// Reads day, month and year as ABDM's profiles carry them. A day or month that is blank or 0
    /// is not known; a day without its month is not either.
    ///
    /// `None` without a year, and when the parts make no date.
    #[must_use]
    pub fn of_parts(day: &str, month: &str, year: &str) -> Option<Self> {
        let year: u16 = year.trim().parse().ok()?;
        let known = |part: &str| match part.trim() {
            "" | "null" => Some(None),
            number => number.parse::<u8>().ok().map(|number| Some(number).filter(|n| *n > 0)),
        };
        let (day, month) = (known(day)?, month_of(month).map(Some).or_else(|| known(month))?);
        Self::checked(year, month, day.filter(|_| month.is_some()))
    }

    /// Reads a date of birth from a text: day first or year first, padded or not, with dashes,
    /// strokes or points, the month as a number or an English word; a year with its month, or
    /// alone.
    ///
    /// `None` when it is no date.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        // The time of a timestamp says nothing of a birth.
        let date = text.trim().split(['T', 't']).next().unwrap_or_default();
        let date = if date.contains(char::is_alphabetic) { text.trim() } else { date };
        let parts: Vec<&str> = date.split(['-', '/', '.', ' ']).map(str::trim).collect();
        let is_year = |part: &str| part.len() == 4 && part.bytes().all(|b| b.is_ascii_digit());
        match parts.as_slice() {
            [year] if is_year(year) => Self::of_parts("", "", year),
            [month, year] if is_year(year) => Self::of_parts("", month, year),
            [year, month] if is_year(year) => Self::of_parts("", month, year),
            [day, month, year] if is_year(year) => Self::of_parts(day, month, year),
            [year, month, day] if is_year(year) => Self::of_parts(day, month, year),
            // A time that stands after a blank.
            [first, second, third, ..] if is_year(first) || is_year(third) => {
                Self::read(&format!("{first}-{second}-{third}"))
            }
            _ => None,
        }
    }

    fn checked(year: u16, month: Option<u8>, day: Option<u8>) -> Option<Self> {
        let real = match (month, day) {
            (Some(month), Some(day)) => {
                NaiveDate::from_ymd_opt(year.into(), month.into(), day.into()).is_some()
            }
            (Some(month), None) => (1..=12).contains(&month),
            (None, _) => true,
        };
        (real && YEARS.contains(&year)).then_some(Self { year, month, day })
    }

    /// The year.
    #[must_use]
    pub const fn year(self) -> u16 {
        self.year
    }

    /// The month, from 1, where it is known.
    #[must_use]
    pub const fn month(self) -> Option<u8> {
        self.month
    }

    /// The day of the month, from 1, where it is known.
    #[must_use]
    pub const fn day(self) -> Option<u8> {
        self.day
    }

    /// The whole date; `None` where day or month is not known.
    #[must_use]
    pub fn to_date(self) -> Option<NaiveDate> {
        NaiveDate::from_ymd_opt(self.year.into(), self.month?.into(), self.day?.into())
    }

    /// As FHIR and most records write it: `1999-06-26`, `1999-06` or `1999`.
    #[must_use]
    pub fn to_iso(self) -> String {
        match (self.month, self.day) {
            (Some(month), Some(day)) => format!("{:04}-{month:02}-{day:02}", self.year),
            (Some(month), None) => format!("{:04}-{month:02}", self.year),
            (None, _) => format!("{:04}", self.year),
        }
    }

    /// Day first, as ABDM's cards and most of its answers write it: `26-06-1999`, `06-1999` or
    /// `1999`.
    #[must_use]
    pub fn to_day_first(self) -> String {
        match (self.month, self.day) {
            (Some(month), Some(day)) => format!("{day:02}-{month:02}-{:04}", self.year),
            (Some(month), None) => format!("{month:02}-{:04}", self.year),
            (None, _) => format!("{:04}", self.year),
        }
    }
}

/// The month that an English word names.
fn month_of(word: &str) -> Option<u8> {
    let word = word.trim().to_ascii_lowercase();
    let place = MONTHS.iter().position(|month| word.starts_with(month))?;
    u8::try_from(place + 1).ok()
}

impl fmt::Debug for BirthDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BirthDate(…)")
    }
}

impl From<BirthDate> for String {
    fn from(born: BirthDate) -> Self {
        born.to_iso()
    }
}

impl TryFrom<String> for BirthDate {
    type Error = crate::id::IdError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        const RULE: &str = "it must be a year, a month of a year, or a day";
        Self::read(&text).ok_or(crate::id::IdError::new("BirthDate", RULE))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn iso(born: Option<BirthDate>) -> Option<String> {
        born.map(BirthDate::to_iso)
    }

    /// (M1 trial C1; case 24)
    #[test]
    fn every_form_of_a_date_of_birth_is_read_and_no_day_is_made_up() {
        for (text, read) in [
            ("26-06-1999", "1999-06-26"),
            ("18-6-1995", "1995-06-18"),
            ("26/6/1999", "1999-06-26"),
            ("26.06.1999", "1999-06-26"),
            ("1999-6-26", "1999-06-26"),
            ("1999-06-26", "1999-06-26"),
            ("1999/06/26", "1999-06-26"),
            ("1999-06-26T00:00:00.000Z", "1999-06-26"),
            ("1999-06-26 00:00:00", "1999-06-26"),
            ("26-Jun-1999", "1999-06-26"),
            ("26 October 1999", "1999-10-26"),
            ("06-1999", "1999-06"),
            ("1999-06", "1999-06"),
            (" 1999 ", "1999"),
            ("--1999", "1999"),
            ("-6-1999", "1999-06"),
            ("0-0-1999", "1999"),
            ("29-2-2000", "2000-02-29"),
        ] {
            assert_eq!(iso(BirthDate::read(text)).as_deref(), Some(read), "{text}");
        }
        for none in [
            "",
            "30-2-1999",
            "29-2-1999",
            "31-4-1999",
            "1-13-1999",
            "26-06-99",
            "x",
            "99",
            "26-06",
            "06-26-1999",
            "0000",
            "9999-01-01",
            "26-x-1999",
            "-",
        ] {
            assert_eq!(BirthDate::read(none), None, "{none}");
        }
    }

    /// (M1 trial C1; case 24)
    #[test]
    fn parts_that_are_missing_leave_the_year_and_parts_that_make_no_date_leave_nothing() {
        let of = |day, month, year| iso(BirthDate::of_parts(day, month, year));
        assert_eq!(of("26", "06", "1999").as_deref(), Some("1999-06-26"));
        assert_eq!(of("", "", "1999").as_deref(), Some("1999"));
        assert_eq!(of("0", "0", "1999").as_deref(), Some("1999"));
        assert_eq!(of("", "6", "1999").as_deref(), Some("1999-06"));
        assert_eq!(of("26", "", "1999").as_deref(), Some("1999"), "a day of no month");
        assert_eq!(of("null", "null", "1999").as_deref(), Some("1999"));
        assert_eq!(of("26", "JUN", "1999").as_deref(), Some("1999-06-26"));
        for (day, month, year) in [
            ("30", "2", "1999"),
            ("1", "13", "1999"),
            ("x", "1", "1999"),
            ("1", "1", ""),
            ("1", "1", "99"),
        ] {
            assert_eq!(of(day, month, year), None, "{day} {month} {year}");
        }
    }

    #[test]
    fn it_is_kept_as_it_is_and_does_not_show() {
        for text in ["\"1999\"", "\"1999-06\"", "\"1999-06-26\""] {
            let born: BirthDate = serde_json::from_str(text).unwrap();
            assert_eq!(serde_json::to_string(&born).unwrap(), text);
            assert!(!format!("{born:?}").contains("1999"));
        }
        let day = NaiveDate::from_ymd_opt(1999, 6, 26).unwrap();
        assert_eq!(BirthDate::on(day).to_date(), Some(day));
        assert_eq!(BirthDate::on(day).to_day_first(), "26-06-1999");
        assert_eq!(BirthDate::in_year(1999).to_date(), None);
    }

    proptest! {
        #[test]
        fn whatever_is_written_is_read_again_and_nothing_panics(
            year in YEARS, month in prop::option::of(0_u8..14), day in prop::option::of(0_u8..33),
            text in ".{0,24}",
        ) {
            prop_assert!(BirthDate::read(&text).is_none_or(|born| YEARS.contains(&born.year())));
            let part = |part: Option<u8>| part.map_or_else(String::new, |part| part.to_string());
            if let Some(born) = BirthDate::of_parts(&part(day), &part(month), &year.to_string()) {
                prop_assert_eq!(BirthDate::read(&born.to_iso()), Some(born));
                prop_assert_eq!(BirthDate::read(&born.to_day_first()), Some(born));
            }
        }
    }
}
