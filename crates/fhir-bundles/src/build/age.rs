//! A birth date from an age, no more exact than the age is.

use chrono::{Datelike as _, Days, Months, NaiveDate};

use crate::model::{Date, DateTime, Precision};

/// An age as people say it: years, months, weeks, days, as far as they are said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Age {
    years: Option<u16>,
    months: Option<u16>,
    weeks: Option<u16>,
    days: Option<u16>,
}

/// The unit that says how exact an age is.
#[derive(Debug, Clone, Copy)]
enum Smallest {
    Year,
    Month,
    Week,
    Day,
}

/// Nobody is known to have grown older than 122.
const MOST_YEARS: u16 = 125;

impl Age {
    /// `39`, `7 months`, `2y 3m`, `15 days`; a number alone means years.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut age = Self::default();
        let text = text.trim().to_lowercase();
        let mut rest = text.as_str();
        while !rest.is_empty() {
            let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
            let (number, after) = rest.split_at_checked(end)?;
            let next = after.find(|c: char| c.is_ascii_digit()).unwrap_or(after.len());
            let (unit, after) = after.split_at_checked(next)?;
            let number: u16 = number.parse().ok()?;
            let unit = unit.trim_matches([' ', '.', ',']);
            let unit = unit.trim_end_matches("old").trim_end();
            let unit = unit.trim_end_matches("and").trim_end();
            let place = match unit {
                "" if text.bytes().all(|byte| byte.is_ascii_digit()) => &mut age.years,
                "y" | "yr" | "yrs" | "year" | "years" => &mut age.years,
                "m" | "mo" | "mon" | "mos" | "mth" | "mths" | "month" | "months" => &mut age.months,
                "w" | "wk" | "wks" | "week" | "weeks" => &mut age.weeks,
                "d" | "dy" | "day" | "days" => &mut age.days,
                _ => return None,
            };
            if place.replace(number).is_some() {
                return None;
            }
            rest = after;
        }
        // A child of no years has an age in months or days.
        let only_years = age.months.is_none() && age.weeks.is_none() && age.days.is_none();
        let is_possible = age.years.is_none_or(|years| years <= MOST_YEARS)
            && age.months.is_none_or(|months| months <= MOST_YEARS * 12)
            && !(only_years && age.years.is_none_or(|years| years == 0));
        is_possible.then_some(age)
    }

    /// Year or month of birth, on the day of the document: the likeliest, half a unit before the
    /// last birthday, since a person of 39 is on the average half a year older. Never a day: an age
    /// does not tell it.
    /// `None` when the document's date is not known well enough.
    pub(super) fn birth(self, on: &DateTime) -> Option<Date> {
        let parts = on.parts()?;
        // Of what is not known of the document's date the middle.
        let (month, day) = match (self.unit(), parts.month) {
            (Smallest::Year, None) => (7, 1),
            (Smallest::Year | Smallest::Month, month) => (month?, parts.day.unwrap_or(15)),
            (Smallest::Week | Smallest::Day, month) => (month?, parts.day?),
        };
        let date =
            NaiveDate::from_ymd_opt(i32::from(parts.year), u32::from(month), u32::from(day))?;
        let birth = match self.unit() {
            Smallest::Year => self.before(date)?.checked_sub_months(Months::new(6))?,
            Smallest::Month => self.before(date)?.checked_sub_days(Days::new(15))?,
            Smallest::Week => self.before(date)?.checked_sub_days(Days::new(3))?,
            Smallest::Day => self.before(date)?,
        };
        Some(match self.unit() {
            Smallest::Year => Date::from(format!("{:04}", birth.year())),
            _ => Date::from(format!("{:04}-{:02}", birth.year(), birth.month())),
        })
    }

    /// The first day on which a person of this age can have been born: one whole unit more is not
    /// yet the next age.
    pub(super) fn earliest_birth(self, on: &DateTime) -> Option<Date> {
        let parts = on.parts()?;
        let (month, day) = (parts.month.unwrap_or(1), parts.day.unwrap_or(1));
        let date =
            NaiveDate::from_ymd_opt(i32::from(parts.year), u32::from(month), u32::from(day))?;
        let before = self.before(date)?;
        match self.unit() {
            Smallest::Year => before.checked_sub_months(Months::new(12)),
            Smallest::Month => before.checked_sub_months(Months::new(1)),
            Smallest::Week => before.checked_sub_days(Days::new(7)),
            Smallest::Day => before.checked_sub_days(Days::new(1)),
        }
        .map(Date::from)
    }

    /// The smallest unit in which the age is said.
    fn unit(self) -> Smallest {
        match (self.days, self.weeks, self.months) {
            (Some(_), ..) => Smallest::Day,
            (None, Some(_), _) => Smallest::Week,
            (None, None, Some(_)) => Smallest::Month,
            (None, None, None) => Smallest::Year,
        }
    }

    /// The day so long before another.
    fn before(self, date: NaiveDate) -> Option<NaiveDate> {
        let months = u32::from(self.years.unwrap_or(0)) * 12 + u32::from(self.months.unwrap_or(0));
        let days = u64::from(self.weeks.unwrap_or(0)) * 7 + u64::from(self.days.unwrap_or(0));
        date.checked_sub_months(Months::new(months))?.checked_sub_days(Days::new(days))
    }

    /// Whether a birth date can be that of a person of this age; a year or a month more or less is
    /// how ages are rounded.
    pub(super) fn agrees(self, birth: &Date, on: &DateTime) -> bool {
        let (Some(said), Some(derived)) = (birth.parts(), self.birth(on)) else { return true };
        let Some(derived_parts) = derived.parts() else { return true };
        let by_year = said.month.is_none() || derived.precision() == Some(Precision::Year);
        if by_year {
            return said.year.abs_diff(derived_parts.year) <= 1;
        }
        let month =
            |year: u16, month: Option<u8>| i64::from(year) * 12 + i64::from(month.unwrap_or(1));
        let said = month(said.year, said.month);
        (said - month(derived_parts.year, derived_parts.month)).abs() <= 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn birth(age: &str) -> Option<String> {
        let on = DateTime::from("2026-03-10T10:30:00+05:30");
        Age::parse(age)?.birth(&on).map(|date| date.to_string())
    }

    #[test]
    fn ages_tell_a_year_or_a_month_and_never_a_day() {
        for (age, expected) in [
            ("39", "1986"),
            ("39 Y", "1986"),
            ("39 years old", "1986"),
            ("7 months", "2025-07"),
            ("7m", "2025-07"),
            ("3 months", "2025-11"),
            ("2 years 3 months", "2023-11"),
            ("2y3m", "2023-11"),
            ("2 years and 3 months", "2023-11"),
            ("15 days", "2026-02"),
            ("6 weeks", "2026-01"),
            ("0 days", "2026-03"),
            ("1 month 12 days", "2026-01"),
        ] {
            assert_eq!(birth(age).as_deref(), Some(expected), "{age}");
        }
    }

    #[test]
    fn the_likeliest_year_and_month_depend_on_the_day_of_the_document() {
        let birth = |age: &str, on: &str| Age::parse(age)?.birth(&on.into()).map(|d| d.to_string());
        for (age, on, expected) in [
            ("39", "2026-01-01", "1986"),
            ("39", "2026-06-29", "1986"),
            ("39", "2026-07-02", "1987"),
            ("39", "2026-12-31", "1987"),
            ("39", "2026-03", "1986"),
            ("39", "2026-10", "1987"),
            ("7 months", "2026-03-04", "2025-07"),
            ("7 months", "2026-03-28", "2025-08"),
            ("6 weeks", "2026-02-13", "2025-12"),
        ] {
            assert_eq!(birth(age, on).as_deref(), Some(expected), "{age} {on}");
        }
        assert!(birth("39", "2026").is_some());
    }

    /// Whoever is so old, and whenever: the day of birth is not before the earliest, and the written
    /// year or month is one of the two that are possible.
    #[test]
    fn every_birth_of_an_age_agrees_with_it() {
        let on = NaiveDate::from_ymd_opt(2026, 3, 10).unwrap();
        let document = DateTime::from("2026-03-10");
        let age = Age::parse("39").unwrap();
        let months = Age::parse("7 months").unwrap();
        for back in 0..365 {
            let born = on.checked_sub_months(Months::new(39 * 12)).unwrap() - Days::new(back);
            let text = Date::from(born);
            assert!(age.agrees(&text, &document), "{text}");
            assert!(age.earliest_birth(&document).unwrap().as_str() <= text.as_str(), "{text}");
            let born = on.checked_sub_months(Months::new(7)).unwrap() - Days::new(back % 28);
            let text = Date::from(born);
            assert!(months.agrees(&text, &document), "{text}");
            assert!(months.earliest_birth(&document).unwrap().as_str() <= text.as_str(), "{text}");
        }
    }

    #[test]
    fn what_is_no_age_is_none() {
        for age in
            ["", "0", "0 years", "old", "39/M", "200", "3 3", "7 moons", "-4", "3.5 years", "1y 2y"]
        {
            assert_eq!(birth(age), None, "{age}");
        }
        let year_only = DateTime::from("2026");
        assert_eq!(Age::parse("7 months").unwrap().birth(&year_only), None);
    }

    #[test]
    fn birth_dates_and_ages_are_compared_as_people_round() {
        let agrees = |age: &str, birth: &str| {
            Age::parse(age).unwrap().agrees(&birth.into(), &"2026-03-10".into())
        };
        assert!(agrees("39", "1986-04-12"));
        assert!(agrees("39", "1987"));
        assert!(!agrees("39", "1996"));
        assert!(agrees("7 months", "2025-07-20"));
        assert!(!agrees("7 months", "2024-08"));
        assert!(agrees("7 months", "2025"));
    }
}
