use std::collections::{BTreeMap, BTreeSet};

use super::{labels::clipped, people, standing::Standing};
use crate::{
    Language,
    document::ReferenceParts,
    language::Phrase,
    model::{BundleEntry, Identifier, Patient, Reference, Resource},
};

/// More than any record has; fewer than would hurt.
const MOST_MEASUREMENTS: usize = 50_000;

/// How many times resources may be shown once more with all they say: one that is referred to a
/// million times must not be copied as often.
const MOST_REPEATS: usize = 1_000;

/// Finds what a reference means, and remembers what was reached.
pub(super) struct Index<'a> {
    entries: &'a [BundleEntry],
    by_url: BTreeMap<&'a str, usize>,
    /// Entries by the last part of their `fullUrl` and by their resource id.
    by_id: BTreeMap<&'a str, Vec<usize>>,
    /// The resource that contains one, by the inner one's address.
    outer: BTreeMap<usize, &'a Resource>,
    /// The patient whom the record is about.
    patient: Option<&'a Patient>,
    /// What entries of the bundle say against their resources.
    entry_marks: BTreeMap<usize, Standing>,
    /// The language in which the record is told.
    pub(super) language: Language,
    /// The record's own date, in words, and its language's tag: what repeats them says nothing.
    pub(super) date: Option<String>,
    pub(super) tag: Option<String>,
    /// People and organisations in words, by address: the same stand behind many results.
    parties: BTreeMap<usize, String>,
    /// Those whom the record's head names, in words.
    pub(super) authors: Vec<String>,
    /// What of the patient matters to results.
    pub(super) observed: super::observation::Patient,
    /// Addresses of the resources that are named somewhere in the record.
    named: BTreeSet<usize>,
    /// Addresses of the resources that are shown with all they say.
    shown: BTreeSet<usize>,
    /// How many measurements may still be shown: panels that refer to each other multiply.
    measurements: usize,
    /// How many times resources may still be shown once more.
    repeats: usize,
    pub(super) dangling: Vec<String>,
}

impl<'a> Index<'a> {
    pub(super) fn of(entries: &'a [BundleEntry], language: Language) -> Self {
        let mut by_url = BTreeMap::new();
        let mut by_id: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (place, entry) in entries.iter().enumerate() {
            if let Some(url) = entry.full_url.as_deref() {
                by_url.entry(url).or_insert(place);
                by_id.entry(ReferenceParts::of(url).id()).or_default().push(place);
            }
            if let Some(id) = entry.resource.as_ref().and_then(Resource::id) {
                let places = by_id.entry(id).or_default();
                if places.last() != Some(&place) {
                    places.push(place);
                }
            }
        }
        let mut outer = BTreeMap::new();
        for holder in entries.iter().filter_map(|entry| entry.resource.as_ref()) {
            outer.extend(contained(holder).iter().map(|inner| (address(inner), holder)));
        }
        let entry_marks = entries
            .iter()
            .filter(|entry| !entry.modifier_extension.is_empty() || !entry.extra.is_empty())
            .filter_map(|entry| {
                let resource = address(entry.resource.as_ref()?);
                Some((resource, super::modifiers::of_entry(entry, language)))
            })
            .collect();
        Self {
            entries,
            by_url,
            by_id,
            entry_marks,
            outer,
            patient: None,
            language,
            date: None,
            tag: None,
            parties: BTreeMap::new(),
            authors: Vec::new(),
            observed: super::observation::Patient::default(),
            named: BTreeSet::new(),
            shown: BTreeSet::new(),
            measurements: MOST_MEASUREMENTS,
            repeats: MOST_REPEATS,
            dangling: Vec::new(),
        }
    }

