use super::super::{
    assembly::{Assembly, Fact},
    party::opaque_debug,
};
use crate::{
    codes::SNOMED_CT,
    language::Phrase,
    model::{
        self, CodeableConcept, DateTime, Reference, SpecimenCollection, SpecimenCollectionCollected,
    },
};

/// What was examined in the laboratory.
#[derive(Clone)]
pub struct Specimen {
    kind: CodeableConcept,
    received: DateTime,
    collected: Option<DateTime>,
}

impl Specimen {
    /// A specimen, in words or with a SNOMED CT code, and when the laboratory received it.
    #[must_use]
    pub fn new(kind: impl Into<CodeableConcept>, received: impl Into<DateTime>) -> Self {
        Self { kind: kind.into(), received: received.into(), collected: None }
    }

    /// Adds when it was taken.
    #[must_use]
    pub fn collected(self, collected: impl Into<DateTime>) -> Self {
        Self { collected: Some(collected.into()), ..self }
    }
}

impl Fact for Specimen {
    fn add_to(self, path: &str, assembly: &mut Assembly) -> Reference {
        assembly.check_concept(path, &self.kind, &[SNOMED_CT]);
        assembly.check_date_time(&format!("{path}.received"), &self.received);
        if let Some(collected) = &self.collected {
            assembly.check_date_time(&format!("{path}.collected"), collected);
            let what = "the specimen was collected";
            assembly.check_order(collected, &format!("{path}.received"), &self.received, what);
        }
        let label = self.kind.label().unwrap_or_default().to_owned();
        let text =
            assembly.story().row(Phrase::Test, &label).dated(Phrase::Date, self.received.as_str());
        let slot = assembly.slot("Specimen");
        let specimen = model::Specimen {
            id: Some(slot.id),
            meta: Some(slot.meta),
            language: Some(slot.language),
            text: Some(text.narrative()),
            r#type: Some(self.kind),
            subject: Some(assembly.patient.clone()),
            received_time: Some(self.received),
            collection: self.collected.map(|collected| SpecimenCollection {
                collected: Some(SpecimenCollectionCollected::DateTime(collected)),
                ..SpecimenCollection::default()
            }),
            ..model::Specimen::default()
        };
        assembly.add(specimen, &label)
    }
}

opaque_debug!(Specimen);
