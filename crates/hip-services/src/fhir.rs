//! Records out of `fhir-bundles` documents.

use abdm_core::vocabulary::HiType;
use chrono::{DateTime, Utc};
use fhir_bundles::DocumentBundle;

use crate::hooks::{HospitalError, Record};

impl Record {
    /// The record that a document bundle is, made at `date`. Its kind is what the Composition says.
    ///
    /// # Errors
    /// When the bundle has no Composition of a known kind.
    pub fn from_document(
        document: &DocumentBundle,
        date: DateTime<Utc>,
    ) -> Result<Self, HospitalError> {
        let kind = document.hi_type().ok_or_else(|| {
            HospitalError::new("the document's Composition is of no kind that ABDM exchanges")
        })?;
        Ok(Self::new(HiType::from(kind.as_str()), date, document.to_vec()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_tells_its_kind_and_leaves_byte_for_byte() {
        let bytes = br#"{"resourceType":"Bundle","type":"document","entry":[{"fullUrl":"urn:uuid:1","resource":{"resourceType":"Composition","meta":{"profile":["https://nrces.in/ndhm/fhir/r4/StructureDefinition/PrescriptionRecord"]}}}]}"#;
        let document = DocumentBundle::read(bytes).unwrap();
        let record = Record::from_document(&document, DateTime::UNIX_EPOCH).unwrap();
        assert_eq!(record.hi_type, HiType::Prescription);
        assert_eq!(record.content.as_ref(), bytes);
        let bare = DocumentBundle::read(br#"{"resourceType":"Bundle"}"#).unwrap();
        assert!(Record::from_document(&bare, DateTime::UNIX_EPOCH).is_err());
    }
}
