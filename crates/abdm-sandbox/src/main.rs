//! The program: ABDM at a port of this machine, with people, clients and facilities in it.

use std::ffi::OsString;
use std::io::Write as _;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::process::ExitCode;

use abdm_core::id::HipId;
use abdm_core::receiver::shutdown_signal;
use abdm_sandbox::examples::{CLINIC, ExampleClient, HOSPITAL};
use abdm_sandbox::transcript::{Party, Transcript};
use abdm_sandbox::{Facility, Role, Sandbox, SandboxError};
use anyhow::Context as _;
use clap::error::ErrorKind;
use clap::parser::ValueSource;
use clap::{CommandFactory as _, FromArgMatches as _, Parser};
use tracing_subscriber::EnvFilter;

/// ABDM on your own machine: session, ABHA numbers and addresses, gateway, consent manager and a
/// patient's PHR app.
#[derive(Debug, Parser)]
#[command(version, about, after_help = AFTER_HELP)]
struct Arguments {
    /// Where to listen
    #[arg(long, env = "ABDM_LISTEN", default_value = "127.0.0.1:9000")]
    listen: SocketAddr,
    /// The port alone: short for `--listen 127.0.0.1:PORT`, whatever ABDM_LISTEN says
    #[arg(long)]
    port: Option<u16>,
    /// A switch, as `name=value`; may be given several times
    #[arg(long = "switch", value_name = "NAME=VALUE")]
    switches: Vec<String>,
    /// Make every OTP this one, for runs without a person
    #[arg(long, env = "ABDM_SANDBOX_OTP", value_name = "SIX DIGITS")]
    otp: Option<String>,
    /// Keep everything in this file, and go on from it when it is there; only its owner can read
    /// it. Without it, everything is lost when the program ends
    #[arg(long, env = "ABDM_STATE", value_name = "FILE")]
    state: Option<PathBuf>,
    /// Write every exchange as a JSON line, secrets masked
    #[arg(long, env = "ABDM_TRANSCRIPT", value_name = "FILE")]
    transcript: Option<PathBuf>,
    /// The address that others reach it by, when it is another: of a container, of a proxy
    #[arg(long, env = "ABDM_PUBLIC_URL", value_name = "URL")]
    public_url: Option<String>,
    /// Certificates (PEM) that callbacks over HTTPS trust beside the usual roots
    #[arg(long, env = "ABDM_CALLBACK_CA", value_name = "FILE")]
    callback_ca: Option<PathBuf>,
    /// A client of your own beside those that are there
    #[arg(long, env = "ABDM_CLIENT_ID")]
    client_id: Option<String>,
    /// A file with the secret of that client (or set ABDM_CLIENT_SECRET)
    #[arg(long, env = "ABDM_CLIENT_SECRET_FILE")]
    client_secret_file: Option<PathBuf>,
    /// The HIP of that client
    #[arg(long, env = "ABDM_HIP_ID")]
    hip_id: Option<String>,
    /// The HIU of that client
    #[arg(long, env = "ABDM_HIU_ID")]
    hiu_id: Option<String>,
}

impl Arguments {
    /// Reads the command line, then the environment.
    ///
    /// Two flags that say where to listen contradict each other; a flag and the environment do not,
    /// the flag wins.
    fn read(line: impl IntoIterator<Item = OsString>) -> Result<Self, clap::Error> {
        let mut command = Self::command();
        let matches = command.try_get_matches_from_mut(line)?;
        let given = |id: &str| matches.value_source(id) == Some(ValueSource::CommandLine);
        if given("listen") && given("port") {
            let text = "`--listen` and `--port` both say where to listen: give one of them";
            return Err(command.error(ErrorKind::ArgumentConflict, text));
        }
        Self::from_arg_matches(&matches)
    }

    /// The secret of your own client.
    fn client_secret(&self) -> anyhow::Result<String> {
        let secret = match (&self.client_secret_file, std::env::var("ABDM_CLIENT_SECRET")) {
            (Some(file), _) => std::fs::read_to_string(file)
                .with_context(|| format!("cannot read the secret from {}", file.display()))?,
            (None, Ok(secret)) => secret,
            (None, Err(_)) => anyhow::bail!(
                "a client id was given without its secret: set ABDM_CLIENT_SECRET or give \
                 --client-secret-file"
            ),
        };
        Ok(secret.trim().to_owned())
    }
}

