//! The invariants of R4 that ABDM documents can break. Ids are those of the specification.

use std::collections::BTreeSet;

use super::{Checker, Kind, Severity, bundle::text, path::Path};
use crate::{
    codes::{ALLERGY_VERIFICATION, CONDITION_CLINICAL, UCUM},
    json::{Json, Object},
    model::DateTime,
};

const VERIFICATION: &str = "http://terminology.hl7.org/CodeSystem/condition-ver-status";

/// UCUM's units of time.
const UNITS_OF_TIME: [&str; 14] =
    ["a", "a_j", "a_t", "a_g", "mo", "mo_j", "mo_s", "mo_g", "wk", "d", "h", "min", "s", "ms"];

/// A rule that does not hold: id, what is wrong, how to mend it.
struct Broken(&'static str, &'static str, &'static str);

/// The invariants of a resource as a whole.
pub(super) fn resource(json: &Json, type_: &str, path: &Path<'_>, checker: &mut Checker) {
    for Broken(rule, message, help) in of_resource(json, type_) {
        checker.error(path.to_string(), rule, Kind::Invariant, message, help);
    }
    contained(json, path, checker);
    let needs_narrative = !matches!(type_, "Bundle" | "Binary");
    let has_narrative = json.get("text").is_some_and(|text| text.get("div").is_some());
    // The guide's own single resources come without; a warning for each would hide the rest.
    if needs_narrative && !has_narrative && type_ == "Composition" {
        checker.add(
            Severity::Information,
            path.name("text").to_string(),
            "dom-6",
            Kind::Invariant,
            "the resource has no narrative",
            "add text.div with a plain sentence; apps show raw fields without it",
        );
    }
}

/// The invariants of an element by its type.
pub(super) fn element(object: &Object, type_: &str, path: &Path<'_>, checker: &mut Checker) {
    for Broken(rule, message, help) in of_element(object, type_) {
        checker.error(path.to_string(), rule, Kind::Invariant, message, help);
    }
}

fn has(json: &Json, name: &str) -> bool {
    json.get(name).is_some()
}

fn has_choice(json: &Json, prefix: &str) -> bool {
    json.as_object().is_some_and(|object| has_choice_in(object, prefix))
}

fn has_choice_in(object: &Object, prefix: &str) -> bool {
    object.iter().any(|(name, _)| {
        name.strip_prefix(prefix)
            .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_uppercase()))
    })
}

fn has_code(json: &Json, name: &str, system: &str, codes: &[&str]) -> bool {
    let codings = json.get(name).and_then(|concept| concept.get("coding"));
    codings.and_then(Json::as_array).unwrap_or_default().iter().any(|coding| {
        text(coding, "system") == Some(system)
            && text(coding, "code").is_some_and(|code| codes.contains(&code))
    })
}

fn of_resource(json: &Json, type_: &str) -> Vec<Broken> {
    let mut broken = Vec::new();
    let mut demand = |holds: bool, rule, message, help| {
        if !holds {
            broken.push(Broken(rule, message, help));
        }
    };
    match type_ {
        "Organization" => {
            demand(
                has(json, "identifier") || has(json, "name"),
                "org-1",
                "an organisation has neither identifier nor name",
                "add both",
            );
            for (list, rule) in [("address", "org-2"), ("telecom", "org-3")] {
                let items = json.get(list).and_then(Json::as_array).unwrap_or_default();
                demand(
                    !items.iter().any(|item| text(item, "use") == Some("home")),
                    rule,
                    "an organisation has no home",
                    "write \"use\": \"work\"",
                );
            }
        }
        "Condition" => {
            let wrong = has_code(json, "verificationStatus", VERIFICATION, &["entered-in-error"]);
            demand(
                !(wrong && has(json, "clinicalStatus")),
                "con-5",
                "a condition entered in error has a clinical status",
                "leave clinicalStatus out",
            );
            let ended = ["resolved", "remission", "inactive"];
            demand(
                !has_choice(json, "abatement")
                    || has_code(json, "clinicalStatus", CONDITION_CLINICAL, &ended),
                "con-4",
                "a condition that has ended is not marked as ended",
                "write clinicalStatus resolved, remission or inactive",
            );
        }
        "AllergyIntolerance" => {
            let wrong =
                has_code(json, "verificationStatus", ALLERGY_VERIFICATION, &["entered-in-error"]);
            demand(
                wrong || has(json, "clinicalStatus"),
                "ait-1",
                "an allergy has no clinical status",
                "add clinicalStatus, such as active",
            );
            demand(
                !(wrong && has(json, "clinicalStatus")),
                "ait-2",
                "an allergy entered in error has a clinical status",
                "leave clinicalStatus out",
            );
        }
        "FamilyMemberHistory" => {
            demand(
                !(has_choice(json, "age") && has_choice(json, "born")),
                "fhs-1",
                "age and birth are both given",
                "keep one of them",
            );
            demand(
                has_choice(json, "age") || !has(json, "estimatedAge"),
                "fhs-2",
                "estimatedAge is given without an age",
                "add the age, or leave estimatedAge out",
            );
        }
        "Observation" => observation(json, &mut demand),
        "ServiceRequest" => demand(
            !has(json, "orderDetail") || has(json, "code"),
            "prr-1",
            "orderDetail is given without a code",
            "add the code",
        ),
        "Appointment" => appointment(json, &mut demand),
        "MedicationRequest" | "Immunization" => {}
        _ => {}
    }
    broken
}

