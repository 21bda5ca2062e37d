//! PostgreSQL: a server that is there (`ABDM_TEST_POSTGRES`, a URL), or one that the tests start
//! from the machine's binaries. Without either the tests say that they skip; under `CI=true` that
//! is a failure.

mod doors;

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{LazyLock, OnceLock};

use abdm_flow::SealedStore;
use abdm_flow::seal::SealingKey;
use abdm_flow::store::FlowStore;
use abdm_store::{PostgresOptions, PostgresStore};

/// A server of our own, on a socket in a folder of its own. It ends with the tests.
struct Server {
    url: String,
}

static SERVER: LazyLock<Option<Server>> = LazyLock::new(Server::find);

impl Server {
    fn find() -> Option<Self> {
        if let Ok(url) = std::env::var("ABDM_TEST_POSTGRES") {
            return Some(Self { url });
        }
        let found = binaries().and_then(|binaries| Self::start(&binaries));
        if found.is_none() {
            assert!(
                std::env::var("CI").as_deref() != Ok("true"),
                "no PostgreSQL: install it, or set ABDM_TEST_POSTGRES to a URL"
            );
            eprintln!("skipped: no PostgreSQL on this machine, and ABDM_TEST_POSTGRES is not set");
        }
        found
    }

    fn start(binaries: &Path) -> Option<Self> {
        let folder = std::env::temp_dir().join(format!("abdm-pg-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).ok()?;
        let data = folder.join("data");
        // The server refuses to run as root.
        if is_root() {
            let own = Command::new("chown").arg("postgres").arg(&folder).status().ok()?;
            own.success().then_some(())?;
        }
        run(binaries, "initdb", |command| {
            command.arg("-D").arg(&data).args(["-U", "postgres", "-A", "trust", "--no-sync", "-N"]);
        })?;
        let mut settings = OsString::from("-c listen_addresses= -c max_connections=400 -k ");
        settings.push(&folder);
        let log = folder.join("log");
        run(binaries, "pg_ctl", |command| {
            command.arg("-D").arg(&data).arg("-l").arg(&log).arg("-w").arg("-o").arg(&settings);
            command.arg("start");
        })?;
        stop_at_the_end(binaries.to_owned(), data.clone());
        let url = format!("postgresql:///postgres?host={}&user=postgres", folder.display());
        Some(Self { url })
    }
}

/// Statics are never dropped: a watcher stops the server when this process is gone.
fn stop_at_the_end(binaries: PathBuf, data: PathBuf) {
    static ONCE: OnceLock<()> = OnceLock::new();
    ONCE.get_or_init(|| {
        let script = format!(
            "while kill -0 {} 2>/dev/null; do sleep 1; done; {} {}/pg_ctl -D {} -m immediate stop; \
             rm -rf {}",
            std::process::id(),
            if is_root() { "runuser -u postgres --" } else { "" },
            binaries.display(),
            data.display(),
            data.parent().unwrap_or(&data).display(),
        );
        let _ = Command::new("sh")
            .args(["-c", &script])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
    });
}

fn is_root() -> bool {
    std::env::var("HOME").is_ok_and(|home| home == "/root")
}

fn run(binaries: &Path, program: &str, arguments: impl FnOnce(&mut Command)) -> Option<()> {
    let program = binaries.join(program);
    let mut command = if is_root() {
        let mut command = Command::new("runuser");
        command.args(["-u", "postgres", "--"]).arg(program);
        command
    } else {
        Command::new(program)
    };
    arguments(&mut command);
    let status = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status();
    status.ok()?.success().then_some(())
}

/// Where Debian and most others keep the newest server.
fn binaries() -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").ok()?;
    let mut found: Vec<PathBuf> =
        versions.filter_map(|entry| Some(entry.ok()?.path().join("bin"))).collect();
    found.retain(|bin| bin.join("initdb").exists());
    found.sort();
    found.pop()
}

/// The name of a schema that nobody else uses.
fn fresh_schema() -> String {
    static NUMBER: AtomicU64 = AtomicU64::new(0);
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    format!("suite_{}_{number}", std::process::id())
}

/// A store in a schema of its own, or `None` where there is no server.
async fn fresh() -> Option<Arc<dyn FlowStore>> {
    let server = SERVER.as_ref()?;
    let mut options = PostgresOptions::default();
    options.schema = fresh_schema();
    options.connections = 4;
    Some(Arc::new(PostgresStore::connect_with(&server.url, options).await.unwrap()))
}

async fn fresh_sealed() -> Option<Arc<dyn FlowStore>> {
    let ring = SealingKey::generate().unwrap().into();
    let sealed = SealedStore::new(fresh().await?, ring);
    Some(Arc::new(sealed))
}

mod bare {
    abdm_flow::flow_store_tests!(where there is super::fresh());
}

mod sealed {
    abdm_flow::flow_store_tests!(where there is super::fresh_sealed());
}
