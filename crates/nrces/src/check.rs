use std::{
    io::{IsTerminal as _, stderr},
    path::{Path, PathBuf},
};

use fhir_bundles::{
    DocumentBundle,
    check::{Finding, Report, Severity},
    json::{Json, Object},
};
use indicatif::{ProgressBar, ProgressStyle};

use crate::{Outcome, files, output};

/// Checks files and prints what was found.
pub(crate) fn run(paths: &[PathBuf], as_json: bool, errors_only: bool) -> anyhow::Result<Outcome> {
    let paths = files::expand(paths)?;
    let bar = progress(paths.len());
    let mut outcome = Outcome::Good;
    let mut results = Vec::new();
    let mut text = String::new();
    for path in &paths {
        let bytes = files::read(path)?;
        let report = fhir_bundles::check(&bytes);
        if report.has_errors() {
            outcome = Outcome::Bad;
        }
        if as_json {
            results.push(to_json(path, &bytes, &report, errors_only));
        } else {
            to_text(path, &bytes, &report, errors_only, &mut text);
        }
        bar.inc(1);
    }
    bar.finish_and_clear();
    if as_json {
        output::json(&Json::Array(results))?;
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

fn to_json(path: &Path, bytes: &[u8], report: &Report, errors_only: bool) -> Json {
    let number = |count: usize| Json::from(i64::try_from(count).unwrap_or(i64::MAX));
    let findings = shown(report, errors_only).map(finding_json).collect::<Vec<_>>();
    let mut result = Object::new();
    result.push("file", path.display().to_string());
    result.push("hiType", kind(bytes).map_or(Json::Null, Json::from));
    result.push("errors", number(report.errors().count()));
    result.push("warnings", number(report.warnings().count()));
    result.push("notListed", number(report.left_out()));
    result.push("findings", findings);
    Json::Object(result)
}

fn finding_json(finding: &Finding) -> Json {
    let mut json = Object::new();
    json.push("severity", finding.severity.to_string());
    json.push("path", finding.path.as_str());
    json.push("rule", finding.rule);
    json.push("kind", finding.kind.as_str());
    json.push("message", finding.message.as_str());
    json.push("help", finding.help.as_str());
    Json::Object(json)
}
