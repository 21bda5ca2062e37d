use super::{assembly::Assembly, party::opaque_debug};
use crate::{
    codes::{V2_0203, V3_ACT_CODE},
    language::Phrase,
    model::{
        self, CodeableConcept, Coding, DateTime, EncounterParticipant, Identifier, Period,
        Reference,
    },
    words::visit_class,
};

/// The visit or stay during which the record was made: FHIR's encounter.
///
/// ```
/// use fhir_bundles::build::Visit;
///
/// let visit = Visit::outpatient("2026-03-01T10:30:00+05:30").number("OPD-2026-1187");
/// ```
#[derive(Clone)]
pub struct Visit {
    class: (&'static str, &'static str),
    start: DateTime,
    end: Option<DateTime>,
    number: Option<String>,
    reasons: Vec<CodeableConcept>,
    discharge: Option<CodeableConcept>,
}

impl Visit {
    fn of(class: (&'static str, &'static str), start: impl Into<DateTime>) -> Self {
        Self {
            class,
            start: start.into(),
            end: None,
            number: None,
            reasons: Vec::new(),
            discharge: None,
        }
    }

    /// A visit to the out-patient department.
    #[must_use]
    pub fn outpatient(start: impl Into<DateTime>) -> Self {
        Self::of(("AMB", "ambulatory"), start)
    }

    /// A stay in hospital, from admission to discharge.
    #[must_use]
    pub fn inpatient(admitted: impl Into<DateTime>, discharged: impl Into<DateTime>) -> Self {
        Self::of(("IMP", "inpatient encounter"), admitted).until(discharged)
    }

    /// A stay in hospital of which the end is not known, or not there yet.
    #[must_use]
    pub fn admitted(admitted: impl Into<DateTime>) -> Self {
        Self::of(("IMP", "inpatient encounter"), admitted)
    }

    /// A visit to the emergency department.
    #[must_use]
    pub fn emergency(start: impl Into<DateTime>) -> Self {
        Self::of(("EMER", "emergency"), start)
    }

    /// A consultation by telephone or video.
    #[must_use]
    pub fn teleconsultation(start: impl Into<DateTime>) -> Self {
        Self::of(("VR", "virtual"), start)
    }

    /// A visit to the patient's home.
    #[must_use]
    pub fn home(start: impl Into<DateTime>) -> Self {
        Self::of(("HH", "home health"), start)
    }

    /// Adds the end.
    #[must_use]
    pub fn until(self, end: impl Into<DateTime>) -> Self {
        Self { end: Some(end.into()), ..self }
    }

    /// Adds the facility's number of the visit.
    #[must_use]
    pub fn number(self, number: impl Into<String>) -> Self {
        Self { number: Some(number.into()), ..self }
    }

    /// Adds a reason, in words or with a SNOMED CT code.
    #[must_use]
    pub fn reason(mut self, reason: impl Into<CodeableConcept>) -> Self {
        self.reasons.push(reason.into());
        self
    }

    /// Adds where the patient went on discharge, such as "Home".
    #[must_use]
    pub fn discharged_to(self, disposition: impl Into<CodeableConcept>) -> Self {
        Self { discharge: Some(disposition.into()), ..self }
    }

    pub(super) fn last_moment(&self) -> &DateTime {
        self.end.as_ref().unwrap_or(&self.start)
    }

    pub(super) fn add_to(self, namespace: &str, assembly: &mut Assembly) -> Reference {
        assembly.check_date_time("visit.start", &self.start);
        if let Some(end) = &self.end {
            assembly.check_date_time("visit.end", end);
            assembly.check_order(&self.start, "visit.end", end, "the start");
        }
        for (place, reason) in self.reasons.iter().enumerate() {
            let path = format!("visit.reasons[{place}]");
            assembly.check_concept(&path, reason, &[crate::codes::SNOMED_CT]);
        }
        let (code, display) = self.class;
        // A stay without an end may go on; nobody has said that it is finished.
        let status = if code == "IMP" && self.end.is_none() { "unknown" } else { "finished" };
        let reasons: Vec<_> = self.reasons.iter().filter_map(CodeableConcept::label).collect();
        let class = Coding::of(V3_ACT_CODE, code, display);
        let kind = visit_class(&class, assembly.language).unwrap_or_default();
        let text = assembly
            .story()
            .row(Phrase::Visit, &kind)
            .dated(Phrase::Date, self.start.as_str())
            .row(Phrase::Reason, &reasons.join(", "));
        let visit_number = Coding::of(V2_0203, "VN", "Visit number");
        let slot = assembly.slot("Encounter");
        let encounter = model::Encounter {
            id: Some(slot.id),
            meta: Some(slot.meta),
            language: Some(slot.language),
            text: Some(text.narrative()),
            identifier: self
                .number
                .map(|number| Identifier::typed(visit_number, number).in_system(namespace))
                .into_iter()
                .collect(),
            status: Some(status.to_owned()),
            class: Some(class),
            subject: Some(assembly.patient.clone()),
            participant: vec![EncounterParticipant {
                individual: Some(assembly.practitioner.clone()),
                ..EncounterParticipant::default()
            }],
            period: Some(Period { start: Some(self.start), end: self.end, ..Period::default() }),
            reason_code: self.reasons,
            hospitalization: self.discharge.map(|disposition| model::EncounterHospitalization {
                discharge_disposition: Some(disposition),
                ..model::EncounterHospitalization::default()
            }),
            service_provider: Some(assembly.organization.clone()),
            ..model::Encounter::default()
        };
        assembly.add(encounter, display)
    }
}

opaque_debug!(Visit);
