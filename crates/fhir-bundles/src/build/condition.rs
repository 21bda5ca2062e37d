use super::{
    absence::{NoAllergy, no_allergy},
    assembly::{Assembly, Fact, add_all},
    party::opaque_debug,
};
use crate::{
    codes::{ALLERGY_CLINICAL, ALLERGY_VERIFICATION, CONDITION_CLINICAL, ICD_10, SNOMED_CT},
    language::Phrase,
    model::{
        self, Annotation, CodeableConcept, Coding, ConditionOnset, DateTime,
        FamilyMemberHistoryCondition, Reference,
    },
};

/// A complaint, symptom or illness.
///
/// In words, or with a SNOMED CT or ICD-10 code:
///
/// ```
/// use fhir_bundles::{build::Condition, codes};
///
/// let complaint = Condition::new("Fever for three days");
/// let diagnosis = Condition::new(codes::snomed("38341003", "Hypertensive disorder"))
///     .since("2019")
///     .note("on treatment");
/// ```
#[derive(Clone)]
pub struct Condition {
    code: CodeableConcept,
    status: ClinicalStatus,
    onset: Option<When>,
    note: Option<String>,
}

/// When something began or was done: a date as far as it is known, or words.
#[derive(Clone)]
pub(super) enum When {
    Date(DateTime),
    Words(String),
}

impl When {
    pub(super) fn text(&self) -> &str {
        match self {
            Self::Date(date) => date.as_str(),
            Self::Words(words) => words,
        }
    }

    pub(super) fn check(&self, path: &str, assembly: &mut Assembly) {
        match self {
            Self::Date(date) => assembly.check_past(path, date),
            Self::Words(words) => assembly.required(path, words),
        }
    }
}

/// Whether a condition or an allergy still matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum ClinicalStatus {
    /// The patient has it.
    #[default]
    Active,
    /// The patient had it.
    Resolved,
    /// It is there and gives no trouble now.
    Inactive,
}

impl ClinicalStatus {
    fn code(self) -> (&'static str, &'static str) {
        match self {
            Self::Active => ("active", "Active"),
            Self::Resolved => ("resolved", "Resolved"),
            Self::Inactive => ("inactive", "Inactive"),
        }
    }
}

impl Condition {
    /// A condition, in words or with a code.
    #[must_use]
    pub fn new(code: impl Into<CodeableConcept>) -> Self {
        Self { code: code.into(), status: ClinicalStatus::Active, onset: None, note: None }
    }

    /// Says whether it is active, resolved or inactive. Active unless said.
    #[must_use]
    pub fn status(self, status: ClinicalStatus) -> Self {
        Self { status, ..self }
    }

    /// Adds since when, as far as it is known.
    #[must_use]
    pub fn since(self, onset: impl Into<DateTime>) -> Self {
        Self { onset: Some(When::Date(onset.into())), ..self }
    }

    /// Adds since when in words, where no date is known: "3 days", "childhood".
    #[must_use]
    pub fn since_words(self, onset: impl Into<String>) -> Self {
        Self { onset: Some(When::Words(onset.into())), ..self }
    }

    /// Adds a remark.
    #[must_use]
    pub fn note(self, note: impl Into<String>) -> Self {
        Self { note: Some(note.into()), ..self }
    }
}

impl<T: Into<CodeableConcept>> From<T> for Condition {
    fn from(code: T) -> Self {
        Self::new(code)
    }
}

