use std::borrow::Cow;

use super::{Json, Key, Number, Object};

/// How much a reader accepts.
///
/// The defaults are far above any real document: FHIR documents are some twenty levels deep, and the
/// largest official example is 435 kB.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// Largest document in bytes. Default: 64 MiB.
    pub bytes: usize,
    /// Deepest nesting of arrays and objects. Default: 64.
    pub depth: usize,
}

impl Limits {
    /// The default limits with another size.
    #[must_use]
    pub fn with_bytes(bytes: usize) -> Self {
        Self { bytes, ..Self::default() }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self { bytes: 64 << 20, depth: 64 }
    }
}

/// Why a text is not JSON that we read, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{kind} at line {line}, column {column}")]
#[non_exhaustive]
pub struct SyntaxError {
    /// What is wrong.
    pub kind: SyntaxErrorKind,
    /// Line, counted from 1.
    pub line: usize,
    /// Column in bytes, counted from 1.
    pub column: usize,
}

/// What is wrong with a JSON text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SyntaxErrorKind {
    /// More bytes than [`Limits::bytes`].
    #[error("the document is larger than the limit of {limit} bytes")]
    TooLarge {
        /// The limit.
        limit: usize,
    },
    /// Deeper than [`Limits::depth`].
    #[error("arrays and objects are nested more than {limit} levels deep")]
    TooDeep {
        /// The limit.
        limit: usize,
    },
    /// Not UTF-8; FHIR JSON always is.
    #[error("the text is not UTF-8")]
    NotUtf8,
    /// Something else was expected here.
    #[error("expected {0}")]
    Expected(&'static str),
    /// The document ended too early.
    #[error("the document ends in the middle of {0}")]
    Ends(&'static str),
}

pub(super) fn document(bytes: &[u8], limits: Limits) -> Result<Json, SyntaxError> {
    let first = |kind| SyntaxError { kind, line: 1, column: 1 };
    if bytes.len() > limits.bytes {
        return Err(first(SyntaxErrorKind::TooLarge { limit: limits.bytes }));
    }
    let text = std::str::from_utf8(bytes)
        .map_err(|error| locate(bytes, error.valid_up_to(), SyntaxErrorKind::NotUtf8))?;
    // A byte order mark is not JSON, but some exporters write one and nothing is lost without it.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut parser = Parser { text, bytes: text.as_bytes(), at: 0, depth: 0, limit: limits.depth };
    parser.document().map_err(|kind| locate(parser.bytes, parser.at, kind))
}

fn locate(bytes: &[u8], at: usize, kind: SyntaxErrorKind) -> SyntaxError {
    let before = bytes.get(..at).unwrap_or(bytes);
    let line_start = before.iter().rposition(|&byte| byte == b'\n').map_or(0, |place| place + 1);
    let line = before.iter().filter(|&&byte| byte == b'\n').count() + 1;
    SyntaxError { kind, line, column: before.len() - line_start + 1 }
}

struct Parser<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
    depth: usize,
    limit: usize,
}

type Parsed<T> = Result<T, SyntaxErrorKind>;

impl<'a> Parser<'a> {
    fn document(&mut self) -> Parsed<Json> {
        let value = self.value()?;
        self.skip_space();
        match self.peek() {
            None => Ok(value),
            Some(_) => Err(SyntaxErrorKind::Expected("the end of the document")),
        }
    }

    fn value(&mut self) -> Parsed<Json> {
        self.skip_space();
        match self.peek() {
            Some(b'{') => self.nested(Self::object),
            Some(b'[') => self.nested(Self::array),
            Some(b'"') => self.string().map(|text| Json::String(text.into_owned())),
            Some(b'-' | b'0'..=b'9') => self.number(),
            Some(b't') => self.word("true", Json::Bool(true)),
            Some(b'f') => self.word("false", Json::Bool(false)),
            Some(b'n') => self.word("null", Json::Null),
            Some(_) => Err(SyntaxErrorKind::Expected("a value")),
            None => Err(SyntaxErrorKind::Ends("a value")),
        }
    }

    fn nested(&mut self, read: fn(&mut Self) -> Parsed<Json>) -> Parsed<Json> {
        if self.depth >= self.limit {
            return Err(SyntaxErrorKind::TooDeep { limit: self.limit });
        }
        self.depth += 1;
        self.at += 1;
        let value = read(self);
        self.depth -= 1;
        value
    }

