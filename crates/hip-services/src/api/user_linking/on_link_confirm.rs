//! `OnLinkConfirm`.

use abdm_core::headers::HipHeaders;
use abdm_core::id::TransactionId;
use abdm_core::secret::Otp;
use abdm_core::wire::Accepted;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::LinkReference;
use crate::api::readable;

abdm_core::endpoint! {
    /// The patient has typed the OTP. To be answered by
    /// [`AnswerLinkConfirm`](super::AnswerLinkConfirm).
    pub OnLinkConfirm {
        method: POST,
        family: Bridge,
        path: "/api/v3/hip/link/care-context/confirm",
        auth: SignedCallback,
        headers: HipHeaders,
        request: LinkConfirm,
        response: Accepted,
        success: ACCEPTED,
        replay: Safe,
        errors: LinkConfirm,
        source: "m2-hip.md 5.5",
    }
}

/// Which link is confirmed, and by what. Captured bodies also hold `requestId` and `timestamp`,
/// both `null`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct LinkConfirm {
    /// The transaction of the discovery, which only some of NHA's pages print here.
    #[serde(
        default,
        deserialize_with = "readable::parsed",
        skip_serializing_if = "Option::is_none"
    )]
    pub transaction_id: Option<TransactionId>,
    /// The confirmation.
    pub confirmation: Confirmation,
}

impl LinkConfirm {
    /// The link of this reference is confirmed with this OTP.
    #[must_use]
    pub const fn new(link_ref_number: LinkReference, token: LinkOtp) -> Self {
        Self { transaction_id: None, confirmation: Confirmation::new(link_ref_number, token) }
    }
}

/// A link and the OTP that confirms it.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Confirmation {
    /// The facility's reference for the link.
    pub link_ref_number: LinkReference,
    /// What the patient typed. What cannot be read is a wrong OTP.
    #[serde(default = "nothing", serialize_with = "write", deserialize_with = "read")]
    pub token: LinkOtp,
}

impl Confirmation {
    /// This OTP confirms the link of this reference.
    #[must_use]
    pub const fn new(link_ref_number: LinkReference, token: LinkOtp) -> Self {
        Self { link_ref_number, token }
    }
}

abdm_core::secret_text! {
    /// An OTP as a patient typed it: any text. `Debug` does not show it.
    pub struct LinkOtp;
}

impl LinkOtp {
    /// Whether it is this OTP. Takes the same time whichever digits differ.
    #[must_use]
    pub fn is(&self, otp: &Otp) -> bool {
        let (typed, sent) = (self.expose().trim().as_bytes(), otp.expose().as_bytes());
        let differing = typed.iter().zip(sent).fold(0, |all, (one, other)| all | (one ^ other));
        typed.len() == sent.len() && differing == 0
    }
}

/// A link's OTP is sent in the clear: this callback is where it belongs.
fn write<S: Serializer>(token: &LinkOtp, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(token.expose())
}

/// A text, or a number, which has lost its leading zeros: an OTP has six digits.
fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<LinkOtp, D::Error> {
    Ok(match serde_json::Value::deserialize(deserializer)? {
        serde_json::Value::String(text) => LinkOtp::new(text),
        serde_json::Value::Number(number) => LinkOtp::new(format!("{:0>6}", number.to_string())),
        _ => nothing(),
    })
}

fn nothing() -> LinkOtp {
    LinkOtp::new("")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(json: &str) -> LinkOtp {
        let json = format!(
            r#"{{"confirmation":{{"linkRefNumber":"d353b782","token":{json}}},"requestId":null,"timestamp":null}}"#
        );
        abdm_core::wire::read_json::<LinkConfirm>(json.as_bytes()).unwrap().confirmation.token
    }

    #[test]
    fn an_otp_is_read_as_text_and_as_number_and_keeps_its_leading_zeros() {
        for (json, otp, same) in [
            (r#""123456""#, "123456", true),
            ("123456", "123456", true),
            (r#""012345""#, "012345", true),
            ("12345", "012345", true),
            (r#"" 123456 ""#, "123456", true),
            (r#""12345""#, "012345", false),
            (r#""123457""#, "123456", false),
            (r#""1234567""#, "123456", false),
            ("null", "000000", false),
            (r#"{"otp":"123456"}"#, "123456", false),
        ] {
            assert_eq!(token(json).is(&Otp::new(otp).unwrap()), same, "{json}");
        }
    }

    #[test]
    fn a_transaction_is_read_where_there_is_one_and_the_otp_is_never_shown() {
        let json = r#"{"transactionId":"t-1","confirmation":{"linkRefNumber":"d353b782","token":"123456"}}"#;
        let confirm: LinkConfirm = abdm_core::wire::read_json(json.as_bytes()).unwrap();
        assert_eq!(confirm.transaction_id.as_ref().unwrap().as_str(), "t-1");
        assert_eq!(serde_json::to_string(&confirm).unwrap(), json);
        assert!(!format!("{confirm:?}").contains("123456"));
        let plain = LinkConfirm::new("d353b782".parse().unwrap(), LinkOtp::new("012345"));
        assert_eq!(
            serde_json::to_string(&plain).unwrap(),
            r#"{"confirmation":{"linkRefNumber":"d353b782","token":"012345"}}"#
        );
    }
}