impl Fact for Condition {
    fn add_to(self, path: &str, assembly: &mut Assembly) -> Reference {
        assembly.check_name(path, &self.code, &[SNOMED_CT, ICD_10]);
        if let Some(onset) = &self.onset {
            onset.check(&format!("{path}.since"), assembly);
        }
        let label = self.code.label().unwrap_or_default().to_owned();
        let (code, display) = self.status.code();
        let text = assembly
            .story()
            .row(Phrase::Condition, &label)
            .dated(Phrase::Date, self.onset.as_ref().map_or("", When::text))
            .coded(Phrase::Status, code)
            .row(Phrase::Note, self.note.as_deref().unwrap_or_default());
        let slot = assembly.slot("Condition");
        let condition = model::Condition {
            id: Some(slot.id),
            meta: Some(slot.meta),
            language: Some(slot.language),
            text: Some(text.narrative()),
            clinical_status: Some(Coding::of(CONDITION_CLINICAL, code, display).into()),
            code: Some(self.code),
            subject: Some(assembly.patient.clone()),
            encounter: assembly.encounter.clone(),
            onset: self.onset.map(|onset| match onset {
                When::Date(date) => ConditionOnset::DateTime(date),
                When::Words(words) => ConditionOnset::String(words),
            }),
            recorded_date: Some(assembly.date.clone()),
            note: notes(self.note),
            ..model::Condition::default()
        };
        assembly.add(condition, &label)
    }
}

/// An allergy or intolerance.
#[derive(Clone)]
pub struct Allergy {
    substance: CodeableConcept,
    reaction: Option<String>,
    criticality: Option<&'static str>,
    note: Option<String>,
}

impl Allergy {
    /// An active, confirmed allergy to a substance, in words or with a SNOMED CT code.
    ///
    /// Words that say that there is none are written as that, with the SNOMED CT code of FHIR's own
    /// example: "Nil" and "NKA" as no known allergy, "NKDA" as no known drug allergy. They are a
    /// problem beside an allergy or a reaction, and so are words from which it cannot be told
    /// ("unknown", "NA").
    #[must_use]
    pub fn to(substance: impl Into<CodeableConcept>) -> Self {
        Self { substance: substance.into(), reaction: None, criticality: None, note: None }
    }

    /// Adds what happens, such as "Urticaria".
    #[must_use]
    pub fn reaction(self, reaction: impl Into<String>) -> Self {
        Self { reaction: Some(reaction.into()), ..self }
    }

    /// Marks the allergy as one that can kill.
    #[must_use]
    pub fn life_threatening(self) -> Self {
        Self { criticality: Some("high"), ..self }
    }

    /// Adds a remark.
    #[must_use]
    pub fn note(self, note: impl Into<String>) -> Self {
        Self { note: Some(note.into()), ..self }
    }
}

/// Adds the allergies, among which one that says that there is none cannot stand.
pub(super) fn add_allergies(allergies: Vec<Allergy>, assembly: &mut Assembly) -> Vec<Reference> {
    let said: Vec<_> = allergies.iter().map(|one| no_allergy(&one.substance)).collect();
    let has_one = said.iter().any(Option::is_none);
    for (place, said) in said.iter().enumerate() {
        if has_one && matches!(said, Some(NoAllergy::Any(_))) {
            let help = "leave one of them out";
            let path = format!("allergies[{place}]");
            assembly.problem(&path, "says that there is no allergy, beside one", help);
        }
    }
    add_all(allergies, "allergies", assembly)
}

impl<T: Into<CodeableConcept>> From<T> for Allergy {
    fn from(substance: T) -> Self {
        Self::to(substance)
    }
}

impl Allergy {
    /// The substance; or the code for none, with the caller's words.
    fn checked_substance(&self, path: &str, assembly: &mut Assembly) -> CodeableConcept {
        assembly.check_concept(path, &self.substance, &[SNOMED_CT]);
        let words = self.substance.label().unwrap_or_default().trim();
        let coding = match no_allergy(&self.substance) {
            // An empty name is told already.
            Some(NoAllergy::Untold) if !words.is_empty() => {
                let help = "name the substance, or write \"No known allergies\"; leave it out where \
                            nobody asked";
                assembly.problem(path, "does not say whether there is an allergy", help);
                None
            }
            Some(NoAllergy::Any(coding) | NoAllergy::OfAKind(coding)) => Some(coding),
            Some(NoAllergy::Untold) | None => None,
        };
        let Some(coding) = coding else { return self.substance.clone() };
        if self.reaction.is_some() || self.criticality.is_some() {
            let help = "name the substance, or leave the reaction out";
            assembly.problem(path, "says that there is no allergy, beside a reaction", help);
        }
        let display = coding.display.clone().unwrap_or_default();
        let is_plain = words.to_lowercase().starts_with("no ");
        let text = if is_plain { words.to_owned() } else { format!("{display} ({words})") };
        CodeableConcept { text: Some(text), ..CodeableConcept::coded(coding) }
    }
}

