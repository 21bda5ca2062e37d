//! The files of the contract, which are not part of this repository.

use std::io::Write as _;
use std::path::PathBuf;

/// A file of the folder that `ABDM_CONTRACT_DIR` names; `None` says that it was skipped.
pub(crate) fn text(name: &str) -> Option<String> {
    let Some(folder) = std::env::var_os("ABDM_CONTRACT_DIR").map(PathBuf::from) else {
        assert_ne!(std::env::var("CI").as_deref(), Ok("true"), "CI needs ABDM_CONTRACT_DIR");
        // Past the test runner's capture: a skip is to be seen.
        let _ = writeln!(std::io::stderr(), "skipped: ABDM_CONTRACT_DIR is not set");
        return None;
    };
    Some(std::fs::read_to_string(folder.join(name)).unwrap())
}
