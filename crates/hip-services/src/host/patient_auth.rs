//! Lets patients prove themselves, and takes in what that gives (V0.5).

use std::sync::Arc;

use abdm_core::call::Call;
use abdm_core::claims;
use abdm_core::client::{Answered, CallError};
use abdm_core::endpoint::Endpoint;
use abdm_core::error::{CallbackError, ErrorClass};
use abdm_core::id::{HipId, TransactionId};
use abdm_core::person::AbhaAddress;
use abdm_core::seal::{SealError, Sealed};
use abdm_core::secret::LinkToken;
use abdm_core::wire::{Accepted, read_json};
use abdm_flow::store::Message;
use abdm_flow::{EffectContext, EffectFailure, FlowHost, ReceiveContext, ReceiveError, Received};
use abdm_role::message::{answered, body, message_id};
use abdm_role::verdict::{MOST_TRIES, Remember, Verdict, reason, repeatable};
use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};

use super::{Facility, callback_error, no_reason};
use crate::api::v0_5::user_auth::{
    AcknowledgeAuth, AuthChallenge, AuthConfirmation, AuthGrant, AuthInitRequest, AuthModesRequest,
    AuthNoticeAcknowledgement, AuthStatus, ConfirmAuth, FetchAuthModes, InitAuth, OnAuthNotify,
    OnConfirmAuth, OnFetchAuthModes, OnInitAuth, TokenValidity,
};
use crate::flow::{
    AuthGain, AuthStep, AwaitedProof, Failure, HeldToken, LinkTokenFlow, PatientAuthEffect,
    PatientAuthEvent, PatientAuthFlow, TokenTaken,
};

/// How long a proof is awaited where ABDM does not say it.
const PROOF_TIME: TimeDelta = TimeDelta::minutes(10);
/// The life of an access token that tells none itself. The contract has no figure.
const TOKEN_LIFE: TimeDelta = TimeDelta::hours(24);

#[derive(Debug)]
pub(crate) struct PatientAuthHost {
    pub(crate) facility: Arc<Facility>,
}

type Context<'a> = EffectContext<'a, PatientAuthFlow>;
type Failed = EffectFailure<PatientAuthEvent>;
type Performed = Result<Option<PatientAuthEvent>, Failed>;

#[async_trait]
impl FlowHost for PatientAuthHost {
    type Flow = PatientAuthFlow;

    /// A patient stands at the desk.
    const URGENT: bool = true;

    async fn perform(&self, cx: &Context<'_>, effect: &PatientAuthEffect) -> Performed {
        match effect {
            PatientAuthEffect::FetchModes { hip_id, abha_address, purpose } => {
                let body = AuthModesRequest::new(hip_id, abha_address.clone(), purpose.clone());
                self.call::<FetchAuthModes>(cx, AuthStep::FetchModes, body).await
            }
            PatientAuthEffect::Init { hip_id, abha_address, purpose, mode } => {
                let (patient, purpose) = (abha_address.clone(), purpose.clone());
                let body = AuthInitRequest::new(hip_id, patient, purpose, mode.clone());
                self.call::<InitAuth>(cx, AuthStep::Init, body).await
            }
            PatientAuthEffect::Confirm { hip_id, abha_address, transaction_id, proof } => {
                let body = self.confirmation((hip_id, abha_address), transaction_id, proof);
                let body = body.map_err(|failed| *failed)?;
                self.call::<ConfirmAuth>(cx, AuthStep::Confirm, body).await
            }
            PatientAuthEffect::Acknowledge { notice } => {
                let body = AuthNoticeAcknowledgement::ok(*notice);
                let answer = self.facility.client.send(&Call::<AcknowledgeAuth>::new(body)).await;
                match repeatable(cx, answer, MOST_TRIES)? {
                    Ok(()) => Ok(None),
                    Err(error) => Err(Failed::bury(reason(&error))),
                }
            }
        }
    }

