//! The kinds of `meaning`, proved for every resource type, every status and every place.

use std::collections::BTreeSet;

use fhir_bundles::{
    HiType, Language, Record,
    record::{Item, MarkKind},
    render,
};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::{
    meaning::{both, document, read, shown},
    samples,
};

/// Resource type, member, its codes in R4, and those of them that everybody takes for granted.
const STATUSES: &[(&str, &str, &[&str], &[&str])] = &[
    (
        "Appointment",
        "status",
        &[
            "proposed",
            "pending",
            "booked",
            "arrived",
            "fulfilled",
            "cancelled",
            "noshow",
            "entered-in-error",
            "checked-in",
            "waitlist",
        ],
        &[],
    ),
    (
        "CarePlan",
        "status",
        &["draft", "active", "on-hold", "revoked", "completed", "entered-in-error", "unknown"],
        &["active"],
    ),
    ("CarePlan", "intent", &["proposal", "plan", "order", "option"], &["plan", "order"]),
    (
        "ChargeItem",
        "status",
        &[
            "planned",
            "billable",
            "not-billable",
            "aborted",
            "billed",
            "entered-in-error",
            "unknown",
        ],
        &["billable", "billed"],
    ),
    ("Device", "status", &["active", "inactive", "entered-in-error", "unknown"], &["active"]),
    (
        "DiagnosticReport",
        "status",
        &[
            "registered",
            "partial",
            "preliminary",
            "final",
            "amended",
            "corrected",
            "appended",
            "cancelled",
            "entered-in-error",
            "unknown",
        ],
        &["final"],
    ),
    ("DocumentReference", "status", &["current", "superseded", "entered-in-error"], &["current"]),
    (
        "DocumentReference",
        "docStatus",
        &["preliminary", "final", "amended", "entered-in-error"],
        &["final"],
    ),
    (
        "Encounter",
        "status",
        &[
            "planned",
            "arrived",
            "triaged",
            "in-progress",
            "onleave",
            "finished",
            "cancelled",
            "entered-in-error",
            "unknown",
        ],
        &["finished"],
    ),
    (
        "FamilyMemberHistory",
        "status",
        &["partial", "completed", "entered-in-error", "health-unknown"],
        &["completed"],
    ),
    (
        "ImagingStudy",
        "status",
        &["registered", "available", "cancelled", "entered-in-error", "unknown"],
        &["available"],
    ),
    ("Immunization", "status", &["completed", "entered-in-error", "not-done"], &["completed"]),
    ("Invoice", "status", &["draft", "issued", "balanced", "cancelled", "entered-in-error"], &[]),
    ("Location", "status", &["active", "suspended", "inactive"], &["active"]),
    (
        "Media",
        "status",
        &[
            "preparation",
            "in-progress",
            "not-done",
            "on-hold",
            "stopped",
            "completed",
            "entered-in-error",
            "unknown",
        ],
        &["completed"],
    ),
    ("Medication", "status", &["active", "inactive", "entered-in-error"], &["active"]),
    (
        "MedicationRequest",
        "status",
        &[
            "active",
            "on-hold",
            "cancelled",
            "completed",
            "entered-in-error",
            "stopped",
            "draft",
            "unknown",
        ],
        &["active"],
    ),
    (
        "MedicationRequest",
        "intent",
        &[
            "proposal",
            "plan",
            "order",
            "original-order",
            "reflex-order",
            "filler-order",
            "instance-order",
            "option",
        ],
        &["order"],
    ),
    (
        "MedicationStatement",
        "status",
        &[
            "active",
            "completed",
            "entered-in-error",
            "intended",
            "stopped",
            "on-hold",
            "unknown",
            "not-taken",
        ],
        &["active"],
    ),
    (
        "Observation",
        "status",
        &[
            "registered",
            "preliminary",
            "final",
            "amended",
            "corrected",
            "cancelled",
            "entered-in-error",
            "unknown",
        ],
        &["final"],
    ),
    (
        "Procedure",
        "status",
        &[
            "preparation",
            "in-progress",
            "not-done",
            "on-hold",
            "stopped",
            "completed",
            "entered-in-error",
            "unknown",
        ],
        &["completed"],
    ),
    (
        "ServiceRequest",
        "status",
        &["draft", "active", "on-hold", "revoked", "completed", "entered-in-error", "unknown"],
        &["active"],
    ),
    (
        "ServiceRequest",
        "intent",
        &[
            "proposal",
            "plan",
            "directive",
            "order",
            "original-order",
            "reflex-order",
            "filler-order",
            "instance-order",
            "option",
        ],
        &["order"],
    ),
    (
        "Specimen",
        "status",
        &["available", "unavailable", "unsatisfactory", "entered-in-error"],
        &["available"],
    ),
    (
        "Task",
        "status",
        &[
            "draft",
            "requested",
            "received",
            "accepted",
            "rejected",
            "ready",
            "cancelled",
            "in-progress",
            "on-hold",
            "failed",
            "completed",
            "entered-in-error",
        ],
        &[],
    ),
    (
        "MedicationAdministration",
        "status",
        &[
            "in-progress",
            "not-done",
            "on-hold",
            "completed",
            "entered-in-error",
            "stopped",
            "unknown",
        ],
        &[],
    ),
    (
        "MedicationDispense",
        "status",
        &[
            "preparation",
            "in-progress",
            "cancelled",
            "on-hold",
            "completed",
            "entered-in-error",
            "stopped",
            "declined",
            "unknown",
        ],
        &[],
    ),
    (
        "NutritionOrder",
        "status",
        &["draft", "active", "on-hold", "revoked", "completed", "entered-in-error", "unknown"],
        &[],
    ),
    (
        "Communication",
        "status",
        &[
            "preparation",
            "in-progress",
            "not-done",
            "on-hold",
            "stopped",
            "completed",
            "entered-in-error",
            "unknown",
        ],
        &[],
    ),
    (
        "Goal",
        "lifecycleStatus",
        &[
            "proposed",
            "planned",
            "accepted",
            "active",
            "on-hold",
            "completed",
            "cancelled",
            "entered-in-error",
            "rejected",
        ],
        &["active"],
    ),
    ("Flag", "status", &["active", "inactive", "entered-in-error"], &[]),
    (
        "Consent",
        "status",
        &["draft", "proposed", "active", "rejected", "inactive", "entered-in-error"],
        &[],
    ),
    ("AdverseEvent", "actuality", &["actual", "potential"], &["actual"]),
];

