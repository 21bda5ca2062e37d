use super::{
    assembly::{Assembly, Fact},
    condition::notes,
    party::opaque_debug,
    timing::Timing,
};
use crate::{
    codes::{SNOMED_CT, UCUM, ucum_code},
    language::Label,
    model::{
        self, CodeableConcept, DateTime, Decimal, Dosage, DosageAsNeeded, DosageDoseAndRate,
        DosageDoseAndRateDose, MedicationRequestMedication, MedicationStatementEffective,
        MedicationStatementMedication, Quantity, Reference,
    },
};

/// A medicine that is ordered: name, dose, timing.
///
/// The timing understands what Indian prescriptions say: `1-0-1`, `BD`, `TDS`, `HS`, `SOS`, "twice a
/// day". What it does not understand stays as the doctor's words.
///
/// ```
/// use fhir_bundles::build::Medicine;
///
/// let paracetamol = Medicine::new("Paracetamol 500 mg tablet")
///     .dose("1 tablet")
///     .timing("1-0-1")
///     .days(5)
///     .instruction("after food");
/// ```
#[derive(Clone)]
pub struct Medicine {
    name: CodeableConcept,
    dose: Option<String>,
    timing: Option<Timing>,
    days: Option<i32>,
    route: Option<CodeableConcept>,
    instructions: Vec<String>,
    reason: Option<CodeableConcept>,
    authored_on: Option<DateTime>,
    note: Option<String>,
}

impl Medicine {
    /// A medicine, in words or with a SNOMED CT code.
    #[must_use]
    pub fn new(name: impl Into<CodeableConcept>) -> Self {
        Self {
            name: name.into(),
            dose: None,
            timing: None,
            days: None,
            route: None,
            instructions: Vec::new(),
            reason: None,
            authored_on: None,
            note: None,
        }
    }

    /// Adds how much at a time: `1 tablet`, `500 mg`, `10 ml`.
    #[must_use]
    pub fn dose(self, dose: impl Into<String>) -> Self {
        Self { dose: Some(dose.into()), ..self }
    }

    /// Adds how often: `1-0-1`, `BD`, `every 8 hours`, or a [`Timing`].
    #[must_use]
    pub fn timing(self, timing: impl Into<Timing>) -> Self {
        Self { timing: Some(timing.into()), ..self }
    }

    /// Adds for how many days.
    #[must_use]
    pub fn days(self, days: i32) -> Self {
        Self { days: Some(days), ..self }
    }

    /// Adds the route, such as "Oral", in words or with a SNOMED CT code.
    #[must_use]
    pub fn route(self, route: impl Into<CodeableConcept>) -> Self {
        Self { route: Some(route.into()), ..self }
    }

    /// Adds an instruction, such as "after food".
    #[must_use]
    pub fn instruction(mut self, instruction: impl Into<String>) -> Self {
        self.instructions.push(instruction.into());
        self
    }

    /// Adds what it is for.
    #[must_use]
    pub fn reason(self, reason: impl Into<CodeableConcept>) -> Self {
        Self { reason: Some(reason.into()), ..self }
    }

    /// Adds when it was ordered; the document's date unless said.
    #[must_use]
    pub fn ordered_on(self, date: impl Into<DateTime>) -> Self {
        Self { authored_on: Some(date.into()), ..self }
    }

    /// Adds a remark for the pharmacist or patient.
    #[must_use]
    pub fn note(self, note: impl Into<String>) -> Self {
        Self { note: Some(note.into()), ..self }
    }

    /// The dosage, with its words: "1 tablet, 1-0-1, 5 days, after food".
    fn dosage(&self, path: &str, assembly: &mut Assembly) -> Dosage {
        if self.days.is_some_and(|days| days < 1) {
            assembly.problem(&format!("{path}.days"), "is not positive", "give one day or more");
        }
        if let Some(route) = &self.route {
            assembly.check_concept(&format!("{path}.route"), route, &[SNOMED_CT]);
        }
        let words: Vec<String> = self
            .dose
            .iter()
            .cloned()
            .chain(self.timing.as_ref().map(|timing| timing.text().to_owned()))
            .chain(
                self.days.map(|days| format!("{days} {}", if days == 1 { "day" } else { "days" })),
            )
            .chain(self.instructions.iter().cloned())
            .filter(|words| !words.trim().is_empty())
            .collect();
        let text = if words.is_empty() { "As directed".to_owned() } else { words.join(", ") };
        let as_needed = self.timing.as_ref().is_some_and(Timing::is_as_needed);
        let timing = match &self.timing {
            Some(timing) => Some(timing.to_fhir(self.days)),
            None => self.days.map(|days| Timing::text_only("").to_fhir(Some(days))),
        };
        Dosage {
            text: Some(text),
            additional_instruction: self
                .instructions
                .iter()
                .filter(|instruction| !instruction.trim().is_empty())
                .map(CodeableConcept::text)
                .collect(),
            timing: timing.filter(|timing| *timing != model::Timing::default()),
            as_needed: as_needed.then_some(DosageAsNeeded::Boolean(true)),
            route: self.route.clone(),
            dose_and_rate: self
                .dose
                .as_deref()
                .and_then(dose_quantity)
                .map(|quantity| DosageDoseAndRate {
                    dose: Some(DosageDoseAndRateDose::Quantity(quantity)),
                    ..DosageDoseAndRate::default()
                })
                .into_iter()
                .collect(),
            ..Dosage::default()
        }
    }

