//! What HL7's validator says, said here too: each kind of error made wherever a document has the place
//! for it, and each kind of correct content that must not be refused.

mod codes;
mod envelope;
mod files;
mod references;
mod remedies;
mod values;

use fhir_bundles::{
    HiType, check,
    check::{Finding, Severity},
};
use serde_json::{Value, json};

use crate::samples;

/// A document to change.
#[derive(Clone)]
struct Draft(Value);

impl Draft {
    fn sample(kind: HiType, size: &str) -> Self {
        Self(serde_json::from_slice(&samples::sample(kind, size).to_vec()).unwrap())
    }

    /// All sample documents, with their names.
    fn all() -> Vec<(String, Self)> {
        let read = |(name, _, document): (String, HiType, fhir_bundles::DocumentBundle)| {
            (name, Self(serde_json::from_slice(&document.to_vec()).unwrap()))
        };
        samples::all().into_iter().map(read).collect()
    }

    /// One sample document of each type, for what is tried at every place of it.
    fn of_each_type() -> [(HiType, Self); 8] {
        HiType::ALL.map(|kind| (kind, Self::sample(kind, "typical")))
    }

    fn entries(&self) -> &[Value] {
        self.0["entry"].as_array().unwrap()
    }

    fn place(&self, type_: &str) -> Option<usize> {
        self.entries().iter().position(|entry| entry["resource"]["resourceType"] == type_)
    }

    /// The first resource of a type.
    fn resource(&mut self, type_: &str) -> &mut Value {
        let place = self.place(type_).unwrap_or_else(|| panic!("no {type_}"));
        &mut self.0["entry"][place]["resource"]
    }

    fn url(&self, type_: &str) -> String {
        let place = self.place(type_).unwrap_or_else(|| panic!("no {type_}"));
        self.entries()[place]["fullUrl"].as_str().unwrap().to_owned()
    }

    /// Adds an entry, and gives its fullUrl.
    fn add(&mut self, mut resource: Value) -> String {
        let id = format!("00000000-0000-4000-9000-{:012}", self.entries().len());
        resource["id"] = json!(id);
        let url = format!("urn:uuid:{id}");
        let entry = json!({"fullUrl": url, "resource": resource});
        self.0["entry"].as_array_mut().unwrap().push(entry);
        url
    }

    /// Adds an entry that the Composition reaches by the first of its sections with entries.
    fn add_reached(&mut self, resource: Value) -> usize {
        let url = self.add(resource);
        // A resource that anything may refer to, so that no rule of a section strikes.
        let extension = json!({
            "url": "https://clinic.example/StructureDefinition/see",
            "valueReference": {"reference": url}
        });
        let record = self.resource("Composition");
        match record.get_mut("extension").and_then(Value::as_array_mut) {
            Some(list) => list.push(extension),
            None => record["extension"] = json!([extension]),
        }
        self.entries().len() - 1
    }

    fn findings(&self) -> Vec<Finding> {
        check(&serde_json::to_vec(&self.0).unwrap()).findings().to_vec()
    }

    /// Rules and paths of the errors.
    fn errors(&self) -> Vec<(&'static str, String)> {
        self.of(Severity::Error)
    }

    fn warnings(&self) -> Vec<(&'static str, String)> {
        self.of(Severity::Warning)
    }

    fn of(&self, severity: Severity) -> Vec<(&'static str, String)> {
        let findings = self.findings().into_iter().filter(|it| it.severity == severity);
        findings.map(|finding| (finding.rule, finding.path)).collect()
    }

    /// The only finding of a rule.
    fn only(&self, rule: &str) -> Finding {
        let mut found: Vec<_> = self.findings().into_iter().filter(|it| it.rule == rule).collect();
        assert_eq!(found.len(), 1, "{rule}: {:?}", self.findings());
        found.remove(0)
    }
}

/// JSON pointers to all objects and lists and what they hold.
fn pointers(json: &Value) -> Vec<String> {
    fn collect(json: &Value, pointer: &str, found: &mut Vec<String>) {
        found.push(pointer.to_owned());
        match json {
            Value::Object(members) => {
                for (name, value) in members {
                    collect(value, &format!("{pointer}/{name}"), found);
                }
            }
            Value::Array(items) => {
                for (place, value) in items.iter().enumerate() {
                    collect(value, &format!("{pointer}/{place}"), found);
                }
            }
            _ => {}
        }
    }
    let mut found = Vec::new();
    collect(json, "", &mut found);
    found
}

/// The path of a finding at a pointer.
fn path(pointer: &str) -> String {
    let steps = pointer.split('/').skip(1).map(|step| match step.parse::<usize>() {
        Ok(place) => format!("[{place}]"),
        Err(_) => format!(".{step}"),
    });
    format!("Bundle{}", steps.collect::<String>())
}
