//! ABDM and the way to two facilities: the sandbox, and in front of each facility's nodes somebody
//! who sends again what a dead node did not answer, as ABDM does, and who counts.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use abdm_core::receiver::listen;
use abdm_sandbox::transcript::Exchange;
use abdm_sandbox::{Sandbox, Switches};
use anyhow::ensure;
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{Method, Request, Response, StatusCode, Uri};
use serde_json::{Value, json};

use crate::kills::Pace;
use crate::nodes::Facility;

/// How often a callback is offered before ABDM gives it up.
const OFFERS: usize = 600;
const PAUSE: Duration = Duration::from_millis(50);

/// What was seen on the wire.
#[derive(Debug, Default)]
pub(super) struct Seen {
    /// How many nodes of the HIP were killed.
    pub(super) hip_kills: usize,
    /// The pushes of which the HIU said that it has the page, by the transfer's address and the
    /// page's number: for each, how many nodes of the HIP had been killed by then.
    pub(super) pages: BTreeMap<(String, i64), Vec<usize>>,
    /// How often the HIU may have taken a page, by the transfer's address and the page's number: it
    /// said so, or it did not answer.
    pub(super) taken: BTreeMap<(String, i64), usize>,
    /// Whether a node of the HIP is being killed.
    pub(super) hip_dies: bool,
    /// The answers that nobody heard any more.
    pub(super) unheard: Vec<Unheard>,
    /// The reports of the HIP that ABDM took, by transaction.
    pub(super) reports: BTreeMap<String, Vec<Value>>,
}

/// The HIU had a page, and its sender was gone before it could hear it.
#[derive(Debug, Clone)]
pub(super) struct Unheard {
    /// How many nodes of the HIP had been killed before.
    pub(super) kills: usize,
    /// Whether the sender gave up: no node of the HIP was being killed.
    pub(super) gave_up: bool,
    /// The transfer's address.
    pub(super) transfer: String,
    /// The page's number.
    pub(super) page: i64,
    /// Which arrival of the page it was, beginning with one.
    pub(super) arrival: usize,
}

/// ABDM.
#[derive(Debug)]
pub(super) struct Town {
    pub(super) sandbox: Sandbox,
    seen: Arc<Mutex<Seen>>,
    pace: Pace,
    client: reqwest::Client,
}

impl Town {
    /// Whose progress, in pages that the HIU has, this is.
    pub(super) async fn open(pace: Pace) -> anyhow::Result<Self> {
        let seen = Arc::new(Mutex::new(Seen::default()));
        let reports = Arc::clone(&seen);
        let observer = move |exchange: &Exchange| note_report(exchange, &reports);
        let sandbox =
            Sandbox::builder().switches(Switches::quick()).observe(observer).start().await?;
        Ok(Self { sandbox, seen, pace, client: reqwest::Client::new() })
    }

    /// What was seen so far.
    pub(super) fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What the sandbox's own API does.
    pub(super) async fn act(&self, path: &str, body: Value) -> anyhow::Result<Value> {
        let url = format!("{}/sandbox/{path}", self.sandbox.base_url());
        let answer = self.client.post(url).json(&body).send().await?;
        let status = answer.status();
        let text = answer.text().await?;
        ensure!(status.is_success(), "{path}: {status} {text}");
        Ok(serde_json::from_str(&text).unwrap_or_default())
    }

    /// A facility whose nodes listen there, reached by an address that stays.
    pub(super) async fn facility(
        &self,
        id: &str,
        role: &str,
        nodes: Vec<SocketAddr>,
    ) -> anyhow::Result<Facility> {
        let listener = listen("127.0.0.1:0").await?;
        let url = format!("http://{}", listener.local_addr()?);
        let way = Way {
            nodes: nodes.into(),
            turn: Arc::new(AtomicUsize::new(0)),
            client: self.client.clone(),
            seen: Arc::clone(&self.seen),
            pace: self.pace.clone(),
        };
        let router = Router::new().fallback(pass_on).with_state(way);
        tokio::spawn(async move { axum::serve(listener, router).await });
        let (client_id, secret) = (format!("SBX_{role}"), "not-a-real-secret".to_owned());
        let client = json!({
            "clientId": client_id, "clientSecret": secret, "bridgeUrl": format!("{url}/abdm")
        });
        self.act("clients", client).await?;
        let facility = json!({"id": id, "name": id, "types": [role], "clientId": client_id});
        self.act("facilities", facility).await?;
        let abdm = self.sandbox.base_url().to_owned();
        Ok(Facility { id: id.to_owned(), abdm, client_id, secret, url })
    }
}

/// A report of the HIP that ABDM took.
fn note_report(exchange: &Exchange, seen: &Mutex<Seen>) {
    let taken = exchange.status.is_some_and(|status| (200..300).contains(&status));
    let report = exchange.body.get("notification");
    if let (true, true, Some(report)) =
        (taken, exchange.path.ends_with("/health-information/notify"), report)
        && report.pointer("/notifier/type") == Some(&json!("HIP"))
    {
        let transaction = report.get("transactionId").and_then(Value::as_str).unwrap_or_default();
        let mut seen = seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.reports.entry(transaction.to_owned()).or_default().push(report.clone());
    }
}

