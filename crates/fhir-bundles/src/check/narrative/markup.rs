//! Reads XML as far as a narrative needs it: tags, text, references and comments.

use super::Fault;

/// One piece of the markup.
pub(super) enum Piece<'a> {
    Text(&'a str),
    /// What stands between `&` and `;`.
    Entity(&'a str),
    Comment,
    Start(Tag<'a>),
    End(&'a str),
}

/// A start tag, or that of an empty element.
pub(super) struct Tag<'a> {
    pub(super) name: &'a str,
    pub(super) attributes: Vec<(&'a str, &'a str)>,
    pub(super) is_empty: bool,
}

/// The pieces of a text, in order; after a fault there are none.
pub(super) struct Markup<'a> {
    rest: &'a str,
}

impl<'a> Markup<'a> {
    pub(super) fn of(text: &'a str) -> Self {
        Self { rest: text }
    }

    fn piece(&mut self) -> Result<Piece<'a>, Fault> {
        let rest = self.rest;
        if let Some(at) = rest.strip_prefix('&') {
            let Some((name, after)) = at.split_once(';').filter(|(name, _)| is_reference(name))
            else {
                return Err(Fault::error(
                    "a narrative with an & that is not escaped",
                    "write &amp; where an & is meant",
                ));
            };
            self.rest = after;
            return Ok(Piece::Entity(name));
        }
        if let Some(at) = rest.strip_prefix("<!--") {
            let Some((_, after)) = at.split_once("-->").filter(|(inner, _)| !inner.contains("--"))
            else {
                return Err(Fault::shape("a narrative with an unclosed comment"));
            };
            self.rest = after;
            return Ok(Piece::Comment);
        }
        if let Some(at) = rest.strip_prefix("<![CDATA[") {
            let Some((text, after)) = at.split_once("]]>") else {
                return Err(Fault::shape("a narrative with an unclosed CDATA section"));
            };
            self.rest = after;
            return Ok(Piece::Text(text));
        }
        if rest.starts_with("<!") || rest.starts_with("<?") {
            return Err(Fault::error(
                "a narrative with a declaration or an instruction for a processor",
                "leave out what stands between <! or <? and >",
            ));
        }
        if let Some(at) = rest.strip_prefix("</") {
            let Some((name, after)) = at.split_once('>') else {
                return Err(Fault::shape("a narrative with an unclosed tag"));
            };
            self.rest = after;
            return Ok(Piece::End(name.trim_end()));
        }
        if let Some(at) = rest.strip_prefix('<') {
            let (tag, after) = tag(at)?;
            self.rest = after;
            return Ok(Piece::Start(tag));
        }
        let end = rest.find(['<', '&']).unwrap_or(rest.len());
        let (text, after) = rest.split_at_checked(end).unwrap_or((rest, ""));
        if text.contains("]]>") {
            return Err(Fault::shape("a narrative with ]]> in its text"));
        }
        self.rest = after;
        Ok(Piece::Text(text))
    }
}

impl<'a> Iterator for Markup<'a> {
    type Item = Result<Piece<'a>, Fault>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let piece = self.piece();
        if piece.is_err() {
            self.rest = "";
        }
        Some(piece)
    }
}

/// What follows a `<`, up to its `>`.
fn tag(text: &str) -> Result<(Tag<'_>, &str), Fault> {
    let (name, mut rest) = name(text);
    if name.is_empty() {
        return Err(Fault::error("a narrative with a < that is not escaped", "write &lt;"));
    }
    let mut attributes: Vec<(&str, &str)> = Vec::new();
    loop {
        let spaced = rest.trim_start();
        if let Some(after) = spaced.strip_prefix("/>") {
            return Ok((Tag { name, attributes, is_empty: true }, after));
        }
        if let Some(after) = spaced.strip_prefix('>') {
            return Ok((Tag { name, attributes, is_empty: false }, after));
        }
        if spaced.is_empty() || spaced.starts_with('<') {
            return Err(Fault::shape("a narrative with an unclosed tag"));
        }
        let is_apart = spaced.len() < rest.len();
        let (attribute, after) = self::name(spaced);
        let Some(value) = after.trim_start().strip_prefix('=') else {
            return Err(Fault::shape("a narrative with an attribute that has no value"));
        };
        let value = value.trim_start();
        let quote = value.chars().next().filter(|quote| matches!(quote, '"' | '\''));
        let Some((value, after)) =
            quote.and_then(|quote| value.strip_prefix(quote)?.split_once(quote))
        else {
            return Err(Fault::error(
                "a narrative with an attribute that is not in quotes",
                "put the value of each attribute into quotes",
            ));
        };
        if attribute.is_empty() || !is_apart {
            return Err(Fault::shape("a narrative with a tag that is not well formed"));
        }
        if value.contains('<') || !references_hold(value) {
            return Err(Fault::shape("a narrative with a < or & in an attribute"));
        }
        if attributes.iter().any(|(known, _)| *known == attribute) {
            return Err(Fault::error("a narrative with an attribute twice in a tag", "keep one"));
        }
        attributes.push((attribute, value));
        rest = after;
    }
}

/// A name at the start of a text, and what follows it.
fn name(text: &str) -> (&str, &str) {
    let is_first = |c: char| c.is_alphabetic() || matches!(c, '_' | ':');
    if !text.starts_with(is_first) {
        return ("", text);
    }
    let is_inner = |c: char| c.is_alphanumeric() || matches!(c, '_' | ':' | '-' | '.');
    let end = text.find(|c: char| !is_inner(c)).unwrap_or(text.len());
    text.split_at_checked(end).unwrap_or(("", text))
}

fn references_hold(value: &str) -> bool {
    value
        .split('&')
        .skip(1)
        .all(|after| after.split_once(';').is_some_and(|(name, _)| is_reference(name)))
}

/// Whether a text can stand between `&` and `;`.
fn is_reference(name: &str) -> bool {
    is_character(name)
        || (!name.is_empty()
            && name.len() <= 10
            && name.starts_with(|c: char| c.is_ascii_alphabetic())
            && name.chars().all(|c| c.is_ascii_alphanumeric()))
}

/// Whether a name such as `#160` or `#x20B9` is that of a character which XML allows.
pub(super) fn is_character(name: &str) -> bool {
    let Some(number) = name.strip_prefix('#') else {
        return false;
    };
    let code = match number.strip_prefix('x') {
        Some(hex) if hex.bytes().all(|byte| byte.is_ascii_hexdigit()) => {
            u32::from_str_radix(hex, 16).ok()
        }
        None if number.bytes().all(|byte| byte.is_ascii_digit()) => number.parse().ok(),
        _ => None,
    };
    code.and_then(char::from_u32)
        .is_some_and(|c| !c.is_control() || matches!(c, '\t' | '\n' | '\r' | '\u{7f}'..='\u{9f}'))
}
