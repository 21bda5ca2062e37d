//! One patient's whole journey through ABDM's three milestones, on this machine alone.
//!
//! A clinic enrols a patient and links two visits; a hospital asks for consent; the patient grants it,
//! for the recent visit only; the hospital gets the record, encrypted, and shows it; the patient takes
//! the consent back, and the hospital erases. ABDM and the patient's app are played by the embedded
//! sandbox, over real HTTP, with real keys and signed callbacks.
//!
//! `desk.rs`, `clinic.rs` and `hospital.rs` are what a vendor writes for milestones 1, 2 and 3;
//! `play.rs` directs the play.

mod bridge;
mod cellar;
mod clinic;
mod desk;
mod faults;
mod hospital;
mod play;
mod stage;

use std::path::PathBuf;
use std::process::ExitCode;

use abdm_examples::exit::code;
use abdm_examples::store::Database;
use abdm_sandbox::transcript::Transcript;
use clap::Parser;
use tracing_subscriber::EnvFilter;

use self::play::Play;
use self::stage::Stage;

/// One patient's whole journey through ABDM's three milestones, on this machine alone.
#[derive(Debug, Parser)]
struct Arguments {
    /// Doubled and reordered callbacks, a 500, an expired token, a restart of the hospital: and the
    /// same end
    #[arg(long)]
    faults: bool,
    /// Write every exchange to this file, as one line of JSON each (docs/transcript.md)
    #[arg(long, value_name = "FILE")]
    transcript: Option<PathBuf>,
    /// Where the facilities keep their flows: `memory`, `sqlite:FILE` or `postgres://…` with an empty
    /// database. A file of SQLite that goes at the end, if nothing is said
    #[arg(long, value_name = "DATABASE")]
    store: Option<Database>,
    /// How fast ABDM answers: 1 is the pace of the live sandbox
    #[arg(long, value_name = "SCALE", default_value_t = 0.2)]
    pace: f64,
}

#[tokio::main]
async fn main() -> ExitCode {
    code(run(Arguments::parse()).await)
}

async fn run(arguments: Arguments) -> anyhow::Result<()> {
    tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::try_from_default_env().unwrap_or_else(|_| "error".into()))
        .with_writer(std::io::stderr)
        .init();
    let stage = Stage::open(
        "A patient's journey through ABDM: enrolled by a clinic, her visit shared with a hospital under \
         her consent,\nand forgotten when she says so. All on this machine, in less than half a minute.",
    );
    let transcript = arguments.transcript.as_ref().map(Transcript::to_file).transpose()?;
    let (pace, faults, database) = (arguments.pace, arguments.faults, arguments.store);
    let play = Play::set(stage, pace, faults, database, transcript.clone()).await?;
    let stage = play.run().await?;
    if let (Some(transcript), Some(file)) = (transcript, &arguments.transcript) {
        let exchanges = transcript.finish()?;
        stage.tell(format!("{exchanges} exchanges are written to {}", file.display()));
    }
    stage.close("The journey is complete: every step of milestones 1, 2 and 3 held.");
    Ok(())
}
