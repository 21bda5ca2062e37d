//! The program: ABDM at a port of this machine, with people, clients and facilities in it.

use std::io::Write as _;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use abdm_sandbox::transcript::{Party, Transcript};
use abdm_sandbox::{Facility, Role, Sandbox, Switches};
use anyhow::Context as _;
use clap::Parser;
use tracing_subscriber::EnvFilter;

/// ABDM on your own machine: session, ABHA, gateway, consent manager and a patient's PHR app.
#[derive(Debug, Parser)]
#[command(version, about, after_help = AFTER_HELP)]
struct Arguments {
    /// Where to listen
    #[arg(long, env = "ABDM_LISTEN", default_value = "127.0.0.1:9000")]
    listen: SocketAddr,
    /// The port alone: short for `--listen 127.0.0.1:PORT`
    #[arg(long, conflicts_with = "listen")]
    port: Option<u16>,
    /// A switch, as `name=value`; may be given several times
    #[arg(long = "switch", value_name = "NAME=VALUE")]
    switches: Vec<String>,
    /// Make every OTP this one, for runs without a person
    #[arg(long, env = "ABDM_SANDBOX_OTP", value_name = "SIX DIGITS")]
    otp: Option<String>,
    /// Write every exchange as a JSON line, secrets masked
    #[arg(long, env = "ABDM_TRANSCRIPT", value_name = "FILE")]
    transcript: Option<PathBuf>,
    /// A client of your own beside those that are there; its secret is read from ABDM_CLIENT_SECRET
    #[arg(long, env = "ABDM_CLIENT_ID")]
    client_id: Option<String>,
    /// The HIP of that client
    #[arg(long, env = "ABDM_HIP_ID")]
    hip_id: Option<String>,
    /// The HIU of that client
    #[arg(long, env = "ABDM_HIU_ID")]
    hiu_id: Option<String>,
}

const AFTER_HELP: &str = "\
The page docs/sandbox.md has curl lines for every step. `GET /sandbox/switches` lists the switches.
RUST_LOG sets what is logged to standard error.";

/// The clients that are always there. Their secrets are no secrets: they open nothing but this.
const CLINIC: (&str, &str) = ("SBX_CLINIC", "clinic-secret-not-real");
const HOSPITAL: (&str, &str) = ("SBX_HOSPITAL", "hospital-secret-not-real");
const CLINIC_FACILITY: &str = "IN2710000001";
const HOSPITAL_FACILITY: &str = "IN2710000002";

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("warn"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    let arguments = Arguments::parse();
    let transcript = arguments.transcript.as_ref().map(Transcript::to_file).transpose();
    let transcript = transcript.context("the transcript file cannot be made")?;
    let sandbox = start(&arguments, transcript.clone()).await?;
    register(&sandbox, &arguments)?;
    print!("{}", welcome(&sandbox, &arguments));
    std::io::stdout().flush()?;
    ended().await?;
    println!("\nshutting down");
    sandbox.shut_down().await;
    if let (Some(transcript), Some(path)) = (transcript, &arguments.transcript) {
        println!("{} exchanges in {}", transcript.finish()?, path.display());
    }
    Ok(())
}

async fn start(arguments: &Arguments, transcript: Option<Transcript>) -> anyhow::Result<Sandbox> {
    let mut switches = Switches::default();
    for switch in &arguments.switches {
        let (name, value) = switch
            .split_once('=')
            .with_context(|| format!("`--switch {switch}`: it must look like name=value"))?;
        switches.set(name.trim(), value.trim())?;
    }
    if let Some(otp) = &arguments.otp {
        let six = otp.len() == 6 && otp.bytes().all(|b| b.is_ascii_digit());
        anyhow::ensure!(six, "`--otp`: it must be six digits");
        switches.fixed_otp = Some(otp.clone());
    }
    let listen = match arguments.port {
        Some(port) => SocketAddr::from((Ipv4Addr::LOCALHOST, port)),
        None => arguments.listen,
    };
    let mut builder = Sandbox::builder().listen(listen).switches(switches).show_otps();
    if let Some(transcript) = transcript {
        builder = builder.observe(transcript);
    }
    Ok(builder.start().await?)
}

fn register(sandbox: &Sandbox, arguments: &Arguments) -> anyhow::Result<()> {
    sandbox.register_client(CLINIC.0, CLINIC.1, Party::Clinic);
    sandbox.register_client(HOSPITAL.0, HOSPITAL.1, Party::Hospital);
    let clinic = Facility::new(CLINIC_FACILITY, "Example Clinic", Role::Both, CLINIC.0);
    sandbox.register_facility(clinic)?;
    let hospital = Facility::new(HOSPITAL_FACILITY, "Test Hospital", Role::Both, HOSPITAL.0);
    sandbox.register_facility(hospital)?;
    let Some(id) = &arguments.client_id else {
        return Ok(());
    };
    let secret = std::env::var("ABDM_CLIENT_SECRET")
        .context("a client id was given: its secret is expected in ABDM_CLIENT_SECRET")?;
    sandbox.register_client(id.as_str(), secret, Party::Other(id.clone()));
    let facilities = match (&arguments.hip_id, &arguments.hiu_id) {
        (Some(hip), Some(hiu)) if hip == hiu => vec![(hip, Role::Both)],
        (hip, hiu) => {
            let hip = hip.iter().map(|id| (id, Role::Hip));
            hip.chain(hiu.iter().map(|id| (id, Role::Hiu))).collect()
        }
    };
    for (facility, role) in facilities {
        sandbox.register_facility(Facility::new(facility, "Your Facility", role, id.as_str()))?;
    }
    Ok(())
}

/// What a person at the terminal needs to begin.
fn welcome(sandbox: &Sandbox, arguments: &Arguments) -> String {
    let url = sandbox.base_url();
    let mut text = format!(
        "ABDM sandbox at {url}\n\n\
         clients\n\
         \x20 {:<14} {:<26} facility {CLINIC_FACILITY}\n\
         \x20 {:<14} {:<26} facility {HOSPITAL_FACILITY}\n",
        CLINIC.0, CLINIC.1, HOSPITAL.0, HOSPITAL.1,
    );
    if let Some(id) = &arguments.client_id {
        text.push_str(&format!("  {id:<14} (secret from ABDM_CLIENT_SECRET)\n"));
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

/// Waits for Ctrl-C or the service manager.
async fn ended() -> anyhow::Result<()> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let mut terminate = signal(SignalKind::terminate())?;
        tokio::select! {
            interrupted = tokio::signal::ctrl_c() => interrupted?,
            _ = terminate.recv() => {}
        }
    }
    #[cfg(not(unix))]
    tokio::signal::ctrl_c().await?;
    Ok(())
}
