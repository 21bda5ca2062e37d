//! NHA's own requests and saved replies of milestone 1, read and written with this crate's types:
//! what the crate has, and what is known of the sources. `abdm-contract` compares.
//!
//! The sources (Postman collections and swaggers) are not part of this repository:
//! `ABDM_CONTRACT_DIR` names the folder that has them in `openapi/`. Without it the tests say that
//! they skip; under `CI=true` that is a failure. What they find is written to
//! `docs/coverage-m1.md`.

mod gaps;
mod headers;
pub(crate) mod known;
mod legacy;
mod replies;
pub(crate) mod sources;
mod spellings;
mod tasks;

use std::collections::BTreeMap;
use std::sync::OnceLock;

use abdm_contract::document::{self, Page};
use abdm_contract::{Coverage, Rules};
use abdm_core::environment::Family;
use abha_enrollment::api;
use serde_json::Value;

const HEAD: &str = "# Coverage of milestone 1

Every request and every saved reply of the files that NHA gave out for milestone 1, against the crate
[`abha-enrollment`](../crates/abha-enrollment). Made by
`UPDATE_DOCS=1 cargo test -p abha-enrollment --test it contract`, with the folder of those files in
`ABDM_CONTRACT_DIR`; a test fails when it is stale. The files and our notes on them (`m1-abha.md` and its
chapters) are not part of the repository.

A request counts as covered when it is read as a server of ours would read it, sent again by the client,
and method, path, the names in the query, the names of the headers and the whole body come out the same.
Its saved replies are read too: answers into the endpoint's type, refusals (also those that come with status 200,
as a wrong OTP does) into an error of a known class. Every difference is listed below; one that is not, or
is no longer needed, fails a test.
";

const RULES: Rules = Rules {
    known: known::all,
    sources: sources::SOURCES,
    corrections: spellings::CORRECTIONS,
    headers: headers::DIFFERENCES,
    body_slips: spellings::BODY_SLIPS,
    spellings: spellings::SPELLINGS,
    texts: replies::KNOWN_TEXTS,
    reply_slips: replies::REPLY_SLIPS,
    fragments: &[],
    gaps: gaps::GAPS,
    older: &legacy::LEGACY,
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
    assert!(covered > 150, "only {covered} requests were found");
}

#[test]
fn every_exception_is_needed() {
    let Some(coverage) = coverage() else { return };
    assert!(coverage.needless.is_empty(), "nothing needs these any more: {:#?}", coverage.needless);
}

#[test]
fn the_table_of_coverage_is_current() {
    let section = tasks::section();
    let page = Page {
        name: "coverage-m1.md",
        head: HEAD,
        section: &section,
        others: "They come from NHA's portal of 2026, its guide and its test sheet.",
    };
    if let Some(coverage) = coverage() {
        document::is_current(&page, &RULES, coverage, api::ALL);
    }
    document::names_every_endpoint(&page, api::ALL);
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

/// The comparison can fail, also where NHA's files are not there.
#[test]
fn a_difference_of_any_kind_is_a_fault() {
    use abdm_contract::{Reply, Saved, Target};
    use abdm_core::endpoint::Endpoint as _;
    use abha_enrollment::api::login::VerifyUser;

    let meta = VerifyUser::META;
    let good = Saved {
        place: "made up".to_owned(),
        method: meta.method.to_string(),
        url: Target { family: Some(meta.family), path: meta.path.to_owned(), query: None },
        headers: Some(meta.required_headers().into_iter().map(str::to_owned).collect()),
        bodies: vec![serde_json::json!({"ABHANumber": "91-1234-5678-9015", "txnId": "a"})],
        replies: vec![Reply::new(200, r#"{"token": "t", "expiresIn": 1800}"#)],
        unread: Vec::new(),
    };
    type Change<'a> = &'a dyn Fn(&mut Saved);
    let faults = |change: Change<'_>| {
        let (mut saved, mut coverage) = (good.clone(), Coverage::default());
        change(&mut saved);
        coverage.row(&RULES, &known::all(), saved);
        coverage.faults
    };
    assert_eq!(faults(&|_| {}), Vec::<String>::new());
    let changes: [(&str, Change<'_>); 9] = [
        ("no endpoint", &|saved| saved.method = "GET".to_owned()),
        ("no endpoint", &|saved| saved.url.path.push('s')),
        ("which we do not send", &|saved| {
            saved.headers.as_mut().unwrap().push("f-token".to_owned())
        }),
        ("which it does not list", &|saved| {
            saved.headers.as_mut().unwrap().retain(|name| name != "t-token");
        }),
        ("cut off", &|saved| saved.unread.push("{".to_owned())),
        ("we send the query", &|saved| saved.url.query = Some("a=b".to_owned())),
        ("we write", &|saved| saved.bodies[0]["odd"] = Value::from(1)),
        ("does not fit", &|saved| saved.replies.push(Reply::new(200, "[]"))),
        ("unclassified", &|saved| saved.replies.push(Reply::new(400, r#"{"code": "ABDM-1"}"#))),
    ];
    for (wanted, change) in changes {
        let found = faults(change);
        assert!(found.len() == 1 && found[0].contains(wanted), "{wanted}: {found:?}");
    }
}
