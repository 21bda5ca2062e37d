//! The seven record types beside the OP consultation, and what they share.

mod diagnostic_report;
mod discharge_summary;
mod health_document_record;
mod immunization_record;
mod invoice_record;
mod prescription;
mod wellness_record;

pub use self::{
    diagnostic_report::DiagnosticReport, discharge_summary::DischargeSummary,
    health_document_record::HealthDocumentRecord, immunization_record::ImmunizationRecord,
    invoice_record::InvoiceRecord, prescription::Prescription, wellness_record::WellnessRecord,
};
use super::{assembly::Assembly, frame::section};
use crate::{
    codes::{SectionDefinition, snomed},
    model::{CodeableConcept, CompositionSection, Reference},
};

/// Entries whose profile tells them apart by `Reference.type`.
fn typed(type_: &str, mut entries: Vec<Reference>) -> Vec<Reference> {
    for entry in &mut entries {
        entry.r#type = Some(type_.to_owned());
    }
    entries
}

/// The one section of a record that has one.
fn single(
    title: &'static str,
    code: Option<(&str, &str)>,
    entries: Vec<Reference>,
    assembly: &mut Assembly,
) -> Vec<CompositionSection> {
    if entries.is_empty() {
        assembly.problem("entries", "are missing", "add at least one fact or file");
    }
    let lines = entries.iter().filter_map(|entry| entry.display.as_deref());
    let text = assembly.story().list(lines).narrative();
    let concept = code.map(|(code, display)| CodeableConcept {
        coding: vec![snomed(code, display)],
        ..CodeableConcept::default()
    });
    vec![CompositionSection {
        title: Some(title.to_owned()),
        code: concept,
        text: Some(text),
        entry: entries,
        ..CompositionSection::default()
    }]
}

/// The sections that have entries, in the order of the guide.
fn named(
    parts: Vec<(SectionDefinition, Vec<Reference>)>,
    assembly: &mut Assembly,
) -> Vec<CompositionSection> {
    let sections: Vec<_> = parts
        .into_iter()
        .filter_map(|(definition, entries)| section(definition, entries, assembly))
        .collect();
    if sections.is_empty() {
        assembly.problem("sections", "are missing", "add at least one fact");
    }
    sections
}
