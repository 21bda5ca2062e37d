use super::{
    assembly::{Assembly, Fact},
    condition::notes,
    money::Paise,
    party::opaque_debug,
};
use crate::{
    codes::{NDHM_BILLING, NDHM_PRICE_COMPONENTS, SNOMED_CT, UCUM, ucum_code},
    language::Label,
    model::{
        self, ChargeItemOccurrence, ChargeItemProduct, CodeableConcept, Coding, DateTime, Decimal,
        Identifier, InvoiceLineItem, InvoiceLineItemChargeItem, InvoiceLineItemPriceComponent,
        InvoiceParticipant, Quantity, Reference,
    },
};

/// What a bill is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum BillKind {
    /// A consultation.
    Consultation,
    /// The pharmacy.
    Pharmacy,
    /// A stay in hospital.
    Inpatient,
    /// The out-patient department.
    Outpatient,
    /// Anything else.
    Other,
}

impl BillKind {
    /// The kinds by the words of plain records.
    pub(crate) const WORDS: [(&str, Self); 5] = [
        ("consultation", Self::Consultation),
        ("pharmacy", Self::Pharmacy),
        ("inpatient", Self::Inpatient),
        ("outpatient", Self::Outpatient),
        ("other", Self::Other),
    ];

    fn code(self) -> (&'static str, &'static str) {
        match self {
            Self::Consultation => ("00", "Consultation"),
            Self::Pharmacy => ("01", "Pharmacy"),
            Self::Inpatient => ("02", "IPD"),
            Self::Outpatient => ("03", "OPD"),
            Self::Other => ("99", "Others"),
        }
    }
}

/// What a line of a bill charges for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ChargeKind {
    /// A consultation.
    Consultation,
    /// Pharmacy services.
    Pharmacy,
    /// A stay in hospital.
    Inpatient,
    /// The out-patient department.
    Outpatient,
    /// A laboratory test.
    Pathology,
    /// A medicine.
    Medicine,
    /// Nursing.
    Nursing,
    /// Handling.
    Handling,
    /// Delivery.
    Delivery,
    /// Anything else.
    Other,
}

impl ChargeKind {
    /// The kinds by the words of plain records.
    pub(crate) const WORDS: [(&str, Self); 10] = [
        ("consultation", Self::Consultation),
        ("pharmacy", Self::Pharmacy),
        ("inpatient", Self::Inpatient),
        ("outpatient", Self::Outpatient),
        ("pathology", Self::Pathology),
        ("medicine", Self::Medicine),
        ("nursing", Self::Nursing),
        ("handling", Self::Handling),
        ("delivery", Self::Delivery),
        ("other", Self::Other),
    ];

    fn code(self) -> (&'static str, &'static str) {
        match self {
            Self::Consultation => ("00", "Consultation"),
            Self::Pharmacy => ("01", "Pharmacy"),
            Self::Inpatient => ("02", "IPD"),
            Self::Outpatient => ("03", "OPD"),
            Self::Pathology => ("04", "Pathology"),
            Self::Medicine => ("05", "Medicines"),
            Self::Nursing => ("06", "Nursing Charges"),
            Self::Handling => ("07", "Handling Charges"),
            Self::Delivery => ("08", "Delivery Charges"),
            Self::Other => ("99", "Others"),
        }
    }
}

/// A line of a bill. Amounts are in rupees, with at most two decimals, and may be text.
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

/// A number that was not given, or was and may not be one.
#[derive(Clone)]
enum Given {
    No,
    Yes(Option<Decimal>),
}