/// Those whose status is a concept.
const CONCEPTS: &[(&str, &str, &[&str], &[&str])] = &[
    (
        "Condition",
        "clinicalStatus",
        &["active", "recurrence", "relapse", "inactive", "remission", "resolved"],
        &["active"],
    ),
    (
        "Condition",
        "verificationStatus",
        &["unconfirmed", "provisional", "differential", "confirmed", "refuted", "entered-in-error"],
        &["confirmed"],
    ),
    ("AllergyIntolerance", "clinicalStatus", &["active", "inactive", "resolved"], &["active"]),
    (
        "AllergyIntolerance",
        "verificationStatus",
        &["unconfirmed", "confirmed", "refuted", "entered-in-error"],
        &["confirmed"],
    ),
    ("DetectedIssue", "clinicalStatus", &["resolved"], &[]),
];

/// A resource of a type, named "Zebra" where it has a name.
fn zebra(kind: &str) -> Value {
    let name = json!({"text": "Zebra"});
    let member = match kind {
        "Immunization" => "vaccineCode",
        "MedicationRequest"
        | "MedicationStatement"
        | "MedicationAdministration"
        | "MedicationDispense" => "medicationCodeableConcept",
        "Invoice" | "Specimen" => "type",
        "FamilyMemberHistory" => "relationship",
        "AdverseEvent" => "event",
        "Appointment" | "CarePlan" | "DocumentReference" | "Task" | "ImagingStudy" | "Goal"
        | "Location" | "Media" | "Encounter" => "",
        _ => "code",
    };
    let mut resource = json!({"resourceType": kind});
    match kind {
        "Appointment" | "Task" | "ImagingStudy" => resource["description"] = json!("Zebra"),
        "DocumentReference" => {
            resource["content"] =
                json!([{"attachment": {"title": "Zebra", "url": "https://a.example"}}]);
        }
        "Media" => resource["content"] = json!({"title": "Zebra", "url": "https://a.example"}),
        "CarePlan" => resource["title"] = json!("Zebra"),
        "Goal" => resource["description"] = name,
        "Location" => resource["name"] = json!("Zebra"),
        "Encounter" => resource["type"] = json!([name]),
        _ => resource[member] = name,
    }
    resource
}

