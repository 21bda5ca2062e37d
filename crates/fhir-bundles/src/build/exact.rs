//! Exact decimal arithmetic for measurements: no binary fraction comes near a patient's values.

use std::cmp::Ordering;

use crate::model::Decimal;

/// A decimal number as digits over a power of ten.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Exact {
    digits: i128,
    places: u32,
}

/// Beyond these a number is no measurement, and sums and products could overflow.
const MOST_DIGITS: i128 = 1_000_000_000_000_000_000;
const MOST_PLACES: u32 = 18;

/// Decimals that a converted value keeps when it needs no rounding then: grams of a newborn in kg.
const EXACT_PLACES: u32 = 3;

impl Exact {
    /// So many digits, of which the last `places` stand behind the point.
    pub(crate) const fn new(digits: i128, places: u32) -> Self {
        Self { digits, places }
    }

    /// The number of a text; `None` beyond 18 digits or 18 decimals.
    pub(crate) fn of(number: &Decimal) -> Option<Self> {
        let text = number.as_str();
        let (mantissa, exponent) = match text.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().ok()?),
            None => (text, 0),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let fraction = fraction.trim_end_matches('0');
        let mut digits: i128 = format!("{whole}{fraction}").parse().ok()?;
        let places = i32::try_from(fraction.len()).ok()?.checked_sub(exponent)?;
        let places = match u32::try_from(places) {
            Ok(places) => places,
            Err(_) => {
                digits = digits.checked_mul(power(places.unsigned_abs())?)?;
                0
            }
        };
        let fits = digits.checked_abs()? < MOST_DIGITS && places <= MOST_PLACES;
        fits.then_some(Self { digits, places })
    }

    /// `(self + add) × times ÷ by`: kept as it is when three decimals hold it, else rounded to
    /// `places` decimals, halves away from zero. `None` when it overflows.
    pub(crate) fn converted(self, add: Self, times: i128, by: i128, places: u32) -> Option<Self> {
        let common = self.places.max(add.places);
        let sum = self.at(common)?.checked_add(add.at(common)?)?;
        let over = power(common)?.checked_mul(by)?;
        let fine = sum.checked_mul(times)?.checked_mul(power(EXACT_PLACES)?)?;
        if fine % over == 0 {
            return Some(Self { digits: fine / over, places: EXACT_PLACES }.shortened());
        }
        let coarse = sum.checked_mul(times)?.checked_mul(power(places)?)?;
        Some(Self { digits: rounded(coarse, over), places }.shortened())
    }

    /// Whether it has no decimals but zeros.
    pub(crate) fn is_whole(self) -> bool {
        self.shortened().places == 0
    }

    /// The sum of two.
    pub(crate) fn plus(self, other: Self) -> Option<Self> {
        let places = self.places.max(other.places);
        Some(Self { digits: self.at(places)?.checked_add(other.at(places)?)?, places }.shortened())
    }

    /// The digits with so many decimals.
    fn at(self, places: u32) -> Option<i128> {
        self.digits.checked_mul(power(places.checked_sub(self.places)?)?)
    }

    fn shortened(mut self) -> Self {
        while self.places > 0 && self.digits % 10 == 0 {
            self.digits /= 10;
            self.places -= 1;
        }
        self
    }

    /// The number in digits, without zeros at its end.
    pub(crate) fn text(self) -> String {
        let sign = if self.digits < 0 { "-" } else { "" };
        let places = usize::try_from(self.places).unwrap_or_default();
        let digits = format!("{:0>width$}", self.digits.unsigned_abs(), width = places + 1);
        match digits.split_at_checked(digits.len() - places) {
            Some((whole, fraction)) if !fraction.is_empty() => format!("{sign}{whole}.{fraction}"),
            _ => format!("{sign}{digits}"),
        }
    }

    /// The same as FHIR has it.
    pub(crate) fn decimal(self) -> Option<Decimal> {
        self.text().parse().ok()
    }
}

impl PartialEq for Exact {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Exact {}

impl PartialOrd for Exact {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Exact {
    fn cmp(&self, other: &Self) -> Ordering {
        let places = self.places.max(other.places);
        match (self.at(places), other.at(places)) {
            (Some(one), Some(two)) => one.cmp(&two),
            // One whose digits overflow is by far the larger; the limits above leave none such.
            (one, two) => one.is_none().cmp(&two.is_none()),
        }
    }
}

fn power(places: u32) -> Option<i128> {
    10_i128.checked_pow(places)
}

/// Divides, halves away from zero.
pub(super) fn rounded(number: i128, by: i128) -> i128 {
    let half = by / 2;
    let away = if number < 0 { -half } else { half };
    number.saturating_add(away) / by
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exact(text: &str) -> Exact {
        Exact::of(&text.parse().unwrap()).unwrap()
    }

    #[test]
    fn numbers_are_compared_by_value() {
        assert_eq!(exact("1.50"), exact("1.5"));
        assert_eq!(exact("1e3"), exact("1000"));
        assert_eq!(exact("12e-1"), exact("1.2"));
        assert!(exact("-0.05") < exact("-0.049"));
        assert!(exact("0.1") < exact("0.3"));
        assert!(Exact::of(&"1e40".parse().unwrap()).is_none());
        assert!(Exact::of(&"0.0000000000000000001".parse().unwrap()).is_none());
        // What binary fractions leave behind.
        assert!(exact("98.60000000000001") > exact("98.6"));
    }

    #[test]
    fn conversions_round_only_what_three_decimals_do_not_hold() {
        let none = Exact::new(0, 0);
        let pounds = |text| exact(text).converted(none, 45_359_237, 100_000_000, 2);
        assert_eq!(pounds("132").unwrap().text(), "59.87");
        assert_eq!(exact("2805").converted(none, 1, 1000, 2).unwrap().text(), "2.805");
        assert_eq!(exact("64").converted(none, 254, 100, 1).unwrap().text(), "162.56");
        assert_eq!(
            exact("310.15").converted(Exact::new(-27_315, 2), 1, 1, 1).unwrap().text(),
            "37"
        );
        assert_eq!(exact("98.6").converted(Exact::new(-32, 0), 5, 9, 1).unwrap().text(), "37");
        assert_eq!(exact("-1").converted(none, 1, 8, 2).unwrap().text(), "-0.125");
        assert_eq!(exact("-2").converted(none, 1, 3, 2).unwrap().text(), "-0.67");
    }
}
