//! Every endpoint of every crate.

use std::path::PathBuf;

use abdm_core::endpoint::Metadata;
use abdm_core::environment::Family;
use abdm_core::error::Operation;

/// Each crate with its endpoints, in the order of the milestones.
pub(crate) fn by_crate() -> Vec<(&'static str, &'static [&'static Metadata])> {
    vec![
        ("abdm-core", abdm_core::api::ALL),
        ("abdm-core, feature `v0_5`", abdm_core::api::v0_5::ALL),
        ("abha-enrollment", abha_enrollment::api::ALL),
        ("hip-services", hip_services::api::ALL),
        ("hip-services, feature `v0_5`", hip_services::api::v0_5::ALL),
        ("hiu-services", hiu_services::api::ALL),
        ("abdm-sandbox", abdm_sandbox::api::ALL),
    ]
}

/// The folder of the workspace.
pub(crate) fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..")
}

#[test]
fn no_two_endpoints_share_a_name_or_a_place() {
    let mut names = std::collections::BTreeSet::new();
    let mut places = std::collections::BTreeMap::new();
    for meta in by_crate().into_iter().flat_map(|(_, all)| all) {
        assert!(names.insert(meta.name), "{} is declared twice", meta.name);
        for path in meta.live_paths().filter(|path| !path.is_empty()) {
            let place = (meta.method.to_string(), path);
            if let Some(other) = places.insert(place.clone(), meta.name) {
                panic!("{} and {other} both stand at {place:?}", meta.name);
            }
        }
    }
}

#[test]
fn every_callback_that_an_endpoint_promises_is_declared() {
    let names: Vec<&str> =
        by_crate().into_iter().flat_map(|(_, all)| all).map(|meta| meta.name).collect();
    for meta in by_crate().into_iter().flat_map(|(_, all)| all) {
        if let Some(callback) = meta.callback {
            assert!(names.contains(&callback), "{} promises {callback}", meta.name);
        }
    }
}

/// C9: a hand-kept list forgot a whole crate. The sources are the judge here: whatever is declared
/// anywhere is in the sandbox's list.
#[test]
fn every_endpoint_that_any_source_declares_is_in_the_sandboxs_list() {
    let known: Vec<&str> =
        abdm_sandbox::Sandbox::endpoints().iter().map(|meta| meta.name).collect();
    let mut declared = Vec::new();
    collect(&root().join("crates"), &mut declared);
    let missing: Vec<&String> =
        declared.iter().filter(|name| !known.contains(&name.as_str())).collect();
    assert!(missing.is_empty(), "the sandbox does not know {missing:?}");
    assert_eq!(declared.len(), known.len(), "the sandbox knows one that nobody declares");
}

/// The names in every `endpoint!` below a folder.
fn collect(folder: &std::path::Path, names: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let path = entry.path();
        let is_source = path.extension().is_some_and(|kind| kind == "rs");
        if path.is_dir() {
            if !["target", "tests"].contains(&entry.file_name().to_str().unwrap_or_default()) {
                collect(&path, names);
            }
        } else if is_source {
            let source = std::fs::read_to_string(&path).unwrap();
            // A declaration stands alone at the begin of a line; the macro's own examples do not.
            let opened =
                |line: &str| matches!(line, "abdm_core::endpoint! {" | "crate::endpoint! {");
            let mut lines = source.lines();
            while let Some(line) = lines.next() {
                if opened(line) {
                    let name = lines.find_map(|line| {
                        line.trim().strip_prefix("pub ")?.strip_suffix(" {").map(str::to_owned)
                    });
                    names.extend(name);
                }
            }
        }
    }
}

/// (C14) A code means different things in different operations, so that an endpoint without one, or
/// with one of another family, would be advised about somebody else's errors.
#[test]
fn every_endpoint_names_an_operation_that_fits_its_family_and_its_callback() {
    let all: Vec<&Metadata> = by_crate().into_iter().flat_map(|(_, all)| all).copied().collect();
    for meta in &all {
        let operation = meta.errors;
        let fits = match meta.family {
            Family::Abha => operation.is_in("m1") && !operation.is_in("phr"),
            Family::AbhaAddressWeb => operation.is_in("web"),
            Family::PhrApp => operation.is_in("phr") && operation.is_in("m1"),
            Family::DataPush => operation == Operation::DataPush,
            Family::Gateway | Family::Bridge => {
                !operation.is_in("m1") && operation != Operation::DataPush
            }
            Family::Registry => operation.is_in("registry"),
            _ => false,
        };
        assert!(fits && operation != Operation::Unlisted, "{} names {operation:?}", meta.name);
        for callback in all.iter().filter(|other| Some(other.name) == meta.callback) {
            assert_eq!(callback.errors, operation, "{} and {}", meta.name, callback.name);
        }
    }
}
