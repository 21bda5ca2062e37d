use super::{index::Index, items::linked};
use crate::model::{Date, DateTime, Encounter, HumanName, Identifier, Reference, Resource};

/// The patient.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct Person {
    /// The name as one text.
    pub name: String,
    /// `male`, `female`, `other`, `unknown`.
    pub gender: Option<String>,
    /// Date of birth, as far as it is known.
    pub birth_date: Option<Date>,
    /// The ABHA number as the document carries it.
    pub abha_number: Option<String>,
    /// The ABHA address.
    pub abha_address: Option<String>,
    /// All identifiers.
    pub identifiers: Vec<Identifier>,
    /// Telephone numbers and e-mail addresses.
    pub contacts: Vec<String>,
}

/// An author or a facility.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct Party {
    /// The resource type: `Practitioner`, `PractitionerRole`, `Organization`, …
    pub kind: String,
    /// The name as one text.
    pub name: String,
    /// The registry's id, when there is one: HPR for people, HFR for facilities.
    pub identifier: Option<String>,
    /// Degrees or role.
    pub qualification: Option<String>,
}

/// The visit or stay.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct Stay {
    /// The kind of visit, such as "ambulatory".
    pub class: Option<String>,
    /// When it began.
    pub start: Option<DateTime>,
    /// When it ended.
    pub end: Option<DateTime>,
    /// Why.
    pub reasons: Vec<String>,
    /// Where the patient went on discharge.
    pub discharged_to: Option<String>,
}

impl Person {
    pub(super) fn of(patient: &crate::model::Patient, display: Option<&str>) -> Self {
        let contacts = patient.telecom.iter().filter_map(|contact| contact.value.clone());
        Self {
            name: name(&patient.name).or_else(|| display.map(str::to_owned)).unwrap_or_default(),
            gender: patient.gender.clone(),
            birth_date: patient.birth_date.clone(),
            abha_number: patient.identifier.iter().find_map(abha_number),
            abha_address: patient.identifier.iter().find_map(abha_address),
            identifiers: patient.identifier.clone(),
            contacts: contacts.collect(),
        }
    }

    pub(super) fn only_named(display: &str) -> Self {
        Self {
            name: display.to_owned(),
            gender: None,
            birth_date: None,
            abha_number: None,
            abha_address: None,
            identifiers: Vec::new(),
            contacts: Vec::new(),
        }
    }
}

impl Party {
    /// The party behind a reference; from the reference's own words when it leads nowhere.
    pub(super) fn of(reference: &Reference, index: &mut Index<'_>) -> Option<Self> {
        let display = reference.display.clone().filter(|display| !display.trim().is_empty());
        let found = index.follow(reference, None);
        match found {
            Some(resource) => Some(Self::from_resource(resource, display, index)),
            None => display.map(|name| Self {
                kind: String::new(),
                name,
                identifier: None,
                qualification: None,
            }),
        }
    }

    fn from_resource(resource: &Resource, display: Option<String>, index: &mut Index<'_>) -> Self {
        let kind = resource.resource_type().to_owned();
        let (own_name, identifiers, qualification): (_, &[Identifier], _) = match resource {
            Resource::Practitioner(practitioner) => (
                name(&practitioner.name),
                &practitioner.identifier,
                joined(practitioner.qualification.iter().filter_map(|q| q.code.as_ref()?.label())),
            ),
            Resource::PractitionerRole(role) => {
                let role_name = joined(role.code.iter().filter_map(|code| code.label()));
                let practitioner = role.practitioner.as_ref().and_then(|r| index.follow(r, None));
                match practitioner {
                    Some(Resource::Practitioner(practitioner)) => {
                        (name(&practitioner.name), &practitioner.identifier, role_name)
                    }
                    _ => {
                        let display = role.practitioner.as_ref().and_then(|r| r.display.clone());
                        (display, &role.identifier, role_name)
                    }
                }
            }
            Resource::Organization(organization) => {
                (organization.name.clone(), &organization.identifier, None)
            }
            Resource::Patient(patient) => (name(&patient.name), &patient.identifier, None),
            Resource::RelatedPerson(person) => (name(&person.name), &person.identifier, None),
            Resource::Device(device) => {
                (device.device_name.iter().find_map(|n| n.name.clone()), &device.identifier, None)
            }
            _ => (None, &[], None),
        };
        Self {
            kind,
            name: own_name.or(display).unwrap_or_default(),
            identifier: identifiers.iter().find_map(|identifier| identifier.value.clone()),
            qualification,
        }
    }
}

