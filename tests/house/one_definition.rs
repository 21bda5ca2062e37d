//! Each path of ABDM stands once in the source, in its declaration.

use std::fs;
use std::path::{Path, PathBuf};

use crate::endpoints::{by_crate, root};

/// What ABDM's paths begin with, before the prefixes of its hosts.
const BEGINNINGS: [&str; 5] = ["/api/hiecm/", "/api/v3/", "/v3/", "/v3.1/", "/v0.5/"];

pub(crate) fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() && name != "target" && !name.starts_with('.') {
            sources(&path, found);
        } else if name.ends_with(".rs") {
            found.push(path);
        }
    }
}

/// The string literals of a source text that look like paths.
fn path_literals(text: &str) -> impl Iterator<Item = &str> {
    text.lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .flat_map(|line| line.split('"').skip(1).step_by(2))
        .filter(|literal| literal.starts_with('/'))
}

#[test]
fn a_grep_finds_each_path_once() {
    let mut files = Vec::new();
    for folder in ["crates", "examples", "tests"] {
        sources(&root().join(folder), &mut files);
    }
    assert!(files.len() > 50, "the search must see the source");
    let texts: Vec<(PathBuf, String)> =
        files.into_iter().map(|file| (file.clone(), fs::read_to_string(file).unwrap())).collect();
    let places = |wanted: &str| -> Vec<&Path> {
        texts
            .iter()
            .flat_map(|(file, text)| {
                path_literals(text).filter(move |found| *found == wanted).map(|_| file.as_path())
            })
            .collect()
    };

    let mut declared = Vec::new();
    let mut faults = Vec::new();
    for meta in by_crate().into_iter().flat_map(|(_, all)| all) {
        for path in meta.paths().filter(|path| !path.is_empty()) {
            let found = places(path);
            if found.len() != 1 {
                faults.push(format!("{path} of {} stands in {found:?}", meta.name));
            }
            declared.push(path);
        }
    }
    for (file, text) in &texts {
        // This file names the beginnings.
        if file.ends_with("one_definition.rs") {
            continue;
        }
        for literal in path_literals(text) {
            let of_abdm = BEGINNINGS.iter().any(|beginning| literal.starts_with(beginning));
            if of_abdm && !declared.contains(&literal) {
                faults.push(format!("{literal} in {} is no declaration", file.display()));
            }
        }
    }
    assert!(faults.is_empty(), "use the endpoint's META:\n{}", faults.join("\n"));
}
