use fhir_bundles::HiType;
use serde_json::json;

use super::Draft;

const LOINC: &str = "http://loinc.org";

fn without_profile(kind: HiType) -> Draft {
    let mut draft = Draft::sample(kind, "typical");
    let record = draft.resource("Composition");
    record["meta"].as_object_mut().unwrap().remove("profile");
    draft
}

/// C4.
#[test]
fn a_missing_record_profile_is_guessed_by_type_title_and_entries() {
    for kind in HiType::ALL {
        let name = kind.profile_name();
        let named = |draft: &Draft| draft.only("record-profile").help.contains(name);
        let by_type = without_profile(kind);
        assert!(named(&by_type), "{kind} by its type");

        let mut by_title = by_type.clone();
        let record = by_title.resource("Composition");
        record["type"] = json!({"text": "record"});
        record["title"] = json!(kind.title());
        assert!(named(&by_title), "{kind} by its title");
    }
    for (code, kind) in [
        ("18842-5", HiType::DischargeSummary),
        ("28655-9", HiType::DischargeSummary),
        ("34133-9", HiType::DischargeSummary),
        ("11502-2", HiType::DiagnosticReport),
        ("57833-6", HiType::Prescription),
    ] {
        let mut draft = without_profile(kind);
        let record = draft.resource("Composition");
        record["type"] = json!({"coding": [{"system": LOINC, "code": code}]});
        record["title"] = json!("Record");
        let help = draft.only("record-profile").help;
        assert!(help.contains(kind.profile_name()), "{code}: {help}");
    }
    for kind in [
        HiType::Prescription,
        HiType::DiagnosticReport,
        HiType::ImmunizationRecord,
        HiType::Invoice,
    ] {
        let mut draft = without_profile(kind);
        let record = draft.resource("Composition");
        record["type"] = json!({"text": "record"});
        record["title"] = json!("Record");
        let help = draft.only("record-profile").help;
        assert!(help.contains(kind.profile_name()), "{kind}: {help}");
    }
}

/// C4: where nothing tells, none is suggested above the others.
#[test]
fn all_eight_record_profiles_are_listed_where_nothing_tells() {
    let mut draft = without_profile(HiType::OpConsultation);
    let record = draft.resource("Composition");
    record["type"] = json!({"text": "record"});
    record["title"] = json!("Record");
    let help = draft.only("record-profile").help;
    for kind in HiType::ALL {
        assert!(help.contains(kind.profile_name()), "{kind}: {help}");
    }
}

/// C5.
#[test]
fn a_report_is_told_what_it_lacks_for_the_profile_that_is_nearer() {
    let mut draft = Draft::sample(HiType::DiagnosticReport, "typical");
    let patient = draft.url("Patient");
    let report = draft.resource("DiagnosticReport");
    *report = json!({
        "resourceType": "DiagnosticReport", "id": report["id"], "status": "final",
        "code": {"text": "X-ray of the chest"}, "subject": {"reference": patient}
    });
    let finding = draft.only("reference-profile");
    assert!(finding.message.contains("nearest is DiagnosticReportImaging"), "{}", finding.message);
    assert!(finding.help.contains("meta.profile"), "{}", finding.help);
    // All that it lacks, not the first alone.
    assert!(finding.help.matches("is missing").count() > 1, "{}", finding.help);
    let report = draft.resource("DiagnosticReport");
    report["code"]["text"] = json!("Haemoglobin");
    report["result"] = json!([]);
    let finding = draft.only("reference-profile");
    assert!(finding.message.contains("nearest is DiagnosticReportLab"), "{}", finding.message);
}

/// C6.
#[test]
fn identifier_types_of_india_are_named_first() {
    let mut draft = Draft::sample(HiType::OpConsultation, "minimal");
    draft.resource("Patient")["identifier"][0]["type"]["coding"][0] =
        json!({"system": "https://a.example/types", "code": "card", "display": "Card"});
    let help = draft.only("binding-extensible").help;
    assert!(help.contains(": ABHA, HIN, "), "{help}");
}

/// C7.
#[test]
fn a_code_of_another_system_is_named_with_that_system() {
    for (system, code, other) in [
        ("v3-Confidentiality", "AMB", "v3-ActCode"),
        ("v2-0203", "AMB", "v3-ActCode"),
        ("v3-ActCode", "ABHA", "ndhm-identifier-type-code"),
    ] {
        let mut draft = Draft::sample(HiType::OpConsultation, "full");
        let system = format!("http://terminology.hl7.org/CodeSystem/{system}");
        draft.resource("Condition")["code"]["coding"] =
            json!([{"system": system, "code": code, "display": "x"}]);
        let help = draft.only("code-unknown").help;
        assert!(help.contains(code) && help.contains(other), "{help}");
    }
}

#[test]
fn the_nearest_name_code_and_entry_are_pointed_at() {
    let draft = Draft::sample(HiType::OpConsultation, "full");
    let help = |change: fn(&mut Draft), rule: &str| {
        let mut broken = draft.clone();
        change(&mut broken);
        let found = broken.findings().into_iter().find(|it| it.rule == rule);
        found.unwrap_or_else(|| panic!("{rule}: {:?}", broken.findings())).help
    };
    for (change, rule, near) in [
        (
            (|d| d.resource("Patient")["birth_date"] = json!("1986")) as fn(&mut Draft),
            "unknown-element",
            "birthDate",
        ),
        (|d| d.resource("Patient")["gendre"] = json!("female"), "unknown-element", "gender"),
        (|d| d.resource("Observation")["value"] = json!(3), "unknown-element", "valueQuantity"),
        (|d| d.resource("Patient")["gender"] = json!("F"), "binding-required", "write female"),
        (
            |d| d.resource("Encounter")["status"] = json!("completed"),
            "binding-required",
            "write finished",
        ),
        (
            |d| d.resource("Encounter")["status"] = json!("Finished"),
            "binding-required",
            "write finished",
        ),
        (
            |d| d.resource("Practitioner")["resourceType"] = json!("Practioner"),
            "resource-type",
            "write Practitioner",
        ),
        (
            |d| d.resource("Composition")["subject"]["reference"] = json!("Patient/1"),
            "reference-resolves",
            "the only Patient",
        ),
        (
            |d| {
                d.resource("Patient")["meta"]["profile"] =
                    json!(["https://nrces.in/ndhm/fhir/r4/StructureDefinition/patient"]);
            },
            "profile-known",
            "StructureDefinition/Patient",
        ),
    ] {
        let help = help(change, rule);
        assert!(help.contains(near), "{rule}: {help}");
    }
}