type Demand<'d> = dyn FnMut(bool, &'static str, &'static str, &'static str) + 'd;

fn observation(json: &Json, demand: &mut Demand<'_>) {
    let has_value = has_choice(json, "value");
    demand(
        !(has(json, "dataAbsentReason") && has_value),
        "obs-6",
        "a value is given, and a reason why there is none",
        "keep one of them",
    );
    let own = json.get("code").and_then(|code| code.get("coding"));
    let own: BTreeSet<Vec<u8>> =
        own.and_then(Json::as_array).unwrap_or_default().iter().map(Json::to_vec).collect();
    let components = json.get("component").and_then(Json::as_array).unwrap_or_default();
    let repeats = components.iter().any(|component| {
        let codings = component.get("code").and_then(|code| code.get("coding"));
        let codings = codings.and_then(Json::as_array).unwrap_or_default();
        codings.iter().any(|coding| own.contains(&coding.to_vec()))
    });
    demand(
        !(has_value && repeats),
        "obs-7",
        "a component has the code of the observation, which has a value itself",
        "put the value into one of them",
    );
}

fn appointment(json: &Json, demand: &mut Demand<'_>) {
    let (start, end) = (has(json, "start"), has(json, "end"));
    demand(start == end, "app-2", "only one of start and end is given", "give both");
    let status = text(json, "status").unwrap_or_default();
    demand(
        (start && end) || matches!(status, "proposed" | "cancelled" | "waitlist"),
        "app-3",
        "an appointment without start and end",
        "give both, or write status proposed, cancelled or waitlist",
    );
    demand(
        !has(json, "cancelationReason") || matches!(status, "no-show" | "cancelled"),
        "app-4",
        "a reason for cancelling, and the appointment is not cancelled",
        "write status cancelled or no-show, or leave the reason out",
    );
}

