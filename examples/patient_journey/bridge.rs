//! A facility's own server: where ABDM's callbacks and other facilities' pushes arrive.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::{Duration, Instant};

use abdm_core::bridge::set_callback_url;
use abdm_core::client::AbdmClient;
use abdm_core::receiver::{listen, serve};
use anyhow::Context as _;
use axum::Router;
use tokio::net::TcpListener;
use tokio::runtime::{Builder, Runtime};
use tokio_util::sync::{CancellationToken, WaitForCancellationFutureOwned};
use tokio_util::task::TaskTracker;

/// How long an address may stay taken by what ended just now.
const FREE_WITHIN: Duration = Duration::from_secs(10);
const PAUSE: Duration = Duration::from_millis(50);

/// The server and the workers behind it, on a runtime of their own: a facility is a process.
pub(crate) struct Bridge {
    runtime: Option<Runtime>,
    listener: Option<TcpListener>,
    address: SocketAddr,
    url: String,
    closing: CancellationToken,
    tasks: TaskTracker,
}

impl Bridge {
    /// Listens on loopback: at this address, or at any free port. An address that a former life has
    /// just left may take a moment to be free.
    pub(crate) async fn listen(address: Option<SocketAddr>) -> anyhow::Result<Self> {
        let runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
        let wanted = address.unwrap_or_else(|| SocketAddr::from((Ipv4Addr::LOCALHOST, 0)));
        // Whole before anything can fail: a runtime must not be dropped here.
        let mut bridge = Self {
            runtime: Some(runtime),
            listener: None,
            address: wanted,
            url: String::new(),
            closing: CancellationToken::new(),
            tasks: TaskTracker::new(),
        };
        let listener = bridge.bind(wanted).await.context("no callback can arrive")?;
        bridge.address = listener.local_addr()?;
        bridge.url = format!("http://{}/abdm", bridge.address);
        bridge.listener = Some(listener);
        Ok(bridge)
    }

    async fn bind(&self, address: SocketAddr) -> anyhow::Result<TcpListener> {
        let runtime = self.runtime.as_ref().context("the facility is closed")?;
        let until = Instant::now() + FREE_WITHIN;
        loop {
            match runtime.spawn(listen(address)).await? {
                Err(_) if Instant::now() < until => tokio::time::sleep(PAUSE).await,
                bound => return Ok(bound?),
            }
        }
    }

    /// The URL under which it is reached.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// Where it listens.
    pub(crate) const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Serves the callbacks of a router, beside whatever else the facility serves.
    pub(crate) fn serve(&mut self, callbacks: Router) {
        let Some(listener) = self.listener.take() else {
            return;
        };
        let app = Router::new().nest("/abdm", callbacks);
        self.spawn(|closing| serve(listener, app, closing));
    }

    /// Starts a worker that ends when `closing` is ready.
    pub(crate) fn spawn<F>(&self, work: impl FnOnce(WaitForCancellationFutureOwned) -> F)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        if let Some(runtime) = &self.runtime {
            let work = work(self.closing.clone().cancelled_owned());
            self.tasks.spawn_on(work, runtime.handle());
        }
    }

    /// Tells ABDM the URL.
    pub(crate) async fn register(&self, client: &AbdmClient) -> anyhow::Result<()> {
        Ok(set_callback_url(client, &self.url).await?)
    }

    /// Ends when everything under way is finished.
    pub(crate) async fn close(mut self) {
        self.closing.cancel();
        self.tasks.close();
        self.tasks.wait().await;
        self.crash();
    }

    /// Ends at once: every task, every connection.
    pub(crate) fn crash(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

/// A runtime must not end inside another one's task by waiting.
impl Drop for Bridge {
    fn drop(&mut self) {
        self.crash();
    }
}
