use super::{files::is_data_uri, rules::Primitive};
use crate::{
    json::Json,
    model::{Date, DateTime, Instant},
};

/// Why a value is not of its primitive type: rule id, what is wrong, what to write.
pub(super) type Fault = (&'static str, &'static str, &'static str);

impl Primitive {
    /// Whether the JSON kind is right, and how to say which one is.
    pub(super) fn json_kind(self) -> (&'static str, fn(&Json) -> bool) {
        match self {
            Self::Boolean => ("true or false, without quotes", |json| json.as_bool().is_some()),
            Self::Decimal | Self::Integer | Self::PositiveInt | Self::UnsignedInt => {
                ("a number, without quotes", |json| json.as_number().is_some())
            }
            _ => ("a text in quotes", |json| json.as_str().is_some()),
        }
    }

    /// What is wrong with a value whose JSON kind is right.
    pub(super) fn fault(self, json: &Json) -> Option<Fault> {
        match json {
            Json::Number(number) => self.number_fault(number.as_str()),
            Json::String(text) => self.text_fault(text),
            _ => None,
        }
    }

    fn number_fault(self, text: &str) -> Option<Fault> {
        let whole = || text.parse::<i32>().ok();
        match self {
            Self::Integer => whole().is_none().then_some((
                "format-integer",
                "not a whole number of 32 bits",
                "write digits alone",
            )),
            Self::PositiveInt => whole().is_none_or(|number| number < 1).then_some((
                "format-positiveInt",
                "not a positive whole number",
                "write 1 or more",
            )),
            Self::UnsignedInt => whole().is_none_or(|number| number < 0).then_some((
                "format-unsignedInt",
                "not a whole number from 0",
                "write 0 or more",
            )),
            _ => None,
        }
    }

    fn text_fault(self, text: &str) -> Option<Fault> {
        if text.trim().is_empty() {
            return Some(("ele-1", "an empty text", "leave the element out instead"));
        }
        let fault = match self {
            Self::Date => (!Date::from(text).is_valid()).then_some((
                "format-date",
                "not a date, or a day that does not exist",
                Date::RULE,
            )),
            Self::DateTime => (!DateTime::from(text).is_valid()).then_some((
                "format-dateTime",
                "not a date or time, or one that does not exist",
                DateTime::RULE,
            )),
            Self::Instant => (!Instant::from(text).is_valid()).then_some((
                "format-instant",
                "not a time with seconds and offset",
                Instant::RULE,
            )),
            Self::Time => (!is_time(text)).then_some((
                "format-time",
                "not a time of day",
                "write one such as 10:30:00",
            )),
            Self::Code => (!is_code(text)).then_some((
                "format-code",
                "not a code: it has space around it or two together",
                "write the code alone",
            )),
            Self::Id => (!is_id(text)).then_some((
                "format-id",
                "not an id",
                "use at most 64 letters, digits, - and .",
            )),
            Self::Base64Binary if is_data_uri(text) => Some((
                "format-base64",
                "a data URI, and base64 alone is wanted",
                "leave out what stands up to the comma, such as data:application/pdf;base64,",
            )),
            Self::Base64Binary if text.contains(['-', '_']) && is_base64_of_urls(text) => Some((
                "format-base64",
                "base64 of the alphabet for URLs",
                "encode with + and / in place of - and _, and with padding",
            )),
            Self::Base64Binary => (!is_base64(text)).then_some((
                "format-base64",
                "not base64",
                "encode the file's bytes with the standard alphabet and padding",
            )),
            Self::Uri | Self::Url | Self::Canonical | Self::Oid | Self::Uuid => {
                return self.uri_fault(text);
            }
            // The narrative's own check tells all that is wrong with it.
            Self::Xhtml => return None,
            _ => None,
        };
        fault.or_else(|| {
            let broken = text
                .chars()
                .any(|letter| letter.is_control() && !matches!(letter, '\t' | '\n' | '\r'));
            broken.then_some(("format-string", "a text with control characters", "take them out"))
        })
    }

    fn uri_fault(self, text: &str) -> Option<Fault> {
        if text.contains(char::is_whitespace) {
            return Some(("format-uri", "a URI with space in it", "take the space out"));
        }
        if let Some(oid) = text.strip_prefix("urn:oid:")
            && !is_oid(oid)
        {
            return Some(("format-oid", "not an OID", "write one such as urn:oid:1.2.3.4.5"));
        }
        if let Some(uuid) = text.strip_prefix("urn:uuid:")
            && !is_uuid(uuid)
        {
            return Some((
                "format-uuid",
                "what follows urn:uuid: is not a UUID in lower case",
                "write one such as urn:uuid:c757873d-ec9a-4326-a141-556f43239520",
            ));
        }
        None
    }
}

/// What is wrong with the language of a resource or attachment: R4 binds it to BCP 47 and nothing
/// beyond. The form is looked at, not the registry of tags.
pub(super) fn language_fault(text: &str) -> Option<Fault> {
    let mut parts = text.split('-');
    let language = parts.next().unwrap_or_default();
    let is_right = language.len() <= 8
        && language.bytes().all(|byte| byte.is_ascii_alphabetic())
        && (language.len() >= 2 || matches!(language, "i" | "x") && text.len() > 2)
        && parts.all(|part| {
            (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric())
        });
    (!is_right).then_some((
        "format-language",
        "not a language tag of BCP 47",
        "write one such as en-IN or hi-IN, with a hyphen",
    ))
}

fn is_time(text: &str) -> bool {
    DateTime::from(format!("2024-01-01T{text}Z")).is_valid() && !text.contains(['Z', '+', '-'])
}

fn is_code(text: &str) -> bool {
    text.trim() == text
        && !text.contains("  ")
        && !text.contains(|letter: char| letter.is_whitespace() && letter != ' ')
}

fn is_id(text: &str) -> bool {
    text.len() <= 64
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.'))
}

fn is_oid(text: &str) -> bool {
    text.starts_with(['0', '1', '2'])
        && text.contains('.')
        && text.split('.').all(|part| {
            !part.is_empty()
                && part.bytes().all(|byte| byte.is_ascii_digit())
                && (part.len() == 1 || !part.starts_with('0'))
        })
}

/// A UUID in lower case, as `urn:uuid:` needs it.
pub(super) fn is_uuid(text: &str) -> bool {
    let mut lengths = [8, 4, 4, 4, 12].into_iter();
    let right = text.split('-').all(|group| {
        lengths.next() == Some(group.len())
            && group.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
    });
    right && lengths.next().is_none()
}

fn is_base64_of_urls(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'='))
}

