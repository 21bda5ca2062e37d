use std::{cmp::Ordering, fmt, str::FromStr};

use super::value::{Value, serde_through_text};
use crate::json::{Json, Number, Writer};

/// A FHIR `decimal`: a number that keeps the digits in which it was written, since `1.50` says more
/// about a measurement than `1.5`.
///
/// ```
/// use fhir_bundles::model::Decimal;
///
/// let weight: Decimal = "61.50".parse()?;
/// assert_eq!(weight.to_string(), "61.50");
/// assert_eq!(weight.to_f64(), 61.5);
/// # Ok::<(), fhir_bundles::model::InvalidPrimitive>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Decimal(Number);

impl Decimal {
    /// The digits as written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// The nearest binary number, for comparing and drawing. Never write this one back.
    #[must_use]
    pub fn to_f64(&self) -> f64 {
        self.as_str().parse().unwrap_or(f64::NAN)
    }

    /// Which number is larger, told from the digits, so that nothing is rounded: `0.1` is `0.10`,
    /// and `5.0000000000000001` is more than `5`. `None` for an exponent beyond all reason.
    ///
    /// ```
    /// use fhir_bundles::model::Decimal;
    /// use std::cmp::Ordering;
    ///
    /// let (one, other): (Decimal, Decimal) = ("9007199254740993".parse()?, "9007199254740992".parse()?);
    /// assert_eq!(one.compare(&other), Some(Ordering::Greater));
    /// # Ok::<(), fhir_bundles::model::InvalidPrimitive>(())
    /// ```
    #[must_use]
    pub fn compare(&self, other: &Self) -> Option<Ordering> {
        let (one, other) = (Digits::of(self.as_str())?, Digits::of(other.as_str())?);
        Some(match one.sign().cmp(&other.sign()) {
            Ordering::Equal if one.sign() < 0 => other.size(&one),
            Ordering::Equal if one.sign() == 0 => Ordering::Equal,
            Ordering::Equal => one.size(&other),
            different => different,
        })
    }
}

/// A decimal number as sign, digits and the power of ten of the first digit; zero has no digits.
struct Digits {
    negative: bool,
    digits: Vec<u8>,
    power: i64,
}

impl Digits {
    fn of(text: &str) -> Option<Self> {
        let (mantissa, exponent) = match text.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, exponent.parse::<i64>().ok()?),
            None => (text, 0),
        };
        let (negative, unsigned) = match mantissa.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, mantissa),
        };
        let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
        let all: Vec<u8> = whole.bytes().chain(fraction.bytes()).collect();
        let zeros = all.iter().take_while(|digit| **digit == b'0').count();
        let end = all.iter().rposition(|digit| *digit != b'0').map_or(0, |last| last + 1);
        let digits = all.get(zeros..end).unwrap_or_default().to_vec();
        let whole = i64::try_from(whole.len()).ok()?;
        let power = whole.checked_sub(i64::try_from(zeros).ok()?)?.checked_add(exponent)?;
        Some(Self { negative, digits, power })
    }

    fn sign(&self) -> i8 {
        match (self.digits.is_empty(), self.negative) {
            (true, _) => 0,
            (false, true) => -1,
            (false, false) => 1,
        }
    }

    /// How far from zero.
    fn size(&self, other: &Self) -> Ordering {
        self.power.cmp(&other.power).then_with(|| self.digits.cmp(&other.digits))
    }
}

impl FromStr for Decimal {
    type Err = InvalidPrimitive;

    fn from_str(text: &str) -> Result<Self, InvalidPrimitive> {
        Number::new(text).map(Self).ok_or(InvalidPrimitive {
            type_name: "decimal",
            rule: "digits with an optional sign and decimal point, such as 37.2",
        })
    }
}

impl TryFrom<&str> for Decimal {
    type Error = InvalidPrimitive;

    fn try_from(text: &str) -> Result<Self, InvalidPrimitive> {
        text.trim().parse()
    }
}

impl TryFrom<String> for Decimal {
    type Error = InvalidPrimitive;

    fn try_from(text: String) -> Result<Self, InvalidPrimitive> {
        text.trim().parse()
    }
}

/// Takes the shortest text that means the same number; infinities are refused.
impl TryFrom<f64> for Decimal {
    type Error = InvalidPrimitive;

    fn try_from(number: f64) -> Result<Self, InvalidPrimitive> {
        number.to_string().parse()
    }
}