fn of_element(object: &Object, type_: &str) -> Vec<Broken> {
    let mut broken = Vec::new();
    let mut demand = |holds: bool, rule, message, help| {
        if !holds {
            broken.push(Broken(rule, message, help));
        }
    };
    let has = |name: &str| object.contains(name);
    let string = |name: &str| object.get(name).and_then(Json::as_str);
    let number = |name: &str| object.get(name)?.as_number()?.parse::<f64>().ok();
    match type_ {
        "Extension" => demand(
            has("extension") != (has_choice_in(object, "value") || has_choice_in(object, "_value")),
            "ext-1",
            "an extension has both a value and extensions, or neither",
            "give it one of them",
        ),
        "Composition.section" => {
            demand(
                has("text") || has("entry") || has("section"),
                "cmp-1",
                "a section holds nothing",
                "give it entries, text or sections, or leave it out",
            );
            demand(
                !(has("emptyReason") && has("entry")),
                "cmp-2",
                "a section says why it is empty and has entries",
                "leave emptyReason out",
            );
        }
        "Patient.contact" => demand(
            has("name") || has("telecom") || has("address") || has("organization"),
            "pat-1",
            "a contact without name, telecom, address or organisation",
            "add one of them",
        ),
        "Observation.referenceRange" => demand(
            has("low") || has("high") || has("text"),
            "obs-3",
            "a reference range without low, high or text",
            "add one of them",
        ),
        "Condition.stage" => demand(
            has("summary") || has("assessment"),
            "con-1",
            "a stage without summary or assessment",
            "add one of them",
        ),
        "Condition.evidence" => demand(
            has("code") || has("detail"),
            "con-2",
            "evidence without code or detail",
            "add one of them",
        ),
        "CarePlan.activity" => demand(
            !(has("detail") && has("reference")),
            "cpl-3",
            "an activity has both a detail and a reference",
            "keep one of them",
        ),
        "Appointment.participant" => demand(
            has("type") || has("actor"),
            "app-1",
            "a participant without type or actor",
            "add the actor",
        ),
        "Immunization.education" => demand(
            has("documentType") || has("reference"),
            "imm-1",
            "education without a document type or reference",
            "add one of them",
        ),
        "ImmunizationRecommendation.recommendation" => demand(
            has("vaccineCode") || has("targetDisease"),
            "imr-1",
            "a recommendation without vaccine or disease",
            "add the vaccine code",
        ),
        "Attachment" => demand(
            !has("data") || has("contentType"),
            "att-1",
            "an attachment has data and does not say of what type",
            "add contentType, such as application/pdf",
        ),
        "ContactPoint" => demand(
            !has("value") || has("system"),
            "cpt-2",
            "a contact has a value and does not say of what kind",
            "add system, such as phone or email",
        ),
        "Reference" => demand(
            has("reference") || has("identifier") || has("display") || has("extension"),
            "ref-2",
            "a reference says nothing of what it refers to",
            "add reference",
        ),
        "Quantity" => has_unit_system(object, &mut demand),
        "Age" | "Duration" | "Count" | "Distance" => {
            has_unit_system(object, &mut demand);
            unit_of(object, type_, &mut demand);
        }
        "Ratio" => demand(
            has("numerator") == has("denominator"),
            "rat-1",
            "only one of numerator and denominator is given",
            "give both",
        ),
        "Range" => {
            let side =
                |name: &str| object.get(name)?.get("value")?.as_number()?.parse::<f64>().ok();
            demand(
                !matches!((side("low"), side("high")), (Some(low), Some(high)) if low > high),
                "rng-2",
                "low is above high",
                "exchange them",
            );
        }
        "Period" => {
            let order = |name: &str| DateTime::from(string(name)?).parts()?.order();
            demand(
                !matches!((order("start"), order("end")), (Some(start), Some(end)) if start > end),
                "per-1",
                "the period ends before it starts",
                "exchange start and end",
            );
        }
        "Timing.repeat" => {
            for (value, unit, rule) in
                [("duration", "durationUnit", "tim-1"), ("period", "periodUnit", "tim-2")]
            {
                demand(
                    !has(value) || has(unit),
                    rule,
                    "a duration or period without its unit",
                    "add the unit, such as d",
                );
            }
            for (value, rule) in [("duration", "tim-4"), ("period", "tim-5")] {
                demand(
                    number(value).is_none_or(|number| number >= 0.0),
                    rule,
                    "a duration or period below zero",
                    "write a positive number",
                );
            }
            for (max, least, rule) in [
                ("periodMax", "period", "tim-6"),
                ("durationMax", "duration", "tim-7"),
                ("countMax", "count", "tim-8"),
            ] {
                demand(!has(max) || has(least), rule, "a most without a least", "give both");
            }
            let when = object.get("when").and_then(Json::as_array).unwrap_or_default();
            let by_meal = |code: &str| matches!(code, "C" | "CM" | "CD" | "CV");
            demand(
                !has("offset")
                    || (!when.is_empty() && !when.iter().filter_map(Json::as_str).any(by_meal)),
                "tim-9",
                "an offset without an event from which to count",
                "add when, and not C, CM, CD or CV",
            );
            demand(
                !has("timeOfDay") || when.is_empty(),
                "tim-10",
                "both a time of day and an event are given",
                "keep one of them",
            );
        }
        _ => {}
    }
    broken
}

fn has_unit_system(object: &Object, demand: &mut Demand<'_>) {
    demand(
        !object.contains("code") || object.contains("system"),
        "qty-3",
        "a unit has a code and does not say of which system",
        "write \"system\": \"http://unitsofmeasure.org\"",
    );
}

