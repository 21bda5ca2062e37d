//! Headers, claims and the result of a proof are named by their constants.

use std::fs;
use std::path::PathBuf;

use abdm_core::claims;
use abdm_core::error::AUTH_RESULT;
use abdm_core::headers;

use crate::endpoints::root;
use crate::one_definition::sources;

/// Words of everyday life among the names, which stand elsewhere too.
const COMMON_HEADERS: [&str; 2] = [headers::AUTHORIZATION, headers::TIMESTAMP];

const HEADERS: [&str; 12] = [
    headers::AUTHORIZATION,
    headers::REQUEST_ID,
    headers::TIMESTAMP,
    headers::CM_ID,
    headers::HIP_ID,
    headers::HIU_ID,
    headers::LINK_TOKEN,
    headers::AUTH_TOKEN,
    headers::USER_TOKEN,
    headers::TRANSFER_TOKEN,
    headers::REFRESH_TOKEN,
    headers::TRANSACTION_ID,
];

/// The code of the crates and programs, each file up to its tests and without its comments.
pub(crate) fn code() -> Vec<(PathBuf, String)> {
    let mut files = Vec::new();
    for folder in ["crates", "examples"] {
        sources(&root().join(folder), &mut files);
    }
    files.retain(|file| {
        let inside = file.strip_prefix(root()).unwrap_or(file);
        !inside.iter().any(|part| part == "tests" || part == "tests.rs")
    });
    assert!(files.len() > 50, "the search must see the source");
    let read = |file: PathBuf| {
        let text = fs::read_to_string(&file).unwrap();
        let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
        let lines = code.lines().filter(|line| !line.trim_start().starts_with("//"));
        (file, lines.collect::<Vec<_>>().join("\n"))
    };
    files.into_iter().map(read).collect()
}

/// The string literals of a line.
fn literals(text: &str) -> impl Iterator<Item = &str> {
    text.lines().flat_map(|line| line.split('"').skip(1).step_by(2))
}

/// Where one of these names stands as a literal, but for its own home.
pub(crate) fn copies(
    home: &str,
    about: impl Fn(&str) -> bool,
    named: impl Fn(&str) -> bool,
) -> Vec<String> {
    let code = code();
    assert!(code.iter().any(|(file, _)| file.ends_with(home)), "{home} is not there");
    let elsewhere = code.iter().filter(|(file, text)| !file.ends_with(home) && about(text));
    let found = elsewhere.flat_map(|(file, text)| {
        let found = literals(text).filter(|literal| named(literal));
        found.map(move |literal| format!("{literal} in {}", file.display()))
    });
    found.collect()
}

#[test]
fn a_header_is_named_by_its_constant() {
    let named = |literal: &str| {
        let name = literal.to_ascii_lowercase();
        HEADERS.contains(&name.as_str()) && !COMMON_HEADERS.contains(&name.as_str())
    };
    let found = copies("abdm-core/src/headers.rs", |_| true, named);
    assert!(found.is_empty(), "use the constants of abdm_core::headers:\n{}", found.join("\n"));
}

/// A body may have fields of the same names: so it is whoever knows of claims that is asked.
#[test]
fn a_claim_is_named_by_its_constant() {
    let home = "abdm-core/src/claims.rs";
    let found =
        copies(home, |text| text.contains("claims::"), |name| claims::NAMES.contains(&name));
    assert!(found.is_empty(), "use the constants of abdm_core::claims:\n{}", found.join("\n"));
    let opens = |(file, text): &(PathBuf, String)| {
        text.contains(".split('.').nth(1)").then(|| file.display().to_string())
    };
    let opened: Vec<String> = code().iter().filter_map(opens).collect();
    assert!(
        matches!(opened.as_slice(), [only] if only.ends_with(home)),
        "read claims with abdm_core::claims::read: {opened:?}"
    );
}

#[test]
fn the_result_of_a_proof_is_named_by_its_constant() {
    let home = "abdm-core/src/error/shape/disguise.rs";
    let found = copies(home, |_| true, |literal| literal == AUTH_RESULT);
    assert!(found.is_empty(), "use abdm_core::error::AUTH_RESULT:\n{}", found.join("\n"));
}
