use crate::{Language, language::Phrase, words};

/// How a fact of a document stands: whether it is asserted as true, and what is said against it.
///
/// FHIR R4 negates, refutes, withdraws and corrects facts by *modifier elements* beside the fact
/// itself: who overlooks them reads the opposite of what was written. `docs/fhir.md` lists all of
/// them.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Standing {
    marks: Vec<Mark>,
    /// Reasons of a status that needs no mark.
    reasons: Vec<String>,
}

/// One thing that is said against a fact, or about how far it holds.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Mark {
    /// What it does to the fact.
    pub kind: MarkKind,
    /// The words to show, with the reason where the document gives one: `NOT GIVEN: Patient
    /// refused`.
    pub words: String,
}

/// What a mark does to a fact, the gravest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum MarkKind {
    /// Entered in error: as if it had never been written.
    InError,
    /// A modifier extension or rules that this crate does not know change the meaning; R4 forbids
    /// to process the fact.
    UnknownModifier,
    /// It is about somebody else than the record's patient, or nobody can tell whose it is.
    OtherSubject,
    /// Not done, not given, not taken, not to be done.
    Negated,
    /// It was held to be true, and is not.
    Refuted,
    /// Cancelled, revoked, superseded, replaced.
    Withdrawn,
    /// Unconfirmed, provisional, a differential diagnosis.
    Unconfirmed,
    /// Preliminary, registered, partial, a draft: the final word is not spoken.
    Preliminary,
    /// Proposed, planned, in preparation, in progress: not done yet.
    Planned,
    /// On hold or suspended for now.
    OnHold,
    /// Resolved, in remission, inactive, stopped, completed: true once.
    Ended,
    /// The document says that it does not know, or says something that is no word of FHIR's.
    Unclear,
    /// Holds, with a word that is worth reading: amended, corrected, booked, recurrence.
    Noted,
}

impl Standing {
    /// A fact that is asserted without any reserve.
    #[must_use]
    pub fn plain() -> Self {
        Self::default()
    }

    /// Whether the fact is asserted as true now: nothing is said against it.
    #[must_use]
    pub fn holds(&self) -> bool {
        self.marks.iter().all(|mark| mark.kind == MarkKind::Noted)
    }

    /// Whether the fact was entered in error.
    #[must_use]
    pub fn is_in_error(&self) -> bool {
        self.has(MarkKind::InError)
    }

    /// Whether a mark of this kind is there.
    #[must_use]
    pub fn has(&self, kind: MarkKind) -> bool {
        self.marks.iter().any(|mark| mark.kind == kind)
    }

    /// Whether the fact may be counted, compared and drawn among this patient's facts: not in error,
    /// not changed by something unknown, not somebody else's, not negated, refuted or withdrawn.
    #[must_use]
    pub fn counts(&self) -> bool {
        self.marks.iter().all(|mark| mark.kind > MarkKind::Withdrawn)
    }

    /// What is said, the gravest first.
    #[must_use]
    pub fn marks(&self) -> &[Mark] {
        &self.marks
    }

    /// All the words in one text; `None` when the fact is asserted without any reserve.
    #[must_use]
    pub fn words(&self) -> Option<String> {
        words::joined(self.marks.iter().map(|mark| mark.words.clone()), "; ")
    }

    /// What is said against the fact, in one text, to stand before it; `None` when it holds.
    #[must_use]
    pub fn against(&self) -> Option<String> {
        let marks = self.marks.iter().filter(|mark| mark.kind != MarkKind::Noted);
        words::joined(marks.map(|mark| mark.words.clone()), "; ")
    }

    /// What is worth reading about a fact and is not said against it: amended, booked.
    #[must_use]
    pub fn notes(&self) -> Option<String> {
        let marks = self.marks.iter().filter(|mark| mark.kind == MarkKind::Noted);
        words::joined(marks.map(|mark| mark.words.clone()), "; ")
    }

    pub(super) fn add(&mut self, kind: MarkKind, words: impl Into<String>) {
        let words = words.into();
        if self.marks.iter().any(|mark| mark.kind == kind && mark.words == words) {
            return;
        }
        let place = self.marks.partition_point(|mark| mark.kind <= kind);
        self.marks.insert(place, Mark { kind, words });
    }

    /// The marks of another that change what this one means too: a result of a report in error is
    /// in error.
    pub(super) fn inherit(&mut self, holder: &Self, what: Phrase, language: Language) {
        for mark in &holder.marks {
            let passes = matches!(
                mark.kind,
                MarkKind::InError
                    | MarkKind::UnknownModifier
                    | MarkKind::OtherSubject
                    | MarkKind::Negated
                    | MarkKind::Refuted
                    | MarkKind::Withdrawn
                    | MarkKind::Preliminary
            );
            if passes && !self.has(mark.kind) {
                let words = super::labels::clipped(mark.words.clone());
                self.add(mark.kind, language.fill(what, &[&words]));
            }
        }
    }

    /// The marks of a document that make every fact in it another: in error, or changed by something
    /// unknown.
    pub(super) fn inherit_grave(&mut self, document: &Self) {
        for mark in &document.marks {
            if matches!(
                mark.kind,
                MarkKind::InError | MarkKind::UnknownModifier | MarkKind::OtherSubject
            ) {
                self.add(mark.kind, mark.words.clone());
            }
        }
    }

