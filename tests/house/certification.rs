//! `docs/certification.md`, made from the requirements and the cases that show them.

use std::fs;

use abdm_certify::{Milestone, coverage};

use crate::endpoints::root;

const HEAD: &str = "# Certification

What NHA's testers look for, and the case of [`abdm-certify`](../crates/abdm-certify) that shows it. Made from
`requirements.csv` and the cases by `UPDATE_DOCS=1 cargo test -p abdm-tests --test house certification`; a test fails when it
is stale. The wording is ours; the sources are chapters of our notes on NHA's published sheets, which are not part of the
repository. What a case needs, a place must have; on the local sandbox all are played:
`cargo test -p abdm-tests --test certification`, with the evidence in `target/certification`
([form](../crates/abdm-certify/EVIDENCE.md)).

M is mandatory, O is optional. A dash stands before the reason why no software development kit can show it. A further case
of a requirement is named by its id, and its needs stand below those of the first.
";

fn page() -> String {
    let mut page = HEAD.to_owned();
    for milestone in Milestone::ALL {
        page += &format!("\n## {}\n{}", milestone.as_str(), coverage::table(*milestone));
    }
    page
}

#[test]
fn the_page_of_certification_is_current() {
    let file = root().join("docs/certification.md");
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::write(&file, page()).unwrap();
    }
    let written = fs::read_to_string(&file).unwrap_or_default();
    assert!(written == page(), "docs/certification.md is stale: run with UPDATE_DOCS=1");
}
