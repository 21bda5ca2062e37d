//! The official examples, where the folder with them is at hand.

use std::{env, fs, path::PathBuf};

use fhir_bundles::{DocumentBundle, Record, check, json::Json};

/// All example files below a folder of the contract, or nothing when it is not there.
fn examples(folder: &str) -> Vec<(PathBuf, Vec<u8>)> {
    let Some(contract) = env::var_os("ABDM_CONTRACT_DIR") else {
        assert!(env::var_os("CI").is_none(), "CI needs ABDM_CONTRACT_DIR");
        eprintln!("skipped: set ABDM_CONTRACT_DIR to test the official examples in {folder}");
        return Vec::new();
    };
    let folder = PathBuf::from(contract).join("fhir/examples").join(folder);
    let mut found: Vec<_> = fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "json")
        })
        .map(|path| (path.clone(), fs::read(path).unwrap()))
        .collect();
    assert!(!found.is_empty(), "no examples in {}", folder.display());
    found.sort();
    found
}

#[test]
fn every_example_is_read_and_written_back_equal() {
    for folder in ["6.5.0", "2.0.1", "published-with-narrative"] {
        for (path, bytes) in examples(folder) {
            let before = Json::parse(&bytes).unwrap();
            let after = Json::parse(&DocumentBundle::read(&bytes).unwrap().to_vec()).unwrap();
            assert_eq!(before, after, "{}", path.display());
        }
    }
}

#[test]
fn every_example_says_its_type_and_shows_its_sections() {
    for folder in ["6.5.0", "2.0.1", "published-with-narrative"] {
        for (path, bytes) in examples(folder) {
            let record = Record::read(&bytes).unwrap();
            assert!(record.hi_type().is_some(), "{}", path.display());
            assert!(record.items().next().is_some(), "{}", path.display());
            assert!(
                !record.patient().unwrap().name.is_empty(),
                "{}",
                path.display()
            );
            assert!(!record.authors().is_empty(), "{}", path.display());
            // The old wellness example holds a blood pressure that no section refers to.
            let is_old_wellness =
                folder == "2.0.1" && path.ends_with("Bundle-WellnessRecord-example-01.json");
            let orphans: &[&str] = if is_old_wellness {
                &["Bundle.entry[11].resource"]
            } else {
                &[]
            };
            let unread: Vec<_> = record
                .unread()
                .iter()
                .map(|unread| unread.path.as_str())
                .collect();
            assert_eq!(unread, orphans, "{}", path.display());
        }
    }
}

#[test]
fn current_examples_pass_the_check() {
    for (path, bytes) in examples("6.5.0") {
        let report = check(&bytes);
        let errors: Vec<_> = report.errors().map(ToString::to_string).collect();
        assert!(
            errors.is_empty(),
            "{}: {}",
            path.display(),
            errors.join("\n")
        );
    }
}
