//! What the desks of the hospital made of the people: names as they were heard, numbers as they
//! were typed, on the wrong record now and then.

use hip_services::patient_index::{Proof, RegisteredPatient};

use crate::chance::Chance;
use crate::people::{Person, Role, Town, Word};

/// How a name was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Written {
    Whole,
    OtherSpelling,
    OwnScript,
    PartsMissing,
    Initials,
    BareInitial,
    Joined,
    Mistyped,
    Married,
}

/// A record, and whose it is.
pub(crate) struct Entry {
    pub(crate) row: RegisteredPatient,
    pub(crate) owner: usize,
    pub(crate) written: Written,
}

/// A name in Latin letters, as an identity card has it.
pub(crate) fn on_the_card(name: &[Word], chance: &mut Chance) -> String {
    let mut words = Vec::new();
    for word in name {
        match word.role {
            Role::Father if chance.happens(400) => words.push(word.latin[0][..1].to_owned()),
            Role::Father if chance.happens(200) => {}
            Role::Family | Role::Shared if chance.happens(40) => {}
            _ => words.push(spelled(word, 200, chance)),
        }
    }
    words.join(" ")
}

/// One of a word's spellings: another than the usual one so often in a thousand.
fn spelled(word: &Word, other: usize, chance: &mut Chance) -> String {
    if chance.happens(other) { chance.one_of(&word.latin).clone() } else { word.latin[0].clone() }
}

/// A name as a clerk writes it.
fn heard(name: &[Word], town: &Town, chance: &mut Chance) -> (String, Written) {
    let own_script = chance.happens(200);
    let mut written = if own_script { Written::OwnScript } else { Written::Whole };
    let mut words: Vec<String> = Vec::new();
    let married = chance.happens(15);
    for word in name {
        let optional = word.role != Role::Given;
        if married && word.role == Role::Family {
            let other = &chance.one_of(&town.people).name;
            let other = other.iter().find(|word| word.role == Role::Family).unwrap_or(word);
            words.push(other.latin[0].clone());
            written = Written::Married;
            continue;
        }
        let mut text = if own_script { word.native.clone() } else { spelled(word, 350, chance) };
        if !own_script && text != word.latin[0] {
            written = written.max(Written::OtherSpelling);
        }
        if optional && name.len() > 1 && chance.happens(130) {
            written = written.max(Written::PartsMissing);
            continue;
        }
        if !own_script && optional && chance.happens(80) {
            written = written.max(Written::Initials);
            text = format!("{}.", &text[..1]);
        } else if !own_script && !optional && chance.happens(10) {
            written = written.max(Written::BareInitial);
            text = text[..1].to_owned();
        } else if !own_script && chance.happens(15) {
            written = written.max(Written::Mistyped);
            text = mistyped(&text, chance);
        }
        words.push(text);
    }
    if words.len() > 1 && chance.happens(120) {
        words.rotate_right(1);
    }
    let mut text = words.join(" ");
    if !own_script && words.len() > 1 && chance.happens(20) {
        text = format!("{}{}", words[0], words[1..].join(" ").to_lowercase());
        written = written.max(Written::Joined);
    }
    if chance.happens(150) {
        let title = chance.one_of(&["Mr. ", "Smt ", "Shri ", "Dr.", "Mrs ", "Ms."]);
        text = format!("{title}{text}");
    }
    if chance.happens(200) {
        text = text.to_uppercase();
    }
    if chance.happens(40) {
        let other = &chance.one_of(&town.people).given;
        text = format!("{text} {} {other}", chance.one_of(&["W/O", "S/O", "D/o", "C/O"]));
    }
    (text, written)
}

/// A word with one letter wrong.
fn mistyped(text: &str, chance: &mut Chance) -> String {
    let mut letters: Vec<char> = text.chars().collect();
    let place = chance.below(letters.len());
    match chance.below(3) {
        0 => letters[place] = *chance.one_of(&['a', 'e', 'i', 'o', 'u', 'r', 'n', 's', 't', 'm']),
        1 if letters.len() > 3 => drop(letters.remove(place)),
        _ => letters.swap(place, (place + 1) % text.chars().count()),
    }
    letters.into_iter().collect()
}

