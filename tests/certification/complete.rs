//! Every case is played by a test, or says why it cannot be.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use crate::cases::{self, Case};
use crate::recorder::{folder, root};
use crate::{evidence, secrecy, summary};

/// The names of the tests in this folder that play cases.
fn tests() -> Vec<String> {
    fn read(folder: &Path, names: &mut Vec<String>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                read(&path, names);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                let text = fs::read_to_string(&path).unwrap();
                let marked = text.split("#[tokio::test]\nasync fn ").skip(1);
                names.extend(marked.filter_map(|rest| rest.split('(').next()).map(str::to_owned));
            }
        }
    }
    let mut names = Vec::new();
    read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("certification"), &mut names);
    names
}

/// The case that a test plays: the longest key that its name begins with.
fn played(test: &str) -> Option<&'static Case> {
    let fitting = cases::ALL.iter().filter(|case| test.starts_with(&case.test_prefix()));
    fitting.max_by_key(|case| case.key.len())
}

#[test]
fn each_case_is_played_once_or_has_a_reason() {
    let mut by_case: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for test in tests() {
        let case = played(&test).unwrap_or_else(|| panic!("{test} plays no case"));
        by_case.entry(case.key).or_default().push(test);
    }
    for case in cases::ALL {
        let tests = by_case.get(case.key).map_or(0, Vec::len);
        match case.gap {
            None => assert_eq!(tests, 1, "{} is played by one test", case.key),
            Some(gap) => {
                assert_eq!(tests, 0, "{} has a reason and a test", case.key);
                assert!(gap.reason().len() > 40, "{}: a reason is a sentence", case.key);
            }
        }
    }
}

#[test]
fn the_list_is_nhas() {
    assert_eq!(cases::ALL.len(), 66);
    let keys: BTreeSet<&str> = cases::ALL.iter().map(|case| case.key).collect();
    assert_eq!(keys.len(), 66, "every key once");
    let ids: BTreeSet<&str> = cases::ALL.iter().map(Case::id).collect();
    assert_eq!(ids.len(), 65, "NHA uses VRFY_ABHA_501 twice");
}

/// What a private vendor must pass (certification-m1.md 7): all of it is played.
#[test]
fn what_a_private_vendor_must_pass_is_shown() {
    let creation = ["101", "102", "104", "105", "106", "107", "109", "112", "113", "114"];
    let verification = [
        "101", "102", "201", "202", "301", "302", "303", "304", "305", "401", "402", "403", "404",
        "405",
    ];
    let others = ["TAGGING_UNIQUEPATIENTID_UNIQUEABHANUMBER", "SHARE_PATIENT_PROFILE_701"];
    let keys = creation.iter().map(|number| format!("CRT_ABHA_{number}"));
    let keys = keys.chain(verification.iter().map(|number| format!("VRFY_ABHA_{number}")));
    for key in keys.chain(others.map(str::to_owned)) {
        let case = Case::of(&key);
        assert!(matches!(case.status, cases::Status::Mandatory), "{key}");
        assert!(case.gap.is_none(), "{key} must be shown");
    }
}

/// Whatever evidence is there, of this run or an older one, is readable and holds no secret. Each case
/// checks its own as it writes it, against the secrets that it used.
#[test]
fn the_evidence_that_is_there_is_readable_and_holds_no_secret() {
    let Ok(files) = fs::read_dir(folder()) else {
        return;
    };
    for file in files.map(|entry| entry.unwrap().path()) {
        if file.extension().is_some_and(|ending| ending == "json") {
            let text = fs::read_to_string(&file).unwrap();
            assert_eq!(secrecy::looks_secret(&text), None, "{}", file.display());
            let read: evidence::Evidence = serde_json::from_str(&text).unwrap();
            assert_eq!(read.form, evidence::FORM, "{}", file.display());
        }
    }
    let seen = summary::of(&root());
    assert_eq!(seen.cases.len(), cases::ALL.len());
    assert_eq!(seen.count.values().sum::<usize>(), cases::ALL.len());
}