impl Fact for Allergy {
    fn add_to(self, path: &str, assembly: &mut Assembly) -> Reference {
        let substance = self.checked_substance(path, assembly);
        let label = substance.label().unwrap_or_default().to_owned();
        let text = assembly
            .story()
            .row(Phrase::Allergy, &label)
            .row(Phrase::Result, self.reaction.as_deref().unwrap_or_default())
            .row(Phrase::Note, self.note.as_deref().unwrap_or_default());
        let slot = assembly.slot("AllergyIntolerance");
        let allergy = model::AllergyIntolerance {
            id: Some(slot.id),
            meta: Some(slot.meta),
            language: Some(slot.language),
            text: Some(text.narrative()),
            clinical_status: Some(Coding::of(ALLERGY_CLINICAL, "active", "Active").into()),
            verification_status: Some(
                Coding::of(ALLERGY_VERIFICATION, "confirmed", "Confirmed").into(),
            ),
            criticality: self.criticality.map(str::to_owned),
            code: Some(substance),
            patient: Some(assembly.patient.clone()),
            encounter: assembly.encounter.clone(),
            recorded_date: Some(assembly.date.clone()),
            recorder: Some(assembly.practitioner.clone()),
            note: notes(self.note),
            reaction: self
                .reaction
                .map(|reaction| model::AllergyIntoleranceReaction {
                    manifestation: vec![CodeableConcept::text(reaction)],
                    ..model::AllergyIntoleranceReaction::default()
                })
                .into_iter()
                .collect(),
            ..model::AllergyIntolerance::default()
        };
        assembly.add(allergy, &label)
    }
}

/// An illness of a relative.
#[derive(Clone)]
pub struct FamilyHistory {
    relationship: CodeableConcept,
    condition: CodeableConcept,
    note: Option<String>,
}

impl FamilyHistory {
    /// A relative ("Father") and the illness ("Diabetes mellitus"), in words or with codes.
    #[must_use]
    pub fn new(
        relationship: impl Into<CodeableConcept>,
        condition: impl Into<CodeableConcept>,
    ) -> Self {
        Self { relationship: relationship.into(), condition: condition.into(), note: None }
    }

    /// Adds a remark.
    #[must_use]
    pub fn note(self, note: impl Into<String>) -> Self {
        Self { note: Some(note.into()), ..self }
    }
}

impl Fact for FamilyHistory {
    fn add_to(self, path: &str, assembly: &mut Assembly) -> Reference {
        assembly.check_concept(&format!("{path}.relationship"), &self.relationship, &[]);
        assembly.check_name(&format!("{path}.condition"), &self.condition, &[SNOMED_CT]);
        let label = format!(
            "{}: {}",
            self.relationship.label().unwrap_or_default(),
            self.condition.label().unwrap_or_default()
        );
        let text = assembly
            .story()
            .row(Phrase::Family, &label)
            .row(Phrase::Note, self.note.as_deref().unwrap_or_default());
        let slot = assembly.slot("FamilyMemberHistory");
        let history = model::FamilyMemberHistory {
            id: Some(slot.id),
            meta: Some(slot.meta),
            language: Some(slot.language),
            text: Some(text.narrative()),
            status: Some("completed".to_owned()),
            patient: Some(assembly.patient.clone()),
            date: Some(assembly.date.clone()),
            relationship: Some(self.relationship),
            note: notes(self.note),
            condition: vec![FamilyMemberHistoryCondition {
                code: Some(self.condition),
                ..FamilyMemberHistoryCondition::default()
            }],
            ..model::FamilyMemberHistory::default()
        };
        assembly.add(history, &label)
    }
}

pub(super) fn notes(note: Option<String>) -> Vec<Annotation> {
    note.filter(|note| !note.trim().is_empty()).map(Annotation::note).into_iter().collect()
}

opaque_debug!(Condition, Allergy, FamilyHistory);
