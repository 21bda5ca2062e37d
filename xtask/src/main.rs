//! Work on the repository that cargo does not do.
//!
//! `cargo xtask generate` reads the FHIR R4 core definitions and the NRCES profiles from
//! the folder `fhir` below `ABDM_CONTRACT_DIR` and writes `crates/fhir-bundles/src/**/generated*`.
//! The output is committed, so that nobody else needs the folder.
//!
//! `cargo xtask simulate --seeds 10000` runs the simulation of `tests/simulation` in release; its
//! other options are told by `cargo xtask simulate --help`.
//!
//! `cargo xtask kill-test --store sqlite|postgres [--transfers 50] [--callbacks 10000] [--stale 1000]`
//! kills and stops real processes and checks what became of their work (`tests/processes`). It is
//! built for release, unless `--debug` comes first.

mod definitions;
mod model;
mod rules;
mod terminology;

use std::{env, fs, path::Path, process::Command};

use anyhow::{Context as _, bail};

fn main() -> anyhow::Result<()> {
    match env::args().nth(1).as_deref() {
        Some("generate") => generate(),
        Some("simulate") => simulate(),
        Some("kill-test") => kill_test(),
        _ => bail!(
            "usage: cargo xtask generate | simulate --help | kill-test --store sqlite|postgres"
        ),
    }
}

/// Runs the simulation, optimised: a seed takes milliseconds then.
fn simulate() -> anyhow::Result<()> {
    let arguments = env::args().skip(2);
    run(&["--release", "--package", "abdm-simulation", "--"], arguments)
        .context("the simulation found something, or did not run")
}

/// Kills real processes, built as they would be for a hospital.
fn kill_test() -> anyhow::Result<()> {
    let mut arguments = env::args().skip(2).peekable();
    let debug = arguments.next_if(|first| first == "--debug").is_some();
    let package = ["--package", "abdm-processes", "--", "kill-test"];
    let whole: Vec<&str> = (!debug).then_some("--release").into_iter().chain(package).collect();
    run(&whole, arguments).context("the kill test found something, or did not run")
}

/// Runs a program of this workspace.
fn run(cargo_arguments: &[&str], arguments: impl Iterator<Item = String>) -> anyhow::Result<()> {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let status = Command::new(cargo)
        .args(["run", "--quiet", "--locked"])
        .args(cargo_arguments)
        .args(arguments)
        .status()
        .context("cannot run cargo")?;
    if !status.success() {
        bail!("see above");
    }
    Ok(())
}

fn generate() -> anyhow::Result<()> {
    let contract = env::var_os("ABDM_CONTRACT_DIR").context(
        "set ABDM_CONTRACT_DIR to the folder that holds `fhir/r4-core` and `fhir/profiles`",
    )?;
    let definitions = definitions::Definitions::load(&Path::new(&contract).join("fhir"))?;
    let crate_source = Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/fhir-bundles/src");

    write(&crate_source, "model", &model::files(&definitions)?)?;
    write(&crate_source, "check", &rules::files(&definitions)?)
}

/// Replaces `<module>/generated.rs` and the folder beside it.
fn write(source: &Path, module: &str, files: &[(String, String)]) -> anyhow::Result<()> {
    let folder = source.join(module);
    let inner = folder.join("generated");
    if inner.exists() {
        fs::remove_dir_all(&inner)?;
    }
    for (name, text) in files {
        let path = folder.join(name);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent)?;
        }
        fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))?;
    }
    let paths = files.iter().map(|(name, _)| folder.join(name));
    let status = Command::new("rustfmt").args(["--edition", "2024"]).args(paths).status();
    if !status.context("cannot run rustfmt")?.success() {
        bail!("rustfmt failed");
    }
    println!("{module}: {} files", files.len());
    Ok(())
}
