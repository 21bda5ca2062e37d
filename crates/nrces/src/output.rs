use fhir_bundles::json::Json;

use crate::files;

/// Prints JSON with indentation and a newline.
pub(crate) fn json(json: &Json) -> anyhow::Result<()> {
    let mut bytes = json.to_vec_pretty();
    bytes.push(b'\n');
    files::write(None, &bytes)
}
