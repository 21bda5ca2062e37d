//! What a form alone cannot say.

use super::{
    facts::{OF_A_DOSAGE, faults, patient_is_identified, practitioner_is_identified},
    files::{self, Fault},
    form::same_name,
    source::Source,
    words::VACCINATION_STATUSES,
};
use crate::{build::Problem, codes::HiType};

/// The problem of people who cannot be told from others.
pub(super) const NO_IDENTIFIER: &str = "has no identifier";

/// Lists of observations that a record may have itself.
const OBSERVATIONS: [&str; 8] = [
    "vitalSigns",
    "physicalExamination",
    "otherObservations",
    "bodyMeasurements",
    "physicalActivities",
    "generalAssessments",
    "womenHealth",
    "lifestyles",
];

/// Checks a whole record.
pub(super) fn check(kind: HiType, source: Source<'_>, problems: &mut Vec<Problem>) {
    people(source, problems);
    dates(kind, source, problems);
    for name in OBSERVATIONS {
        observations(source, name, "", problems);
    }
    if source.has("report") {
        report(source.form("report"), "report", problems);
    }
    // In a consultation these are orders, which have none of a report's fields.
    for (place, one) in source.list("investigations", None).into_iter().enumerate() {
        report(one, &format!("investigations[{place}]"), problems);
    }
    for name in ["medications", "currentMedications"] {
        for (place, one) in source.list(name, None).into_iter().enumerate() {
            medicine(one, &format!("{name}[{place}]"), problems);
        }
    }
    for (place, one) in source.list("vaccinations", None).into_iter().enumerate() {
        vaccination(one, &format!("vaccinations[{place}]"), problems);
    }
    for name in ["scan", "document"] {
        if source.has(name) {
            file(source.form(name), name, problems);
        }
    }
    for (place, one) in source.list("documents", None).into_iter().enumerate() {
        file(one, &format!("documents[{place}]"), problems);
    }
}

/// The type that a word means: the command line's name or ABDM's.
pub(super) fn record_type(word: &str) -> Result<HiType, Problem> {
    let is_meant = |kind: &HiType| {
        let names = [kind.slug(), kind.as_str(), kind.profile_name()];
        names.into_iter().any(|name| same_name(name, word))
    };
    HiType::ALL.into_iter().find(is_meant).ok_or_else(|| {
        let slugs = HiType::ALL.map(HiType::slug).join(", ");
        Problem::new("type", "is not a record type", &format!("write one of: {slugs}"))
    })
}

/// What is wrong with the type that a record says, when another was asked for.
pub(super) fn asked_type(kind: HiType, source: Source<'_>) -> Option<Problem> {
    match record_type(&source.text("type")?) {
        Ok(said) if said == kind => None,
        Ok(said) => Some(Problem::new(
            "type",
            format!("says {}, and {} was asked for", said.slug(), kind.slug()),
            &format!("ask for {}, or correct the type", said.slug()),
        )),
        Err(problem) => Some(problem),
    }
}

fn people(source: Source<'_>, problems: &mut Vec<Problem>) {
    if source.has("patient") && !patient_is_identified(source.form("patient")) {
        let help = "add abhaNumber, abhaAddress, facilityNumber or identifiers";
        problems.push(Problem::new("patient", NO_IDENTIFIER, help));
    }
    let practitioner = source.has("practitioner").then(|| source.form("practitioner"));
    let main = practitioner.map(|one| ("practitioner".to_owned(), one));
    let others = source.list("coAuthors", None).into_iter().enumerate();
    let others = others.map(|(place, one)| (format!("coAuthors[{place}]"), one));
    for (path, one) in main.into_iter().chain(others) {
        if !practitioner_is_identified(one) {
            let help = "add hprId, registrationNumber, or the doctor's facilityNumber";
            problems.push(Problem::new(&path, NO_IDENTIFIER, help));
        }
        if one.has("registrationCouncil") && !one.has("registrationNumber") {
            let path = format!("{path}.registrationCouncil");
            let help = "add registrationNumber, or leave the council out";
            problems.push(Problem::new(&path, "stands without a registration number", help));
        }
    }
}

