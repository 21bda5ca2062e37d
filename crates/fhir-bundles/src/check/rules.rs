//! The shape of the generated tables.

use crate::json::Json;

/// An R4 type or backbone element: its elements by JSON name.
#[derive(Debug)]
pub(super) struct TypeRule {
    /// `Patient`, `Identifier`, `Composition.section`.
    pub(super) name: &'static str,
    pub(super) elements: &'static [ElementRule],
}

impl TypeRule {
    pub(super) fn element(&self, name: &str) -> Option<&'static ElementRule> {
        self.elements.iter().find(|element| element.name == name)
    }
}

/// One element of a type; each type of a choice has its own.
#[derive(Debug)]
pub(super) struct ElementRule {
    pub(super) name: &'static str,
    /// The element's name without its type, for a choice; else empty.
    pub(super) choice: &'static str,
    pub(super) min: u8,
    pub(super) list: bool,
    pub(super) shape: Shape,
    /// Types that a reference may lead to; empty for any.
    pub(super) targets: &'static [&'static str],
    pub(super) binding: Option<Binding>,
}

/// What a value looks like.
#[derive(Debug)]
pub(super) enum Shape {
    Complex(&'static TypeRule),
    Primitive(Primitive),
    Resource,
}

/// FHIR's primitive types.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Primitive {
    Base64Binary,
    Boolean,
    Canonical,
    Code,
    Date,
    DateTime,
    Decimal,
    Id,
    Instant,
    Integer,
    Markdown,
    Oid,
    PositiveInt,
    String,
    Time,
    UnsignedInt,
    Uri,
    Url,
    Uuid,
    Xhtml,
}

/// Codes that an element may have.
#[derive(Debug, Clone, Copy)]
pub(super) enum Binding {
    /// No others.
    Required(&'static CodeSet),
    /// Others only where none of these fits.
    Extensible(&'static CodeSet),
    /// A MIME type of BCP 13, of which there are too many to list.
    MimeType,
}

/// A value set that is listed in full: codes by system.
#[derive(Debug)]
pub(super) struct CodeSet {
    pub(super) name: &'static str,
    pub(super) systems: &'static [(&'static str, &'static [&'static str])],
}

impl CodeSet {
    /// Whether any of its systems has the code.
    pub(super) fn has_code(&self, code: &str) -> bool {
        self.systems.iter().any(|(_, codes)| codes.binary_search(&code).is_ok())
    }

    pub(super) fn has(&self, system: &str, code: &str) -> bool {
        let mut systems = self.systems.iter().filter(|(url, _)| *url == system);
        systems.any(|(_, codes)| codes.binary_search(&code).is_ok())
    }

    /// Some of the codes, for a message: the first of a long set, or those that are used most.
    pub(super) fn some(&self) -> String {
        let usual = USUAL.iter().find(|(name, _)| *name == self.name).map_or(&[][..], |(_, it)| it);
        let usual = usual.iter().copied().filter(|code| self.has_code(code));
        let others = self.codes().filter(|code| !usual.clone().any(|usual| usual == *code));
        let mut shown: Vec<&str> = usual.clone().chain(others).take(13).collect();
        let more = if shown.len() > 12 { ", …" } else { "" };
        shown.truncate(12);
        format!("{}{more}", shown.join(", "))
    }

    /// All codes, whatever their system.
    pub(super) fn codes(&self) -> impl Iterator<Item = &'static str> + Clone {
        self.systems.iter().flat_map(|(_, codes)| codes.iter().copied())
    }
}

/// Codes that Indian records use, of sets that list many others before them.
const USUAL: &[(&str, &[&str])] =
    &[("ndhm-identifier-type-code", &["ABHA", "HIN", "MR", "HPID", "MD", "PRN", "PPN", "DL"])];

/// A code system whose codes and displays are all known.
#[derive(Debug)]
pub(super) struct System {
    pub(super) url: &'static str,
    /// Code and display, in order of code.
    pub(super) codes: &'static [(&'static str, &'static str)],
}

impl System {
    pub(super) fn display(&self, code: &str) -> Option<&'static str> {
        let place = self.codes.binary_search_by_key(&code, |(code, _)| code).ok()?;
        self.codes.get(place).map(|(_, display)| *display)
    }
}

/// An NRCES profile.
#[derive(Debug)]
pub(super) struct Profile {
    pub(super) name: &'static str,
    /// The resource type that it constrains.
    pub(super) type_: &'static str,
    pub(super) root: Node,
}

/// What a profile adds to an element.
#[derive(Debug)]
pub(super) struct Node {
    /// The element's name, without the type for a choice.
    pub(super) name: &'static str,
    pub(super) min: usize,
    pub(super) max: Option<usize>,
    /// The JSON names that a choice may have; empty for all.
    pub(super) choices: &'static [&'static str],
    /// What a reference may lead to; empty for what the type allows.
    pub(super) targets: &'static [Target],
    pub(super) fixed: Option<&'static str>,
    pub(super) binding: Option<Binding>,
    pub(super) slicing: Option<Slicing>,
    pub(super) children: &'static [Node],
}

/// A node that adds nothing, to be filled.
pub(super) const NODE: Node = Node {
    name: "",
    min: 0,
    max: None,
    choices: &[],
    targets: &[],
    fixed: None,
    binding: None,
    slicing: None,
    children: &[],
};

/// A type that a reference may lead to, and the profile that it must meet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Target {
    pub(super) type_: &'static str,
    pub(super) profile: Option<&'static str>,
}

/// How the items of a list are told apart.
#[derive(Debug)]
pub(super) struct Slicing {
    /// The path below an item whose value tells, such as `code.coding.code`.
    pub(super) path: &'static str,
    pub(super) rules: Rules,
    pub(super) slices: &'static [Slice],
}

/// Whether items that belong to no slice are allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rules {
    Open,
    OpenAtEnd,
    Closed,
}

/// One kind of item.
#[derive(Debug)]
pub(super) struct Slice {
    pub(super) name: &'static str,
    pub(super) values: &'static [&'static str],
    pub(super) node: Node,
}

impl Slicing {
    /// The slice that an item belongs to, by place.
    pub(super) fn slice_of(&self, item: &Json) -> Option<usize> {
        let mut found = Vec::new();
        values_at(item, self.path, &mut found);
        self.slices.iter().position(|slice| slice.values.iter().any(|value| found.contains(value)))
    }
}

/// All texts at a dotted path, through lists.
fn values_at<'a>(json: &'a Json, path: &str, found: &mut Vec<&'a str>) {
    if let Json::Array(elements) = json {
        for element in elements {
            values_at(element, path, found);
        }
        return;
    }
    match path.split_once('.') {
        Some((name, rest)) => {
            if let Some(inner) = json.get(name) {
                values_at(inner, rest, found);
            }
        }
        None => match json.get(path) {
            Some(Json::String(text)) => found.push(text),
            Some(Json::Array(elements)) => found.extend(elements.iter().filter_map(Json::as_str)),
            _ => {}
        },
    }
}
