//! What an answer with a status of success says of its outcome, where it is an error in truth.

use abdm_core::error::ApiError;
use abdm_core::lenient::Text;
use abdm_core::wire::read_forgiving;
use http::StatusCode;
use serde::{Deserialize, Deserializer};

/// How such an answer ends the call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Its status is no success: that says enough.
    ByStatus,
    /// `authResult` refuses what was given.
    Refused,
    /// `authResult` is a word that says neither yes nor no. It is no success (m1-abha.md 5), and
    /// nobody may be told that what they gave is wrong.
    Unreadable,
    /// The page of a server's fault.
    Fault,
    /// An error that its code or its words tell.
    Told,
}

/// How an `authResult` begins that refuses.
const REFUSALS: &[&str] = &[
    "fail",
    "unsuccess",
    "reject",
    "den",
    "invalid",
    "incorrect",
    "wrong",
    "mismatch",
    "false",
    "no",
];

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Answer {
    #[serde(deserialize_with = "folded")]
    auth_result: Option<String>,
    #[serde(deserialize_with = "folded")]
    status: Option<String>,
}

impl Outcome {
    pub(crate) fn of(api: &ApiError) -> Self {
        if !api.status().as_ref().is_some_and(StatusCode::is_success) {
            return Self::ByStatus;
        }
        let answer = Answer::of(api);
        let status = answer.status.as_deref().and_then(|status| status.parse::<u16>().ok());
        match answer.auth_result.as_deref() {
            Some(result) if is_refusal(result) => Self::Refused,
            None | Some("" | "null" | "success") if matches!(status, Some(500..600)) => Self::Fault,
            None | Some("" | "null" | "success") => Self::Told,
            Some(_) => Self::Unreadable,
        }
    }
}

impl Answer {
    fn of(api: &ApiError) -> Self {
        let read = read_forgiving::<Self>(api.raw().expose()).ok();
        read.map(|read| read.value).unwrap_or_default()
    }
}

fn is_refusal(result: &str) -> bool {
    REFUSALS.iter().any(|refusal| result.starts_with(refusal))
}

/// Whether `authResult` refuses what was given, whatever the status.
pub(crate) fn refuses(api: &ApiError) -> bool {
    Answer::of(api).auth_result.as_deref().is_some_and(is_refusal)
}

/// A word or a flag, in lower case.
fn folded<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let text = Option::<Text>::deserialize(deserializer)?;
    Ok(text.map(|text| text.0.trim().to_ascii_lowercase()))
}
