//! Whether what references lead to meets the profiles that they demand.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Checker, Finding, Kind, Severity,
    path::Path,
    structure::{Walk, declared, profile, profile_name},
    targets::{Demand, Targets},
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
                let failures: Vec<_> =
                    profiles.iter().map(|profile| trials.errors(demand.entry, profile)).collect();
                if failures.iter().all(|errors| !errors.is_empty()) {
                    let first = failures.iter().flatten().next().map(Finding::to_string);
                    checker.error(
                        demand.path,
                        "reference-profile",
                        Kind::Profile,
                        format!("the resource does not meet the profile {}", profiles.join(" or ")),
                        first.unwrap_or_default(),
                    );
                }
            }
        }
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
        Walk::new(&mut checker, self.targets, false).resource(
            resource,
            nodes,
            &place.name("resource"),
        );
        checker.into_findings()
    }
}