const AFTER_HELP: &str = "\
The page docs/sandbox.md has curl lines for every step, docs/sandbox-control.md those of the sandbox's own API.
RUST_LOG sets what is logged to standard error.";

/// What goes wrong is told in one line, without a backtrace.
#[tokio::main]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("Error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> anyhow::Result<()> {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("warn"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .log_internal_errors(false)
        .init();
    let asked_to_end = shutdown_signal()?;
    let arguments = Arguments::read(std::env::args_os()).unwrap_or_else(|error| error.exit());
    let transcript = arguments.transcript.as_ref().map(Transcript::to_file).transpose();
    let transcript = transcript.context("the transcript file cannot be made")?;
    let own = OwnClient::of(&arguments)?;
    let sandbox = start(&arguments, own, transcript.clone()).await?;
    say(&welcome(&sandbox, &arguments));
    asked_to_end.await;
    say("\nshutting down\n");
    sandbox.clone().shut_down().await;
    if let Some(state) = sandbox.state() {
        let file = state.file.display();
        if let Some(problem) = state.problem {
            anyhow::bail!("what has changed since it was last written is lost: {problem}");
        }
        say(&format!("the state is in {file}\n"));
    }
    if let (Some(transcript), Some(path)) = (transcript, &arguments.transcript) {
        say(&format!("{} exchanges in {}\n", transcript.finish()?, path.display()));
    }
    Ok(())
}

/// Writes to standard output. Whoever reads the address there and closes the pipe has what they
/// want.
fn say(text: &str) {
    let mut out = std::io::stdout().lock();
    let _closed = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}

async fn start(
    arguments: &Arguments,
    own: Option<OwnClient>,
    transcript: Option<Transcript>,
) -> anyhow::Result<Sandbox> {
    let mut builder = Sandbox::builder().show_otps();
    for switch in &arguments.switches {
        let (name, value) = switch
            .split_once('=')
            .with_context(|| format!("`--switch {switch}`: it must look like name=value"))?;
        builder = builder.switch(name.trim(), value.trim())?;
    }
    if let Some(otp) = &arguments.otp {
        builder = builder.switch("fixed_otp", &format!("\"{otp}\"")).context("`--otp`")?;
    }
    let listen = match arguments.port {
        Some(port) => SocketAddr::from((Ipv4Addr::LOCALHOST, port)),
        None => arguments.listen,
    };
    builder = builder.listen(listen);
    if let Some(file) = &arguments.state {
        builder = builder.state(file);
    }
    if let Some(url) = &arguments.public_url {
        builder = builder.public_url(url);
    }
    if let Some(file) = &arguments.callback_ca {
        let pem = std::fs::read(file);
        let place = || format!("cannot read the certificates from {}", file.display());
        builder = builder.callback_ca(pem.with_context(place)?);
    }
    if let Some(transcript) = transcript {
        builder = builder.observe(transcript);
    }
    builder = builder.before_serving(move |sandbox| {
        // The examples are in a state file, unless they were deleted.
        if !sandbox.was_restored() {
            sandbox.register_examples()?;
        }
        own.map_or(Ok(()), |own| own.register(sandbox))
    });
    match builder.start().await {
        Err(SandboxError::Listen(error)) => anyhow::bail!("{error} (`--port`, 0 for any)"),
        started => Ok(started?),
    }
}

/// The user's own client, with its facilities.
struct OwnClient {
    id: String,
    secret: String,
    facilities: Vec<(HipId, Role)>,
}

