//! Sentences of a record that are put together from several phrases.

use crate::{Language, language::Phrase, words};

/// Another patient, by name, with what tells the two apart.
pub(super) fn another_patient(name: &str, facts: Option<&str>, language: Language) -> String {
    let named = facts.map(|facts| format!("{name} ({facts})"));
    language.fill(Phrase::AboutAnotherPatient, &[named.as_deref().unwrap_or(name)])
}

/// Another patient, of whom no name is known.
pub(super) fn another_patient_without_name(facts: Option<&str>, language: Language) -> String {
    language.fill(Phrase::AboutNamelessPatient, &[&without_name(facts, language)])
}

/// A subject that is not the patient.
pub(super) fn not_about_the_patient(what: &str, language: Language) -> String {
    language.fill(Phrase::NotAboutThePatient, &[what.trim()]).trim_end().to_owned()
}

/// A fact of which nobody can tell whose it is.
pub(super) fn whose_is_unclear(
    name: Option<&str>,
    facts: Option<&str>,
    language: Language,
) -> String {
    let what = language.say(Phrase::WhoseIsUnclear);
    match (name, facts) {
        (Some(name), Some(facts)) => format!("{what}: {name} ({facts})"),
        (Some(name), None) => format!("{what}: {name}"),
        (None, Some(facts)) => format!("{what} ({})", without_name(Some(facts), language)),
        (None, None) => what.to_owned(),
    }
}

/// `male, born 28 Feb 2026`
pub(super) fn sex_and_birth(
    sex: Option<&str>,
    born: Option<&str>,
    language: Language,
) -> Option<String> {
    let sex = sex.map(|sex| words::code_words(sex, language));
    let born = born.map(|born| language.fill(Phrase::Born, &[&words::when(born, language)]));
    words::joined(sex.into_iter().chain(born), ", ")
}

/// `no name; male, born 28 Feb 2026`
fn without_name(facts: Option<&str>, language: Language) -> String {
    let no_name = language.say(Phrase::NoName);
    facts.map_or_else(|| no_name.to_owned(), |facts| format!("{no_name}; {facts}"))
}

/// The fact that what a reference leads to is not in the document.
pub(super) fn refers_to_missing(language: Language) -> (String, String) {
    let words = [Phrase::Missing, Phrase::RefersToMissing].map(|phrase| language.say(phrase));
    let [label, missing] = words.map(str::to_owned);
    (label, missing)
}
