use super::{
    super::{
        assembly::Assembly,
        exact::Exact,
        measure::{Given, quantity},
        money::{Paise, Rate},
        party::opaque_debug,
    },
    kinds::ChargeKind,
};
use crate::{
    codes::{NDHM_BILLING, NDHM_PRICE_COMPONENTS, SNOMED_CT},
    language::Phrase,
    model::{
        self, ChargeItemOccurrence, ChargeItemProduct, CodeableConcept, Coding, DateTime, Decimal,
        InvoiceLineItem, InvoiceLineItemChargeItem, InvoiceLineItemPriceComponent,
    },
};

/// A line of a bill. Amounts are in rupees, with at most two decimals (a rate with four), and may be
/// text. What comes back has a negative quantity or a negative rate, never both; a discount then is
/// taken off what is paid back.
///
/// ```
/// use fhir_bundles::build::{BillItem, ChargeKind};
///
/// // 10 tablets at 8.00 each, 10 % off, with 12 % GST: 72.00 and 4.32 each of CGST and SGST.
/// let tablets = BillItem::new("Paracetamol 500 mg", ChargeKind::Medicine, "8.00")
///     .quantity(10, "tablet")
///     .discount("8.00")
///     .gst(12);
/// ```
#[derive(Clone)]
pub struct BillItem {
    product: CodeableConcept,
    kind: ChargeKind,
    rate: Option<Decimal>,
    quantity: Option<Decimal>,
    unit: String,
    mrp: Given,
    discount: Given,
    gst: Given,
    date: Option<DateTime>,
}

impl BillItem {
    /// One of a product or service, at a rate without tax.
    #[must_use]
    pub fn new<V: TryInto<Decimal>>(
        product: impl Into<CodeableConcept>,
        kind: ChargeKind,
        rate: V,
    ) -> Self {
        Self {
            product: product.into(),
            kind,
            rate: rate.try_into().ok(),
            quantity: Some(Decimal::from(1)),
            unit: String::new(),
            mrp: Given::No,
            discount: Given::No,
            gst: Given::No,
            date: None,
        }
    }

    /// Says how many, and of what: `10, "tablet"`. The rate is for one.
    #[must_use]
    pub fn quantity<V: TryInto<Decimal>>(self, quantity: V, unit: impl Into<String>) -> Self {
        Self { quantity: quantity.try_into().ok(), unit: unit.into(), ..self }
    }

    /// Adds the maximum retail price of the line, for information.
    #[must_use]
    pub fn mrp<V: TryInto<Decimal>>(self, amount: V) -> Self {
        Self { mrp: Given::of(amount), ..self }
    }

    /// Takes an amount off the line.
    #[must_use]
    pub fn discount<V: TryInto<Decimal>>(self, amount: V) -> Self {
        Self { discount: Given::of(amount), ..self }
    }

    /// Adds goods and services tax in per cent; half is CGST, half SGST.
    #[must_use]
    pub fn gst<V: TryInto<Decimal>>(self, percent: V) -> Self {
        Self { gst: Given::of(percent), ..self }
    }

    /// Adds when the service was given; the bill's date unless said.
    #[must_use]
    pub fn on(self, date: impl Into<DateTime>) -> Self {
        Self { date: Some(date.into()), ..self }
    }
}

/// What a line comes to.
pub(super) struct Line {
    pub(super) item: InvoiceLineItem,
    pub(super) net: Paise,
    pub(super) gross: Paise,
}

impl BillItem {
    pub(super) fn add_to(
        self,
        place: i32,
        path: &str,
        date: &DateTime,
        assembly: &mut Assembly,
    ) -> Line {
        let amounts = self.amounts(path, assembly);
        assembly.check_concept(path, &self.product, &[SNOMED_CT]);
        if let Some(date) = &self.date {
            assembly.check_date_time(&format!("{path}.on"), date);
        }
        let label = self.product.label().unwrap_or_default().to_owned();
        let (code, display) = self.kind.code();
        let text = assembly.story().row(
            Phrase::Amount,
            &format!("{label}{}: {} INR", self.rate_text(), amounts.taxable.text()),
        );
        let slot = assembly.slot("ChargeItem");
        let charge = model::ChargeItem {
            id: Some(slot.id),
            meta: Some(slot.meta),
            language: Some(slot.language),
            text: Some(text.narrative()),
            status: Some("billed".to_owned()),
            code: Some(Coding::of(NDHM_BILLING, code, display).into()),
            subject: Some(assembly.patient.clone()),
            context: assembly.encounter.clone(),
            occurrence: Some(ChargeItemOccurrence::DateTime(
                self.date.unwrap_or_else(|| date.clone()),
            )),
            performing_organization: Some(assembly.organization.clone()),
            quantity: Some(quantity(self.quantity, self.unit)),
            product: Some(ChargeItemProduct::CodeableConcept(self.product)),
            ..model::ChargeItem::default()
        };
        let reference = assembly.add(charge, &label);
        let mut prices = Vec::new();
        if let Some(mrp) = amounts.mrp {
            prices.push(price("informational", ("00", "MRP"), None, mrp));
        }
        prices.push(price("base", ("01", "Rate"), None, amounts.base));
        if let Some(discount) = amounts.discount {
            prices.push(price("discount", ("02", "Discount"), None, discount));
        }
        if let Some((half, tax)) = amounts.tax {
            prices.push(price("tax", ("03", "CGST"), half.clone(), tax));
            prices.push(price("tax", ("04", "SGST"), half, tax));
        }
        let item = InvoiceLineItem {
            sequence: Some(place),
            charge_item: Some(InvoiceLineItemChargeItem::Reference(reference)),
            price_component: prices,
            ..InvoiceLineItem::default()
        };
        Line { item, net: amounts.taxable, gross: amounts.gross }
    }