/// The way to one facility.
#[derive(Debug, Clone)]
struct Way {
    nodes: Arc<[SocketAddr]>,
    turn: Arc<AtomicUsize>,
    client: reqwest::Client,
    seen: Arc<Mutex<Seen>>,
    pace: Pace,
}

/// Passes a request on. A callback is offered until a node answers it; a push is not: its sender
/// sends it again by itself.
async fn pass_on(State(way): State<Way>, request: Request<Body>) -> Response<Body> {
    let (parts, body) = request.into_parts();
    let Ok(body) = axum::body::to_bytes(body, 64 << 20).await else {
        return answer(StatusCode::BAD_REQUEST, Bytes::new());
    };
    let is_push = parts.uri.path().contains("/data/push/");
    for _ in 0..if is_push { 1 } else { OFFERS } {
        let turn = way.turn.fetch_add(1, Ordering::Relaxed);
        let Some(node) = way.nodes.get(turn % way.nodes.len().max(1)) else { break };
        let url = format!("http://{node}{}", parts.uri);
        let headers = parts.headers.clone();
        let passed = way.client.request(method(&parts.method), url).headers(headers);
        let passed = if is_push {
            way.offered(&parts.uri, &body, passed.body(body.clone()).send()).await
        } else {
            passed.body(body.clone()).send().await
        };
        if let Ok(answered) = passed {
            let status = StatusCode::from_u16(answered.status().as_u16()).unwrap_or_default();
            // 409: the HIU has it already.
            if is_push && (status.is_success() || status == StatusCode::CONFLICT) {
                way.page_arrived(&parts.uri, &body).await;
            }
            if is_push || !status.is_server_error() {
                return answer(status, answered.bytes().await.unwrap_or_default());
            }
        }
        tokio::time::sleep(PAUSE).await;
    }
    answer(StatusCode::BAD_GATEWAY, Bytes::new())
}

fn method(method: &Method) -> reqwest::Method {
    if *method == Method::GET { reqwest::Method::GET } else { reqwest::Method::POST }
}

fn answer(status: StatusCode, body: Bytes) -> Response<Body> {
    let mut answer = Response::new(Body::from(body));
    *answer.status_mut() = status;
    answer
}

/// A page's number.
fn page_number(page: &[u8]) -> i64 {
    let page: Value = serde_json::from_slice(page).unwrap_or_default();
    page.get("pageNumber").and_then(Value::as_i64).unwrap_or_default()
}

impl Way {
    /// Offers a page to the HIU. It counts as taken unless the HIU was not reached or refused it:
    /// also when the sender is gone before there is an answer.
    async fn offered(
        &self,
        uri: &Uri,
        page: &[u8],
        sending: impl Future<Output = reqwest::Result<reqwest::Response>>,
    ) -> reqwest::Result<reqwest::Response> {
        let page = (uri.path().to_owned(), page_number(page));
        let seen = || self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        *seen().taken.entry(page.clone()).or_default() += 1;
        let answered = sending.await;
        let is_taken = match &answered {
            Ok(answer) => answer.status().is_success(),
            Err(error) => !error.is_connect(),
        };
        if !is_taken && let Some(times) = seen().taken.get_mut(&page) {
            *times -= 1;
        }
        answered
    }

    /// The HIU has a page. Its answer waits while a kill is due: a sender that is killed then does
    /// not hear it.
    async fn page_arrived(&self, uri: &Uri, body: &[u8]) {
        let number = page_number(body);
        let arrival = {
            let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
            let kills = seen.hip_kills;
            let arrivals = seen.pages.entry((uri.path().to_owned(), number)).or_default();
            arrivals.push(kills);
            arrivals.len()
        };
        let mut answer =
            Answer { way: self, transfer: uri.path(), page: number, arrival, is_passed_on: false };
        if arrival == 1 {
            self.pace.done_one().await;
        } else {
            self.pace.may_go_on().await;
        }
        answer.is_passed_on = true;
    }
}

/// The answer to a page, on its way back. It is dropped when the sender has closed its connection.
struct Answer<'a> {
    way: &'a Way,
    transfer: &'a str,
    page: i64,
    arrival: usize,
    is_passed_on: bool,
}

impl Drop for Answer<'_> {
    fn drop(&mut self) {
        if !self.is_passed_on {
            let mut seen = self.way.seen.lock().unwrap_or_else(PoisonError::into_inner);
            let unheard = Unheard {
                kills: seen.hip_kills,
                gave_up: !seen.hip_dies,
                transfer: self.transfer.to_owned(),
                page: self.page,
                arrival: self.arrival,
            };
            seen.unheard.push(unheard);
        }
    }
}