    fn check(&self, path: &str, assembly: &mut Assembly) {
        assembly.check_concept(path, &self.name, &[SNOMED_CT]);
        if let Some(reason) = &self.reason {
            assembly.check_concept(&format!("{path}.reason"), reason, &[SNOMED_CT]);
        }
        if let Some(date) = &self.authored_on {
            assembly.check_date_time(&format!("{path}.orderedOn"), date);
        }
    }
}

impl<T: Into<CodeableConcept>> From<T> for Medicine {
    fn from(name: T) -> Self {
        Self::new(name)
    }
}

impl Fact for Medicine {
    fn add_to(self, path: &str, assembly: &mut Assembly) -> Reference {
        self.check(path, assembly);
        let dosage = self.dosage(path, assembly);
        let label = self.name.label().unwrap_or_default().to_owned();
        let text = assembly
            .story()
            .row(Label::Medicine, &label)
            .row(Label::Dosage, dosage.text.as_deref().unwrap_or_default())
            .row(
                Label::Reason,
                self.reason.as_ref().and_then(CodeableConcept::label).unwrap_or_default(),
            )
            .row(Label::Note, self.note.as_deref().unwrap_or_default());
        let slot = assembly.slot("MedicationRequest");
        let request = model::MedicationRequest {
            id: Some(slot.id),
            meta: Some(slot.meta),
            language: Some(slot.language),
            text: Some(text.narrative()),
            status: Some("active".to_owned()),
            intent: Some("order".to_owned()),
            medication: Some(MedicationRequestMedication::CodeableConcept(self.name)),
            subject: Some(assembly.patient.clone()),
            encounter: assembly.encounter.clone(),
            authored_on: Some(self.authored_on.unwrap_or_else(|| assembly.date.clone())),
            requester: Some(assembly.practitioner.clone()),
            reason_code: self.reason.into_iter().collect(),
            note: notes(self.note),
            dosage_instruction: vec![dosage],
            ..model::MedicationRequest::default()
        };
        assembly.add(request, &label)
    }
}

/// A medicine that the patient takes already, not ordered in this record.
///
/// Made from a [`Medicine`]:
///
/// ```
/// use fhir_bundles::build::{CurrentMedicine, Medicine};
///
/// let habit = CurrentMedicine::from(Medicine::new("Metformin 500 mg").timing("BD"));
/// ```
#[derive(Clone)]
pub struct CurrentMedicine(Medicine);

impl<T: Into<Medicine>> From<T> for CurrentMedicine {
    fn from(medicine: T) -> Self {
        Self(medicine.into())
    }
}

impl Fact for CurrentMedicine {
    fn add_to(self, path: &str, assembly: &mut Assembly) -> Reference {
        let Self(medicine) = self;
        medicine.check(path, assembly);
        let dosage = medicine.dosage(path, assembly);
        let label = medicine.name.label().unwrap_or_default().to_owned();
        let text = assembly
            .story()
            .row(Label::Medicine, &label)
            .row(Label::Dosage, dosage.text.as_deref().unwrap_or_default())
            .row(Label::Note, medicine.note.as_deref().unwrap_or_default());
        let slot = assembly.slot("MedicationStatement");
        let statement = model::MedicationStatement {
            id: Some(slot.id),
            meta: Some(slot.meta),
            language: Some(slot.language),
            text: Some(text.narrative()),
            status: Some("active".to_owned()),
            medication: Some(MedicationStatementMedication::CodeableConcept(medicine.name)),
            subject: Some(assembly.patient.clone()),
            context: assembly.encounter.clone(),
            effective: medicine.authored_on.map(MedicationStatementEffective::DateTime),
            date_asserted: Some(assembly.date.clone()),
            reason_code: medicine.reason.into_iter().collect(),
            note: notes(medicine.note),
            dosage: vec![dosage],
            ..model::MedicationStatement::default()
        };
        assembly.add(statement, &label)
    }
}

/// `1 tablet`, `0.5 ml`, `500mg`: a number and what follows.
fn dose_quantity(dose: &str) -> Option<Quantity> {
    let dose = dose.trim();
    let end = dose.find(|c: char| !(c.is_ascii_digit() || c == '.')).unwrap_or(dose.len());
    let (value, unit) = dose.split_at_checked(end)?;
    let value: Decimal = value.parse().ok()?;
    let unit = unit.trim();
    // "1-2 tablets" and "1/2 tablet" are not one number.
    if unit.starts_with(|c: char| !(c.is_alphabetic() || matches!(c, '%' | '°' | '['))) {
        return None;
    }
    let code = ucum_code(unit);
    Some(Quantity {
        value: Some(value),
        unit: Some(unit.to_owned()).filter(|unit| !unit.is_empty()),
        system: code.map(|_| UCUM.to_owned()),
        code: code.map(str::to_owned),
        ..Quantity::default()
    })
}

opaque_debug!(Medicine, CurrentMedicine);
