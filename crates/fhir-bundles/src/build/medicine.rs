mod dosage;

pub use self::dosage::Dosage;
use super::{
    assembly::{Assembly, Fact},
    condition::notes,
    party::opaque_debug,
    span::Span,
    timing::Timing,
};
use crate::{
    codes::SNOMED_CT,
    language::{Language, Phrase},
    model::{
        self, CodeableConcept, DateTime, MedicationRequestDispenseRequest,
        MedicationRequestMedication, MedicationStatementEffective, MedicationStatementMedication,
        Reference,
    },
};

/// A medicine that is ordered: name, dose, timing.
///
/// The timing understands what Indian prescriptions say: `1-0-1`, `BD`, `TDS`, `HS`, `SOS`, "twice a
/// day". What it does not understand stays as the doctor's words.
///
/// ```
/// use fhir_bundles::build::{Dosage, Medicine};
///
/// let paracetamol = Medicine::new("Paracetamol 500 mg tablet")
///     .dose("1 tablet")
///     .timing("1-0-1")
///     .days(5)
///     .instruction("after food");
/// // Several dosages follow each other.
/// let prednisolone = Medicine::new("Prednisolone")
///     .dosage(Dosage::new().dose("40 mg").timing("OD").days(5))
///     .dosage(Dosage::new().dose("20 mg").timing("OD").days(5))
///     .quantity("30 tablets");
/// ```
#[derive(Clone)]
pub struct Medicine {
    name: CodeableConcept,
    /// The dosage that the medicine's own methods fill.
    dosage: Dosage,
    /// Further ones, each after the one before.
    dosages: Vec<Dosage>,
    status: MedicineStatus,
    status_reason: Option<CodeableConcept>,
    quantity: Option<String>,
    reason: Option<CodeableConcept>,
    authored_on: Option<DateTime>,
    note: Option<String>,
}

/// Whether a medicine is to be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum MedicineStatus {
    /// It is to be taken.
    #[default]
    Active,
    /// It has been taken to the end.
    Completed,
    /// It is to be taken no longer.
    Stopped,
    /// It is interrupted.
    OnHold,
}

impl MedicineStatus {
    /// The states by the words of plain records.
    pub(crate) const WORDS: [(&str, Self); 4] = [
        ("active", Self::Active),
        ("completed", Self::Completed),
        ("stopped", Self::Stopped),
        ("on-hold", Self::OnHold),
    ];

    /// The same code for orders and for statements.
    fn code(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Completed => "completed",
            Self::Stopped => "stopped",
            Self::OnHold => "on-hold",
        }
    }

    /// Whether a reason can stand beside it: why it is not to be taken.
    fn has_reason(self) -> bool {
        matches!(self, Self::Stopped | Self::OnHold)
    }

    /// For the narrative; nothing for what is simply to be taken.
    fn words(self, reason: Option<&CodeableConcept>, language: Language) -> String {
        let words = match self {
            Self::Active => "",
            Self::Completed => language.say(Phrase::Completed),
            Self::Stopped => language.say(Phrase::Stopped),
            Self::OnHold => language.say(Phrase::OnHold),
        };
        match reason.and_then(CodeableConcept::label) {
            Some(reason) => format!("{words}: {reason}"),
            None => words.to_owned(),
        }
    }
}

impl Medicine {
    /// A medicine, in words or with a SNOMED CT code.
    #[must_use]
    pub fn new(name: impl Into<CodeableConcept>) -> Self {
        Self {
            name: name.into(),
            dosage: Dosage::new(),
            dosages: Vec::new(),
            status: MedicineStatus::Active,
            status_reason: None,
            quantity: None,
            reason: None,
            authored_on: None,
            note: None,
        }
    }

    /// Adds how much at a time: `1 tablet`, `500 mg`, `10 ml`.
    #[must_use]
    pub fn dose(self, dose: impl Into<String>) -> Self {
        Self { dosage: self.dosage.dose(dose), ..self }
    }

    /// Adds how often: `1-0-1`, `BD`, `every 8 hours`, or a [`Timing`].
    #[must_use]
    pub fn timing(self, timing: impl Into<Timing>) -> Self {
        Self { dosage: self.dosage.timing(timing), ..self }
    }

