//! What the status codes of R4 do to a fact, in words.

use super::standing::{MarkKind, Standing};
use crate::{
    Language,
    language::Phrase,
    model::CodeableConcept,
    words::{code_words, humanised},
};

/// What a status code of a resource type means; `None` when it is the natural one, which needs no
/// word: a final result, an active order, a procedure that was done.
pub(super) fn mark(kind: &str, code: &str, language: Language) -> Option<(MarkKind, String)> {
    use MarkKind::{
        InError, Negated, Noted, OnHold, Planned, Preliminary, Refuted, Unclear, Unconfirmed,
        Withdrawn,
    };
    let code = code.trim().to_lowercase().replace([' ', '_'], "-");
    if is_natural(kind, &code) {
        return None;
    }
    let own = match (kind, code.as_str()) {
        ("Immunization" | "MedicationAdministration", "not-done") => (Negated, Phrase::NotGiven),
        ("MedicationDispense", "cancelled" | "declined") => {
            let words = code_words(&code, language);
            return Some((Negated, language.fill(Phrase::NotDispensed, &[&words])));
        }
        ("MedicationStatement", "intended") => (Planned, Phrase::IntendedNotTaken),
        ("MedicationStatement", "completed") => (MarkKind::Ended, Phrase::CompletedNoLongerTaken),
        ("Appointment", "noshow") => (Negated, Phrase::DidNotCome),
        ("Appointment", "pending" | "proposed" | "waitlist") => {
            let words = code_words(&code, language);
            return Some((Planned, language.fill(Phrase::NotBookedYet, &[&words])));
        }
        ("Encounter" | "Flag", "in-progress") => (Noted, Phrase::InProgress),
        ("Procedure", "preparation") => (Planned, Phrase::NotDoneInPreparation),
        ("Procedure", "in-progress") => (Planned, Phrase::InProgressNotFinished),
        ("ImmunizationRecommendation", "contraindicated") => (Negated, Phrase::Contraindicated),
        (
            "Invoice" | "ChargeItem" | "Task" | "Appointment" | "ImmunizationRecommendation",
            word,
        ) if matches!(
            word,
            "issued"
                | "balanced"
                | "billable"
                | "billed"
                | "completed"
                | "fulfilled"
                | "due"
                | "overdue"
                | "immune"
                | "complete"
                | "arrived"
                | "booked"
                | "checked-in"
        ) =>
        {
            return Some((Noted, code_words(word, language)));
        }
        ("ChargeItem", "not-billable") => (Withdrawn, Phrase::NotBillable),
        _ => return Some(general(&code, language)),
    };
    let (kind, words) = own;
    return Some((kind, language.say(words).to_owned()));

    fn general(code: &str, language: Language) -> (MarkKind, String) {
        let kind = match code {
            "entered-in-error" => InError,
            "not-done" => return (Negated, language.say(Phrase::NotDone).to_owned()),
            "not-taken" | "declined" | "rejected" | "failed" | "noshow" | "ruled-out"
            | "not-to-be-done" | "denied" => Negated,
            "refuted" | "disproved" => Refuted,
            "cancelled" | "canceled" | "revoked" | "superseded" | "replaced" | "aborted"
            | "retired" | "nullified" | "obsolete" | "abandoned" | "deprecated" | "terminated" => {
                Withdrawn
            }
            "unconfirmed" | "provisional" | "differential" | "suspected" | "potential" => {
                Unconfirmed
            }
            "preliminary" | "registered" | "partial" | "draft" | "incomplete" => Preliminary,
            "planned" | "proposed" | "preparation" | "intended" | "pending" | "waitlist"
            | "requested" | "received" | "accepted" | "ready" | "not-started" | "scheduled"
            | "in-progress" | "proposal" | "plan" | "option" => Planned,
            "on-hold" | "suspended" | "onleave" => OnHold,
            "stopped" | "completed" | "resolved" | "remission" | "inactive" | "finished"
            | "ended" | "off" => MarkKind::Ended,
            "unknown" => return (Unclear, language.say(Phrase::StatusUnknown).to_owned()),
            "health-unknown" | "unavailable" | "unsatisfactory" => Unclear,
            "amended" | "corrected" | "appended" | "recurrence" | "relapse" | "arrived"
            | "triaged" | "checked-in" | "fulfilled" | "booked" | "active" | "final"
            | "current" | "confirmed" | "available" | "order" | "original-order"
            | "reflex-order" | "filler-order" | "instance-order" | "directive" => Noted,
            _ => {
                let shown: String = code.chars().take(60).collect();
                return (Unclear, language.fill(Phrase::StatusOther, &[&humanised(&shown)]));
            }
        };
        (kind, code_words(code, language))
    }
}