impl Stay {
    pub(super) fn of<'a>(
        encounter: &'a Encounter,
        holder: &'a Resource,
        index: &mut Index<'a>,
    ) -> Self {
        let diagnoses: Vec<Reference> = encounter
            .diagnosis
            .iter()
            .filter_map(|diagnosis| diagnosis.condition.clone())
            .chain(encounter.reason_reference.iter().cloned())
            .collect();
        let class = encounter.class.as_ref();
        let period = encounter.period.as_ref();
        Self {
            class: class.and_then(|class| class.display.clone().or_else(|| class.code.clone())),
            start: period.and_then(|period| period.start.clone()),
            end: period.and_then(|period| period.end.clone()),
            reasons: encounter
                .reason_code
                .iter()
                .filter_map(|reason| reason.label().map(str::to_owned))
                .chain(linked(&diagnoses, holder, index))
                .collect(),
            discharged_to: encounter
                .hospitalization
                .as_ref()
                .and_then(|stay| stay.discharge_disposition.as_ref()?.label().map(str::to_owned)),
        }
    }
}

/// A name as one text: as written, else its parts in order.
fn name(names: &[HumanName]) -> Option<String> {
    names.iter().find_map(|name| {
        let written = name.text.clone().filter(|text| !text.trim().is_empty());
        written.or_else(|| {
            let parts =
                name.prefix.iter().chain(&name.given).chain(&name.family).chain(&name.suffix);
            let joined = parts.map(String::as_str).collect::<Vec<_>>().join(" ");
            Some(joined).filter(|joined| !joined.is_empty())
        })
    })
}

fn joined<'a>(parts: impl Iterator<Item = &'a str>) -> Option<String> {
    let joined = parts.collect::<Vec<_>>().join(", ");
    Some(joined).filter(|joined| !joined.is_empty())
}

/// By type code first, then by namespace, then by the value's form (fhir-nrces.md 4).
fn abha_number(identifier: &Identifier) -> Option<String> {
    let value = identifier.value.as_deref()?;
    let digits = value.chars().filter(char::is_ascii_digit).count();
    let looks_right = digits == 14 && value.chars().all(|c| c.is_ascii_digit() || c == '-');
    let by_namespace = identifier.system.as_deref().is_some_and(is_health_id);
    (looks_right && (has_type(identifier, "HIN") || has_type(identifier, "ABHA") || by_namespace))
        .then(|| value.to_owned())
}

fn abha_address(identifier: &Identifier) -> Option<String> {
    let value = identifier.value.as_deref()?;
    let looks_right = value.contains('@') && !value.contains(char::is_whitespace);
    let by_namespace = identifier.system.as_deref().is_some_and(is_health_id);
    (looks_right && (has_type(identifier, "ABHA") || has_type(identifier, "HIN") || by_namespace))
        .then(|| value.to_owned())
}

/// Hosts of NDHM and ABDM mean the same.
fn is_health_id(system: &str) -> bool {
    ["https://healthid.ndhm.gov.in", "https://healthid.abdm.gov.in"]
        .contains(&system.trim_end_matches('/'))
}

fn has_type(identifier: &Identifier, code: &str) -> bool {
    let codings = identifier.r#type.iter().flat_map(|concept| &concept.coding);
    codings.into_iter().any(|coding| coding.code.as_deref() == Some(code))
}

super::item::opaque_debug!(Person, Party, Stay);