    /// The resource behind a reference; `#id` is looked up in what the holder contains.
    pub(super) fn follow(
        &mut self,
        reference: &Reference,
        holder: Option<&'a Resource>,
    ) -> Option<&'a Resource> {
        let text = reference.reference.as_deref().filter(|text| !text.is_empty())?;
        let found = self.resolve(text, holder);
        match found {
            Some(resource) => {
                self.named.insert(address(resource));
            }
            None if text.starts_with('#') => {}
            None => self.dangling.push(text.to_owned()),
        }
        found
    }

    /// What a reference leads to, without a note that it was looked up.
    pub(super) fn peek(
        &self,
        reference: &Reference,
        holder: Option<&'a Resource>,
    ) -> Option<&'a Resource> {
        let text = reference.reference.as_deref().filter(|text| !text.is_empty())?;
        self.resolve(text, holder)
    }

    fn resolve(&self, text: &str, holder: Option<&'a Resource>) -> Option<&'a Resource> {
        if let Some(id) = text.strip_prefix('#') {
            return self.contained(holder?, id);
        }
        self.entries.get(self.place(text)?)?.resource.as_ref()
    }

    /// A contained resource. One that is contained itself refers to its siblings.
    fn contained(&self, holder: &'a Resource, id: &str) -> Option<&'a Resource> {
        let of = |holder: &'a Resource| {
            contained(holder).iter().find(|resource| resource.id() == Some(id))
        };
        of(holder).or_else(|| {
            let outer = *self.outer.get(&address(holder))?;
            if id.is_empty() { Some(outer) } else { of(outer) }
        })
    }

    /// Says whom the record is about.
    pub(super) fn set_patient(&mut self, patient: Option<&'a Patient>) {
        self.observed = super::observation::Patient::of(patient);
        self.patient = patient;
    }

    /// Whether a reference leads to the record's patient, to somebody else, or nobody knows where.
    pub(super) fn whose(&self, reference: &Reference, holder: Option<&'a Resource>) -> Whose {
        let Some(patient) = self.patient else { return Whose::Unknown };
        let display = reference.display.clone().filter(|display| !display.trim().is_empty());
        let text = reference.reference.as_deref().filter(|text| !text.is_empty());
        match text.and_then(|text| self.resolve(text, holder)) {
            Some(Resource::Patient(other)) => {
                if std::ptr::eq(&**other, patient) || is_same_person(other, patient) {
                    return Whose::Patient;
                }
                let name = people::name(&other.name).or(display).or_else(|| number(other));
                match name {
                    Some(name) => self.other_patient(&clipped(name)),
                    // Without name and number it is nobody in particular.
                    None => Whose::Unknown,
                }
            }
            Some(other) => {
                let name = super::labels::about(other).or(display).unwrap_or_default();
                let (kind, name) = (other.resource_type(), clipped(name));
                let what = format!("{kind} {name}");
                Whose::Other(self.language.fill(Phrase::NotAboutThePatient, &[what.trim()]))
            }
            None => {
                let identifier = reference.identifier.as_ref();
                if identifier.is_some_and(|identifier| contradicts(identifier, patient)) {
                    let number = identifier.and_then(|identifier| identifier.value.clone());
                    let name = display.or(number).unwrap_or_default();
                    return self.other_patient(&name);
                }
                match (display, people::name(&patient.name)) {
                    (Some(display), Some(name)) if !share_a_word(&display, &name) => {
                        self.other_patient(&display)
                    }
                    _ => Whose::Unknown,
                }
            }
        }
    }

    fn other_patient(&self, name: &str) -> Whose {
        Whose::OtherPatient(self.language.fill(Phrase::AboutAnotherPatient, &[name]))
    }

    fn place(&self, text: &str) -> Option<usize> {
        if let Some(place) = self.by_url.get(text) {
            return Some(*place);
        }
        let wanted = ReferenceParts::of(text);
        let places = self.by_id.get(wanted.id())?;
        places.iter().copied().find(|place| {
            self.entries.get(*place).is_some_and(|entry| {
                entry.resource.as_ref().is_some_and(|resource| {
                    wanted.means(entry.full_url.as_deref(), resource.resource_type(), resource.id())
                })
            })
        })
    }

    /// A date in words, unless it is the record's own, or its day.
    pub(super) fn other_date(&self, date: Option<&str>) -> Option<String> {
        let own =
            |date: &String| self.date.as_ref().is_some_and(|own| own.starts_with(date.as_str()));
        date.map(|date| crate::words::when(date, self.language)).filter(|date| !own(date))
    }

    /// Whether a resource is about the record's patient.
    pub(super) fn is_patient(&self, patient: &Patient) -> bool {
        self.patient
            .is_some_and(|known| std::ptr::eq(known, patient) || is_same_person(patient, known))
    }

    /// What is said against a resource by the bundle's entry that holds it.
    pub(super) fn entry_standing(&self, resource: &Resource) -> Option<&Standing> {
        self.entry_marks.get(&address(resource))
    }

    /// A goal or the like with all it says, in words.
    pub(super) fn whole(&mut self, reference: &Reference, holder: &'a Resource) -> Option<String> {
        let Some(found @ Resource::Other(_)) = self.follow(reference, Some(holder)) else {
            return super::labels::link(reference, holder, self);
        };
        self.first_time(found);
        let entry = super::other::entry(found, self);
        let (standing, goal) = entry.with_standing();
        let kind = self.language.say(Phrase::Kind);
        let facts = goal.details.iter().filter(|(label, _)| label != kind);
        let facts = facts.map(|(label, words)| format!("{}: {words}", label.to_lowercase()));
        let narrative = entry.narrative().map(super::standing::Narrative::text);
        let narrative =
            narrative.filter(|text| *text != goal.name).map(|text| text.replace('\n', "; "));
        let facts = crate::words::joined(facts.chain(narrative), "; ");
        Some(standing.before(&match facts {
            Some(facts) => format!("{} ({facts})", goal.name),
            None => goal.name.clone(),
        }))
    }

    /// A party that was put into words before.
    pub(super) fn party(&self, party: &Resource) -> Option<&str> {
        self.parties.get(&address(party)).map(String::as_str)
    }

    /// Keeps the words of a party.
    pub(super) fn remember_party(&mut self, party: &Resource, words: &str) {
        self.parties.insert(address(party), words.to_owned());
    }

    /// A party in words, unless it is one of the record's own authors or its facility, whom the head
    /// names.
    pub(super) fn not_author(
        &mut self,
        reference: Option<&Reference>,
        holder: &'a Resource,
    ) -> Option<String> {
        let reference = reference?;
        let words = super::labels::link(reference, holder, self)?;
        (!self.authors.contains(&words)).then_some(words)
    }

    /// A party in words, unless it is the patient.
    pub(super) fn not_patient(
        &mut self,
        reference: Option<&Reference>,
        holder: &'a Resource,
    ) -> Option<String> {
        let reference = reference?;
        match self.whose(reference, Some(holder)) {
            Whose::Patient => None,
            _ => super::labels::link(reference, holder, self),
        }
    }

    /// Whether a resource is shown for the first time; from now on it is shown.
    pub(super) fn first_time(&mut self, resource: &Resource) -> bool {
        self.shown.insert(address(resource))
    }

    /// Whether a resource may be shown with all it says: for the first time, or as one of a limited
    /// number of repetitions.
    pub(super) fn may_be_shown(&mut self, resource: &Resource) -> bool {
        if self.first_time(resource) {
            return true;
        }
        self.repeats = self.repeats.saturating_sub(1);
        self.repeats > 0
    }

    /// Whether one more measurement may be shown.
    pub(super) fn spend_measurement(&mut self) -> bool {
        self.measurements = self.measurements.saturating_sub(1);
        self.measurements > 0
    }

    /// Whether any more measurement may be shown.
    pub(super) fn has_measurements_left(&self) -> bool {
        self.measurements > 1
    }

    /// Whether a resource is shown with all it says.
    pub(super) fn is_shown(&self, resource: &Resource) -> bool {
        self.shown.contains(&address(resource))
    }

    /// Whether a resource is named somewhere.
    pub(super) fn is_named(&self, resource: &Resource) -> bool {
        self.named.contains(&address(resource))
    }
}

