use super::{
    index::Index,
    labels::{either, linked},
    modifiers,
    standing::{Narrative, Standing, Stated},
};
use crate::{
    Language,
    language::Phrase,
    model::{
        self, Address, ContactPoint, Date, DateTime, Encounter, HumanName, Identifier,
        PatientDeceased, PatientMultipleBirth, Reference, Resource,
    },
    words,
};

/// The patient.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct Person {
    /// The name as one text: the official one, else the usual one, else another; one that is not
    /// used any more only where there is no other.
    pub name: String,
    /// Further names, with what they are: `Asha Kumari (maiden)`.
    pub other_names: Vec<String>,
    /// `male`, `female`, `other`, `unknown`.
    pub gender: Option<String>,
    /// Date of birth, as far as it is known.
    pub birth_date: Option<Date>,
    /// Whether and when the patient died.
    pub deceased: Option<Deceased>,
    /// The ABHA number as the document carries it.
    pub abha_number: Option<String>,
    /// The ABHA address.
    pub abha_address: Option<String>,
    /// All identifiers.
    pub identifiers: Vec<Identifier>,
    /// Telephone numbers and e-mail addresses; what is no longer used says so.
    pub contacts: Vec<String>,
    /// Addresses, each as one text.
    pub addresses: Vec<String>,
    /// Further facts, such as whom to call and whether it is a twin: label and words.
    pub details: Vec<(String, String)>,
    /// What is said against the patient's entry itself: out of use, replaced by another.
    pub standing: Standing,
    /// The entry's own narrative.
    pub narrative: Option<Narrative>,
    language: Language,
}

/// That a patient has died.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Deceased {
    /// Without a date.
    Undated,
    /// On that date.
    On(DateTime),
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
    /// What is said against the entry itself, such as that it is out of use.
    pub standing: Standing,
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
    /// Further facts: label and words.
    pub details: Vec<(String, String)>,
}

impl Person {
    pub(super) fn of(
        patient: &crate::model::Patient,
        display: Option<&str>,
        language: Language,
    ) -> Self {
        let current = |identifier: &&Identifier| identifier.r#use.as_deref() != Some("old");
        let numbers = || patient.identifier.iter().filter(current);
        Self {
            name: name(&patient.name).or_else(|| display.map(str::to_owned)).unwrap_or_default(),
            other_names: other_names(&patient.name, language),
            gender: patient.gender.clone(),
            birth_date: patient.birth_date.clone(),
            deceased: match &patient.deceased {
                Some(PatientDeceased::Boolean(true)) => Some(Deceased::Undated),
                Some(PatientDeceased::DateTime(date)) => Some(Deceased::On(date.clone())),
                Some(PatientDeceased::Boolean(false)) | None => None,
            },
            abha_number: numbers().find_map(abha_number),
            abha_address: numbers().find_map(abha_address),
            identifiers: patient.identifier.clone(),
            contacts: patient.telecom.iter().filter_map(|one| contact(one, language)).collect(),
            addresses: patient.address.iter().filter_map(|one| address(one, language)).collect(),
            details: Vec::new(),
            standing: Standing::plain(),
            narrative: Narrative::of(patient.text.as_ref()),
            language,
        }
    }

