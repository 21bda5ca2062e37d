//! The state file: what a restart keeps, and how the file is written.

mod every_part;
mod file;
mod goes_on;
mod story;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use abdm_core::clock::{Clock, SystemClock};
use abdm_sandbox::{Sandbox, SandboxBuilder, SandboxError, Switches};
use chrono::{DateTime, Utc};
use serde_json::Value;

/// A folder of one test.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("abdm-sandbox-state-{}-{count}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }

    fn file(&self) -> PathBuf {
        self.0.join("sandbox.json")
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _gone = std::fs::remove_dir_all(&self.0);
    }
}

/// A clock that stands still: what waits by the sandbox's clock is due when a test moves it.
#[derive(Debug)]
struct Still(DateTime<Utc>);

impl Clock for Still {
    fn now(&self) -> DateTime<Utc> {
        self.0
    }
}

/// A sandbox that is ended and started again, at the same address.
struct Life {
    folder: Folder,
    clock: Arc<Still>,
    sandbox: Sandbox,
}

impl Life {
    async fn begin(change: impl FnOnce(&mut Switches)) -> Self {
        let (folder, clock) = (Folder::new(), Arc::new(Still(SystemClock.now())));
        let mut switches = Switches::quick();
        change(&mut switches);
        let builder = Self::builder(&folder, &clock).switches(switches);
        let sandbox = builder.start().await.unwrap();
        assert!(!sandbox.was_restored());
        Self { folder, clock, sandbox }
    }

    fn builder(folder: &Folder, clock: &Arc<Still>) -> SandboxBuilder {
        Sandbox::builder().clock(Arc::clone(clock) as Arc<dyn Clock>).state(folder.file())
    }

    fn again(&self, address: SocketAddr) -> SandboxBuilder {
        Self::builder(&self.folder, &self.clock).listen(address)
    }

    /// Ends it in order, and starts it again without a word about switches.
    async fn restart(&mut self) {
        let address = self.sandbox.address();
        self.end().await;
        self.sandbox = self.again(address).start().await.unwrap();
        assert!(self.sandbox.was_restored());
    }

    async fn end(&self) {
        self.sandbox.clone().shut_down().await;
        let state = self.sandbox.state().unwrap();
        assert_eq!((state.unsaved, state.problem), (false, None));
    }

    /// What stands in the file.
    fn saved(&self) -> Value {
        let text = std::fs::read_to_string(self.folder.file()).unwrap();
        serde_json::from_str(&text).unwrap()
    }

    /// Waits until this stands in the file.
    async fn until_saved(&self, what: &str, is_so: impl Fn(&Value) -> bool) {
        for _ in 0..400 {
            let text = std::fs::read_to_string(self.folder.file()).unwrap_or_default();
            if serde_json::from_str(&text).is_ok_and(|saved| is_so(&saved)) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("{what} is not saved");
    }
}

/// The text of the error with which a sandbox does not start.
async fn refused(builder: SandboxBuilder) -> String {
    match builder.start().await {
        Err(error @ SandboxError::State(_)) => error.to_string(),
        other => panic!("{other:?}"),
    }
}
