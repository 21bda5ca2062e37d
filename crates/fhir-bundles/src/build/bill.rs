mod item;
mod kinds;
mod payment;

pub use self::{
    item::BillItem,
    kinds::{BillKind, ChargeKind},
    payment::Payment,
};
use super::{
    assembly::{Assembly, Fact},
    condition::notes,
    measure::Given,
    money::Paise,
    party::opaque_debug,
};
use crate::{
    codes::NDHM_BILLING,
    language::Phrase,
    model::{
        self, CodeableConcept, Coding, DateTime, Decimal, Identifier,
        InvoiceLineItemPriceComponent, InvoiceParticipant, Reference,
    },
};

/// A bill with its lines. The totals are computed.
///
/// ```
/// use fhir_bundles::build::{Bill, BillItem, BillKind, ChargeKind, Payment};
///
/// let tablets = BillItem::new("Paracetamol 500 mg", ChargeKind::Medicine, "7.1333").quantity(10, "tablet");
/// let returned = BillItem::new("Paracetamol 500 mg, returned", ChargeKind::Medicine, "7.1333")
///     .quantity(-2, "tablet");
/// let bill = Bill::new("PH-118", BillKind::Pharmacy, "2026-03-01T11:10:00+05:30", tablets)
///     .item(returned)             // 71.33 - 14.27 = 57.06
///     .round_off("-0.06")
///     .total("57.00")             // compared with what the lines come to
///     .payment(Payment::of("57.00").by("UPI"));
/// ```
#[derive(Clone)]
pub struct Bill {
    number: String,
    kind: BillKind,
    date: DateTime,
    items: Vec<BillItem>,
    round_off: Given,
    total: Given,
    payments: Vec<Payment>,
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
        Self::open(number.into(), kind, date.into()).item(item)
    }

    /// A bill to be filled.
    pub(crate) fn open(number: String, kind: BillKind, date: DateTime) -> Self {
        Self {
            number,
            kind,
            date,
            items: Vec::new(),
            round_off: Given::No,
            total: Given::No,
            payments: Vec::new(),
            note: None,
        }
    }

    /// Adds a line.
    #[must_use]
    pub fn item(mut self, item: BillItem) -> Self {
        self.items.push(item);
        self
    }

    /// Adds what was added to the total, or with a minus taken off it, to make it round.
    #[must_use]
    pub fn round_off<V: TryInto<Decimal>>(self, amount: V) -> Self {
        Self { round_off: Given::of(amount), ..self }
    }

    /// Adds the total as it was printed. It must be what the lines come to.
    #[must_use]
    pub fn total<V: TryInto<Decimal>>(self, amount: V) -> Self {
        Self { total: Given::of(amount), ..self }
    }

    /// Adds what was paid.
    #[must_use]
    pub fn payment(mut self, payment: Payment) -> Self {
        self.payments.push(payment);
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
        let round_off = round_off(&self.round_off, path, assembly);
        gross = gross + round_off.unwrap_or_default();
        check_total(&self.total, gross, path, assembly);
        let mut paid = Vec::new();
        for (place, payment) in self.payments.into_iter().enumerate() {
            paid.push(payment.text(&format!("{path}.payments[{place}]"), assembly));
        }
        let paid = paid.join("; ");
        let (code, display) = self.kind.code();
        let text = assembly
            .story()
            .row(Phrase::Note, &self.number)
            .dated(Phrase::Date, self.date.as_str())
            .row(Phrase::Total, &format!("{} INR", gross.text()))
            .row(Phrase::Note, &paid);
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
            total_price_component: round_off.map(round_off_component).into_iter().collect(),
            total_net: Some(net.money()),
            total_gross: Some(gross.money()),
            payment_terms: Some(paid).filter(|paid| !paid.is_empty()),
            note: notes(self.note),
            ..model::Invoice::default()
        };
        assembly.add(invoice, display)
    }
}

/// Rounding is a matter of a few rupees; more is a discount, which has its place in a line.
const MOST_ROUND_OFF: &str = "9.99";

fn round_off(given: &Given, path: &str, assembly: &mut Assembly) -> Option<Paise> {
    let Given::Yes(amount) = given else { return None };
    let most = MOST_ROUND_OFF.parse().ok().as_ref().and_then(Paise::of).unwrap_or_default();
    let amount = amount.as_ref().and_then(Paise::of);
    let is_small = |amount: &Paise| *amount <= most && -*amount <= most;
    let small = amount.filter(is_small);
    if small.is_none() {
        assembly.problem(
            &format!("{path}.roundOff"),
            "is not what a total is rounded by",
            "write an amount below ten rupees with at most two decimals, such as -0.33; \
             what is more is a discount of a line",
        );
    }
    small.filter(|amount| *amount != Paise::default())
}

/// The guide has no code for it, so it stands in words.
fn round_off_component(amount: Paise) -> InvoiceLineItemPriceComponent {
    let kind = if amount.is_negative() { "deduction" } else { "surcharge" };
    InvoiceLineItemPriceComponent {
        r#type: Some(kind.to_owned()),
        code: Some(CodeableConcept::text("Round off")),
        amount: Some(amount.money()),
        ..InvoiceLineItemPriceComponent::default()
    }
}

fn check_total(given: &Given, computed: Paise, path: &str, assembly: &mut Assembly) {
    let Given::Yes(total) = given else { return };
    let total = total.as_ref().and_then(Paise::of);
    if total.is_some_and(|total| total == computed) {
        return;
    }
    let path = format!("{path}.total");
    match total {
        Some(_) => assembly.problem(
            &path,
            "is not what the lines come to",
            "correct the lines, add what it was rounded by as roundOff, or leave the total out",
        ),
        None => {
            let help = "write a number with at most two decimals, such as 99.50";
            assembly.problem(&path, "is not an amount in rupees", help);
        }
    }
}

opaque_debug!(Bill);
