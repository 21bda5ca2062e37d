//! Facts from the objects of a record.

mod medicine;
mod observation;
mod people;

pub(super) use self::{
    medicine::{OF_A_DOSAGE, due, medicine, vaccination},
    observation::{faults, observation},
    people::{
        facility, patient, patient_is_identified, practitioner, practitioner_is_identified, visit,
    },
};
use super::{
    form::is_words,
    source::Source,
    words::{BILL_KINDS, CHARGE_KINDS, CONDITION_STATUSES, MODALITIES, PROCEDURE_STATUSES},
};
use crate::{
    build::{
        Allergy, Bill, BillItem, BillKind, CarePlan, ChargeKind, ClinicalStatus, Condition,
        Document, FamilyHistory, FollowUp, ImagingReport, Investigation, LabReport, Modality,
        Payment, Procedure, ProcedureStatus, Referral, Report, Span, Specimen,
    },
    model::{CodeableConcept, Decimal},
};

/// Applies a builder's method when a value was given.
fn with<T, V>(fact: T, value: Option<V>, apply: impl FnOnce(T, V) -> T) -> T {
    match value {
        Some(value) => apply(fact, value),
        None => fact,
    }
}

fn name(source: Source<'_>, field: &str) -> CodeableConcept {
    source.concept(field).unwrap_or_default()
}

/// Why something has its status. What a status means that is not known cannot be told, and it is
/// reported as such.
fn status_reason(source: Source<'_>, is_known: bool) -> Option<CodeableConcept> {
    source.concept("statusReason").filter(|_| is_known || !source.has("status"))
}

pub(super) fn condition(source: Source<'_>) -> Condition {
    let status = match source.word("status", &CONDITION_STATUSES) {
        Some("resolved") => ClinicalStatus::Resolved,
        Some("inactive") => ClinicalStatus::Inactive,
        _ => ClinicalStatus::Active,
    };
    let condition = Condition::new(name(source, "name")).status(status);
    let condition = with(condition, source.text("since"), |c, since| match is_words(&since) {
        true => c.since_words(since),
        false => c.since(since),
    });
    with(condition, source.text("note"), Condition::note)
}

pub(super) fn allergy(source: Source<'_>) -> Allergy {
    let allergy = Allergy::to(name(source, "substance"));
    let allergy = with(allergy, source.text("reaction"), Allergy::reaction);
    let allergy = match source.flag("lifeThreatening") {
        Some(true) => allergy.life_threatening(),
        _ => allergy,
    };
    with(allergy, source.text("note"), Allergy::note)
}

pub(super) fn procedure(source: Source<'_>) -> Procedure {
    let procedure = Procedure::new(name(source, "name"));
    let status = source.meant("status", &PROCEDURE_STATUSES, &ProcedureStatus::WORDS);
    let procedure = with(procedure, status, Procedure::status);
    let reason = status_reason(source, status.is_some());
    let procedure = with(procedure, reason, Procedure::status_reason);
    let procedure = with(procedure, source.text("on"), |p, on| match is_words(&on) {
        true => p.on_words(on),
        false => p.on(on),
    });
    let procedure = with(procedure, source.concept("reason"), Procedure::reason);
    let procedure = with(procedure, source.concept("outcome"), Procedure::outcome);
    with(procedure, source.text("note"), Procedure::note)
}

pub(super) fn family_history(source: Source<'_>) -> FamilyHistory {
    let history = FamilyHistory::new(name(source, "relationship"), name(source, "condition"));
    with(history, source.text("note"), FamilyHistory::note)
}

pub(super) fn investigation(source: Source<'_>) -> Investigation {
    let order = Investigation::new(name(source, "name"));
    let order = with(order, source.concept("reason"), Investigation::reason);
    with(order, source.text("note"), Investigation::note)
}

pub(super) fn referral(source: Source<'_>) -> Referral {
    let order = Referral::new(name(source, "name"));
    let order = with(order, source.concept("reason"), Referral::reason);
    with(order, source.text("note"), Referral::note)
}

pub(super) fn follow_up(source: Source<'_>) -> FollowUp {
    let on = source.needed("on");
    let follow_up = match Span::parse(&on).filter(|_| is_words(&on)) {
        Some(span) => FollowUp::after(span, on),
        None => FollowUp::on(on),
    };
    with(follow_up, source.text("reason"), FollowUp::reason)
}

