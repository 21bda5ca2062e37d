//! Resources of types that have no reader of their own: told from what nearly every FHIR resource has,
//! and from the resource's own narrative.

use super::{
    entry::Entry,
    index::Index,
    labels::Details,
    medicine, modifiers,
    standing::{Narrative, Stated},
};
use crate::{
    Language,
    json::{Json, Object},
    language::Phrase,
    model::{
        Annotation, CodeableConcept, Coding, DateTime, Dosage, DosageDoseAndRate, HumanName,
        Identifier, Money, Period, Quantity, Range, Ratio, Reference, Resource, Timing, Value,
    },
    words,
};

/// More facts of one resource are for machines.
const MOST_FACTS: usize = 200;

/// Where a resource says what it is about, the best place first.
const NAMES: [&str; 30] = [
    "code",
    "medicationCodeableConcept",
    "medicationReference",
    "vaccineCode",
    "event",
    "title",
    "name",
    "deviceName",
    "description",
    "topic",
    "type",
    "questionnaire",
    "serviceType",
    "product",
    "productCodeableConcept",
    "item",
    "itemCodeableConcept",
    "focus",
    "payload",
    "kind",
    "category",
    "summary",
    "conclusion",
    "scope",
    "method",
    "physicalType",
    "class",
    "relationship",
    "display",
    "comment",
];

/// Where a resource says when it was.
const DATES: [&str; 24] = [
    "effectiveDateTime",
    "effectivePeriod",
    "effectiveInstant",
    "performedDateTime",
    "performedPeriod",
    "occurrenceDateTime",
    "occurrencePeriod",
    "occurredDateTime",
    "identifiedDateTime",
    "onsetDateTime",
    "startDate",
    "period",
    "start",
    "sent",
    "whenHandedOver",
    "whenPrepared",
    "authored",
    "authoredOn",
    "date",
    "dateTime",
    "detected",
    "issued",
    "recordedDate",
    "created",
];

/// Members that are said elsewhere or say nothing to people.
const SILENT: [&str; 15] = [
    "resourceType",
    "id",
    "meta",
    "text",
    "language",
    "implicitRules",
    "contained",
    "extension",
    "modifierExtension",
    "status",
    "intent",
    "subject",
    "patient",
    "note",
    "linkId",
];

/// Members of parts of a resource that say nothing to people; a text is the label of the others.
const SILENT_WITHIN: [&str; 5] = ["id", "extension", "modifierExtension", "linkId", "text"];

/// Where a resource has the medicine in a resource of its own.
const MEDICINE: &str = "medicationReference";

/// What a resource of an unknown type is about, in a word or two; `link` puts what references lead to
/// into words.
pub(super) fn name(object: &Object, language: Language, link: Link<'_>) -> Option<String> {
    for name in NAMES {
        let Some(value) = object.get(name) else { continue };
        // Types with elements of these names that are codes say nothing in them.
        let words =
            value_words(name, value, language, link).filter(|words| !words.trim().is_empty());
        if words.is_some() || name == MEDICINE {
            return words;
        }
    }
    None
}

/// Puts what a reference leads to into words.
pub(super) type Link<'l> = &'l mut dyn FnMut(&Reference) -> Option<String>;

