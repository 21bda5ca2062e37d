use super::exact::rounded;
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

/// The price of one, exact to a hundredth of a paisa: a strip of ten for 71.33 rupees.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Rate(i128);

impl Rate {
    /// Takes a price with at most four decimals.
    pub(super) fn of(price: &Decimal) -> Option<Self> {
        let (parts, exact) = scaled(price.as_str(), 4)?;
        exact.then_some(Self(parts))
    }

    /// The price of so many, rounded to the paisa, halves away from zero.
    pub(super) fn times(self, quantity: &Decimal) -> Option<Paise> {
        let (thousandths, exact) = scaled(quantity.as_str(), 3)?;
        exact.then(|| Paise(rounded(self.0.saturating_mul(thousandths), 100 * 1_000)))
    }
}

impl std::ops::Neg for Paise {
    type Output = Self;

    fn neg(self) -> Self {
        Self(self.0.saturating_neg())
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

/// The number times a power of ten, and whether nothing was cut off. Exponents are not for money.
fn scaled(text: &str, places: usize) -> Option<(i128, bool)> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    if text.contains(['e', 'E']) || whole.len() > 20 {
        return None;
    }
    let kept: String = fraction.chars().chain("0000".chars()).take(places).collect();
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
        assert_eq!(paise("-33.33").half_percent(&Decimal::from(5)), Some(paise("-0.83")));
    }

    #[test]
    fn rates_have_four_decimals() {
        let times = |rate: &str, quantity: &str| {
            Rate::of(&rate.parse().unwrap())?.times(&quantity.parse().unwrap())
        };
        assert_eq!(times("12.34", "2.5"), Some(paise("30.85")));
        assert_eq!(times("7.1333", "10"), Some(paise("71.33")));
        assert_eq!(times("7.1333", "-2"), Some(paise("-14.27")));
        assert_eq!(times("7.13333", "1"), None);
        assert_eq!(times("1", "0.0001"), None);
    }
}
