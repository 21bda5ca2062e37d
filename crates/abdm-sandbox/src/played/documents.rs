//! What a played HIP has when nothing else was given: a correct document of each HI type.

use abdm_core::vocabulary::HiType;
use fhir_bundles::plain;
use serde_json::{Value, json};

/// A document of this type about this person, or the reason why there is none.
pub(super) fn document(hi_type: &HiType, name: &str, address: &str) -> Result<Vec<u8>, String> {
    let kind: fhir_bundles::HiType =
        hi_type.as_str().parse().map_err(|_| format!("there is no example of {hi_type}"))?;
    let mut facts: Value =
        serde_json::from_str(plain::example(kind)).map_err(|error| error.to_string())?;
    if let Some(patient) = facts.get_mut("patient") {
        *patient = json!({"name": name, "abhaAddress": address});
    }
    let bundle = plain::to_bundle(kind, facts.to_string().as_bytes());
    Ok(bundle.map_err(|error| error.to_string())?.to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_a_document_of_every_type() {
        for hi_type in HiType::ALL {
            let document = document(hi_type, "Ravi Example", "ravi.example@sbx").unwrap();
            let checked = fhir_bundles::check(&document);
            assert!(!checked.has_errors(), "{hi_type}: {:?}", checked.findings());
        }
    }
}
