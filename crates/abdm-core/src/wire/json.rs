//! JSON from outside: past its byte order mark, and no deeper than it can be read.

use std::cell::Cell;
use std::fmt;

use serde::de::{self, Deserialize, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};

/// So many levels of lists and objects may stand in each other. Beyond it the parser refuses: the
/// stack is not the sender's to fill.
pub const MOST_LEVELS: usize = 127;

/// So many values, names included, may stand in one body that others send. As values in memory a
/// body of tiny ones takes many times its own size; a page of documents has a few thousand.
pub const MOST_VALUES: usize = 1_000_000;

/// The bytes without the byte order mark that some servers and exporters write before JSON.
///
/// ```
/// assert_eq!(abdm_core::wire::without_bom(b"\xEF\xBB\xBF{}"), b"{}");
/// ```
#[must_use]
pub fn without_bom(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes)
}

/// Reads JSON from outside in whatever form its type has, past a byte order mark. `None` when it
/// does not fit: why may quote a value, and is nobody's.
///
/// Bodies of declared endpoints are read with [`read_json`](super::read_json).
#[must_use]
pub fn parse_json<'de, T: Deserialize<'de>>(bytes: &'de [u8]) -> Option<T> {
    serde_json::from_slice(without_bom(bytes)).ok()
}

/// Whether [`read_json`](super::read_json) can read these bytes as JSON, whatever they say, without
/// taking many times their own memory. Takes no memory itself, and no stack beyond [`MOST_LEVELS`].
///
/// # Errors
/// Why it cannot.
pub fn check_json(bytes: &[u8]) -> Result<(), Unreadable> {
    let bytes = without_bom(bytes);
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let values = Cell::new(0);
    let read = Checked { values: &values }.deserialize(&mut json).and_then(|()| json.end());
    read.map_err(|_| {
        if values.get() > MOST_VALUES { Unreadable::TooMany } else { Unreadable::of(bytes) }
    })
}

/// Why bytes are no JSON that can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Unreadable {
    /// They are no JSON, or JSON with a text or a number that cannot be.
    #[error("the body is not JSON")]
    NotJson,
    /// Lists and objects stand in each other more than [`MOST_LEVELS`] deep.
    #[error("the JSON is nested deeper than {MOST_LEVELS} levels")]
    TooDeep,
    /// There are more than [`MOST_VALUES`].
    #[error("the JSON has more than {MOST_VALUES} values")]
    TooMany,
}

impl Unreadable {
    /// Of bytes that the parser has refused.
    pub(super) fn of(bytes: &[u8]) -> Self {
        if deepest(bytes) > MOST_LEVELS { Self::TooDeep } else { Self::NotJson }
    }

    /// One word for it, for a metric.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NotJson => "json",
            Self::TooDeep => "depth",
            Self::TooMany => "values",
        }
    }
}

/// How deep the brackets of a text go, in however bad a shape it is.
fn deepest(bytes: &[u8]) -> usize {
    let (mut depth, mut most) = (0_usize, 0);
    let (mut in_text, mut escaped) = (false, false);
    for byte in bytes {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = in_text,
            b'"' => in_text = !in_text,
            _ if in_text => {}
            b'[' | b'{' => {
                depth += 1;
                most = most.max(depth);
            }
            b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    most
}

/// Reads a value as the reader of bodies does, and keeps nothing of it but its count. `IgnoredAny`
/// would let texts and numbers pass that cannot be read, and any depth.
#[derive(Clone, Copy)]
struct Checked<'c> {
    values: &'c Cell<usize>,
}

impl Checked<'_> {
    fn counted<E: de::Error>(self) -> Result<(), E> {
        self.values.set(self.values.get().saturating_add(1));
        if self.values.get() > MOST_VALUES { Err(E::custom("too many values")) } else { Ok(()) }
    }
}

