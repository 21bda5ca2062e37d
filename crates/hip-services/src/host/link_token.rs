//! Sends link-token requests and takes the tokens in.

use std::sync::Arc;

use abdm_core::call::Call;
use abdm_core::claims;
use abdm_core::client::CallError;
use abdm_core::error::{CallbackError, ErrorClass, ErrorCode};
use abdm_core::headers::HipHeaders;
use abdm_core::id::{HipId, RequestId};
use abdm_core::person::AbhaNumber;
use abdm_core::secret::LinkToken;
use abdm_flow::store::Message;
use abdm_flow::{EffectContext, EffectFailure, FlowHost, ReceiveContext, ReceiveError, Received};
use abdm_role::message::{answered, body};
use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};

use super::tries::Tries;
use super::{Facility, callback_error, kept_under, no_reason};
use crate::api::hip_linking::{GenerateLinkToken, LinkTokenRequest, OnGenerateLinkToken};
use crate::flow::{
    AnswerTo, Failure, LinkTokenEffect, LinkTokenEvent, LinkTokenFlow, NEXT_REQUEST, WordForToken,
};
use crate::operator;

/// The life of a token whose own end cannot be read: shorter than the usual 182 days.
const USUAL_LIFE: TimeDelta = TimeDelta::days(150);

#[derive(Debug)]
pub(crate) struct LinkTokenHost {
    pub(crate) facility: Arc<Facility>,
}

type Context<'a> = EffectContext<'a, LinkTokenFlow>;
type Failed = EffectFailure<LinkTokenEvent>;

#[async_trait]
impl FlowHost for LinkTokenHost {
    type Flow = LinkTokenFlow;

    async fn perform(
        &self,
        cx: &Context<'_>,
        effect: &LinkTokenEffect,
    ) -> Result<Option<LinkTokenEvent>, Failed> {
        match effect {
            LinkTokenEffect::Request { sending, hip_id, request } => {
                // Another has taken its place while nobody worked, or just now: two would break the
                // window.
                let found = cx.flows::<LinkTokenFlow>().load(cx.flow()).await;
                let found = found.map_err(|error| Failed::from(error).not_sent())?;
                let Some(flow) = found.map(|found| found.flow).filter(|f| f.may_leave(*sending))
                else {
                    return Ok(None);
                };
                // Whatever may have arrived is never sent again. The flow knows: each try is told
                // to it before it leaves.
                if flow.has_left(*sending) {
                    return Ok(Some(LinkTokenEvent::Unclear));
                }
                #[cfg(feature = "v0_5")]
                if self.facility.editions.of(hip_id) == crate::edition::Edition::V0_5 {
                    let (sending, failure) = (*sending, crate::flow::unproved());
                    return Ok(Some(LinkTokenEvent::NeedsPatient { sending, failure }));
                }
                Ok(Some(self.request(cx, *sending, hip_id, request).await))
            }
            LinkTokenEffect::Waits { until } => {
                operator::link_waits(cx.flow(), *until);
                Ok(None)
            }
        }
    }

    async fn receive(
        &self,
        cx: &ReceiveContext<'_>,
        message: &Message,
    ) -> Result<Received<LinkTokenFlow>, ReceiveError> {
        if message.endpoint == WordForToken::SUBJECT {
            return self.word_of_a_link(cx, message).await;
        }
        #[cfg(feature = "v0_5")]
        if message.endpoint == crate::flow::GivenToken::SUBJECT {
            let (by, given) = cx.note::<crate::flow::GivenToken>(message).await?;
            let (hip_id, address) = (kept_under(cx)?, given.abha_address);
            let key = LinkTokenFlow::key(&hip_id, &address);
            let flow = LinkTokenFlow::new(hip_id, address);
            return Ok(Received::start_anew(
                key,
                flow,
                LinkTokenEvent::Given { token: given.token, by },
            ));
        }
        self.facility.addressee(message)?;
        let reply = body::<OnGenerateLinkToken>(cx, message).await?;
        let request = answered(reply.answers())?;
        let to = AnswerTo::Request(request);
        // Beside a token an error counts by its code alone.
        let error = reply.error.filter(|e| reply.link_token.is_none() || e.code.is_some());
        let event = match (reply.link_token, error) {
            (Some(token), None) => self.issued(cx, request, &token, message.received_at).await?,
            (_, Some(error)) => LinkTokenEvent::Refused(to, refusal(error)),
            (_, None) => {
                let error = callback_error::<GenerateLinkToken>(no_reason());
                LinkTokenEvent::Refused(to, Failure::from(&error))
            }
        };
        Ok(Received::existing(request, event))
    }
}

