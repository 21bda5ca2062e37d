//! What an operator is told of messages that were not taken: enough to find the cause of silence,
//! and never so much that a stranger can fill the log.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};
use http::{HeaderMap, StatusCode};

use crate::headers::{HIP_ID, HIU_ID, REQUEST_ID, TIMESTAMP};

/// So many lines of one status are written within [`WINDOW`]; the rest are counted.
const MOST_LINES: u32 = 10;
const WINDOW: TimeDelta = TimeDelta::minutes(1);

/// The longest path that is shown, in segments and in characters of one segment.
const MOST_SEGMENTS: usize = 12;
const LONGEST_SEGMENT: usize = 40;

/// How ABDM's own paths begin: those of V3 and of V0.5.
const EDITIONS: [&[&str]; 2] = [&["api", "v3"], &["v0.5"]];

/// What stands for a segment that may be an id.
const MASK: &str = "{…}";

/// Counts the lines of each status.
#[derive(Debug, Default)]
pub(super) struct Refusals {
    windows: Mutex<BTreeMap<StatusCode, Window>>,
}

#[derive(Debug)]
struct Window {
    began: DateTime<Utc>,
    lines: u32,
    held_back: u64,
}

impl Refusals {
    /// Whether a line of this status may be written now: then tells how many were held back before.
    pub(super) fn may_write(&self, status: StatusCode, now: DateTime<Utc>) -> Option<u64> {
        let mut windows = self.windows.lock().unwrap_or_else(PoisonError::into_inner);
        let fresh = || Window { began: now, lines: 0, held_back: 0 };
        let window = windows.entry(status).or_insert_with(fresh);
        if now.signed_duration_since(window.began).abs() >= WINDOW {
            window.began = now;
            window.lines = 0;
        }
        if window.lines >= MOST_LINES {
            window.held_back += 1;
            return None;
        }
        window.lines += 1;
        Some(std::mem::take(&mut window.held_back))
    }
}

/// A path as it may be shown: words stay, what may be an id becomes `{…}`.
pub(super) fn masked(path: &str) -> String {
    let mut segments = path.split('/');
    let mut shown: Vec<&str> = segments
        .by_ref()
        .take(MOST_SEGMENTS)
        .map(|segment| if is_word(segment) { segment } else { MASK })
        .collect();
    if segments.next().is_some() {
        shown.push("…");
    }
    shown.join("/")
}

/// The path of a request that nothing serves, as it may be shown; `None` where nothing says that
/// the request is one of ABDM's. A facility's own paths may name patients, so that of a request
/// without ABDM's headers no more is shown than its beginning.
pub(super) fn misrouted(path: &str, headers: &HeaderMap) -> Option<String> {
    let names_facility = headers.contains_key(HIP_ID) || headers.contains_key(HIU_ID);
    let has_envelope = headers.contains_key(REQUEST_ID) && headers.contains_key(TIMESTAMP);
    if names_facility || has_envelope {
        return Some(masked(path));
    }
    let segments: Vec<&str> = path.split('/').collect();
    let ends = EDITIONS.iter().find_map(|edition| {
        let at = segments.windows(edition.len()).position(|found| found == *edition)?;
        Some(at + edition.len())
    })?;
    Some(beginning(path, ends + 1))
}

/// The first segments of a path, masked, and `…` for the others. What stands before the first slash
/// counts.
pub(super) fn beginning(path: &str, segments: usize) -> String {
    let mut parts = path.split('/');
    let shown = parts.by_ref().take(segments).collect::<Vec<_>>().join("/");
    let shown = masked(&shown);
    if parts.next().is_some() { format!("{shown}/…") } else { shown }
}

/// A word of a path: letters with hyphens and underscores, or a version such as `v3` and `v0.5`.
fn is_word(segment: &str) -> bool {
    let version = segment.strip_prefix('v').is_some_and(|rest| {
        rest.len() <= 4 && rest.chars().all(|c| c.is_ascii_digit() || c == '.')
    });
    let letters = segment.chars().all(|c| c.is_ascii_alphabetic() || matches!(c, '-' | '_'));
    version || (letters && segment.len() <= LONGEST_SEGMENT)
}

