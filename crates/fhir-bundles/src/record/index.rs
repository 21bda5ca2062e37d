use std::collections::{BTreeMap, BTreeSet};

use super::{
    identity::{Identity, Likeness},
    labels::clipped,
    people, said,
    standing::Standing,
};
use crate::{
    Language,
    document::ReferenceParts,
    json::Json,
    language::Phrase,
    model::{BundleEntry, Patient, Reference, Resource, Value as _},
};

/// More than any record has; fewer than would hurt.
const MOST_MEASUREMENTS: usize = 50_000;

/// How many times resources may be shown once more with all they say: one that is referred to a
/// million times must not be copied as often.
const MOST_REPEATS: usize = 1_000;

/// What resources contain that are kept as plain JSON.
pub(super) struct Held(BTreeMap<usize, Vec<Resource>>);

impl Held {
    pub(super) fn of(entries: &[BundleEntry]) -> Self {
        let holders = entries.iter().filter_map(|entry| entry.resource.as_ref());
        let held = holders.filter_map(|holder| {
            let Resource::Other(object) = holder else { return None };
            let contained = super::other::list(object.get("contained"));
            let read = |json: &Json| Resource::read("contained", json.clone());
            let contained: Vec<_> = contained.filter_map(read).collect();
            (!contained.is_empty()).then(|| (address(holder), contained))
        });
        Self(held.collect())
    }
}

