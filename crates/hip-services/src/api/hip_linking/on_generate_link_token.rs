//! `OnGenerateLinkToken`.

use abdm_core::api::reply::Answered;
use abdm_core::error::CallbackError;
use abdm_core::headers::HipHeaders;
use abdm_core::id::RequestId;
use abdm_core::person::AbhaAddress;
use abdm_core::secret::LinkToken;
use abdm_core::wire::Accepted;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::api::readable;

abdm_core::endpoint! {
    /// The link token, or why there is none. Comes about two seconds after the request, an error
    /// after nine (live-measurements.md 7), and sometimes never.
    pub OnGenerateLinkToken {
        method: POST,
        family: Bridge,
        path: "/api/v3/hip/token/on-generate-token",
        older_paths: ["/v3/hip/token/on-generate-token"],
        auth: SignedCallback,
        headers: HipHeaders,
        request: LinkTokenReply,
        response: Accepted,
        success: ACCEPTED,
        replay: Safe,
        errors: GenerateToken,
        source: "m2-hip.md 1.2",
    }
}

/// A link token or an error. A reply with neither is a failure, too.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct LinkTokenReply {
    /// The patient's ABHA address.
    #[serde(
        default,
        deserialize_with = "readable::parsed",
        skip_serializing_if = "Option::is_none"
    )]
    pub abha_address: Option<AbhaAddress>,
    /// The token: a JWT signed RS512 with `hipId`, `abhaAddress`, `abhaNumber`, `iat` and `exp`.
    #[serde(
        default,
        deserialize_with = "read_token",
        skip_serializing_if = "Option::is_none",
        serialize_with = "write_token"
    )]
    pub link_token: Option<LinkToken>,
    /// Why there is no token.
    #[serde(
        default,
        deserialize_with = "CallbackError::read_optional",
        skip_serializing_if = "Option::is_none"
    )]
    pub error: Option<CallbackError>,
    /// Which request this answers.
    #[serde(flatten)]
    pub answered: Answered,
}

impl LinkTokenReply {
    /// The token that `request` asked for.
    #[must_use]
    pub fn issued(request: RequestId, abha_address: AbhaAddress, token: LinkToken) -> Self {
        Self {
            abha_address: Some(abha_address),
            link_token: Some(token),
            error: None,
            answered: request.into(),
        }
    }

    /// Why `request` got no token.
    #[must_use]
    pub fn refused(request: RequestId, error: CallbackError) -> Self {
        Self { abha_address: None, link_token: None, error: Some(error), answered: request.into() }
    }

    /// Which request this answers, in whichever of ABDM's two spellings.
    #[must_use]
    pub fn answers(&self) -> Option<RequestId> {
        self.answered.request()
    }
}

/// A text; anything else is no token, and the answer is one without.
fn read_token<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<LinkToken>, D::Error> {
    Ok(readable::text(deserializer)?.map(LinkToken::new))
}

/// This callback is where the token belongs, so it is written out here.
fn write_token<S: Serializer>(token: &Option<LinkToken>, s: S) -> Result<S::Ok, S::Error> {
    match token {
        Some(token) => s.serialize_str(token.expose()),
        None => s.serialize_none(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request() -> RequestId {
        "3f2a1c80-0000-4000-8000-000000000001".parse().unwrap()
    }

    #[test]
    fn a_token_is_written_out_and_never_shown() {
        let reply = LinkTokenReply::issued(
            request(),
            "asha.test@sbx".parse().unwrap(),
            LinkToken::new("e.y.J"),
        );
        assert_eq!(
            serde_json::to_string(&reply).unwrap(),
            r#"{"abhaAddress":"asha.test@sbx","linkToken":"e.y.J","response":{"requestId":"3f2a1c80-0000-4000-8000-000000000001"}}"#
        );
        assert!(!format!("{reply:?}").contains("e.y.J"));
    }

    #[test]
    fn every_live_form_is_read() {
        for (json, token, error) in [
            (
                r#"{"abhaAddress":"asha.test@sbx","linkToken":"t","error":null,"response":{"requestId":"3f2a1c80-0000-4000-8000-000000000001"}}"#,
                true,
                false,
            ),
            (
                r#"{"error":{"code":"ABDM-1027: ","message":"Blocked"},"resp":{"requestId":"3f2a1c80-0000-4000-8000-000000000001"}}"#,
                false,
                true,
            ),
            (
                r#"{"abhaAddress":"asha.test@sbx","linkToken":null,"error":{},"response":{"requestId":"3f2a1c80-0000-4000-8000-000000000001"},"resp":null}"#,
                false,
                false,
            ),
            (
                r#"{"linkToken":{"jwt":"t"},"error":"no token","response":{"requestId":"3f2a1c80-0000-4000-8000-000000000001"}}"#,
                false,
                true,
            ),
        ] {
            let reply: LinkTokenReply = serde_json::from_str(json).unwrap();
            assert_eq!(
                (reply.link_token.is_some(), reply.error.is_some(), reply.answers()),
                (token, error, Some(request())),
                "{json}"
            );
        }
    }
}
