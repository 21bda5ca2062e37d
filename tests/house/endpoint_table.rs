//! `docs/endpoints.md`, made from the declarations.

use std::fmt::Write as _;
use std::fs;

use abdm_core::headers::documented_spelling;

use crate::endpoints::{by_crate, root};

fn table() -> String {
    let mut out = String::from(
        "# Endpoints\n\nMade from the declarations by `UPDATE_DOCS=1 cargo nextest run -p abdm-tests endpoint_table`; a test \
         fails when it is stale. Paths stand below the base URL of their family. Callbacks (family `bridge`) come from ABDM. \
         The sources are the chapters of our notes on NHA's published contract, which are not part of the repository.\n",
    );
    for (name, all) in by_crate() {
        write!(out, "\n## {name}\n\n").unwrap();
        out.push_str("| endpoint | call | headers | success | repeated | answered by | source |\n");
        out.push_str("|---|---|---|---|---|---|---|\n");
        for meta in all {
            let path = if meta.path.is_empty() { "(the HIU's own URL)" } else { meta.path };
            let older: String =
                meta.older_paths.iter().map(|path| format!("<br>also `{path}`")).collect();
            let headers: Vec<String> =
                meta.required_headers().into_iter().map(documented_spelling).collect();
            writeln!(
                out,
                "| {} | {} `{path}`{older} ({}) | {} | {} | {:?} | {} | {} |",
                meta.name,
                meta.method,
                meta.family.as_str(),
                headers.join(", "),
                meta.success.as_u16(),
                meta.replay,
                meta.callback.unwrap_or("–"),
                meta.source,
            )
            .unwrap();
        }
    }
    out
}

#[test]
fn the_table_of_endpoints_is_current() {
    let file = root().join("docs/endpoints.md");
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::write(&file, table()).unwrap();
    }
    let written = fs::read_to_string(&file).unwrap_or_default();
    assert!(written == table(), "docs/endpoints.md is stale: run with UPDATE_DOCS=1");
}
