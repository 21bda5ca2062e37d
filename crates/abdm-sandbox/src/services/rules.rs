//! What every field of a call must be, in one table for each endpoint.
//!
//! The types of the endpoints are tolerant on purpose: they also read what ABDM sends. What a
//! caller must send is stricter, and the live services refuse it before they do anything. So the
//! tables here are asked for every call before its handler sees it, by the one place that serves
//! endpoints: no handler can forget a field, and an endpoint of milestone 2 or 3 without a table
//! fails a test.

mod consent;
mod data_flow;
mod enrolment;
mod field;
mod gateway;
mod hip_linking;
mod patient_app;
mod person;
mod phr;
mod say;
mod sharing;
mod sms;
mod user_linking;
#[cfg(feature = "v0_5")]
mod v0_5;
pub(in crate::services) mod value;

use std::sync::OnceLock;

use abdm_core::endpoint::Metadata;
use chrono::{DateTime, Utc};
use http::HeaderMap;
use serde_json::Value;

pub(crate) use self::field::Field;
use self::say::Say;
use crate::server::Refusal;
use crate::switches::Switches;

/// The rules of one endpoint.
pub(crate) struct Rules {
    /// The endpoint's name.
    name: &'static str,
    /// What is looked at before any field: forms that ABDM meets in ways of their own.
    first: Option<fn(&Seen<'_>) -> Option<Refusal>>,
    /// The fields, in the order in which they are told.
    fields: &'static [Field],
    /// Further ones, which depend on what the body is.
    more: Option<fn(&Seen<'_>) -> &'static [Field]>,
    /// What several fields must be together, or beside a header. Looked at when each is good.
    together: Option<fn(&Seen<'_>) -> Option<Say>>,
}

impl Rules {
    const fn new(name: &'static str, fields: &'static [Field]) -> Self {
        Self { name, first: None, fields, more: None, together: None }
    }

    const fn first(self, look: fn(&Seen<'_>) -> Option<Refusal>) -> Self {
        Self { first: Some(look), ..self }
    }

    const fn more(self, fields: fn(&Seen<'_>) -> &'static [Field]) -> Self {
        Self { more: Some(fields), ..self }
    }

    const fn together(self, look: fn(&Seen<'_>) -> Option<Say>) -> Self {
        Self { together: Some(look), ..self }
    }
}

/// A call as the rules see it.
pub(crate) struct Seen<'a> {
    pub(crate) meta: &'a Metadata,
    pub(crate) headers: &'a HeaderMap,
    pub(crate) json: &'a Value,
    pub(crate) now: DateTime<Utc>,
    /// The caller's time: the sandbox's own clock may have been moved.
    pub(crate) unmoved: DateTime<Utc>,
    pub(crate) switches: &'a Switches,
    /// Whether the sandbox plays the caller itself.
    pub(crate) is_played: bool,
}

impl Seen<'_> {
    /// The text at a JSON pointer; empty when there is none.
    fn text(&self, pointer: &str) -> &str {
        self.json.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
    }

    /// Whether something other than `null` stands at a JSON pointer.
    fn has(&self, pointer: &str) -> bool {
        self.json.pointer(pointer).is_some_and(|value| !value.is_null())
    }
}

/// All tables.
fn all() -> &'static [Rules] {
    static ALL: OnceLock<Vec<Rules>> = OnceLock::new();
    ALL.get_or_init(|| {
        let groups = [
            gateway::rules(),
            hip_linking::rules(),
            consent::rules(),
            data_flow::rules(),
            sharing::rules(),
            sms::rules(),
            user_linking::rules(),
            patient_app::rules(),
            enrolment::rules(),
            phr::rules(),
            #[cfg(feature = "v0_5")]
            v0_5::rules(),
        ];
        groups.into_iter().flatten().collect()
    })
}

/// Checks a call by the rules of its endpoint.
pub(crate) fn check(seen: &Seen<'_>) -> Result<(), Refusal> {
    match all().iter().find(|rules| rules.name == seen.meta.name) {
        Some(rules) => judge(rules, seen),
        None => Ok(()),
    }
}

/// A type that cannot be read is told alone and first, as the body is then not read at all. Then
/// what a service validates: a list of everything, or the first problem where it has a code of its
/// own.
fn judge(rules: &Rules, seen: &Seen<'_>) -> Result<(), Refusal> {
    if let Some(refusal) = rules.first.and_then(|look| look(seen)) {
        return Err(refusal);
    }
    let more = rules.more.map_or(&[][..], |fields| fields(seen));
    let faults = rules.fields.iter().chain(more).flat_map(|field| {
        let faults = field.found(seen).into_iter();
        faults.filter_map(|found| Some((field.path(), found.fault()?, found.is_mistyped())))
    });
    let faults: Vec<_> = faults.collect();
    let why = |path: &str, what: &str| format!("{path} {what}");
    if let Some((path, (say, what), _)) = faults.iter().find(|(.., mistyped)| *mistyped) {
        return Err(say.refusal(seen, &[]).because(why(path, what)));
    }
    let mut listed: Vec<&'static str> = Vec::new();
    let mut reasons = Vec::new();
    for (path, (say, what), _) in &faults {
        match say {
            Say::Listed(text) => {
                if !listed.contains(text) {
                    listed.push(text);
                }
                reasons.push(why(path, what));
            }
            other if listed.is_empty() => {
                return Err(other.refusal(seen, &[]).because(why(path, what)));
            }
            _ => {}
        }
    }
    if let Some(first) = listed.first() {
        return Err(Say::Listed(first).refusal(seen, &listed).because(reasons.join("; ")));
    }
    match rules.together.and_then(|look| look(seen)) {
        Some(say @ Say::Listed(text)) => Err(say.refusal(seen, &[text])),
        Some(say) => Err(say.refusal(seen, &[])),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use abdm_core::environment::Family;
    use http::Method;

    use super::*;

    #[test]
    fn every_call_of_milestones_2_and_3_with_a_body_has_rules() {
        let has_rules = |meta: &Metadata| all().iter().any(|rules| rules.name == meta.name);
        let without: Vec<_> = crate::services::endpoints()
            .filter(|meta| meta.family == Family::Gateway && meta.method != Method::GET)
            .filter(|meta| !has_rules(meta))
            .map(|meta| meta.name)
            .collect();
        assert_eq!(without, Vec::<&str>::new());
    }

    #[test]
    fn no_endpoint_has_two_tables_and_no_table_is_of_no_endpoint() {
        let mut names: Vec<_> = all().iter().map(|rules| rules.name).collect();
        let count = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), count);
        let known: Vec<_> = crate::services::endpoints().map(|meta| meta.name).collect();
        assert!(names.iter().all(|name| known.contains(name)), "{names:?}");
    }
}
