//! Work on the repository that cargo does not do.
//!
//! `cargo xtask generate` reads the FHIR R4 core definitions and the NRCES profiles from
//! the folder `fhir` below `ABDM_CONTRACT_DIR` and writes `crates/fhir-bundles/src/**/generated*`.
//! The output is committed, so that nobody else needs the folder.
//!
//! `cargo xtask simulate --seeds 10000` runs the simulation of `tests/simulation` in release; its
//! other options are told by `cargo xtask simulate --help`.

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
        _ => bail!("usage: cargo xtask generate | simulate --help"),
    }
}

/// Runs the simulation, optimised: a seed takes milliseconds then.
fn simulate() -> anyhow::Result<()> {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let status = Command::new(cargo)
        .args(["run", "--quiet", "--release", "--locked", "--package", "abdm-simulation", "--"])
        .args(env::args_os().skip(2))
        .status()
        .context("cannot run cargo")?;
    if !status.success() {
        bail!("the simulation found something, or did not run: see above");
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
