//! The contract folder, which a user's clone does not have.

use std::path::PathBuf;

/// A file of the contract folder that `ABDM_CONTRACT_DIR` names.
///
/// `None`, with a message, when the variable is unset. Under `CI=true` that is a failure.
pub(crate) fn contract_file(name: &str) -> Option<Vec<u8>> {
    let Some(folder) = std::env::var_os("ABDM_CONTRACT_DIR") else {
        let in_ci = std::env::var("CI").is_ok_and(|ci| ci == "true");
        assert!(!in_ci, "ABDM_CONTRACT_DIR must be set under CI");
        use std::io::Write as _;
        // Past the test runner's capture: a skip is to be seen.
        let _ = writeln!(
            std::io::stderr(),
            "skipped: ABDM_CONTRACT_DIR is not set, so {name} cannot be read"
        );
        return None;
    };
    let path = PathBuf::from(folder).join(name);
    Some(std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display())))
}