    fn object(&mut self) -> Parsed<Json> {
        let mut object = Object::new();
        self.skip_space();
        if self.eat(b'}') {
            return Ok(Json::Object(object));
        }
        loop {
            self.skip_space();
            match self.peek() {
                Some(b'"') => {}
                Some(_) => return Err(SyntaxErrorKind::Expected("a member name in double quotes")),
                None => return Err(SyntaxErrorKind::Ends("an object")),
            }
            let key = Key::read(self.string()?);
            self.skip_space();
            if !self.eat(b':') {
                return Err(self.missing("a colon after the member name", "an object"));
            }
            let value = self.value()?;
            object.members.push((key, value));
            self.skip_space();
            if self.eat(b'}') {
                return Ok(Json::Object(object));
            }
            if !self.eat(b',') {
                return Err(self.missing("a comma or a closing brace", "an object"));
            }
        }
    }

    fn array(&mut self) -> Parsed<Json> {
        let mut elements = Vec::new();
        self.skip_space();
        if self.eat(b']') {
            return Ok(Json::Array(elements));
        }
        loop {
            elements.push(self.value()?);
            self.skip_space();
            if self.eat(b']') {
                return Ok(Json::Array(elements));
            }
            if !self.eat(b',') {
                return Err(self.missing("a comma or a closing bracket", "an array"));
            }
        }
    }

    fn number(&mut self) -> Parsed<Json> {
        let start = self.at;
        let rest = self.bytes.get(start..).unwrap_or_default();
        let length = rest
            .iter()
            .position(|byte| !matches!(byte, b'0'..=b'9' | b'-' | b'+' | b'.' | b'e' | b'E'))
            .unwrap_or(rest.len());
        let text = self.text.get(start..start + length).unwrap_or_default();
        if !number_is_valid(text) {
            return Err(SyntaxErrorKind::Expected("a number such as 7, -0.5 or 1.50"));
        }
        self.at += length;
        Ok(Json::Number(Number(text.to_owned())))
    }

    fn word(&mut self, word: &str, value: Json) -> Parsed<Json> {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        if rest.starts_with(word.as_bytes()) {
            self.at += word.len();
            return Ok(value);
        }
        Err(SyntaxErrorKind::Expected("true, false, null or a quoted string"))
    }

