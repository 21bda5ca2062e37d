//! Calls to addresses that other parties name.

use std::io;
use std::net::IpAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use abdm_core::api::gateway::{CreateSession, ListBridgeServices};
use abdm_core::call::Call;
use abdm_core::client::AbdmClient;
use abdm_core::endpoint::Endpoint as _;
use abdm_core::environment::Environment;
use abdm_core::outgoing::{GuardedTransport, GuardedTransportBuilder, Lookup, OutgoingRules};
use abdm_core::retry::RetryPolicy;
use abdm_core::secret::ClientSecret;
use abdm_core::session::Credentials;
use abdm_core::transport::{ReqwestTransport, Transport, TransportError, TransportErrorKind};
use abdm_core::wire::NoBody;
use bytes::Bytes;
use serde_json::json;
use tokio::net::TcpListener;
use wiremock::matchers::{any, method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

const WITHIN: Duration = Duration::from_secs(10);

/// Leads every name to the next of these addresses, and to the last one for ever.
#[derive(Debug)]
struct Leading {
    to: Mutex<Vec<Vec<IpAddr>>>,
    asked: Arc<AtomicUsize>,
}

impl Leading {
    fn to(answers: &[&[&str]]) -> (Self, Arc<AtomicUsize>) {
        let read = |ips: &&[&str]| ips.iter().map(|ip| ip.parse().unwrap()).collect();
        let asked = Arc::default();
        (
            Self { to: Mutex::new(answers.iter().map(read).collect()), asked: Arc::clone(&asked) },
            asked,
        )
    }
}

#[async_trait::async_trait]
impl Lookup for Leading {
    async fn addresses(&self, _: &str) -> io::Result<Vec<IpAddr>> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        let mut to = self.to.lock().unwrap();
        Ok(if to.len() > 1 { to.remove(0) } else { to[0].clone() })
    }
}

/// A port, and how many connections it has taken.
async fn port_at(address: &str) -> (u16, Arc<AtomicUsize>) {
    let listener = TcpListener::bind(address).await.unwrap();
    let (port, taken) = (listener.local_addr().unwrap().port(), Arc::new(AtomicUsize::new(0)));
    let count = Arc::clone(&taken);
    tokio::spawn(async move {
        while let Ok((connection, _)) = listener.accept().await {
            count.fetch_add(1, Ordering::SeqCst);
            drop(connection);
        }
    });
    (port, taken)
}

async fn posts(
    transport: &GuardedTransport,
    url: &str,
) -> Result<http::Response<Bytes>, TransportError> {
    let request = http::Request::post(url).body(Bytes::from_static(b"{}")).unwrap();
    transport.send(request, WITHIN).await
}

fn guarded(rules: OutgoingRules, lookup: impl Lookup) -> GuardedTransportBuilder {
    GuardedTransport::builder(rules).lookup(lookup)
}

/// A client of an ABDM on this machine, with its way there to choose.
async fn client(abdm: &MockServer, transport: Arc<dyn Transport>) -> AbdmClient {
    let token = json!({ "accessToken": "token-1", "expiresIn": 1200 });
    Mock::given(path(CreateSession::META.path))
        .respond_with(ResponseTemplate::new(200).set_body_json(token))
        .mount(abdm)
        .await;
    let credentials = Credentials::new("SBX_000000", ClientSecret::new("secret"));
    AbdmClient::builder(Environment::at(&abdm.uri()).unwrap(), credentials, transport)
        .retry(RetryPolicy::never())
        .build()
}

#[tokio::test]
async fn a_name_that_leads_to_this_machine_is_not_dialled() {
    let (port, taken) = port_at("127.0.0.1:0").await;
    for rules in [OutgoingRules::new(), OutgoingRules::new().allow_loopback()] {
        let (lookup, asked) = Leading::to(&[&["127.0.0.1", "::1"]]);
        let transport = guarded(rules, lookup).build().unwrap();
        let url = format!("https://hiu.example.org:{port}/push/secret-id");
        let error = posts(&transport, &url).await.unwrap_err();
        assert_eq!(error.kind, TransportErrorKind::Forbidden);
        assert!(error.is_unprocessed() && !error.is_retryable());
        let told = format!("{error} {error:?}");
        assert!(told.contains("hiu.example.org leads to a loopback address"), "{told}");
        assert!(!told.contains("secret-id"), "{told}");
        assert_eq!(asked.load(Ordering::SeqCst), 1);
    }
    assert_eq!(taken.load(Ordering::SeqCst), 0);
}

