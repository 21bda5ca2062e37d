//! The header `Retry-After`.

use std::time::Duration;

use chrono::{DateTime, NaiveDateTime, Utc};
use http::HeaderMap;
use http::header::{DATE, RETRY_AFTER};

/// No longer pause is believed: the longest that ABDM speaks of is its block of 24 hours.
const LONGEST: Duration = Duration::from_secs(24 * 60 * 60);

/// When the peer wants to be asked again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RetryAfter {
    /// So long after the answer.
    Pause(Duration),
    /// Not before this instant, by the peer's clock.
    At(DateTime<Utc>),
}

impl RetryAfter {
    /// Reads seconds or one of the three forms of an HTTP date (RFC 9110, 10.2.3). A date is taken
    /// relative to the answer's own `Date`, so that a wrong clock does not matter.
    pub(super) fn from_headers(headers: &HeaderMap) -> Option<Self> {
        let read = |name| headers.get(name)?.to_str().ok().map(str::trim);
        let text = read(RETRY_AFTER)?;
        if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
            let seconds = text.parse().unwrap_or(u64::MAX);
            return Some(Self::Pause(Duration::from_secs(seconds).min(LONGEST)));
        }
        let at = http_date(text)?;
        Some(match read(DATE).and_then(http_date) {
            Some(sent) => Self::Pause(between(sent, at)),
            None => Self::At(at),
        })
    }

    /// The pause, counted from `now`.
    pub(super) fn pause(self, now: DateTime<Utc>) -> Duration {
        match self {
            Self::Pause(pause) => pause,
            Self::At(at) => between(now, at),
        }
    }
}

fn between(start: DateTime<Utc>, end: DateTime<Utc>) -> Duration {
    (end - start).to_std().unwrap_or_default().min(LONGEST)
}

/// An HTTP date in the form of today, of RFC 850, or of C's `asctime`.
fn http_date(text: &str) -> Option<DateTime<Utc>> {
    if let Ok(date) = DateTime::parse_from_rfc2822(text) {
        return Some(date.to_utc());
    }
    ["%A, %d-%b-%y %H:%M:%S GMT", "%a %b %e %H:%M:%S %Y"]
        .iter()
        .find_map(|form| NaiveDateTime::parse_from_str(text, form).ok())
        .map(|naive| naive.and_utc())
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;
    use crate::clock::parse_timestamp;

    fn pause(retry_after: &'static str, date: Option<&'static str>) -> Option<u64> {
        let mut headers = HeaderMap::new();
        headers.insert(RETRY_AFTER, HeaderValue::from_static(retry_after));
        if let Some(date) = date {
            headers.insert(DATE, HeaderValue::from_static(date));
        }
        let now = parse_timestamp("2026-11-29T10:00:00Z").unwrap();
        RetryAfter::from_headers(&headers).map(|told| told.pause(now).as_secs())
    }

    /// (M1 trial C2)
    #[test]
    fn retry_after_is_read_as_seconds_and_as_each_form_of_a_date_and_is_bounded() {
        assert_eq!(pause("120", None), Some(120));
        assert_eq!(pause(" 3600 ", None), Some(3600));
        assert_eq!(pause("0", None), Some(0));
        for date in [
            "Sun, 29 Nov 2026 10:02:00 GMT",
            "Sunday, 29-Nov-26 10:02:00 GMT",
            "Sun Nov 29 10:02:00 2026",
        ] {
            assert_eq!(pause(date, None), Some(120), "{date}");
            // Their clock is an hour late: what counts is the difference to their own `Date`.
            assert_eq!(pause(date, Some("Sun, 29 Nov 2026 10:00:30 GMT")), Some(90), "{date}");
        }
        assert_eq!(pause("Sun, 29 Nov 2026 09:00:00 GMT", None), Some(0), "over already");
        for long in ["86401", "99999999999999999999999999", "Mon, 29 Nov 2027 10:00:00 GMT"] {
            assert_eq!(pause(long, None), Some(86_400), "{long}");
        }
        for unreadable in ["", "soon", "-1", "1.5", "12 s"] {
            assert_eq!(pause(unreadable, None), None, "{unreadable:?}");
        }
    }
}