    async fn receive(
        &self,
        cx: &ReceiveContext<'_>,
        message: &Message,
    ) -> Result<Received<PatientAuthFlow>, ReceiveError> {
        if message.endpoint == TokenTaken::SUBJECT {
            let (_, TokenTaken { auth }) = cx.note(message).await?;
            return Ok(Received::existing(auth, PatientAuthEvent::TokenTaken));
        }
        self.facility.addressee(message)?;
        let at = message.received_at;
        match message.endpoint.as_str() {
            name if name == OnFetchAuthModes::META.name => {
                let reply = body::<OnFetchAuthModes>(cx, message).await?;
                let request = answered(reply.answered.request())?;
                let modes = reply.auth.map(|auth| auth.modes).filter(|modes| !modes.is_empty());
                let told = outcome::<FetchAuthModes, _>(modes, reply.error);
                Ok(Received::existing(request, PatientAuthEvent::ModesTold(told)))
            }
            name if name == OnInitAuth::META.name => {
                let reply = body::<OnInitAuth>(cx, message).await?;
                let request = answered(reply.answered.request())?;
                let awaited = reply.auth.map(|challenge| awaited(challenge, at));
                let told = outcome::<InitAuth, _>(awaited, reply.error);
                Ok(Received::existing(request, PatientAuthEvent::Challenged(told)))
            }
            name if name == OnConfirmAuth::META.name => {
                let reply = body::<OnConfirmAuth>(cx, message).await?;
                let request = answered(reply.answered.request())?;
                let told = match outcome::<ConfirmAuth, _>(reply.auth, reply.error) {
                    Ok(grant) => {
                        let found = cx.flows::<PatientAuthFlow>().of_request(request).await?;
                        let unknown =
                            || ReceiveError::not_yet("it answers no request that is known");
                        let flow = found.ok_or_else(unknown)?.flow;
                        Ok(self.gain(&flow, grant, None, at)?)
                    }
                    Err(failure) => Err(failure),
                };
                Ok(Received::existing(request, PatientAuthEvent::Proved(told)))
            }
            name if name == OnAuthNotify::META.name => self.decided(cx, message).await,
            _ => Err(ReceiveError::poison("no callback of an authentication")),
        }
    }
}