// A name that leads outside when it is checked and inside when it is called. 127.0.0.2 stands for
// the outside.
#[tokio::test]
async fn the_address_that_was_checked_is_the_one_that_is_dialled() {
    let (port, outside) = port_at("127.0.0.2:0").await;
    let Ok(inside) = TcpListener::bind(("127.0.0.1", port)).await else {
        panic!("the same port of the other address is taken");
    };
    let rules = OutgoingRules::new().allow_network("127.0.0.2/32".parse().unwrap());
    let (lookup, asked) = Leading::to(&[&["127.0.0.2"], &["127.0.0.1"]]);
    let transport = guarded(rules, lookup).build().unwrap();
    let url = format!("https://hiu.example.org:{port}/push");
    // Nobody speaks TLS there; that it was dialled is enough.
    let error = posts(&transport, &url).await.unwrap_err();
    assert_ne!(error.kind, TransportErrorKind::Forbidden, "{error}");
    assert_eq!((outside.load(Ordering::SeqCst), asked.load(Ordering::SeqCst)), (1, 1));
    let error = posts(&transport, &url).await.unwrap_err();
    assert_eq!(error.kind, TransportErrorKind::Forbidden);
    assert_eq!((outside.load(Ordering::SeqCst), asked.load(Ordering::SeqCst)), (1, 2));
    let dialled = tokio::time::timeout(Duration::from_millis(200), inside.accept()).await;
    assert!(dialled.is_err(), "the inside was dialled");
}

#[tokio::test]
async fn of_a_name_that_leads_inside_and_outside_only_the_outside_is_dialled() {
    let (port, outside) = port_at("127.0.0.2:0").await;
    let inside = TcpListener::bind(("127.0.0.1", port)).await.unwrap();
    let rules = OutgoingRules::new().allow_network("127.0.0.2".parse().unwrap());
    let (lookup, _) = Leading::to(&[&["127.0.0.1", "127.0.0.2"]]);
    let transport = guarded(rules, lookup).build().unwrap();
    posts(&transport, &format!("https://hiu.example.org:{port}/push")).await.unwrap_err();
    assert_eq!(outside.load(Ordering::SeqCst), 1);
    let dialled = tokio::time::timeout(Duration::from_millis(200), inside.accept()).await;
    assert!(dialled.is_err(), "the inside was dialled");
}