fn says_status(text: &str, code: &str) -> bool {
    let lower = text.to_lowercase();
    let words = code.replace('-', " ");
    let special: &[&str] = match code {
        "not-done" => &["not done", "not given"],
        "preparation" => &["in preparation"],
        "cancelled" | "declined" => &["not dispensed"],
        "unknown" => &["status unknown"],
        _ => &[],
    };
    lower.contains(&words) || special.iter().any(|words| lower.contains(words))
}

#[test]
fn every_status_of_every_resource_is_said_in_words_before_its_name() {
    for (kind, member, codes, natural) in STATUSES {
        for code in *codes {
            let mut resource = zebra(kind);
            resource[*member] = json!(code);
            prove(kind, member, code, natural, &resource);
        }
    }
    for (kind, member, codes, natural) in CONCEPTS {
        for code in *codes {
            for concept in [
                json!({"coding": [{"code": code}]}),
                json!({"text": code}),
                json!({"coding": [{"display": code}]}),
            ] {
                let mut resource = zebra(kind);
                resource[*member] = concept;
                prove(kind, member, code, natural, &resource);
            }
        }
    }
}

fn prove(kind: &str, member: &str, code: &str, natural: &[&str], resource: &Value) {
    let record = read(&document(std::slice::from_ref(resource)));
    let text = both(&record);
    let about = format!("{kind}.{member} {code}\n{text}");
    assert!(text.contains("Zebra"), "{about}");
    let standing = record.items().next().unwrap().standing();
    if natural.contains(&code) {
        assert!(standing.marks().is_empty(), "{about}");
        return;
    }
    let section = text.split_once("Section").unwrap().1;
    assert!(says_status(section, code), "{about}");
    if let Some(against) = standing.against() {
        assert!(section.find(&against).unwrap() < section.find("Zebra").unwrap(), "{about}");
        assert!(says_status(&against, code), "{about}");
    }
    if code == "entered-in-error" {
        assert!(standing.is_in_error() && !standing.counts(), "{about}");
        assert!(render::html(&record).contains("<s>Zebra</s>"), "{about}");
    }
}

#[test]
fn every_status_is_told_of_what_is_only_referred_to() {
    // A refuted condition as the reason for a medicine is no reason.
    for (kind, member, codes, natural) in STATUSES.iter().chain(CONCEPTS) {
        if matches!(*kind, "DocumentReference" | "Media" | "Location") || *member == "docStatus" {
            continue;
        }
        for code in codes.iter().filter(|code| !natural.contains(code)) {
            let mut reason = zebra(kind);
            let is_concept = CONCEPTS.iter().any(|(concept, ..)| concept == kind);
            reason[*member] =
                if is_concept { json!({"coding": [{"code": code}]}) } else { json!(code) };
            reason["id"] = json!("z");
            let record = read(&document(&[json!({
                "resourceType": "MedicationRequest", "status": "active", "intent": "order",
                "medicationCodeableConcept": {"text": "Aspirin"}, "contained": [reason],
                "reasonReference": [{"reference": "#z"}]
            })]));
            let Some(Item::Medicine(medicine)) = record.items().next() else { panic!("none") };
            let reason = medicine.with_standing().1.reason.clone().unwrap();
            let mut alone = zebra(kind);
            alone[*member] =
                if is_concept { json!({"coding": [{"code": code}]}) } else { json!(code) };
            let alone = read(&document(&[alone]));
            if let Some(against) = alone.items().next().unwrap().standing().against() {
                assert!(reason.starts_with(&against), "{kind} {member} {code}: {reason}");
            }
        }
    }
}

