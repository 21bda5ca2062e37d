//! Whether what references lead to meets the profiles that they demand.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Checker, Finding, Kind, Severity,
    bundle::text,
    claimed::{declared, profile, profile_name},
    path::Path,
    targets::{Demand, Targets},
    walk::Walk,
};
use crate::json::Json;

/// Judges the demands that the walk over the document collected.
pub(super) fn check(
    entries: &[Json],
    targets: &Targets<'_>,
    demands: Vec<Demand>,
    checker: &mut Checker,
) {
    let mut trials = Trials { entries, targets, errors: BTreeMap::new() };
    let mut reported: BTreeSet<(usize, &str)> = BTreeSet::new();
    for demand in demands {
        let Some(resource) = entries.get(demand.entry).and_then(|entry| entry.get("resource"))
        else {
            continue;
        };
        let claimed: Vec<&str> = declared(resource).filter_map(profile_name).collect();
        if demand.profiles.iter().any(|profile| claimed.contains(profile)) {
            continue;
        }
        match demand.profiles.as_slice() {
            // A resource without a profile of its own is judged by the one that is wanted of it.
            [only] if claimed.is_empty() => {
                if reported.insert((demand.entry, only)) {
                    for finding in trials.errors(demand.entry, only) {
                        checker.add(
                            finding.severity,
                            finding.path,
                            finding.rule,
                            finding.kind,
                            finding.message,
                            finding.help,
                        );
                    }
                }
            }
            profiles => {
                let failures: Vec<_> = profiles
                    .iter()
                    .map(|profile| (*profile, trials.errors(demand.entry, profile)))
                    .collect();
                if failures.iter().any(|(_, errors)| errors.is_empty()) {
                    continue;
                }
                let Some((nearest, errors)) = nearest(resource, failures) else { continue };
                let told: Vec<String> = errors
                    .iter()
                    .map(|finding| format!("{}: {}", finding.path, finding.message))
                    .collect();
                checker.error(
                    demand.path,
                    "reference-profile",
                    Kind::Profile,
                    format!(
                        "the resource meets none of the profiles {}; the nearest is {nearest}",
                        profiles.join(", ")
                    ),
                    format!(
                        "mend {}; or name the profile that it is of in meta.profile",
                        told.join("; ")
                    ),
                );
            }
        }
    }
}

/// The profile that a resource was probably meant to meet, and what it lacks: a report by what it
/// holds, anything else by the fewest failures.
fn nearest(
    resource: &Json,
    failures: Vec<(&'static str, Vec<Finding>)>,
) -> Option<(&'static str, Vec<Finding>)> {
    let meant = report_profile(resource);
    failures.into_iter().min_by_key(|(profile, errors)| (meant != Some(*profile), errors.len()))
}

/// What a report shows itself to be.
fn report_profile(resource: &Json) -> Option<&'static str> {
    if text(resource, "resourceType") != Some("DiagnosticReport") {
        return None;
    }
    let has = |name: &str| resource.get(name).is_some();
    let words = |name: &str| resource.get(name).map(Json::to_string).unwrap_or_default();
    let words = format!("{} {}", words("category"), words("code")).to_lowercase();
    let of_imaging = [
        "imaging",
        "radiolog",
        "x-ray",
        "xray",
        "x ray",
        "ultraso",
        "tomograph",
        "mri",
        "magnetic",
        "mammogra",
        "echocardio",
        "doppler",
        "\"rad\"",
        "394914008",
    ];
    if has("imagingStudy") || has("media") || of_imaging.iter().any(|word| words.contains(word)) {
        Some("DiagnosticReportImaging")
    } else {
        (has("result") || has("specimen")).then_some("DiagnosticReportLab")
    }
}

/// What each profile finds wrong with each resource, beyond what R4 does.
struct Trials<'a, 'c> {
    entries: &'a [Json],
    targets: &'c Targets<'a>,
    errors: BTreeMap<(usize, &'static str), Vec<Finding>>,
}

impl Trials<'_, '_> {
    fn errors(&mut self, entry: usize, name: &'static str) -> Vec<Finding> {
        if let Some(found) = self.errors.get(&(entry, name)) {
            return found.clone();
        }
        let plain = self.walk(entry, None);
        let mut found = self.walk(entry, Some(name));
        found.retain(|finding| finding.severity == Severity::Error && !plain.contains(finding));
        self.errors.insert((entry, name), found.clone());
        found
    }

    fn walk(&self, entry: usize, name: Option<&str>) -> Vec<Finding> {
        let mut checker = Checker::default();
        let Some(resource) = self.entries.get(entry).and_then(|entry| entry.get("resource")) else {
            return Vec::new();
        };
        let nodes = name.and_then(profile).map(|profile| &profile.root).into_iter().collect();
        let root = Path::root("Bundle");
        let list = root.name("entry");
        let place = list.place(entry);
        let full_url = self.entries.get(entry).and_then(|entry| text(entry, "fullUrl"));
        Walk::new(&mut checker, self.targets, false).entry_resource(
            resource,
            full_url,
            nodes,
            &place.name("resource"),
        );
        checker.into_findings()
    }
}
