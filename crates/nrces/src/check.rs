use std::{
    io::{IsTerminal as _, stderr},
    path::{Path, PathBuf},
};

use fhir_bundles::{
    DocumentBundle, HiType,
    check::{Finding, Report, Severity},
};
use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;

use crate::{Outcome, files, output};

/// How files are checked and what is printed.
pub(crate) struct Options {
    /// The type that every record is to be of.
    pub(crate) kind: Option<HiType>,
    pub(crate) as_json: bool,
    pub(crate) errors_only: bool,
}

/// Checks files and prints what was found.
pub(crate) fn run(paths: &[PathBuf], options: &Options) -> anyhow::Result<Outcome> {
    let &Options { kind, as_json, errors_only } = options;
    let paths = files::expand(paths)?;
    let bar = progress(paths.len());
    let mut outcome = Outcome::Good;
    let mut results = Vec::new();
    let mut text = String::new();
    for path in &paths {
        let bytes = files::read(path)?;
        let report = match kind {
            Some(kind) => fhir_bundles::check_as(kind, &bytes),
            None => fhir_bundles::check(&bytes),
        };
        if report.has_errors() {
            outcome = Outcome::Bad;
        }
        if as_json {
            results.push(FileResult::of(path, &bytes, &report, errors_only));
        } else {
            to_text(path, &bytes, &report, errors_only, &mut text);
        }
        bar.inc(1);
    }
    bar.finish_and_clear();
    if as_json {
        output::json(&results)?;
    } else {
        if paths.len() > 1 {
            text.push_str(&format!(
                "{} files, {}\n",
                paths.len(),
                match outcome {
                    Outcome::Good => "no errors",
                    Outcome::Bad => "with errors",
                }
            ));
        }
        files::write(None, text.as_bytes())?;
    }
    Ok(outcome)
}

/// A bar for people who wait for many files.
fn progress(count: usize) -> ProgressBar {
    if count < 4 || !stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new(count as u64);
    if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos}/{len} {eta}") {
        bar.set_style(style);
    }
    bar
}

fn shown(report: &Report, errors_only: bool) -> impl Iterator<Item = &Finding> {
    report
        .findings()
        .iter()
        .filter(move |finding| !errors_only || finding.severity == Severity::Error)
}

fn to_text(path: &Path, bytes: &[u8], report: &Report, errors_only: bool, text: &mut String) {
    let kind = kind(bytes).unwrap_or("no record type");
    let errors = counted(report.errors().count(), "error");
    let warnings = counted(report.warnings().count(), "warning");
    text.push_str(&format!("{}: {kind}, {errors}, {warnings}\n", path.display()));
    for finding in shown(report, errors_only) {
        let Finding { severity, path, rule, message, help, .. } = finding;
        text.push_str(&format!("  {severity} {path} [{rule}]\n      {message}\n      → {help}\n"));
    }
    if report.left_out() > 0 {
        text.push_str(&format!("  … and {} more\n", report.left_out()));
    }
}

fn counted(count: usize, what: &str) -> String {
    match count {
        0 => format!("no {what}s"),
        1 => format!("1 {what}"),
        many => format!("{many} {what}s"),
    }
}

fn kind(bytes: &[u8]) -> Option<&'static str> {
    Some(DocumentBundle::read(bytes).ok()?.hi_type()?.as_str())
}

/// What `--json` prints of a file.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct FileResult {
    file: String,
    hi_type: Option<&'static str>,
    errors: usize,
    warnings: usize,
    not_listed: usize,
    findings: Vec<FindingResult>,
}

/// What `--json` prints of a finding.
#[derive(Serialize)]
struct FindingResult {
    severity: String,
    path: String,
    rule: &'static str,
    kind: &'static str,
    message: String,
    help: String,
}

impl FileResult {
    fn of(path: &Path, bytes: &[u8], report: &Report, errors_only: bool) -> Self {
        Self {
            file: path.display().to_string(),
            hi_type: kind(bytes),
            errors: report.errors().count(),
            warnings: report.warnings().count(),
            not_listed: report.left_out(),
            findings: shown(report, errors_only).map(FindingResult::of).collect(),
        }
    }
}

impl FindingResult {
    fn of(finding: &Finding) -> Self {
        let Finding { severity, path, rule, kind, message, help, .. } = finding.clone();
        Self { severity: severity.to_string(), path, rule, kind: kind.as_str(), message, help }
    }
}