    /// `, 10 tablet × 7.1333`: what an amount is of, where it is not that of one.
    fn rate_text(&self) -> String {
        let (Some(rate), Some(quantity)) = (&self.rate, &self.quantity) else {
            return String::new();
        };
        let unit = self.unit.trim();
        match (quantity.as_str(), unit) {
            ("1", "") => String::new(),
            (many, "") => format!(", {many} × {rate}"),
            (many, unit) => format!(", {many} {unit} × {rate}"),
        }
    }

    fn amounts(&self, path: &str, assembly: &mut Assembly) -> Amounts {
        let mut amount = |name: &str, value: &Given| match value {
            Given::No => None,
            Given::Yes(value) => {
                let paise = value.as_ref().and_then(Paise::of).filter(|it| !it.is_negative());
                if paise.is_none() {
                    assembly.problem(
                        &format!("{path}.{name}"),
                        "is not an amount in rupees",
                        "write a number from 0 with at most two decimals, such as 99.50",
                    );
                }
                Some(paise.unwrap_or_default())
            }
        };
        let mrp = amount("mrp", &self.mrp);
        let discount = amount("discount", &self.discount);
        let base = self.base(path, assembly);
        // What is given back is given back without the discount that it had.
        let discount = discount.map(|off| if base.is_negative() { -off } else { off });
        let taxable = base - discount.unwrap_or_default();
        if taxable != Paise::default() && taxable.is_negative() != base.is_negative() {
            assembly.problem(&format!("{path}.discount"), "is more than the amount", "give less");
        }
        let tax = match &self.gst {
            Given::No => None,
            Given::Yes(rate) => {
                let rate = rate.as_ref().and_then(Exact::of);
                let rate = rate.filter(|rate| *rate >= Exact::new(0, 0));
                let rate = rate.filter(|rate| *rate <= Exact::new(100, 0));
                let decimal = rate.and_then(Exact::decimal);
                let tax = decimal.as_ref().and_then(|rate| taxable.half_percent(rate));
                if tax.is_none() {
                    assembly.problem(
                        &format!("{path}.gst"),
                        "is not a percentage",
                        "write one such as 5, 12 or 18",
                    );
                }
                let half = rate.and_then(|rate| rate.converted(Exact::new(0, 0), 1, 200, 6));
                tax.map(|tax| (half.and_then(Exact::decimal), tax))
            }
        };
        let taxes = tax.as_ref().map(|(_, tax)| *tax + *tax).unwrap_or_default();
        Amounts { mrp, base, discount, taxable, tax, gross: taxable + taxes }
    }

    /// Rate times quantity, exact to the paisa.
    fn base(&self, path: &str, assembly: &mut Assembly) -> Paise {
        let rate = self.rate.as_ref().and_then(Rate::of);
        if rate.is_none() {
            assembly.problem(
                &format!("{path}.rate"),
                "is not an amount in rupees",
                "write a number with at most four decimals, such as 99.50 or 7.1333",
            );
        }
        let rate = rate.unwrap_or_default();
        let base = self.quantity.as_ref().and_then(|quantity| rate.times(quantity));
        let minus = |number: &Option<Decimal>| {
            number.as_ref().is_some_and(|number| number.as_str().starts_with('-'))
        };
        if base.is_none() {
            assembly.problem(
                &format!("{path}.quantity"),
                "is not a quantity",
                "write a number with at most three decimals; a negative one for what came back",
            );
        } else if minus(&self.rate) && minus(&self.quantity) {
            assembly.problem(
                &format!("{path}.rate"),
                "is negative, and the quantity is too",
                "make one of them negative for what came back",
            );
        }
        base.unwrap_or_default()
    }
}

struct Amounts {
    mrp: Option<Paise>,
    base: Paise,
    discount: Option<Paise>,
    taxable: Paise,
    /// Factor and amount of each of the two taxes.
    tax: Option<(Option<Decimal>, Paise)>,
    gross: Paise,
}

pub(super) fn price(
    type_: &str,
    (code, display): (&str, &str),
    factor: Option<Decimal>,
    amount: Paise,
) -> InvoiceLineItemPriceComponent {
    InvoiceLineItemPriceComponent {
        r#type: Some(type_.to_owned()),
        code: Some(Coding::of(NDHM_PRICE_COMPONENTS, code, display).into()),
        factor,
        amount: Some(amount.money()),
        ..InvoiceLineItemPriceComponent::default()
    }
}

opaque_debug!(BillItem);