    /// Adds for how many days.
    #[must_use]
    pub fn days(self, days: i32) -> Self {
        Self { dosage: self.dosage.days(days), ..self }
    }

    /// Adds for how long, where that is not counted in days.
    #[must_use]
    pub fn lasting(self, span: Span) -> Self {
        Self { dosage: self.dosage.lasting(span), ..self }
    }

    /// Adds the route, such as "Oral", in words or with a SNOMED CT code.
    #[must_use]
    pub fn route(self, route: impl Into<CodeableConcept>) -> Self {
        Self { dosage: self.dosage.route(route), ..self }
    }

    /// Adds an instruction, such as "after food".
    #[must_use]
    pub fn instruction(self, instruction: impl Into<String>) -> Self {
        Self { dosage: self.dosage.instruction(instruction), ..self }
    }

    /// Says that it is taken only when needed, and for what: "severe pain".
    #[must_use]
    pub fn as_needed_for(self, reason: impl Into<CodeableConcept>) -> Self {
        Self { dosage: self.dosage.as_needed_for(reason), ..self }
    }

    /// Says that it is taken only when needed.
    #[must_use]
    pub fn as_needed(self) -> Self {
        Self { dosage: self.dosage.as_needed(), ..self }
    }

    /// Adds a dosage after those before it, as when a dose is tapered.
    #[must_use]
    pub fn dosage(mut self, dosage: Dosage) -> Self {
        self.dosages.push(dosage);
        self
    }

    /// Says whether it is to be taken. It is, unless said.
    #[must_use]
    pub fn status(self, status: MedicineStatus) -> Self {
        Self { status, ..self }
    }

    /// Says why it was stopped or is on hold; beside another status a reason is a problem, since what
    /// it says cannot be told then.
    #[must_use]
    pub fn status_reason(self, reason: impl Into<CodeableConcept>) -> Self {
        Self { status_reason: Some(reason.into()), ..self }
    }

