//! `OnLinkCareContexts`.

use abdm_core::api::reply::Answered;
use abdm_core::error::CallbackError;
use abdm_core::headers::HipHeaders;
use abdm_core::id::RequestId;
use abdm_core::person::AbhaAddress;
use abdm_core::wire::Accepted;
use serde::{Deserialize, Serialize};

use crate::api::readable;
use crate::hooks::AbdmText;

abdm_core::endpoint! {
    /// Whether the care contexts are linked. (The underscore in the path is real.)
    pub OnLinkCareContexts {
        method: POST,
        family: Bridge,
        path: "/api/v3/link/on_carecontext",
        auth: SignedCallback,
        headers: HipHeaders,
        request: LinkReply,
        response: Accepted,
        success: ACCEPTED,
        replay: Safe,
        errors: Link,
        source: "m2-hip.md 2",
    }
}

/// The status of a success.
const LINKED: &str = "Successfully Linked care context";

/// Whether a link request did what it was to do: see [`outcome`](Self::outcome).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct LinkReply {
    /// The address that the care contexts now hang on. A person can hold several: "linked but not
    /// visible" is most often another address than the patient's app uses.
    #[serde(
        default,
        deserialize_with = "readable::parsed",
        skip_serializing_if = "Option::is_none"
    )]
    pub abha_address: Option<AbhaAddress>,
    /// `Successfully Linked care context`, or another of some texts, which also say what went
    /// wrong.
    #[serde(default, deserialize_with = "readable::text", skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// Why they are not linked.
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

impl LinkReply {
    /// `request` has linked its care contexts to `abha_address`.
    #[must_use]
    pub fn linked(request: RequestId, abha_address: AbhaAddress) -> Self {
        Self {
            abha_address: Some(abha_address),
            status: Some(LINKED.to_owned()),
            error: None,
            answered: request.into(),
        }
    }

    /// Why `request` has linked nothing.
    #[must_use]
    pub fn refused(request: RequestId, error: CallbackError) -> Self {
        Self {
            abha_address: None,
            status: Some("Failed to link care context".to_owned()),
            error: Some(error),
            answered: request.into(),
        }
    }

    /// What a reply of V0.5 says: its `SUCCESS` is V3's prose.
    #[cfg(feature = "v0_5")]
    pub(crate) fn of_older(
        status: Option<String>,
        error: Option<CallbackError>,
        answered: Answered,
    ) -> Self {
        let status = status.map(|status| match status.trim().eq_ignore_ascii_case("SUCCESS") {
            true => LINKED.to_owned(),
            false => status,
        });
        Self { abha_address: None, status, error, answered }
    }

    /// What it says (rulings.md 28). An error decides; without one the status does, without regard
    /// to case and blanks. A status that the contract does not know is taken as linked, and kept.
    #[must_use]
    pub fn outcome(&self) -> LinkOutcome {
        let status = self.status.as_deref().map(str::trim).filter(|status| !status.is_empty());
        match &self.error {
            Some(error) if error.code.is_some() => match of_code(error) {
                true => LinkOutcome::Already,
                false => LinkOutcome::Refused(error.clone()),
            },
            Some(error) => match of_text(status.unwrap_or(&error.message)) {
                // An error without a code is an error still, unless the status is a known success.
                LinkOutcome::LinkedAs(_) => LinkOutcome::Refused(error.clone()),
                outcome => outcome,
            },
            None => status.map_or_else(|| LinkOutcome::LinkedAs(AbdmText::new("")), of_text),
        }
    }

    /// Which request this answers, in whichever of ABDM's two spellings.
    #[must_use]
    pub fn answers(&self) -> Option<RequestId> {
        self.answered.request()
    }
}

/// What a link request came to, in ABDM's words.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum LinkOutcome {
    /// Linked.
    Linked,
    /// Taken as linked: there was no error, and a status that the contract does not know (cut to
    /// 256 characters), or none.
    LinkedAs(AbdmText),
    /// A care context of the request had been linked before.
    Already,
    /// Not linked. A text that means the same as a code has that code.
    Refused(CallbackError),
}

fn of_code(error: &CallbackError) -> bool {
    let code = |wanted: &str| error.code.as_ref().is_some_and(|code| code == wanted);
    code("ABDM-1056") || code("ABDM-1090") || means_already(&error.message)
}

/// Whether a text says that a care context is linked already.
pub(crate) fn means_already(text: &str) -> bool {
    let text = text.to_lowercase();
    text.contains("already linked") || text.contains("already been linked")
}

