//! `OnConsentNotify`.

use abdm_core::api::consent::ConsentDetail;
use abdm_core::headers::HipHeaders;
use abdm_core::id::ConsentId;
use abdm_core::lenient;
use abdm_core::vocabulary::ConsentStatus;
use abdm_core::wire::Accepted;
use serde::{Deserialize, Serialize};

use crate::api::readable;

abdm_core::endpoint! {
    /// A patient has granted or revoked a consent, or it has run out. To be acknowledged each time
    /// by [`AcknowledgeConsent`](super::AcknowledgeConsent): the 2xx is not the acknowledgement.
    pub OnConsentNotify {
        method: POST,
        family: Bridge,
        path: "/api/v3/consent/request/hip/notify",
        auth: SignedCallback,
        headers: HipHeaders,
        request: ConsentNotification,
        response: Accepted,
        success: ACCEPTED,
        replay: Safe,
        errors: HipOnNotify,
        source: "m2-hip.md 7",
    }
}

/// The envelope of a notice.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ConsentNotification {
    /// The notice.
    pub notification: ConsentNotice,
}

impl From<ConsentNotice> for ConsentNotification {
    fn from(notification: ConsentNotice) -> Self {
        Self { notification }
    }
}

/// What became of one consent artefact.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ConsentNotice {
    /// `GRANTED`, `REVOKED` or `EXPIRED`, read in any case.
    #[serde(deserialize_with = "lenient::any_case::deserialize")]
    pub status: ConsentStatus,
    /// Which artefact. A consent over several facilities is split: each gets its own.
    pub consent_id: ConsentId,
    /// Its terms. Absent when it was revoked or has expired.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub consent_detail: Option<ConsentDetail>,
    /// The consent manager's signature over the artefact: to be stored, not to be relied on. Its
    /// canonical form is unpublished, so nobody but its maker can check it.
    #[serde(default, deserialize_with = "readable::text", skip_serializing_if = "Option::is_none")]
    pub signature: Option<String>,
    /// Seen on live notices; its meaning is not described.
    #[serde(
        default,
        deserialize_with = "readable::parsed",
        skip_serializing_if = "Option::is_none"
    )]
    pub grant_acknowledgement: Option<bool>,
}

impl ConsentNotice {
    /// A consent was granted on these terms.
    #[must_use]
    pub fn granted(detail: ConsentDetail, signature: impl Into<String>) -> Self {
        Self {
            status: ConsentStatus::Granted,
            consent_id: detail.consent_id.clone(),
            consent_detail: Some(detail),
            signature: Some(signature.into()),
            grant_acknowledgement: Some(false),
        }
    }

    /// A consent has ended: revoked or expired.
    #[must_use]
    pub const fn ended(status: ConsentStatus, consent_id: ConsentId) -> Self {
        Self {
            status,
            consent_id,
            consent_detail: None,
            signature: None,
            grant_acknowledgement: None,
        }
    }
}

impl std::fmt::Debug for ConsentNotice {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ConsentNotice")
            .field("status", &self.status)
            .field("consent_id", &self.consent_id)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As observed on the sandbox (m2-hip.md 7).
    const GRANTED: &str = r#"{"notification":{"status":"GRANTED","consentId":"ed486d33-3efa-4b8e-9a5c-47359467c20d",
        "consentDetail":{"schemaVersion":"v3","consentId":"ed486d33-3efa-4b8e-9a5c-47359467c20d","createdAt":"2026-09-14T09:57:59.680Z",
        "patient":{"id":"asha.test@sbx"},
        "careContexts":[{"patientReference":"UHID-000123","careContextReference":"OPD-2026-0042"}],
        "purpose":{"text":"Self Requested","code":"PATRQT","refUri":"www.abdm.gov.in"},
        "hip":{"id":"IN0000000001"},"consentManager":{"id":"sbx"},
        "hiTypes":["Prescription"],
        "permission":{"accessMode":"VIEW","dateRange":{"from":"2026-09-07T09:57:59.626Z","to":"2026-09-14T09:57:59.626Z"},
        "dataEraseAt":"2126-09-14T09:57:59.626Z","frequency":{"unit":"DAY","value":"0","repeats":"2"}}},
        "signature":"c2ln","grantAcknowledgement":false}}"#;

    #[test]
    fn a_live_grant_is_read_with_its_strings_for_numbers() {
        let notice = serde_json::from_str::<ConsentNotification>(GRANTED).unwrap().notification;
        let detail = notice.consent_detail.unwrap();
        assert_eq!(notice.status, ConsentStatus::Granted);
        assert_eq!(detail.care_contexts.len(), 1);
        assert_eq!(detail.permission.frequency.unwrap().repeats, Some(2));
        assert!(detail.hiu.is_none());
    }

    #[test]
    fn an_end_names_the_artefact_only() {
        for status in ["REVOKED", "EXPIRED"] {
            for rest in ["", r#","consentDetail":null,"signature":null"#] {
                let json = format!(
                    r#"{{"notification":{{"status":"{status}","consentId":"c-1"{rest}}}}}"#
                );
                let read: ConsentNotification = serde_json::from_str(&json).unwrap();
                assert_eq!(read.notification.status.as_str(), status);
                assert!(read.notification.consent_detail.is_none());
            }
        }
        let sent = ConsentNotice::ended(ConsentStatus::Revoked, "c-1".parse().unwrap());
        assert_eq!(
            serde_json::to_string(&ConsentNotification::from(sent)).unwrap(),
            r#"{"notification":{"status":"REVOKED","consentId":"c-1"}}"#
        );
    }
}