#[tokio::test]
async fn an_address_in_the_url_is_checked_however_it_is_written() {
    let (port, taken) = port_at("127.0.0.1:0").await;
    let transport = GuardedTransport::new(OutgoingRules::new()).unwrap();
    for host in ["127.0.0.1", "2130706433", "0x7f.1", "0177.0.0.1", "[::ffff:7f00:1]", "localhost"]
    {
        let error = posts(&transport, &format!("https://{host}:{port}/push")).await.unwrap_err();
        assert_eq!(error.kind, TransportErrorKind::Forbidden, "{host}: {error}");
    }
    assert_eq!(taken.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn a_neighbour_that_is_allowed_is_called_and_its_redirect_is_not_followed() {
    let (neighbour, elsewhere) = (MockServer::start().await, MockServer::start().await);
    let redirect = ResponseTemplate::new(307).insert_header("location", elsewhere.uri().as_str());
    Mock::given(any()).respond_with(redirect).expect(1).mount(&neighbour).await;
    Mock::given(any()).respond_with(ResponseTemplate::new(202)).expect(0).mount(&elsewhere).await;
    let rules = OutgoingRules::new().allow_host("hiu.internal").allow_plain_http();
    let (lookup, _) = Leading::to(&[&["127.0.0.1"]]);
    let transport = guarded(rules, lookup).build().unwrap();
    let port = neighbour.address().port();
    let answer = posts(&transport, &format!("http://hiu.internal:{port}/push")).await.unwrap();
    assert_eq!(answer.status(), 307);
}

#[tokio::test]
async fn a_name_that_cannot_be_resolved_is_tried_again() {
    #[derive(Debug)]
    struct Away;

    #[async_trait::async_trait]
    impl Lookup for Away {
        async fn addresses(&self, _: &str) -> io::Result<Vec<IpAddr>> {
            Err(io::Error::other("the name server does not answer"))
        }
    }

    let transport = guarded(OutgoingRules::new(), Away).build().unwrap();
    let error = posts(&transport, "https://hiu.example.org/push").await.unwrap_err();
    assert_eq!(error.kind, TransportErrorKind::Connect);
    assert!(error.is_unprocessed() && error.is_retryable());
}

#[tokio::test]
async fn a_look_up_that_hangs_ends_with_the_time_to_connect() {
    #[derive(Debug)]
    struct Hanging;

    #[async_trait::async_trait]
    impl Lookup for Hanging {
        async fn addresses(&self, _: &str) -> io::Result<Vec<IpAddr>> {
            std::future::pending().await
        }
    }

    let transport = guarded(OutgoingRules::new(), Hanging)
        .connect_within(Duration::from_millis(50))
        .build()
        .unwrap();
    let posting = posts(&transport, "https://hiu.example.org/push");
    let error = tokio::time::timeout(WITHIN / 2, posting).await.unwrap().unwrap_err();
    assert!(error.is_retryable(), "{error}");
}

#[tokio::test]
async fn a_client_of_the_vendors_own_is_no_way_to_what_others_name() {
    let abdm = MockServer::start().await;
    let (port, taken) = port_at("127.0.0.1:0").await;
    // It would follow the name to this machine, and goes anywhere by plain http.
    let own = reqwest::Client::builder()
        .resolve("hiu.invalid", ([127, 0, 0, 1], port).into())
        .build()
        .unwrap();
    let own = Arc::new(ReqwestTransport::from_client(own).allow_plain_http());
    let client = client(&abdm, own).await;
    let call = Call::<ListBridgeServices>::new(NoBody);

    let error = client.send_to(&format!("https://hiu.invalid:{port}/p"), &call).await.unwrap_err();
    assert!(error.is_retryable() && !error.is_forbidden(), "the name is unknown: {error}");
    assert_eq!(taken.load(Ordering::SeqCst), 0);

    let error = client.send_to("https://169.254.169.254/secret-id", &call).await.unwrap_err();
    assert!(error.is_forbidden() && error.had_no_effect() && !error.is_retryable(), "{error}");
    let told = format!("{error} {error:?}");
    assert!(told.contains("169.254.169.254 is a link-local address"), "{told}");
    assert!(!told.contains("secret-id"), "{told}");
}

#[tokio::test]
async fn a_url_of_the_gateway_itself_goes_by_the_way_to_abdm() {
    #[derive(Debug)]
    struct Nowhere;

    #[async_trait::async_trait]
    impl Transport for Nowhere {
        async fn send(
            &self,
            _: http::Request<Bytes>,
            _: Duration,
        ) -> Result<http::Response<Bytes>, TransportError> {
            Err(TransportError::new(TransportErrorKind::Other))
        }
    }

    let (abdm, peer) = (MockServer::start().await, MockServer::start().await);
    let services = ResponseTemplate::new(200).set_body_json(json!({ "services": [] }));
    Mock::given(method("GET")).respond_with(services).expect(1).mount(&abdm).await;
    let token = json!({ "accessToken": "token-1", "expiresIn": 1200 });
    Mock::given(path(CreateSession::META.path))
        .respond_with(ResponseTemplate::new(200).set_body_json(token))
        .mount(&abdm)
        .await;
    let credentials = Credentials::new("SBX_000000", ClientSecret::new("secret"));
    let environment = Environment::at(&abdm.uri()).unwrap();
    let client =
        AbdmClient::builder(environment, credentials, Arc::new(ReqwestTransport::new().unwrap()))
            .outgoing_transport(Arc::new(Nowhere))
            .retry(RetryPolicy::never())
            .build();
    let call = Call::<ListBridgeServices>::new(NoBody);
    client.send_to(&format!("{}/keys", abdm.uri()), &call).await.unwrap();
    client.send_to(&peer.uri(), &call).await.unwrap_err();
}

/// Run by the test below, in a process whose environment names a proxy.
#[tokio::test]
#[ignore = "needs the environment that another test gives it"]
async fn in_an_environment_with_a_proxy() {
    let peer = MockServer::start().await;
    Mock::given(any()).respond_with(ResponseTemplate::new(202)).mount(&peer).await;
    let request = || http::Request::post(peer.uri()).body(Bytes::new()).unwrap();
    let usual = ReqwestTransport::new().unwrap();
    let error = usual.send(request(), WITHIN).await.unwrap_err();
    assert_eq!(error.kind, TransportErrorKind::Connect, "the proxy of the environment is none");
    let guarded = GuardedTransport::new(OutgoingRules::new().allow_loopback()).unwrap();
    assert_eq!(guarded.send(request(), WITHIN).await.unwrap().status(), 202);
}

#[test]
fn a_proxy_of_the_environment_is_no_way_to_what_others_name() {
    let mut child = std::process::Command::new(std::env::current_exe().unwrap());
    child.args(["--ignored", "--exact", "outgoing::in_an_environment_with_a_proxy"]);
    for name in ["HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY"] {
        child.env(name, "http://127.0.0.1:9");
    }
    child.env_remove("NO_PROXY").env_remove("no_proxy").env_remove("REQUEST_METHOD");
    let output = child.output().unwrap();
    let told = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && told.contains("1 passed"), "{told}");
}
