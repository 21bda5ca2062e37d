//! A small clinic that is a whole HIP: patients, visits and records of all eight kinds in its own SQLite
//! tables, in the same file as its flows.
//!
//! `--demo` plays a day on a sandbox inside the program. Otherwise it serves, until SIGTERM, the gateway
//! that `--base-url` or `--env` names: `--help`, and `examples/README.md`.
//!
//! What a vendor writes: `schema`, `desk`, `queue` and `documents` are the hospital's software;
//! `hospital`, `register`, `messages`, `reception`, `preparer` and `old_visits` are its answers to the SDK.

mod clinic;
mod day;
mod desk;
mod documents;
mod error;
mod hospital;
mod import;
mod messages;
mod old_visits;
mod preparer;
mod queue;
mod reception;
mod register;
mod schema;
#[cfg(test)]
mod tests;

use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use abdm_examples::exit::code;
use abdm_examples::hip_program::{HipProgram, Options, Stop, log_to_stderr, until_told_to_end};
use abdm_examples::store::Database;
use clap::Parser;

use self::clinic::Clinic;

/// Where the clinic is kept, unless something else is said.
const FILE: &str = "clinic.db";

/// A small clinic on SQLite that is a whole HIP.
#[derive(Debug, Parser)]
#[command(name = "clinic_hip")]
struct Arguments {
    #[command(flatten)]
    options: Options,
    /// Play a day of the clinic on a sandbox inside this program, unattended
    #[arg(long, conflicts_with_all = ["base_url", "link_all", "control", "no_register"])]
    demo: bool,
}

#[tokio::main]
async fn main() -> ExitCode {
    let Arguments { options, demo } = Arguments::parse();
    log_to_stderr();
    code(until_told_to_end(!demo, |stop| run(options, demo, stop)).await)
}

async fn run(mut options: Options, demo: bool, stop: Stop) -> anyhow::Result<()> {
    // The embedded sandbox goes with the program, and so does what was linked there.
    let room = tempfile::tempdir()?;
    if demo && options.environment()?.is_some() {
        anyhow::bail!("--demo plays on a sandbox inside this program: leave --env out");
    }
    if options.environment()?.is_none() && options.store.is_none() {
        options.store = Some(Database::Sqlite(room.path().join(FILE)));
        options.key_file = options.key_file.or_else(|| Some(room.path().join("sealing.key")));
    }
    let flows = options.store.get_or_insert_with(|| Database::Sqlite(FILE.into())).clone();
    let (takes_over, name) = (!demo || options.records.is_some(), options.hip_name.clone());
    let program = HipProgram::open(options, stop).await?;
    let clinic = Clinic::open(&flows, program.hip_id.clone(), &name, program.events.clone())?;
    if takes_over {
        clinic.import(program.records()?).await?;
    }
    let own = || clinic.clone();
    let builder = program.hip().await?.hospital(own()).patients(own(), own());
    // The records of a visit become final together here: there is little to wait for.
    let builder = builder.record_preparer(own()).gather_for(Duration::from_secs(1));
    let hip = builder.reception(own()).old_visits(own()).build()?;
    if !demo {
        return program.serve(hip, Arc::new(own())).await;
    }
    let serving = program.start(hip);
    serving.register().await?;
    let played = day::play(&serving, &clinic).await;
    serving.close().await;
    played
}
