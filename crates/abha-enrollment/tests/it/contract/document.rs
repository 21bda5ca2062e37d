//! `docs/coverage-m1.md`, made from the comparison.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

use abha_enrollment::api;

use super::coverage::{Coverage, Measured, Outcome};
use super::legacy::Fate;
use super::tasks::TASKS;

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

fn file() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/coverage-m1.md")
}

fn written() -> String {
    fs::read_to_string(file()).unwrap_or_default()
}

/// The committed table is what the comparison says; `UPDATE_DOCS` writes it.
pub(super) fn is_current(coverage: &Coverage) {
    let text = text(coverage);
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::write(file(), &text).unwrap();
    }
    assert!(written() == text, "docs/coverage-m1.md is stale: run with UPDATE_DOCS=1");
}

/// The committed table speaks of every endpoint, with or without NHA's files.
pub(super) fn names_every_endpoint() {
    let text = written();
    for meta in api::ALL {
        let named = text.contains(&format!("`{}`", meta.name));
        assert!(named, "docs/coverage-m1.md does not name {}", meta.name);
    }
}

fn text(coverage: &Coverage) -> String {
    let mut out = HEAD.to_owned();
    summary(coverage, &mut out);
    left_out(coverage, &mut out);
    differences(coverage, &mut out);
    tasks(&mut out);
    for measured in &coverage.sources {
        requests(measured, &mut out);
    }
    unseen(coverage, &mut out);
    legacy(coverage, &mut out);
    out
}

fn summary(coverage: &Coverage, out: &mut String) {
    out.push_str("\n## Summary\n\n| source | requests | covered | left out | bodies | answers | refusals |\n");
    out.push_str("|---|--:|--:|--:|--:|--:|--:|\n");
    let mut sum = [0; 6];
    for measured in &coverage.sources {
        let mut line = [measured.rows.len(), measured.covered().count(), 0, 0, 0, 0];
        line[2] = line[0] - line[1];
        for row in measured.covered() {
            if let Outcome::Covered { bodies, answers, refusals, .. } = row.outcome {
                line[3] += bodies;
                line[4] += answers;
                line[5] += refusals;
            }
        }
        writeln!(out, "| {} | {} |", measured.source.what, line.map(|n| n.to_string()).join(" | "))
            .unwrap();
        sum.iter_mut().zip(line).for_each(|(sum, n)| *sum += n);
    }
    writeln!(out, "| **all** | {} |", sum.map(|n| format!("**{n}**")).join(" | ")).unwrap();
    let replaced = coverage.legacy.iter().filter(|row| matches!(row.fate, Fate::Replaced(_)));
    let (replaced, all) = (replaced.count(), coverage.legacy.len());
    writeln!(
        out,
        "\nOf the {all} calls of the legacy service (V1, V2) {replaced} are replaced by endpoints of this \
         crate, the other {} have a reason.",
        all - replaced
    )
    .unwrap();
    let classes: Vec<String> =
        coverage.classes.iter().map(|(class, count)| format!("{count} {class}")).collect();
    writeln!(out, "\nThe refusals by class: {}.", classes.join(", ")).unwrap();
}

fn left_out(coverage: &Coverage, out: &mut String) {
    out.push_str("\n## What is left out\n\n| call | source | reason |\n|---|---|---|\n");
    let mut written = BTreeSet::new();
    for measured in &coverage.sources {
        for row in &measured.rows {
            if let Outcome::LeftOut(gap) = &row.outcome
                && written.insert(&row.call)
            {
                let (name, reason) = (measured.source.name, gap.reason.text());
                writeln!(out, "| {} | {name} | {reason}: {} |", row.call, gap.why).unwrap();
            }
        }
    }
}

fn differences(coverage: &Coverage, out: &mut String) {
    out.push_str("\n## Differences that are known\n\n| difference | seen |\n|---|--:|\n");
    for why in super::coverage::explanations() {
        if let Some(count) = coverage.used.get(why) {
            writeln!(out, "| {why} | {count} |").unwrap();
        }
    }
}

fn tasks(out: &mut String) {
    out.push_str(
        "\n## By task of a desk\n\nWhere no method stands, the endpoints are called one by one: ",
    );
    out.push_str("[`abdm_core::client::AbdmClient::send`](../crates/abdm-core).\n\n| m1-abha.md | task | methods | endpoints |\n|---|---|---|---|\n");
    for task in TASKS {
        let methods: Vec<String> = task.methods.iter().map(|name| format!("`{name}`")).collect();
        let endpoints: Vec<String> =
            task.endpoints.iter().map(|meta| format!("`{}`", meta.name)).collect();
        let (chapter, what) = (task.chapter, task.what);
        let methods = if methods.is_empty() { "–".to_owned() } else { methods.join(", ") };
        writeln!(out, "| {chapter} | {what} | {methods} | {} |", endpoints.join(", ")).unwrap();
    }
}

fn requests(measured: &Measured, out: &mut String) {
    let what = measured.source.what;
    write!(out, "\n## {what}\n\n").unwrap();
    out.push_str("| request | call | endpoint | bodies | answers | refusals |\n");
    out.push_str("|---|---|---|--:|--:|--:|\n");
    for row in &measured.rows {
        let result = match &row.outcome {
            Outcome::Covered { endpoint, bodies, answers, refusals } => {
                let count = |n: &usize| if *n == 0 { "–".to_owned() } else { n.to_string() };
                format!(
                    "`{endpoint}` | {} | {} | {}",
                    count(bodies),
                    count(answers),
                    count(refusals)
                )
            }
            Outcome::LeftOut(gap) => format!("left out: {} | – | – | –", gap.reason.text()),
            Outcome::Missing => "missing | – | – | –".to_owned(),
        };
        writeln!(out, "| {} | {} | {result} |", cell(&row.place), row.call).unwrap();
    }
}

/// Names that are themselves a URL would become links.
fn cell(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").replace("https://", "").replace('|', "/")
}

fn unseen(coverage: &Coverage, out: &mut String) {
    let seen: BTreeSet<&str> = coverage
        .sources
        .iter()
        .flat_map(|measured| &measured.rows)
        .filter_map(|row| match row.outcome {
            Outcome::Covered { endpoint, .. } => Some(endpoint),
            _ => None,
        })
        .collect();
    out.push_str("\n## Endpoints that none of these files shows\n\n");
    out.push_str("They come from NHA's portal of 2026, its guide and its test sheet.\n\n");
    for meta in api::ALL.iter().filter(|meta| !seen.contains(meta.name)) {
        writeln!(out, "- `{}`: {} `{}` ({})", meta.name, meta.method, meta.path, meta.source)
            .unwrap();
    }
}

fn legacy(coverage: &Coverage, out: &mut String) {
    out.push_str("\n## The legacy service (V1, V2)\n\n| legacy call | now |\n|---|---|\n");
    // Alphabetically: the swagger's own order is none.
    let sorted: BTreeMap<&str, &Fate> =
        coverage.legacy.iter().map(|row| (row.call.as_str(), &row.fate)).collect();
    for (call, fate) in sorted {
        let now = match fate {
            Fate::Replaced(endpoints) => {
                let names: Vec<String> =
                    endpoints.iter().map(|meta| format!("`{}`", meta.name)).collect();
                names.join(", ")
            }
            Fate::Gone(why) => (*why).to_owned(),
        };
        writeln!(out, "| `{call}` | {now} |").unwrap();
    }
}