#[test]
fn a_status_of_another_shape_or_word_is_never_passed_over() {
    for (kind, member, ..) in STATUSES {
        let mut resource = zebra(kind);
        resource[*member] = json!("brand-new-word");
        let text = shown(&[resource.clone()]);
        assert!(text.to_lowercase().contains("brand new word"), "{kind}.{member}\n{text}");
        if matches!(*member, "status" | "intent") {
            resource[*member] = json!(["not-done"]);
            let record = read(&document(&[resource]));
            let known = ["Task", "MedicationAdministration"].contains(kind) || *member == "status";
            let warned = record.items().next().unwrap().standing().has(MarkKind::UnknownModifier);
            assert!(warned || !known, "{kind}.{member}");
        }
    }
}

/// The paths of all objects below a resource.
fn objects(value: &Value, path: &str, found: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            found.push(path.to_owned());
            for (name, inner) in members {
                objects(inner, &format!("{path}/{name}"), found);
            }
        }
        Value::Array(elements) => {
            for (place, inner) in elements.iter().enumerate() {
                objects(inner, &format!("{path}/{place}"), found);
            }
        }
        _ => {}
    }
}

#[test]
fn an_unknown_modifier_extension_is_a_warning_wherever_it_stands() {
    let mut tried = BTreeSet::new();
    for kind in HiType::ALL {
        let bytes = samples::sample(kind, "full").to_vec();
        let json: Value = serde_json::from_slice(&bytes).unwrap();
        let mut paths = Vec::new();
        objects(&json["entry"], "/entry", &mut paths);
        for path in paths {
            // The same element of the same type once.
            let mut parts = path.splitn(5, '/').skip(2);
            let entry = parts.next().unwrap_or_default();
            let kind = json.pointer(&format!("/entry/{entry}/resource/resourceType"));
            let kind = kind.and_then(Value::as_str).unwrap_or_default();
            let rest: String = parts
                .collect::<Vec<_>>()
                .join("/")
                .chars()
                .filter(|c| !c.is_ascii_digit())
                .collect();
            let is_meta =
                rest.contains("/meta") || rest.contains("/text") || rest.contains("extension");
            if is_meta || kind.is_empty() || !tried.insert(format!("{kind} {rest}")) {
                continue;
            }
            let mut changed = json.clone();
            let extension = json!([{"url": "https://a.example/changes-it", "valueBoolean": true}]);
            changed.pointer_mut(&path).unwrap()["modifierExtension"] = extension;
            let bytes = serde_json::to_vec(&changed).unwrap();
            let record = Record::read_in(&bytes, Language::English).unwrap();
            let text = record.render_text(80);
            assert!(text.contains("WARNING"), "{kind} {path}");
        }
    }
    assert!(tried.len() > 200, "{}", tried.len());
}

#[test]
fn rules_that_are_not_known_are_a_warning_wherever_they_stand() {
    for (kind, ..) in STATUSES.iter().chain(CONCEPTS) {
        let mut resource = zebra(kind);
        resource["implicitRules"] = json!("https://a.example/rules");
        let record = read(&document(&[resource]));
        assert!(record.items().next().unwrap().standing().has(MarkKind::UnknownModifier), "{kind}");
    }
    for path in ["/implicitRules", "/entry/0/resource/implicitRules"] {
        let mut json = document(&[zebra("Procedure")]);
        let (parent, name) = path.rsplit_once('/').unwrap();
        json.pointer_mut(parent).unwrap()[name] = json!("https://a.example/rules");
        let record = read(&json);
        assert!(record.standing().has(MarkKind::UnknownModifier));
        assert!(!record.items().next().unwrap().standing().holds());
        assert!(both(&record).contains("WARNING"));
    }
}

