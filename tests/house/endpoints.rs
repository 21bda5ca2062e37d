//! Every endpoint of every crate.

use std::path::PathBuf;

use abdm_core::endpoint::Metadata;

/// Each crate with its endpoints, in the order of the milestones.
pub(crate) fn by_crate() -> Vec<(&'static str, &'static [&'static Metadata])> {
    vec![
        ("abdm-core", abdm_core::api::ALL),
        ("abha-enrollment", abha_enrollment::api::ALL),
        ("hip-services", hip_services::api::ALL),
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
