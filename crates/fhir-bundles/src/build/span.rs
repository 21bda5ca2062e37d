use chrono::NaiveDate;

use super::measure::quantity;
use crate::model::{Date, DateTime, Decimal, Quantity};

/// A length of time in whole days, weeks or months.
///
/// ```
/// use fhir_bundles::build::Span;
///
/// assert_eq!(Span::parse("after 1 week"), Some(Span::weeks(1)));
/// assert_eq!(Span::parse("5 days"), Some(Span::days(5)));
/// assert_eq!(Span::parse("when better"), None);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    count: u16,
    unit: &'static str,
}

impl Span {
    /// So many days.
    #[must_use]
    pub fn days(count: u16) -> Self {
        Self { count, unit: "d" }
    }

    /// So many weeks.
    #[must_use]
    pub fn weeks(count: u16) -> Self {
        Self { count, unit: "wk" }
    }

    /// So many months.
    #[must_use]
    pub fn months(count: u16) -> Self {
        Self { count, unit: "mo" }
    }

    /// Reads what prescriptions say: `5`, `5 days`, `x 2 weeks`, `after 1 month`, `for a week`. A
    /// number alone means days.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim().to_lowercase();
        let text = ["after ", "for ", "in ", "x ", "×", "x"]
            .iter()
            .find_map(|word| text.strip_prefix(word))
            .unwrap_or(&text)
            .trim();
        let text = text.strip_suffix(" later").unwrap_or(text).trim_end_matches('.').trim();
        let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
        let (number, unit) = text.split_at_checked(end)?;
        let (number, unit) = match (number, unit.trim()) {
            ("", unit) => (1, ["a ", "one "].iter().find_map(|word| unit.strip_prefix(word))?),
            (number, unit) => (number.parse::<u16>().ok()?, unit),
        };
        let unit = match unit.trim() {
            "" | "d" | "day" | "days" => "d",
            "w" | "wk" | "wks" | "week" | "weeks" => "wk",
            "m" | "mo" | "mth" | "mths" | "month" | "months" => "mo",
            _ => return None,
        };
        (number > 0).then_some(Self { count: number, unit })
    }

    /// The day so long after a date that is known to the day.
    pub(super) fn after(self, date: &DateTime) -> Option<Date> {
        let parts = date.parts()?;
        let (month, day) = (u32::from(parts.month?), u32::from(parts.day?));
        let date = NaiveDate::from_ymd_opt(i32::from(parts.year), month, day)?;
        let count = u64::from(self.count);
        let later = match self.unit {
            "mo" => date.checked_add_months(chrono::Months::new(u32::from(self.count))),
            "wk" => date.checked_add_days(chrono::Days::new(count * 7)),
            _ => date.checked_add_days(chrono::Days::new(count)),
        };
        later.map(Date::from)
    }

    pub(super) fn count(self) -> u16 {
        self.count
    }

    pub(super) fn unit(self) -> &'static str {
        self.unit
    }

    pub(super) fn duration(self) -> Quantity {
        quantity(Some(Decimal::from(i32::from(self.count))), self.unit.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_of_time_are_read_as_prescriptions_say_them() {
        for (text, expected) in [
            ("5", Span::days(5)),
            ("5d", Span::days(5)),
            ("x 5 days", Span::days(5)),
            ("x5d", Span::days(5)),
            ("2 weeks", Span::weeks(2)),
            ("after a week", Span::weeks(1)),
            ("After 1 Month", Span::months(1)),
            ("10 days later", Span::days(10)),
        ] {
            assert_eq!(Span::parse(text), Some(expected), "{text}");
        }
        for text in ["", "0", "a", "week", "5 moons", "-1", "1.5", "3-4 days", "sos", "tomorrow"] {
            assert_eq!(Span::parse(text), None, "{text}");
        }
    }

    #[test]
    fn days_are_counted_from_the_document() {
        let after = |span: Span, date: &str| span.after(&date.into()).map(|day| day.to_string());
        assert_eq!(after(Span::weeks(1), "2026-02-25T10:00:00+05:30").unwrap(), "2026-03-04");
        assert_eq!(after(Span::months(1), "2026-01-31").unwrap(), "2026-02-28");
        assert_eq!(after(Span::days(1), "2026-01"), None);
    }
}
