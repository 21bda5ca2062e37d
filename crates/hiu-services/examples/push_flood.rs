//! How much memory an HIU needs when a hundred connections push 60 MB each.
//!
//! `cargo run --release -p hiu-services --example push_flood` starts an HIU as a process of its
//! own, for each trial anew, floods it, and prints what its peak of memory was (from `/proc`, on
//! Linux) and how the pushes were answered.

use std::collections::BTreeMap;
use std::error::Error;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use abdm_core::api::consent::{
    ConsentCareContext, ConsentDetail, DateRange, Permission, Requester,
};
use abdm_core::api::gateway::CreateSession;
use abdm_core::call::{Call, Envelope};
use abdm_core::callback::CallbackVerifier;
use abdm_core::client::AbdmClient;
use abdm_core::endpoint::{AuthScheme, Endpoint, fill_path};
use abdm_core::environment::{Environment, Family};
use abdm_core::headers::{HiuHeaders, REQUEST_ID};
use abdm_core::id::{
    CareContextReference, ConsentId, ConsentRequestId, HipId, HiuId, PatientReference, RequestId,
};
use abdm_core::receiver::{CallbackReceiver, serve};
use abdm_core::seal::SealingKey;
use abdm_core::secret::ClientSecret;
use abdm_core::session::Credentials;
use abdm_core::transport::{Transport, TransportError};
use abdm_core::vocabulary::{AccessMode, ConsentStatus, HiType, PurposeCode};
use abdm_core::wire::read_json;
use abdm_flow::ids::{Ids as _, RandomIds};
use async_trait::async_trait;
use bytes::Bytes;
use chrono::TimeDelta;
use hiu_services::api::consent::{
    ConsentArtefact, ConsentDecision, ConsentRequested, FetchConsent, FetchedConsent,
    OnConsentDecision, OnFetchConsent, OnRequestConsent, RequestConsent,
};
use hiu_services::api::health_information::{HealthInformationRequest, RequestHealthInformation};
use hiu_services::client::PUSH_PATH;
use hiu_services::hooks::MemoryRecords;
use hiu_services::{ConsentRequest, Hiu};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use url::Url;

const CONNECTIONS: usize = 100;
const LENGTH: usize = 60_000_000;
const PIECE: usize = 64 * 1024;

type Failure = Box<dyn Error + Send + Sync>;

#[tokio::main]
async fn main() -> Result<(), Failure> {
    if std::env::args().nth(1).as_deref() == Some("serve") {
        return be_the_hiu().await;
    }
    println!("{CONNECTIONS} connections, {} MB each:", LENGTH / 1_000_000);
    for (target, body) in [
        (Target::Strangers, Body::Noise),
        (Target::Strangers, Body::ChunkedNoise),
        (Target::Known, Body::Noise),
        (Target::Known, Body::ChunkedNoise),
        (Target::Known, Body::Page),
    ] {
        let mut hiu = Process::start()?;
        let before = hiu.memory("VmRSS");
        let path = (target == Target::Known).then_some(hiu.path.as_str());
        let answers = flood(hiu.address, path, body).await;
        let peak = hiu.memory("VmHWM");
        hiu.child.kill()?;
        println!("{target:?}, {body:?}: from {before} to a peak of {peak}; answers {answers:?}");
    }
    Ok(())
}

/// Where to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Target {
    /// Addresses that were never given out.
    Strangers,
    /// The one address that was.
    Known,
}

/// What is pushed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Body {
    /// Digits, of an announced length.
    Noise,
    /// Digits in chunks, of no announced length.
    ChunkedNoise,
    /// A page of records that the transfer takes. Nothing opens it: the HIU's workers stand still.
    Page,
}

