//! The one clock.
//!
//! Every instant in the SDK is a [`DateTime<Utc>`] that came from a [`Clock`]: flows can then be
//! replayed, tests run on fixed time, and the machine's time is read in exactly one place.

use std::fmt::Debug;
use std::time::Duration;

use chrono::{DateTime, Datelike as _, SecondsFormat, TimeDelta, Utc};

/// Tells the time, in UTC.
pub trait Clock: Debug + Send + Sync + 'static {
    /// The present instant.
    fn now(&self) -> DateTime<Utc>;
}

/// The machine's clock. Keep it synchronized (NTP): ABDM refuses a call whose `TIMESTAMP` is more
/// than a few minutes off (gateway.md 8).
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the one place that reads the clock")]
    fn now(&self) -> DateTime<Utc> {
        Utc::now()
    }
}

/// The instant that lies `pause` after this one.
///
/// A pause that leads beyond the year 9998, such as [`Duration::MAX`] for "for ever", ends there: a
/// later instant could be written and not read again.
///
/// ```
/// use std::time::Duration;
/// use abdm_base::clock::{later, parse_timestamp};
///
/// let now = parse_timestamp("2026-11-29T10:00:00Z").unwrap();
/// let minute = later(now, Duration::from_secs(60));
/// assert_eq!(minute, parse_timestamp("2026-11-29T10:01:00Z").unwrap());
/// assert!(later(now, Duration::MAX) > now);
/// ```
#[must_use]
pub fn later(instant: DateTime<Utc>, pause: Duration) -> DateTime<Utc> {
    let last =
        DateTime::from_timestamp_millis(LAST_MILLISECOND).unwrap_or(DateTime::<Utc>::MAX_UTC);
    TimeDelta::from_std(pause)
        .ok()
        .and_then(|pause| instant.checked_add_signed(pause))
        .map_or(last, |later| later.min(last.max(instant)))
}

/// The last millisecond of the year 9998.
const LAST_MILLISECOND: i64 = 253_370_764_799_999;

/// The instant `span` before `instant`, for spans that come from settings or from peers: it never
/// overflows, and ends at the beginning of 1970.
///
/// ```
/// use std::time::Duration;
///
/// use abdm_base::clock::before;
/// use chrono::DateTime;
///
/// assert_eq!(before(DateTime::UNIX_EPOCH, Duration::MAX), DateTime::UNIX_EPOCH);
/// ```
#[must_use]
pub fn before(instant: DateTime<Utc>, span: Duration) -> DateTime<Utc> {
    let first = DateTime::UNIX_EPOCH.min(instant);
    let difference =
        TimeDelta::from_std(span).ok().and_then(|span| instant.checked_sub_signed(span));
    difference.map_or(first, |difference| difference.max(first))
}

/// Writes an instant as ABDM wants every instant: UTC, exactly three digits of milliseconds, `Z`.
///
/// ABDM refuses offsets such as `+05:30` and other precisions (gateway.md 2).
///
/// ```
/// use abdm_base::clock::{format_timestamp, parse_timestamp};
/// let instant = parse_timestamp("2026-09-16T15:42:48.48+05:30").unwrap();
/// assert_eq!(format_timestamp(instant), "2026-09-16T10:12:48.480Z");
/// ```
#[must_use]
pub fn format_timestamp(instant: DateTime<Utc>) -> String {
    instant.to_rfc3339_opts(SecondsFormat::Millis, true)
}

/// Whether a text has exactly the form that ABDM demands of the `TIMESTAMP` header:
/// `2026-09-16T10:12:48.483Z`.
#[must_use]
pub fn is_strict_timestamp(text: &str) -> bool {
    parse_timestamp(text).is_some_and(|instant| format_timestamp(instant) == text)
}

/// Reads an instant as liberally as peers write it: RFC 3339 with any offset or precision, the same
/// with a blank for the `T`, or without a zone (then taken as UTC).
#[must_use]
pub fn parse_timestamp(text: &str) -> Option<DateTime<Utc>> {
    let text = text.trim();
    // Beyond year 9999 an instant has no RFC 3339 form: it could be written and not read again.
    let in_reach = |instant: &DateTime<Utc>| (1..=9998).contains(&instant.year());
    if let Ok(instant) = DateTime::parse_from_rfc3339(text) {
        return Some(instant.to_utc()).filter(in_reach);
    }
    ["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%d %H:%M:%S%.f"]
        .iter()
        .find_map(|form| chrono::NaiveDateTime::parse_from_str(text, form).ok())
        .map(|naive| naive.and_utc())
        .filter(in_reach)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_millisecond_utc_form_is_strict() {
        assert!(is_strict_timestamp("2026-09-16T10:12:48.483Z"));
        for loose in [
            "2026-09-16T10:12:48Z",
            "2026-09-16T15:42:48.483+05:30",
            "2026-09-16T10:12:48.4830Z",
            "2026-09-16 10:12:48.483Z",
            "",
            "now",
        ] {
            assert!(!is_strict_timestamp(loose), "{loose}");
        }
    }

    /// (C27)
    #[test]
    fn a_pause_for_ever_ends_at_the_last_instant_that_can_be_read_again() {
        let now = parse_timestamp("2026-11-29T10:00:00Z").unwrap();
        for pause in
            [Duration::MAX, Duration::from_secs(u64::MAX / 4), Duration::from_secs(1 << 40)]
        {
            let text = format_timestamp(later(now, pause));
            assert_eq!(text, "9998-12-31T23:59:59.999Z");
            assert_eq!(parse_timestamp(&text), Some(later(now, pause)));
        }
        assert_eq!(later(now, Duration::ZERO), now);
    }

    #[test]
    fn the_loose_forms_of_peers_are_read() {
        for (text, expected) in [
            ("2024-08-09 09:03:07.059", "2024-08-09T09:03:07.059Z"),
            ("2024-08-09T09:03:07", "2024-08-09T09:03:07.000Z"),
            ("2024-08-09T14:33:07.0591234+05:30", "2024-08-09T09:03:07.059Z"),
        ] {
            let read = parse_timestamp(text).map(format_timestamp);
            assert_eq!(read.as_deref(), Some(expected), "{text}");
        }
        assert_eq!(parse_timestamp("2024-13-09T09:03:07Z"), None);
        assert_eq!(parse_timestamp("+12026-01-01T00:00:00"), None);
    }
}
