//! The page of the sandbox knows every switch.

use abdm_sandbox::Switches;

use crate::endpoints::root;

#[test]
fn every_switch_of_the_sandbox_stands_on_its_page() {
    let page = std::fs::read_to_string(root().join("docs/sandbox.md")).unwrap();
    let switches = serde_json::to_value(Switches::default()).unwrap();
    let missing: Vec<&String> = switches
        .as_object()
        .unwrap()
        .keys()
        .filter(|name| !page.contains(&format!("`{name}`")))
        .collect();
    assert!(missing.is_empty(), "docs/sandbox.md does not name {missing:?}");
}

/// The rows of a table whose first cell is a number: the number and the rest.
fn numbered(page: &str) -> Vec<(u32, &str)> {
    let rows = page.lines().filter_map(|line| line.strip_prefix("| ")?.split_once(" | "));
    rows.filter_map(|(number, rest)| Some((number.parse().ok()?, rest))).collect()
}

#[test]
fn every_reality_of_the_contract_stands_on_the_page_with_what_plays_it() {
    let page = std::fs::read_to_string(root().join("docs/sandbox.md")).unwrap();
    let (_, table) = page.split_once("### Each reality of the contract's table").unwrap();
    let told = numbered(table);
    let numbers: Vec<u32> = told.iter().map(|(number, _)| *number).collect();
    let Some(contract) = crate::contract::text("README.md") else { return };
    let (_, realities) = contract.split_once("sandbox realities").unwrap();
    let of_contract: Vec<u32> = numbered(realities).into_iter().map(|(number, _)| number).collect();
    assert!(of_contract.len() >= 25, "{of_contract:?}");
    assert_eq!(numbers, of_contract);

    let switches = serde_json::to_value(Switches::default()).unwrap();
    let switches = switches.as_object().unwrap();
    for (number, by) in told {
        let is_switch = |name: &str| switches.contains_key(name);
        let has_switch = by.split('`').skip(1).step_by(2).any(is_switch);
        assert!(has_switch || by.starts_with("always: "), "{number}: {by}");
    }
}