impl Given {
    fn of<V: TryInto<Decimal>>(value: V) -> Self {
        Self::Yes(value.try_into().ok())
    }
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
struct Line {
    item: InvoiceLineItem,
    net: Paise,
    gross: Paise,
}

impl BillItem {
    fn add_to(self, place: i32, path: &str, date: &DateTime, assembly: &mut Assembly) -> Line {
        let amounts = self.amounts(path, assembly);
        assembly.check_concept(path, &self.product, &[SNOMED_CT]);
        if let Some(date) = &self.date {
            assembly.check_date_time(&format!("{path}.on"), date);
        }
        let label = self.product.label().unwrap_or_default().to_owned();
        let (code, display) = self.kind.code();
        let unit_code = ucum_code(&self.unit);
        let text = assembly
            .story()
            .row(Label::Amount, &format!("{label}: {} INR", amounts.taxable.text()));
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
            quantity: Some(Quantity {
                value: self.quantity,
                unit: Some(self.unit).filter(|unit| !unit.trim().is_empty()),
                system: unit_code.map(|_| UCUM.to_owned()),
                code: unit_code.map(str::to_owned),
                ..Quantity::default()
            }),
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

    fn amounts(&self, path: &str, assembly: &mut Assembly) -> Amounts {
        let mut amount = |name: &str, value: Option<&Decimal>| {
            let paise = value.and_then(Paise::of).filter(|amount| !amount.is_negative());
            if paise.is_none() {
                assembly.problem(
                    &format!("{path}.{name}"),
                    "is not an amount in rupees",
                    "write a number from 0 with at most two decimals, such as 99.50",
                );
            }
            paise.unwrap_or_default()
        };
        let rate = amount("rate", self.rate.as_ref());
        let mrp = match &self.mrp {
            Given::No => None,
            Given::Yes(value) => Some(amount("mrp", value.as_ref())),
        };
        let discount = match &self.discount {
            Given::No => None,
            Given::Yes(value) => Some(amount("discount", value.as_ref())),
        };
        let base = self.quantity.as_ref().and_then(|quantity| rate.times(quantity));
        if base.is_none_or(Paise::is_negative) {
            assembly.problem(
                &format!("{path}.quantity"),
                "is not a quantity",
                "write a positive number with at most three decimals",
            );
        }
        let base = base.unwrap_or_default();
        let taxable = base - discount.unwrap_or_default();
        if taxable.is_negative() {
            assembly.problem(&format!("{path}.discount"), "is more than the amount", "give less");
        }
        let tax = match &self.gst {
            Given::No => None,
            Given::Yes(rate) => {
                let tax = rate.as_ref().and_then(|rate| taxable.half_percent(rate));
                if tax.is_none_or(Paise::is_negative) {
                    assembly.problem(
                        &format!("{path}.gst"),
                        "is not a percentage",
                        "write one such as 5, 12 or 18",
                    );
                }
                let half = rate
                    .as_ref()
                    .map(Decimal::to_f64)
                    .and_then(|rate| (rate / 200.0).try_into().ok());
                tax.map(|tax| (half, tax))
            }
        };
        let taxes = tax.as_ref().map(|(_, tax)| *tax + *tax).unwrap_or_default();
        Amounts { mrp, base, discount, taxable, tax, gross: taxable + taxes }
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

fn price(
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

/// A bill with its lines. The totals are computed.
#[derive(Clone)]
pub struct Bill {
    number: String,
    kind: BillKind,
    date: DateTime,
    items: Vec<BillItem>,
    note: Option<String>,
}

impl Bill {
    /// A bill with its number and first line.
    #[must_use]
    pub fn new(
        number: impl Into<String>,
        kind: BillKind,
        date: impl Into<DateTime>,
        item: BillItem,
    ) -> Self {
        Self { number: number.into(), kind, date: date.into(), items: vec![item], note: None }
    }

    /// A bill to be filled.
    pub(crate) fn open(number: String, kind: BillKind, date: DateTime) -> Self {
        Self { number, kind, date, items: Vec::new(), note: None }
    }

    /// Adds a line.
    #[must_use]
    pub fn item(mut self, item: BillItem) -> Self {
        self.items.push(item);
        self
    }

    /// Adds a remark.
    #[must_use]
    pub fn note(self, note: impl Into<String>) -> Self {
        Self { note: Some(note.into()), ..self }
    }

    pub(super) fn date(&self) -> &DateTime {
        &self.date
    }
}

impl Fact for Bill {
    fn add_to(self, path: &str, assembly: &mut Assembly) -> Reference {
        assembly.required(&format!("{path}.number"), &self.number);
        assembly.check_date_time(&format!("{path}.date"), &self.date);
        if self.items.is_empty() {
            assembly.problem(&format!("{path}.items"), "are missing", "add at least one line");
        }
        let mut lines = Vec::new();
        let (mut net, mut gross) = (Paise::default(), Paise::default());
        for (item, sequence) in self.items.into_iter().zip(1..) {
            let path = format!("{path}.items[{}]", sequence - 1);
            let line = item.add_to(sequence, &path, &self.date, assembly);
            net = net + line.net;
            gross = gross + line.gross;
            lines.push(line.item);
        }
        let (code, display) = self.kind.code();
        let text = assembly
            .story()
            .row(Label::Note, &self.number)
            .row(Label::Date, self.date.as_str())
            .row(Label::Total, &format!("{} INR", gross.text()));
        let participant = InvoiceParticipant {
            actor: Some(assembly.practitioner.clone()),
            ..InvoiceParticipant::default()
        };
        let slot = assembly.slot("Invoice");
        let invoice = model::Invoice {
            id: Some(slot.id),
            meta: Some(slot.meta),
            language: Some(slot.language),
            text: Some(text.narrative()),
            identifier: vec![Identifier { value: Some(self.number), ..Identifier::default() }],
            status: Some("issued".to_owned()),
            r#type: Some(Coding::of(NDHM_BILLING, code, display).into()),
            subject: Some(assembly.patient.clone()),
            date: Some(self.date),
            participant: vec![participant],
            issuer: Some(assembly.organization.clone()),
            line_item: lines,
            total_net: Some(net.money()),
            total_gross: Some(gross.money()),
            note: notes(self.note),
            ..model::Invoice::default()
        };
        assembly.add(invoice, display)
    }
}

opaque_debug!(Bill, BillItem);
