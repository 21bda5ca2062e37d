//! The contract's cases, where the folder is there.

use serde_json::Value;

/// A case of the contract; `None`, with a word, where `ABDM_CONTRACT_DIR` is not set.
pub(crate) fn case(name: &str) -> Option<Value> {
    let Some(folder) = std::env::var_os("ABDM_CONTRACT_DIR") else {
        let in_ci = std::env::var("CI").is_ok_and(|ci| ci == "true");
        assert!(!in_ci, "ABDM_CONTRACT_DIR must be set under CI");
        eprintln!("skipped: ABDM_CONTRACT_DIR is not set, so {name} cannot be read");
        return None;
    };
    let path = std::path::Path::new(&folder).join("cases").join(name);
    let text = std::fs::read(&path).unwrap_or_else(|error| panic!("{name}: {error}"));
    Some(serde_json::from_slice(&text).unwrap())
}
