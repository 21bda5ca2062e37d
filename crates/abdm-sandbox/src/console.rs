//! What a person at the terminal sees.

use std::io::Write as _;

/// Writes a line to standard output. A closed pipe is nobody's fault here.
pub(crate) fn tell(text: &str) {
    let mut out = std::io::stdout().lock();
    let _closed = writeln!(out, "{text}").and_then(|()| out.flush());
}
