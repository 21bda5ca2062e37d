//! Codes as words.

use super::coding;
use crate::{
    language::{Language, Phrase},
    model::Coding,
};

/// The kind of a visit; those of ABDM's visits in the record's language where the document has HL7's
/// own word.
pub(crate) fn visit_class(class: &Coding, language: Language) -> Option<String> {
    let known = match class.code.as_deref() {
        Some("AMB") => Some(Phrase::Ambulatory),
        Some("IMP") => Some(Phrase::InpatientEncounter),
        Some("EMER") => Some(Phrase::EmergencyClass),
        Some("VR") => Some(Phrase::VirtualClass),
        Some("HH") => Some(Phrase::HomeHealth),
        _ => None,
    };
    let is_own_word = |phrase: &Phrase| {
        let english = Language::English.say(*phrase);
        class.display.as_deref().is_none_or(|display| display.eq_ignore_ascii_case(english))
    };
    match known.filter(is_own_word) {
        Some(phrase) if class.display.is_some() => Some(language.say(phrase).to_owned()),
        _ => coding(class),
    }
}

/// A truth value in words.
pub(crate) fn yes_or_no(value: bool, language: Language) -> String {
    language.say(if value { Phrase::Yes } else { Phrase::No }).to_owned()
}

/// A code as words: `not-done` becomes `not done`.
pub(crate) fn humanised(code: &str) -> String {
    code.replace(['-', '_'], " ").trim().to_owned()
}

/// A code as words of the language where they are known, else as [`humanised`] has it.
pub(crate) fn code_words(code: &str, language: Language) -> String {
    match known_code(code) {
        Some(phrase) => language.say(phrase).to_owned(),
        None => humanised(code),
    }
}

/// Codes of R4's statuses, of patients and of the other small code lists that records use.
fn known_code(code: &str) -> Option<Phrase> {
    Some(match code {
        "entered-in-error" => Phrase::EnteredInError,
        "not-taken" => Phrase::NotTaken,
        "declined" => Phrase::Declined,
        "rejected" => Phrase::Rejected,
        "failed" => Phrase::Failed,
        "noshow" => Phrase::Noshow,
        "ruled-out" => Phrase::RuledOut,
        "not-to-be-done" => Phrase::NotToBeDone,
        "denied" => Phrase::Denied,
        "refuted" => Phrase::Refuted,
        "disproved" => Phrase::Disproved,
        "cancelled" => Phrase::Cancelled,
        "canceled" => Phrase::Canceled,
        "revoked" => Phrase::Revoked,
        "superseded" => Phrase::Superseded,
        "replaced" => Phrase::Replaced,
        "aborted" => Phrase::Aborted,
        "retired" => Phrase::Retired,
        "nullified" => Phrase::Nullified,
        "obsolete" => Phrase::Obsolete,
        "abandoned" => Phrase::Abandoned,
        "deprecated" => Phrase::Deprecated,
        "terminated" => Phrase::Terminated,
        "unconfirmed" => Phrase::Unconfirmed,
        "provisional" => Phrase::Provisional,
        "differential" => Phrase::Differential,
        "suspected" => Phrase::Suspected,
        "potential" => Phrase::Potential,
        "preliminary" => Phrase::Preliminary,
        "registered" => Phrase::Registered,
        "partial" => Phrase::Partial,
        "draft" => Phrase::Draft,
        "incomplete" => Phrase::Incomplete,
        "planned" => Phrase::Planned,
        "proposed" => Phrase::Proposed,
        "preparation" => Phrase::Preparation,
        "intended" => Phrase::Intended,
        "pending" => Phrase::Pending,
        "waitlist" => Phrase::Waitlist,
        "requested" => Phrase::Requested,
        "received" => Phrase::Received,
        "accepted" => Phrase::Accepted,
        "ready" => Phrase::Ready,
        "not-started" => Phrase::NotStarted,
        "scheduled" => Phrase::Scheduled,
        "in-progress" => Phrase::InProgress,
        "on-hold" => Phrase::OnHold,
        "suspended" => Phrase::Suspended,
        "onleave" => Phrase::OnLeave,
        "stopped" => Phrase::Stopped,
        "completed" => Phrase::Completed,
        "resolved" => Phrase::Resolved,
        "remission" => Phrase::Remission,
        "inactive" => Phrase::Inactive,
        "finished" => Phrase::Finished,
        "ended" => Phrase::Ended,
        "off" => Phrase::Off,
        "health-unknown" => Phrase::HealthUnknown,
        "unavailable" => Phrase::Unavailable,
        "unsatisfactory" => Phrase::Unsatisfactory,
        "amended" => Phrase::Amended,
        "corrected" => Phrase::Corrected,
        "appended" => Phrase::Appended,
        "recurrence" => Phrase::Recurrence,
        "relapse" => Phrase::Relapse,
        "arrived" => Phrase::Arrived,
        "triaged" => Phrase::Triaged,
        "checked-in" => Phrase::CheckedIn,
        "fulfilled" => Phrase::Fulfilled,
        "booked" => Phrase::Booked,
        "active" => Phrase::Active,
        "final" => Phrase::Final,
        "current" => Phrase::Current,
        "confirmed" => Phrase::Confirmed,
        "available" => Phrase::Available,
        "issued" => Phrase::Issued,
        "balanced" => Phrase::Balanced,
        "billable" => Phrase::Billable,
        "billed" => Phrase::Billed,
        "due" => Phrase::Due,
        "overdue" => Phrase::Overdue,
        "immune" => Phrase::Immune,
        "complete" => Phrase::Complete,
        "needs-action" => Phrase::HasNotAnswered,
        "tentative" => Phrase::Tentative,
        "female" => Phrase::Female,
        "male" => Phrase::Male,
        "other" => Phrase::Other,
        "unknown" => Phrase::Unknown,
        "low" => Phrase::Low,
        "high" => Phrase::High,
        "unable-to-assess" => Phrase::UnableToAssess,
        "mild" => Phrase::Mild,
        "moderate" => Phrase::Moderate,
        "severe" => Phrase::Severe,
        "food" => Phrase::Food,
        "medication" => Phrase::Medication,
        "environment" => Phrase::Environment,
        "biologic" => Phrase::Biologic,
        "intolerance" => Phrase::Intolerance,
        "urgent" => Phrase::Urgent,
        "asap" => Phrase::Asap,
        "stat" => Phrase::Stat,
        "old" => Phrase::Old,
        "temp" => Phrase::Temporary,
        "maiden" => Phrase::Maiden,
        "nickname" => Phrase::Nickname,
        "anonymous" => Phrase::Anonymous,
        "usual" => Phrase::Usual,
        "official" => Phrase::Official,
        "billing" => Phrase::Billing,
        "personal" => Phrase::Personal,
        "professional" => Phrase::Professional,
        "legal" => Phrase::Legal,
        _ => return None,
    })
}
