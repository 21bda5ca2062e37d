//! NHA's own requests and saved replies, read and written with this crate's types.
//!
//! The sources (Postman collections and swaggers) are not part of this repository:
//! `ABDM_CONTRACT_DIR` names the folder that has them in `openapi/`. Without it the tests say that
//! they skip; under `CI=true` that is a failure. What they find is written to
//! `docs/coverage-m1.md`.

mod coverage;
mod document;
mod gaps;
mod headers;
pub(crate) mod known;
mod legacy;
mod postman;
mod replies;
pub(crate) mod saved;
pub(crate) mod sources;
mod spellings;
mod swagger;
mod tasks;

use std::collections::BTreeMap;

use abdm_core::environment::Family;
use abha_enrollment::api;

use self::coverage::Coverage;

#[test]
fn every_request_of_nha_is_sent_in_the_same_form_or_left_out_for_a_reason() {
    let Some(coverage) = Coverage::measure() else { return };
    assert!(coverage.faults.is_empty(), "{}", coverage.faults.join("\n"));
    let covered: usize = coverage.sources.iter().map(|source| source.covered().count()).sum();
    assert!(covered > 150, "only {covered} requests were found");
}

#[test]
fn every_exception_is_needed() {
    let Some(coverage) = Coverage::measure() else { return };
    assert!(coverage.needless.is_empty(), "nothing needs these any more: {:#?}", coverage.needless);
}

#[test]
fn the_table_of_coverage_is_current() {
    let Some(coverage) = Coverage::measure() else {
        document::names_every_endpoint();
        return;
    };
    document::is_current(coverage);
    document::names_every_endpoint();
}

#[test]
fn every_endpoint_is_declared_once() {
    let mut seen = BTreeMap::new();
    for meta in api::ALL {
        let families = [Family::Abha, Family::AbhaAddressWeb, Family::PhrApp];
        assert!(families.contains(&meta.family), "{}", meta.name);
        assert!(
            meta.path.starts_with('/') && meta.source.starts_with("m1-abha.md"),
            "{}",
            meta.name
        );
        let key = (meta.family.as_str(), meta.method.as_str(), meta.path);
        assert_eq!(seen.insert(key, meta.name), None, "{key:?}");
    }
}