    /// Reads a string from its opening quote to its closing one.
    fn string(&mut self) -> Parsed<Cow<'a, str>> {
        self.at += 1;
        let start = self.at;
        self.skip_plain();
        if self.peek() == Some(b'"') {
            let text = self.text.get(start..self.at).unwrap_or_default();
            self.at += 1;
            return Ok(Cow::Borrowed(text));
        }
        let mut text = self.text.get(start..self.at).unwrap_or_default().to_owned();
        loop {
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(Cow::Owned(text));
                }
                Some(b'\\') => {
                    self.at += 1;
                    text.push(self.escape()?);
                }
                Some(_) => {
                    return Err(SyntaxErrorKind::Expected(
                        "no control character inside a string; write \\n or \\t",
                    ));
                }
                None => return Err(SyntaxErrorKind::Ends("a string")),
            }
            let start = self.at;
            self.skip_plain();
            text.push_str(self.text.get(start..self.at).unwrap_or_default());
        }
    }

    fn escape(&mut self) -> Parsed<char> {
        let Some(byte) = self.peek() else {
            return Err(SyntaxErrorKind::Ends("a string"));
        };
        self.at += 1;
        Ok(match byte {
            b'"' => '"',
            b'\\' => '\\',
            b'/' => '/',
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => return self.unicode_escape(),
            _ => {
                return Err(SyntaxErrorKind::Expected("a JSON escape such as \\n or \\u0905"));
            }
        })
    }

    fn unicode_escape(&mut self) -> Parsed<char> {
        const LONE: SyntaxErrorKind = SyntaxErrorKind::Expected("a whole surrogate pair");
        let first = self.hex4()?;
        let code = match first {
            0xd800..=0xdbff => {
                if !(self.eat(b'\\') && self.eat(b'u')) {
                    return Err(LONE);
                }
                let second = self.hex4()?;
                if !(0xdc00..=0xdfff).contains(&second) {
                    return Err(LONE);
                }
                0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00)
            }
            code => code,
        };
        char::from_u32(code).ok_or(LONE)
    }

    fn hex4(&mut self) -> Parsed<u32> {
        let digits = self
            .text
            .get(self.at..self.at + 4)
            .filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()))
            .and_then(|digits| u32::from_str_radix(digits, 16).ok())
            .ok_or(SyntaxErrorKind::Expected("four hexadecimal digits after \\u"))?;
        self.at += 4;
        Ok(digits)
    }

    /// Steps over what a string may hold without an escape. Attachments are megabytes of this, so
    /// eight bytes are looked at together.
    fn skip_plain(&mut self) {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let mut plain = 0;
        for word in rest.chunks_exact(8) {
            let word = word.try_into().map_or(0, u64::from_le_bytes);
            let special = stop_bytes(word);
            if special != 0 {
                self.at += plain + special.trailing_zeros() as usize / 8;
                return;
            }
            plain += 8;
        }
        let tail = rest.get(plain..).unwrap_or_default();
        let stop = tail.iter().position(|byte| matches!(byte, b'"' | b'\\' | 0..=0x1f));
        self.at += plain + stop.unwrap_or(tail.len());
    }

    fn skip_space(&mut self) {
        while let Some(b' ' | b'\n' | b'\r' | b'\t') = self.peek() {
            self.at += 1;
        }
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn eat(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    fn missing(&self, expected: &'static str, inside: &'static str) -> SyntaxErrorKind {
        match self.peek() {
            Some(_) => SyntaxErrorKind::Expected(expected),
            None => SyntaxErrorKind::Ends(inside),
        }
    }
}

/// The high bit of the lowest byte that is a quote, a backslash or a control character. Higher bytes
/// may be marked wrongly (a borrow), the lowest marked one is always right.
fn stop_bytes(word: u64) -> u64 {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGHS: u64 = 0x8080_8080_8080_8080;
    let zero_in = |bytes: u64| bytes.wrapping_sub(ONES) & !bytes;
    let quote = zero_in(word ^ (ONES * b'"' as u64));
    let backslash = zero_in(word ^ (ONES * b'\\' as u64));
    let control = word.wrapping_sub(ONES * 0x20) & !word;
    (quote | backslash | control) & HIGHS
}

/// The grammar of RFC 8259, section 6.
pub(crate) fn number_is_valid(text: &str) -> bool {
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (unsigned, None),
    };
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (mantissa, None),
    };
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    digits(whole)
        && (whole.len() == 1 || !whole.starts_with('0'))
        && fraction.is_none_or(digits)
        && exponent
            .is_none_or(|exponent| digits(exponent.strip_prefix(['+', '-']).unwrap_or(exponent)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Json, SyntaxError> {
        document(text.as_bytes(), Limits::default())
    }

    #[test]
    fn numbers_keep_their_text() {
        for text in ["0", "-0", "1.50", "1e5", "-1.0E-10", "123456789012345678901234567890.10"] {
            assert_eq!(parse(text).unwrap().to_string(), text);
        }
        for text in ["01", "1.", ".5", "+1", "1e", "--1", "1.2.3", "0x1", "-"] {
            assert!(parse(text).is_err(), "{text} is not a JSON number");
        }
    }

    #[test]
    fn strings_resolve_their_escapes() {
        let text = parse(r#""a\"\\\/\b\f\n\r\t\u0905\ud83d\ude00 अ""#).unwrap();
        assert_eq!(text.as_str(), Some("a\"\\/\u{8}\u{c}\n\r\tअ😀 अ"));
        for text in [r#""\x""#, r#""\u12""#, r#""\ud800""#, r#""\ud800\u0041""#, "\"\n\"", "\"abc"]
        {
            assert!(parse(text).is_err(), "{text} is not a JSON string");
        }
    }

    #[test]
    fn every_stop_byte_is_found_at_every_place() {
        for stop in ["\"", "\\\\", "\n"] {
            for before in 0..20 {
                let plain = "ä".repeat(before);
                let read = parse(&format!("\"{plain}{stop}"));
                assert!(read.is_err() || stop == "\"", "{before} characters before {stop:?}");
                if stop == "\"" {
                    assert_eq!(read.unwrap().as_str(), Some(plain.as_str()));
                }
            }
        }
    }

    #[test]
    fn errors_name_line_and_column() {
        let error = parse("{\n  \"a\": tru\n}").unwrap_err();
        assert_eq!((error.line, error.column), (2, 8));
        assert_eq!(
            parse("[1 2]").unwrap_err().to_string(),
            "expected a comma or a closing bracket at line 1, column 4"
        );
        assert_eq!(parse("[1").unwrap_err().kind, SyntaxErrorKind::Ends("an array"));
    }

    #[test]
    fn a_hundred_thousand_levels_are_refused() {
        let text = "[".repeat(100_000);
        assert_eq!(parse(&text).unwrap_err().kind, SyntaxErrorKind::TooDeep { limit: 64 });
    }

    #[test]
    fn doubled_members_are_kept() {
        let text = r#"{"a":1,"a":2}"#;
        assert_eq!(parse(text).unwrap().to_string(), text);
    }

    #[test]
    fn order_of_members_does_not_matter_for_equality() {
        assert_eq!(parse(r#"{"a":1,"b":[1,2]}"#).unwrap(), parse(r#"{"b":[1,2],"a":1}"#).unwrap());
        assert_ne!(parse(r#"{"b":[1,2]}"#).unwrap(), parse(r#"{"b":[2,1]}"#).unwrap());
        assert_ne!(parse("1.5").unwrap(), parse("1.50").unwrap());
    }
}