impl LinkTokenHost {
    async fn word_of_a_link(
        &self,
        cx: &ReceiveContext<'_>,
        message: &Message,
    ) -> Result<Received<LinkTokenFlow>, ReceiveError> {
        let hip_id = kept_under(cx)?;
        let (by, word) = cx.note(message).await?;
        Ok(match word {
            WordForToken::Wanted { request, in_place_of } => {
                let abha_address = request.abha_address.clone();
                let key = LinkTokenFlow::key(&hip_id, &abha_address);
                let flow = LinkTokenFlow::new(hip_id, abha_address);
                let wanted = LinkTokenEvent::Wanted { by, request, in_place_of };
                Received::start_anew(key, flow, wanted)
            }
            WordForToken::Account { abha_address, word } => {
                let key = LinkTokenFlow::key(&hip_id, &abha_address);
                let flow = LinkTokenFlow::new(hip_id, abha_address);
                Received::start_anew(key, flow, LinkTokenEvent::Account(word))
            }
            WordForToken::Dropped { abha_address, token } => {
                let key = LinkTokenFlow::key(&hip_id, &abha_address);
                match cx.flows::<LinkTokenFlow>().find(&key).await? {
                    Some(found) => {
                        let dropped = LinkTokenEvent::Dropped { token: Some(token) };
                        Received::existing(found.id, dropped)
                    }
                    None => Received::ignore("the link token is forgotten already"),
                }
            }
        })
    }

    /// Sends the request, once.
    async fn request(
        &self,
        cx: &Context<'_>,
        sending: u32,
        hip_id: &HipId,
        request: &LinkTokenRequest,
    ) -> LinkTokenEvent {
        let headers = HipHeaders { hip_id: hip_id.clone() };
        let call = Call::<GenerateLinkToken>::new(request.clone()).headers(headers);
        let tries = Tries::of(cx, sending, leaving);
        match self.facility.client.send_correlated(&call, &tries).await {
            Ok(_) | Err(CallError::Answer { .. }) => LinkTokenEvent::Accepted { sending },
            Err(error @ (CallError::Session(_) | CallError::Store(_))) => {
                LinkTokenEvent::NotSent { sending, failure: Failure::from(&error) }
            }
            Err(CallError::Transport { source, .. }) if !source.is_unprocessed() => {
                LinkTokenEvent::Unclear
            }
            Err(error @ CallError::Transport { .. }) => {
                LinkTokenEvent::NotSent { sending, failure: Failure::from(&error) }
            }
            Err(error) => {
                let to = AnswerTo::Sending(tries.ended(error.request_id()));
                LinkTokenEvent::Refused(to, Failure::from(&error))
            }
        }
    }

    /// Checks that the token is ours and seals it.
    async fn issued(
        &self,
        cx: &ReceiveContext<'_>,
        request: RequestId,
        token: &LinkToken,
        received_at: DateTime<Utc>,
    ) -> Result<LinkTokenEvent, ReceiveError> {
        let flow = flow_of(cx, request).await?;
        let claims = Claims::of(token).unwrap_or_default();
        let wrong_facility = claims.hip_id.is_some_and(|id| id != flow.hip_id.as_str());
        let wrong_patient = claims
            .abha_address
            .is_some_and(|address| address.to_lowercase() != flow.abha_address.folded());
        if wrong_facility || wrong_patient {
            let text = "ABDM sent a link token of another facility or patient; it was thrown away";
            let failure = Failure::new(text).of_class(ErrorClass::UpstreamFault);
            return Ok(LinkTokenEvent::Refused(AnswerTo::Request(request), failure));
        }
        let expires_at = claims
            .exp
            .and_then(|seconds| DateTime::from_timestamp(seconds, 0))
            .unwrap_or(received_at + USUAL_LIFE);
        let context = LinkTokenFlow::seal_context(&flow.hip_id, &flow.abha_address);
        let token = self
            .facility
            .keys
            .seal(token.expose().as_bytes(), &context)
            .map_err(|error| ReceiveError::not_yet(error.to_string()))?;
        let abha_number = claims.abha_number;
        Ok(LinkTokenEvent::Issued { request, token, expires_at, abha_number })
    }
}

