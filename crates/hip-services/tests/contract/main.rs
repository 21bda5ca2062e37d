//! NHA's own requests and saved replies of milestone 2, read and written with this crate's types:
//! what the crate has, and what is known of the sources. `abdm-contract` compares.
//!
//! The sources (a Postman collection and OpenAPI files) are not part of this repository:
//! `ABDM_CONTRACT_DIR` names the folder that has them in `openapi/`. Without it the tests say that
//! they skip; under `CI=true` that is a failure. What they find is written to
//! `docs/coverage-m2.md`.
#![cfg(test)]

mod gaps;
mod headers;
mod known;
mod replies;
mod sources;
mod spellings;
mod version_0_5;

use std::sync::OnceLock;

use abdm_contract::document::{self, Page};
use abdm_contract::{Coverage, Rules};
use hip_services::api;

const RULES: Rules = Rules {
    known: known::all,
    sources: sources::SOURCES,
    corrections: spellings::CORRECTIONS,
    headers: headers::DIFFERENCES,
    body_slips: spellings::BODY_SLIPS,
    spellings: spellings::SPELLINGS,
    texts: &[],
    reply_slips: &[],
    fragments: replies::FRAGMENTS,
    gaps: gaps::GAPS,
    older: &version_0_5::VERSION_0_5,
};

const PAGE: Page<'_> = Page {
    name: "coverage-m2.md",
    head: "# Coverage of milestone 2

Every request and every saved reply of the files that NHA gave out for milestone 2, against the crate
[`hip-services`](../crates/hip-services) and the endpoints of [`abdm-core`](../crates/abdm-core) that it uses. Made by
`UPDATE_DOCS=1 cargo test -p hip-services --test contract`, with the folder of those files in `ABDM_CONTRACT_DIR`; a test
fails when it is stale. The files and our notes on them (`m2-hip.md`, `gateway.md`, `rulings.md`) are not part of the
repository.

A request counts as covered when it is read as a server of ours would read it, sent again by the client, and method,
path, the names in the query, the names of the headers and the whole body come out the same. So does the request that
stands beside a saved reply. A placeholder that a type checks (an ABHA number, an instant) is filled with a value of its
form. Callbacks that a saved reply shows are requests of their own; the collection names no headers for them. Saved
replies are read, too: answers into the endpoint's type, refusals into an error of a known class. Every difference is
listed below; one that is not, or is no longer needed, fails a test.
",
    section: "",
    others: "They come from NHA's portal of 2026, its documents and what the sandbox was seen to send.",
};

/// Compares everything, once; nothing when the sources are not there.
fn coverage() -> Option<&'static Coverage> {
    static MEASURED: OnceLock<Option<Coverage>> = OnceLock::new();
    MEASURED.get_or_init(|| Coverage::measure(&RULES)).as_ref()
}

#[test]
fn every_request_of_nha_is_sent_in_the_same_form_or_left_out_for_a_reason() {
    let Some(coverage) = coverage() else { return };
    assert!(coverage.faults.is_empty(), "{}", coverage.faults.join("\n"));
    let covered: usize = coverage.sources.iter().map(|source| source.covered().count()).sum();
    assert!(covered > 20, "only {covered} requests were found");
}

#[test]
fn every_exception_is_needed() {
    let Some(coverage) = coverage() else { return };
    assert!(coverage.needless.is_empty(), "nothing needs these any more: {:#?}", coverage.needless);
}

#[test]
fn the_table_of_coverage_is_current() {
    if let Some(coverage) = coverage() {
        document::is_current(&PAGE, &RULES, coverage, api::ALL);
    }
    document::names_every_endpoint(&PAGE, api::ALL);
}
