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