impl From<i32> for Decimal {
    fn from(number: i32) -> Self {
        Self(Number::from(i64::from(number)))
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Measurements are health data: the value stays out of logs.
impl fmt::Debug for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Decimal(…)")
    }
}

impl Value for Decimal {
    fn fits(_: &str, json: &Json) -> bool {
        json.as_number().is_some()
    }

    fn read(_: &str, json: Json) -> Option<Self> {
        match json {
            Json::Number(number) => Some(Self(number)),
            _ => None,
        }
    }

    fn write(&self, writer: &mut Writer) {
        writer.raw(self.as_str());
    }
}

serde_through_text!(Decimal);

/// A text that does not follow the format of its FHIR type.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a FHIR {type_name}: write {rule}")]
#[non_exhaustive]
pub struct InvalidPrimitive {
    /// The FHIR type: `decimal`, `date`, `dateTime`, `instant`.
    pub type_name: &'static str,
    /// What to write instead.
    pub rule: &'static str,
}

/// How much of a date is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[expect(clippy::exhaustive_enums, reason = "FHIR dates have these four precisions and no others")]
pub enum Precision {
    /// `2024`
    Year,
    /// `2024-05`
    Month,
    /// `2024-05-17`
    Day,
    /// `2024-05-17T10:30:00+05:30`
    Time,
}

/// The parts of a valid date, as far as they are given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Parts {
    pub(crate) year: u16,
    pub(crate) month: Option<u8>,
    pub(crate) day: Option<u8>,
    pub(crate) time: Option<Time>,
}

/// A time of day with its offset from UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Time {
    pub(crate) hour: u8,
    pub(crate) minute: u8,
    pub(crate) second: u8,
    pub(crate) offset_minutes: i16,
}

impl Parts {
    fn parse(text: &str) -> Option<Self> {
        let (date, time) = match text.split_once('T') {
            Some((date, time)) => (date, Some(time)),
            None => (text, None),
        };
        let mut fields = date.split('-');
        let year = digits(fields.next()?, 4)?;
        let month =
            fields.next().map(|text| digits(text, 2).filter(|month| (1..=12).contains(month)));
        let day = fields.next().map(|text| digits(text, 2));
        if fields.next().is_some() {
            return None;
        }
        let month = flatten(month)?;
        let day = flatten(day)?;
        if let (Some(month), Some(day)) = (month, day)
            && !(1..=days_in(year, month)).contains(&day)
        {
            return None;
        }
        let time = match time {
            Some(time) => Some(Time::parse(time).filter(|_| day.is_some())?),
            None => None,
        };
        let small = |number: Option<u16>| number.and_then(|number| u8::try_from(number).ok());
        Some(Self { year, month: small(month), day: small(day), time })
    }

    pub(crate) fn precision(&self) -> Precision {
        match (self.month, self.day, self.time) {
            (_, _, Some(_)) => Precision::Time,
            (_, Some(_), None) => Precision::Day,
            (Some(_), None, None) => Precision::Month,
            (None, None, None) => Precision::Year,
        }
    }

    /// Minutes since the year 0, for telling which of two is earlier. `None` below a day's precision.
    pub(crate) fn order(&self) -> Option<i64> {
        let (month, day) = (i64::from(self.month?), i64::from(self.day?));
        // Days from a civil date, with March as the first month.
        let year = i64::from(self.year) - i64::from(month <= 2);
        let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day;
        let days = 365 * year + year / 4 - year / 100 + year / 400 + of_year;
        let time = self.time.map_or(0, |time| {
            i64::from(time.hour) * 3600 + i64::from(time.minute) * 60 + i64::from(time.second)
                - i64::from(time.offset_minutes) * 60
        });
        Some(days * 86_400 + time)
    }
}

/// `None` for a field that is there and wrong, `Some(None)` for one that is absent.
#[expect(clippy::option_option, reason = "absent, wrong and right are three things")]
fn flatten<T>(field: Option<Option<T>>) -> Option<Option<T>> {
    match field {
        None => Some(None),
        Some(None) => None,
        Some(Some(value)) => Some(Some(value)),
    }
}

