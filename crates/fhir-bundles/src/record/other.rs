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
        Annotation, CodeableConcept, Coding, DateTime, Dosage, HumanName, Identifier, Money,
        Period, Quantity, Range, Ratio, Reference, Resource, Timing, Value,
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

/// What a resource of an unknown type is about, in a word or two.
pub(super) fn name(object: &Object) -> Option<String> {
    NAMES.iter().find_map(|name| {
        let value = object.get(name)?;
        // Types with elements of these names that are codes say nothing in them.
        value_words(value, Language::English).filter(|words| !words.trim().is_empty())
    })
}

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
    let named = super::labels::about(resource).filter(|name| !name.trim().is_empty());
    let named = named.or_else(|| name(object));
    let mut details = Details::of(index.language);
    details.add(Phrase::Kind, Some(words_of_type(&kind, index.language)));
    let status = object.get("status").and_then(Json::as_str);
    if let Some(status) = status.filter(|_| standing.marks().is_empty()) {
        details.add(Phrase::Status, Some(words::code_words(status, index.language)));
    }
    let date = DATES.iter().find_map(|name| Some((*name, object.get(name)?)));
    let when = date.and_then(|(_, value)| value_words(value, index.language));
    details.add(Phrase::When, when);
    for name in ["dosage", "dosageInstruction"] {
        for dosage in list(object.get(name)) {
            let words = Dosage::read("", dosage.clone())
                .map(|dosage| medicine::dosage_words(&dosage, index.language));
            details.add(Phrase::Dosage, words);
        }
    }
    let notes: Vec<Annotation> =
        list(object.get("note")).filter_map(|note| Annotation::read("", note.clone())).collect();
    details.add(Phrase::Note, words::annotations(&notes, index.language));

    let narrative = match resource {
        Resource::Other(object) => Narrative::of_json(object.get("text")),
        typed => super::domain::of(typed).and_then(|domain| Narrative::of(domain.text)),
    };
    let said = ["dosage", "dosageInstruction"];
    let mut facts = Facts { details, left: MOST_FACTS, language: index.language };
    let is_said = |name: &str| {
        SILENT.contains(&name) || said.contains(&name) || date.is_some_and(|(said, _)| said == name)
    };
    for (name, value) in object.iter().filter(|(name, _)| !is_said(name)) {
        facts.add(&label(name), value, named.as_deref(), 0);
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

struct Facts {
    details: Details,
    left: usize,
    language: Language,
}

impl Facts {
    fn add(&mut self, label_words: &str, value: &Json, named: Option<&str>, depth: usize) {
        if self.left == 0 || depth > 12 {
            return;
        }
        if let Some(words) = value_words(value, self.language) {
            if Some(words.as_str()) != named {
                self.left -= 1;
                self.details.add_labelled(label_words, Some(words));
            }
            return;
        }
        match value {
            Json::Array(elements) => {
                for element in elements {
                    self.add(label_words, element, named, depth + 1);
                }
            }
            Json::Object(object) => {
                // A question and its answer belong together.
                let text = object.get("text").and_then(Json::as_str);
                for (name, inner) in object.iter() {
                    let is_silent = SILENT.contains(&name)
                        || (name == "text" && text.is_some_and(|text| label_words == text));
                    if is_silent && name != "status" {
                        continue;
                    }
                    let label_words = match (text, name) {
                        (Some(text), _) => text.to_owned(),
                        // Which type a value has says nothing.
                        (None, name) if name.starts_with("value") => label_words.to_owned(),
                        (None, name) => format!("{label_words}, {}", label(name).to_lowercase()),
                    };
                    self.add(&label_words, inner, named, depth + 1);
                }
            }
            _ => {}
        }
    }
}

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

/// A value of a FHIR datatype in words, told by its members; `None` for a structure.
fn value_words(value: &Json, language: Language) -> Option<String> {
    match value {
        Json::String(text) => {
            // Files and long codes are nothing to read.
            let is_binary = text.len() > 4000 && !text.contains(' ');
            Some(words::when(text, language)).filter(|_| !is_binary)
        }
        Json::Number(number) => Some(number.as_str().to_owned()),
        Json::Bool(value) => Some(words::yes_or_no(*value, language)),
        Json::Array(elements) => {
            let all: Option<Vec<String>> =
                elements.iter().map(|element| value_words(element, language)).collect();
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
                let reference = read::<Reference>(value)?;
                let shown = reference.display.or(reference.reference);
                shown.or_else(|| reference.identifier.and_then(|identifier| identifier.value))
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