fn of_text(text: &str) -> LinkOutcome {
    let same = |known: &str| text.trim().eq_ignore_ascii_case(known);
    let refused = |number| LinkOutcome::Refused(CallbackError::new(number, text.trim()));
    if same(LINKED) {
        LinkOutcome::Linked
    } else if means_already(text) {
        LinkOutcome::Already
    } else if same("Counter and Care context count mismatch") {
        refused(1037)
    } else if same("ABHA address and Link token mismatch") {
        refused(1038)
    } else if same("Dependent service unavailable") {
        refused(1024)
    } else if same("Failed to link care context") || is_invalid(text) {
        let mut error = CallbackError::new(9999, text.trim());
        error.code = None;
        LinkOutcome::Refused(error)
    } else {
        LinkOutcome::LinkedAs(AbdmText::new(text))
    }
}

/// `invalid   [invalid request]` and its like.
fn is_invalid(text: &str) -> bool {
    let first = text.trim().split(|c: char| !c.is_ascii_alphabetic()).next();
    first.is_some_and(|word| word.eq_ignore_ascii_case("invalid"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcome(json: &str) -> LinkOutcome {
        serde_json::from_str::<LinkReply>(json).unwrap().outcome()
    }

    // Ruling 28.
    #[test]
    fn an_error_with_a_code_decides_and_without_one_the_status_does() {
        let failed = |code: Option<&str>| match code {
            Some(code) => format!("refused {code}"),
            None => "refused".to_owned(),
        };
        for (json, expected) in [
            (r#"{"status":"Successfully Linked care context"}"#, "linked".to_owned()),
            (r#"{"status":" successfully linked CARE context "}"#, "linked".to_owned()),
            (
                r#"{"status":"Successfully Linked care context","error":{"code":null,"message":null}}"#,
                "linked".to_owned(),
            ),
            (r#"{"status":"These care contexts have been already linked"}"#, "already".to_owned()),
            (r#"{"status":"This care context has been already linked"}"#, "already".to_owned()),
            (r#"{"error":{"code":"ABDM-1056","message":"x"}}"#, "already".to_owned()),
            (
                r#"{"error":{"code":"ABDM-1090: ","message":"Duplicate HIP link request"}}"#,
                "already".to_owned(),
            ),
            (
                r#"{"status":"Failed to link care context","error":{"code":"ABDM-9999: ","message":"These care contexts have been already linked"}}"#,
                "already".to_owned(),
            ),
            (r#"{"status":"Counter and Care context count mismatch"}"#, failed(Some("ABDM-1037"))),
            (r#"{"status":"abha address and link token mismatch"}"#, failed(Some("ABDM-1038"))),
            (r#"{"status":"Dependent service unavailable "}"#, failed(Some("ABDM-1024"))),
            (r#"{"status":"Failed to link care context"}"#, failed(None)),
            (r#"{"status":"invalid   [invalid request]"}"#, failed(None)),
            (
                r#"{"status":"Failed to link care context","error":{"code":"ABDM-1037","message":"count"}}"#,
                failed(Some("ABDM-1037")),
            ),
            (
                r#"{"status":"Successfully Linked care context","error":{"code":"ABDM-1024","message":"x"}}"#,
                failed(Some("ABDM-1024")),
            ),
            (r#"{"error":{"message":"Something else"}}"#, failed(None)),
            (r#"{"status":"SUCCESS"}"#, "linked as SUCCESS".to_owned()),
            (r#"{"abhaAddress":"","response":null}"#, "linked as ".to_owned()),
        ] {
            let told = match outcome(json) {
                LinkOutcome::Linked => "linked".to_owned(),
                LinkOutcome::LinkedAs(status) => format!("linked as {}", status.as_str()),
                LinkOutcome::Already => "already".to_owned(),
                LinkOutcome::Refused(error) => {
                    failed(error.code.as_ref().map(|code| code.as_str()))
                }
            };
            assert_eq!(told, expected, "{json}");
        }
    }

    #[test]
    fn an_address_that_cannot_be_read_hides_nothing_of_the_answer() {
        let json = r#"{"abhaAddress":"?","status":"Successfully Linked care context",
            "response":{"requestId":"3f2a1c80-0000-4000-8000-000000000001"}}"#;
        let reply: LinkReply = serde_json::from_str(json).unwrap();
        assert_eq!((reply.abha_address.is_none(), reply.outcome()), (true, LinkOutcome::Linked));
        assert!(reply.answers().is_some());
    }
}
