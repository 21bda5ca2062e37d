//! Work on the repository that cargo does not do.
//!
//! `cargo xtask generate` reads the FHIR R4 core definitions and the NRCES profiles from
//! the folder `fhir` below `ABDM_CONTRACT_DIR`, and from `xtask/supplement` what that folder lacks, and
//! writes `crates/fhir-bundles/src/**/generated*` and the list of modifier elements that its tests
//! hold the documentation against. The output is committed, so that nobody else needs the folder.
//! `cargo xtask generate --check` writes nothing and fails when what is committed differs from what
//! would be written.
//!
//! `cargo xtask simulate --seeds 10000` runs the simulation of `tests/simulation` in release; its
//! other options are told by `cargo xtask simulate --help`.
//!
//! `cargo xtask kill-test --store sqlite|postgres [--transfers 50] [--callbacks 10000] [--stale 1000]`
//! kills and stops real processes and checks what became of their work (`tests/processes`). It is
//! built for release, unless `--debug` comes first.

mod definitions;
mod model;
mod modifiers;
mod rules;
mod terminology;

use std::{
    collections::{BTreeMap, BTreeSet},
    env, fs,
    path::{Path, PathBuf},
    process::{Command, ExitCode},
};

use anyhow::{Context as _, bail};

fn main() -> ExitCode {
    match run_task() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("Error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run_task() -> anyhow::Result<()> {
    match env::args().nth(1).as_deref() {
        Some("generate") => generate(),
        Some("simulate") => simulate(),
        Some("kill-test") => kill_test(),
        _ => bail!(
            "usage: cargo xtask generate [--check] | simulate --help | kill-test --store sqlite|postgres"
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
    let is_check = match env::args().nth(2).as_deref() {
        None => false,
        Some("--check") => true,
        Some(other) => bail!("generate knows --check and not {other}"),
    };
    let contract = env::var_os("ABDM_CONTRACT_DIR").context(
        "set ABDM_CONTRACT_DIR to the folder that holds `fhir/r4-core` and `fhir/profiles`",
    )?;
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    let fhir = Path::new(&contract).join("fhir");
    let definitions = definitions::Definitions::load(&fhir, &own.join("supplement"))?;
    let source = own.join("../crates/fhir-bundles/src");
    let modules = [("model", model::files(&definitions)?), ("check", rules::files(&definitions)?)];
    let listed = source.join("../tests/it/modifier_elements.txt");
    let modifiers = modifiers::list(&definitions)?;
    if !is_check {
        fs::write(&listed, modifiers)
            .with_context(|| format!("cannot write {}", listed.display()))?;
        return modules.iter().try_for_each(|(module, files)| write(&source, module, files));
    }
    if fs::read_to_string(&listed)? != modifiers {
        bail!("not as generated: {}; run cargo xtask generate", listed.display());
    }
    let fresh = env::temp_dir().join(format!("abdm-generated-{}", std::process::id()));
    let compared = modules.iter().try_for_each(|(module, files)| {
        write(&fresh, module, files)?;
        compare(&source.join(module), &fresh.join(module))
    });
    fs::remove_dir_all(&fresh).with_context(|| format!("cannot remove {}", fresh.display()))?;
    compared
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
    // The repository's style, wherever the files are written.
    let style = Path::new(env!("CARGO_MANIFEST_DIR")).join("../rustfmt.toml");
    let paths = files.iter().map(|(name, _)| folder.join(name));
    let status = Command::new("rustfmt")
        .args(["--edition", "2024", "--config-path"])
        .arg(style)
        .args(paths)
        .status();
    if !status.context("cannot run rustfmt")?.success() {
        bail!("rustfmt failed");
    }
    println!("{module}: {} files", files.len());
    Ok(())
}

/// Fails when the committed files of a module are not those that were written afresh.
fn compare(committed: &Path, fresh: &Path) -> anyhow::Result<()> {
    let (committed, fresh) = (texts(committed)?, texts(fresh)?);
    let names: BTreeSet<_> = committed.keys().chain(fresh.keys()).collect();
    let differ: Vec<_> =
        names.into_iter().filter(|name| committed.get(*name) != fresh.get(*name)).collect();
    if !differ.is_empty() {
        bail!(
            "not as generated: {}; run cargo xtask generate",
            differ.into_iter().cloned().collect::<Vec<_>>().join(", ")
        );
    }
    Ok(())
}

/// `generated.rs` of a module and the files beside it, by name.
fn texts(module: &Path) -> anyhow::Result<BTreeMap<String, String>> {
    let mut paths = vec![module.join("generated.rs")];
    let inner = module.join("generated");
    for entry in fs::read_dir(&inner).with_context(|| format!("cannot list {}", inner.display()))? {
        paths.push(entry?.path());
    }
    let read = |path: PathBuf| {
        let name = path.strip_prefix(module).unwrap_or(&path).display().to_string();
        let text =
            fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
        Ok((name, text))
    };
    paths.into_iter().map(read).collect()
}