/// Finds what a reference means, and remembers what was reached.
pub(super) struct Index<'a> {
    entries: &'a [BundleEntry],
    held: &'a Held,
    by_url: BTreeMap<&'a str, usize>,
    /// Entries by the last part of their `fullUrl` and by their resource id.
    by_id: BTreeMap<&'a str, Vec<usize>>,
    /// The resource that contains one, by the inner one's address.
    outer: BTreeMap<usize, &'a Resource>,
    /// The patient whom the record is about.
    patient: Option<&'a Patient>,
    /// What tells this patient from others.
    identity: Identity,
    /// How the Composition refers to its subject.
    subject: Option<&'a str>,
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
    pub(super) fn of(entries: &'a [BundleEntry], held: &'a Held, language: Language) -> Self {
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
            outer.extend(contained(holder, held).iter().map(|inner| (address(inner), holder)));
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
            held,
            by_url,
            by_id,
            entry_marks,
            outer,
            patient: None,
            language,
            identity: Identity::default(),
            subject: None,
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
            None if text == "#" => {}
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

    /// What a resource contains.
    pub(super) fn contents(&self, resource: &'a Resource) -> &'a [Resource] {
        contained(resource, self.held)
    }

    /// A contained resource. One that is contained itself refers to its siblings.
    fn contained(&self, holder: &'a Resource, id: &str) -> Option<&'a Resource> {
        let of = |holder: &'a Resource| {
            self.contents(holder).iter().find(|resource| resource.id() == Some(id))
        };
        of(holder).or_else(|| {
            let outer = *self.outer.get(&address(holder))?;
            if id.is_empty() { Some(outer) } else { of(outer) }
        })
    }

    /// Says whom the record is about: the resource, and how the Composition refers to its subject.
    pub(super) fn set_patient(
        &mut self,
        patient: Option<&'a Patient>,
        subject: Option<&'a Reference>,
    ) {
        self.observed = super::observation::Patient::of(patient);
        self.patient = patient;
        self.subject = subject.and_then(|subject| subject.reference.as_deref());
        self.identity = match (patient, subject) {
            (Some(patient), _) => Identity::of(patient),
            (None, Some(subject)) => Identity::of_reference(subject),
            (None, None) => Identity::default(),
        };
    }

    /// Whether a reference leads to the record's patient, to somebody else, or nobody knows where.
    pub(super) fn whose(&self, reference: &Reference, holder: Option<&'a Resource>) -> Whose {
        let display = reference.display.as_deref().filter(|display| !display.trim().is_empty());
        let text = reference.reference.as_deref().filter(|text| !text.is_empty());
        match text.and_then(|text| self.resolve(text, holder)) {
            Some(Resource::Patient(other)) => self.whose_patient(other, display),
            Some(other) => {
                let name = super::labels::about(other, self).or(display.map(str::to_owned));
                let (kind, name) = (other.resource_type(), clipped(name.unwrap_or_default()));
                Whose::Other(said::not_about_the_patient(&format!("{kind} {name}"), self.language))
            }
            None => self.whose_words(reference, text, display),
        }
    }

    /// Whether a reference is to a patient, this one or another.
    pub(super) fn is_of_patient(
        &self,
        reference: &Reference,
        holder: Option<&'a Resource>,
    ) -> bool {
        let kind = "Patient";
        match self.peek(reference, holder) {
            Some(found) => matches!(found, Resource::Patient(_)),
            None => {
                let text = reference.reference.as_deref().unwrap_or_default();
                reference.r#type.as_deref() == Some(kind)
                    || ReferenceParts::of(text).kind() == Some(kind)
                    || self.subject.is_some_and(|subject| subject == text)
            }
        }
    }

    fn whose_patient(&self, other: &Patient, display: Option<&str>) -> Whose {
        if self.patient.is_some_and(|patient| std::ptr::eq(other, patient)) {
            return Whose::Patient;
        }
        let identity = Identity::of(other);
        let likeness = self.identity.likeness(&identity);
        let name = people::name(&other.name).or_else(|| display.map(str::to_owned)).map(clipped);
        // Where the name alone would not tell them apart, what does is said.
        let differs = name.is_none() || self.identity.contradicts_facts(&identity);
        let born = other.birth_date.as_ref().map(|born| born.as_str());
        let facts =
            said::sex_and_birth(other.gender.as_deref(), born, self.language).filter(|_| differs);
        let number = || people::number(other).map(|number| clipped(number.to_owned()));
        match likeness {
            Likeness::Same => Whose::Patient,
            Likeness::Different => Whose::OtherPatient(match name {
                Some(name) => said::another_patient(&name, facts.as_deref(), self.language),
                None => {
                    let facts = crate::words::joined(facts.into_iter().chain(number()), ", ");
                    said::another_patient_without_name(facts.as_deref(), self.language)
                }
            }),
            Likeness::Unclear => {
                let name = name.or_else(number);
                Whose::Unclear(said::whose_is_unclear(
                    name.as_deref(),
                    facts.as_deref(),
                    self.language,
                ))
            }
        }
    }

    /// The same for a reference that leads to nothing in the document: by its own words and number.
    fn whose_words(
        &self,
        reference: &Reference,
        text: Option<&str>,
        display: Option<&str>,
    ) -> Whose {
        if text.is_some() && text == self.subject {
            return Whose::Patient;
        }
        let said = Identity::of_reference(reference);
        if said.is_empty() {
            // A resource that names nobody is this document's; one that names somebody whom the
            // document does not hold may be anybody's.
            return match text {
                Some(_) => Whose::Unclear(said::whose_is_unclear(display, None, self.language)),
                None => Whose::Unknown,
            };
        }
        let number = reference.identifier.as_ref().and_then(|number| number.value.as_deref());
        let name = display.or(number).map(|name| clipped(name.to_owned()));
        match self.identity.likeness_of_reference(&said) {
            Likeness::Same => Whose::Patient,
            Likeness::Different => Whose::OtherPatient(said::another_patient(
                &name.unwrap_or_default(),
                None,
                self.language,
            )),
            Likeness::Unclear => {
                Whose::Unclear(said::whose_is_unclear(name.as_deref(), None, self.language))
            }
        }
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
        self.patient.is_some_and(|known| std::ptr::eq(known, patient))
            || self.identity.likeness(&Identity::of(patient)) == Likeness::Same
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
    /// It names somebody or something of whom nobody can tell whether it is the patient, in words.
    Unclear(String),
    /// The document does not say.
    Unknown,
}

impl Whose {
    /// What is to be said unless it is the patient.
    pub(super) fn words(self) -> Option<String> {
        match self {
            Self::OtherPatient(words) | Self::Other(words) | Self::Unclear(words) => Some(words),
            Self::Patient | Self::Unknown => None,
        }
    }
}

fn address(resource: &Resource) -> usize {
    std::ptr::from_ref(resource).addr()
}

fn contained<'a>(resource: &'a Resource, held: &'a Held) -> &'a [Resource] {
    match resource {
        Resource::Other(_) => held.0.get(&address(resource)).map_or(&[], Vec::as_slice),
        typed => super::domain::of(typed).map_or(&[], |domain| domain.contained),
    }
}