impl<'de> DeserializeSeed<'de> for Checked<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Checked<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        self.counted()?;
        while map.next_key_seed(self)?.is_some() {
            map.next_value_seed(self)?;
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        self.counted()?;
        while list.next_element_seed(self)?.is_some() {}
        Ok(())
    }

    fn visit_unit<E: de::Error>(self) -> Result<(), E> {
        self.counted()
    }

    fn visit_bool<E: de::Error>(self, _: bool) -> Result<(), E> {
        self.counted()
    }

    fn visit_u64<E: de::Error>(self, _: u64) -> Result<(), E> {
        self.counted()
    }

    fn visit_i64<E: de::Error>(self, _: i64) -> Result<(), E> {
        self.counted()
    }

    fn visit_f64<E: de::Error>(self, _: f64) -> Result<(), E> {
        self.counted()
    }

    fn visit_str<E: de::Error>(self, _: &str) -> Result<(), E> {
        self.counted()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::node::Node;

    fn nested(levels: usize) -> String {
        format!("{}1{}", "[".repeat(levels), "]".repeat(levels))
    }

    #[test]
    fn the_check_and_the_reader_agree_on_what_is_json() {
        let too_deep = nested(MOST_LEVELS + 1);
        let objects =
            |levels: usize| format!("{}1{}", r#"{"a":"#.repeat(levels), "}".repeat(levels));
        for (text, verdict) in [
            (r#"{"a":[1,-2,3.5,"x\n",null,true]}"#.as_bytes(), Ok(())),
            ("\u{feff}{\"a\":1}".as_bytes(), Ok(())),
            ("\u{feff} \r\n[] ".as_bytes(), Ok(())),
            (nested(MOST_LEVELS).as_bytes(), Ok(())),
            (objects(MOST_LEVELS).as_bytes(), Ok(())),
            (too_deep.as_bytes(), Err(Unreadable::TooDeep)),
            (objects(MOST_LEVELS + 1).as_bytes(), Err(Unreadable::TooDeep)),
            (nested(1_000_000).as_bytes(), Err(Unreadable::TooDeep)),
            ("[".repeat(1_000_000).as_bytes(), Err(Unreadable::TooDeep)),
            // Brackets in a text are no levels.
            (format!("{{\"a\":\"\\\"{too_deep}\"").as_bytes(), Err(Unreadable::NotJson)),
            (b"{", Err(Unreadable::NotJson)),
            (b"{}{}", Err(Unreadable::NotJson)),
            (b"{\"a\":\"\xff\"}", Err(Unreadable::NotJson)),
            (br#"{"a":"\ud800"}"#, Err(Unreadable::NotJson)),
            (b"[1e999]", Err(Unreadable::NotJson)),
        ] {
            let shown = String::from_utf8_lossy(text.get(..40).unwrap_or(text)).into_owned();
            assert_eq!(check_json(text), verdict, "{shown}");
            assert_eq!(Node::parse(text).is_ok(), verdict.is_ok(), "{shown}");
        }
    }

    #[test]
    fn a_body_of_more_tiny_values_than_memory_is_set_aside_for_is_refused() {
        let of = |values: usize| format!("[{}0]", "0,".repeat(values - 2));
        assert_eq!(check_json(of(MOST_VALUES).as_bytes()), Ok(()));
        assert_eq!(check_json(of(MOST_VALUES + 1).as_bytes()), Err(Unreadable::TooMany));
        // Names count, too, and a long text is one value.
        let names = format!("{{{}\"a\":0}}", "\"a\":0,".repeat(MOST_VALUES / 2));
        assert_eq!(check_json(names.as_bytes()), Err(Unreadable::TooMany));
        let text = format!("[\"{}\"]", "0,".repeat(MOST_VALUES));
        assert_eq!(check_json(text.as_bytes()), Ok(()));
    }

    #[test]
    fn json_in_its_own_form_is_read_past_a_byte_order_mark() {
        assert_eq!(parse_json::<Vec<u8>>("\u{feff}[1]".as_bytes()), Some(vec![1]));
        assert_eq!(parse_json::<Vec<u8>>(b"[\"Asha\"]"), None);
    }
}
