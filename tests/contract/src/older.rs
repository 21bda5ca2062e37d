//! The calls of an older version, and what replaces each.

use abdm_core::endpoint::Metadata;

use crate::sources;

/// What has become of an older call.
#[derive(Debug, Clone, Copy)]
pub enum Fate {
    /// These endpoints do it now.
    Replaced(&'static [&'static Metadata]),
    /// None that is declared does, and why.
    Gone(&'static str),
}

/// One call of the older version with its fate.
#[derive(Debug)]
pub struct Call {
    /// Method and path.
    pub call: String,
    /// What has become of it.
    pub fate: Fate,
}

/// Calls that share a fate: `METHOD path`, without the first slash; `*` at the end for the rest.
#[derive(Debug)]
pub struct Calls {
    /// Which calls.
    pub calls: &'static [&'static str],
    /// What has become of them.
    pub fate: Fate,
}

/// An older version: its files, and the fates of their calls.
#[derive(Debug)]
pub struct Older {
    /// What it is called.
    pub what: &'static str,
    /// The adjective of its calls.
    pub adjective: &'static str,
    /// OpenAPI files, which may name the same call.
    pub files: &'static [&'static str],
    /// The fates.
    pub fates: &'static [Calls],
    /// What is spoken of it still, whatever has replaced it.
    pub spoken: Spoken,
}

/// The endpoints that speak an older version still.
#[derive(Debug, Clone, Copy)]
pub struct Spoken {
    /// The feature that has them.
    pub feature: &'static str,
    /// The endpoints, as the crates list them.
    pub endpoints: &'static [&'static [&'static Metadata]],
}

impl Spoken {
    /// Nothing is.
    pub const NOTHING: Self = Self { feature: "", endpoints: &[] };

    fn all(&self) -> impl Iterator<Item = &'static Metadata> {
        self.endpoints.iter().copied().flatten().copied()
    }
}

impl Older {
    /// The endpoint that still makes this call.
    pub(crate) fn speaks(&self, call: &str) -> Option<&'static Metadata> {
        self.spoken.all().find(|meta| calls_of(meta).any(|own| own == call))
    }

    pub(crate) fn read(&self) -> Option<(Vec<Call>, Vec<String>)> {
        let mut names: Vec<String> = Vec::new();
        for file in self.files {
            for name in sources::calls(file)? {
                if !names.contains(&name) {
                    names.push(name);
                }
            }
        }
        Some(self.with_fates(&names))
    }

    /// Every call with its fate, and what is wrong with the fates.
    fn with_fates(&self, names: &[String]) -> (Vec<Call>, Vec<String>) {
        let fits = |pattern: &str, call: &str| match pattern.strip_suffix('*') {
            Some(beginning) => call.starts_with(beginning),
            None => call == pattern,
        };
        let (mut rows, mut faults) = (Vec::new(), Vec::new());
        let what = self.adjective;
        for call in names {
            let mut fates =
                self.fates.iter().filter(|fate| fate.calls.iter().any(|p| fits(p, call)));
            match (fates.next(), fates.next()) {
                (Some(rule), None) => rows.push(Call { call: call.clone(), fate: rule.fate }),
                (Some(_), Some(_)) => faults.push(format!("{what} {call} has two fates")),
                (None, _) => faults.push(format!("{what} {call} has no fate")),
            }
        }
        for pattern in self.fates.iter().flat_map(|fate| fate.calls) {
            if !names.iter().any(|call| fits(pattern, call)) {
                faults.push(format!("no {what} call is {pattern}"));
            }
        }
        for meta in self.spoken.all() {
            for call in calls_of(meta).filter(|call| !names.contains(call)) {
                faults.push(format!("{} speaks {call}, and no {what} call is that", meta.name));
            }
        }
        (rows, faults)
    }
}

/// The calls of an endpoint as the files have them: without the gateway's base.
fn calls_of(meta: &'static Metadata) -> impl Iterator<Item = String> {
    let bare = |path: &'static str| path.trim_start_matches("/gateway").trim_start_matches('/');
    meta.paths().map(move |path| format!("{} {}", meta.method, bare(path)))
}
