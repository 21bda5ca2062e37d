//! Orders from outside while the program serves: what a hospital's software does by itself, for whoever
//! tests the program without writing code.

use std::sync::Arc;
use std::time::Duration;

use abdm_core::id::PatientReference;
use abdm_core::receiver::{listen, serve};
use abdm_core::secret::MobileNumber;
use anyhow::{Context as _, ensure};
use axum::extract::{DefaultBodyLimit, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::{Json, Router, routing::post};
use hip_services::Hip;
use serde::Deserialize;
use serde_json::json;
use tokio_util::sync::{CancellationToken, DropGuard};

use super::{Desk, EventLines, Serving, link_all};

/// The largest order.
const LARGEST: usize = 16 * 1024;
/// How long an order waits for ABDM's word of an SMS.
const PATIENCE: Duration = Duration::from_secs(60);

#[derive(Clone)]
struct Orders {
    hip: Hip,
    desk: Arc<dyn Desk>,
    events: EventLines,
    name: String,
}

/// Takes orders, if the options name an address for them, until the guard is dropped.
///
/// Whoever reaches the address can give them, so it must be this machine's own.
pub(super) async fn take(
    serving: &Serving,
    desk: Arc<dyn Desk>,
) -> anyhow::Result<Option<DropGuard>> {
    let Some(address) = serving.options.control else { return Ok(None) };
    ensure!(
        address.ip().is_loopback(),
        "--control takes a loopback address such as 127.0.0.1:8081"
    );
    let listener = listen(address).await.context("choose another address with --control")?;
    let orders = Orders {
        hip: serving.hip.clone(),
        desk,
        events: serving.events.clone(),
        name: serving.options.hip_name.clone(),
    };
    println!("orders come to http://{}", listener.local_addr()?);
    let app = Router::new()
        .route("/link", post(link))
        .route("/notify", post(notify))
        .route("/sms", post(sms))
        .route("/call", post(call))
        .layer(DefaultBodyLimit::max(LARGEST))
        .with_state(orders);
    let ended = CancellationToken::new();
    tokio::spawn(serve(listener, app, ended.clone().cancelled_owned()));
    Ok(Some(ended.drop_guard()))
}

/// Whose visits.
#[derive(Deserialize)]
struct Whose {
    patient: PatientReference,
}

/// At which counter.
#[derive(Deserialize)]
struct Where {
    counter: String,
}

/// To which mobile number.
#[derive(Deserialize)]
struct Whom {
    mobile: String,
}

/// What cannot be done.
struct Refused(StatusCode, String);

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        (self.0, Json(json!({ "problem": self.1 }))).into_response()
    }
}

impl Refused {
    fn because(error: impl std::fmt::Display) -> Self {
        Self(StatusCode::UNPROCESSABLE_ENTITY, error.to_string())
    }
}

type Answer = Result<(StatusCode, Json<serde_json::Value>), Refused>;

fn begun(count: usize) -> Answer {
    if count == 0 {
        let text = "no such patient with an ABHA address and records";
        return Err(Refused(StatusCode::NOT_FOUND, text.to_owned()));
    }
    Ok((StatusCode::ACCEPTED, Json(json!({ "begun": count }))))
}

/// Links a patient's visits; what becomes of it comes by event.
async fn link(State(orders): State<Orders>, Json(whose): Json<Whose>) -> Answer {
    let Orders { hip, desk, events, .. } = &orders;
    begun(link_all(hip, &**desk, Some(&whose.patient), events).await.map_err(Refused::because)?)
}

/// Tells the patient's apps of new records in visits that are linked.
async fn notify(State(orders): State<Orders>, Json(whose): Json<Whose>) -> Answer {
    let wishes = orders.desk.to_link(Some(&whose.patient)).await.map_err(Refused::because)?;
    let count = wishes.len();
    for wish in wishes {
        orders.hip.notify(wish).await.map_err(Refused::because)?;
    }
    begun(count)
}

/// Calls the next patient at a counter: the apps of those who wait there show the number.
async fn call(State(orders): State<Orders>, Json(at): Json<Where>) -> Answer {
    match orders.desk.call_next(&at.counter).await.map_err(Refused::because)? {
        Some(number) => Ok((StatusCode::OK, Json(json!({ "tokenNumber": number })))),
        None => {
            let text = "nobody waits at that counter".to_owned();
            Err(Refused(StatusCode::NOT_FOUND, text))
        }
    }
}

/// Has ABDM send a patient an SMS with a link to their app.
async fn sms(State(orders): State<Orders>, Json(whom): Json<Whom>) -> Answer {
    let mobile = MobileNumber::new(&whom.mobile).map_err(Refused::because)?;
    let sms = orders.hip.notify_by_sms(&mobile, &orders.name).await.map_err(Refused::because)?;
    let outcome = match sms.outcome(PATIENCE).await.map_err(Refused::because)? {
        hip_services::flow::SmsState::Accepted => json!({ "accepted": true }),
        hip_services::flow::SmsState::Failed(failure) => {
            json!({ "accepted": false, "code": failure.code, "problem": failure.text })
        }
        _ => json!({ "accepted": null }),
    };
    orders.events.line("sms", outcome.clone());
    Ok((StatusCode::OK, Json(outcome)))
}