impl Body {
    /// What stands before and after the digits.
    fn frame(self, number: usize) -> (String, &'static str) {
        let page = format!(
            r#"{{"pageNumber":{number},"pageCount":{CONNECTIONS},"transactionId":"t",
            "keyMaterial":{{"nonce":"{number}"}},
            "entries":[{{"careContextReference":"OPD-1","content":""#
        );
        if self == Self::Page { (page, r#""}]}"#) } else { (String::new(), "") }
    }
}

/// The HIU as a process.
struct Process {
    child: Child,
    address: SocketAddr,
    path: String,
}

impl Process {
    fn start() -> Result<Self, Failure> {
        let mut child =
            Command::new(std::env::current_exe()?).arg("serve").stdout(Stdio::piped()).spawn()?;
        let output = child.stdout.take().ok_or("no output")?;
        let mut line = String::new();
        BufReader::new(output).read_line(&mut line)?;
        let (address, path) = line.trim().split_once(' ').ok_or("the HIU did not start")?;
        Ok(Self { address: address.parse()?, path: path.to_owned(), child })
    }

    /// A line of `/proc/…/status`, in MB.
    fn memory(&self, name: &str) -> String {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()));
        let kilobytes = status.ok().and_then(|status| {
            let line = status.lines().find(|line| line.starts_with(name))?.to_owned();
            line.split_whitespace().nth(1)?.parse::<u64>().ok()
        });
        kilobytes.map_or("(not measured)".to_owned(), |kb| format!("{} MB", kb / 1024))
    }
}

/// Pushes from every connection at once; how often each status came back.
async fn flood(address: SocketAddr, path: Option<&str>, body: Body) -> BTreeMap<String, usize> {
    let mut pushes = JoinSet::new();
    for number in 0..CONNECTIONS {
        let stranger = || push_path(&RandomIds.uuid().to_string());
        let path = path.map_or_else(stranger, str::to_owned);
        pushes.spawn(async move { push(address, &path, body, number).await });
    }
    let mut answers = BTreeMap::new();
    for answer in pushes.join_all().await {
        let answer = answer.unwrap_or_else(|error| format!("no answer ({error})"));
        *answers.entry(answer).or_default() += 1;
    }
    answers
}

/// Sends a body of `LENGTH` bytes, until an answer comes.
async fn push(
    address: SocketAddr,
    path: &str,
    body: Body,
    number: usize,
) -> Result<String, Failure> {
    let chunked = body == Body::ChunkedNoise;
    let (before, after) = body.frame(number);
    let digits = LENGTH - before.len() - after.len();
    let (mut reader, mut writer) = TcpStream::connect(address).await?.into_split();
    let length = match chunked {
        true => "Transfer-Encoding: chunked".to_owned(),
        false => format!("Content-Length: {LENGTH}"),
    };
    let sending = async move {
        let head = format!("POST {path} HTTP/1.1\r\nHost: hiu\r\n{length}\r\n\r\n");
        writer.write_all(head.as_bytes()).await?;
        writer.write_all(before.as_bytes()).await?;
        let piece = vec![b'1'; PIECE];
        let mut left = digits;
        while left > 0 {
            let now = left.min(PIECE);
            if chunked {
                writer.write_all(format!("{now:x}\r\n").as_bytes()).await?;
            }
            writer.write_all(piece.get(..now).unwrap_or(&piece)).await?;
            if chunked {
                writer.write_all(b"\r\n").await?;
            }
            left -= now;
        }
        if chunked {
            writer.write_all(b"0\r\n\r\n").await?;
        }
        writer.write_all(after.as_bytes()).await?;
        // Held open until the answer is there.
        std::future::pending::<Result<(), std::io::Error>>().await
    };
    let mut head = [0; 12];
    let answered = async { reader.read_exact(&mut head).await.map(drop) };
    tokio::pin!(answered);
    tokio::select! {
        biased;
        read = &mut answered => read?,
        // What could not be sent any more may have been answered.
        _ = sending => tokio::time::timeout(Duration::from_secs(1), answered).await??,
    }
    Ok(String::from_utf8_lossy(head.get(9..).unwrap_or_default()).into_owned())
}

/// The path of an address to push to.
fn push_path(id: &str) -> String {
    fill_path(PUSH_PATH, &[id.to_owned()]).unwrap_or_default()
}

/// An HIU with one transfer under way. Prints where it listens, and the one address it has given
/// out.
async fn be_the_hiu() -> Result<(), Failure> {
    let (calls, called) = mpsc::unbounded_channel();
    let environment = Environment::at("http://127.0.0.1:1")?;
    let credentials = Credentials::new("SBX", ClientSecret::new("none"));
    let client = AbdmClient::builder(environment, credentials, Arc::new(Abdm(calls))).build();
    let hiu = Hiu::builder(HiuId::new("IN0000000001")?, client.clone())
        .records(Arc::new(MemoryRecords::new(SealingKey::generate()?)))
        .in_memory()?
        .bridge_url("http://127.0.0.1:1")
        .build()?;
    // The workers stand still from then on: what is pushed stays as it came.
    let push_url = tokio::select! {
        biased;
        url = asked_for_records(&hiu, &client, called) => url?,
        () = hiu.run(std::future::pending()) => return Err("the HIU has stopped".into()),
    };
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("{} {}", listener.local_addr()?, Url::parse(&push_url)?.path());
    std::io::stdout().flush()?;
    serve(listener, hiu.router(), std::future::pending()).await;
    Ok(())
}

/// A call of the HIU's.
struct Called {
    path: String,
    id: RequestId,
    body: Bytes,
}

/// ABDM, as far as the HIU sees it: every call is taken.
#[derive(Debug)]
struct Abdm(mpsc::UnboundedSender<Called>);

#[async_trait]
impl Transport for Abdm {
    async fn send(
        &self,
        request: http::Request<Bytes>,
        _: Duration,
    ) -> Result<http::Response<Bytes>, TransportError> {
        let path = request.uri().path().to_owned();
        let session = r#"{"accessToken":"token","expiresIn":1200,"tokenType":"bearer"}"#;
        let answer = if path == CreateSession::META.path { session } else { "" };
        let id = request.headers().get(REQUEST_ID).and_then(|id| id.to_str().ok()?.parse().ok());
        if let Some(id) = id {
            // Nobody listens any more when the records were asked for.
            let _ = self.0.send(Called { path, id, body: request.into_body() });
        }
        let mut response = http::Response::new(Bytes::from_static(answer.as_bytes()));
        *response.status_mut() = http::StatusCode::ACCEPTED;
        Ok(response)
    }
}

/// Asks for a consent, grants it as the patient, and tells where its records are to be pushed to.
async fn asked_for_records(
    hiu: &Hiu,
    client: &AbdmClient,
    mut called: mpsc::UnboundedReceiver<Called>,
) -> Result<String, Failure> {
    let now = client.now();
    let dates = DateRange::new(now - TimeDelta::days(2), now - TimeDelta::days(1));
    let doctor =
        Requester::registered("Dr. Example", "REGNO", "MH1001", "https://www.mciindia.org");
    let question = ConsentRequest::for_care("asha.test@sbx".parse()?, doctor)
        .of_types([HiType::OpConsultation])
        .dated(dates)
        .erased_at(now + TimeDelta::days(30));
    hiu.request_consent(question).await?;
    let request = ConsentRequestId::new("05f14b1d-4465-453a-8249-1382d79d271d")?;
    let consent = ConsentId::new("d6a83f24-6c96-421e-b8b8-844e5344ef69")?;
    while let Some(Called { path, id, body }) = called.recv().await {
        if path == RequestConsent::META.path {
            let taken = ConsentRequested::accepted(id, request.clone());
            call_back::<OnRequestConsent>(hiu, client, taken).await?;
            let granted =
                ConsentDecision::new(request.clone(), ConsentStatus::Granted, [consent.clone()]);
            call_back::<OnConsentDecision>(hiu, client, granted.into()).await?;
        } else if path == FetchConsent::META.path {
            let permission = Permission::new(AccessMode::View, dates, now + TimeDelta::days(30));
            let mut terms = ConsentDetail::new(
                consent.clone(),
                "asha.test@sbx".parse()?,
                HipId::new("IN0000000002")?,
                PurposeCode::CareManagement.into(),
                permission,
            );
            let visit = CareContextReference::new("OPD-1")?;
            terms.care_contexts = vec![ConsentCareContext::new(PatientReference::new("1")?, visit)];
            let artefact = ConsentArtefact::new(ConsentStatus::Granted, terms, "none".to_owned());
            let fetched = FetchedConsent::found(id, artefact);
            call_back::<OnFetchConsent>(hiu, client, fetched).await?;
        } else if path == RequestHealthInformation::META.path {
            let asked: HealthInformationRequest = read_json(&body)?;
            return Ok(asked.hi_request.data_push_url);
        }
    }
    Err("the records were not asked for".into())
}

/// What ABDM tells the HIU.
async fn call_back<E>(hiu: &Hiu, client: &AbdmClient, body: E::Request) -> Result<(), Failure>
where
    E: Endpoint<Headers = HiuHeaders, Path = ()>,
    E::Auth: AuthScheme<Credential = ()>,
{
    let call = Call::<E>::new(body).headers(HiuHeaders { hiu_id: hiu.id().clone() });
    let bridge = Environment::at("http://127.0.0.1:1")?;
    let envelope = Envelope::new(RequestId::random(), client.now());
    let request = call.to_http(bridge.base(Family::Bridge), &envelope)?;
    // There is no ABDM whose keys could be asked for.
    let verifier = Arc::new(CallbackVerifier::dangerously_accept_everything());
    let receiver = CallbackReceiver::new(verifier, client.clock(), hiu.callbacks());
    match receiver.handle(request).await.status() {
        http::StatusCode::ACCEPTED => Ok(()),
        refused => Err(format!("{} was answered {refused}", E::META.name).into()),
    }
}