    /// Adds how much is to be given out: `15 tablets`.
    #[must_use]
    pub fn quantity(self, quantity: impl Into<String>) -> Self {
        Self { quantity: Some(quantity.into()), ..self }
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

    /// The dosages in their order, each with its words.
    fn all_dosages(&mut self, path: &str, assembly: &mut Assembly) -> Vec<model::Dosage> {
        let own = std::mem::take(&mut self.dosage);
        let further = std::mem::take(&mut self.dosages);
        if further.is_empty() {
            return vec![own.resource(path, assembly)];
        }
        let is_own = !own.is_empty();
        let own = is_own.then(|| own.resource(path, assembly));
        let mut dosages: Vec<model::Dosage> = own.into_iter().collect();
        for (place, dosage) in further.into_iter().enumerate() {
            dosages.push(dosage.resource(&format!("{path}.dosages[{place}]"), assembly));
        }
        if dosages.len() > 1 {
            for (dosage, sequence) in dosages.iter_mut().zip(1..) {
                dosage.sequence = Some(sequence);
            }
        }
        dosages
    }

    fn check(&self, path: &str, assembly: &mut Assembly) {
        assembly.check_name(path, &self.name, &[SNOMED_CT]);
        for (name, concept) in [("reason", &self.reason), ("statusReason", &self.status_reason)] {
            if let Some(concept) = concept {
                assembly.check_concept(&format!("{path}.{name}"), concept, &[SNOMED_CT]);
            }
        }
        if self.status_reason.is_some() && !self.status.has_reason() {
            assembly.reason_of_no_status(path, "stopped or on-hold");
        }
        if let Some(date) = &self.authored_on {
            assembly.check_past(&format!("{path}.orderedOn"), date);
        }
    }
}

impl<T: Into<CodeableConcept>> From<T> for Medicine {
    fn from(name: T) -> Self {
        Self::new(name)
    }
}

/// `40 mg, OD, 5 days; then 20 mg, OD, 5 days`
fn dosage_text(dosages: &[model::Dosage], language: Language) -> String {
    let texts = dosages.iter().filter_map(|dosage| dosage.text.as_deref());
    let told = texts.enumerate().map(|(place, text)| match place {
        0 => text.to_owned(),
        _ => language.fill(Phrase::ThenStep, &[text]),
    });
    told.collect::<Vec<_>>().join("; ")
}

impl Fact for Medicine {
    fn add_to(mut self, path: &str, assembly: &mut Assembly) -> Reference {
        self.check(path, assembly);
        let dosages = self.all_dosages(path, assembly);
        let label = self.name.label().unwrap_or_default().to_owned();
        let quantity = self.quantity.filter(|quantity| !quantity.trim().is_empty());
        // A quantity that is no number and unit stays in words.
        let (supply, in_words) = match quantity.as_deref().map(dosage::dose_quantity) {
            Some(Some(quantity)) => (Some(quantity), None),
            _ => (
                None,
                quantity
                    .clone()
                    .map(|words| format!("{}: {words}", assembly.language.say(Phrase::Quantity))),
            ),
        };
        let status = self.status.words(self.status_reason.as_ref(), assembly.language);
        let text = assembly
            .story()
            .row(Phrase::Medicine, &label)
            .row(Phrase::Status, &status)
            .row(Phrase::Dosage, &dosage_text(&dosages, assembly.language))
            .row(Phrase::Amount, quantity.as_deref().unwrap_or_default())
            .row(
                Phrase::Reason,
                self.reason.as_ref().and_then(CodeableConcept::label).unwrap_or_default(),
            )
            .row(Phrase::Note, self.note.as_deref().unwrap_or_default());
        let slot = assembly.slot("MedicationRequest");
        let request = model::MedicationRequest {
            id: Some(slot.id),
            meta: Some(slot.meta),
            language: Some(slot.language),
            text: Some(text.narrative()),
            status: Some(self.status.code().to_owned()),
            status_reason: self.status_reason,
            intent: Some("order".to_owned()),
            medication: Some(MedicationRequestMedication::CodeableConcept(self.name)),
            subject: Some(assembly.patient.clone()),
            encounter: assembly.encounter.clone(),
            authored_on: Some(self.authored_on.unwrap_or_else(|| assembly.date.clone())),
            requester: Some(assembly.practitioner.clone()),
            reason_code: self.reason.into_iter().collect(),
            note: notes(self.note).into_iter().chain(notes(in_words)).collect(),
            dosage_instruction: dosages,
            dispense_request: supply.map(|quantity| MedicationRequestDispenseRequest {
                quantity: Some(quantity),
                ..MedicationRequestDispenseRequest::default()
            }),
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
        let Self(mut medicine) = self;
        medicine.check(path, assembly);
        let dosages = medicine.all_dosages(path, assembly);
        let label = medicine.name.label().unwrap_or_default().to_owned();
        let quantity = medicine.quantity.filter(|quantity| !quantity.trim().is_empty());
        let quantity =
            quantity.map(|words| format!("{}: {words}", assembly.language.say(Phrase::Quantity)));
        let status = medicine.status.words(medicine.status_reason.as_ref(), assembly.language);
        let text = assembly
            .story()
            .row(Phrase::Medicine, &label)
            .row(Phrase::Status, &status)
            .row(Phrase::Dosage, &dosage_text(&dosages, assembly.language))
            .row(Phrase::Note, medicine.note.as_deref().unwrap_or_default())
            .row(Phrase::Note, quantity.as_deref().unwrap_or_default());
        let slot = assembly.slot("MedicationStatement");
        let statement = model::MedicationStatement {
            id: Some(slot.id),
            meta: Some(slot.meta),
            language: Some(slot.language),
            text: Some(text.narrative()),
            status: Some(medicine.status.code().to_owned()),
            status_reason: medicine.status_reason.into_iter().collect(),
            medication: Some(MedicationStatementMedication::CodeableConcept(medicine.name)),
            subject: Some(assembly.patient.clone()),
            context: assembly.encounter.clone(),
            effective: medicine.authored_on.map(MedicationStatementEffective::DateTime),
            date_asserted: Some(assembly.date.clone()),
            reason_code: medicine.reason.into_iter().collect(),
            note: notes(medicine.note).into_iter().chain(notes(quantity)).collect(),
            dosage: dosages,
            ..model::MedicationStatement::default()
        };
        assembly.add(statement, &label)
    }
}

opaque_debug!(Medicine, CurrentMedicine);