/// The entry of any resource.
pub(super) fn entry<'a>(resource: &'a Resource, index: &mut Index<'a>) -> Stated<Entry> {
    let standing = modifiers::standing(resource, index);
    let kind = resource.resource_type().to_owned();
    let modelled;
    let object = match resource {
        Resource::Other(object) => object,
        typed => match Json::parse(&crate::model::value::to_text(typed)) {
            Ok(Json::Object(object)) => {
                modelled = object;
                &modelled
            }
            _ => return Stated::new(standing, Entry::named(&kind, kind.clone())),
        },
    };
    let kind = if kind.is_empty() {
        index.language.say(Phrase::ResourceWithoutType).to_owned()
    } else {
        kind
    };
    let mut details = Details::of(index.language);
    details.add(Phrase::Kind, Some(words_of_type(&kind, index.language)));
    let mut named = None;
    if let Some(reference) = object.get(MEDICINE).and_then(read::<Reference>) {
        let (name, facts) = medicine::product(&reference, resource, index);
        named = Some(name);
        facts.into_iter().for_each(|(label, words)| details.add_labelled(&label, Some(words)));
    }
    let is_name = |name: &String| !name.trim().is_empty();
    let named = named.or_else(|| super::labels::about(resource, index)).filter(is_name);
    let named = named.or_else(|| {
        let typed = !matches!(resource, Resource::Other(_));
        typed
            .then(|| name(object, index.language, &mut |reference| reference.display.clone()))
            .flatten()
    });
    let status = object.get("status").and_then(Json::as_str);
    if let Some(status) = status.filter(|_| standing.marks().is_empty()) {
        details.add(Phrase::Status, Some(words::code_words(status, index.language)));
    }
    let date = DATES.iter().find_map(|name| Some((*name, object.get(name)?)));
    let mut facts =
        Facts { details, left: MOST_FACTS, against: Vec::new(), holder: resource, index };
    let when = date.and_then(|(name, value)| facts.words(name, value));
    facts.details.add(Phrase::When, when);
    for name in DOSAGES {
        for dosage in list(object.get(name)) {
            facts.dosage(name, dosage);
        }
    }
    let notes: Vec<Annotation> =
        list(object.get("note")).filter_map(|note| Annotation::read("", note.clone())).collect();
    facts.details.add(Phrase::Note, words::annotations(&notes, facts.index.language));

    let narrative = match resource {
        Resource::Other(object) => Narrative::of_json(object.get("text")),
        typed => super::domain::of(typed).and_then(|domain| Narrative::of(domain.text)),
    };
    let is_said = |name: &str| {
        SILENT.contains(&name)
            || DOSAGES.contains(&name)
            || (name == MEDICINE && named.is_some())
            || date.is_some_and(|(said, _)| said == name)
    };
    for (name, value) in object.iter().filter(|(name, _)| !is_said(name)) {
        facts.add(&label(name), name, value, named.as_deref(), 0);
    }
    let date = date.and_then(|(_, value)| {
        let start = value.as_str().or_else(|| value.get("start")?.as_str())?;
        Some(DateTime::from(start))
    });
    let entry = Entry {
        date,
        details: facts.details.into_vec(),
        ..Entry::named(&kind, named.unwrap_or_else(|| words_of_type(&kind, index.language)))
    };
    // Of a type that is not known, what its sender wrote for people is shown whatever it says of
    // itself.
    let is_known = !matches!(resource, Resource::Other(_));
    let narrative = narrative.map(|words| if is_known { words } else { words.always_shown() });
    Stated::new(standing, entry).narrated(narrative)
}

/// Where resources have dosages.
const DOSAGES: [&str; 2] = ["dosage", "dosageInstruction"];

struct Facts<'i, 'a> {
    details: Details,
    left: usize,
    /// What is said against the part that is being read.
    against: Vec<Phrase>,
    holder: &'a Resource,
    index: &'i mut Index<'a>,
}

impl Facts<'_, '_> {
    /// A value in words; what its references lead to is found.
    fn words(&mut self, name: &str, value: &Json) -> Option<String> {
        let (holder, index) = (self.holder, &mut *self.index);
        let language = index.language;
        value_words(name, value, language, &mut |reference| {
            let words = super::labels::link(reference, holder, index);
            words.or_else(|| {
                let is_missing = reference.reference.is_some();
                is_missing.then(|| language.say(Phrase::RefersToMissing).to_owned())
            })
        })
    }

    fn add(
        &mut self,
        label_words: &str,
        name: &str,
        value: &Json,
        named: Option<&str>,
        depth: usize,
    ) {
        if self.left == 0 || depth > 12 {
            return;
        }
        if let Some(words) = self.words(name, value) {
            if Some(words.as_str()) != named || !self.against.is_empty() {
                self.push(label_words, words);
            }
            return;
        }
        match value {
            Json::Array(elements) => {
                for element in elements {
                    self.add(label_words, name, element, named, depth + 1);
                }
            }
            Json::Object(object) => self.part(label_words, object, named, depth),
            _ => {}
        }
    }

