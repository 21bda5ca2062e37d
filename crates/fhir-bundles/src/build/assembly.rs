use super::{absence, dates, ids::Ids, narrative::Story, problem::Problem};
use crate::{
    codes,
    language::Language,
    model::{BundleEntry, CodeableConcept, Date, DateTime, Meta, Reference, Resource},
};

/// A document on its way: the entries so far, whom they are about, and what was found wrong.
pub(super) struct Assembly {
    pub(super) language: Language,
    /// The document's date, for facts that have none of their own.
    pub(super) date: DateTime,
    /// The patient's date of birth as far as it is known, before which nothing happened.
    pub(super) birth: Option<Date>,
    pub(super) patient: Reference,
    pub(super) practitioner: Reference,
    pub(super) organization: Reference,
    pub(super) encounter: Option<Reference>,
    pub(super) problems: Vec<Problem>,
    entries: Vec<BundleEntry>,
    ids: Ids,
}

/// What a resource needs from the assembly before it is added: its id and its profile.
pub(super) struct Slot {
    pub(super) id: String,
    pub(super) meta: Meta,
    pub(super) language: String,
}

impl Assembly {
    pub(super) fn new(language: Language, date: DateTime, ids: Ids) -> Self {
        Self {
            language,
            date,
            birth: None,
            patient: Reference::new(),
            practitioner: Reference::new(),
            organization: Reference::new(),
            encounter: None,
            problems: Vec::new(),
            entries: Vec::new(),
            ids,
        }
    }

    pub(super) fn slot(&mut self, profile: &str) -> Slot {
        Slot {
            id: self.uuid(),
            meta: Meta::profile(codes::profile(profile)),
            language: self.language.tag().to_owned(),
        }
    }

    pub(super) fn uuid(&mut self) -> String {
        self.ids.next().to_string()
    }

    pub(super) fn story(&self) -> Story {
        Story::new(self.language)
    }

    /// Adds a resource at the end. The display is what an app shows for the reference.
    pub(super) fn add(&mut self, resource: impl Into<Resource>, display: &str) -> Reference {
        let entry = entry(resource.into());
        let reference = Reference::to(entry.full_url.clone().unwrap_or_default(), display);
        self.entries.push(entry);
        reference
    }

    /// The finished entries, the composition before all others.
    pub(super) fn into_entries(self, composition: Resource) -> Vec<BundleEntry> {
        let mut entries = self.entries;
        entries.insert(0, entry(composition));
        entries
    }

    pub(super) fn problem(&mut self, path: &str, message: &str, help: &str) {
        self.problems.push(Problem {
            path: path.to_owned(),
            message: message.to_owned(),
            help: help.to_owned(),
        });
    }

    /// A reason of the status beside a status that has none: the fact would hold as if nothing were
    /// said against it.
    pub(super) fn reason_of_no_status(&mut self, path: &str, statuses: &str) {
        self.problem(
            &format!("{path}.statusReason"),
            "stands beside a status that has no reason",
            &format!("write status {statuses}; or leave it out: why it is done or taken is reason"),
        );
    }

    /// A text that must be there.
    pub(super) fn required(&mut self, path: &str, text: &str) {
        if text.trim().is_empty() {
            self.problem(path, "is empty", "give a text, or leave the whole fact out");
        }
    }

    pub(super) fn check_date_time(&mut self, path: &str, date: &DateTime) {
        if !date.is_valid() {
            self.problem(path, "is not a FHIR date or time", &format!("write {}", DateTime::RULE));
        }
    }

    pub(super) fn is_after_the_document(&self, date: &DateTime) -> bool {
        dates::is_after_day_of(date, &self.date)
    }

    pub(super) fn is_before_the_document(&self, date: &DateTime) -> bool {
        dates::is_before_day_of(date, &self.date)
    }

    /// A date of what has happened: not after the document's own, not before the patient's birth.
    pub(super) fn check_past(&mut self, path: &str, date: &DateTime) {
        self.check_date_time(path, date);
        if self.is_after_the_document(date) {
            let help = "give when it was, or correct the document's date";
            self.problem(path, "is after the document's date", help);
        }
        if self.birth.as_ref().is_some_and(|birth| dates::is_before_birth(date, birth)) {
            let help = "give when it was, or correct the date of birth";
            self.problem(path, "is before the patient's birth", help);
        }
    }

    /// Two times of which the later cannot be the earlier.
    pub(super) fn check_order(
        &mut self,
        early: &DateTime,
        path: &str,
        late: &DateTime,
        what: &str,
    ) {
        if dates::is_wrong_order(early, late) {
            self.problem(path, &format!("is before {what}"), "give the later time");
        }
    }

    pub(super) fn check_date(&mut self, path: &str, date: &Date) {
        if !date.is_valid() {
            self.problem(path, "is not a FHIR date", &format!("write {}", Date::RULE));
        }
    }

    /// The name of a fact: a concept, and not a word that says that there is none.
    pub(super) fn check_name(&mut self, path: &str, name: &CodeableConcept, systems: &[&str]) {
        self.check_concept(path, name, systems);
        let words = name.text.as_deref().filter(|_| name.coding.is_empty());
        self.check_title(path, words.unwrap_or("coded"));
    }

    /// The name of a fact in words, which is not one that says that there is none.
    pub(super) fn check_title(&mut self, path: &str, words: &str) {
        if !words.trim().is_empty() && absence::is_none(words) {
            let help = "leave it out where there is none, or give the name";
            self.problem(path, "says that there is none, and would be written as one", help);
        }
    }

    /// A concept whose codings, if any, come from the systems that the profile allows and carry
    /// system, code and display.
    pub(super) fn check_concept(
        &mut self,
        path: &str,
        concept: &CodeableConcept,
        systems: &[&str],
    ) {
        if concept.label().is_none() {
            self.problem(path, "has neither text nor code", "give the words a person would read");
        }
        for coding in &concept.coding {
            let filled =
                |text: &Option<String>| text.as_deref().is_some_and(|text| !text.trim().is_empty());
            if !(filled(&coding.system) && filled(&coding.code) && filled(&coding.display)) {
                self.problem(
                    path,
                    "has a code without system, code or display",
                    "give all three, or text alone",
                );
            } else if !systems.is_empty()
                && !systems.iter().any(|system| coding.system.as_deref() == Some(system))
            {
                let help = format!("use a code of {}, or text alone", systems.join(" or "));
                self.problem(path, "has a code of a system that NRCES does not allow here", &help);
            }
        }
    }
}

fn entry(resource: Resource) -> BundleEntry {
    let id = resource.id().unwrap_or_default();
    BundleEntry {
        full_url: Some(format!("urn:uuid:{id}")),
        resource: Some(resource),
        ..BundleEntry::default()
    }
}

/// A clinical fact that becomes one resource, and whatever that one needs.
pub(super) trait Fact {
    fn add_to(self, path: &str, assembly: &mut Assembly) -> Reference;
}

/// Adds the one fact that a record has of its kind.
pub(super) fn add_one<F: Fact>(
    fact: Option<F>,
    name: &str,
    assembly: &mut Assembly,
) -> Vec<Reference> {
    fact.into_iter().map(|fact| fact.add_to(name, assembly)).collect()
}

/// Adds facts of one section and returns the references to them.
pub(super) fn add_all<F: Fact>(
    facts: Vec<F>,
    name: &str,
    assembly: &mut Assembly,
) -> Vec<Reference> {
    facts
        .into_iter()
        .enumerate()
        .map(|(place, fact)| fact.add_to(&format!("{name}[{place}]"), assembly))
        .collect()
}
