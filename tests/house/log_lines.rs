//! Each line that an operator may see has its place on the page for operators, under its level.

use std::collections::BTreeSet;
use std::fs;

use crate::endpoints::root;
use crate::names::code;

/// The crates that log in a facility's own program.
const CRATES: [&str; 8] = [
    "abdm-base",
    "abdm-core",
    "abdm-flow",
    "abdm-role",
    "abdm-store",
    "abha-enrollment",
    "hip-services",
    "hiu-services",
];

/// The text of a line with its level, and where it stands.
fn lines(level: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for (file, text) in code() {
        let inside = file.strip_prefix(root().join("crates")).unwrap_or(&file);
        let of_crate = inside.iter().next().and_then(|name| name.to_str()).unwrap_or_default();
        let for_tests = inside.iter().any(|part| part == "testing" || part == "benches");
        if !CRATES.contains(&of_crate) || for_tests {
            continue;
        }
        for call in text.split(&format!("{level}!(")).skip(1) {
            let told = last_text(call).unwrap_or_else(|| panic!("no text in {}", file.display()));
            found.push((told, file.display().to_string()));
        }
    }
    assert!(found.len() > 8, "the search must see the lines of {level}");
    found
}

/// The last text within the brackets of a call, which is the line; lines that go on are joined.
fn last_text(call: &str) -> Option<String> {
    let (mut depth, mut within, mut last) = (1, None::<String>, None);
    let mut signs = call.chars().peekable();
    while depth > 0 {
        match (signs.next()?, &mut within) {
            ('\\', Some(_)) if signs.next_if_eq(&'\n').is_some() => {
                while signs.next_if(|sign| sign.is_whitespace()).is_some() {}
            }
            ('\\', Some(text)) => text.extend(signs.next()),
            ('"', Some(text)) => {
                last = Some(std::mem::take(text));
                within = None;
            }
            (sign, Some(text)) => text.push(sign),
            ('"', None) => within = Some(String::new()),
            ('(', None) => depth += 1,
            (')', None) => depth -= 1,
            (_, None) => {}
        }
    }
    last
}

/// The beginnings of lines that the page has under a level.
fn documented(page: &str, level: &str) -> BTreeSet<String> {
    let logs = page.split("\n## Logs\n").nth(1).and_then(|rest| rest.split("\n## ").next());
    let mut now = String::new();
    let mut found = BTreeSet::new();
    for line in logs.unwrap().lines() {
        let of_level = |part: &str| part.split('`').nth(1).map(str::to_owned);
        if let Some(at) = line.find("t `").filter(|_| !line.starts_with('|')) {
            now = of_level(&line[at..]).unwrap_or_default();
        }
        let cell = line.strip_prefix("| ").and_then(|row| row.split(" | ").next());
        if let Some(cell) = cell.filter(|cell| now == level && *cell != "line") {
            found.extend(cell.split(" · ").map(str::to_owned));
        }
    }
    found
}

#[test]
fn operators_find_each_line_under_its_level() {
    let page = fs::read_to_string(root().join("docs/operations.md")).unwrap();
    let mut faults = Vec::new();
    for level in ["info", "warn", "error"] {
        let (lines, documented) = (lines(level), documented(&page, level));
        for (line, file) in &lines {
            if !documented.iter().any(|begins| line.starts_with(begins.as_str())) {
                faults.push(format!("{level}: \"{line}\" of {file} is not on the page"));
            }
        }
        for begins in &documented {
            if !lines.iter().any(|(line, _)| line.starts_with(begins.as_str())) {
                faults.push(format!("{level}: nothing logs \"{begins}\", which is on the page"));
            }
        }
    }
    assert!(faults.is_empty(), "docs/operations.md, \"Logs\":\n{}", faults.join("\n"));
}