    /// The reason why, behind the words of the first mark that it can explain; a reason that explains
    /// none is kept, since it may be all that is said against the fact.
    pub(super) fn explain(&mut self, reason: Option<String>) {
        let Some(reason) = reason.filter(|reason| !reason.trim().is_empty()) else { return };
        let explained = self
            .marks
            .iter_mut()
            .find(|mark| !matches!(mark.kind, MarkKind::UnknownModifier | MarkKind::OtherSubject));
        match explained {
            Some(mark) => mark.words = format!("{}: {reason}", mark.words),
            None => self.reasons.push(reason),
        }
    }

    /// Reasons of a status that has no word of its own.
    pub(super) fn reason_of_status(&self) -> Option<String> {
        words::joined(self.reasons.iter().cloned(), ", ")
    }

    /// A name with what is said against it in front.
    pub(super) fn before(&self, name: &str) -> String {
        match self.against() {
            Some(words) => format!("{words}: {name}"),
            None => name.to_owned(),
        }
    }
}

/// A fact that cannot be read without its standing.
///
/// ```
/// # let bundle = fhir_bundles::build::Prescription::new(
/// #     fhir_bundles::build::Patient::with_abha_address("Asha Devi", "asha@abdm"),
/// #     fhir_bundles::build::Practitioner::with_hpr_id("Dr. Rao", "71-1234-5678-9012"),
/// #     fhir_bundles::build::Facility::new("Sunrise Clinic", "IN2710000001"),
/// #     "2026-03-01", "Paracetamol 500 mg").build().unwrap();
/// # let record = fhir_bundles::Record::of(&bundle);
/// for medicine in record.medicines() {
///     match medicine.if_holds() {
///         Some(medicine) => println!("{}", medicine.name),
///         None => {
///             let (standing, medicine) = medicine.with_standing();
///             println!("{}: {}", standing.words().unwrap_or_default(), medicine.name);
///         }
///     }
/// }
/// ```
#[derive(Clone, PartialEq)]
pub struct Stated<T> {
    standing: Standing,
    narrative: Option<Narrative>,
    value: T,
}

impl<T> Stated<T> {
    pub(super) fn new(standing: Standing, value: T) -> Self {
        Self { standing, narrative: None, value }
    }

    pub(super) fn plain(value: T) -> Self {
        Self::new(Standing::plain(), value)
    }

    pub(super) fn narrated(mut self, narrative: Option<Narrative>) -> Self {
        self.narrative = narrative;
        self
    }

    pub(super) fn parts_mut(&mut self) -> (&mut Standing, &mut T) {
        (&mut self.standing, &mut self.value)
    }

    /// How the fact stands.
    #[must_use]
    pub fn standing(&self) -> &Standing {
        &self.standing
    }

    /// The fact, if it is asserted as true now.
    #[must_use]
    pub fn if_holds(&self) -> Option<&T> {
        self.standing.holds().then_some(&self.value)
    }

    /// The fact together with how it stands; the words of the standing belong before it.
    #[must_use]
    pub fn with_standing(&self) -> (&Standing, &T) {
        (&self.standing, &self.value)
    }

    /// The resource's own narrative.
    #[must_use]
    pub fn narrative(&self) -> Option<&Narrative> {
        self.narrative.as_ref()
    }
}

/// The text that a resource or section carries for people.
#[derive(Clone, PartialEq, Eq)]
pub struct Narrative {
    generated: bool,
    div: String,
}

impl Narrative {
    pub(super) fn of(narrative: Option<&crate::model::Narrative>) -> Option<Self> {
        let narrative = narrative?;
        let div = narrative.div.clone()?;
        Some(Self { generated: narrative.status.as_deref() == Some("generated"), div })
    }

    /// The same, to be shown in any case.
    pub(super) fn always_shown(self) -> Self {
        Self { generated: false, ..self }
    }

    pub(super) fn of_json(narrative: Option<&crate::json::Json>) -> Option<Self> {
        let member = |name: &str| narrative?.get(name)?.as_str();
        let div = member("div")?.to_owned();
        Some(Self { generated: member("status") == Some("generated"), div })
    }

    /// Whether it claims to say nothing that the structured facts do not say.
    #[must_use]
    pub fn is_generated(&self) -> bool {
        self.generated
    }

    /// Its words, one line for each paragraph, row or list item.
    #[must_use]
    pub fn text(&self) -> String {
        words::plain_text(&self.div)
    }
}

/// Health data: only the kinds are shown.
impl std::fmt::Debug for Standing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.marks.iter().map(|mark| mark.kind)).finish()
    }
}

impl<T> std::fmt::Debug for Stated<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Stated").field(&self.standing).finish_non_exhaustive()
    }
}

super::opaque_debug!(Mark, Narrative);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_gravest_mark_comes_first() {
        let mut standing = Standing::plain();
        assert!(standing.holds() && standing.words().is_none());
        standing.add(MarkKind::Noted, "amended");
        assert!(standing.holds());
        standing.add(MarkKind::Unconfirmed, "unconfirmed");
        standing.add(MarkKind::InError, "entered in error");
        assert!(!standing.holds() && !standing.counts());
        assert_eq!(standing.words().as_deref(), Some("entered in error; unconfirmed; amended"));
    }

    #[test]
    fn a_part_inherits_what_changes_its_meaning_and_no_more() {
        let mut report = Standing::plain();
        report.add(MarkKind::InError, "entered in error");
        report.add(MarkKind::Noted, "amended");
        let mut result = Standing::plain();
        result.inherit(&report, Phrase::OfReport, Language::English);
        assert_eq!(result.words().as_deref(), Some("report: entered in error"));
    }
}
