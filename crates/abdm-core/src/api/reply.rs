//! What callbacks and their answers share: which request they answer, and how they fail.

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use crate::id::RequestId;
use crate::lenient::{self, Text};

/// `{"requestId": …}`: the `REQUEST-ID` header of the message that this one answers.
///
/// Reading takes any text: a value that is no UUID answers nothing of ours.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct InResponseTo {
    /// The answered `REQUEST-ID`.
    #[serde(with = "lenient::text")]
    pub request_id: String,
}

impl InResponseTo {
    /// The answered request, when the text is a UUID.
    #[must_use]
    pub fn request(&self) -> Option<RequestId> {
        self.request_id.trim().parse().ok()
    }
}

impl From<RequestId> for InResponseTo {
    fn from(id: RequestId) -> Self {
        Self { request_id: id.to_string() }
    }
}

/// The part of a callback's body that says which call it answers: `response`, or in ABDM's older
/// spelling `resp`. Written as `response`.
///
/// It stands in the body itself: `#[serde(flatten)] pub answered: Answered`. Whatever does not
/// name a request (`null`, another kind of value, an object without the id) counts as absent, so
/// that it hides nothing of the answer.
///
/// ```
/// use abdm_core::api::reply::Answered;
/// use abdm_core::error::CallbackError;
/// use serde::Deserialize;
///
/// #[derive(Deserialize)]
/// struct Noted {
///     #[serde(default, deserialize_with = "CallbackError::read_optional")]
///     error: Option<CallbackError>,
///     #[serde(flatten)]
///     answered: Answered,
/// }
///
/// let json = r#"{"response":null,"resp":{"requestId":"3f2a1c80-0000-4000-8000-000000000001"}}"#;
/// let noted: Noted = serde_json::from_str(json)?;
/// assert!(noted.error.is_none() && noted.answered.request().is_some());
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "BothSpellings")]
#[non_exhaustive]
pub struct Answered {
    /// Which call is answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub response: Option<InResponseTo>,
}

impl Answered {
    /// The answered request, where one is named and is a UUID.
    #[must_use]
    pub fn request(&self) -> Option<RequestId> {
        self.response.as_ref().and_then(InResponseTo::request)
    }
}

impl From<RequestId> for Answered {
    fn from(request: RequestId) -> Self {
        Self { response: Some(request.into()) }
    }
}

/// The field as it comes.
#[derive(Deserialize)]
struct BothSpellings {
    #[serde(default, deserialize_with = "readable")]
    response: Option<InResponseTo>,
    #[serde(default, deserialize_with = "readable")]
    resp: Option<InResponseTo>,
}

impl From<BothSpellings> for Answered {
    fn from(both: BothSpellings) -> Self {
        Self { response: both.response.or(both.resp) }
    }
}

/// An object with an id that is not blank, or none.
fn readable<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<InResponseTo>, D::Error> {
    let value = Value::deserialize(deserializer)?;
    let id = value.get("requestId").and_then(|id| Text::deserialize(id).ok());
    let id = id.filter(|id| !id.0.trim().is_empty());
    Ok(id.map(|id| InResponseTo { request_id: id.0 }))
}

/// `acknowledgement.status` in our answers and ABDM's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct AcknowledgementStatus {
    /// `SUCCESS`, `OK`, `ERRORED` …
    pub status: String,
}

impl AcknowledgementStatus {
    /// `SUCCESS`.
    #[must_use]
    pub fn success() -> Self {
        Self { status: "SUCCESS".to_owned() }
    }

    /// `OK`.
    #[must_use]
    pub fn ok() -> Self {
        Self { status: "OK".to_owned() }
    }

    /// `ERRORED`.
    #[must_use]
    pub fn errored() -> Self {
        Self { status: "ERRORED".to_owned() }
    }

    /// Reads an optional `acknowledgement` field: an object with a status, a list of one, or the
    /// status alone. Whatever has none counts as absent, so that it hides nothing of the body around
    /// it.
    ///
    /// Use it as `#[serde(default, deserialize_with = "AcknowledgementStatus::read_optional")]`.
    ///
    /// # Errors
    /// When the body is no JSON.
    pub fn read_optional<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<Self>, D::Error> {
        let value = Value::deserialize(deserializer)?;
        let said = value.as_array().map_or(Some(&value), |list| list.first());
        let status = said.map(|said| said.get("status").unwrap_or(said));
        let status = status.and_then(|status| Text::deserialize(status).ok());
        let status = status.filter(|status| !status.0.trim().is_empty());
        Ok(status.map(|status| Self { status: status.0 }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Body {
        #[serde(default)]
        status: Option<String>,
        #[serde(flatten)]
        answered: Answered,
    }

    #[test]
    fn both_spellings_of_the_answered_request_are_read_and_one_is_written() {
        let id = "3f2a1c80-0000-4000-8000-000000000001";
        let named = format!(r#"{{"requestId":"{id}"}}"#);
        for (json, found) in [
            (format!(r#"{{"response":{named}}}"#), true),
            (format!(r#"{{"resp":{named}}}"#), true),
            (format!(r#"{{"resp":null,"response":{named}}}"#), true),
            (format!(r#"{{"response":{{"requestId":null}},"resp":{named}}}"#), true),
            (r#"{"response":null,"resp":null}"#.to_owned(), false),
            (r#"{"response":"x","resp":[1]}"#.to_owned(), false),
            (r#"{"response":{"requestId":7}}"#.to_owned(), false),
            ("{}".to_owned(), false),
        ] {
            let body: Body = crate::wire::read_json(json.as_bytes()).unwrap();
            assert_eq!(body.answered.request().is_some(), found, "{json}");
            assert_eq!(serde_json::from_str::<Body>(&json).unwrap(), body, "{json}");
            if found {
                let written = format!(r#"{{"status":null,"response":{named}}}"#);
                assert_eq!(serde_json::to_string(&body).unwrap(), written);
            }
        }
    }

    #[test]
    fn a_text_that_is_no_uuid_is_kept_and_answers_nothing_of_ours() {
        let body: Body = serde_json::from_str(r#"{"resp":{"requestId":7}}"#).unwrap();
        assert_eq!(body.answered.response.as_ref().unwrap().request_id, "7");
        assert_eq!(body.answered.request(), None);
    }

    #[test]
    fn an_acknowledgement_of_an_odd_shape_hides_nothing_beside_it() {
        #[derive(Deserialize)]
        struct Noted {
            #[serde(default, deserialize_with = "AcknowledgementStatus::read_optional")]
            acknowledgement: Option<AcknowledgementStatus>,
            #[serde(flatten)]
            answered: Answered,
        }
        for (json, status) in [
            (r#"{"status":"SUCCESS"}"#, Some("SUCCESS")),
            (r#"{"status":1,"more":[]}"#, Some("1")),
            (r#"[{"status":"OK"}]"#, Some("OK")),
            (r#""ERRORED""#, Some("ERRORED")),
            (r#"{"status":null}"#, None),
            (r#"{"status":{"code":1}}"#, None),
            ("[]", None),
            ("{}", None),
            ("null", None),
            (r#""""#, None),
        ] {
            let id = "3f2a1c80-0000-4000-8000-000000000001";
            let json = format!(r#"{{"acknowledgement":{json},"resp":{{"requestId":"{id}"}}}}"#);
            let noted: Noted = crate::wire::read_json(json.as_bytes()).unwrap();
            let read = noted.acknowledgement.as_ref().map(|told| told.status.as_str());
            assert_eq!((read, noted.answered.request().is_some()), (status, true), "{json}");
        }
    }
}
