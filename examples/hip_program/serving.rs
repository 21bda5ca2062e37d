//! A HIP program from its options to its end.

use std::convert::Infallible;
use std::future::pending;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use abdm_core::environment::Family;
use abdm_core::id::HipId;
use abdm_core::receiver::{listen, serve};
use abdm_flow::SealedStore;
use abdm_flow::store::FlowStore;
use abdm_sandbox::Sandbox;
use anyhow::{Context as _, bail};
use axum::http::StatusCode;
use axum::{Json, Router, routing::get};
use hip_services::{Hip, HipBuilder};
use serde_json::json;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tracing_subscriber::EnvFilter;

use super::control;
use super::key::sealing_key;
use super::registration::{check_facility, register};
use super::{Desk, EventLines, Options, Records, Stop, link_all};
use crate::connection::Connection;
use crate::mount::mounted;
use crate::store::Database;

/// Where callbacks arrive, unless a callback URL says otherwise.
const MOUNT: &str = "/abdm";
/// How long what is under way may take to end.
const ENDING: Duration = Duration::from_secs(30);

/// What is ready before the hospital is: the way to ABDM, a store with its key, a listener.
#[derive(Debug)]
#[non_exhaustive]
pub struct HipProgram {
    /// The way to ABDM.
    pub connection: Connection,
    /// The facility.
    pub hip_id: HipId,
    /// Where events are written.
    pub events: EventLines,
    options: Options,
    store: Arc<dyn FlowStore>,
    database: Database,
    listener: TcpListener,
    url: String,
    stop: Stop,
}

/// One line for each thing that an operator should see, to standard error. `RUST_LOG` says more.
pub fn log_to_stderr() {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| "warn".into());
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
}

impl HipProgram {
    /// Opens what the options name; where they name no ABDM, an embedded sandbox. `stop` ends it when it
    /// serves.
    ///
    /// # Errors
    /// When something is missing or cannot be opened; the message says what to do.
    pub async fn open(options: Options, stop: Stop) -> anyhow::Result<Self> {
        let environment = options.environment()?;
        let hip_id = options.hip_id(environment.as_ref())?;
        let events = EventLines::to(options.events.as_deref())?;
        let connection = match environment {
            Some(environment) => Connection::to(environment, &options.settings, options.pushes())?,
            None => {
                let embedded = Connection::embedded().await?;
                if let Some(sandbox) = &embedded.sandbox {
                    sandbox.register_examples()?;
                    sandbox.set(|switches| switches.patient_app_pulls = true)?;
                }
                embedded
            }
        };
        let database = options.store.clone().unwrap_or(Database::Memory);
        let store = database.open().await?;
        let wanted = options.settings.listen.unwrap_or_else(|| {
            // A free port is good where nobody has to know it beforehand.
            let port = if connection.sandbox.is_some() { 0 } else { 8080 };
            SocketAddr::from((Ipv4Addr::LOCALHOST, port))
        });
        let listener = listen(wanted).await.context("choose another address with --listen")?;
        let url = callback_url(&options, listener.local_addr()?)?;
        Ok(Self { connection, hip_id, events, options, store, database, listener, url, stop })
    }

    /// The embedded sandbox, while it plays ABDM.
    #[must_use]
    pub const fn sandbox(&self) -> Option<&Sandbox> {
        self.connection.sandbox.as_ref()
    }

    /// The options.
    #[must_use]
    pub const fn options(&self) -> &Options {
        &self.options
    }

    /// The patients and records of the file that the options name, for this facility.
    ///
    /// # Errors
    /// As [`Records::open`].
    pub fn records(&self) -> anyhow::Result<Records> {
        Records::open(self.options.records.as_deref(), &self.hip_id, &self.options.hip_name)
    }

    /// The beginning of the HIP: facility, client, store, key. The hospital is missing.
    ///
    /// # Errors
    /// When the key cannot be used, or is not the store's.
    pub async fn hip(&self) -> anyhow::Result<HipBuilder> {
        let key = sealing_key(&self.options, &self.database)?;
        let text = key.expose_base64();
        let again = abdm_core::seal::SealingKey::from_base64(&text)?;
        SealedStore::new(Arc::clone(&self.store), again.into()).check().await?;
        let mut builder = Hip::builder(self.hip_id.clone(), self.connection.client.clone())
            .node(format!("{}-1", self.hip_id))
            .store(Arc::clone(&self.store), key);
        if let Some(otp) = self.options.link_otp()? {
            eprintln!(
                "WARNING: every patient who links gets the same OTP (--link-otp). Anybody who knows it \
                 can link anybody's records: for trials alone."
            );
            builder = builder.fixed_link_otp(otp);
        }
        Ok(builder)
    }

    /// Takes callbacks and works. ABDM does not know of it yet: see [`Serving::register`].
    #[must_use]
    pub fn start(self, hip: Hip) -> Serving {
        let (closing, finishing) = (CancellationToken::new(), CancellationToken::new());
        let app = Router::new().route("/health", get(health)).with_state(hip.clone());
        let app = app.merge(mounted(hip.router(), &self.url));
        let server = tokio::spawn(serve(self.listener, app, closing.clone().cancelled_owned()));
        let (worker, finish) = (hip.clone(), finishing.clone());
        let work = tokio::spawn(async move { worker.run(finish.cancelled_owned()).await });
        Serving {
            hip,
            connection: self.connection,
            events: self.events,
            options: self.options,
            url: self.url,
            closing,
            finishing,
            server,
            work,
        }
    }

