//! `OnPatientStatus`.

use abdm_core::clock::parse_timestamp;
use abdm_core::headers::HipHeaders;
use abdm_core::lenient::Text;
use abdm_core::person::AbhaAddress;
use abdm_core::wire::Accepted;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Value, json};

abdm_core::endpoint! {
    /// A patient's ABHA account was deactivated, reactivated or deleted. To be answered by
    /// [`AcknowledgePatientStatus`](super::AcknowledgePatientStatus). The path is a third party's.
    pub OnPatientStatus {
        method: POST,
        family: Bridge,
        path: "/api/v3/patients/status/notify",
        auth: SignedCallback,
        headers: HipHeaders,
        request: PatientStatusNotice,
        response: Accepted,
        success: ACCEPTED,
        replay: Safe,
        errors: PatientStatus,
        source: "m2-hip.md 9",
    }
}

/// How an ABHA account stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub enum AbhaStanding {
    /// It can be used: it never was switched off, or the person has switched it on again.
    Active,
    /// The person has switched it off. Only they can switch it on again.
    Deactivated,
    /// The person has deleted it, for good.
    Deleted,
}

impl AbhaStanding {
    /// The word of the notice.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "REACTIVATED",
            Self::Deactivated => "DEACTIVATED",
            Self::Deleted => "DELETED",
        }
    }

    /// Reads the word of a notice, in any case, with the endings that ABDM's own texts vary:
    /// `DEACTIVATED`, `Deactivate`, `INACTIVE`, `REACTIVATED`, `ACTIVE`, `DELETE` …
    #[must_use]
    pub fn read(word: &str) -> Option<Self> {
        let word: String = word.chars().filter(char::is_ascii_alphabetic).collect();
        Some(match word.to_ascii_lowercase().as_str() {
            "reactivated" | "reactivate" | "reactivation" | "activated" | "activate" | "active" => {
                Self::Active
            }
            "deactivated" | "deactivate" | "deactivation" | "inactive" | "inactivated"
            | "disabled" => Self::Deactivated,
            "deleted" | "delete" | "deletion" | "removed" => Self::Deleted,
            _ => return None,
        })
    }
}

/// The notice. Reading takes every place and spelling that the sources have or that their
/// neighbours use; what cannot be read is absent.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct PatientStatusNotice {
    /// Whose account.
    pub abha_address: Option<AbhaAddress>,
    /// How it stands now.
    pub standing: Option<AbhaStanding>,
    /// When ABDM wrote the notice, where the body says so: tells which of two is the newer.
    pub timestamp: Option<DateTime<Utc>>,
}

/// Names no person.
impl std::fmt::Debug for PatientStatusNotice {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PatientStatusNotice")
            .field("standing", &self.standing)
            .field("timestamp", &self.timestamp)
            .finish_non_exhaustive()
    }
}

impl PatientStatusNotice {
    /// The account of this address stands so since `timestamp`.
    #[must_use]
    pub const fn new(
        abha_address: AbhaAddress,
        standing: AbhaStanding,
        timestamp: DateTime<Utc>,
    ) -> Self {
        Self {
            abha_address: Some(abha_address),
            standing: Some(standing),
            timestamp: Some(timestamp),
        }
    }
}

/// Where the person and the status may stand.
const PLACES: [&str; 4] = ["/notification/patient", "/notification", "/patient", ""];
/// What the person's address may be called there.
const ADDRESSES: [&str; 6] =
    ["id", "abhaAddress", "ABHAAddress", "healthId", "phrAddress", "patientId"];
/// What the status may be called there.
const STATUSES: [&str; 4] = ["status", "action", "accountStatus", "eventType"];

impl<'de> Deserialize<'de> for PatientStatusNotice {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let body = Value::deserialize(deserializer)?;
        let texts = |names: &'static [&'static str]| {
            let body = &body;
            PLACES.iter().filter_map(move |place| body.pointer(place)).flat_map(move |object| {
                names.iter().filter_map(move |name| Text::deserialize(object.get(name)?).ok())
            })
        };
        let instants = || texts(&["timestamp"]).map(|text| text.0);
        Ok(Self {
            abha_address: texts(&ADDRESSES).find_map(|text| text.0.trim().parse().ok()),
            standing: texts(&STATUSES).find_map(|text| AbhaStanding::read(&text.0)),
            timestamp: instants().find_map(|text| parse_timestamp(&text)),
        })
    }
}

impl Serialize for PatientStatusNotice {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut body = json!({"notification": {
            "status": self.standing.map(AbhaStanding::as_str),
            "patient": {"id": self.abha_address},
        }});
        if let (Some(at), Some(object)) = (self.timestamp, body.as_object_mut()) {
            object.insert("timestamp".to_owned(), abdm_core::clock::format_timestamp(at).into());
        }
        body.serialize(serializer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> PatientStatusNotice {
        abdm_core::wire::read_json(json.as_bytes()).unwrap()
    }

    #[test]
    fn every_place_and_spelling_of_address_and_status_is_read() {
        for json in [
            r#"{"requestId":"r","timestamp":"2026-09-14T09:00:00.000Z","notification":{"status":"DEACTIVATED","patient":{"id":"asha.test@sbx"}}}"#,
            r#"{"notification":{"status":"Deactivate","abhaAddress":"asha.test@sbx"}}"#,
            r#"{"status":"inactive","patient":{"id":"asha.test@sbx"}}"#,
            r#"{"action":"DE-ACTIVATED","abhaAddress":"asha.test@sbx"}"#,
            r#"{"notification":null,"accountStatus":"deactivation ","healthId":"asha.test@sbx"}"#,
            // The address, where the id beside it is a number of another kind.
            r#"{"notification":{"status":"DEACTIVATED","patient":{"id":7,"abhaAddress":"asha.test@sbx"}}}"#,
        ] {
            let notice = read(json);
            assert_eq!(notice.standing, Some(AbhaStanding::Deactivated), "{json}");
            assert_eq!(notice.abha_address.unwrap().as_str(), "asha.test@sbx", "{json}");
        }
        for (word, standing) in [
            ("REACTIVATED", Some(AbhaStanding::Active)),
            ("Active", Some(AbhaStanding::Active)),
            ("DELETED", Some(AbhaStanding::Deleted)),
            ("delete", Some(AbhaStanding::Deleted)),
            ("MERGED", None),
            ("", None),
        ] {
            assert_eq!(AbhaStanding::read(word), standing, "{word}");
        }
    }

    #[test]
    fn what_cannot_be_read_is_absent() {
        for json in ["{}", r#"{"notification":[]}"#, r#"{"status":{},"patient":"x"}"#] {
            let notice = read(json);
            assert_eq!((notice.abha_address, notice.standing), (None, None), "{json}");
        }
    }

    #[test]
    fn it_is_written_in_the_form_of_version_0_5_and_read_back() {
        let at = "2026-09-14T09:00:00Z".parse().unwrap();
        let notice =
            PatientStatusNotice::new("asha.test@sbx".parse().unwrap(), AbhaStanding::Deleted, at);
        let json = serde_json::to_string(&notice).unwrap();
        assert_eq!(
            json,
            r#"{"notification":{"patient":{"id":"asha.test@sbx"},"status":"DELETED"},"timestamp":"2026-09-14T09:00:00.000Z"}"#
        );
        assert_eq!(read(&json), notice);
        assert!(!format!("{notice:?}").contains("asha"));
    }
}
