use super::{
    index::Index,
    labels::{Details, either, linked, parties},
    medicine, modifiers,
    standing::{Narrative, Standing, Stated},
};
use crate::{
    Language,
    language::Phrase,
    model::{
        self, ChargeItemOccurrence, ChargeItemProduct, DateTime, InvoiceLineItemChargeItem,
        InvoiceLineItemPriceComponent, Reference, Resource,
    },
    words,
};

/// A bill.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct Bill {
    /// Its number.
    pub number: Option<String>,
    /// Its kind, such as "Pharmacy".
    pub kind: Option<String>,
    /// Its date.
    pub date: Option<DateTime>,
    /// `issued`, `balanced`, `cancelled`, …
    pub status: Option<String>,
    /// The lines in order.
    pub lines: Vec<Stated<BillLine>>,
    /// Price components of the whole: kind and amount.
    pub prices: Vec<(String, String)>,
    /// Sum without tax, with its currency.
    pub net: Option<String>,
    /// Sum with tax, with its currency.
    pub gross: Option<String>,
    /// Further facts: label and words.
    pub details: Vec<(String, String)>,
    /// A remark.
    pub note: Option<String>,
}

/// A line of a bill.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct BillLine {
    /// What is charged.
    pub name: String,
    /// How many, in words.
    pub quantity: Option<String>,
    /// The price components of the whole line: kind and amount, such as ("CGST", "9.00 INR"). The
    /// amount is that of all pieces, not of one.
    pub prices: Vec<(String, String)>,
    /// Further facts: label and words.
    pub details: Vec<(String, String)>,
}

pub(super) fn bill<'a>(
    invoice: &'a model::Invoice,
    resource: &'a Resource,
    index: &mut Index<'a>,
) -> Stated<Bill> {
    let standing = modifiers::standing(resource, index);
    let mut lines = Vec::new();
    for line in &invoice.line_item {
        let (standing, name, quantity, details) = match &line.charge_item {
            Some(InvoiceLineItemChargeItem::CodeableConcept(concept)) => {
                (Standing::plain(), words::concept(Some(concept)), None, Vec::new())
            }
            Some(InvoiceLineItemChargeItem::Reference(reference)) => {
                charge_item(reference, resource, index)
            }
            None => (Standing::plain(), String::new(), None, Vec::new()),
        };
        let prices = prices(&line.price_component, index.language);
        lines.push(Stated::new(standing, BillLine { name, quantity, prices, details }));
    }
    let mut details = Details::of(index.language);
    for participant in &invoice.participant {
        let who = index.not_author(participant.actor.as_ref(), resource);
        let role = participant.role.as_ref().map(|role| words::concept(Some(role)));
        details
            .add(Phrase::Participant, who.map(|who| either(Some(who), role).unwrap_or_default()));
    }
    details.add(Phrase::ReasonOfTheStatus, standing.reason_of_status());
    details.add(Phrase::IssuedBy, index.not_author(invoice.issuer.as_ref(), resource));
    details.add(Phrase::For, index.not_patient(invoice.recipient.as_ref(), resource));
    details.add(Phrase::Payment, invoice.payment_terms.clone());
    let bill = Bill {
        number: invoice.identifier.iter().find_map(|identifier| identifier.value.clone()),
        kind: invoice.r#type.as_ref().map(|kind| words::concept(Some(kind))),
        date: invoice.date.clone(),
        status: invoice.status.clone(),
        lines,
        prices: prices(&invoice.total_price_component, index.language),
        net: invoice.total_net.as_ref().and_then(words::money),
        gross: invoice.total_gross.as_ref().and_then(words::money),
        details: details.into_vec(),
        note: words::annotations(&invoice.note, index.language),
    };
    Stated::new(standing, bill).narrated(Narrative::of(invoice.text.as_ref()))
}

fn prices(
    components: &[InvoiceLineItemPriceComponent],
    language: Language,
) -> Vec<(String, String)> {
    let one = |price: &InvoiceLineItemPriceComponent| {
        let kind = words::concept(price.code.as_ref());
        let kind = if kind.is_empty() { price.r#type.clone().unwrap_or_default() } else { kind };
        let factor =
            price.factor.as_ref().map(|factor| language.fill(Phrase::FactorOf, &[factor.as_str()]));
        let amount = price.amount.as_ref().and_then(words::money);
        (kind, words::joined([amount, factor].into_iter().flatten(), ", ").unwrap_or_default())
    };
    components.iter().map(one).collect()
}

type Charge = (Standing, String, Option<String>, Vec<(String, String)>);

/// The product where there is one, since the code of a charge item is only its billing group.
fn charge_item<'a>(reference: &Reference, holder: &'a Resource, index: &mut Index<'a>) -> Charge {
    let Some(found @ Resource::ChargeItem(charge)) = index.follow(reference, Some(holder)) else {
        let name = reference.display.clone().unwrap_or_default();
        return (Standing::plain(), name, None, Vec::new());
    };
    index.first_time(found);
    let standing = modifiers::standing(found, index);
    let mut details = Details::of(index.language);
    let product = match &charge.product {
        Some(ChargeItemProduct::CodeableConcept(concept)) => words::concept(Some(concept)),
        Some(ChargeItemProduct::Reference(reference)) => {
            let (name, facts) = medicine::product(reference, found, index);
            for (label, words) in facts {
                details.add_labelled(&label, Some(words));
            }
            name
        }
        None => String::new(),
    };
    let group = words::concept(charge.code.as_ref());
    let name = if product.is_empty() { group.clone() } else { product };
    details.add(Phrase::Group, Some(group).filter(|group| *group != name));
    details.add(
        Phrase::OnDate,
        charge.occurrence.as_ref().and_then(|occurrence| match occurrence {
            ChargeItemOccurrence::DateTime(date) => index.other_date(Some(date.as_str())),
            ChargeItemOccurrence::Period(period) => words::period(period, index.language),
            ChargeItemOccurrence::Timing(timing) => super::dosage::timing(timing, index.language),
        }),
    );
    details.add(Phrase::Factor, charge.factor_override.as_ref().map(ToString::to_string));
    details.add(Phrase::Price, charge.price_override.as_ref().and_then(words::money));
    details.add(Phrase::WhySo, charge.override_reason.clone());
    details.add(Phrase::Reason, words::concepts(&charge.reason));
    details.add(Phrase::BodySite, words::concepts(&charge.bodysite));
    details.add(Phrase::Service, linked(&charge.service, found, index));
    let performers = charge.performer.iter().filter_map(|performer| performer.actor.as_ref());
    details.add(Phrase::PerformedBy, parties(performers, found, index));
    details.add(Phrase::Note, words::annotations(&charge.note, index.language));
    (standing, name, charge.quantity.as_ref().map(words::quantity), details.into_vec())
}

super::opaque_debug!(Bill, BillLine);
