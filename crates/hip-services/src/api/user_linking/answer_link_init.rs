//! `AnswerLinkInit`.

use abdm_core::api::reply::InResponseTo;
use abdm_core::error::CallbackError;
use abdm_core::id::{RequestId, TransactionId};
use abdm_core::lenient;
use abdm_core::wire::Accepted;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Deserializer, Serialize};

abdm_core::endpoint! {
    /// Say that an OTP is on its way to the patient, or why not. A second answer is refused
    /// (ABDM-1107).
    pub AnswerLinkInit {
        method: POST,
        family: Gateway,
        path: "/api/hiecm/user-initiated-linking/v3/link/care-context/on-init",
        auth: Session,
        request: LinkInitAnswer,
        response: Accepted,
        success: ACCEPTED,
        replay: Safe,
        errors: OnInit,
        source: "m2-hip.md 5.4",
    }
}

abdm_core::opaque_id! {
    /// The facility's reference for one attempt to link: a UUID, which the confirmation names.
    pub struct LinkReference;
}

abdm_core::open_enum! {
    /// How the patient proves themselves (rulings.md 38).
    pub enum AuthenticationType {
        /// With an OTP that the facility sends.
        Direct = "DIRECT",
        /// By way of ABDM.
        Mediated = "MEDIATED",
        /// The same, as NHA's M2 document spells it.
        Mediate = "MEDIATE",
    }
}

abdm_core::open_enum! {
    /// Where the OTP goes.
    pub enum CommunicationMedium {
        /// To a mobile.
        Mobile = "MOBILE",
        /// To an e-mail address.
        Email = "EMAIL",
    }
}

/// An OTP is on its way, or why not: never both.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct LinkInitAnswer {
    /// The transaction of the discovery.
    pub transaction_id: TransactionId,
    /// What the patient is to confirm.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<OfferedLink>,
    /// Why there is nothing to confirm.
    #[serde(
        default,
        deserialize_with = "CallbackError::read_optional",
        skip_serializing_if = "Option::is_none"
    )]
    pub error: Option<CallbackError>,
    /// The `REQUEST-ID` of the init itself.
    pub response: InResponseTo,
}

impl LinkInitAnswer {
    /// The init `request` is to be confirmed with the OTP that was sent for `link`.
    #[must_use]
    pub fn sent(request: RequestId, transaction_id: TransactionId, link: OfferedLink) -> Self {
        Self { transaction_id, link: Some(link), error: None, response: request.into() }
    }

    /// The init `request` leads nowhere.
    #[must_use]
    pub fn refused(
        request: RequestId,
        transaction_id: TransactionId,
        error: CallbackError,
    ) -> Self {
        Self { transaction_id, link: None, error: Some(error), response: request.into() }
    }
}

/// A link that waits for the patient's OTP.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct OfferedLink {
    /// The facility's reference for it.
    pub reference_number: LinkReference,
    /// How the patient proves themselves. Read without the blank that a sample of NHA has before
    /// it.
    #[serde(deserialize_with = "trimmed")]
    pub authentication_type: AuthenticationType,
    /// Where the OTP went, and how long it is good.
    pub meta: LinkMeta,
}

impl OfferedLink {
    /// A link that is confirmed with an OTP which the facility has sent to `medium` and which is
    /// good until `expiry`: an instant in the future, or it is refused.
    #[must_use]
    pub fn direct(
        reference_number: LinkReference,
        medium: CommunicationMedium,
        expiry: DateTime<Utc>,
    ) -> Self {
        let meta = LinkMeta {
            communication_medium: medium,
            communication_hint: "OTP".to_owned(),
            communication_expiry: expiry,
        };
        Self { reference_number, authentication_type: AuthenticationType::Direct, meta }
    }
}

fn trimmed<'de, D: Deserializer<'de>>(deserializer: D) -> Result<AuthenticationType, D::Error> {
    Ok(AuthenticationType::from(String::deserialize(deserializer)?.trim()))
}

/// Where an OTP went.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct LinkMeta {
    /// By which way.
    pub communication_medium: CommunicationMedium,
    /// What the app shows. `OTP`: a part of a number would tell somebody else's.
    #[serde(with = "lenient::text")]
    pub communication_hint: String,
    /// Until when it is good.
    #[serde(with = "lenient::instant")]
    pub communication_expiry: DateTime<Utc>,
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Ruling 38.
    #[test]
    fn every_printed_way_to_prove_oneself_is_read_without_its_blank() {
        for (text, known) in [
            ("DIRECT", AuthenticationType::Direct),
            (" MEDIATE", AuthenticationType::Mediate),
            ("MEDIATED ", AuthenticationType::Mediated),
            ("direct", AuthenticationType::Other("direct".to_owned())),
        ] {
            let json = format!(
                r#"{{"referenceNumber":"d353b782","authenticationType":"{text}","meta":{{
                "communicationMedium":"MOBILE","communicationHint":"OTP","communicationExpiry":"2026-09-14T10:45:00"}}}}"#
            );
            let link: OfferedLink = serde_json::from_str(&json).unwrap();
            assert_eq!(link.authentication_type, known, "{text}");
        }
    }

    #[test]
    fn it_offers_a_link_or_an_error_and_names_the_init() {
        let request: RequestId = "3f2a1c80-0000-4000-8000-000000000001".parse().unwrap();
        let transaction: TransactionId = "f901b782".parse().unwrap();
        let link = OfferedLink::direct(
            "d353b782-bfdf-4224-9f8d-da2cadc20c0d".parse().unwrap(),
            CommunicationMedium::Mobile,
            "2026-09-14T10:45:00Z".parse().unwrap(),
        );
        let sent = LinkInitAnswer::sent(request, transaction.clone(), link);
        assert_eq!(
            serde_json::to_string(&sent).unwrap(),
            concat!(
                r#"{"transactionId":"f901b782","link":{"#,
                r#""referenceNumber":"d353b782-bfdf-4224-9f8d-da2cadc20c0d","#,
                r#""authenticationType":"DIRECT","meta":{"communicationMedium":"MOBILE","#,
                r#""communicationHint":"OTP","communicationExpiry":"2026-09-14T10:45:00.000Z"}},"#,
                r#""response":{"requestId":"3f2a1c80-0000-4000-8000-000000000001"}}"#
            )
        );
        let error = CallbackError::new(1056, "These care contexts have been already linked");
        let refused = LinkInitAnswer::refused(request, transaction, error);
        assert_eq!(
            serde_json::to_string(&refused).unwrap(),
            concat!(
                r#"{"transactionId":"f901b782","error":{"code":"ABDM-1056","#,
                r#""message":"These care contexts have been already linked"},"#,
                r#""response":{"requestId":"3f2a1c80-0000-4000-8000-000000000001"}}"#
            )
        );
    }
}
