//! The page of a coverage, in `docs/`.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

use abdm_core::endpoint::Metadata;

use crate::{Coverage, Fate, Measured, Older, Outcome, Rules};

/// A page: its name in `docs/`, what stands at its head, and what a crate adds to it.
#[derive(Debug)]
pub struct Page<'a> {
    /// The file.
    pub name: &'a str,
    /// Title and explanation.
    pub head: &'a str,
    /// A section of the crate's own, before the requests; may be empty.
    pub section: &'a str,
    /// Where endpoints come from that the sources do not show.
    pub others: &'a str,
}

fn file(page: &Page<'_>) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs").join(page.name)
}

fn written(page: &Page<'_>) -> String {
    fs::read_to_string(file(page)).unwrap_or_default()
}

/// The committed page is what the comparison says; `UPDATE_DOCS` writes it.
pub fn is_current(page: &Page<'_>, rules: &Rules, coverage: &Coverage, all: &[&Metadata]) {
    let text = text(page, rules, coverage, all);
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::write(file(page), &text).unwrap();
    }
    assert!(written(page) == text, "docs/{} is stale: run with UPDATE_DOCS=1", page.name);
}

/// The committed page speaks of every endpoint, with or without NHA's files.
pub fn names_every_endpoint(page: &Page<'_>, all: &[&Metadata]) {
    let text = written(page);
    for meta in all {
        let named = text.contains(&format!("`{}`", meta.name));
        assert!(named, "docs/{} does not name {}", page.name, meta.name);
    }
}

fn text(page: &Page<'_>, rules: &Rules, coverage: &Coverage, all: &[&Metadata]) -> String {
    let mut out = page.head.to_owned();
    summary(coverage, rules.older, &mut out);
    left_out(coverage, &mut out);
    differences(rules, coverage, &mut out);
    out.push_str(page.section);
    for measured in &coverage.sources {
        requests(measured, &mut out);
    }
    unseen(page, coverage, all, &mut out);
    older(rules.older, coverage, &mut out);
    out
}

fn summary(coverage: &Coverage, older: &Older, out: &mut String) {
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
    let replaced = coverage.older.iter().filter(|row| matches!(row.fate, Fate::Replaced(_)));
    let (replaced, all) = (replaced.count(), coverage.older.len());
    writeln!(
        out,
        "\nOf the {all} calls of {} {replaced} are replaced by endpoints that are declared here, the other \
         {} have a reason.",
        older.what,
        all - replaced
    )
    .unwrap();
    if !older.spoken.endpoints.is_empty() {
        let spoken = coverage.older.iter().filter(|row| older.speaks(&row.call).is_some()).count();
        let feature = older.spoken.feature;
        writeln!(out, "{spoken} of them are spoken still, behind the feature `{feature}`.")
            .unwrap();
    }
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

fn differences(rules: &Rules, coverage: &Coverage, out: &mut String) {
    out.push_str("\n## Differences that are known\n\n| difference | seen |\n|---|--:|\n");
    for why in rules.explanations() {
        if let Some(count) = coverage.used.get(why) {
            writeln!(out, "| {why} | {count} |").unwrap();
        }
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

fn unseen(page: &Page<'_>, coverage: &Coverage, all: &[&Metadata], out: &mut String) {
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
    write!(out, "{}\n\n", page.others).unwrap();
    for meta in all.iter().filter(|meta| !seen.contains(meta.name)) {
        writeln!(out, "- `{}`: {} `{}` ({})", meta.name, meta.method, meta.path, meta.source)
            .unwrap();
    }
}

fn older(older: &Older, coverage: &Coverage, out: &mut String) {
    let (what, adjective) = (heading(older.what), older.adjective);
    let speaks = !older.spoken.endpoints.is_empty();
    write!(out, "\n## {what}\n\n| {adjective} call | now |").unwrap();
    out.push_str(if speaks { " spoken by |\n|---|---|---|\n" } else { "\n|---|---|\n" });
    // Alphabetically: the swagger's own order is none.
    let sorted: BTreeMap<&str, &Fate> =
        coverage.older.iter().map(|row| (row.call.as_str(), &row.fate)).collect();
    for (call, fate) in sorted {
        let now = match fate {
            Fate::Replaced(endpoints) => {
                let names: Vec<String> =
                    endpoints.iter().map(|meta| format!("`{}`", meta.name)).collect();
                names.join(", ")
            }
            Fate::Gone(why) => (*why).to_owned(),
        };
        write!(out, "| `{call}` | {now} |").unwrap();
        if speaks {
            let spoken = older.speaks(call).map_or("–".to_owned(), |m| format!("`{}`", m.name));
            write!(out, " {spoken} |").unwrap();
        }
        out.push('\n');
    }
}

/// With a capital at the beginning.
fn heading(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
