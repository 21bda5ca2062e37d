//! Between `fhir-bundles` and ABDM's messages: records out of documents, and the two types that
//! both have, [HI types](hi_type) and [genders](gender), in both directions.

use abdm_core::vocabulary::{Gender, HiType};
use chrono::{DateTime, Utc};
use fhir_bundles::{DocumentBundle, build};

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
        Ok(Self::new(hi_type(kind), date, document.to_vec()))
    }
}

/// A document's HI type as ABDM's messages carry it.
#[must_use]
pub fn hi_type(of_document: fhir_bundles::HiType) -> HiType {
    HiType::from(of_document.as_str())
}

/// An HI type of ABDM's messages as documents have it; `None` for one that no document type serves.
#[must_use]
pub fn document_hi_type(of_message: &HiType) -> Option<fhir_bundles::HiType> {
    fhir_bundles::HiType::ALL.into_iter().find(|own| own.as_str() == of_message.as_str())
}

/// A document's gender as ABDM's messages carry it.
#[must_use]
pub const fn gender(of_document: build::Gender) -> Gender {
    match of_document {
        build::Gender::Male => Gender::Male,
        build::Gender::Female => Gender::Female,
        build::Gender::Other => Gender::Diverse,
        _ => Gender::Unknown,
    }
}

/// A gender of ABDM's messages as documents have it. FHIR has four: transgender is `other`,
/// undisclosed is `unknown`; `None` for a letter that is no gender of ABDM's.
#[must_use]
pub const fn document_gender(of_message: &Gender) -> Option<build::Gender> {
    match of_message {
        Gender::Male => Some(build::Gender::Male),
        Gender::Female => Some(build::Gender::Female),
        Gender::Diverse | Gender::Transgender => Some(build::Gender::Other),
        Gender::Undisclosed | Gender::Unknown => Some(build::Gender::Unknown),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // Review C27.
    #[test]
    fn both_crates_know_the_same_hi_types_and_every_gender_has_its_counterpart() {
        let messages: Vec<&str> = HiType::ALL.iter().map(HiType::as_str).collect();
        let mut documents: Vec<&str> =
            fhir_bundles::HiType::ALL.iter().map(|own| own.as_str()).collect();
        for own in fhir_bundles::HiType::ALL {
            assert_eq!(document_hi_type(&hi_type(own)), Some(own));
        }
        let mut sorted = messages.clone();
        sorted.sort_unstable();
        documents.sort_unstable();
        assert_eq!(sorted, documents);
        assert_eq!(document_hi_type(&HiType::from("VitalSigns")), None);
        for own in Gender::ALL {
            assert!(document_gender(own).is_some(), "{own}");
        }
        use build::Gender::{Female, Male, Other, Unknown};
        for own in [Male, Female, Other, Unknown] {
            assert_eq!(document_gender(&gender(own)), Some(own));
        }
        assert_eq!(document_gender(&Gender::from("X")), None);
    }

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
