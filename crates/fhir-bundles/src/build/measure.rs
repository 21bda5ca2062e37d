use crate::{
    codes::{UCUM, has_multiplier, ucum_code},
    model::{Decimal, Quantity},
};

use super::{assembly::Assembly, exact::Exact};

/// What to write where a number is expected.
pub(crate) const NUMBER_HELP: &str = "write digits with a decimal point, such as 37.2";

/// A number that was not given, or was and may not be one.
#[derive(Clone)]
pub(super) enum Given {
    No,
    Yes(Option<Decimal>),
}

impl Given {
    pub(super) fn of<V: TryInto<Decimal>>(value: V) -> Self {
        Self::Yes(value.try_into().ok())
    }

    pub(super) fn number(&self) -> Option<&Decimal> {
        match self {
            Self::No | Self::Yes(None) => None,
            Self::Yes(Some(number)) => Some(number),
        }
    }

    pub(super) fn is_wrong(&self) -> bool {
        matches!(self, Self::Yes(None))
    }
}

/// How a number is to be understood when the exact value is not known, as in `<0.05`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "FHIR has these four and no others")]
pub enum Comparator {
    /// The value is below the number.
    Below,
    /// The value is the number or below it.
    AtMost,
    /// The value is the number or above it.
    AtLeast,
    /// The value is above the number.
    Above,
}

impl Comparator {
    /// The FHIR code: `<`, `<=`, `>=`, `>`.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Below => "<",
            Self::AtMost => "<=",
            Self::AtLeast => ">=",
            Self::Above => ">",
        }
    }
}

/// A number with its unit, as a hospital writes it. The number may be text, so that `1.50` keeps its
/// digits; whether it is one is found out when the document is built.
#[derive(Clone)]
pub(super) struct Measure {
    pub(super) value: Option<Decimal>,
    pub(super) comparator: Option<Comparator>,
    pub(super) unit: String,
}

impl Measure {
    pub(super) fn new<V: TryInto<Decimal>>(value: V, unit: impl Into<String>) -> Self {
        Self { value: value.try_into().ok(), comparator: None, unit: unit.into() }
    }

    pub(super) fn exact(&self) -> Option<Exact> {
        self.value.as_ref().and_then(Exact::of)
    }

    pub(super) fn text(&self) -> String {
        let sign = self.comparator.map_or("", Comparator::code);
        let value = self.value.as_ref().map_or("", Decimal::as_str);
        if self.unit.is_empty() {
            format!("{sign}{value}")
        } else {
            format!("{sign}{value} {}", crate::words::unit_text(&self.unit))
        }
    }

    pub(super) fn into_quantity(self, path: &str, assembly: &mut Assembly) -> Quantity {
        if self.value.is_none() {
            assembly.problem(path, "is not a number", NUMBER_HELP);
        }
        Quantity {
            comparator: self.comparator.map(|comparator| comparator.code().to_owned()),
            ..quantity(self.value, self.unit)
        }
    }
}

/// No bound of what is normal is so large in thousands, lakhs or millions.
const MOST_IN_MULTIPLES: Exact = Exact::new(1000, 0);

/// Whether a bound beside a unit that is a multiple is a plain count: 1,50,000 beside lakh/cumm.
pub(crate) fn is_plain_count(bound: Exact, unit: &str) -> bool {
    has_multiplier(unit) && bound >= MOST_IN_MULTIPLES
}

/// A number in a unit that is coded where UCUM has it.
pub(super) fn quantity(value: Option<Decimal>, unit: String) -> Quantity {
    let code = ucum_code(&unit);
    Quantity {
        value,
        unit: Some(unit).filter(|unit| !unit.trim().is_empty()),
        system: code.map(|_| UCUM.to_owned()),
        code: code.map(str::to_owned),
        ..Quantity::default()
    }
}