impl Time {
    /// `10:30:00+05:30`, `10:30:00.125Z`
    fn parse(text: &str) -> Option<Self> {
        let zone = text.find(['Z', '+', '-'])?;
        let (clock, zone) = text.split_at_checked(zone)?;
        let (clock, fraction) = match clock.split_once('.') {
            Some((clock, fraction)) => (clock, Some(fraction)),
            None => (clock, None),
        };
        let is_fraction =
            |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        if !fraction.is_none_or(is_fraction) {
            return None;
        }
        let mut fields = clock.split(':');
        let mut field = |limit: u16| {
            let number = digits(fields.next()?, 2).filter(|number| *number <= limit)?;
            u8::try_from(number).ok()
        };
        // FHIR allows the leap second.
        let (hour, minute, second) = (field(23)?, field(59)?, field(60)?);
        if fields.next().is_some() {
            return None;
        }
        let offset_minutes = match zone.split_at_checked(1)? {
            ("Z", "") => 0,
            (sign, offset) => {
                let (hours, minutes) = offset.split_once(':')?;
                let hours = digits(hours, 2).filter(|hours| *hours <= 14)?;
                let minutes = digits(minutes, 2).filter(|minutes| *minutes <= 59)?;
                let total = i16::try_from(hours * 60 + minutes).ok()?;
                if total > 14 * 60 || sign == "Z" {
                    return None;
                }
                if sign == "-" { -total } else { total }
            }
        };
        Some(Self { hour, minute, second, offset_minutes })
    }
}

fn digits(text: &str, count: usize) -> Option<u16> {
    (text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit()))
        .then(|| text.parse().ok())
        .flatten()
}

fn days_in(year: u16, month: u16) -> u16 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => {
            29
        }
        2 => 28,
        _ => 31,
    }
}

