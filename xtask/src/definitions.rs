//! The published definitions, as far as the generators look at them.

use std::{collections::BTreeMap, fs, path::Path};

use anyhow::Context as _;
use serde_json::Value;

/// The resources that ABDM documents use, by their FHIR names.
pub(crate) const RESOURCES: [&str; 32] = [
    "AllergyIntolerance",
    "Appointment",
    "Binary",
    "Bundle",
    "CarePlan",
    "ChargeItem",
    "Composition",
    "Condition",
    "Device",
    "DiagnosticReport",
    "DocumentReference",
    "Encounter",
    "FamilyMemberHistory",
    "ImagingStudy",
    "Immunization",
    "ImmunizationRecommendation",
    "Invoice",
    "Location",
    "Media",
    "Medication",
    "MedicationRequest",
    "MedicationStatement",
    "Observation",
    "Organization",
    "Patient",
    "Practitioner",
    "PractitionerRole",
    "Procedure",
    "RelatedPerson",
    "ServiceRequest",
    "Specimen",
    "Task",
];

/// All definitions by name.
pub(crate) struct Definitions {
    /// R4 core types: resources, datatypes, primitives.
    pub(crate) core: BTreeMap<String, Definition>,
}

/// One StructureDefinition.
pub(crate) struct Definition {
    pub(crate) description: String,
    pub(crate) elements: Vec<Element>,
}

/// One ElementDefinition of a snapshot.
pub(crate) struct Element {
    pub(crate) path: String,
    pub(crate) short: String,
    pub(crate) max: String,
    pub(crate) types: Vec<String>,
    pub(crate) content_reference: Option<String>,
}

impl Definitions {
    pub(crate) fn load(folder: &Path) -> anyhow::Result<Self> {
        let core = load_folder(&folder.join("r4-core"))?
            .into_iter()
            .filter(|(_, value)| text(value, "derivation") != "constraint")
            .map(|(_, value)| (text(&value, "name"), Definition::read(&value)))
            .collect();
        Ok(Self { core })
    }

    pub(crate) fn core(&self, name: &str) -> anyhow::Result<&Definition> {
        self.core.get(name).with_context(|| format!("no R4 core definition of {name}"))
    }
}

impl Definition {
    fn read(value: &Value) -> Self {
        let elements = value["snapshot"]["element"].as_array().map(Vec::as_slice).unwrap_or_default();
        Self {
            description: text(value, "description"),
            elements: elements.iter().map(Element::read).collect(),
        }
    }

    /// The elements directly below a path.
    pub(crate) fn children<'a>(&'a self, path: &'a str) -> impl Iterator<Item = &'a Element> {
        self.elements.iter().filter(move |element| {
            element
                .path
                .strip_prefix(path)
                .and_then(|rest| rest.strip_prefix('.'))
                .is_some_and(|name| !name.contains('.'))
        })
    }
}

impl Element {
    fn read(value: &Value) -> Self {
        let types = value["type"].as_array().map(Vec::as_slice).unwrap_or_default();
        Self {
            path: text(value, "path"),
            short: text(value, "short"),
            max: text(value, "max"),
            types: types.iter().map(|type_| fhir_type(type_)).collect(),
            content_reference: value["contentReference"]
                .as_str()
                .map(|reference| reference.trim_start_matches('#').to_owned()),
        }
    }

    pub(crate) fn name(&self) -> &str {
        self.path.rsplit('.').next().unwrap_or(&self.path)
    }

    pub(crate) fn is_list(&self) -> bool {
        self.max != "1" && self.max != "0"
    }
}

/// The FHIR type behind a type entry; ids and urls are declared with FHIRPath's own types.
fn fhir_type(type_: &Value) -> String {
    let code = text(type_, "code");
    if code.starts_with("http://hl7.org/fhirpath/") { "string".to_owned() } else { code }
}

fn load_folder(folder: &Path) -> anyhow::Result<BTreeMap<String, Value>> {
    let mut definitions = BTreeMap::new();
    let entries = fs::read_dir(folder).with_context(|| format!("cannot list {}", folder.display()))?;
    for entry in entries {
        let path = entry?.path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if name.starts_with("StructureDefinition-") && name.ends_with(".json") {
            let value: Value = serde_json::from_slice(&fs::read(&path)?)
                .with_context(|| format!("cannot read {}", path.display()))?;
            definitions.insert(text(&value, "url"), value);
        }
    }
    Ok(definitions)
}

pub(crate) fn text(value: &Value, name: &str) -> String {
    value.get(name).and_then(Value::as_str).unwrap_or_default().to_owned()
}
