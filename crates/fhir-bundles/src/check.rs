//! Tells what is wrong with a bundle, where, and how to mend it.
//!
//! ```
//! use fhir_bundles::check;
//!
//! let report = check(br#"{"resourceType":"Bundle","type":"document","entry":[]}"#);
//! assert!(report.has_errors());
//! for finding in report.findings() {
//!     println!("{finding}");
//! }
//! ```

mod bundle;
mod codes;
mod conformance;
mod finding;
mod gaps;
mod generated;
mod invariants;
mod path;
mod primitive;
mod rules;
mod sections;
mod structure;
mod targets;

pub use self::finding::{Finding, Kind, Report, Severity};
use crate::json::{Json, Limits};

/// How many findings are listed at most; a broken exporter repeats itself.
const MOST_FINDINGS: usize = 1000;

/// Checks a bundle and reports all problems in one pass.
///
/// Takes any bytes: what is not JSON is one finding.
#[must_use]
pub fn check(bytes: &[u8]) -> Report {
    check_within(bytes, Limits::default())
}

/// Checks a bundle within other limits.
#[must_use]
pub fn check_within(bytes: &[u8], limits: Limits) -> Report {
    match Json::parse_within(bytes, limits) {
        Ok(json) => check_json(&json),
        Err(error) => {
            let mut checker = Checker::default();
            checker.error(
                "Bundle",
                "json",
                Kind::Shape,
                format!("not readable as JSON: {error}"),
                "send one JSON object in UTF-8",
            );
            checker.report()
        }
    }
}

/// Checks a bundle that was parsed already.
#[must_use]
pub fn check_json(json: &Json) -> Report {
    let mut checker = Checker::default();
    if json.get("resourceType").and_then(Json::as_str) == Some("Bundle") {
        document(json, &mut checker);
    } else {
        checker.error(
            "Bundle",
            "bundle-type",
            Kind::Shape,
            "not a FHIR Bundle",
            "send a Bundle of type document; ABDM exchanges nothing else",
        );
    }
    checker.report()
}

fn document(bundle: &Json, checker: &mut Checker) {
    bundle::check(bundle, checker);
    let entries = bundle.get("entry").and_then(Json::as_array).unwrap_or_default();
    let targets = targets::Targets::of(entries);
    let envelope = structure::profile("DocumentBundle").map(|profile| &profile.root);
    let mut walk = structure::Walk::new(checker, &targets, true);
    walk.resource(bundle, envelope.into_iter().collect(), &path::Path::root("Bundle"));
    let demands = walk.links.into_demands();
    conformance::check(entries, &targets, demands, checker);
    gaps::check(entries, &targets, checker);
    checker.findings.sort_by_key(|finding| place_of(&finding.path));
}

/// The entry that a path is in, for listing findings in the order of the document.
fn place_of(path: &str) -> Option<usize> {
    path.strip_prefix("Bundle.entry[")?.split(']').next()?.parse().ok()
}

/// Collects findings.
#[derive(Default)]
struct Checker {
    findings: Vec<Finding>,
    left_out: usize,
}

impl Checker {
    fn error(
        &mut self,
        path: impl Into<String>,
        rule: &'static str,
        kind: Kind,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        self.add(Severity::Error, path, rule, kind, message, help);
    }

    fn warning(
        &mut self,
        path: impl Into<String>,
        rule: &'static str,
        kind: Kind,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        self.add(Severity::Warning, path, rule, kind, message, help);
    }

    fn add(
        &mut self,
        severity: Severity,
        path: impl Into<String>,
        rule: &'static str,
        kind: Kind,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        if self.findings.len() >= MOST_FINDINGS {
            self.left_out += 1;
            return;
        }
        self.findings.push(Finding {
            path: path.into(),
            rule,
            severity,
            kind,
            message: message.into(),
            help: help.into(),
        });
    }

    fn into_findings(self) -> Vec<Finding> {
        self.findings
    }

    fn report(self) -> Report {
        Report::new(self.findings, self.left_out)
    }
}