impl OwnClient {
    fn of(arguments: &Arguments) -> anyhow::Result<Option<Self>> {
        let Some(id) = &arguments.client_id else {
            return Ok(None);
        };
        // The rule of service ids is one, whatever the role.
        let read = |flag: &'static str, id: &Option<String>| {
            let id = id.as_deref().map(HipId::new).transpose();
            id.with_context(|| format!("`{flag}` is no facility id"))
        };
        let hip = read("--hip-id", &arguments.hip_id)?;
        let hiu = read("--hiu-id", &arguments.hiu_id)?;
        let facilities = match (hip, hiu) {
            (Some(hip), Some(hiu)) if hip == hiu => vec![(hip, Role::Both)],
            (hip, hiu) => {
                let hip = hip.map(|id| (id, Role::Hip));
                hip.into_iter().chain(hiu.map(|id| (id, Role::Hiu))).collect()
            }
        };
        Ok(Some(Self { id: id.clone(), secret: arguments.client_secret()?, facilities }))
    }

    fn register(self, sandbox: &Sandbox) -> Result<(), SandboxError> {
        let Self { id, secret, facilities } = self;
        sandbox.register_client(id.as_str(), secret, Party::Other(id.clone()));
        for (facility, role) in facilities {
            let facility = Facility::new(facility.as_str(), "Your Facility", role, id.as_str());
            sandbox.register_facility(facility)?;
        }
        Ok(())
    }
}

/// What a person at the terminal needs to begin.
fn welcome(sandbox: &Sandbox, arguments: &Arguments) -> String {
    let url = sandbox.base_url();
    let mut text = format!("ABDM sandbox at {url}\n");
    if let Some(state) = sandbox.state() {
        let verb = if sandbox.was_restored() { "goes on from" } else { "everything is kept in" };
        text.push_str(&format!("{verb} {}\n", state.file.display()));
    }
    text.push_str("\nclients\n");
    for example in [CLINIC, HOSPITAL].into_iter().filter(|example| sandbox.has_example(example)) {
        let ExampleClient { id, secret, facility, .. } = example;
        text.push_str(&format!("  {id:<14} {secret:<26} facility {facility}\n"));
    }
    if let Some(id) = &arguments.client_id {
        text.push_str(&format!("  {id:<14} (the secret that you gave)\n"));
    }
    text.push_str("\npeople                Aadhaar         mobile      ABHA\n");
    for person in sandbox.patients() {
        let mut abha = match (&person.abha_number, &person.abha_address) {
            (Some(number), Some(address)) => format!("{} {address}", number.to_dashed()),
            (None, Some(address)) => address.to_string(),
            _ => "none yet".to_owned(),
        };
        if let Some(note) = person.note {
            abha.push_str(&format!(" ({note})"));
        }
        let aadhaar = person.aadhaar.as_ref().map_or("-", |aadhaar| aadhaar.expose());
        let mobile = person.mobile.expose();
        text.push_str(&format!("  {:<19} {aadhaar:<15} {mobile:<11} {abha}\n", person.name));
    }
    text.push_str(&format!(
        "\nOTPs appear here and at {url}/sandbox/otps; Ctrl-C ends the sandbox.\n"
    ));
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &[&str]) -> Result<Arguments, clap::Error> {
        Arguments::read(["abdm-sandbox"].iter().chain(line).map(OsString::from))
    }

    #[test]
    fn a_port_and_an_address_contradict_each_other() {
        assert_eq!(read(&["--port", "9001"]).unwrap().port, Some(9001));
        let both = read(&["--port", "9001", "--listen", "127.0.0.1:9002"]).unwrap_err();
        assert_eq!(both.kind(), ErrorKind::ArgumentConflict);
    }

    #[test]
    fn a_facility_id_of_an_impossible_form_is_refused_before_anything_starts() {
        let line =
            ["--client-id", "SBX_OWN", "--client-secret-file", "/dev/null", "--hip-id", "a b"];
        let error = OwnClient::of(&read(&line).unwrap()).err().unwrap().to_string();
        assert_eq!(error, "`--hip-id` is no facility id");
    }

    #[test]
    fn a_secret_comes_from_its_file_without_the_line_end() {
        let file = std::env::temp_dir().join(format!("abdm-sandbox-{}", std::process::id()));
        std::fs::write(&file, "not-a-secret\n").unwrap();
        let flag = file.to_str().unwrap().to_owned();
        let arguments = read(&["--client-id", "SBX_OWN", "--client-secret-file", &flag]).unwrap();
        assert_eq!(arguments.client_secret().unwrap(), "not-a-secret");
        std::fs::remove_file(&file).unwrap();
        let error = arguments.client_secret().unwrap_err().to_string();
        assert!(error.contains("cannot read the secret"), "{error}");
    }
}
