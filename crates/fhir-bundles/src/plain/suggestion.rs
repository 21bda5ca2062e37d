//! The field that was perhaps meant by one that is not known.

use super::form::{Form, same_name};

/// What other systems call fields of ours.
const OTHER_NAMES: [(&str, &str); 16] = [
    ("sex", "gender"),
    ("dob", "birthDate"),
    ("dateOfBirth", "birthDate"),
    ("mobile", "phone"),
    ("mobileNumber", "phone"),
    ("uhid", "facilityNumber"),
    ("mrn", "facilityNumber"),
    ("passport", "identifiers"),
    ("frequency", "timing"),
    ("duration", "days"),
    ("prn", "asNeeded"),
    ("referenceRange", "range"),
    ("normalRange", "range"),
    ("uom", "unit"),
    ("batch", "lot"),
    ("roundingOff", "roundOff"),
];

/// The field that was perhaps meant.
pub(super) fn suggestion(name: &str, form: &Form) -> String {
    let letters: String = name.to_lowercase();
    let other = OTHER_NAMES.iter().find(|(other, _)| same_name(other, name));
    let named = other.and_then(|(_, known)| form.fields.iter().find(|field| field.name == *known));
    let candidates = form.fields.iter().filter_map(|field| {
        let known = field.name.to_lowercase();
        let shared = known.chars().zip(letters.chars()).take_while(|(a, b)| a == b).count();
        let far = distance(&known, &letters);
        // A short name is near only to what differs by a letter of it.
        let longest = known.len().max(letters.len());
        let is_near =
            (far <= 2 && far * 3 <= longest) || (shared >= 4 && shared * 2 > letters.len());
        is_near.then_some((far, field))
    });
    let near = named.or_else(|| candidates.min_by_key(|(far, _)| *far).map(|(_, field)| field));
    match near {
        Some(field) => format!("did you mean {}?", field.name),
        None => {
            let names: Vec<&str> = form.fields.iter().map(|field| field.name).collect();
            format!("the fields are: {}", names.join(", "))
        }
    }
}

/// How many letters differ (Levenshtein), for names of ordinary length.
fn distance(one: &str, other: &str) -> usize {
    if one.len() > 40 || other.len() > 40 {
        return usize::MAX;
    }
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (i, a) in one.chars().enumerate() {
        let mut diagonal = i;
        let mut left = i + 1;
        for (cell, b) in row.iter_mut().skip(1).zip(&other) {
            let cost = diagonal + usize::from(a != *b);
            diagonal = *cell;
            left = cost.min(left + 1).min(*cell + 1);
            *cell = left;
        }
        if let Some(first) = row.first_mut() {
            *first = i + 1;
        }
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plain::{form::Kind, forms};

    #[test]
    fn distance_counts_letters() {
        assert_eq!(distance("dose", "dose"), 0);
        assert_eq!(distance("dosage", "dose"), 2);
        assert_eq!(distance("timing", "timming"), 1);
        assert_eq!(distance("", "abc"), 3);
    }

    #[test]
    fn short_names_are_not_guessed() {
        let form = forms::of(crate::HiType::OpConsultation);
        let patient = form.fields.iter().find(|field| field.name == "patient").unwrap();
        let Kind::Form(patient) = patient.kind else { panic!("no form") };
        assert!(suggestion("ag", patient).contains("age"));
        assert!(!suggestion("race", patient).contains("did you mean"));
        assert_eq!(suggestion("sex", patient), "did you mean gender?");
        assert_eq!(suggestion("nane", patient), "did you mean name?");
    }
}
