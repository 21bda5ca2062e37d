//! Facts from the objects of a record.

use super::{
    forms::{MODALITIES, VISIT_KINDS, VITAL_KINDS},
    source::{Source, concept},
};
use crate::{
    build::{
        Allergy, Bill, BillItem, BillKind, CarePlan, ChargeKind, ClinicalStatus, Condition,
        Document, Facility, FamilyHistory, FollowUp, Gender, ImagingReport, Interpretation,
        Investigation, LabReport, Medicine, Modality, Observation, Patient, Practitioner,
        Procedure, Referral, Report, Specimen, Vaccination, VaccineDue, Visit,
    },
    json::Json,
    model::{CodeableConcept, Decimal},
};

/// Applies a builder's method when a value was given.
fn with<T, V>(fact: T, value: Option<V>, apply: impl FnOnce(T, V) -> T) -> T {
    match value {
        Some(value) => apply(fact, value),
        None => fact,
    }
}

pub(super) fn patient(source: Source<'_>) -> Patient {
    let name = source.needed("name");
    let patient = match (source.text("abhaNumber"), source.text("abhaAddress")) {
        (Some(number), address) => {
            with(Patient::with_abha_number(name, number), address, Patient::abha_address)
        }
        (None, Some(address)) => Patient::with_abha_address(name, address),
        (None, None) => {
            let number = source.needed("facilityNumber");
            Patient::with_facility_number(name, number)
        }
    };
    let patient = with(patient, source.text("facilityNumber"), Patient::facility_number);
    let gender = source.text("gender").and_then(|gender| Gender::from_code(&gender));
    let patient = with(patient, gender, Patient::gender);
    let patient = with(patient, source.text("birthDate"), |p, date| p.birth_date(date));
    let patient = with(patient, source.text("phone"), Patient::phone);
    let patient = with(patient, source.text("email"), Patient::email);
    with(patient, source.text("address"), Patient::address)
}

/// Whether a patient can be told from others.
pub(super) fn patient_is_identified(source: Source<'_>) -> bool {
    ["abhaNumber", "abhaAddress", "facilityNumber"].iter().any(|name| source.has(name))
}

pub(super) fn practitioner(source: Source<'_>) -> Practitioner {
    let name = source.needed("name");
    let practitioner = match (source.text("hprId"), source.text("registrationNumber")) {
        (None, Some(number)) => {
            let council = source.text("registrationCouncil");
            let council = council.unwrap_or_else(|| "https://www.nmc.org.in".to_owned());
            Practitioner::with_registration(name, council, number)
        }
        (id, _) => Practitioner::with_hpr_id(name, id.unwrap_or_default()),
    };
    let practitioner =
        with(practitioner, source.text("qualification"), Practitioner::qualification);
    with(practitioner, source.text("phone"), Practitioner::phone)
}

pub(super) fn practitioner_is_identified(source: Source<'_>) -> bool {
    ["hprId", "registrationNumber"].iter().any(|name| source.has(name))
}

pub(super) fn facility(source: Source<'_>) -> Facility {
    let facility = Facility::new(source.needed("name"), source.needed("hfrId"));
    let facility = with(facility, source.text("phone"), Facility::phone);
    let facility = with(facility, source.text("email"), Facility::email);
    with(facility, source.text("address"), Facility::address)
}

pub(super) fn visit(source: Source<'_>, usual: &str) -> Visit {
    let start = source.needed("start");
    let words: Vec<(&str, &str)> = VISIT_KINDS.iter().map(|word| (*word, *word)).collect();
    let visit = match source.word("kind", &words).unwrap_or(usual) {
        "inpatient" => {
            let end = source.text("end").unwrap_or_else(|| start.clone());
            Visit::inpatient(start, end)
        }
        "emergency" => Visit::emergency(start),
        "teleconsultation" => Visit::teleconsultation(start),
        "home" => Visit::home(start),
        _ => Visit::outpatient(start),
    };
    let visit = with(visit, source.text("end"), |visit, end| visit.until(end));
    let visit = with(visit, source.text("number"), Visit::number);
    let visit = source.concepts("reasons").into_iter().fold(visit, Visit::reason);
    with(visit, source.concept("dischargedTo"), Visit::discharged_to)
}