impl PatientAuthHost {
    /// Sends a call that a callback answers, once: an OTP that comes twice, or a proof that counts
    /// twice, is worse than waiting for the word of the first.
    async fn call<E>(&self, cx: &Context<'_>, step: AuthStep, body: E::Request) -> Performed
    where
        E: Endpoint<
                Headers = abdm_core::headers::StandardHeaders,
                Path = (),
                Response = Accepted,
                Auth = abdm_core::endpoint::Session,
            >,
    {
        let may_repeat = step == AuthStep::FetchModes;
        if !may_repeat && cx.earlier() == abdm_flow::store::Earlier::PerhapsSent {
            return Ok(Some(PatientAuthEvent::Taken(step)));
        }
        let call = Call::<E>::new(body);
        let answer: Result<Answered<Accepted>, CallError> =
            self.facility.client.send_correlated(&call, &Remember(cx)).await;
        Ok(Some(match Verdict::once(answer) {
            Verdict::Taken(_) | Verdict::Unclear(_) => PatientAuthEvent::Taken(step),
            Verdict::TryAgain(reason) if cx.attempt() < MOST_TRIES && !cx.is_last_attempt() => {
                return Err(EffectFailure::retry(reason).not_sent());
            }
            Verdict::TryAgain(reason) => {
                let failure = Failure::new(reason).of_class(ErrorClass::UpstreamFault);
                PatientAuthEvent::CallFailed(step, failure)
            }
            Verdict::Refused(error) => PatientAuthEvent::CallFailed(step, Failure::from(&*error)),
        }))
    }

    fn confirmation(
        &self,
        (hip_id, abha_address): (&HipId, &AbhaAddress),
        transaction_id: &TransactionId,
        proof: &Sealed,
    ) -> Result<AuthConfirmation, Box<Failed>> {
        let context = PatientAuthFlow::seal_context(hip_id, abha_address);
        let lost = |reason: String| {
            let failure = Failure::new(
                "the patient's proof does not open: the sealing key has changed. Keep older keys in \
                 the ring, and let the patient prove themselves again",
            );
            let failure = failure.of_class(ErrorClass::CallerBug);
            let event = PatientAuthEvent::CallFailed(AuthStep::Confirm, failure);
            Box::new(Failed::give_up(event, reason).not_sent())
        };
        let text = self.facility.keys.open(proof, &context).map_err(|error| match error {
            // A node with the whole ring may be there in time.
            SealError::UnknownKey { .. } => Box::new(Failed::retry(error.to_string()).not_sent()),
            error => lost(error.to_string()),
        })?;
        let credential = read_json(&text).map_err(|error| lost(error.to_string()))?;
        Ok(AuthConfirmation::new(transaction_id.clone(), credential))
    }

    /// A notice of what the patient has decided in their own app.
    async fn decided(
        &self,
        cx: &ReceiveContext<'_>,
        message: &Message,
    ) -> Result<Received<PatientAuthFlow>, ReceiveError> {
        let notice = message_id(message)?;
        let decision = body::<OnAuthNotify>(cx, message).await?.auth;
        let key = PatientAuthFlow::key(&decision.transaction_id);
        let decided = match decision.status {
            AuthStatus::Granted => {
                let found = cx.flows::<PatientAuthFlow>().find(&key).await?;
                let unknown = || ReceiveError::not_yet("it is of no authentication that is known");
                let flow = found.ok_or_else(unknown)?.flow;
                let grant = AuthGrant::new(decision.access_token, decision.patient);
                Ok(self.gain(&flow, grant, decision.validity.as_ref(), message.received_at)?)
            }
            AuthStatus::Denied => {
                let failure = Failure::new("the patient has refused in their app");
                Err(failure.of_class(ErrorClass::UserInput))
            }
            _ => Err(Failure::new("ABDM told a decision of the patient's that is not known")),
        };
        Ok(Received::existing(key, PatientAuthEvent::Decided { notice, decision: decided }))
    }

    /// What the patient gives, the token sealed.
    fn gain(
        &self,
        flow: &PatientAuthFlow,
        grant: AuthGrant,
        validity: Option<&TokenValidity>,
        at: DateTime<Utc>,
    ) -> Result<AuthGain, ReceiveError> {
        let token = grant.access_token.map(|token| self.seal(flow, &token, validity, at));
        Ok(AuthGain::new(token.transpose()?, grant.patient))
    }

    fn seal(
        &self,
        flow: &PatientAuthFlow,
        token: &LinkToken,
        validity: Option<&TokenValidity>,
        at: DateTime<Utc>,
    ) -> Result<HeldToken, ReceiveError> {
        let told = validity.and_then(|validity| validity.expiry);
        let expires_at = [told, end_of(token)].into_iter().flatten().min();
        let limit = validity.and_then(|validity| validity.limit);
        let limit = limit.and_then(|limit| u32::try_from(limit).ok()).filter(|limit| *limit > 0);
        let context = LinkTokenFlow::seal_context(&flow.hip_id, &flow.abha_address);
        let token = self.facility.keys.seal(token.expose().as_bytes(), &context);
        Ok(HeldToken {
            token: token.map_err(|error| ReceiveError::not_yet(error.to_string()))?,
            expires_at: expires_at.unwrap_or(at + TOKEN_LIFE),
            abha_number: None,
            // Where no limit is told, it is used until ABDM refuses it.
            uses: Some(limit.unwrap_or(u32::MAX)),
        })
    }
}

/// The end that an access token names, where it is a JWT: V0.5 does not say what it is.
fn end_of(token: &LinkToken) -> Option<DateTime<Utc>> {
    let seconds = claims::read(token.expose())?.get("exp").and_then(serde_json::Value::as_i64)?;
    DateTime::from_timestamp(seconds, 0)
}

fn awaited(challenge: AuthChallenge, at: DateTime<Utc>) -> AwaitedProof {
    let meta = challenge.meta.unwrap_or_default();
    // An instant in the past, as some samples print, leaves no time: it is not believed.
    let expires_at = meta.expiry.filter(|expiry| *expiry > at).unwrap_or(at + PROOF_TIME);
    AwaitedProof::new(challenge.transaction_id, challenge.mode, meta.hint, expires_at)
}

/// What a callback says: an error decides, and one that says nothing is a failure.
fn outcome<E: abdm_core::endpoint::AnsweredBy, T>(
    good: Option<T>,
    error: Option<CallbackError>,
) -> Result<T, Failure> {
    match (good, error) {
        (Some(good), None) => Ok(good),
        (_, error) => {
            let error = error.unwrap_or_else(no_reason);
            Err(Failure::from(&callback_error::<E>(error)))
        }
    }
}
