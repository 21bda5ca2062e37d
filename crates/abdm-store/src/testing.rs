//! A PostgreSQL for tests and benchmarks alone.

use std::ffi::OsString;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

/// A server on a socket in a folder of its own, started from the machine's binaries. It ends with
/// this process, even if that is killed.
#[derive(Debug)]
pub struct PostgresServer {
    url: String,
}

impl PostgresServer {
    /// Starts one; `None` where the machine has no PostgreSQL (`/usr/lib/postgresql`), or it does not
    /// start.
    #[must_use]
    pub fn start() -> Option<Self> {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let binaries = binaries()?;
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let folder = format!("abdm-pg-{}-{number}", std::process::id());
        let folder = std::env::temp_dir().join(folder);
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).ok()?;
        let data = folder.join("data");
        // The server refuses to run as root.
        if is_root() {
            let own = Command::new("chown").arg("postgres").arg(&folder).status().ok()?;
            own.success().then_some(())?;
        }
        run(&binaries, "initdb", |command| {
            command.arg("-D").arg(&data).args(["-U", "postgres", "-A", "trust", "--no-sync", "-N"]);
        })?;
        let mut settings = OsString::from("-c listen_addresses= -c max_connections=400 -k ");
        settings.push(&folder);
        let log = folder.join("log");
        run(&binaries, "pg_ctl", |command| {
            command.arg("-D").arg(&data).arg("-l").arg(&log).arg("-w").arg("-o").arg(&settings);
            command.arg("start");
        })?;
        stop_at_the_end(&binaries, &data);
        let url = format!("postgresql:///postgres?host={}&user=postgres", folder.display());
        Some(Self { url })
    }

    /// Its address.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }
}

/// A watcher stops the server when this process is gone.
fn stop_at_the_end(binaries: &Path, data: &Path) {
    let script = format!(
        "while kill -0 {} 2>/dev/null; do sleep 1; done; {} {}/pg_ctl -D {} -m immediate stop; \
         rm -rf {}",
        std::process::id(),
        if is_root() { "runuser -u postgres --" } else { "" },
        binaries.display(),
        data.display(),
        data.parent().unwrap_or(data).display(),
    );
    let _ = Command::new("sh")
        .args(["-c", &script])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
}

fn is_root() -> bool {
    std::fs::metadata("/proc/self").is_ok_and(|own| own.uid() == 0)
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