#[test]
fn every_resource_about_somebody_else_says_so() {
    for (kind, ..) in STATUSES.iter().chain(CONCEPTS) {
        let member = match *kind {
            "AllergyIntolerance"
            | "Device"
            | "FamilyMemberHistory"
            | "Immunization"
            | "Consent" => "patient",
            "Task" => "for",
            "Appointment" | "Location" | "Medication" => continue,
            _ => "subject",
        };
        let mut resource = zebra(kind);
        resource[member] = json!({"reference": "Patient/p9"});
        let mut json = document(&[resource]);
        let ravi = json!({"resourceType": "Patient", "id": "p9", "name": [{"text": "Ravi Kumar"}]});
        json["entry"]
            .as_array_mut()
            .unwrap()
            .push(json!({"fullUrl": "Patient/p9", "resource": ravi}));
        let record = read(&json);
        assert!(record.items().next().unwrap().standing().has(MarkKind::OtherSubject), "{kind}");
        assert!(both(&record).contains("ABOUT ANOTHER PATIENT: Ravi Kumar"), "{kind}");
    }
}

#[test]
fn what_no_section_reaches_is_shown_whatever_it_is() {
    for (kind, ..) in STATUSES.iter().chain(CONCEPTS) {
        let mut json = document(&[zebra(kind)]);
        json["entry"][0]["resource"]["section"][0]["entry"] = json!([]);
        let text = both(&read(&json));
        assert!(text.contains("Also in the document") && text.contains("Zebra"), "{kind}\n{text}");
    }
}

#[test]
fn text_and_page_say_the_same_of_every_sample_and_example() {
    for (_, _, document) in samples::all() {
        both(&Record::of(&document));
        for language in [Language::English, Language::Hindi, Language::Urdu] {
            both(&Record::of_in(&document, language));
        }
    }
    let Some(contract) = std::env::var_os("ABDM_CONTRACT_DIR") else { return };
    for folder in ["6.5.0", "2.0.1", "published-with-narrative"] {
        let folder = std::path::Path::new(&contract).join("fhir/examples").join(folder);
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|extension| extension == "json") {
                let bytes = std::fs::read(&path).unwrap();
                both(&Record::read(&bytes).unwrap());
                both(&Record::read_in(&bytes, Language::Hindi).unwrap());
            }
        }
    }
}

#[test]
fn a_narrative_made_from_the_facts_is_not_repeated() {
    for (name, _, document) in samples::all() {
        let page = Record::of(&document).render_html();
        assert!(!page.contains("narrative\">"), "{name}");
    }
}

/// The modifier elements of R4 in the resources of the eight documents and their datatypes, made by
/// `cargo xtask generate`.
const MODIFIER_ELEMENTS: &str = include_str!("modifier_elements.txt");

#[test]
fn every_modifier_element_has_a_row_in_the_documentation() {
    let page = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/fhir.md"));
    let rows: Vec<&str> = page.lines().filter(|line| line.starts_with("| `")).collect();
    let mut count = 0;
    for path in MODIFIER_ELEMENTS.lines().filter(|line| !line.is_empty()) {
        let cell = format!("`{path}`");
        // What every resource or element has is one row.
        let general = path.rsplit('.').next().map(|name| format!("`*.{name}`")).unwrap();
        let is_there = rows.iter().any(|row| {
            row.contains(&cell)
                || (["modifierExtension", "implicitRules"]
                    .iter()
                    .any(|name| general.contains(name))
                    && row.contains(&general))
        });
        assert!(is_there, "docs/fhir.md has no row for {path}");
        count += 1;
    }
    assert!(count > 100, "{count}");
}

