use crate::model::{Decimal, Money};

/// An amount in rupees, exact to the paisa.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(super) struct Paise(i128);

impl Paise {
    /// Takes an amount with at most two decimals.
    pub(super) fn of(amount: &Decimal) -> Option<Self> {
        let (hundredths, exact) = scaled(amount.as_str(), 2)?;
        exact.then_some(Self(hundredths))
    }

    /// So many times the amount, rounded to the paisa, halves away from zero.
    pub(super) fn times(self, quantity: &Decimal) -> Option<Self> {
        let (thousandths, exact) = scaled(quantity.as_str(), 3)?;
        exact.then(|| Self(rounded(self.0.saturating_mul(thousandths), 1_000)))
    }

    /// A percentage with at most three decimals, halved: CGST or SGST of a GST rate.
    pub(super) fn half_percent(self, rate: &Decimal) -> Option<Self> {
        let (thousandths, exact) = scaled(rate.as_str(), 3)?;
        exact.then(|| Self(rounded(self.0.saturating_mul(thousandths), 2 * 100_000)))
    }

    pub(super) fn is_negative(self) -> bool {
        self.0 < 0
    }

    pub(super) fn money(self) -> Money {
        Money {
            value: self.text().parse().ok(),
            currency: Some("INR".to_owned()),
            ..Money::default()
        }
    }

    pub(super) fn text(self) -> String {
        let sign = if self.0 < 0 { "-" } else { "" };
        format!("{sign}{}.{:02}", self.0.unsigned_abs() / 100, self.0.unsigned_abs() % 100)
    }
}

impl std::ops::Add for Paise {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl std::ops::Sub for Paise {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

fn rounded(number: i128, by: i128) -> i128 {
    let half = by / 2;
    let away = if number < 0 { -half } else { half };
    number.saturating_add(away) / by
}

/// The number times a power of ten, and whether nothing was cut off. Exponents are not for money.
fn scaled(text: &str, places: usize) -> Option<(i128, bool)> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    if text.contains(['e', 'E']) || whole.len() > 20 {
        return None;
    }
    let kept: String = fraction.chars().chain("000".chars()).take(places).collect();
    let exact = fraction.chars().skip(places).all(|digit| digit == '0');
    let digits: i128 = format!("{whole}{kept}").parse().ok()?;
    Some((digits, exact))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paise(text: &str) -> Paise {
        Paise::of(&text.parse().unwrap()).unwrap()
    }

    #[test]
    fn amounts_are_exact_to_the_paisa() {
        assert_eq!(paise("99.5").text(), "99.50");
        assert_eq!(paise("-0.05").text(), "-0.05");
        assert_eq!(paise("100.00"), paise("100"));
        assert!(Paise::of(&"1.005".parse().unwrap()).is_none());
        assert!(Paise::of(&"1e3".parse().unwrap()).is_none());
    }

    #[test]
    fn taxes_are_rounded_to_the_paisa() {
        assert_eq!(paise("140").half_percent(&Decimal::from(12)), Some(paise("8.40")));
        assert_eq!(paise("33.33").half_percent(&Decimal::from(5)), Some(paise("0.83")));
        assert_eq!(paise("0.30").half_percent(&Decimal::from(5)), Some(paise("0.01")));
        assert_eq!(paise("12.34").times(&"2.5".parse().unwrap()), Some(paise("30.85")));
    }
}
