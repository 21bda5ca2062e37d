use crate::{
    Language,
    language::Phrase,
    model::{Date, DateTime},
    words,
};

/// How old somebody was on a day, as far as the two dates tell: both bounds in days, months and
/// years, since a date may be known to the year only.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Age {
    pub(super) years: (u32, u32),
    pub(super) months: (u32, u32),
    pub(super) days: (u32, u32),
}

impl Age {
    /// `None` when a date is not valid, or lies before the birth.
    pub(super) fn between(born: &Date, date: &DateTime) -> Option<Self> {
        let (born, date) = (Span::of(&born.clone().as_str().into())?, Span::of(date)?);
        let youngest = completed(born.last, date.first).unwrap_or((0, 0, 0));
        let oldest = completed(born.first, date.last)?;
        Some(Self {
            years: (youngest.0, oldest.0),
            months: (youngest.1, oldest.1),
            days: (youngest.2, oldest.2),
        })
    }
}

impl Age {
    /// `34 years`, `7 months`, `33 or 34 years`.
    pub(super) fn words(self, language: Language) -> String {
        let ((least, most), unit) = match self {
            Self { years: (_, 2..), .. } => (self.years, "a"),
            Self { months: (_, 2..), .. } => (self.months, "mo"),
            _ => (self.days, "d"),
        };
        let most_words = words::counted(&most.to_string(), unit, language);
        let least_words = least.to_string();
        if least == most {
            most_words
        } else if least + 1 == most {
            language.fill(Phrase::OneOrOther, &[&least_words, &most_words])
        } else {
            language.fill(Phrase::AToB, &[&least_words, &most_words])
        }
    }
}

/// The first and the last day that a date may mean.
struct Span {
    first: chrono::NaiveDate,
    last: chrono::NaiveDate,
}

impl Span {
    fn of(date: &DateTime) -> Option<Self> {
        let parts = date.parts()?;
        let day = |month: u8, day: u8| {
            chrono::NaiveDate::from_ymd_opt(i32::from(parts.year), u32::from(month), u32::from(day))
        };
        Some(match (parts.month, parts.day) {
            (Some(month), Some(number)) => {
                let only = day(month, number)?;
                Self { first: only, last: only }
            }
            (Some(month), None) => {
                let first = day(month, 1)?;
                let next = first.checked_add_months(chrono::Months::new(1))?;
                Self { first, last: next.pred_opt()? }
            }
            _ => Self { first: day(1, 1)?, last: day(12, 31)? },
        })
    }
}

/// Completed years, months and days.
fn completed(born: chrono::NaiveDate, date: chrono::NaiveDate) -> Option<(u32, u32, u32)> {
    use chrono::Datelike as _;
    let days = u32::try_from((date - born).num_days()).ok()?;
    let years = date.years_since(born)?;
    let months = (date.year() - born.year()) * 12 + i32::try_from(date.month()).ok()?
        - i32::try_from(born.month()).ok()?
        - i32::from(date.day() < born.day());
    Some((years, u32::try_from(months).ok()?, days))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_are_told_as_far_as_the_dates_tell() {
        let age = |born: &str, date: &str| {
            Age::between(&Date::from(born), &DateTime::from(date))
                .map(|age| age.words(Language::English))
        };
        assert_eq!(age("1986-04-12", "2026-04-11").as_deref(), Some("39 years"));
        assert_eq!(age("1986-04-12", "2026-04-12T08:00:00+05:30").as_deref(), Some("40 years"));
        assert_eq!(age("1986", "2026-04-12").as_deref(), Some("39 or 40 years"));
        assert_eq!(age("1986", "2026").as_deref(), Some("39 or 40 years"));
        assert_eq!(age("2025-12-20", "2026-03-01").as_deref(), Some("2 months"));
        assert_eq!(age("2026-02-28", "2026-03-01").as_deref(), Some("1 day"));
        assert_eq!(age("2026-03-02", "2026-03-01"), None);
        assert_eq!(age("soon", "2026-03-01"), None);
    }
}