    /// The person in a resource, with what is said against it.
    pub(super) fn of_resource<'a>(
        resource: &'a Resource,
        display: Option<&str>,
        index: &mut Index<'a>,
    ) -> Option<Self> {
        match resource {
            Resource::Patient(patient) => {
                let standing = modifiers::of_itself(resource, index);
                let details = patient_details(patient, resource, index);
                Some(Self { standing, details, ..Self::of(patient, display, index.language) })
            }
            _ => None,
        }
    }

    pub(super) fn only_named(display: &str, language: Language) -> Self {
        Self {
            name: display.to_owned(),
            other_names: Vec::new(),
            gender: None,
            birth_date: None,
            deceased: None,
            abha_number: None,
            abha_address: None,
            identifiers: Vec::new(),
            contacts: Vec::new(),
            addresses: Vec::new(),
            details: Vec::new(),
            standing: Standing::plain(),
            narrative: None,
            language,
        }
    }

    /// Completed years, or months or days of a small child, on a day: `34 years`, `7 months`. An age
    /// that the date of birth leaves open says so: `33 or 34 years`. In the record's language.
    #[must_use]
    pub fn age_on(&self, date: &DateTime) -> Option<String> {
        super::age::Age::between(self.birth_date.as_ref()?, date)
            .map(|age| age.words(self.language))
    }

    /// The numbers of the patient that are not ABHA's, with what they are: `UHID-00417 (Medical
    /// record number)`.
    #[must_use]
    pub fn numbers(&self) -> Vec<String> {
        let shown = self.identifiers.iter().filter(|identifier| {
            let value = identifier.value.as_deref();
            value.is_some()
                && value != self.abha_number.as_deref()
                && value != self.abha_address.as_deref()
        });
        let mut numbers: Vec<String> = Vec::new();
        for identifier in shown {
            let kind = identifier.r#type.as_ref().map(|kind| words::concept(Some(kind)));
            let usage =
                identifier.r#use.clone().filter(|usage| matches!(usage.as_str(), "old" | "temp"));
            let usage = usage.map(|usage| words::code_words(&usage, self.language));
            let about = words::joined(kind.into_iter().chain(usage), ", ");
            let value = identifier.value.clone().unwrap_or_default();
            let number = match about {
                Some(about) => format!("{value} ({about})"),
                None => value,
            };
            if !numbers.contains(&number) {
                numbers.push(number);
            }
        }
        numbers
    }
}

/// What a patient's entry says beside who it is.
fn patient_details<'a>(
    patient: &'a model::Patient,
    resource: &'a Resource,
    index: &mut Index<'a>,
) -> Vec<(String, String)> {
    let mut details = super::labels::Details::of(index.language);
    let language = index.language;
    let birth = patient.multiple_birth.as_ref().and_then(|birth| match birth {
        PatientMultipleBirth::Boolean(true) => Some(words::yes_or_no(true, language)),
        PatientMultipleBirth::Boolean(false) => None,
        PatientMultipleBirth::Integer(place) => {
            Some(language.fill(Phrase::NumberOf, &[&place.to_string()]))
        }
    });
    details.add(Phrase::MultipleBirth, birth);
    let married = patient.marital_status.as_ref();
    details.add(Phrase::MaritalStatus, married.map(|status| words::concept(Some(status))));
    for person in &patient.contact {
        let named: Vec<HumanName> = person.name.iter().cloned().collect();
        let of: Vec<Reference> = person.organization.iter().cloned().collect();
        let facts = [
            name(&named),
            words::concepts(&person.relationship),
            person.gender.as_deref().map(|code| words::code_words(code, language)),
            words::joined(person.telecom.iter().filter_map(|one| contact(one, language)), ", "),
            person.address.as_ref().and_then(|one| address(one, language)),
            linked(&of, resource, index),
            person.period.as_ref().and_then(|it| words::period(it, language)),
        ];
        details.add(Phrase::ContactPerson, words::joined(facts.into_iter().flatten(), ", "));
    }
    for doctor in &patient.general_practitioner {
        details.add(Phrase::GeneralPractitioner, index.not_author(Some(doctor), resource));
    }
    let keeper = index.not_author(patient.managing_organization.as_ref(), resource);
    details.add(Phrase::KeptBy, keeper);
    details.into_vec()
}

