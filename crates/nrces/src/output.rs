use serde::Serialize;

use crate::files;

/// Prints a value as JSON with indentation and a newline.
pub(crate) fn json<T: Serialize + ?Sized>(value: &T) -> anyhow::Result<()> {
    let mut bytes = serde_json::to_vec_pretty(value)?;
    bytes.push(b'\n');
    files::write(None, &bytes)
}