/// The kinds of quantity that have units of one sort, in UCUM (age-1, drt-1, cnt-3, dis-1).
fn unit_of(object: &Object, type_: &str, demand: &mut Demand<'_>) {
    let string = |name: &str| object.get(name).and_then(Json::as_str);
    let value = object.get("value").and_then(Json::as_number);
    let (system, code) = (string("system"), string("code"));
    let rule = match type_ {
        "Age" => "age-1",
        "Duration" => "drt-1",
        "Count" => "cnt-3",
        _ => "dis-1",
    };
    let help = match type_ {
        "Age" | "Duration" => {
            "write \"system\": \"http://unitsofmeasure.org\" and as code a for years, mo for months, \
             wk for weeks, d for days, h for hours or min for minutes"
        }
        "Count" => "write \"system\": \"http://unitsofmeasure.org\" and \"code\": \"1\"",
        _ => "write \"system\": \"http://unitsofmeasure.org\" and as code m, cm or km",
    };
    demand(
        system.is_none_or(|system| system == UCUM),
        rule,
        "a unit of another system than UCUM, which R4 wants here",
        help,
    );
    demand(
        code.is_some() || value.is_none() || type_ == "Duration",
        rule,
        "a value without the code of its unit",
        help,
    );
    let is_of_kind = code.is_none_or(|code| match type_ {
        "Age" | "Duration" => UNITS_OF_TIME.contains(&code),
        "Count" => code == "1",
        _ => !UNITS_OF_TIME.contains(&code),
    });
    // A code of another system was reported with its system.
    demand(is_of_kind || system.is_some_and(|it| it != UCUM), rule, "a unit of another kind", help);
    match type_ {
        "Age" => demand(
            value.and_then(|value| value.parse::<f64>().ok()).is_none_or(|value| value > 0.0),
            rule,
            "an age that is not above zero",
            "write the age in a smaller unit, such as 5 d",
        ),
        "Duration" => demand(
            code.is_none() || value.is_some(),
            rule,
            "a unit without a value",
            "add the value, or leave the unit out",
        ),
        "Count" => demand(
            value.is_none_or(|value| !value.contains('.')),
            rule,
            "a count that is not a whole number",
            "write a whole number",
        ),
        _ => {}
    }
}

/// What R4 wants of a resource that claims one of its profiles of vital signs (vs-1 to vs-3).
pub(super) fn vital_sign(json: &Json, path: &Path<'_>, checker: &mut Checker) {
    let mut demand = |holds: bool, rule, message: &str, help: &str| {
        if !holds {
            checker.error(path.to_string(), rule, Kind::Invariant, message, help);
        }
    };
    demand(
        text(json, "effectiveDateTime").is_none_or(|date| date.len() >= 8),
        "vs-1",
        "the time of a vital sign is not precise to the day",
        "write effectiveDateTime with year, month and day",
    );
    let has_value = |json: &Json| has_choice(json, "value") || has(json, "dataAbsentReason");
    demand(
        has(json, "component") || has(json, "hasMember") || has_value(json),
        "vs-2",
        "a vital sign without value, components or a reason why there is none",
        "add the value, or dataAbsentReason",
    );
    let components = json.get("component").and_then(Json::as_array).unwrap_or_default();
    demand(
        components.iter().all(has_value),
        "vs-3",
        "a component without value or a reason why there is none",
        "add the value, or dataAbsentReason",
    );
}

/// What FHIR wants of contained resources (dom-2 to dom-5).
fn contained(json: &Json, path: &Path<'_>, checker: &mut Checker) {
    let Some(contained) = json.get("contained").and_then(Json::as_array) else {
        return;
    };
    let mut referred = Vec::new();
    local_references(json, &mut referred);
    let referred: BTreeSet<&str> =
        referred.into_iter().filter_map(|reference| reference.strip_prefix('#')).collect();
    for (place, inner) in contained.iter().enumerate() {
        let list = path.name("contained");
        let here = list.place(place);
        let mut report = |rule, message: &str, help: &str| {
            checker.error(here.to_string(), rule, Kind::Invariant, message, help);
        };
        if has(inner, "contained") {
            report("dom-2", "a contained resource contains another", "move it up one level");
        }
        let id = text(inner, "id").unwrap_or_default();
        let refers_back = {
            let mut inside = Vec::new();
            local_references(inner, &mut inside);
            inside.contains(&"#")
        };
        if !refers_back && !referred.contains(id) {
            report(
                "dom-3",
                "nothing refers to the contained resource",
                "refer to it, or leave it out",
            );
        }
        let meta = inner.get("meta");
        if meta.is_some_and(|meta| has(meta, "versionId") || has(meta, "lastUpdated")) {
            report(
                "dom-4",
                "a contained resource has a version",
                "leave versionId and lastUpdated out",
            );
        }
        if meta.is_some_and(|meta| has(meta, "security")) {
            report("dom-5", "a contained resource has a security label", "leave meta.security out");
        }
    }
}

/// All references that stay inside the resource.
fn local_references<'a>(json: &'a Json, found: &mut Vec<&'a str>) {
    match json {
        Json::Object(object) => {
            for (name, value) in object.iter() {
                match value {
                    Json::String(text) if name == "reference" && text.starts_with('#') => {
                        found.push(text);
                    }
                    other => local_references(other, found),
                }
            }
        }
        Json::Array(elements) => {
            elements.iter().for_each(|element| local_references(element, found))
        }
        _ => {}
    }
}
