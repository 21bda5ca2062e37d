//! What came of one seed, and of many, in words.

use std::collections::BTreeMap;
use std::fmt::{self, Write as _};
use std::time::Duration;

use crate::ledger::FaultKind;
use crate::mutant::Mutant;

/// What came of one seed.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Outcome {
    /// The seed.
    pub seed: u64,
    /// The broken build that was run, if one was.
    pub mutant: Option<Mutant>,
    /// What was not right; nothing, if all was.
    pub faults: Vec<(FaultKind, String)>,
    /// What was done, and what went wrong, by name.
    pub counts: BTreeMap<&'static str, u64>,
    /// How long it took in the simulated world.
    pub virtual_time: Duration,
    /// Every step, and what the nodes logged.
    pub log: String,
}

impl Outcome {
    /// Whether something was found; of a build that is broken on purpose, what it is broken by.
    #[must_use]
    pub fn is_found(&self) -> bool {
        let is_its_own = |(kind, _): &(FaultKind, String)| {
            self.mutant.is_none_or(|mutant| mutant.faults().contains(kind))
        };
        self.faults.iter().any(is_its_own)
    }

    /// What was not right, and the command that plays it again; nothing, if all was.
    #[must_use]
    pub fn told(&self) -> String {
        let mut told = String::new();
        if self.faults.is_empty() {
            return told;
        }
        // Writing to a text cannot fail.
        let _ = writeln!(told, "seed {}:", self.seed);
        for (kind, what) in self.faults.iter().take(5) {
            let _ = writeln!(told, "  {}: {what}", kind.name());
        }
        let mutant = self.mutant.map(|mutant| format!(" --mutant {mutant}")).unwrap_or_default();
        let _ = writeln!(told, "  again: cargo xtask simulate --seed {}{mutant}", self.seed);
        told
    }
}

/// What was done, of which the rest of the counts are faults that were injected.
const DONE: [&str; 11] = [
    "journeys",
    "links",
    "discoveries",
    "own links",
    "consents",
    "transfers",
    "deliveries",
    "pages",
    "messages",
    "effects",
    "dead letters",
];

/// What came of many seeds.
#[derive(Debug, Clone, Default)]
pub struct Totals {
    seeds: u64,
    virtual_time: Duration,
    counts: BTreeMap<&'static str, u64>,
    faults: BTreeMap<FaultKind, u64>,
}

impl Totals {
    /// One seed more.
    pub fn add(&mut self, outcome: &Outcome) {
        self.seeds += 1;
        self.virtual_time += outcome.virtual_time;
        for (what, count) in &outcome.counts {
            *self.counts.entry(what).or_default() += count;
        }
        for (kind, _) in &outcome.faults {
            *self.faults.entry(*kind).or_default() += 1;
        }
    }
}

impl fmt::Display for Totals {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hours = self.virtual_time.as_secs() / 3_600;
        writeln!(f, "{} seeds, {hours} hours of virtual time", self.seeds)?;
        let count = |what: &str| self.counts.get(what).copied().unwrap_or_default();
        let done: Vec<String> = DONE.iter().map(|what| format!("{} {what}", count(what))).collect();
        writeln!(f, "done: {}", done.join(", "))?;
        let injected = self.counts.iter().filter(|(what, _)| !DONE.contains(what));
        let injected: Vec<String> =
            injected.map(|(what, count)| format!("{count} {what}")).collect();
        writeln!(f, "faults: {}", injected.join(", "))?;
        let found: Vec<String> = FaultKind::ALL
            .iter()
            .map(|kind| {
                let count = self.faults.get(kind).copied().unwrap_or_default();
                format!("{} {count}", kind.name())
            })
            .collect();
        write!(f, "{}", found.join(", "))
    }
}
