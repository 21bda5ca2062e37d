//! `OnDiscoverCareContexts`.

use std::time::Duration;

use abdm_core::headers::HipAndAppHeaders;
use abdm_core::id::TransactionId;
use abdm_core::person::{AbhaAddress, BirthDate};
use abdm_core::vocabulary::Gender;
use abdm_core::wire::Accepted;
use serde::{Deserialize, Serialize};

use super::{Identifier, IdentifierType};
use crate::api::readable;

/// So long ABDM waits for the answer to a discovery; then the app tells its user that the facility
/// cannot be reached. A late answer is refused (ABDM-1052).
pub const DISCOVERY_WAIT: Duration = Duration::from_secs(10);

abdm_core::endpoint! {
    /// A patient looks for their records here. To be answered by
    /// [`AnswerDiscovery`](super::AnswerDiscovery) within [`DISCOVERY_WAIT`], once.
    pub OnDiscoverCareContexts {
        method: POST,
        family: Bridge,
        path: "/api/v3/hip/patient/care-context/discover",
        auth: SignedCallback,
        headers: HipAndAppHeaders,
        request: Discovery,
        response: Accepted,
        success: ACCEPTED,
        replay: Safe,
        errors: Discover,
        source: "m2-hip.md 5.1",
    }
}

/// Who looks for records, in a transaction that the later steps name, too.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Discovery {
    /// The transaction, made by the consent manager.
    pub transaction_id: TransactionId,
    /// Who looks.
    #[serde(default, deserialize_with = "readable::or_default")]
    pub patient: SoughtPatient,
}

impl Discovery {
    /// This patient looks for records, in this transaction.
    #[must_use]
    pub const fn new(transaction_id: TransactionId, patient: SoughtPatient) -> Self {
        Self { transaction_id, patient }
    }
}

/// A patient as the consent manager knows them, and what they typed in themselves.
///
/// What cannot be read counts as absent: a patient without the one is found by the other, or not
/// at all. `Debug` names nobody.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct SoughtPatient {
    /// The ABHA address, which the care contexts will be linked to.
    #[serde(default, deserialize_with = "readable::parsed")]
    pub id: Option<AbhaAddress>,
    /// What the consent manager has verified.
    #[serde(default, deserialize_with = "readable::list")]
    pub verified_identifiers: Vec<Identifier>,
    /// What the patient typed. A match on these alone is no match (m2-hip.md 5.1).
    #[serde(default, deserialize_with = "readable::list")]
    pub unverified_identifiers: Vec<Identifier>,
    /// The name of the ABHA profile.
    #[serde(default, deserialize_with = "readable::text")]
    pub name: Option<String>,
    /// The gender of the ABHA profile.
    #[serde(default, deserialize_with = "gender", skip_serializing_if = "Option::is_none")]
    pub gender: Option<Gender>,
    /// The year of birth, where it came so.
    #[serde(
        default,
        deserialize_with = "readable::parsed",
        skip_serializing_if = "Option::is_none"
    )]
    pub year_of_birth: Option<u16>,
    /// The date of birth, where it came so, as it came.
    #[serde(default, deserialize_with = "readable::text", skip_serializing_if = "Option::is_none")]
    pub dob: Option<String>,
}

impl SoughtPatient {
    /// The patient of this address, with what is verified of them.
    #[must_use]
    pub fn new(id: AbhaAddress, verified_identifiers: Vec<Identifier>) -> Self {
        Self { id: Some(id), verified_identifiers, ..Self::default() }
    }

    /// The date of birth as far as it is known: `dob`, else the year.
    #[must_use]
    pub fn birth_date(&self) -> Option<BirthDate> {
        let dob = self.dob.as_deref().and_then(BirthDate::read);
        let year = || BirthDate::read(&self.year_of_birth?.to_string());
        dob.or_else(year)
    }

    /// What is verified of this kind.
    pub fn verified(&self, kind: &IdentifierType) -> impl Iterator<Item = &Identifier> {
        self.verified_identifiers.iter().filter(move |identifier| identifier.kind == *kind)
    }

    /// What was typed of this kind.
    pub fn unverified(&self, kind: &IdentifierType) -> impl Iterator<Item = &Identifier> {
        self.unverified_identifiers.iter().filter(move |identifier| identifier.kind == *kind)
    }
}

impl std::fmt::Debug for SoughtPatient {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SoughtPatient")
            .field("verified_identifiers", &self.verified_identifiers)
            .field("unverified_identifiers", &self.unverified_identifiers)
            .finish_non_exhaustive()
    }
}

