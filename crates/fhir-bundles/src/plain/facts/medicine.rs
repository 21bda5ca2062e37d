//! Medicines and vaccinations.

use super::{
    super::{
        form::is_words,
        source::Source,
        words::{MEDICINE_STATUSES, VACCINATION_STATUSES},
    },
    name, status_reason, with,
};
use crate::{
    build::{Dosage, Medicine, MedicineStatus, Span, Vaccination, VaccineDue},
    model::CodeableConcept,
};

pub(in crate::plain) fn medicine(source: Source<'_>) -> Medicine {
    let medicine = Medicine::new(name(source, "name"));
    let medicine = with(medicine, source.text("dose"), Medicine::dose);
    let medicine = with(medicine, source.text("timing"), |m, timing| m.timing(timing));
    let medicine = with(medicine, source.span("days"), Medicine::lasting);
    let medicine = with(medicine, source.concept("route"), Medicine::route);
    let medicine = source.texts("instructions").into_iter().fold(medicine, Medicine::instruction);
    let medicine = match need(source) {
        Need::Always => medicine,
        Need::Unsaid => medicine.as_needed(),
        Need::For(reason) => medicine.as_needed_for(reason),
    };
    let dosages = source.list("dosages", Some("timing")).into_iter().map(dosage);
    let medicine = dosages.fold(medicine, Medicine::dosage);
    let status = source.meant("status", &MEDICINE_STATUSES, &MedicineStatus::WORDS);
    let medicine = with(medicine, status, Medicine::status);
    let reason = status_reason(source, status.is_some());
    let medicine = with(medicine, reason, Medicine::status_reason);
    let medicine = with(medicine, source.text("quantity"), Medicine::quantity);
    let medicine = with(medicine, source.concept("reason"), Medicine::reason);
    let medicine = with(medicine, source.text("orderedOn"), |m, date| m.ordered_on(date));
    with(medicine, source.text("note"), Medicine::note)
}

fn dosage(source: Source<'_>) -> Dosage {
    let dosage = with(Dosage::new(), source.text("dose"), Dosage::dose);
    let dosage = with(dosage, source.text("timing"), |d, timing| d.timing(timing));
    let dosage = with(dosage, source.span("days"), Dosage::lasting);
    let dosage = with(dosage, source.concept("route"), Dosage::route);
    let dosage = source.texts("instructions").into_iter().fold(dosage, Dosage::instruction);
    match need(source) {
        Need::Always => dosage,
        Need::Unsaid => dosage.as_needed(),
        Need::For(reason) => dosage.as_needed_for(reason),
    }
}

/// Whether it is taken only when needed.
enum Need {
    Always,
    Unsaid,
    For(CodeableConcept),
}

fn need(source: Source<'_>) -> Need {
    match (source.flag("asNeeded"), source.concept("asNeeded")) {
        (Some(true), _) => Need::Unsaid,
        (None, Some(reason)) => Need::For(reason),
        (Some(false), _) | (None, None) => Need::Always,
    }
}

/// Fields of a medicine that belong to a dosage where several are given.
pub(in crate::plain) const OF_A_DOSAGE: [&str; 6] =
    ["dose", "timing", "days", "route", "instructions", "asNeeded"];

pub(in crate::plain) fn vaccination(source: Source<'_>) -> Vaccination {
    let vaccination = Vaccination::new(name(source, "vaccine"), source.needed("date"));
    let vaccination = match source.word("status", &VACCINATION_STATUSES) {
        Some("not-given") => vaccination.not_given(),
        _ => vaccination,
    };
    let reason = source.concept("notGivenReason");
    let vaccination = with(vaccination, reason, Vaccination::not_given_because);
    let vaccination = with(vaccination, source.text("brand"), Vaccination::brand);
    let vaccination = match (series_number(source), source.text("dose")) {
        (Some(number), _) => vaccination.dose(number),
        (None, words) => with(vaccination, words, Vaccination::dose_words),
    };
    let vaccination = with(vaccination, source.text("lot"), Vaccination::lot);
    let vaccination = with(vaccination, source.text("expires"), |v, date| v.expires(date));
    let vaccination = with(vaccination, source.text("manufacturer"), Vaccination::manufacturer);
    let vaccination = with(vaccination, source.concept("site"), Vaccination::site);
    let vaccination = with(vaccination, source.concept("route"), Vaccination::route);
    with(vaccination, source.text("note"), Vaccination::note)
}

/// The dose's number; the zero dose, given at birth, is one by name only.
fn series_number(source: Source<'_>) -> Option<i32> {
    source.whole("dose").filter(|number| *number > 0)
}

pub(in crate::plain) fn due(source: Source<'_>) -> VaccineDue {
    let (vaccine, when) = (name(source, "vaccine"), source.needed("due"));
    let due = match Span::parse(&when).filter(|_| is_words(&when)) {
        Some(span) => VaccineDue::after(vaccine, span, when),
        None => VaccineDue::new(vaccine, when),
    };
    let due = match (series_number(source), source.text("dose")) {
        (Some(number), _) => due.dose(number),
        (None, words) => with(due, words, VaccineDue::dose_words),
    };
    with(due, source.text("description"), VaccineDue::description)
}
