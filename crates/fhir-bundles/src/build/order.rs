use super::{
    assembly::{Assembly, Fact},
    condition::notes,
    party::opaque_debug,
    span::Span,
};
use crate::{
    codes::SNOMED_CT,
    language::Phrase,
    model::{
        self, AppointmentParticipant, CodeableConcept, Date, DateTime, Instant, Period, Reference,
    },
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
        assembly.check_name(path, &self.code, &[SNOMED_CT]);
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
/// A time is an appointment that was made. A day, or how long after the document, is only proposed:
/// nobody has agreed to it, and no time of that day is known. The guide demands `start` all the same
/// (fhir-nrces.md, section 5), and R4 an end beside it (app-2); the two then hold the whole day, in
/// India's time, and `requestedPeriod` and the description say the day itself.
///
/// ```
/// use fhir_bundles::build::FollowUp;
///
/// let booked = FollowUp::on("2026-03-08T10:00:00+05:30").reason("Review with reports");
/// let proposed = FollowUp::on("2026-03-08");
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

/// When the visit is, as far as it is known.
enum When {
    Time(Instant),
    Day(Date),
}

impl FollowUp {
    /// A visit at a time, which is booked, or on a day, which is proposed. Its end is not known: R4
    /// demands one, and it is that of the day, or the start itself.
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

    fn when(&self, document: &DateTime) -> Option<When> {
        match &self.start {
            Start::Date(start) => match start.to_instant() {
                Some(time) => Some(When::Time(time)),
                None => start.parts()?.day.map(|_| When::Day(Date::from(start.as_str()))),
            },
            Start::After(span, _) => span.after(document).map(When::Day),
        }
    }

    /// Tells what is no day, or one before the document's.
    fn check(&self, when: Option<&When>, path: &str, assembly: &mut Assembly) {
        // Where the document's date is at fault, that is told already.
        let is_told = matches!(self.start, Start::After(..)) && !assembly.date.is_valid();
        if when.is_none() && !is_told {
            assembly.problem(
                path,
                "is not a day or time",
                "write a day such as 2026-03-08, a time such as 2026-03-08T10:00:00+05:30, or \
                 \"after 1 week\" where the document's date is known to the day",
            );
        }
        if let Start::Date(start) = &self.start
            && when.is_some()
            && assembly.is_before_the_document(start)
        {
            let help = "give the day of the next visit, or correct the document's date";
            assembly.problem(&format!("{path}.on"), "is before the document's date", help);
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
        let when = self.when(&assembly.date);
        self.check(when.as_ref(), path, assembly);
        let shown = match &self.start {
            Start::Date(date) => date.to_string(),
            Start::After(_, words) => words.clone(),
        };
        let is_booked = matches!(when, Some(When::Time(_)));
        let day = shown.split('T').next().filter(|_| is_booked).unwrap_or(&shown);
        let filled = |text: &String| !text.trim().is_empty();
        let reason = self.reason.clone().filter(filled);
        let said = Some(shown.clone()).filter(|_| !is_booked);
        let description: Vec<String> = said.into_iter().chain(reason).collect();
        let description = description.join(": ");
        let words = if description.is_empty() { day.to_owned() } else { description.clone() };
        let text = assembly
            .story()
            .dated(Phrase::FollowUp, &shown)
            .row(Phrase::Reason, self.reason.as_deref().unwrap_or_default());
        let (status, answer) =
            if is_booked { ("booked", "accepted") } else { ("proposed", "needs-action") };
        let participant = |actor: &Reference| AppointmentParticipant {
            actor: Some(actor.clone()),
            status: Some(answer.to_owned()),
            ..AppointmentParticipant::default()
        };
        let participants =
            vec![participant(&assembly.patient), participant(&assembly.practitioner)];
        let asked = match &when {
            Some(When::Day(day)) => Some(DateTime::from(day.as_str())),
            _ => None,
        };
        let (start, end) = match when {
            Some(When::Time(time)) => (Some(time.clone()), Some(time)),
            Some(When::Day(day)) => {
                let at = |time: &str| Some(Instant::from(format!("{day}T{time}+05:30")));
                (at("00:00:00"), at("23:59:59"))
            }
            None => (None, None),
        };
        let slot = assembly.slot("Appointment");
        let appointment = model::Appointment {
            id: Some(slot.id),
            meta: Some(slot.meta),
            language: Some(slot.language),
            text: Some(text.narrative()),
            status: Some(status.to_owned()),
            description: (!description.is_empty()).then_some(description),
            start,
            end,
            created: Some(assembly.date.clone()),
            participant: participants,
            requested_period: asked
                .map(|day| Period { start: Some(day.clone()), end: Some(day), ..Period::default() })
                .into_iter()
                .collect(),
            ..model::Appointment::default()
        };
        assembly.add(appointment, &words)
    }
}

opaque_debug!(Investigation, Referral, FollowUp);