    fn part(&mut self, label_words: &str, object: &Object, named: Option<&str>, depth: usize) {
        // A question and its answer belong together.
        let text = object.get("text").and_then(Json::as_str);
        let against = self.against.len();
        for (name, phrase) in AGAINST {
            if object.get(name).and_then(Json::as_bool) == Some(true) {
                self.against.push(phrase);
            }
        }
        let left = self.left;
        for (name, inner) in object.iter() {
            let is_said =
                AGAINST.iter().any(|(flag, _)| *flag == name) && inner.as_bool().is_some();
            if SILENT_WITHIN.contains(&name) && !(name == "text" && text.is_none()) || is_said {
                continue;
            }
            let label_words = match (text, name) {
                (Some(text), _) => text.to_owned(),
                // Which type a value has says nothing.
                (None, name) if name.starts_with("value") => label_words.to_owned(),
                (None, name) => format!("{label_words}, {}", label(name).to_lowercase()),
            };
            self.add(&label_words, name, inner, named, depth + 1);
        }
        if let Some(text) = text.filter(|_| self.left == left) {
            self.push(label_words, text.to_owned());
        }
        self.against.truncate(against);
    }

    fn push(&mut self, label_words: &str, words: String) {
        self.left -= 1;
        let language = self.index.language;
        let against = self.against.iter().map(|&against| language.say(against).to_owned());
        let words = words::joined(against.chain([words]), ": ");
        self.details.add_labelled(label_words, words);
        if self.left == 0 {
            self.details.add_labelled("", Some("…".to_owned()));
        }
    }

    /// A dosage with what a dosage of an order does not have: the dose and the rate that were given.
    fn dosage(&mut self, name: &str, json: &Json) {
        let Some(mut dosage) = Dosage::read("", json.clone()) else {
            return self.add(&label(name), name, json, None, 0);
        };
        let mut given = Object::new();
        for (from, to) in GIVEN {
            if let Some(value) = dosage.extra.remove(from) {
                given.push(to, value);
            }
        }
        let mut left: Vec<Object> = vec![std::mem::take(&mut dosage.extra)];
        if let Some(mut given) = DosageDoseAndRate::read("", Json::Object(given)) {
            left.push(std::mem::take(&mut given.extra));
            dosage.dose_and_rate.insert(0, given);
        }
        let language = self.index.language;
        self.details.add(Phrase::Dosage, Some(medicine::dosage_words(&dosage, language)));
        for (name, value) in left.iter().flat_map(Object::iter) {
            self.add(
                &format!("{}, {}", language.say(Phrase::Dosage), label(name).to_lowercase()),
                name,
                value,
                None,
                0,
            );
        }
    }
}

/// What an administration calls what an order has under another name.
const GIVEN: [(&str, &str); 3] =
    [("dose", "doseQuantity"), ("rateRatio", "rateRatio"), ("rateQuantity", "rateQuantity")];

/// Flags of parts that turn what the part says into its opposite.
const AGAINST: [(&str, Phrase); 3] = [
    ("deleted", Phrase::DeletedItem),
    ("exclude", Phrase::ExcludedItem),
    ("doNotPerform", Phrase::DoNot),
];

/// `clinicalStatus` as words: "Clinical status".
fn label(name: &str) -> String {
    let name = name.strip_prefix("value").filter(|rest| !rest.is_empty()).unwrap_or(name);
    let mut label = String::new();
    for letter in name.chars().filter(|letter| !letter.is_control()).take(60) {
        if letter.is_uppercase() && !label.is_empty() {
            label.push(' ');
            label.extend(letter.to_lowercase());
        } else if label.is_empty() {
            label.extend(letter.to_uppercase());
        } else {
            label.push(letter);
        }
    }
    label
}

/// `MedicationAdministration` as words: "Medication administration"; in English where the language has
/// no word for the type.
pub(super) fn words_of_type(kind: &str, language: Language) -> String {
    match Phrase::of_type(kind) {
        Some(phrase) => language.say(phrase).to_owned(),
        None if kind.contains(' ') => kind.to_owned(),
        None => label(kind),
    }
}

