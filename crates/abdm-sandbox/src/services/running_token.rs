//! Tokens of counters: which ones a patient holds, and which one is being served (m2-hip.md 6.1,
//! rulings.md 34).

use std::sync::Arc;
use std::time::Duration;

use abdm_core::headers::HipHeaders;
use abdm_core::id::{HipId, RequestId};
use abdm_core::wire::Accepted;
use chrono::TimeDelta;
use hip_services::api::sharing::{
    AnswerRunningToken, OnRunningTokenStatus, RunningTokenAnswer, RunningTokenQuery,
};
use http::StatusCode;

use super::app_callback::tell_app;
use super::consent::no_mapping;
use super::patient_app::patient;
use crate::api::patient_app::{AskRunningToken, ListTokens, OnTokenServed, TokenDetails};
use crate::engine::Engine;
use crate::server::{Answer, Received, Refusal, Routes};
use crate::world::{AppCall, TokenQuestion};

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .serve::<ListTokens>(list)
        .serve::<AskRunningToken>(ask)
        .serve::<AnswerRunningToken>(on_status)
}

fn list(engine: &Arc<Engine>, received: Received<ListTokens>) -> Result<Answer, Refusal> {
    let world = engine.world();
    let address = patient(&world, &received.call.credential.0, engine.now())?;
    let held = world.tokens.of(&address).into_iter().map(|held| {
        let token = held.token;
        TokenDetails::new((held.hip, token.context), (token.token_number, token.expiry), held.at)
    });
    Answer::of::<ListTokens>(&held.collect())
}

fn ask(engine: &Arc<Engine>, received: Received<AskRunningToken>) -> Result<Answer, Refusal> {
    let by = received.client()?.clone();
    let call = received.call;
    let by = AppCall { client: by, hiu: call.headers.hiu_id, id: call.request_id };
    let now = engine.now();
    let mut world = engine.world();
    let address = patient(&world, &call.credential.0, now)?;
    let (hip, context) = (call.body.hip_id.unwrap_or_default(), call.body.context);
    let context = context.unwrap_or_default();
    let facility = world.registry.facility(&hip).filter(|facility| facility.is_hip());
    let client = facility.map(|facility| facility.client.clone());
    let (Some(client), Ok(hip)) = (client, HipId::new(hip)) else {
        return Err(Refusal::bad("ABDM-1035", "Invalid HIP ID"));
    };
    if !world.tokens.holds(&address, (hip.as_str(), &context), now) {
        let text = "No tokens found for the abha address today";
        return Err(Refusal::bad("ABDM-1031", text));
    }
    let patience = Duration::try_from_secs_f64(world.switches.share_wait_seconds);
    let patience = TimeDelta::from_std(patience.unwrap_or_default()).unwrap_or_default();
    let (id, query) = (RequestId::random(), RunningTokenQuery::new(&hip, context.as_str()));
    let question = TokenQuestion {
        hip: hip.clone(),
        context,
        client: client.clone(),
        by_app: call.request_id,
        by: Some(by),
        answer_by: now.checked_add_signed(patience).unwrap_or(now),
        answer: None,
    };
    world.tokens.ask(id, question, now);
    drop(world);
    engine.call_back_as::<OnRunningTokenStatus>(id, &client, HipHeaders { hip_id: hip }, query);
    Answer::of::<AskRunningToken>(&Accepted)
}

fn on_status(
    engine: &Arc<Engine>,
    received: Received<AnswerRunningToken>,
) -> Result<Answer, Refusal> {
    let client = received.client()?.clone();
    let body = received.call.body;
    let unknown = || no_mapping(&body.response.request_id);
    let id = body.response.request().ok_or_else(unknown)?;
    let now = engine.now();
    let mut world = engine.world();
    let question = world.tokens.question(id).filter(|question| question.client == client);
    let question = question.ok_or_else(unknown)?;
    if question.answer.is_some() {
        return Err(Refusal::bad("ABDM-1087", "Duplicate running token status request"));
    }
    if now > question.answer_by {
        let status = StatusCode::REQUEST_TIMEOUT;
        return Err(Refusal::error(status, "ABDM-1015", "Request Timed out"));
    }
    question.answer = Some(match (body.token, body.error) {
        (_, Some(error)) => Err(error),
        (Some(token), None)
            if token.hip_id == question.hip && token.context == question.context =>
        {
            Ok(token)
        }
        _ => return Err(Refusal::bad("ABDM-1050", "Invalid running token")),
    });
    let (answer, by) = (question.answer.clone(), question.by.clone());
    if let (Some(answer), Some(by)) = (answer, by) {
        let told = match answer {
            Ok(token) => RunningTokenAnswer::running(by.id, token),
            Err(error) => RunningTokenAnswer::refused(by.id, error),
        };
        tell_app::<OnTokenServed>(engine, &world, &by, told);
    }
    Answer::of::<AnswerRunningToken>(&Accepted)
}
