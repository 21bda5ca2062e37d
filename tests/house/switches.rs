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
