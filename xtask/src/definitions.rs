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

/// The NRCES profiles that ABDM documents can use.
pub(crate) const PROFILES: [&str; 43] = [
    "AllergyIntolerance",
    "Appointment",
    "Binary",
    "BrandName",
    "CarePlan",
    "ChargeItem",
    "Condition",
    "DiagnosticReportImaging",
    "DiagnosticReportLab",
    "DiagnosticReportRecord",
    "DischargeSummaryRecord",
    "DocumentBundle",
    "DocumentReference",
    "Encounter",
    "FamilyMemberHistory",
    "HealthDocumentRecord",
    "ImagingStudy",
    "Immunization",
    "ImmunizationRecommendation",
    "ImmunizationRecord",
    "Invoice",
    "InvoiceRecord",
    "Media",
    "Medication",
    "MedicationRequest",
    "MedicationStatement",
    "OPConsultRecord",
    "Observation",
    "ObservationBodyMeasurement",
    "ObservationGeneralAssessment",
    "ObservationLifestyle",
    "ObservationPhysicalActivity",
    "ObservationVitalSigns",
    "ObservationWomenHealth",
    "Organization",
    "Patient",
    "Practitioner",
    "PractitionerRole",
    "PrescriptionRecord",
    "Procedure",
    "ServiceRequest",
    "Specimen",
    "WellnessRecord",
];

/// R4's own profiles that a resource of an ABDM document may claim: those of vital signs.
pub(crate) const BASE_PROFILES: [&str; 11] = [
    "bmi",
    "bodyheight",
    "bodytemp",
    "bodyweight",
    "bp",
    "headcircum",
    "heartrate",
    "oxygensat",
    "resprate",
    "vitalsigns",
    "vitalspanel",
];

/// All definitions by name.
pub(crate) struct Definitions {
    /// R4 core types: resources, datatypes, primitives.
    pub(crate) core: BTreeMap<String, Definition>,
    /// NRCES profiles.
    pub(crate) profiles: BTreeMap<String, Definition>,
    /// R4's own profiles.
    pub(crate) base_profiles: BTreeMap<String, Definition>,
    /// Value sets and code systems by URL.
    pub(crate) terminology: BTreeMap<String, Value>,
}

/// One StructureDefinition.
pub(crate) struct Definition {
    pub(crate) description: String,
    /// The type that is described or constrained.
    pub(crate) type_: String,
    pub(crate) elements: Vec<Element>,
}

/// One ElementDefinition of a snapshot.
pub(crate) struct Element {
    /// With slice names, such as `Composition.section:Allergies.code`.
    pub(crate) id: String,
    pub(crate) path: String,
    pub(crate) short: String,
    pub(crate) min: u64,
    pub(crate) max: String,
    /// Path, least and most as the base type has it.
    pub(crate) base: (String, u64, String),
    pub(crate) types: Vec<String>,
    /// Profile or type URLs that a reference may lead to.
    pub(crate) targets: Vec<String>,
    pub(crate) content_reference: Option<String>,
    pub(crate) fixed: Option<String>,
    /// Strength and value set.
    pub(crate) binding: Option<(String, String)>,
    /// Discriminator path and rules.
    pub(crate) slicing: Option<(String, String)>,
    /// Whether it changes the meaning of what it stands in.
    pub(crate) modifier: bool,
}

impl Definitions {
    /// Reads the contract's folder, and what it lacks from another.
    pub(crate) fn load(folder: &Path, supplement: &Path) -> anyhow::Result<Self> {
        let mut published = load_folder(&folder.join("r4-core"))?;
        let base_profiles = BASE_PROFILES
            .iter()
            .map(|name| {
                let url = format!("http://hl7.org/fhir/StructureDefinition/{name}");
                let value = published.remove(&url).with_context(|| format!("no profile {name}"))?;
                Ok(((*name).to_owned(), Definition::read(&value)))
            })
            .collect::<anyhow::Result<_>>()?;
        let core = published
            .into_iter()
            .filter(|(_, value)| text(value, "derivation") != "constraint")
            .map(|(_, value)| (text(&value, "name"), Definition::read(&value)))
            .collect();
        let mut loaded = load_folder(&folder.join("profiles"))?;
        let profiles = PROFILES
            .iter()
            .map(|name| {
                let url = format!("https://nrces.in/ndhm/fhir/r4/StructureDefinition/{name}");
                let value = loaded.remove(&url).with_context(|| format!("no profile {name}"))?;
                Ok(((*name).to_owned(), Definition::read(&value)))
            })
            .collect::<anyhow::Result<_>>()?;
        let mut terminology = BTreeMap::new();
        for place in [&folder.join("r4-core"), &folder.join("valuesets"), supplement] {
            for prefix in ["ValueSet-", "CodeSystem-"] {
                terminology.extend(load_files(place, prefix)?);
            }
        }
        Ok(Self { core, profiles, base_profiles, terminology })
    }

    pub(crate) fn core(&self, name: &str) -> anyhow::Result<&Definition> {
        self.core.get(name).with_context(|| format!("no R4 core definition of {name}"))
    }
}

impl Definition {
    fn read(value: &Value) -> Self {
        let elements = value
            .pointer("/snapshot/element")
            .and_then(Value::as_array)
            .map(Vec::as_slice)
            .unwrap_or_default();
        Self {
            description: text(value, "description"),
            type_: text(value, "type"),
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
        let strings = |value: &Value| -> Vec<String> {
            let values = value.as_array().map(Vec::as_slice).unwrap_or_default();
            values.iter().filter_map(Value::as_str).map(str::to_owned).collect()
        };
        let fixed = value.as_object().into_iter().flatten().find_map(|(name, value)| {
            (name.starts_with("fixed") || name.starts_with("pattern"))
                .then(|| value.as_str().map(str::to_owned))
                .flatten()
        });
        let binding = value.get("binding").map(|binding| {
            let set = text(binding, "valueSet");
            let set = set.split('|').next().unwrap_or_default().to_owned();
            (text(binding, "strength"), set)
        });
        let slicing = value.get("slicing").map(|slicing| {
            let path = slicing
                .pointer("/discriminator/0/path")
                .and_then(Value::as_str)
                .unwrap_or_default()
                .to_owned();
            (path, text(slicing, "rules"))
        });
        let base = &value["base"];
        Self {
            id: text(value, "id"),
            path: text(value, "path"),
            short: text(value, "short"),
            min: value["min"].as_u64().unwrap_or(0),
            max: text(value, "max"),
            base: (text(base, "path"), base["min"].as_u64().unwrap_or(0), text(base, "max")),
            types: types.iter().map(fhir_type).collect(),
            targets: types.iter().flat_map(|type_| strings(&type_["targetProfile"])).collect(),
            content_reference: value["contentReference"]
                .as_str()
                .and_then(|reference| reference.split_once('#'))
                .map(|(_, path)| path.to_owned()),
            fixed,
            binding,
            slicing,
            modifier: value["isModifier"].as_bool() == Some(true),
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
    load_files(folder, "StructureDefinition-")
}

fn load_files(folder: &Path, prefix: &str) -> anyhow::Result<BTreeMap<String, Value>> {
    let mut definitions = BTreeMap::new();
    let entries =
        fs::read_dir(folder).with_context(|| format!("cannot list {}", folder.display()))?;
    for entry in entries {
        let path = entry?.path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if name.starts_with(prefix) && name.ends_with(".json") {
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
