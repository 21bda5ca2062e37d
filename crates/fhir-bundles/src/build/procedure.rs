use super::{
    assembly::{Assembly, Fact},
    condition::{When, notes},
    party::opaque_debug,
};
use crate::{
    codes::SNOMED_CT,
    language::{Language, Phrase},
    model::{self, CodeableConcept, DateTime, ProcedurePerformed, Reference},
};

/// A procedure that was done, or was not.
#[derive(Clone)]
pub struct Procedure {
    code: CodeableConcept,
    status: ProcedureStatus,
    status_reason: Option<CodeableConcept>,
    performed: Option<When>,
    reason: Option<CodeableConcept>,
    outcome: Option<CodeableConcept>,
    note: Option<String>,
}

/// How far a procedure came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum ProcedureStatus {
    /// It was done.
    #[default]
    Done,
    /// It was not done.
    NotDone,
    /// It was begun and not finished.
    Stopped,
    /// It goes on.
    InProgress,
}

impl ProcedureStatus {
    /// The states by the words of plain records.
    pub(crate) const WORDS: [(&str, Self); 4] = [
        ("done", Self::Done),
        ("not-done", Self::NotDone),
        ("stopped", Self::Stopped),
        ("in-progress", Self::InProgress),
    ];

    fn code(self) -> &'static str {
        match self {
            Self::Done => "completed",
            Self::NotDone => "not-done",
            Self::Stopped => "stopped",
            Self::InProgress => "in-progress",
        }
    }

    /// Whether a reason can stand beside it: why it was not done, or not to the end.
    fn has_reason(self) -> bool {
        matches!(self, Self::NotDone | Self::Stopped)
    }

    /// For the narrative; nothing for what was simply done.
    fn words(self, reason: &str, language: Language) -> String {
        let words = match self {
            Self::Done => "",
            Self::NotDone => language.say(Phrase::NotDone),
            Self::Stopped => language.say(Phrase::Stopped),
            Self::InProgress => language.say(Phrase::InProgressNotFinished),
        };
        if reason.is_empty() { words.to_owned() } else { format!("{words}: {reason}") }
    }
}

impl Procedure {
    /// A completed procedure, in words or with a SNOMED CT code.
    #[must_use]
    pub fn new(code: impl Into<CodeableConcept>) -> Self {
        Self {
            code: code.into(),
            status: ProcedureStatus::Done,
            status_reason: None,
            performed: None,
            reason: None,
            outcome: None,
            note: None,
        }
    }

    /// Says how far it came. Done unless said.
    #[must_use]
    pub fn status(self, status: ProcedureStatus) -> Self {
        Self { status, ..self }
    }

    /// Says why it was not done or was stopped; beside another status a reason is a problem, since
    /// what it says cannot be told then.
    #[must_use]
    pub fn status_reason(self, reason: impl Into<CodeableConcept>) -> Self {
        Self { status_reason: Some(reason.into()), ..self }
    }

    /// Adds when, as far as it is known.
    #[must_use]
    pub fn on(self, performed: impl Into<DateTime>) -> Self {
        Self { performed: Some(When::Date(performed.into())), ..self }
    }

    /// Adds when in words, where no date is known: "2 years ago".
    #[must_use]
    pub fn on_words(self, performed: impl Into<String>) -> Self {
        Self { performed: Some(When::Words(performed.into())), ..self }
    }

    /// Adds why.
    #[must_use]
    pub fn reason(self, reason: impl Into<CodeableConcept>) -> Self {
        Self { reason: Some(reason.into()), ..self }
    }

    /// Adds how it ended.
    #[must_use]
    pub fn outcome(self, outcome: impl Into<CodeableConcept>) -> Self {
        Self { outcome: Some(outcome.into()), ..self }
    }

    /// Adds a remark.
    #[must_use]
    pub fn note(self, note: impl Into<String>) -> Self {
        Self { note: Some(note.into()), ..self }
    }
}

impl<T: Into<CodeableConcept>> From<T> for Procedure {
    fn from(code: T) -> Self {
        Self::new(code)
    }
}

impl Fact for Procedure {
    fn add_to(self, path: &str, assembly: &mut Assembly) -> Reference {
        assembly.check_name(path, &self.code, &[SNOMED_CT]);
        for (name, concept) in [
            ("reason", &self.reason),
            ("outcome", &self.outcome),
            ("statusReason", &self.status_reason),
        ] {
            if let Some(concept) = concept {
                assembly.check_concept(&format!("{path}.{name}"), concept, &[SNOMED_CT]);
            }
        }
        if self.status_reason.is_some() && !self.status.has_reason() {
            assembly.reason_of_no_status(path, "not-done or stopped");
        }
        if let Some(performed) = &self.performed {
            performed.check(&format!("{path}.on"), assembly);
        }
        let label = self.code.label().unwrap_or_default().to_owned();
        let words = |concept: &Option<CodeableConcept>| {
            concept.as_ref().and_then(CodeableConcept::label).unwrap_or_default().to_owned()
        };
        let status = self.status.words(&words(&self.status_reason), assembly.language);
        let text = assembly
            .story()
            .row(Phrase::Procedure, &label)
            .row(Phrase::Status, &status)
            .dated(Phrase::Date, self.performed.as_ref().map_or("", When::text))
            .row(Phrase::Reason, &words(&self.reason))
            .row(Phrase::Result, &words(&self.outcome))
            .row(Phrase::Note, self.note.as_deref().unwrap_or_default());
        let slot = assembly.slot("Procedure");
        let procedure = model::Procedure {
            id: Some(slot.id),
            meta: Some(slot.meta),
            language: Some(slot.language),
            text: Some(text.narrative()),
            status: Some(self.status.code().to_owned()),
            status_reason: self.status_reason,
            code: Some(self.code),
            subject: Some(assembly.patient.clone()),
            encounter: assembly.encounter.clone(),
            performed: self.performed.map(|performed| match performed {
                When::Date(date) => ProcedurePerformed::DateTime(date),
                When::Words(words) => ProcedurePerformed::String(words),
            }),
            reason_code: self.reason.into_iter().collect(),
            outcome: self.outcome,
            note: notes(self.note),
            ..model::Procedure::default()
        };
        assembly.add(procedure, &label)
    }
}

opaque_debug!(Procedure);
