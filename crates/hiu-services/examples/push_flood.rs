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

use abdm_core::api::consent::{ConsentCareContext, ConsentDetail, DateRange, Permission};
use abdm_core::client::AbdmClient;
use abdm_core::endpoint::fill_path;
use abdm_core::environment::Environment;
use abdm_core::id::{CareContextReference, ConsentId, HipId, HiuId, PatientReference};
use abdm_core::receiver::serve;
use abdm_core::seal::{SealingKey, SealingKeyRing};
use abdm_core::secret::ClientSecret;
use abdm_core::session::Credentials;
use abdm_core::vocabulary::{AccessMode, PurposeCode};
use abdm_flow::SealedStore;
use abdm_flow::ids::{Ids as _, RandomIds};
use abdm_flow::store::{
    Commit, FlowId, FlowKey, FlowStore as _, FlowWrite, MemoryStore, Payload, Scope,
};
use chrono::TimeDelta;
use hiu_services::Hiu;
use hiu_services::client::PUSH_PATH;
use hiu_services::flow::Patience;
use hiu_services::hooks::MemoryRecords;
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

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
        read = &mut answered => read?,
        // What could not be sent any more may have been answered.
        _ = sending => tokio::time::timeout(Duration::from_secs(1), answered).await??,
    }
    Ok(String::from_utf8_lossy(head.get(9..).unwrap_or_default()).into_owned())
}

/// The address of a transfer, below the bridge URL.
fn push_path(id: &str) -> String {
    fill_path(PUSH_PATH, &[id.to_owned()]).unwrap_or_default()
}

/// An HIU with one transfer under way. Prints where it listens, and the one address it has given
/// out.
async fn be_the_hiu() -> Result<(), Failure> {
    let environment = Environment::at("http://127.0.0.1:1")?;
    let client = AbdmClient::new(environment, Credentials::new("SBX", ClientSecret::new("none")))?;
    let (store, keys) =
        (Arc::new(MemoryStore::new()), SealingKeyRing::from(SealingKey::generate()?));
    let hiu_id = HiuId::new("IN0000000001")?;
    let sealed = SealedStore::new(store.clone(), keys.clone());
    let push_id = transfer_under_way(&client, &hiu_id, &sealed).await?;
    let hiu = Hiu::builder(hiu_id, client)
        .records(Arc::new(MemoryRecords::new(SealingKey::generate()?)))
        .store(store, keys)
        .bridge_url("http://127.0.0.1:1")
        .build()?;
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let path = push_path(&push_id);
    println!("{} {path}", listener.local_addr()?);
    std::io::stdout().flush()?;
    serve(listener, hiu.router(), std::future::pending()).await;
    Ok(())
}

/// The flow of an artefact whose records were asked for, as a restart finds it in the store.
async fn transfer_under_way(
    client: &AbdmClient,
    hiu_id: &HiuId,
    store: &SealedStore,
) -> Result<String, Failure> {
    let (now, push_id) = (client.now(), RandomIds.uuid().to_string());
    let consent = ConsentId::new("d6a83f24-6c96-421e-b8b8-844e5344ef69")?;
    let dates = DateRange::new(now - TimeDelta::days(1), now);
    let permission = Permission::new(AccessMode::View, dates, now + TimeDelta::days(1));
    let mut terms = ConsentDetail::new(
        consent.clone(),
        "asha.test@sbx".parse()?,
        HipId::new("IN0000000002")?,
        PurposeCode::CareManagement.into(),
        permission,
    );
    let visit = CareContextReference::new("OPD-1")?;
    terms.care_contexts = vec![ConsentCareContext::new(PatientReference::new("1")?, visit)];
    let state = json!({
        "id": consent, "request": FlowId::fresh(&RandomIds), "standing": "Granted", "terms": terms,
        "transfer": {
            "stage": "Receiving", "key_form": "Raw", "push_id": push_id, "transaction": null,
            "confirmed": false, "page_count": null, "over_limit": null, "outcome": null,
            "keys": SealingKey::generate()?.seal(b"no keys", "none")?, "request": null,
            "requests": 1, "deadline": now + TimeDelta::minutes(20),
            "look_at": now + TimeDelta::minutes(20), "patience": Patience::default(),
            "word_until": null, "last_page_at": null, "over_limit_lengths": [],
            "repeat_request_at": null, "repeat": false, "missing": ["OPD-1"],
            "reported_as_of": null,
            "pages": {
                "taken": 0, "repeats": 0, "documents": 0, "failed": 0, "numbers": 0, "entries": 0,
                "waiting": { "pages": 0, "bytes": 0, "contexts": 0 },
                "overdue": { "pages": 0, "bytes": 0, "contexts": 0 },
                "overdue_below": 0, "changes": 0
            }
        },
        "proof": null, "ask_at_once": true, "patience": Patience::default(), "fetch_tries": 1,
        "waiting_until": null
    });
    let mut write = FlowWrite::new("hiu.artefact", 2, Payload::encode(&state)?);
    write.keys = vec![FlowKey::new("push", &push_id)];
    let scope = Scope::new(hiu_id.as_str());
    let commit = Commit::at(scope, now).write(FlowId::fresh(&RandomIds), 0, write);
    store.commit(&commit).await?;
    Ok(push_id)
}
