//! Narratives: one well-formed `div` of XHTML that holds nothing but what R4 allows (txt-1, txt-2).

mod allowed;
mod markup;

use self::markup::{Markup, Piece, Tag};
use super::{Checker, Kind, Severity, path::Path};

const NAMESPACE: &str = "http://www.w3.org/1999/xhtml";
const SHAPE: &str =
    "write <div xmlns=\"http://www.w3.org/1999/xhtml\">…</div> with closed tags and escaped text";

/// Elements that start a new paragraph or block, which a paragraph cannot hold.
const BLOCKS: [&str; 6] = ["div", "blockquote", "table", "ol", "ul", "p"];

/// What is wrong with a narrative.
struct Fault {
    rule: &'static str,
    severity: Severity,
    message: String,
    help: String,
}

impl Fault {
    fn shape(message: impl Into<String>) -> Self {
        Self::error(message, SHAPE)
    }

    fn error(message: impl Into<String>, help: impl Into<String>) -> Self {
        let (message, help) = (message.into(), help.into());
        Self { rule: "txt-1", severity: Severity::Error, message, help }
    }
}

/// Reports what is wrong with a narrative.
pub(super) fn check(text: &str, path: &Path<'_>, checker: &mut Checker) {
    let mut reader = Reader::default();
    let broken = reader.read(text).err();
    for fault in reader.faults.into_iter().chain(broken) {
        let Fault { rule, severity, message, help } = fault;
        checker.add(severity, path.to_string(), rule, Kind::Invariant, message, help);
    }
}

/// Walks over the markup once.
#[derive(Default)]
struct Reader<'a> {
    open: Vec<&'a str>,
    /// What is wrong and does not keep the rest from being read, each kind once.
    faults: Vec<Fault>,
    is_done: bool,
    has_content: bool,
}

impl<'a> Reader<'a> {
    /// Reads to the end, or to what makes the rest unreadable.
    fn read(&mut self, text: &'a str) -> Result<(), Fault> {
        for piece in Markup::of(text.trim()) {
            match piece? {
                Piece::Text(text) => self.text(text)?,
                Piece::Entity(name) => self.entity(name)?,
                Piece::Comment => {}
                Piece::Start(tag) => self.start(&tag)?,
                Piece::End(name) => self.end(name)?,
            }
        }
        if !self.is_done {
            let message = match self.open.last() {
                Some(name) => format!("a narrative whose {} is not closed", shown(name)),
                None => "a narrative that is not a div element".to_owned(),
            };
            return Err(Fault::shape(message));
        }
        if !self.has_content {
            return Err(Fault {
                rule: "txt-2",
                severity: Severity::Error,
                message: "a narrative without any text".to_owned(),
                help: "say in words what the resource says, or leave text out".to_owned(),
            });
        }
        Ok(())
    }

    fn text(&mut self, text: &str) -> Result<(), Fault> {
        let is_blank = text.trim_matches([' ', '\t', '\r', '\n']).is_empty();
        if self.open.is_empty() && !is_blank {
            return Err(Fault::shape(match self.is_done {
                true => "a narrative with text outside its div",
                false => "a narrative that is not a div element",
            }));
        }
        self.has_content |= !is_blank;
        Ok(())
    }

    /// XML knows five names; R4: "there is no support for HTML entities like &nbsp; or &copy;".
    /// HL7's validator reads those of HTML nevertheless.
    fn entity(&mut self, name: &str) -> Result<(), Fault> {
        let of_xml = matches!(name, "lt" | "gt" | "amp" | "quot" | "apos");
        if !of_xml && !markup::is_character(name) {
            if !allowed::ENTITIES.contains(&name) {
                return Err(Fault::error(
                    "a narrative with an & that is not escaped",
                    "write &amp; where an & is meant",
                ));
            }
            self.note(Fault {
                severity: Severity::Warning,
                ..Fault::error(
                    format!(
                        "a narrative with the entity &{name}; of HTML, which XML does not know"
                    ),
                    "write the letter itself, or its number, such as &#160; for &nbsp;",
                )
            });
        }
        self.text("&")
    }