/// Declares a FHIR date type over its text.
macro_rules! date_type {
    (
        $(#[doc = $doc:literal])*
        $name:ident, $fhir:literal, $rule:literal, |$parts:ident| $valid:expr
    ) => {
        $(#[doc = $doc])*
        ///
        /// Holds the text as it was written, valid or not, so that nothing a peer sent is lost;
        /// [`is_valid`](Self::is_valid) tells, and `parse` refuses.
        #[derive(Clone, PartialEq, Eq)]
        pub struct $name(String);

        impl $name {
            /// The text as written.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// Whether the text follows the FHIR format and names a day that exists.
            #[must_use]
            pub fn is_valid(&self) -> bool {
                self.parts().is_some()
            }

            /// How much of the date is known; `None` when it is not valid.
            #[must_use]
            pub fn precision(&self) -> Option<Precision> {
                self.parts().map(|parts| parts.precision())
            }

            pub(crate) const RULE: &str = $rule;

            pub(crate) fn parts(&self) -> Option<Parts> {
                Parts::parse(&self.0).filter(|$parts| $valid)
            }
        }

        impl FromStr for $name {
            type Err = InvalidPrimitive;

            fn from_str(text: &str) -> Result<Self, InvalidPrimitive> {
                let this = Self(text.to_owned());
                if this.is_valid() {
                    return Ok(this);
                }
                Err(InvalidPrimitive { type_name: $fhir, rule: $rule })
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self(text.to_owned())
            }
        }

        impl From<String> for $name {
            fn from(text: String) -> Self {
                Self(text)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        /// A date of birth or visit is health data: only the precision is shown.
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({:?})"), self.precision())
            }
        }

        impl Value for $name {
            fn fits(_: &str, json: &Json) -> bool {
                json.as_str().is_some()
            }

            fn read(_: &str, json: Json) -> Option<Self> {
                match json {
                    Json::String(text) => Some(Self(text)),
                    _ => None,
                }
            }

            fn write(&self, writer: &mut Writer) {
                writer.string(&self.0);
            }
        }

        serde_through_text!($name);
    };
}

date_type! {
    /// A FHIR `date`: `2024`, `2024-05` or `2024-05-17`, as much as is known.
    Date, "date", "a date such as 2024, 2024-05 or 2024-05-17",
    |parts| parts.time.is_none()
}

date_type! {
    /// A FHIR `dateTime`: a date as far as it is known, or a time to the second with its offset.
    DateTime, "dateTime", "a date such as 2024-05-17, or a time with offset such as 2024-05-17T10:30:00+05:30",
    |_parts| true
}

date_type! {
    /// A FHIR `instant`: a time to the second or finer, with its offset.
    Instant, "instant", "a time with seconds and offset such as 2024-05-17T10:30:00+05:30",
    |parts| parts.time.is_some()
}

impl DateTime {
    /// The same time as an instant, if it is one.
    #[must_use]
    pub fn to_instant(&self) -> Option<Instant> {
        self.as_str().parse().ok()
    }

    /// The day alone, if the date reaches that far.
    #[must_use]
    pub fn to_date(&self) -> Date {
        Date(self.0.split('T').next().unwrap_or_default().to_owned())
    }
}

impl<Tz: chrono::TimeZone> From<chrono::DateTime<Tz>> for DateTime {
    fn from(time: chrono::DateTime<Tz>) -> Self {
        Self(rfc3339(&time))
    }
}

impl<Tz: chrono::TimeZone> From<chrono::DateTime<Tz>> for Instant {
    fn from(time: chrono::DateTime<Tz>) -> Self {
        Self(rfc3339(&time))
    }
}

impl From<chrono::NaiveDate> for Date {
    fn from(day: chrono::NaiveDate) -> Self {
        Self(day.to_string())
    }
}

/// Milliseconds only when there are some, and the offset of the time itself.
fn rfc3339<Tz: chrono::TimeZone>(time: &chrono::DateTime<Tz>) -> String {
    let format = match time.timestamp_subsec_millis() {
        0 => chrono::SecondsFormat::Secs,
        _ => chrono::SecondsFormat::Millis,
    };
    time.fixed_offset().to_rfc3339_opts(format, true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_compare_by_their_digits() {
        let order = |one: &str, other: &str| {
            let decimal = |text: &str| text.parse::<Decimal>().unwrap();
            decimal(one).compare(&decimal(other))
        };
        for (one, other, expected) in [
            ("0.10", "0.1", Ordering::Equal),
            ("-0", "0.00", Ordering::Equal),
            ("1e2", "100.0", Ordering::Equal),
            ("9007199254740993", "9007199254740992", Ordering::Greater),
            ("5.0000000000000000001", "5", Ordering::Greater),
            ("-3", "-2", Ordering::Less),
            ("-3", "2", Ordering::Less),
            ("0.009", "0.01", Ordering::Less),
            ("10", "9.99", Ordering::Greater),
            ("1.5e-3", "0.0015", Ordering::Equal),
        ] {
            assert_eq!(order(one, other), Some(expected), "{one} {other}");
            assert_eq!(order(other, one), Some(expected.reverse()), "{other} {one}");
        }
        assert_eq!(order("1e99999999999999999999", "1"), None);
    }

    #[test]
    fn dates_of_every_precision_are_valid() {
        for (text, precision) in [
            ("2024", Precision::Year),
            ("2024-05", Precision::Month),
            ("2024-02-29", Precision::Day),
            ("2024-05-17T10:30:00+05:30", Precision::Time),
            ("2024-05-17T10:30:00.123456Z", Precision::Time),
            ("2016-12-31T23:59:60Z", Precision::Time),
        ] {
            assert_eq!(DateTime::from(text).precision(), Some(precision), "{text}");
        }
    }

    #[test]
    fn dates_that_do_not_exist_are_refused() {
        for text in [
            "",
            "24",
            "2024-5",
            "2024-13",
            "2023-02-29",
            "1900-02-29",
            "2024-04-31",
            "2024-05-17T10:30",
            "2024-05-17T10:30:00",
            "2024-05T10:30:00Z",
            "2024-05-17T24:00:00Z",
            "2024-05-17 10:30:00Z",
            "2024-05-17T10:30:00+15:00",
            "2024-05-17T10:30:00.Z",
            "17-05-2024",
            "2024-05-17T10:30:00Z+",
            "2024-05-17T10:30:00+0530",
            "2024-05-17T10:30:00é",
        ] {
            assert!(!DateTime::from(text).is_valid(), "{text}");
        }
        assert!("2024-05-17".parse::<Instant>().is_err());
        assert!("2024-05-17T10:30:00Z".parse::<Date>().is_err());
    }

    #[test]
    fn times_compare_across_offsets() {
        let order = |text: &str| DateTime::from(text).parts().unwrap().order().unwrap();
        assert_eq!(order("2024-05-17T10:30:00+05:30"), order("2024-05-17T05:00:00Z"));
        assert!(order("2024-02-29") < order("2024-03-01"));
        assert_eq!(order("2025-01-01") - order("2024-12-31"), 86_400);
    }
}
