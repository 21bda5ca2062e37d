use super::{
    assembly::{Assembly, Fact},
    condition::notes,
    party::opaque_debug,
    span::Span,
};
use crate::{
    codes::SNOMED_CT,
    language::Phrase,
    model::{self, AppointmentParticipant, CodeableConcept, DateTime, Instant, Reference},
};

/// A test that the doctor asks for.
#[derive(Clone)]
pub struct Investigation(Order);

/// A referral to another doctor, department or hospital.
#[derive(Clone)]
pub struct Referral(Order);

#[derive(Clone)]
struct Order {
    code: CodeableConcept,
    reason: Option<CodeableConcept>,
    note: Option<String>,
}

impl Order {
    fn new(code: impl Into<CodeableConcept>) -> Self {
        Self { code: code.into(), reason: None, note: None }
    }

    fn add_to(self, path: &str, label: Phrase, assembly: &mut Assembly) -> Reference {
        assembly.check_concept(path, &self.code, &[SNOMED_CT]);
        let words = self.code.label().unwrap_or_default().to_owned();
        let reason = self.reason.as_ref().and_then(CodeableConcept::label).unwrap_or_default();
        let text = assembly
            .story()
            .row(label, &words)
            .row(Phrase::Reason, reason)
            .row(Phrase::Note, self.note.as_deref().unwrap_or_default());
        let slot = assembly.slot("ServiceRequest");
        let request = model::ServiceRequest {
            id: Some(slot.id),
            meta: Some(slot.meta),
            language: Some(slot.language),
            text: Some(text.narrative()),
            status: Some("active".to_owned()),
            intent: Some("order".to_owned()),
            code: Some(self.code),
            subject: Some(assembly.patient.clone()),
            encounter: assembly.encounter.clone(),
            authored_on: Some(assembly.date.clone()),
            requester: Some(assembly.practitioner.clone()),
            reason_code: self.reason.into_iter().collect(),
            note: notes(self.note),
            ..model::ServiceRequest::default()
        };
        assembly.add(request, &words)
    }
}

macro_rules! order_methods {
    ($name:ident, $what:literal, $label:expr) => {
        impl $name {
            #[doc = $what]
            #[must_use]
            pub fn new(code: impl Into<CodeableConcept>) -> Self {
                Self(Order::new(code))
            }

            /// Adds why.
            #[must_use]
            pub fn reason(self, reason: impl Into<CodeableConcept>) -> Self {
                Self(Order { reason: Some(reason.into()), ..self.0 })
            }

            /// Adds a remark.
            #[must_use]
            pub fn note(self, note: impl Into<String>) -> Self {
                Self(Order { note: Some(note.into()), ..self.0 })
            }
        }

        impl<T: Into<CodeableConcept>> From<T> for $name {
            fn from(code: T) -> Self {
                Self::new(code)
            }
        }

        impl Fact for $name {
            fn add_to(self, path: &str, assembly: &mut Assembly) -> Reference {
                self.0.add_to(path, $label, assembly)
            }
        }
    };
}

order_methods!(
    Investigation,
    "A test, in words (\"Complete blood count\") or with a SNOMED CT code.",
    Phrase::Test
);
order_methods!(
    Referral,
    "A referral, in words (\"Cardiology, City Hospital\") or with a SNOMED CT code.",
    Phrase::Plan
);

/// The next visit.
///
/// ```
/// use fhir_bundles::build::FollowUp;
///
/// let review = FollowUp::on("2026-03-08T10:00:00+05:30").reason("Review with reports");
/// ```
#[derive(Clone)]
pub struct FollowUp {
    start: Start,
    reason: Option<String>,
}

#[derive(Clone)]
enum Start {
    Date(DateTime),
    /// So long after the document's date, in the doctor's words.
    After(Span, String),
}

impl FollowUp {
    /// A visit at a time, or on a day, which then is taken as nine in the morning in India, since
    /// the guide demands a time.
    #[must_use]
    pub fn on(start: impl Into<DateTime>) -> Self {
        Self { start: Start::Date(start.into()), reason: None }
    }

    /// A visit so long after the document's date. The words ("after 1 week") stay in the description,
    /// and the visit is proposed, not booked.
    #[must_use]
    pub fn after(span: Span, words: impl Into<String>) -> Self {
        Self { start: Start::After(span, words.into()), reason: None }
    }

    /// Adds why.
    #[must_use]
    pub fn reason(self, reason: impl Into<String>) -> Self {
        Self { reason: Some(reason.into()), ..self }
    }

    fn instant(&self, document: &DateTime) -> Option<Instant> {
        let nine = |day: &str| format!("{day}T09:00:00+05:30").parse().ok();
        match &self.start {
            Start::Date(start) => start.to_instant().or_else(|| nine(start.as_str())),
            Start::After(span, _) => nine(span.after(document)?.as_str()),
        }
    }
}

impl From<&str> for FollowUp {
    fn from(start: &str) -> Self {
        Self::on(start)
    }
}

impl Fact for FollowUp {
    fn add_to(self, path: &str, assembly: &mut Assembly) -> Reference {
        let start = self.instant(&assembly.date);
        // Where the document's date is at fault, that is told already.
        let is_told = matches!(self.start, Start::After(..)) && !assembly.date.is_valid();
        if start.is_none() && !is_told {
            assembly.problem(
                path,
                "is not a day or time",
                "write a day such as 2026-03-08, a time such as 2026-03-08T10:00:00+05:30, or \
                 \"after 1 week\" where the document's date is known to the day",
            );
        }
        let (shown, status, accepted) = match &self.start {
            Start::Date(date) => (date.to_string(), "booked", "accepted"),
            Start::After(_, words) => (words.clone(), "proposed", "needs-action"),
        };
        let day = shown.split('T').next().filter(|_| status == "booked").unwrap_or(&shown);
        let filled = |text: &String| !text.trim().is_empty();
        let reason = self.reason.clone().filter(filled);
        let words = reason.clone().unwrap_or_else(|| day.to_owned());
        let said = Some(shown.clone()).filter(|_| status == "proposed");
        let description: Vec<String> = said.into_iter().chain(reason).collect();
        let text = assembly
            .story()
            .dated(Phrase::FollowUp, &shown)
            .row(Phrase::Reason, self.reason.as_deref().unwrap_or_default());
        let participant = |actor: &Reference| AppointmentParticipant {
            actor: Some(actor.clone()),
            status: Some(accepted.to_owned()),
            ..AppointmentParticipant::default()
        };
        let participants =
            vec![participant(&assembly.patient), participant(&assembly.practitioner)];
        // FHIR wants start and end together (app-3); half an hour is what a slot usually is.
        let end = start.as_ref().and_then(half_an_hour_later);
        let slot = assembly.slot("Appointment");
        let appointment = model::Appointment {
            id: Some(slot.id),
            meta: Some(slot.meta),
            language: Some(slot.language),
            text: Some(text.narrative()),
            status: Some(status.to_owned()),
            description: (!description.is_empty()).then(|| description.join(": ")),
            start,
            end,
            created: Some(assembly.date.clone()),
            participant: participants,
            ..model::Appointment::default()
        };
        assembly.add(appointment, &words)
    }
}

fn half_an_hour_later(start: &Instant) -> Option<Instant> {
    let start = chrono::DateTime::parse_from_rfc3339(start.as_str()).ok()?;
    start.checked_add_signed(chrono::TimeDelta::minutes(30)).map(Instant::from)
}

opaque_debug!(Investigation, Referral, FollowUp);