    fn start(&mut self, tag: &Tag<'a>) -> Result<(), Fault> {
        if self.open.is_empty() {
            if self.is_done {
                return Err(Fault::error(
                    "a narrative with two roots",
                    "put all of it into one div",
                ));
            }
            if tag.name != "div" {
                return Err(Fault::shape("a narrative that is not a div element"));
            }
        }
        self.names(tag);
        if self.open.contains(&"p") && BLOCKS.contains(&tag.name) {
            // HTML has it so and HL7's validator refuses it; R4's own txt-1 does not name it.
            self.note(Fault {
                severity: Severity::Warning,
                ..Fault::error(
                    format!("a narrative with {} inside a paragraph", shown(tag.name)),
                    "close the p before it",
                )
            });
        }
        if tag.name == "img" && tag.attributes.iter().any(|(name, _)| *name == "src") {
            self.has_content = true;
        }
        if !tag.is_empty {
            self.open.push(tag.name);
        } else if self.open.is_empty() {
            self.is_done = true;
        }
        Ok(())
    }

    /// The names in a tag, against the list of R4.
    fn names(&mut self, tag: &Tag<'_>) {
        if !allowed::ELEMENTS.contains(&tag.name) {
            let small = tag.name.to_ascii_lowercase();
            let help = match allowed::ELEMENTS.contains(&small.as_str()) {
                true => format!("write {small}; XHTML is written in small letters"),
                false => allowed::instead_of(&small).to_owned(),
            };
            let message = format!("a narrative with {}, which R4 does not allow", shown(tag.name));
            self.note(Fault::error(message, help));
        }
        let namespace = tag.attributes.iter().find(|(name, _)| *name == "xmlns");
        let is_right = match namespace {
            Some((_, url)) => *url == NAMESPACE,
            None => !self.open.is_empty(),
        };
        if !is_right {
            let message = match namespace {
                Some(_) => "a narrative with an element of another namespace than XHTML",
                None => "a narrative whose div does not name its namespace",
            };
            self.note(Fault::error(message, format!("write <div xmlns=\"{NAMESPACE}\">")));
        }
        for (name, value) in &tag.attributes {
            let is_known = *name == "xmlns"
                || allowed::ATTRIBUTES.contains(name)
                || allowed::ATTRIBUTES_OF.contains(&(tag.name, *name));
            if !is_known {
                let message = format!(
                    "a narrative with the attribute {}, which R4 does not allow",
                    shown(name)
                );
                self.note(Fault::error(message, "leave it out; use class or style for the looks"));
            }
            if matches!(*name, "href" | "src") && is_script(value) {
                let message = "a narrative with a link that runs a script";
                self.note(Fault::error(message, "leave the link out"));
            }
        }
    }

    fn end(&mut self, name: &str) -> Result<(), Fault> {
        if self.open.pop() != Some(name) {
            return Err(Fault::shape(format!(
                "a narrative whose tags do not match at {}",
                shown(name)
            )));
        }
        self.is_done = self.open.is_empty();
        Ok(())
    }

    /// Keeps a fault, the same one once.
    fn note(&mut self, fault: Fault) {
        let is_new = self.faults.iter().all(|known| known.message != fault.message);
        if is_new && self.faults.len() < 8 {
            self.faults.push(fault);
        }
    }
}

/// A name out of the text, as far as it is a name.
fn shown(name: &str) -> &str {
    let is_name = !name.is_empty()
        && name.len() <= 20
        && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, ':' | '-'));
    if is_name { name } else { "something" }
}

fn is_script(url: &str) -> bool {
    let scheme: String = url
        .chars()
        .filter(|c| !c.is_whitespace() && !c.is_control())
        .take("javascript:".len())
        .flat_map(char::to_lowercase)
        .collect();
    scheme == "javascript:" || scheme.starts_with("vbscript:")
}

#[cfg(test)]
mod tests;