pub(super) fn document(source: Source<'_>) -> Document {
    let document =
        Document::new(source.needed("title"), source.needed("contentType"), source.bytes("data"));
    let document = with(document, source.concept("kind"), Document::kind);
    with(document, source.text("madeOn"), |d, date| d.made_on(date))
}

pub(super) fn report(source: Source<'_>) -> Report {
    let (name, issued, conclusion) =
        (name(source, "name"), source.needed("issued").into(), source.needed("conclusion"));
    let printed = source.has("printed").then(|| document(source.form("printed")));
    let conclusion_code = source.concept("conclusionCode");
    if source.has("modality") {
        // A modality that is not known is reported as such.
        let modality = source.word("modality", &MODALITIES).and_then(Modality::from_code);
        let modality = modality.unwrap_or(Modality::X_RAY);
        let report = ImagingReport::open(name, issued, modality, conclusion);
        let pictures = source.list("pictures", None).into_iter().map(document);
        let report = pictures.fold(report, ImagingReport::picture);
        // What an imaging department calls its results.
        let observed = |name: &'static str| {
            let list = source.list(name, None).into_iter();
            list.map(move |one| observation(one, name))
        };
        let findings = observed("findings").chain(observed("results"));
        let report = findings.fold(report, ImagingReport::finding);
        let report = with(report, conclusion_code, ImagingReport::conclusion_code);
        return with(report, printed, ImagingReport::printed).into();
    }
    let report = LabReport::open(name, issued, conclusion);
    let results = source.list("results", None).into_iter();
    let results = results.map(|result| observation(result, "results"));
    let report = results.fold(report, LabReport::result);
    let specimens = source.list("specimens", None).into_iter().map(specimen);
    let report = specimens.fold(report, LabReport::specimen);
    let report = with(report, conclusion_code, LabReport::conclusion_code);
    with(report, printed, LabReport::printed).into()
}

fn specimen(source: Source<'_>) -> Specimen {
    let specimen = Specimen::new(name(source, "kind"), source.needed("received"));
    with(specimen, source.text("collected"), |s, date| s.collected(date))
}

pub(super) fn care_plan(source: Source<'_>) -> CarePlan {
    let plan = CarePlan::new(source.needed("title"));
    let plan = with(plan, source.text("description"), CarePlan::description);
    let plan = source.texts("activities").into_iter().fold(plan, CarePlan::activity);
    let plan = with(plan, source.text("from"), |plan, from| plan.starting(from));
    let plan = with(plan, source.text("to"), |plan, to| plan.ending(to));
    with(plan, source.text("note"), CarePlan::note)
}

pub(super) fn bill(source: Source<'_>) -> Bill {
    let kind = source.meant("kind", &BILL_KINDS, &BillKind::WORDS).unwrap_or(BillKind::Other);
    let bill = Bill::open(source.needed("number"), kind, source.needed("date").into());
    let bill = source.list("items", None).into_iter().map(bill_item).fold(bill, Bill::item);
    let bill = with(bill, source.amount("roundOff"), Bill::round_off);
    let bill = with(bill, source.amount("total"), Bill::total);
    let bill = source.list("payments", None).into_iter().map(payment).fold(bill, Bill::payment);
    with(bill, source.text("note"), Bill::note)
}

fn bill_item(source: Source<'_>) -> BillItem {
    let kind = source.meant("kind", &CHARGE_KINDS, &ChargeKind::WORDS).unwrap_or(ChargeKind::Other);
    let rate = source.amount("rate").unwrap_or_default();
    let item = BillItem::new(name(source, "product"), kind, rate);
    let quantity = source.number("quantity").unwrap_or_else(|| Decimal::from(1));
    let item = item.quantity(quantity, source.text("unit").unwrap_or_default());
    let item = with(item, source.amount("mrp"), BillItem::mrp);
    let item = with(item, source.amount("discount"), BillItem::discount);
    let item = with(item, source.number("gst"), BillItem::gst);
    with(item, source.text("on"), |item, date| item.on(date))
}

fn payment(source: Source<'_>) -> Payment {
    let payment = Payment::of(source.amount("amount").unwrap_or_default());
    let payment = with(payment, source.text("mode"), Payment::by);
    let payment = with(payment, source.text("on"), |payment, date| payment.on(date));
    with(payment, source.text("reference"), Payment::reference)
}
