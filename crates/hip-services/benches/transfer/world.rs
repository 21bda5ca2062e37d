//! What is outside: ABDM and the HIU in one server of this process, the hospital, and its HIP.

use std::error::Error;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use abdm_core::api::consent::{ConsentCareContext, ConsentDetail, DateRange, Permission};
use abdm_core::api::data_flow::{HiRequest, KeyMaterialJson};
use abdm_core::call::{Call, Envelope};
use abdm_core::callback::CallbackVerifier;
use abdm_core::client::AbdmClient;
use abdm_core::endpoint::Endpoint;
use abdm_core::environment::Environment;
use abdm_core::headers::HipHeaders;
use abdm_core::id::{ConsentId, HipId, RequestId, TransactionId};
use abdm_core::receiver::CallbackReceiver;
use abdm_core::seal::SealingKey;
use abdm_core::secret::{AccessToken, ClientSecret};
use abdm_core::session::Credentials;
use abdm_core::vocabulary::{AccessMode, HiType, PurposeCode};
use abdm_store::SqliteStore;
use async_trait::async_trait;
use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{StatusCode, Uri};
use chrono::{DateTime, TimeDelta, Utc};
use fidelius_crypto::{KeyMaterial, ReceiverKeys};
use hip_services::api::consent::{ConsentNotice, ConsentNotification, OnConsentNotify};
use hip_services::api::health_information::{HealthInformationRequest, OnHealthInformationRequest};
use hip_services::{Hip, Hospital, HospitalError, ListedRecord, Record, RecordId, RecordsWanted};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::sync::Notify;

use crate::hiu::Hiu;

pub(crate) type Failure = Box<dyn Error + Send + Sync>;

/// How large a document is, unless its archive says otherwise.
pub(crate) const BYTES: usize = 50_000;

/// ABDM and the HIU: take whatever comes, and count the pages.
#[derive(Debug, Default)]
pub(crate) struct Outside {
    pages: AtomicUsize,
    bytes: AtomicUsize,
    granted: AtomicBool,
    acknowledged: Notify,
    reports: AtomicUsize,
    reported: Notify,
    /// HIUs of their own, beside the one that only counts: they read what comes.
    pub(crate) hius: Vec<Hiu>,
}

