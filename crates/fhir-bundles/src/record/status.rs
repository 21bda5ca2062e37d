//! What the status codes of R4 do to a fact, in words.

use super::standing::{MarkKind, Standing};
use crate::{model::CodeableConcept, words::humanised};

/// What a status code of a resource type means; `None` when it is the natural one, which needs no
/// word: a final result, an active order, a procedure that was done.
pub(super) fn mark(kind: &str, code: &str) -> Option<(MarkKind, String)> {
    use MarkKind::{
        InError, Negated, Noted, OnHold, Planned, Preliminary, Refuted, Unclear, Unconfirmed,
        Withdrawn,
    };
    let code = code.trim().to_lowercase().replace([' ', '_'], "-");
    if is_natural(kind, &code) {
        return None;
    }
    let own = match (kind, code.as_str()) {
        ("Immunization" | "MedicationAdministration", "not-done") => (Negated, "NOT GIVEN"),
        ("MedicationDispense", "cancelled" | "declined") => {
            return Some((Negated, format!("NOT DISPENSED, {code}")));
        }
        ("MedicationStatement", "intended") => (Planned, "intended, not taken yet"),
        ("MedicationStatement", "completed") => (MarkKind::Ended, "completed, no longer taken"),
        ("Appointment", "noshow") => (Negated, "the patient did not come (noshow)"),
        ("Appointment", "pending" | "proposed" | "waitlist") => {
            return Some((Planned, format!("not booked yet, {code}")));
        }
        ("Encounter" | "Flag", "in-progress") => (Noted, "in progress"),
        ("Procedure", "preparation") => (Planned, "not done yet, in preparation"),
        ("Procedure", "in-progress") => (Planned, "in progress, not finished"),
        ("ImmunizationRecommendation", "contraindicated") => (Negated, "CONTRAINDICATED"),
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
            return Some((Noted, humanised(word)));
        }
        ("ChargeItem", "not-billable") => (Withdrawn, "not billable"),
        _ => return Some(general(&code)),
    };
    let (kind, words) = own;
    return Some((kind, words.to_owned()));

    fn general(code: &str) -> (MarkKind, String) {
        let kind = match code {
            "entered-in-error" => InError,
            "not-done" => return (Negated, "NOT DONE".to_owned()),
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
            "unknown" => return (Unclear, "status unknown".to_owned()),
            "health-unknown" | "unavailable" | "unsatisfactory" => Unclear,
            "amended" | "corrected" | "appended" | "recurrence" | "relapse" | "arrived"
            | "triaged" | "checked-in" | "fulfilled" | "booked" | "active" | "final"
            | "current" | "confirmed" | "available" | "order" | "original-order"
            | "reflex-order" | "filler-order" | "instance-order" | "directive" => Noted,
            _ => {
                let shown: String = code.chars().take(60).collect();
                return (Unclear, format!("status \u{201c}{}\u{201d}", humanised(&shown)));
            }
        };
        (kind, humanised(code))
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
pub(super) fn add(standing: &mut Standing, kind: &str, code: Option<&str>) {
    let Some(code) = code.filter(|code| !code.trim().is_empty()) else { return };
    if let Some((kind, words)) = mark(kind, code) {
        standing.add(kind, words);
    }
}

/// Adds what a status concept says: each of its codes, else its text.
pub(super) fn add_concept(standing: &mut Standing, kind: &str, concept: Option<&CodeableConcept>) {
    let Some(concept) = concept else { return };
    let mut coded = false;
    for coding in &concept.coding {
        let word = coding.code.as_deref().or(coding.display.as_deref());
        coded |= word.is_some();
        add(standing, kind, word);
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
            match mark(kind, text) {
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
pub(super) fn add_intent(standing: &mut Standing, kind: &str, intent: Option<&str>) {
    let Some(intent) = intent else { return };
    let kind = if kind == "CarePlan" { "CarePlan.intent" } else { kind };
    match mark(kind, intent) {
        Some((MarkKind::Planned, words)) => {
            let article = if words.starts_with('o') { "an" } else { "a" };
            standing.add(MarkKind::Planned, format!("only {article} {words}"));
        }
        Some((kind, words)) => standing.add(kind, words),
        None => {}
    }
}