fn typed_mobile(mobile: &str, chance: &mut Chance) -> String {
    match chance.below(6) {
        0 => format!("+91 {} {}", &mobile[..5], &mobile[5..]),
        1 => format!("0{mobile}"),
        2 => format!("91{mobile}"),
        3 => format!("+91-{mobile}"),
        _ => mobile.to_owned(),
    }
}

/// All records of the hospital.
pub(crate) fn register(town: &Town, chance: &mut Chance) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    for owner in 0..town.people.len() {
        // A fifth of the town was never here.
        if chance.happens(200) {
            continue;
        }
        for _ in 0..if chance.happens(40) { 2 } else { 1 } {
            let reference = format!("UHID-{:06}", entries.len());
            entries.push(enter(town, owner, &reference, chance));
        }
    }
    entries
}

fn enter(town: &Town, owner: usize, reference: &str, chance: &mut Chance) -> Entry {
    let person = &town.people[owner];
    let (name, written) = heard(&person.name, town, chance);
    let mut row = RegisteredPatient::new(reference.parse().unwrap(), "A patient")
        .name(name)
        .record_number(reference);
    row = match chance.below(1_000) {
        0..=4 => row.gender(if person.gender == "M" { "F" } else { "M" }),
        5..=14 => row.gender("U"),
        _ => row.gender(person.gender),
    };
    row = match chance.below(100) {
        0..=2 => row,
        3 => row.year_of_birth(0),
        4..=73 => row.year_of_birth(person.year),
        74..=93 => row.year_of_birth(off(person.year, 3, chance)),
        _ => row.year_of_birth(off(person.year, 9, chance)),
    };
    row = match chance.below(100) {
        0..=72 => row.mobile(typed_mobile(&person.mobile, chance)),
        73..=89 => row.mobile(typed_mobile(&person.family_mobile, chance)),
        90 => row.mobile(chance.one_of(&town.helpers).clone()),
        91..=93 => row.mobile(*chance.one_of(&["", "0", "12345", "0000000000", "NA"])),
        94..=96 => row.mobile(format!("6{owner:09}")),
        _ => row,
    };
    Entry { row: identified(row, town, owner, chance), owner, written }
}

/// With an ABHA number or address, this person's or not.
fn identified(
    row: RegisteredPatient,
    town: &Town,
    owner: usize,
    chance: &mut Chance,
) -> RegisteredPatient {
    let person = &town.people[owner];
    match chance.below(1_000) {
        0..=149 => row
            .abha_address(person.abha_address.clone(), Proof::Proven)
            .abha_number(person.abha_number.clone(), Proof::Proven),
        150..=199 => row.abha_address(person.abha_address.to_uppercase(), Proof::Proven),
        200..=299 => row.abha_number(dashed(&person.abha_number), Proof::Typed),
        300..=319 => {
            row.abha_number(relative(town, owner, chance).abha_number.clone(), Proof::Typed)
        }
        320..=339 => {
            let other = chance.one_of(&town.people).abha_number.clone();
            row.abha_number(other, Proof::Typed)
        }
        340..=349 => row.abha_number("", Proof::Proven).abha_address(" ", Proof::Proven),
        350..=354 => {
            // The login was made while a relative's record was open. One that by this record could
            // be of the same gender and age is left out: such a proof is believed, as the module's
            // text says.
            let other = relative(town, owner, chance);
            let gender = row.gender.as_ref().map_or("", |gender| gender.as_str());
            if gender == other.gender
                || !["M", "F"].contains(&gender)
                || other.given == person.given
            {
                row
            } else {
                row.abha_address(other.abha_address.clone(), Proof::Proven)
            }
        }
        _ => row,
    }
}

fn dashed(number: &str) -> String {
    format!("{}-{}-{}-{}", &number[..2], &number[2..6], &number[6..10], &number[10..])
}

/// Somebody of the same household, or the person.
fn relative<'a>(town: &'a Town, owner: usize, chance: &mut Chance) -> &'a Person {
    let home = town.people[owner].household;
    let first = town.people.partition_point(|person| person.household < home);
    let family = town.people[first..].iter().take_while(|person| person.household == home).count();
    &town.people[first + chance.below(family)]
}

fn off(year: u16, most: u16, chance: &mut Chance) -> u16 {
    u16::try_from(i32::from(year) + chance.around(most)).unwrap()
}