impl Party {
    /// The party behind a reference; from the reference's own words when it leads nowhere.
    pub(super) fn of<'a>(
        reference: &Reference,
        holder: Option<&'a Resource>,
        index: &mut Index<'a>,
    ) -> Option<Self> {
        let display = reference.display.clone().filter(|display| !display.trim().is_empty());
        let found = index.follow(reference, holder);
        match found {
            Some(resource) => Some(Self::from_resource(resource, display, index)),
            None => display.map(|name| Self {
                kind: String::new(),
                name,
                identifier: None,
                qualification: None,
                standing: Standing::plain(),
            }),
        }
    }

    /// Name, qualification and number in one text, with what is said against it in front.
    #[must_use]
    pub fn words(&self) -> String {
        let named = words::joined(
            [Some(self.name.clone()), self.qualification.clone()].into_iter().flatten(),
            ", ",
        );
        let named = match (named, &self.identifier) {
            (Some(named), Some(identifier)) => format!("{named} ({identifier})"),
            (named, identifier) => named.or_else(|| identifier.clone()).unwrap_or_default(),
        };
        self.standing.before(&named)
    }

    fn from_resource<'a>(
        resource: &'a Resource,
        display: Option<String>,
        index: &mut Index<'a>,
    ) -> Self {
        let kind = resource.resource_type().to_owned();
        let mut standing = modifiers::of_itself(resource, index);
        let (own_name, identifiers, qualification): (_, &[Identifier], _) = match resource {
            Resource::Practitioner(practitioner) => (
                name(&practitioner.name),
                &practitioner.identifier,
                joined(practitioner.qualification.iter().filter_map(|q| q.code.as_ref()?.label())),
            ),
            Resource::PractitionerRole(role) => {
                let role_name = joined(role.code.iter().filter_map(|code| code.label()));
                let specialty = words::concepts(&role.specialty);
                let at = role
                    .organization
                    .as_ref()
                    .and_then(|r| super::labels::link(r, resource, index));
                let role_name =
                    words::joined([role_name, specialty, at].into_iter().flatten(), ", ");
                let practitioner =
                    role.practitioner.as_ref().and_then(|r| index.follow(r, Some(resource)));
                match practitioner {
                    Some(holder @ Resource::Practitioner(practitioner)) => {
                        let own = modifiers::of_itself(holder, index);
                        standing.inherit(&own, Phrase::OfEntry, index.language);
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
            identifier: current(identifiers),
            qualification,
            standing,
        }
    }
}

impl Stay {
    pub(super) fn of<'a>(
        encounter: &'a Encounter,
        holder: &'a Resource,
        index: &mut Index<'a>,
    ) -> Stated<Self> {
        let standing = modifiers::standing(holder, index);
        let class = encounter.class.as_ref();
        let period = encounter.period.as_ref();
        let mut reasons: Vec<String> = encounter
            .reason_code
            .iter()
            .filter_map(|reason| reason.label().map(str::to_owned))
            .collect();
        for diagnosis in &encounter.diagnosis {
            let condition: Vec<Reference> = diagnosis.condition.iter().cloned().collect();
            let words = linked(&condition, holder, index);
            let usage = diagnosis.r#use.as_ref().map(|usage| words::concept(Some(usage)));
            reasons.extend(words.map(|words| match usage.filter(|usage| !usage.is_empty()) {
                Some(usage) => format!("{words} ({usage})"),
                None => words,
            }));
        }
        reasons.extend(linked(&encounter.reason_reference, holder, index));
        let mut details = super::labels::Details::of(index.language);
        details.add(Phrase::VisitNumber, current(&encounter.identifier));
        details.add(Phrase::Kind, words::concepts(&encounter.r#type));
        details
            .add(Phrase::Service, encounter.service_type.as_ref().map(|c| words::concept(Some(c))));
        details.add(Phrase::Priority, encounter.priority.as_ref().map(|c| words::concept(Some(c))));
        for participant in &encounter.participant {
            let who = participant.individual.as_ref();
            let who = who.and_then(|who| Party::of(who, Some(holder), index));
            let who = who.map(|who| who.words());
            details.add(Phrase::With, either(who, words::concepts(&participant.r#type)));
        }
        for place in &encounter.location {
            let reference: Vec<Reference> = place.location.iter().cloned().collect();
            let when = place.period.as_ref().and_then(|it| words::period(it, index.language));
            details.add(Phrase::Place, either(linked(&reference, holder, index), when));
        }
        let mut discharged_to = None;
        if let Some(stay) = &encounter.hospitalization {
            discharged_to =
                stay.discharge_disposition.as_ref().map(|place| words::concept(Some(place)));
            let destination: Vec<Reference> = stay.destination.iter().cloned().collect();
            let destination = linked(&destination, holder, index);
            discharged_to = either(discharged_to.filter(|place| !place.is_empty()), destination);
            let origin: Vec<Reference> = stay.origin.iter().cloned().collect();
            let source = stay.admit_source.as_ref().map(|c| words::concept(Some(c)));
            details.add(Phrase::AdmittedFrom, either(source, linked(&origin, holder, index)));
            let again = stay.re_admission.as_ref().map(|c| words::concept(Some(c)));
            details.add(Phrase::Readmission, again);
            details.add(Phrase::Diet, words::concepts(&stay.diet_preference));
            details.add(Phrase::SpecialArrangements, words::concepts(&stay.special_arrangement));
            details.add(Phrase::Courtesies, words::concepts(&stay.special_courtesy));
        }
        details.add(Phrase::Length, encounter.length.as_ref().map(words::quantity));
        let stay = Self {
            class: class.and_then(|class| words::visit_class(class, index.language)),
            start: period.and_then(|period| period.start.clone()),
            end: period.and_then(|period| period.end.clone()),
            reasons,
            discharged_to,
            details: details.into_vec(),
        };
        Stated::new(standing, stay).narrated(Narrative::of(encounter.text.as_ref()))
    }
}

/// The first value that is in use.
fn current(identifiers: &[Identifier]) -> Option<String> {
    let is_old = |identifier: &&Identifier| identifier.r#use.as_deref() == Some("old");
    let current =
        identifiers.iter().find(|identifier| !is_old(identifier) && identifier.value.is_some());
    current.or_else(|| identifiers.first()).and_then(|identifier| identifier.value.clone())
}

/// How far a name is from the one to show first.
fn rank(name: &HumanName) -> u8 {
    match name.r#use.as_deref() {
        Some("official") => 0,
        Some("usual") => 1,
        None => 2,
        Some("temp" | "nickname" | "anonymous") => 3,
        Some("maiden") => 5,
        Some("old") => 6,
        Some(_) => 4,
    }
}

/// A name as one text, the best of them: as written, else its parts in order.
pub(super) fn name(names: &[HumanName]) -> Option<String> {
    let mut found: Vec<(u8, String)> =
        names.iter().filter_map(|name| Some((rank(name), one_name(name)?))).collect();
    found.sort_by_key(|(rank, _)| *rank);
    found.into_iter().next().map(|(_, name)| name)
}

/// The first number of a patient that is in use.
pub(super) fn number(patient: &model::Patient) -> Option<&str> {
    patient.identifier.iter().find_map(|identifier| identifier.value.as_deref())
}

fn other_names(names: &[HumanName], language: Language) -> Vec<String> {
    let first = name(names);
    let mut others = Vec::new();
    for name in names {
        let Some(words) = one_name(name).filter(|words| Some(words) != first.as_ref()) else {
            continue;
        };
        others.push(match &name.r#use {
            Some(usage) => format!("{words} ({})", words::code_words(usage, language)),
            None => words,
        });
    }
    others
}

pub(super) fn one_name(name: &HumanName) -> Option<String> {
    let written = name.text.clone().filter(|text| !text.trim().is_empty());
    written.or_else(|| {
        let parts = name.prefix.iter().chain(&name.given).chain(&name.family).chain(&name.suffix);
        words::joined(parts.cloned(), " ")
    })
}

fn contact(contact: &ContactPoint, language: Language) -> Option<String> {
    let value = contact.value.clone().filter(|value| !value.trim().is_empty())?;
    Some(match contact.r#use.as_deref() {
        Some(usage @ "old") => format!("{value} ({})", words::code_words(usage, language)),
        _ => value,
    })
}

fn address(address: &Address, language: Language) -> Option<String> {
    let written = address.text.clone().filter(|text| !text.trim().is_empty());
    let parts = address.line.iter().chain(&address.city).chain(&address.district);
    let parts = parts.chain(&address.state).chain(&address.postal_code).chain(&address.country);
    let words = written.or_else(|| words::joined(parts.cloned(), ", "))?;
    Some(match address.r#use.as_deref() {
        Some(usage @ ("old" | "temp" | "billing")) => {
            format!("{words} ({})", words::code_words(usage, language))
        }
        _ => words,
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

super::opaque_debug!(Person, Party, Stay, Deceased);