async fn answer(
    State(outside): State<Arc<Outside>>,
    uri: Uri,
    body: Bytes,
) -> (StatusCode, &'static str) {
    let path = uri.path();
    if path == "/push" {
        outside.pages.fetch_add(1, Ordering::SeqCst);
        outside.bytes.fetch_add(body.len(), Ordering::SeqCst);
    } else if let Some(number) = path.strip_prefix("/push/") {
        let hiu = number.parse().ok().and_then(|number: usize| outside.hius.get(number));
        if hiu.is_none_or(|hiu| hiu.take(&body).is_err()) {
            return (StatusCode::BAD_REQUEST, "");
        }
    } else if path.ends_with("/sessions") {
        return (StatusCode::ACCEPTED, r#"{"accessToken":"token","expiresIn":1200}"#);
    } else if path.ends_with("/health-information/notify") {
        outside.reports.fetch_add(1, Ordering::SeqCst);
        outside.reported.notify_one();
    } else if path.ends_with("/request/hip/on-notify")
        && !outside.granted.swap(true, Ordering::SeqCst)
    {
        outside.acknowledged.notify_one();
    }
    (StatusCode::ACCEPTED, "")
}

impl Outside {
    /// How many pages have come since the last time, and how many bytes.
    pub(crate) fn taken(&self) -> (usize, usize) {
        (self.pages.swap(0, Ordering::SeqCst), self.bytes.swap(0, Ordering::SeqCst))
    }

    /// Waits until so many transfers have been reported in all.
    pub(crate) async fn reports(&self, transfers: usize) {
        while self.reports.load(Ordering::SeqCst) < transfers {
            self.reported.notified().await;
        }
    }
}

/// The text of a document: a bundle of the patient's, with as many observations as it takes.
pub(crate) fn document(number: usize, bytes: usize) -> Bytes {
    let mut text = String::with_capacity(bytes + 512);
    text.push_str(r#"{"resourceType":"Bundle","type":"document","entry":[{"resource":{"resourceType":"Patient","identifier":[{"system":"https://healthid.ndhm.gov.in","value":"asha.test@sbx"}]}}"#);
    let mut observation = number;
    while text.len() < bytes {
        observation = observation.wrapping_mul(31).wrapping_add(7) % 1_000_003;
        let next = format!(
            r#",{{"resource":{{"resourceType":"Observation","id":"{observation}","status":"final","code":{{"text":"Haemoglobin"}},"valueQuantity":{{"value":{}.{},"unit":"g/dL"}}}}}}"#,
            observation % 20,
            observation % 10,
        );
        text.push_str(&next);
    }
    text.push_str("]}");
    text.into()
}

/// Where the hospital has its documents.
pub(crate) enum Archive {
    /// Made before.
    Ready(Vec<Bytes>),
    /// Each made when it is asked for.
    Made(usize),
    /// The same, of these sizes.
    Sized(&'static [usize]),
}

fn made_at() -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::days(20_000)
}

#[async_trait]
impl Hospital for Archive {
    async fn list(&self, _: &RecordsWanted) -> Result<Vec<ListedRecord>, HospitalError> {
        let count = match self {
            Self::Ready(documents) => documents.len(),
            Self::Made(count) => *count,
            Self::Sized(sizes) => sizes.len(),
        };
        (0..count)
            .map(|number| {
                let id = RecordId::new(format!("{number:08}"))?;
                Ok(ListedRecord::new(id, HiType::DiagnosticReport, made_at()))
            })
            .collect()
    }

    async fn document(
        &self,
        id: &RecordId,
        _: &RecordsWanted,
    ) -> Result<Option<Record>, HospitalError> {
        let number: usize = id.as_str().parse()?;
        let content = match self {
            Self::Ready(documents) => documents.get(number).cloned(),
            Self::Made(count) => (number < *count).then(|| document(number, BYTES)),
            Self::Sized(sizes) => sizes.get(number).map(|bytes| document(number, *bytes)),
        };
        Ok(content.map(|content| Record::new(HiType::DiagnosticReport, made_at(), content)))
    }
}

/// A HIP over SQLite in a file of its own, with a consent, and the world around it.
pub(crate) struct World {
    pub(crate) outside: Arc<Outside>,
    pub(crate) push_url: String,
    pub(crate) peer: KeyMaterial,
    receiver: CallbackReceiver,
    client: AbdmClient,
    hip_id: HipId,
    consent: ConsentId,
    _file: TempDir,
}

impl World {
    pub(crate) async fn with(archive: Archive) -> Result<Self, Failure> {
        Self::with_hius(archive, Vec::new()).await
    }

    /// The same with HIUs that read what comes.
    pub(crate) async fn with_hius(archive: Archive, hius: Vec<Hiu>) -> Result<Self, Failure> {
        let outside = Arc::new(Outside { hius, ..Outside::default() });
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let base = format!("http://{}", listener.local_addr()?);
        let everything = Router::new()
            .fallback(answer)
            .layer(DefaultBodyLimit::disable())
            .with_state(Arc::clone(&outside));
        tokio::spawn(async move { axum::serve(listener, everything).await });

        let credentials = Credentials::new("SBX_000000", ClientSecret::new("secret"));
        let client = AbdmClient::new(Environment::at(&base)?, credentials)?;
        let file = tempfile::tempdir()?;
        let store = Arc::new(SqliteStore::open(file.path().join("hip.db"))?);
        let hip_id: HipId = "IN0000000001".parse()?;
        let hip = Hip::builder(hip_id.clone(), client.clone())
            .hospital(archive)
            .store(store, SealingKey::generate()?)
            .build()?;
        let verifier = Arc::new(CallbackVerifier::dangerously_accept_everything());
        let receiver = CallbackReceiver::new(verifier, client.clock(), hip.callbacks());
        tokio::spawn(async move { hip.run(std::future::pending()).await });

        let keys = ReceiverKeys::generate()?;
        let peer = keys.key_material(client.now() + TimeDelta::days(1));
        let (push_url, consent) = (format!("{base}/push"), "ed486d33".parse()?);
        let world =
            Self { outside, push_url, peer, receiver, client, hip_id, consent, _file: file };
        world.call_back::<OnConsentNotify>(world.notice()?).await?;
        world.outside.acknowledged.notified().await;
        Ok(world)
    }

    fn dates() -> DateRange {
        DateRange::new(made_at() - TimeDelta::days(1), made_at() + TimeDelta::days(1))
    }

    fn notice(&self) -> Result<ConsentNotification, Failure> {
        let erase_at = self.client.now() + TimeDelta::days(1);
        let permission = Permission::new(AccessMode::View, Self::dates(), erase_at);
        let mut detail = ConsentDetail::new(
            self.consent.clone(),
            "asha.test@sbx".parse()?,
            self.hip_id.clone(),
            PurposeCode::SelfRequested.into(),
            permission,
        );
        detail.hi_types = vec![HiType::DiagnosticReport];
        detail.care_contexts = vec![ConsentCareContext::new("UHID-1".parse()?, "OPD-1".parse()?)];
        Ok(ConsentNotice::granted(detail, "c2lnbmF0dXJl").into())
    }

    /// Has all documents sent, and waits for the report.
    pub(crate) async fn transfer(&self, number: usize) -> Result<(), Failure> {
        self.ask(number, &self.peer, &self.push_url).await?;
        self.outside.reported.notified().await;
        Ok(())
    }

    /// Has all documents sent to each HIU at once, and waits for the reports.
    pub(crate) async fn transfer_to_all(&self) -> Result<(), Failure> {
        for (number, hiu) in self.outside.hius.iter().enumerate() {
            let peer = hiu.keys.key_material(self.client.now() + TimeDelta::days(1));
            self.ask(number, &peer, &format!("{}/{number}", self.push_url)).await?;
        }
        self.outside.reports(self.outside.hius.len()).await;
        Ok(())
    }

    async fn ask(&self, number: usize, peer: &KeyMaterial, push_url: &str) -> Result<(), Failure> {
        let transaction: TransactionId = format!("transaction-{number}").parse()?;
        let material = KeyMaterialJson::write(peer)?;
        let wanted = HiRequest::new(self.consent.clone(), Self::dates(), push_url, material);
        let request = HealthInformationRequest::new(transaction, wanted);
        self.call_back::<OnHealthInformationRequest>(request).await
    }

    async fn call_back<E>(&self, body: E::Request) -> Result<(), Failure>
    where
        E: Endpoint<Headers = HipHeaders, Path = ()>,
        E::Auth: abdm_core::endpoint::AuthScheme<Credential = ()>,
    {
        let call = Call::<E>::new(body).headers(HipHeaders { hip_id: self.hip_id.clone() });
        let token = AccessToken::new("gateway-token");
        let envelope = Envelope::new(RequestId::random(), self.client.now()).bearer(&token);
        let request = call.to_http(&"http://127.0.0.1".parse()?, &envelope)?;
        let status = self.receiver.handle(request).await.status();
        if status == StatusCode::ACCEPTED { Ok(()) } else { Err(format!("{status}").into()) }
    }
}
