//! What a release has stored is kept, so that every later one is tried on it.

use std::fs;
use std::path::{Path, PathBuf};

use crate::endpoints::root;
use crate::names::code;

/// The kind and the version of every flow in a source.
fn flows(code: &str) -> Vec<(String, u32)> {
    let behind = |line: &str, name: &str| line.split_once(name).map(|(_, rest)| rest.to_owned());
    let kinds = code.lines().filter_map(|line| behind(line, "const KIND: &'static str = \""));
    let versions = code.lines().filter_map(|line| behind(line, "const VERSION: u32 = "));
    let name = |kind: String| kind.split('"').next().unwrap_or_default().to_owned();
    let number = |version: String| version.trim_end_matches(';').parse().unwrap();
    kinds.map(name).zip(versions.map(number)).collect()
}

/// The folder of the crate that a source belongs to.
fn crate_of(file: &Path) -> PathBuf {
    let inside = file.strip_prefix(root()).unwrap();
    inside.iter().take(2).fold(root(), |path, part| path.join(part))
}

#[test]
fn every_version_of_every_kind_of_flow_has_its_snapshots_kept() {
    let mut kinds = 0;
    for (file, text) in code() {
        for (kind, present) in flows(&text) {
            kinds += 1;
            for version in 1..=present {
                let folder = format!("tests/corpus/{kind}/v{version}");
                let folder = crate_of(&file).join(folder);
                let files = fs::read_dir(&folder).map_or(0, Iterator::count);
                let how = "see abdm_flow::testing::corpus";
                assert!(files > 0, "{} is empty: {how}", folder.display());
            }
        }
    }
    assert!(kinds >= 7, "the search must see the flows, and saw {kinds}");
}
