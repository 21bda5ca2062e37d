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
mod claimed;
mod codes;
mod conformance;
mod envelope;
mod files;
mod finding;
mod gaps;
mod generated;
mod guess;
mod invariants;
mod mime;
mod modifiers;
mod narrative;
mod near;
mod path;
mod patients;
mod presence;
mod primitive;
mod reach;
mod references;
mod rules;
mod sections;
mod slices;
mod targets;
mod twins;
mod walk;

pub use self::finding::{Finding, Kind, Report, Severity};
use crate::{
    codes::HiType,
    json::{Json, Limits},
};

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
    report(bytes, limits, None)
}

/// Checks a bundle that is to be a record of the given type: one of another is an error.
///
/// ABDM announces a record by its HI type, and the portal wants it to agree with the profile of the
/// Composition (fhir-portal-notes.md).
#[must_use]
pub fn check_as(kind: HiType, bytes: &[u8]) -> Report {
    report(bytes, Limits::default(), Some(kind))
}

fn report(bytes: &[u8], limits: Limits, wanted: Option<HiType>) -> Report {
    let mut checker = Checker::default();
    match Json::parse_within(bytes, limits) {
        Ok(json) if json.get("resourceType").and_then(Json::as_str) == Some("Bundle") => {
            envelope::warn(bytes, &mut checker);
            document(&json, wanted, &mut checker);
        }
        Ok(json) => envelope::not_a_bundle(&json, &mut checker),
        Err(error) => envelope::unreadable(bytes, &error, &mut checker),
    }
    checker.report()
}

fn document(bundle: &Json, wanted: Option<HiType>, checker: &mut Checker) {
    let entries = bundle.get("entry").and_then(Json::as_array).unwrap_or_default();
    let targets = targets::Targets::of(entries);
    bundle::check(bundle, &targets, wanted, checker);
    let envelope = claimed::profile("DocumentBundle").map(|profile| &profile.root);
    let mut walk = walk::Walk::new(checker, &targets, true);
    if bundle::composition(bundle).is_some_and(|record| bundle::record_kind(record).is_none()) {
        walk.assumed = wanted.or_else(|| guess::of_document(bundle, &targets));
    }
    let root = path::Path::root("Bundle");
    walk.entry_resource(bundle, None, envelope.into_iter().collect(), &root);
    let demands = walk.links.into_demands();
    conformance::check(entries, &targets, demands, checker);
    reach::check(bundle, entries, &targets, checker);
    patients::check(bundle, entries, &targets, checker);
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