/// The statuses that say what everybody takes for granted.
fn is_natural(kind: &str, code: &str) -> bool {
    match code {
        "active" => !matches!(kind, "Task" | "Other"),
        "final" | "current" | "confirmed" | "available" => true,
        "completed" => matches!(
            kind,
            "Procedure"
                | "Immunization"
                | "FamilyMemberHistory"
                | "Media"
                | "MedicationAdministration"
                | "MedicationDispense"
                | "QuestionnaireResponse"
                | "ClinicalImpression"
                | "Communication"
        ),
        "finished" => kind == "Encounter",
        "billable" | "billed" => kind == "ChargeItem",
        "order" => kind != "Other",
        "plan" => kind == "CarePlan.intent",
        _ => false,
    }
}

/// Adds what a status code says.
pub(super) fn add(standing: &mut Standing, kind: &str, code: Option<&str>, language: Language) {
    let Some(code) = code.filter(|code| !code.trim().is_empty()) else { return };
    if let Some((kind, words)) = mark(kind, code, language) {
        standing.add(kind, words);
    }
}

/// Adds what a status concept says: each of its codes, else its text.
pub(super) fn add_concept(
    standing: &mut Standing,
    kind: &str,
    concept: Option<&CodeableConcept>,
    language: Language,
) {
    let Some(concept) = concept else { return };
    let mut coded = false;
    for coding in &concept.coding {
        let word = coding.code.as_deref().or(coding.display.as_deref());
        coded |= word.is_some();
        add(standing, kind, word, language);
    }
    // A text that says more than the code is not to be lost, and may be all there is.
    if let Some(text) = concept.text.as_deref() {
        let is_said = concept.coding.iter().any(|coding| {
            let same = |word: &Option<String>| {
                word.as_deref().is_some_and(|word| simple(word) == simple(text))
            };
            same(&coding.display) || same(&coding.code)
        });
        if !coded || !is_said {
            match mark(kind, text, language) {
                Some((MarkKind::Unclear, _)) if coded => {
                    standing.add(MarkKind::Noted, text);
                }
                Some((kind, words)) => standing.add(kind, words),
                None => {}
            }
        }
    }
}

fn simple(word: &str) -> String {
    word.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Adds what an intent says that is not the resource's own nature.
pub(super) fn add_intent(
    standing: &mut Standing,
    kind: &str,
    intent: Option<&str>,
    language: Language,
) {
    let Some(intent) = intent else { return };
    let kind = if kind == "CarePlan" { "CarePlan.intent" } else { kind };
    match mark(kind, intent, language) {
        Some((MarkKind::Planned, words)) => {
            let only = match intent.trim() {
                "proposal" => language.say(Phrase::OnlyProposal).to_owned(),
                "plan" => language.say(Phrase::OnlyPlan).to_owned(),
                "option" => language.say(Phrase::OnlyOption).to_owned(),
                _ => language.fill(Phrase::OnlyOther, &[&words]),
            };
            standing.add(MarkKind::Planned, only);
        }
        Some((kind, words)) => standing.add(kind, words),
        None => {}
    }
}