fn dates(kind: HiType, source: Source<'_>, problems: &mut Vec<Problem>) {
    if kind == HiType::DiagnosticReport && !source.has("report") && !source.has("date") {
        let help = "add the document's date, or a report with its own";
        problems.push(Problem::new("date", "is missing", help));
    }
    if kind == HiType::DischargeSummary && source.has("visit") && !source.form("visit").has("end") {
        let help = "add when the patient was discharged";
        problems.push(Problem::new("visit.end", "is missing", help));
    }
}

fn observations(source: Source<'_>, name: &str, inside: &str, problems: &mut Vec<Problem>) {
    for (place, one) in source.list(name, None).into_iter().enumerate() {
        for fault in faults(one, name) {
            let field =
                if fault.field.is_empty() { String::new() } else { format!(".{}", fault.field) };
            let path = format!("{inside}{name}[{place}]{field}");
            // The form has said what is wrong with the field as such.
            if !problems.iter().any(|known| known.path == path) {
                problems.push(Problem::new(&path, fault.message, &fault.help));
            }
        }
    }
}

/// A report has the fields of one kind, laboratory or imaging.
fn report(source: Source<'_>, path: &str, problems: &mut Vec<Problem>) {
    observations(source, "results", &format!("{path}."), problems);
    observations(source, "findings", &format!("{path}."), problems);
    let is_imaging = source.has("modality");
    let foreign: &[&str] = if is_imaging { &["specimens"] } else { &["pictures", "findings"] };
    for name in foreign.iter().filter(|name| source.has(name)) {
        let (message, help) = if is_imaging {
            ("is of a laboratory report, and modality says imaging", "leave one of them out")
        } else {
            (
                "is of an imaging report",
                "add modality, such as X-ray; laboratory values are results",
            )
        };
        problems.push(Problem::new(&format!("{path}.{name}"), message, help));
    }
    if source.has("printed") {
        file(source.form("printed"), &format!("{path}.printed"), problems);
    }
    for (place, picture) in source.list("pictures", None).into_iter().enumerate() {
        file(picture, &format!("{path}.pictures[{place}]"), problems);
    }
}

fn medicine(source: Source<'_>, path: &str, problems: &mut Vec<Problem>) {
    if !source.has("dosages") {
        return;
    }
    for name in OF_A_DOSAGE.iter().filter(|name| source.has(name)) {
        let help = "write it into the dosages, or leave them out";
        problems.push(Problem::new(&format!("{path}.{name}"), "stands beside dosages", help));
    }
}

fn vaccination(source: Source<'_>, path: &str, problems: &mut Vec<Problem>) {
    let is_given = source.word("status", &VACCINATION_STATUSES) == Some("given");
    if is_given && source.has("notGivenReason") {
        let help = "leave the reason out, or write not-given";
        let path = format!("{path}.status");
        problems.push(Problem::new(&path, "says given beside a reason why not", help));
    }
}

fn file(source: Source<'_>, path: &str, problems: &mut Vec<Problem>) {
    let bytes = source.bytes("data");
    let Some(content_type) = source.text("contentType").filter(|_| !bytes.is_empty()) else {
        return;
    };
    let (message, help) = match files::fault(&content_type, &bytes) {
        None => return,
        Some(Fault::EncodedTwice) => (
            "is encoded twice: its bytes are base64 again".to_owned(),
            "encode the file's own bytes once",
        ),
        Some(Fault::OtherType(expected)) => (
            format!("is not {expected}"),
            "give the whole file as it is on disk, or correct contentType",
        ),
    };
    problems.push(Problem::new(&format!("{path}.data"), message, help));
}