/// The standard alphabet with padding, white space allowed, as FHIR has it.
fn is_base64(text: &str) -> bool {
    let mut digits = 0_usize;
    let mut padding = 0_usize;
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'+' | b'/' if padding == 0 => digits += 1,
            b'=' => padding += 1,
            b' ' | b'\t' | b'\r' | b'\n' => {}
            _ => return false,
        }
    }
    padding <= 2 && digits > 0 && (digits + padding).is_multiple_of(4)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_good(primitive: Primitive, text: &str) -> bool {
        primitive.fault(&Json::from(text)).is_none()
    }

    #[test]
    fn formats_are_checked() {
        assert!(is_good(Primitive::Base64Binary, "AAAA\nAA=="));
        assert!(!is_good(Primitive::Base64Binary, "AAA"));
        assert!(!is_good(Primitive::Base64Binary, "AA_A"));
        assert!(is_good(Primitive::Uuid, "urn:uuid:c757873d-ec9a-4326-a141-556f43239520"));
        assert!(!is_good(Primitive::Uri, "urn:uuid:C757873D-ec9a-4326-a141-556f43239520"));
        assert!(!is_good(Primitive::Id, "a_b"));
        assert!(!is_good(Primitive::Code, " a"));
        assert!(is_good(Primitive::Time, "10:30:00"));
        assert!(!is_good(Primitive::Time, "10:30"));
        assert!(!is_good(Primitive::String, " "));
    }

    #[test]
    fn languages_are_tags() {
        for good in ["en", "en-IN", "hi-Deva-IN", "sat", "x-clinic", "de-1996"] {
            assert!(language_fault(good).is_none(), "{good}");
        }
        for bad in ["en_IN", "Indian English", "h", "en-", "x-", "en-IN,hi-IN", "ತುಳು"] {
            assert!(language_fault(bad).is_some(), "{bad}");
        }
    }
}