/// The elements of a list, or the one value.
pub(super) fn list(value: Option<&Json>) -> impl Iterator<Item = &Json> {
    let (many, one) = match value {
        Some(Json::Array(elements)) => (elements.as_slice(), None),
        one => ([].as_slice(), one),
    };
    many.iter().chain(one)
}

/// Whether an element of this name is a date.
fn is_dated(name: &str) -> bool {
    const ALONE: [&str; 14] = [
        "start",
        "end",
        "sent",
        "received",
        "authored",
        "authoredOn",
        "issued",
        "recorded",
        "created",
        "detected",
        "started",
        "asserted",
        "whenHandedOver",
        "whenPrepared",
    ];
    let lower = name.to_lowercase();
    ALONE.contains(&name)
        || ["date", "datetime", "instant", "time", "period"].iter().any(|end| lower.ends_with(end))
}

/// A value of a FHIR datatype in words, told by its members; `None` for a structure.
fn value_words(name: &str, value: &Json, language: Language, link: Link<'_>) -> Option<String> {
    match value {
        Json::String(text) => {
            // Files and long codes are nothing to read.
            let is_binary = text.len() > 4000 && !text.contains(' ');
            // A lot "2024-05" is no month; what has a time of day is nothing else.
            let is_date = is_dated(name) || (text.len() > 15 && text.contains('T'));
            let words = if is_date { words::when(text, language) } else { text.clone() };
            Some(words).filter(|_| !is_binary)
        }
        Json::Number(number) => Some(number.as_str().to_owned()),
        Json::Bool(value) => Some(words::yes_or_no(*value, language)),
        Json::Array(elements) => {
            let all: Option<Vec<String>> =
                elements.iter().map(|element| value_words(name, element, language, link)).collect();
            words::joined(all?, ", ")
        }
        Json::Object(object) => {
            let is_number = |name: &str| object.get(name).is_some_and(|v| v.as_number().is_some());
            let only = |names: &[&str]| {
                let is_known =
                    |name: &str| names.contains(&name) || matches!(name, "id" | "extension");
                !object.is_empty() && object.iter().all(|(name, _)| is_known(name))
            };
            if only(&["coding", "text"]) {
                read::<CodeableConcept>(value).map(|concept| words::concept(Some(&concept)))
            } else if only(&["system", "version", "code", "display", "userSelected"]) {
                read::<Coding>(value).as_ref().and_then(words::coding)
            } else if only(&["value", "unit", "system", "code", "comparator"]) && is_number("value")
            {
                read::<Quantity>(value).map(|quantity| words::quantity(&quantity))
            } else if only(&["value", "currency"]) {
                read::<Money>(value).as_ref().and_then(words::money)
            } else if only(&["start", "end"]) {
                read::<Period>(value).as_ref().and_then(|it| words::period(it, language))
            } else if only(&["low", "high"]) {
                read::<Range>(value).as_ref().and_then(|it| words::range(it, language))
            } else if only(&["numerator", "denominator"]) {
                read::<Ratio>(value).as_ref().and_then(|it| words::ratio(it, language))
            } else if only(&["event", "repeat", "code"]) {
                read::<Timing>(value).as_ref().and_then(|it| super::dosage::timing(it, language))
            } else if only(&["reference", "type", "identifier", "display"]) {
                Some(link(&read::<Reference>(value)?).unwrap_or_default())
            } else if only(&["use", "type", "system", "value", "period", "assigner"]) {
                read::<Identifier>(value)?.value
            } else if only(&["use", "text", "family", "given", "prefix", "suffix", "period"]) {
                super::people::name(&[read::<HumanName>(value)?])
            } else if only(&["authorReference", "authorString", "time", "text"]) {
                words::annotations(&[read::<Annotation>(value)?], language)
            } else {
                None
            }
        }
        Json::Null => Some(String::new()),
    }
}

fn read<T: Value>(value: &Json) -> Option<T> {
    T::read("", value.clone())
}