const fn leaving(sending: u32, request: RequestId) -> LinkTokenEvent {
    LinkTokenEvent::Leaving { sending, request }
}

async fn flow_of(
    cx: &ReceiveContext<'_>,
    request: RequestId,
) -> Result<LinkTokenFlow, ReceiveError> {
    let found = cx.flows::<LinkTokenFlow>().of_request(request).await?;
    let unknown = || ReceiveError::not_yet("it answers no request that is known");
    Ok(found.ok_or_else(unknown)?.flow)
}

/// Why ABDM gives no token. By callback every error but a block, a duplicate and a fault of ABDM's
/// means that the details differ from the ABHA profile (rulings.md 17): back to the desk, where
/// they are corrected before anybody asks again.
fn refusal(error: CallbackError) -> Failure {
    let error = callback_error::<GenerateLinkToken>(error);
    let failure = Failure::from(&error);
    let apart = ["ABDM-1027", "ABDM-1092", "ABDM-1024"].iter().any(|code| failure.has_code(code));
    if apart || failure.class == ErrorClass::UpstreamFault {
        return failure;
    }
    let mut at_the_desk = Failure::new(format!(
        "{}: the details differ from the ABHA profile. Check name, gender and year of birth with the \
         patient, and that ABHA number and ABHA address are one person's; then link again: \
         {NEXT_REQUEST}",
        failure.code.as_ref().map_or("ABDM gives no link token", ErrorCode::as_str),
    ));
    at_the_desk.code = failure.code;
    at_the_desk.of_class(ErrorClass::UserInput)
}

/// What a link token says of itself. Not verified: it came over an authenticated callback, and ABDM
/// checks it when it is used.
#[derive(Default)]
struct Claims {
    hip_id: Option<String>,
    abha_address: Option<String>,
    abha_number: Option<AbhaNumber>,
    exp: Option<i64>,
}

impl Claims {
    fn of(token: &LinkToken) -> Option<Self> {
        let value = claims::read(token.expose())?;
        let text = |name: &str| value.get(name).and_then(|v| v.as_str()).map(str::to_owned);
        // An integer on live tokens (live-measurements.md 10), which has lost its leading zeros.
        let number = value.get(claims::ABHA_NUMBER).and_then(|v| match v.as_u64() {
            Some(digits) => Some(format!("{digits:014}")),
            None => v.as_str().map(str::to_owned),
        });
        Some(Self {
            abha_number: number.and_then(|digits| digits.parse().ok()),
            hip_id: text(claims::HIP_ID),
            abha_address: text(claims::ABHA_ADDRESS).or_else(|| text("sub")),
            exp: value.get("exp").and_then(serde_json::Value::as_i64),
        })
    }
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;

    use super::*;

    #[test]
    fn a_token_names_its_abha_number_in_any_form() {
        for (claim, number) in [
            ("91000000000001", Some("91-0000-0000-0001")),
            ("1000000000001", Some("01-0000-0000-0001")),
            (r#""91000000000001""#, Some("91-0000-0000-0001")),
            ("null", None),
            (r#""unknown""#, None),
        ] {
            let claims = URL_SAFE_NO_PAD.encode(format!(r#"{{"abhaNumber":{claim}}}"#));
            let token = LinkToken::new(format!("e30.{claims}.c2ln"));
            let expected: Option<AbhaNumber> = number.map(|number| number.parse().unwrap());
            assert_eq!(Claims::of(&token).unwrap().abha_number, expected, "{claim}");
        }
    }
}
