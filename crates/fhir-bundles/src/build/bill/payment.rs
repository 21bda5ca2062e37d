use super::super::{assembly::Assembly, measure::Given, money::Paise, party::opaque_debug};
use crate::{
    language::Phrase,
    model::{DateTime, Decimal},
    words::when,
};

/// What was paid of a bill.
///
/// ```
/// use fhir_bundles::build::Payment;
///
/// let payment = Payment::of("500.00").by("UPI").on("2026-03-01").reference("UTR 4417");
/// ```
#[derive(Clone)]
pub struct Payment {
    amount: Given,
    mode: Option<String>,
    date: Option<DateTime>,
    reference: Option<String>,
}

impl Payment {
    /// An amount in rupees; a negative one was paid back.
    #[must_use]
    pub fn of<V: TryInto<Decimal>>(amount: V) -> Self {
        Self { amount: Given::of(amount), mode: None, date: None, reference: None }
    }

    /// Adds how: cash, card, UPI.
    #[must_use]
    pub fn by(self, mode: impl Into<String>) -> Self {
        Self { mode: Some(mode.into()), ..self }
    }

    /// Adds when.
    #[must_use]
    pub fn on(self, date: impl Into<DateTime>) -> Self {
        Self { date: Some(date.into()), ..self }
    }

    /// Adds the number of the receipt or transfer.
    #[must_use]
    pub fn reference(self, reference: impl Into<String>) -> Self {
        Self { reference: Some(reference.into()), ..self }
    }

    /// FHIR has a text for payments: `Paid 500.00 INR, UPI, 1 Mar 2026`.
    pub(super) fn text(self, path: &str, assembly: &mut Assembly) -> String {
        let amount = self.amount.number().and_then(Paise::of);
        if amount.is_none() {
            let help = "write a number with at most two decimals, such as 99.50";
            assembly.problem(&format!("{path}.amount"), "is not an amount in rupees", help);
        }
        if let Some(date) = &self.date {
            assembly.check_date_time(&format!("{path}.on"), date);
        }
        let language = assembly.language;
        let amount = amount.unwrap_or_default();
        let paid = if amount.is_negative() {
            language.fill(Phrase::PaidBack, &[&(-amount).text()])
        } else {
            language.fill(Phrase::PaidAmount, &[&amount.text()])
        };
        let rest = [self.mode, self.date.map(|date| when(date.as_str(), language)), self.reference];
        let rest = rest.into_iter().flatten().filter(|text| !text.trim().is_empty());
        std::iter::once(paid).chain(rest).collect::<Vec<_>>().join(", ")
    }
}

opaque_debug!(Payment);
