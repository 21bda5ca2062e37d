//! A facility as small as can be: a client, and a server that keeps what it is called back with.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use abdm_core::call::{Call, Envelope};
use abdm_core::client::{AbdmClient, CallError};
use abdm_core::clock::{Clock as _, SystemClock};
use abdm_core::endpoint::Endpoint;
use abdm_core::id::RequestId;
use abdm_core::retry::RetryPolicy;
use abdm_core::secret::AccessToken;
use abdm_core::transport::{ReqwestTransport, Transport as _};
use abdm_sandbox::transcript::Party;
use abdm_sandbox::{Facility, Role, Sandbox, Switches};
use axum::Router;
use axum::extract::{Request, State};
use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use serde_json::Value;

pub(crate) const CLINIC: &str = "IN2710000001";
pub(crate) const HOSPITAL: &str = "IN2710000002";

/// One message that a facility received.
#[derive(Debug, Clone)]
pub(crate) struct Arrived {
    pub(crate) path: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Value,
}

impl Arrived {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    pub(crate) fn request_id(&self) -> RequestId {
        self.header("request-id").unwrap().parse().unwrap()
    }

    pub(crate) fn bearer(&self) -> &str {
        self.header("authorization").unwrap().strip_prefix("Bearer ").unwrap()
    }

    pub(crate) fn at(&self, pointer: &str) -> &Value {
        self.body.pointer(pointer).unwrap_or(&Value::Null)
    }

    pub(crate) fn text(&self, pointer: &str) -> &str {
        self.at(pointer).as_str().unwrap_or_default()
    }

    /// Which call it answers, in either of ABDM's spellings.
    pub(crate) fn answers(&self) -> &str {
        match self.text("/response/requestId") {
            "" => self.text("/resp/requestId"),
            id => id,
        }
    }
}

#[derive(Clone, Default)]
struct Inbox {
    arrived: Arc<Mutex<Vec<Arrived>>>,
    /// Statuses to answer with before 202.
    refusals: Arc<Mutex<Vec<StatusCode>>>,
}

/// A facility of the tests.
#[derive(Clone)]
pub(crate) struct Desk {
    pub(crate) client: AbdmClient,
    pub(crate) url: String,
    inbox: Inbox,
    read: Arc<Mutex<usize>>,
}

impl Desk {
    pub(crate) async fn open(sandbox: &Sandbox, party: Party, facility: &str, role: Role) -> Self {
        let id = format!("SBX_{}", party.as_str().to_uppercase());
        let credentials = sandbox.register_client(id.as_str(), "not-a-secret", party.clone());
        sandbox.register_facility(Facility::new(facility, party.as_str(), role, id)).unwrap();
        let inbox = Inbox::default();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hooks", listener.local_addr().unwrap());
        let router = Router::new().fallback(receive).with_state(inbox.clone());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        let transport = Arc::new(ReqwestTransport::new().unwrap());
        let client = AbdmClient::builder(sandbox.environment().unwrap(), credentials, transport)
            .retry(RetryPolicy::never())
            .build();
        let desk = Self { client, url, inbox, read: Arc::default() };
        let url = abdm_core::api::gateway::BridgeUrl::new(desk.url.clone());
        desk.send::<abdm_core::api::gateway::UpdateBridgeUrl>(Call::new(url)).await.unwrap();
        desk
    }

    pub(crate) async fn send<E: Endpoint>(
        &self,
        call: Call<E>,
    ) -> Result<abdm_core::client::Answered<E::Response>, CallError> {
        self.client.send(&call).await
    }

    /// The error code of a refused call.
    pub(crate) async fn refused<E: Endpoint>(&self, call: Call<E>) -> (u16, String, String) {
        match self.client.send(&call).await {
            Err(CallError::Api(error)) => {
                let code = error.code().map(|code| code.as_str().to_owned()).unwrap_or_default();
                let status = error.status().map_or(0, |status| status.as_u16());
                (status, code, error.message().to_owned())
            }
            Err(other) => panic!("refused in another way: {other:?}"),
            Ok(_) => panic!("{} was not refused", E::META.name),
        }
    }

    /// Answers the next callback with this status.
    pub(crate) fn refuse_next(&self, status: StatusCode) {
        self.inbox.refusals.lock().unwrap().push(status);
    }