    /// Serves until it is told to end ([`until_told_to_end`](super::until_told_to_end)), and ends when what
    /// was taken is finished.
    ///
    /// # Errors
    /// When the callback URL cannot be registered, or what the options want cannot be done.
    pub async fn serve(self, hip: Hip, desk: Arc<dyn Desk>) -> anyhow::Result<()> {
        tell_unlinkable(&hip, &*desk).await?;
        let address = self.listener.local_addr()?;
        println!("HIP {} listens at http://{address}, callbacks come to {}", self.hip_id, self.url);
        let stop = self.stop.clone();
        stop.is_serving();
        let serving = self.start(hip);
        let served = tokio::select! {
            failed = serving.until_it_fails(desk) => failed.map(|never| match never {}),
            () = stop.told() => Ok(()),
        };
        serving.close().await;
        if served.is_ok() {
            println!("ended");
        }
        served
    }
}

/// A HIP that takes callbacks and works.
#[derive(Debug)]
#[non_exhaustive]
pub struct Serving {
    /// The HIP.
    pub hip: Hip,
    /// The way to ABDM.
    pub connection: Connection,
    /// Where events are written.
    pub events: EventLines,
    /// The options.
    pub options: Options,
    url: String,
    closing: CancellationToken,
    finishing: CancellationToken,
    server: JoinHandle<()>,
    work: JoinHandle<()>,
}

impl Serving {
    /// Registers the URL, does what the options want, and takes orders.
    async fn until_it_fails(&self, desk: Arc<dyn Desk>) -> anyhow::Result<Infallible> {
        if let Some(sandbox) = &self.connection.sandbox {
            println!("a sandbox inside this program plays ABDM at {}", sandbox.base_url());
        }
        self.register().await?;
        let client = &self.connection.client;
        match check_facility(client, self.hip.hip_id()).await {
            // What nobody hears of must not look as if it went well.
            Err(unknown) if self.options.link_all => return Err(unknown.into()),
            Err(unknown) => eprintln!("WARNING: {unknown}"),
            Ok(()) => {}
        }
        println!("serving, until Ctrl-C or SIGTERM");
        if self.options.link_all {
            let begun = link_all(&self.hip, &*desk, None, &self.events).await?;
            println!("linking the visits of {begun} patients");
        }
        let _orders = control::take(self, desk).await?;
        pending().await
    }

    /// Tells ABDM the callback URL, unless the options say that it knows.
    ///
    /// # Errors
    /// When ABDM does not take it.
    pub async fn register(&self) -> anyhow::Result<()> {
        if self.options.no_register {
            return Ok(());
        }
        register(&self.connection.client, &self.url).await?;
        let gateway = self.connection.client.environment().base(Family::Gateway);
        self.events
            .line("registered", json!({ "callbackUrl": self.url, "gateway": gateway.as_str() }));
        Ok(())
    }

    /// Where ABDM calls.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Ends: no callback is taken any more, what was taken is finished.
    pub async fn close(self) {
        self.closing.cancel();
        let ended = async {
            let _served = self.server.await;
            self.finishing.cancel();
            let _worked = self.work.await;
        };
        if tokio::time::timeout(ENDING, ended).await.is_err() {
            eprintln!("something is still under way; it goes on at the next start");
        }
        self.events.line("ended", json!({}));
    }
}

/// Tells whose visits ABDM would not take, before anybody tries.
async fn tell_unlinkable(hip: &Hip, desk: &dyn Desk) -> anyhow::Result<()> {
    for wish in desk.to_link(None).await? {
        // Made and dropped: whatever is wrong with its form is told without sending it.
        if let Err(error) = hip.link_message(hip.hip_id(), "form", &wish).await {
            eprintln!("warning: the visits of {} cannot be linked: {error}", wish.reference);
        }
    }
    Ok(())
}

/// Whether the program works.
async fn health(hip: axum::extract::State<Hip>) -> (StatusCode, Json<serde_json::Value>) {
    match hip.engine().health().await {
        Ok(health) if health.failures == 0 => {
            (StatusCode::OK, Json(json!({ "status": "up", "hipId": hip.hip_id() })))
        }
        _ => (StatusCode::SERVICE_UNAVAILABLE, Json(json!({ "status": "store unavailable" }))),
    }
}

/// The URL under which ABDM reaches the listener.
fn callback_url(options: &Options, listens: SocketAddr) -> anyhow::Result<String> {
    if let Some(url) = &options.settings.callback_url {
        return Ok(url.trim_end_matches('/').to_owned());
    }
    if listens.ip().is_unspecified() {
        bail!("give --callback-url: the URL under which ABDM reaches {listens}");
    }
    Ok(format!("http://{listens}{MOUNT}"))
}
