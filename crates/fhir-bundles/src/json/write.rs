use super::{Json, Object};

/// Writes JSON text, compact or indented.
pub(crate) struct Writer {
    out: Vec<u8>,
    /// Spaces per level; `None` writes no space at all.
    indent: Option<usize>,
    level: usize,
    /// Whether the next member or element is the first of its container.
    first: bool,
}

impl Writer {
    pub(crate) fn compact() -> Self {
        Self { out: Vec::with_capacity(4096), indent: None, level: 0, first: true }
    }

    pub(crate) fn pretty() -> Self {
        Self { indent: Some(2), ..Self::compact() }
    }

    pub(crate) fn into_bytes(self) -> Vec<u8> {
        self.out
    }

    pub(crate) fn json(&mut self, value: &Json) {
        match value {
            Json::Null => self.raw("null"),
            Json::Bool(true) => self.raw("true"),
            Json::Bool(false) => self.raw("false"),
            Json::Number(number) => self.raw(number.as_str()),
            Json::String(text) => self.string(text),
            Json::Array(elements) => {
                self.array(|writer| {
                    for element in elements {
                        writer.element(|writer| writer.json(element));
                    }
                });
            }
            Json::Object(object) => self.object(|writer| writer.members(object)),
        }
    }

    /// All members of an object, inside one that is already open.
    pub(crate) fn members(&mut self, object: &Object) {
        for (name, value) in object.iter() {
            self.member(name, |writer| writer.json(value));
        }
    }

    pub(crate) fn object(&mut self, body: impl FnOnce(&mut Self)) {
        self.container(b'{', b'}', body);
    }

    pub(crate) fn array(&mut self, body: impl FnOnce(&mut Self)) {
        self.container(b'[', b']', body);
    }

    pub(crate) fn member(&mut self, name: &str, value: impl FnOnce(&mut Self)) {
        self.separate();
        self.string(name);
        self.out.push(b':');
        if self.indent.is_some() {
            self.out.push(b' ');
        }
        value(self);
    }

    pub(crate) fn element(&mut self, value: impl FnOnce(&mut Self)) {
        self.separate();
        value(self);
    }

    /// Text that is JSON already.
    pub(crate) fn raw(&mut self, text: &str) {
        self.out.extend_from_slice(text.as_bytes());
    }

    pub(crate) fn string(&mut self, text: &str) {
        write_string(&mut self.out, text);
    }

    fn container(&mut self, open: u8, close: u8, body: impl FnOnce(&mut Self)) {
        self.out.push(open);
        self.level += 1;
        self.first = true;
        body(self);
        self.level -= 1;
        if !self.first {
            self.line();
        }
        self.first = false;
        self.out.push(close);
    }

    fn separate(&mut self) {
        if !self.first {
            self.out.push(b',');
        }
        self.first = false;
        self.line();
    }

    fn line(&mut self) {
        if let Some(indent) = self.indent {
            self.out.push(b'\n');
            self.out.resize(self.out.len() + indent * self.level, b' ');
        }
    }
}

/// Writes a JSON string with its quotes, escaping only what JSON demands.
pub(crate) fn write_string(out: &mut Vec<u8>, text: &str) {
    out.push(b'"');
    let mut rest = text.as_bytes();
    while let Some(stop) = rest.iter().position(|&byte| needs_escape(byte)) {
        let (plain, tail) = rest.split_at(stop);
        out.extend_from_slice(plain);
        let Some((&byte, tail)) = tail.split_first() else {
            break;
        };
        match byte {
            b'"' => out.extend_from_slice(br#"\""#),
            b'\\' => out.extend_from_slice(br"\\"),
            b'\n' => out.extend_from_slice(br"\n"),
            b'\r' => out.extend_from_slice(br"\r"),
            b'\t' => out.extend_from_slice(br"\t"),
            other => out.extend_from_slice(format!("\\u{other:04x}").as_bytes()),
        }
        rest = tail;
    }
    out.extend_from_slice(rest);
    out.push(b'"');
}

fn needs_escape(byte: u8) -> bool {
    byte < 0x20 || byte == b'"' || byte == b'\\'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pretty_text_reads_back_equal() {
        let json = Json::parse(r#"{"a":[1,{"b":[]},{}],"c":"x\ny\u0001"}"#.as_bytes()).unwrap();
        let pretty = String::from_utf8(json.to_vec_pretty()).unwrap();
        assert_eq!(
            pretty,
            "{\n  \"a\": [\n    1,\n    {\n      \"b\": []\n    },\n    {}\n  ],\n  \"c\": \"x\\ny\\u0001\"\n}"
        );
        assert_eq!(Json::parse(pretty.as_bytes()).unwrap(), json);
    }
}