/// In what the path asked for differs from a served one, when it differs by its beginning alone:
/// the mark of a prefix that does not fit.
pub(super) fn hint<'t>(path: &str, mut served: impl Iterator<Item = &'t str>) -> Option<String> {
    let asked: Vec<&str> = path.split('/').filter(|segment| !segment.is_empty()).collect();
    served.find_map(|template| {
        let parts: Vec<&str> = template.split('/').filter(|part| !part.is_empty()).collect();
        if parts.is_empty() || asked.is_empty() {
            return None;
        }
        let alike = parts.iter().rev().zip(asked.iter().rev());
        let alike =
            alike.take_while(|(part, found)| part.starts_with('{') || part == found).count();
        if alike == parts.len() && asked.len() > parts.len() {
            let extra = asked.iter().take(asked.len() - parts.len()).copied();
            let extra = masked(&extra.collect::<Vec<_>>().join("/"));
            Some(format!("{template} is served, and the request has /{extra} before it"))
        } else if alike == asked.len() && asked.len() < parts.len() {
            let lacking = parts.iter().take(parts.len() - asked.len()).copied();
            let lacking = lacking.collect::<Vec<_>>().join("/");
            Some(format!("{template} is served, and the request lacks /{lacking} of it"))
        } else {
            None
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_shown_without_what_may_be_an_id() {
        for (path, shown) in [
            ("/rooms/v3/door_bell/on-ring", "/rooms/v3/door_bell/on-ring"),
            ("/rooms/v0.5/on-ring", "/rooms/v0.5/on-ring"),
            ("/data/push/d6a83f24-6c96-421e-b8b8-844e5344ef69", "/data/push/{…}"),
            ("/abdm/data/push/91722548295255/", "/abdm/data/push/{…}/"),
            ("/asha.test@sbx", "/{…}"),
            ("/a\u{a0}\n", "/{…}"),
            ("/vaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "/{…}"),
        ] {
            assert_eq!(masked(path), shown);
        }
        assert_eq!(masked(&"/a".repeat(50)).matches('a').count(), MOST_SEGMENTS - 1);
    }

    #[test]
    fn a_path_of_a_facilitys_own_is_not_told_and_one_of_abdms_is() {
        let with = |names: &[&'static str]| -> HeaderMap {
            names.iter().map(|name| (name.parse().unwrap(), "x".parse().unwrap())).collect()
        };
        let none = HeaderMap::new();
        for own in ["/patients/asha-devi", "/api/patients/asha-devi", "/api/v2/x", "/", ""] {
            assert_eq!(misrouted(own, &none), None, "{own}");
            assert_eq!(misrouted(own, &with(&[REQUEST_ID])), None, "{own}");
        }
        for (path, shown) in [
            ("/abdm/api/v3/hip/patient/share", "/abdm/api/v3/hip/…"),
            ("/abdm/api/v3/patients/asha-devi", "/abdm/api/v3/patients/…"),
            ("/api/v3", "/api/v3"),
            ("/abdm/v0.5/links/link/on-init", "/abdm/v0.5/links/…"),
        ] {
            assert_eq!(misrouted(path, &none).as_deref(), Some(shown), "{path}");
        }
        for headers in [with(&[HIP_ID]), with(&[HIU_ID]), with(&[REQUEST_ID, TIMESTAMP])] {
            let shown = misrouted("/callbacks/consent/on-ring", &headers);
            assert_eq!(shown.as_deref(), Some("/callbacks/consent/on-ring"));
        }
    }

    #[test]
    fn a_prefix_that_does_not_fit_is_named() {
        let served = ["/rooms/v3/bell/on-ring", "/data/push/{pushId}"];
        let hint = |path: &str| hint(path, served.iter().copied());
        assert_eq!(
            hint("/abdm/rooms/v3/bell/on-ring").unwrap(),
            "/rooms/v3/bell/on-ring is served, and the request has /abdm before it"
        );
        assert_eq!(
            hint("/bell/on-ring").unwrap(),
            "/rooms/v3/bell/on-ring is served, and the request lacks /rooms/v3 of it"
        );
        let secret = "d6a83f24-6c96-421e-b8b8-844e5344ef69";
        let pushed = hint(&format!("/{secret}/data/push/{secret}")).unwrap();
        assert!(pushed.contains("/{…} before it") && !pushed.contains(secret), "{pushed}");
        assert_eq!(hint("/wp-admin/setup"), None);
        assert_eq!(hint("/"), None);
    }

    #[test]
    fn a_scanner_cannot_fill_the_log_and_is_counted() {
        let refusals = Refusals::default();
        let start = DateTime::UNIX_EPOCH;
        let write = |at| refusals.may_write(StatusCode::NOT_FOUND, at);
        assert_eq!((0..1_000).filter(|_| write(start).is_some()).count(), 10);
        assert!(refusals.may_write(StatusCode::UNAUTHORIZED, start).is_some(), "each by itself");
        assert_eq!(write(start + WINDOW), Some(990));
        assert_eq!(write(start + WINDOW), Some(0));
    }
}
