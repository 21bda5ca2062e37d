//! The `expiry` of a public key: written in one form, read in all the forms seen (fidelius.md 4).

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, SecondsFormat, Utc};
use serde::{Deserialize, Deserializer, Serialize, de};

/// When a public key expires, as text. The text of a peer is kept as it came.
///
/// Nobody may be refused over it (fidelius.md 4): a push often carries the moment it was made, so
/// it is past on arrival. It is information for the caller.
///
/// ```
/// use fidelius_crypto::{Expiry, chrono::{DateTime, Utc}};
///
/// let now: DateTime<Utc> = "2026-11-22T10:00:00Z".parse()?;
/// assert_eq!(Expiry::at(now).as_str(), "2026-11-22T10:00:00.000Z");
/// assert!(Expiry::from("2026-11-20T10:00:00.123").is_past(now));
/// assert!(!Expiry::from("whenever").is_past(now));
/// # Ok::<(), fidelius_crypto::chrono::ParseError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Expiry(String);

impl Expiry {
    /// The form we send: RFC 3339 in UTC with milliseconds and `Z`.
    #[must_use]
    pub fn at(instant: DateTime<Utc>) -> Expiry {
        Expiry(instant.to_rfc3339_opts(SecondsFormat::Millis, true))
    }

    /// The text as sent or received.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The instant, if the text can be read: RFC 3339, with a space for the `T`, an offset without
    /// a colon, without a zone (taken as UTC), a date alone (its last second), or milliseconds
    /// since 1970.
    #[must_use]
    pub fn instant(&self) -> Option<DateTime<Utc>> {
        let text = self.0.trim();
        let zoned = DateTime::parse_from_rfc3339(text)
            .or_else(|_| DateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f%z"))
            .or_else(|_| DateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S%.f%z"));
        if let Ok(instant) = zoned {
            return Some(instant.to_utc());
        }
        let naive = NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f")
            .or_else(|_| NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S%.f"))
            .or_else(|_| NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M"));
        if let Ok(instant) = naive {
            return Some(instant.and_utc());
        }
        if let Ok(date) = NaiveDate::parse_from_str(text, "%Y-%m-%d") {
            return Some(date.and_time(NaiveTime::from_hms_opt(23, 59, 59)?).and_utc());
        }
        text.parse().ok().and_then(DateTime::from_timestamp_millis)
    }

    /// Whether the instant is known and not after `now`.
    #[must_use]
    pub fn is_past(&self, now: DateTime<Utc>) -> bool {
        self.instant().is_some_and(|instant| instant <= now)
    }
}

impl From<&str> for Expiry {
    fn from(text: &str) -> Expiry {
        Expiry(text.to_owned())
    }
}

impl<'de> Deserialize<'de> for Expiry {
    /// Takes a text, or a number of milliseconds. Anything else is an expiry that nobody knows, for
    /// no push is refused over it: a fraction as its digits, the rest as an empty text.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Expiry, D::Error> {
        struct TextOrNumber;

        impl<'de> de::Visitor<'de> for TextOrNumber {
            type Value = Expiry;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a date-time, or milliseconds since 1970")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Expiry, E> {
                Ok(Expiry(text.to_owned()))
            }

            fn visit_u64<E: de::Error>(self, number: u64) -> Result<Expiry, E> {
                Ok(Expiry(number.to_string()))
            }

            fn visit_i64<E: de::Error>(self, number: i64) -> Result<Expiry, E> {
                Ok(Expiry(number.to_string()))
            }

            fn visit_f64<E: de::Error>(self, number: f64) -> Result<Expiry, E> {
                Ok(Expiry(number.to_string()))
            }

            fn visit_bool<E: de::Error>(self, _: bool) -> Result<Expiry, E> {
                Ok(Expiry(String::new()))
            }

            fn visit_seq<A: de::SeqAccess<'de>>(self, mut items: A) -> Result<Expiry, A::Error> {
                while items.next_element::<de::IgnoredAny>()?.is_some() {}
                Ok(Expiry(String::new()))
            }

            fn visit_map<A: de::MapAccess<'de>>(self, mut entries: A) -> Result<Expiry, A::Error> {
                while entries.next_entry::<de::IgnoredAny, de::IgnoredAny>()?.is_some() {}
                Ok(Expiry(String::new()))
            }
        }

        deserializer.deserialize_any(TextOrNumber)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_seen_in_the_wild_is_read() {
        for (text, expected) in [
            ("2026-11-22T10:00:00.000Z", "2026-11-22T10:00:00.000Z"),
            ("2026-11-22T15:30:00+05:30", "2026-11-22T10:00:00.000Z"),
            ("2026-11-22T15:30:00.5+0530", "2026-11-22T10:00:00.500Z"),
            ("2026-11-22T10:00:00.123456", "2026-11-22T10:00:00.123Z"),
            ("2026-11-22 10:00:00", "2026-11-22T10:00:00.000Z"),
            ("2026-11-22", "2026-11-22T23:59:59.000Z"),
            (" 1795341600000 ", "2026-11-22T10:00:00.000Z"),
        ] {
            let instant = Expiry::from(text).instant();
            assert_eq!(Expiry::at(instant.unwrap()).as_str(), expected, "{text}");
        }
    }

    #[test]
    fn an_unreadable_expiry_is_kept_and_never_past() {
        let expiry: Expiry = serde_json::from_str("\"tomorrow\"").unwrap();
        assert_eq!(expiry.as_str(), "tomorrow");
        assert_eq!(expiry.instant(), None);
        assert!(!expiry.is_past(DateTime::<Utc>::MAX_UTC));
    }

    #[test]
    fn a_number_is_read_as_milliseconds() {
        let expiry: Expiry = serde_json::from_str("1795341600000").unwrap();
        assert_eq!(expiry.instant(), Expiry::from("2026-11-22T10:00:00Z").instant());
    }

    #[test]
    fn an_expiry_of_another_type_is_unknown() {
        for json in [
            "1795341600.123",
            "1e300",
            "true",
            "[2026,11,22,10,0]",
            "[]",
            r#"{"seconds":1795341600,"nano":[{}]}"#,
            "{}",
        ] {
            let expiry: Expiry = serde_json::from_str(json).unwrap();
            assert_eq!(expiry.instant(), None, "{json}");
            assert!(!expiry.is_past(DateTime::<Utc>::MAX_UTC), "{json}");
        }
        let expiry: Expiry = serde_json::from_str("1795341600.123").unwrap();
        assert_eq!(expiry.as_str(), "1795341600.123");
    }
}
