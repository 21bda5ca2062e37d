//! `AnswerRunningToken`.

use abdm_core::api::reply::InResponseTo;
use abdm_core::error::CallbackError;
use abdm_core::id::{HipId, RequestId};
use abdm_core::lenient::{self, Text};
use abdm_core::wire::Accepted;
use serde::{Deserialize, Deserializer, Serialize};

abdm_core::endpoint! {
    /// Say which token is being served at a counter, or why it cannot be said (rulings.md 34).
    pub AnswerRunningToken {
        method: POST,
        family: Gateway,
        path: "/api/hiecm/patient-share/v3/running-token/on-status",
        auth: Session,
        request: RunningTokenAnswer,
        response: Accepted,
        success: ACCEPTED,
        replay: Safe,
        errors: RunningToken,
        source: "m2-hip.md 6.1",
    }
}

/// The running token, or why it is not known: never both.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct RunningTokenAnswer {
    /// The running token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<RunningToken>,
    /// Why it is not known.
    #[serde(
        default,
        deserialize_with = "CallbackError::read_optional",
        skip_serializing_if = "Option::is_none"
    )]
    pub error: Option<CallbackError>,
    /// The `REQUEST-ID` of the question itself.
    pub response: InResponseTo,
}

impl RunningTokenAnswer {
    /// The question `request` is answered with this token.
    #[must_use]
    pub fn running(request: RequestId, token: RunningToken) -> Self {
        Self { token: Some(token), error: None, response: request.into() }
    }

    /// The question `request` cannot be answered.
    #[must_use]
    pub fn refused(request: RequestId, error: CallbackError) -> Self {
        Self { token: None, error: Some(error), response: request.into() }
    }

    /// The counter is unknown, or nobody has been called there yet (rulings.md 34).
    #[must_use]
    pub fn no_data(request: RequestId) -> Self {
        Self::refused(request, CallbackError::new(1001, "No data found"))
    }
}

/// The token that is being served at a counter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct RunningToken {
    /// The facility.
    pub hip_id: HipId,
    /// The counter, as the question named it.
    #[serde(with = "lenient::text")]
    pub context: String,
    /// The number that is being served: a text.
    #[serde(with = "lenient::text")]
    pub running_token_number: String,
    /// How many minutes one patient takes on average, where that is known.
    #[serde(default, deserialize_with = "minutes", skip_serializing_if = "Option::is_none")]
    pub average_token_service_time_in_minutes: Option<u32>,
}

impl RunningToken {
    /// This number is being served at the counter `context`.
    #[must_use]
    pub fn new(hip_id: HipId, context: impl Into<String>, number: impl Into<String>) -> Self {
        Self {
            hip_id,
            context: context.into(),
            running_token_number: number.into(),
            average_token_service_time_in_minutes: None,
        }
    }

    /// The same, where one patient takes so many minutes on average.
    #[must_use]
    pub const fn average_minutes(mut self, minutes: u32) -> Self {
        self.average_token_service_time_in_minutes = Some(minutes);
        self
    }
}

/// A number or a text of one, rounded to whole minutes; anything else is not known.
fn minutes<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u32>, D::Error> {
    let value = serde_json::Value::deserialize(deserializer)?;
    let text = Text::deserialize(value).ok();
    let number = text.and_then(|text| text.0.trim().parse::<f64>().ok());
    let whole = number.map(|minutes| format!("{:.0}", minutes.max(0.0)));
    Ok(whole.and_then(|minutes| minutes.parse().ok()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request() -> RequestId {
        "3f2a1c80-0000-4000-8000-000000000001".parse().unwrap()
    }

    #[test]
    fn it_is_written_as_the_contract_prints_it_with_an_average_or_without() {
        let token = RunningToken::new("IN0000000001".parse().unwrap(), "OPD1", "51");
        let answer = RunningTokenAnswer::running(request(), token.clone().average_minutes(2));
        assert_eq!(
            serde_json::to_string(&answer).unwrap(),
            concat!(
                r#"{"token":{"hipId":"IN0000000001","context":"OPD1","runningTokenNumber":"51","#,
                r#""averageTokenServiceTimeInMinutes":2},"#,
                r#""response":{"requestId":"3f2a1c80-0000-4000-8000-000000000001"}}"#
            )
        );
        let written = serde_json::to_string(&RunningTokenAnswer::running(request(), token));
        assert!(!written.unwrap().contains("average"));
        assert_eq!(
            serde_json::to_string(&RunningTokenAnswer::no_data(request())).unwrap(),
            r#"{"error":{"code":"ABDM-1001","message":"No data found"},"response":{"requestId":"3f2a1c80-0000-4000-8000-000000000001"}}"#
        );
    }

    #[test]
    fn a_number_for_a_text_and_an_odd_average_are_read() {
        for (average, minutes) in
            [("2", Some(2)), (r#""2""#, Some(2)), ("2.4", Some(2)), ("null", None), ("[]", None)]
        {
            let json = format!(
                r#"{{"token":{{"hipId":"IN0000000001","context":1,"runningTokenNumber":51,"averageTokenServiceTimeInMinutes":{average}}},"error":null,"response":{{"requestId":"r"}}}}"#
            );
            let read: RunningTokenAnswer = abdm_core::wire::read_json(json.as_bytes()).unwrap();
            let token = read.token.unwrap();
            assert_eq!(token.running_token_number, "51");
            assert_eq!(token.average_token_service_time_in_minutes, minutes, "{average}");
        }
    }
}