/// Values that elements of a document might have and should not.
fn odd_values() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        Just(json!([])),
        Just(json!({})),
        Just(json!([[]])),
        Just(json!(true)),
        Just(json!(-1)),
        Just(json!(1e300)),
        Just(json!("")),
        Just(json!("#")),
        Just(json!("x".repeat(3000))),
        Just(json!("entered-in-error")),
        Just(json!([{"reference": "#"}])),
        Just(json!({"value": "x", "unit": 1})),
        Just(json!({"low": {"value": 1}, "high": {"value": -1}})),
        Just(json!({"coding": [{"code": ""}], "text": " "})),
        Just(json!("2026-02-30T25:00:00Z")),
        "[a-zA-Z0-9 ]{0,12}".prop_map(|text| json!(text)),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]

    #[test]
    fn documents_with_odd_values_are_shown_and_alike(
        kind in 0_usize..8,
        places in prop::collection::vec((any::<prop::sample::Index>(), odd_values()), 1..6),
    ) {
        let bytes = samples::sample(HiType::ALL[kind], "full").to_vec();
        let mut json: Value = serde_json::from_slice(&bytes).unwrap();
        for (place, value) in places {
            let mut paths = Vec::new();
            objects(&json["entry"], "/entry", &mut paths);
            let path = place.get(&paths).clone();
            let members = json.pointer_mut(&path).unwrap().as_object_mut().unwrap();
            if let Some(name) = members.keys().nth(place.index(members.len().max(1))).cloned() {
                members.insert(name, value);
            }
        }
        both(&Record::read(&serde_json::to_vec(&json).unwrap()).unwrap());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn any_status_with_any_name_is_said_first(
        place in 0..STATUSES.len(),
        code in 0_usize..12,
        name in "[A-Z][a-z]{3,9}",
    ) {
        let (kind, member, codes, natural) = STATUSES[place];
        let code = codes[code % codes.len()];
        let mut json = zebra(kind).to_string().replace("Zebra", &name);
        json.truncate(json.len() - 1);
        let resource: Value = serde_json::from_str(&format!("{json},\"{member}\":\"{code}\"}}")).unwrap();
        let record = read(&document(&[resource]));
        let text = render::text(&record, 400);
        let section = text.split_once("Section").unwrap().1;
        prop_assert!(section.contains(&name));
        prop_assert!(natural.contains(&code) || says_status(section, code), "{}", text);
    }

    #[test]
    fn whatever_a_dosage_says_is_shown(
        text in "[a-z]{2,8}( [a-z]{2,8}){0,2}",
        dose in 1_u16..900,
        frequency in 1_i32..7,
        most in 7_i32..9,
        days in 1_u16..90,
        site in "[A-Z]{4,8}",
        count in 1_i32..40,
    ) {
        let shown = shown(&[json!({
            "resourceType": "MedicationStatement", "status": "active",
            "medicationCodeableConcept": {"text": "Medicine"},
            "dosage": [{
                "text": text, "doseAndRate": [{"doseQuantity": {"value": dose, "unit": "mg"}}],
                "site": {"text": site}, "asNeededBoolean": true,
                "timing": {"repeat": {"frequency": frequency, "frequencyMax": most, "period": 1, "periodUnit": "d",
                    "count": count, "boundsDuration": {"value": days, "unit": "d", "code": "d"}}}
            }]
        })]);
        let span = if days == 1 { "for 1 day".to_owned() } else { format!("for {days} days") };
        for words in [text, format!("{dose} mg"), format!("{frequency} to {most} times a day"), span, site, "if needed".to_owned()] {
            prop_assert!(shown.contains(&words), "{} in {}", words, shown);
        }
    }

    #[test]
    fn a_number_is_judged_as_its_digits_say(value in -2_000_i64..2_000, low in -1_000_i64..0, high in 0_i64..1_000, places in 0_u32..4) {
        let decimal = |number: i64| {
            let scale = 10_i64.pow(places);
            let sign = if number < 0 { "-" } else { "" };
            let (whole, part) = (number.abs() / scale, number.abs() % scale);
            if places == 0 { format!("{sign}{whole}") } else { format!("{sign}{whole}.{part:0width$}", width = places as usize) }
        };
        let json = format!(
            r#"{{"resourceType":"Bundle","entry":[{{"resource":{{"resourceType":"Observation","status":"final","valueQuantity":{{"value":{}}},"referenceRange":[{{"low":{{"value":{}}},"high":{{"value":{}}}}}]}}}}]}}"#,
            decimal(value), decimal(low), decimal(high)
        );
        let record = Record::read(json.as_bytes()).unwrap();
        let level = record.results().next().unwrap().with_standing().1.judgement().level();
        let expected = if value < low { fhir_bundles::record::Level::Low }
            else if value > high { fhir_bundles::record::Level::High }
            else { fhir_bundles::record::Level::Normal };
        prop_assert_eq!(level, Some(expected));
    }
}