fn gender<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Gender>, D::Error> {
    Ok(readable::text(deserializer)?.map(|text| Gender::from(text.trim().to_uppercase())))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> Discovery {
        abdm_core::wire::read_json(json.as_bytes()).unwrap()
    }

    /// m2-hip.md 5.1.
    const PRINTED: &str = r#"{"transactionId":"f901b782-bfdf-4224-9f8d-da2cadc20c0d",
        "patient":{"id":"asha.test@sbx",
        "verifiedIdentifiers":[{"type":"MOBILE","value":"+919999999999"},{"type":"ABHA_NUMBER","value":"91-0000-0000-0001"}],
        "unverifiedIdentifiers":[{"type":"MR","value":"UHID-000123"}],
        "name":"Asha Test Kumari","gender":"F","yearOfBirth":1988}}"#;

    #[test]
    fn a_printed_discovery_is_read_and_written_as_it_came() {
        let discovery = read(PRINTED);
        let patient = &discovery.patient;
        assert_eq!(patient.birth_date().map(|born| born.year()), Some(1988));
        let typed: Vec<_> = patient.unverified(&IdentifierType::MedicalRecord).collect();
        assert_eq!(typed.first().and_then(|mr| mr.text()), Some("UHID-000123"));
        let mobile = patient.verified(&IdentifierType::Mobile).find_map(Identifier::mobile);
        assert_eq!(mobile.unwrap().expose(), "9999999999");
        let written = serde_json::to_value(&discovery).unwrap();
        assert_eq!(written, serde_json::from_str::<serde_json::Value>(PRINTED).unwrap());
    }

    /// Case 32.
    #[test]
    fn null_and_empty_identifiers_are_read_and_hold_no_value() {
        let discovery = read(
            r#"{"transactionId":"t-1","patient":{"id":"asha.example@sbx",
            "verifiedIdentifiers":[{"type":"MOBILE","value":"+91-9000000000"},
            {"type":"ABHA_NUMBER","value":null},{"type":"abhaAddress","value":"asha.example@sbx"}],
            "unverifiedIdentifiers":[{"type":"MR","value":""}],
            "name":"Asha Example","gender":"F","yearOfBirth":"1999"}}"#,
        );
        let patient = discovery.patient;
        assert_eq!(patient.verified_identifiers.iter().filter_map(Identifier::text).count(), 2);
        assert!(patient.unverified_identifiers.iter().all(|typed| typed.text().is_none()));
        assert_eq!(patient.verified(&IdentifierType::AbhaAddress).count(), 1);
        assert_eq!(patient.year_of_birth, Some(1999));
    }

    #[test]
    fn whatever_of_the_patient_is_absent_or_odd_the_discovery_is_read() {
        for (patient, born) in [
            ("null", None),
            ("{}", None),
            (r#"{"id":"","verifiedIdentifiers":null,"unverifiedIdentifiers":[{}]}"#, None),
            (r#"{"verifiedIdentifiers":{"type":"MOBILE","value":9000000000}}"#, None),
            (r#"{"dob":"1999-06-26","gender":"f","name":{"first":"Asha"}}"#, Some("1999-06-26")),
            (r#"{"dob":"26-06-1999","yearOfBirth":null}"#, Some("1999-06-26")),
            (r#"{"dob":null,"yearOfBirth":"1999","gender":7}"#, Some("1999")),
            (r#"{"yearOfBirth":"unknown"}"#, None),
            (r#""asha.test@sbx""#, None),
            (r#"[{"id":"asha.test@sbx"}]"#, None),
            ("7", None),
        ] {
            let discovery = read(&format!(r#"{{"transactionId":"t-1","patient":{patient}}}"#));
            let read = discovery.patient.birth_date().map(BirthDate::to_iso);
            assert_eq!(read.as_deref(), born, "{patient}");
        }
    }

    #[test]
    fn an_identifier_of_an_odd_shape_hides_no_other() {
        let discovery = read(
            r#"{"transactionId":"t-1","patient":{"id":"asha.test@sbx","verifiedIdentifiers":["MOBILE",
            {"type":"MOBILE","value":"9000000000"},7,null,[{"type":"ABHA_NUMBER"}]],
            "unverifiedIdentifiers":"UHID-1"}}"#,
        );
        let patient = discovery.patient;
        let mobiles = patient.verified_identifiers.iter().filter_map(Identifier::mobile);
        assert_eq!(mobiles.count(), 1);
        assert!(patient.unverified_identifiers.is_empty());
        assert_eq!(patient.id.unwrap().as_str(), "asha.test@sbx");
    }

    #[test]
    fn nothing_of_the_patient_is_shown() {
        let shown = format!("{:?}", read(PRINTED));
        for personal in ["Asha", "asha", "9999999999", "1988", "0001", "UHID"] {
            assert!(!shown.contains(personal), "{shown}");
        }
    }
}
