//! The samples of the front page are the programs in `examples/milestones`, to the letter.

use std::fs;

use crate::endpoints::root;

/// The blocks of Rust in a page.
fn blocks(page: &str) -> Vec<&str> {
    let opened = page.split("\n```rust").skip(1);
    opened.filter_map(|rest| rest.split_once('\n')?.1.split_once("\n```")).map(|b| b.0).collect()
}

#[test]
fn the_samples_of_the_front_page_are_the_programs_that_are_run() {
    let file = root().join("README.md");
    let mut page = fs::read_to_string(&file).unwrap();
    for name in ["milestone_1", "milestone_2", "milestone_3"] {
        let program = fs::read_to_string(root().join(format!("examples/milestones/{name}.rs")));
        let program = program.unwrap();
        let program = program.trim_end();
        let first_line = program.lines().next().unwrap();
        let printed = blocks(&page).into_iter().find(|block| block.starts_with(first_line));
        let printed =
            printed.unwrap_or_else(|| panic!("README.md does not show {name}")).to_owned();
        if std::env::var_os("UPDATE_DOCS").is_some() {
            page = page.replace(&printed, program);
            fs::write(&file, &page).unwrap();
        } else {
            assert!(printed == program, "README.md shows an older {name}: run with UPDATE_DOCS=1");
        }
    }
}

/// The packages that a page's list of dependencies names.
fn listed(page: &str) -> Vec<String> {
    let list = page.split("```toml\n[dependencies]\n").nth(1).unwrap();
    let list = list.split("```").next().and_then(|list| list.split("\n[").next()).unwrap();
    let names = list.lines().filter_map(|line| line.split_once(" = ")).map(|(name, _)| name);
    names.map(|name| name.trim().replace('-', "_")).collect()
}

/// Whoever copies the list and the samples of a page must have a program that compiles.
#[test]
fn the_dependency_lists_have_every_crate_that_the_samples_beside_them_use() {
    let workspace = fs::read_to_string(root().join("Cargo.toml")).unwrap();
    let workspace = workspace.split("[workspace.dependencies]").nth(1).unwrap();
    let workspace = workspace.split("\n[").next().unwrap();
    let names = workspace.lines().filter_map(|line| line.split_once(" = "));
    let known: Vec<String> = names.map(|(name, _)| name.trim().replace('-', "_")).collect();
    assert!(known.contains(&"hip_services".to_owned()), "{known:?}");
    for file in ["README.md", "crates/hip-services/README.md"] {
        let page = fs::read_to_string(root().join(file)).unwrap();
        let (samples, listed) = (blocks(&page).join("\n"), listed(&page));
        let begins = |at: usize| {
            let before = samples[..at].chars().next_back();
            before.is_none_or(|sign| !sign.is_alphanumeric() && sign != '_' && sign != ':')
        };
        for name in &known {
            let path = format!("{name}::");
            let is_used = samples.match_indices(&path).any(|(at, _)| begins(at));
            assert!(!is_used || listed.contains(name), "{file} lists no {name}, and uses it");
        }
    }
}