/// Whom a reference is about.
pub(super) enum Whose {
    /// The record's patient.
    Patient,
    /// Another patient, in words.
    OtherPatient(String),
    /// Something else, in words.
    Other(String),
    /// The document does not say.
    Unknown,
}

fn address(resource: &Resource) -> usize {
    std::ptr::from_ref(resource).addr()
}

/// The same person in two resources: by a number, else by name where nothing contradicts.
fn is_same_person(one: &Patient, other: &Patient) -> bool {
    let shares_number = one.identifier.iter().any(|identifier| {
        identifier.value.is_some()
            && other.identifier.iter().any(|other| {
                other.value == identifier.value
                    && (other.system == identifier.system || other.system.is_none())
            })
    });
    if shares_number {
        return true;
    }
    let same_or_unsaid = |one: Option<&str>, other: Option<&str>| match (one, other) {
        (Some(one), Some(other)) => one == other,
        _ => true,
    };
    let contradicted = one.identifier.iter().any(|identifier| contradicts(identifier, other));
    let born = |patient: &'_ Patient| patient.birth_date.as_ref().map(|d| d.as_str().to_owned());
    let simple = |patient: &Patient| people::name(&patient.name).map(|name| name.to_lowercase());
    !contradicted
        && simple(one).is_some_and(|name| Some(name) == simple(other))
        && same_or_unsaid(born(one).as_deref(), born(other).as_deref())
        && same_or_unsaid(one.gender.as_deref(), other.gender.as_deref())
}

/// Whether the patient has another number of the same kind.
fn contradicts(identifier: &Identifier, patient: &Patient) -> bool {
    let same_kind =
        |other: &&Identifier| identifier.system.is_some() && other.system == identifier.system;
    identifier.value.is_some()
        && patient.identifier.iter().filter(same_kind).count() == 1
        && patient.identifier.iter().filter(same_kind).all(|other| other.value != identifier.value)
}

fn number(patient: &Patient) -> Option<String> {
    patient.identifier.iter().find_map(|identifier| identifier.value.clone())
}

fn share_a_word(one: &str, other: &str) -> bool {
    let words = |text: &str| -> BTreeSet<String> {
        let split = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
        split.map(str::to_lowercase).collect()
    };
    let (one, other) = (words(one), words(other));
    // A word such as "patient" names nobody.
    one.contains("patient") || one.is_empty() || other.is_empty() || !one.is_disjoint(&other)
}

/// What a resource contains.
pub(super) fn contained(resource: &Resource) -> &[Resource] {
    super::domain::of(resource).map_or(&[], |domain| domain.contained)
}