fn name(source: Source<'_>, field: &str) -> CodeableConcept {
    source.concept(field).unwrap_or_default()
}

pub(super) fn condition(source: Source<'_>) -> Condition {
    let statuses = [
        ("active", ClinicalStatus::Active),
        ("resolved", ClinicalStatus::Resolved),
        ("inactive", ClinicalStatus::Inactive),
    ];
    let condition = Condition::new(name(source, "name"));
    let condition = with(condition, source.word("status", &statuses), Condition::status);
    let condition = with(condition, source.text("since"), |c, date| c.since(date));
    with(condition, source.text("note"), Condition::note)
}

pub(super) fn allergy(source: Source<'_>) -> Allergy {
    let allergy = Allergy::to(name(source, "substance"));
    let allergy = with(allergy, source.text("reaction"), Allergy::reaction);
    let allergy = if source.flag("lifeThreatening") { allergy.life_threatening() } else { allergy };
    with(allergy, source.text("note"), Allergy::note)
}

pub(super) fn procedure(source: Source<'_>) -> Procedure {
    let procedure = Procedure::new(name(source, "name"));
    let procedure = with(procedure, source.text("on"), |p, date| p.on(date));
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

pub(super) fn medicine(source: Source<'_>) -> Medicine {
    let medicine = Medicine::new(name(source, "name"));
    let medicine = with(medicine, source.text("dose"), Medicine::dose);
    let medicine = with(medicine, source.text("timing"), |m, timing| m.timing(timing));
    let medicine = with(medicine, source.whole("days"), Medicine::days);
    let medicine = with(medicine, source.concept("route"), Medicine::route);
    let medicine = source.texts("instructions").into_iter().fold(medicine, Medicine::instruction);
    let medicine = with(medicine, source.concept("reason"), Medicine::reason);
    let medicine = with(medicine, source.text("orderedOn"), |m, date| m.ordered_on(date));
    with(medicine, source.text("note"), Medicine::note)
}

pub(super) fn follow_up(source: Source<'_>) -> FollowUp {
    with(FollowUp::on(source.needed("on")), source.text("reason"), FollowUp::reason)
}

/// Whether an observation says what was observed.
pub(super) fn observation_is_named(source: Source<'_>) -> bool {
    let is_pressure = source.has("systolic") && source.has("diastolic");
    is_pressure || (source.has("value") && (source.has("kind") || source.has("name")))
}

pub(super) fn observation(source: Source<'_>) -> Observation {
    let observation = observed(source);
    let observation = with(observation, source.number("low"), Observation::normal_from);
    let observation = with(observation, source.number("high"), Observation::normal_to);
    let meaning = source.word("interpretation", &Interpretation::WORDS);
    let observation = with(observation, meaning, Observation::interpretation);
    let observation = with(observation, source.text("at"), |o, at| o.at(at));
    with(observation, source.text("note"), Observation::note)
}

fn observed(source: Source<'_>) -> Observation {
    if let (Some(systolic), Some(diastolic)) =
        (source.number("systolic"), source.number("diastolic"))
    {
        return Observation::blood_pressure(systolic, diastolic);
    }
    let words: Vec<(&str, &str)> = VITAL_KINDS.iter().map(|word| (*word, *word)).collect();
    let unit = source.text("unit");
    if let Some(kind) = source.word("kind", &words) {
        // What is no number is reported by the builder, with its path.
        let value: Result<Decimal, String> =
            source.number("value").ok_or_else(|| source.needed("value"));
        let value = value.unwrap_or_else(|_| Decimal::from(0));
        return match kind {
            "temperature" => Observation::temperature(value, unit.as_deref().unwrap_or("°C")),
            "surface-temperature" => {
                Observation::surface_temperature(value, unit.as_deref().unwrap_or("°C"))
            }
            "pulse" => Observation::pulse(value),
            "respiratory-rate" => Observation::respiratory_rate(value),
            "oxygen-saturation" => Observation::oxygen_saturation(value),
            "weight" => Observation::weight(value),
            "height" => Observation::height(value),
            "body-mass-index" => Observation::body_mass_index(value),
            _ => Observation::steps(value),
        };
    }
    let name = name(source, "name");
    match source.raw("value") {
        Some(json @ Json::Object(_)) => Observation::coded(name, concept(json).unwrap_or_default()),
        // A text with a unit is a number; one without may be anything, such as a date.
        Some(Json::String(text)) => match unit {
            Some(unit) => Observation::measured(name, text.clone(), unit),
            None => Observation::text(name, text.clone()),
        },
        Some(Json::Number(number)) => {
            Observation::measured(name, number.as_str(), unit.unwrap_or_default())
        }
        _ => Observation::text(name, ""),
    }
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
    let words: Vec<(&str, &str)> = MODALITIES.iter().map(|word| (*word, *word)).collect();
    if let Some(modality) = source.word("modality", &words).and_then(Modality::from_code) {
        let report = ImagingReport::open(name, issued, modality, conclusion);
        let pictures = source.list("pictures", None).into_iter().map(document);
        let report = pictures.fold(report, ImagingReport::picture);
        let findings = source.list("findings", None).into_iter().map(observation);
        let report = findings.fold(report, ImagingReport::finding);
        let report = with(report, conclusion_code, ImagingReport::conclusion_code);
        return with(report, printed, ImagingReport::printed).into();
    }
    let report = LabReport::open(name, issued, conclusion);
    let results = source.list("results", None).into_iter().map(observation);
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
    let plan = match (source.text("from"), source.text("to")) {
        (Some(from), Some(to)) => plan.between(from, to),
        _ => plan,
    };
    with(plan, source.text("note"), CarePlan::note)
}

pub(super) fn vaccination(source: Source<'_>) -> Vaccination {
    let vaccination = Vaccination::new(name(source, "vaccine"), source.needed("date"));
    let vaccination = with(vaccination, source.text("brand"), Vaccination::brand);
    let vaccination = with(vaccination, source.whole("dose"), Vaccination::dose);
    let vaccination = with(vaccination, source.text("lot"), Vaccination::lot);
    let vaccination = with(vaccination, source.text("expires"), |v, date| v.expires(date));
    let vaccination = with(vaccination, source.text("manufacturer"), Vaccination::manufacturer);
    let vaccination = with(vaccination, source.concept("site"), Vaccination::site);
    let vaccination = with(vaccination, source.concept("route"), Vaccination::route);
    with(vaccination, source.text("note"), Vaccination::note)
}

pub(super) fn due(source: Source<'_>) -> VaccineDue {
    let due = VaccineDue::new(name(source, "vaccine"), source.needed("due"));
    let due = with(due, source.whole("dose"), VaccineDue::dose);
    with(due, source.text("description"), VaccineDue::description)
}

pub(super) fn bill(source: Source<'_>) -> Bill {
    let kind = source.word("kind", &BillKind::WORDS).unwrap_or(BillKind::Other);
    let bill = Bill::open(source.needed("number"), kind, source.needed("date").into());
    let bill = source.list("items", None).into_iter().map(bill_item).fold(bill, Bill::item);
    with(bill, source.text("note"), Bill::note)
}

fn bill_item(source: Source<'_>) -> BillItem {
    let kind = source.word("kind", &ChargeKind::WORDS).unwrap_or(ChargeKind::Other);
    let rate = source.number("rate").unwrap_or_else(|| Decimal::from(0));
    let item = BillItem::new(name(source, "product"), kind, rate);
    let quantity = source.number("quantity").unwrap_or_else(|| Decimal::from(1));
    let item = item.quantity(quantity, source.text("unit").unwrap_or_default());
    let item = with(item, source.number("mrp"), BillItem::mrp);
    let item = with(item, source.number("discount"), BillItem::discount);
    let item = with(item, source.number("gst"), BillItem::gst);
    with(item, source.text("on"), |item, date| item.on(date))
}