    /// The next message of this path, in order of arrival; those of other paths stay unread.
    pub(crate) async fn next(&self, path: &str) -> Arrived {
        self.next_within(path, Duration::from_secs(10)).await.unwrap_or_else(|| {
            let arrived = self.inbox.arrived.lock().unwrap();
            panic!("nothing came at {path}; unread: {arrived:?}")
        })
    }

    pub(crate) async fn next_within(&self, path: &str, within: Duration) -> Option<Arrived> {
        let until = tokio::time::Instant::now() + within;
        while tokio::time::Instant::now() < until {
            {
                let mut arrived = self.inbox.arrived.lock().unwrap();
                if let Some(at) = arrived.iter().position(|a| a.path == format!("/hooks{path}")) {
                    *self.read.lock().unwrap() += 1;
                    return Some(arrived.remove(at));
                }
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        None
    }

    /// All messages that nobody has read, in order of arrival.
    pub(crate) fn unread(&self) -> Vec<Arrived> {
        self.inbox.arrived.lock().unwrap().clone()
    }
}

async fn receive(State(inbox): State<Inbox>, request: Request) -> StatusCode {
    let (parts, body) = request.into_parts();
    let body = axum::body::to_bytes(body, 1 << 24).await.unwrap();
    let arrived = Arrived {
        path: parts.uri.path().to_owned(),
        headers: parts.headers,
        body: serde_json::from_slice(&body).unwrap_or_default(),
    };
    inbox.arrived.lock().unwrap().push(arrived);
    inbox.refusals.lock().unwrap().pop().unwrap_or(StatusCode::ACCEPTED)
}

pub(crate) async fn sandbox() -> Sandbox {
    Sandbox::start_quick().await.unwrap()
}

pub(crate) async fn sandbox_with(change: impl FnOnce(&mut Switches)) -> Sandbox {
    let mut switches = Switches::quick();
    change(&mut switches);
    Sandbox::builder().switches(switches).start().await.unwrap()
}

pub(crate) async fn clinic(sandbox: &Sandbox) -> Desk {
    Desk::open(sandbox, Party::Clinic, CLINIC, Role::Hip).await
}

pub(crate) async fn hospital(sandbox: &Sandbox) -> Desk {
    Desk::open(sandbox, Party::Hospital, HOSPITAL, Role::Hiu).await
}

/// A raw HTTP answer.
#[derive(Debug)]
pub(crate) struct Raw {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Raw {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_default()
    }
}

/// Sends a call whose every header may be changed on the way.
pub(crate) async fn send_raw<E: Endpoint>(
    sandbox: &Sandbox,
    token: Option<&AccessToken>,
    call: &Call<E>,
    change: impl FnOnce(&mut http::Request<Bytes>),
) -> Raw {
    let environment = sandbox.environment().unwrap();
    let mut envelope =
        Envelope::new(RequestId::random(), SystemClock.now()).cm_id(environment.cm_id());
    if let Some(token) = token {
        envelope = envelope.bearer(token);
    }
    let mut request = call.to_http(environment.base(E::META.family), &envelope).unwrap();
    change(&mut request);
    send_http(request).await
}

pub(crate) async fn send_http(request: http::Request<Bytes>) -> Raw {
    send_by(&ReqwestTransport::new().unwrap(), request).await
}

/// Longer than anything takes, also on a machine that has much else to do: new keys of RSA, say.
const PATIENCE: Duration = Duration::from_secs(180);

/// The same over a transport that is kept, for many calls.
pub(crate) async fn send_by(transport: &ReqwestTransport, request: http::Request<Bytes>) -> Raw {
    let answer = transport.send(request, PATIENCE).await.unwrap();
    Raw {
        status: answer.status().as_u16(),
        headers: answer.headers().clone(),
        text: String::from_utf8(answer.body().to_vec()).unwrap(),
    }
}

/// A session token, by a raw session call.
pub(crate) async fn token(sandbox: &Sandbox, client: &str, secret: &str) -> AccessToken {
    use abdm_core::api::gateway::{CreateSession, SessionRequest};
    use abdm_core::secret::ClientSecret;

    let call = Call::<CreateSession>::new(SessionRequest::new(client, ClientSecret::new(secret)));
    let answer = send_raw(sandbox, None, &call, |_| {}).await;
    assert_eq!(answer.status, 202, "{}", answer.text);
    AccessToken::new(answer.json()["accessToken"].as_str().unwrap())
}
