use crate::{
    codes::{UCUM, ucum_code},
    model::{Decimal, Quantity},
};

use super::assembly::Assembly;

/// A number with its unit, as a hospital writes it. The number may be text, so that `1.50` keeps its
/// digits; whether it is one is found out when the document is built.
#[derive(Clone)]
pub(super) struct Measure {
    value: Option<Decimal>,
    unit: String,
}

impl Measure {
    pub(super) fn new<V: TryInto<Decimal>>(value: V, unit: impl Into<String>) -> Self {
        Self { value: value.try_into().ok(), unit: unit.into() }
    }

    pub(super) fn value(&self) -> Option<f64> {
        self.value.as_ref().map(Decimal::to_f64)
    }

    pub(super) fn unit(&self) -> &str {
        &self.unit
    }

    pub(super) fn text(&self) -> String {
        let value = self.value.as_ref().map_or("", Decimal::as_str);
        if self.unit.is_empty() { value.to_owned() } else { format!("{value} {}", self.unit) }
    }

    pub(super) fn into_quantity(self, path: &str, assembly: &mut Assembly) -> Quantity {
        if self.value.is_none() {
            assembly.problem(
                path,
                "is not a number",
                "write digits with a decimal point, such as 37.2",
            );
        }
        let code = ucum_code(&self.unit);
        Quantity {
            value: self.value,
            unit: Some(self.unit).filter(|unit| !unit.trim().is_empty()),
            system: code.map(|_| UCUM.to_owned()),
            code: code.map(str::to_owned),
            ..Quantity::default()
        }
    }
}
