//! Every input of the contract's folder of cases that concerns milestones 1 and 2 is named where it
//! is tried.

use std::fs;
use std::path::Path;

use crate::endpoints::root;

/// The kinds of `cases/README.md` that these milestones meet: replies of the ABHA service and of the
/// registries, scanned codes, callbacks to a HIP, what a hospital wants to send.
const KINDS: [&str; 5] = ["M1", "registry reply", "qr", "cb", "out"];

/// The numbers of the cases of these kinds.
fn numbers(readme: &str) -> Vec<String> {
    let rows = readme.lines().filter_map(|line| line.strip_prefix("| `"));
    let cells = rows.map(|row| row.split(" | ").collect::<Vec<_>>());
    let of_kind = cells.filter(|cells| {
        let mut kinds = cells.get(1).copied().unwrap_or_default().split(", ");
        kinds.any(|kind| KINDS.contains(&kind))
    });
    of_kind.map(|cells| cells[0].split('-').next().unwrap().to_owned()).collect()
}

/// The texts of all Rust files below a folder.
fn sources(folder: &Path, texts: &mut Vec<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() && !path.ends_with("target") {
            sources(&path, texts);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            texts.push(fs::read_to_string(&path).unwrap());
        }
    }
}

/// Whether a text speaks of a case, and not of one whose number only begins so.
fn names(text: &str, number: &str) -> bool {
    let name = format!("Case {number}");
    text.match_indices(&name).any(|(at, _)| {
        let rest = &text[at + name.len()..];
        !rest.starts_with(|letter: char| letter.is_ascii_alphanumeric())
    })
}

#[test]
fn every_case_of_milestones_1_and_2_is_named_in_a_test() {
    let Some(readme) = crate::contract::text("cases/README.md") else { return };
    let numbers = numbers(&readme);
    assert!(numbers.len() >= 20, "{numbers:?}");
    let mut texts = Vec::new();
    for folder in ["crates", "tests"] {
        sources(&root().join(folder), &mut texts);
    }
    let named = |number: &&String| texts.iter().any(|text| names(text, number));
    let missing: Vec<_> = numbers.iter().filter(|number| !named(number)).collect();
    assert!(missing.is_empty(), "no test names the cases {missing:?}");
}

#[test]
fn a_case_is_not_named_by_a_longer_number() {
    assert!(names("// Case 22a, ruling 3", "22a") && names("/// (Case 4)", "4"));
    assert!(!names("// Case 41", "4") && !names("// Case 22", "22a"));
}
