use std::fmt;

use crate::json::{Json, Writer};

/// No FHIR element has nearly so many members; an object with more is kept as plain JSON.
pub(crate) const MOST_MEMBERS: usize = 1024;

/// Where a value stands. It becomes a text only when there is something to tell: a document has
/// thousands of values, and seldom one that is not understood.
#[derive(Clone, Copy)]
pub(crate) struct Path<'a> {
    /// What it is in.
    inside: Option<&'a Self>,
    name: &'static str,
    /// Which of several.
    place: Option<usize>,
}

impl<'a> Path<'a> {
    /// The whole, by its name.
    pub(crate) const fn root(name: &'static str) -> Self {
        Self { inside: None, name, place: None }
    }

    /// An element of it.
    pub(crate) const fn at(&'a self, name: &'static str) -> Self {
        Self { inside: Some(self), name, place: None }
    }

    /// One of several elements of a name.
    pub(crate) const fn at_place(&'a self, name: &'static str, place: usize) -> Self {
        Self { inside: Some(self), name, place: Some(place) }
    }
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(inside) = self.inside {
            write!(f, "{inside}.")?;
        }
        f.write_str(self.name)?;
        self.place.map_or(Ok(()), |place| write!(f, "[{place}]"))
    }
}

/// A FHIR value that can be read from JSON of the right shape and written back unchanged.
pub(crate) trait Value: Sized {
    /// Whether [`Value::read`] would take it.
    fn fits(key: &str, json: &Json) -> bool;

    /// Takes the value. `key` is the member's name, which decides the type of a choice.
    fn read(key: &str, json: Json) -> Option<Self>;

    fn write(&self, writer: &mut Writer);

    /// Reports the paths of what no typed field took, here and below.
    fn leftovers(&self, _path: &Path<'_>, _report: &mut dyn FnMut(String)) {}

    /// Reports what R4 forbids to overlook, here and below; contained resources and the sections of
    /// a Composition speak for themselves.
    fn modifiers(&self, _report: &mut dyn FnMut(Modifier<'_>)) {}

    /// The text of a value that is text.
    fn as_text(&self) -> Option<&str> {
        None
    }

    /// The text of a member, by its FHIR name.
    fn member_text(&self, _name: &str) -> Option<&str> {
        None
    }

    /// The member's name when writing: the element's own, except for a choice of types.
    fn key(&self, name: &'static str) -> &'static str {
        name
    }
}

/// Something that changes what an element means, in a way this crate does not know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Modifier<'a> {
    /// A `modifierExtension`, with its URL.
    Extension(Option<&'a str>),
    /// A modifier element of a shape that cannot be read, with its name.
    Unreadable(&'a str),
}

/// The modifier elements that change what a clinical fact means. `use` and `active`, and what only a
/// patient has, are told where they are read.
const MODIFIERS: [&str; 14] = [
    "modifierExtension",
    "implicitRules",
    "status",
    "intent",
    "clinicalStatus",
    "verificationStatus",
    "doNotPerform",
    "forecastStatus",
    "isSubpotent",
    "comparator",
    "deceasedBoolean",
    "deceasedDateTime",
    "actuality",
    "lifecycleStatus",
];

/// Whether a member that no field took would have been a modifier element.
pub(crate) fn is_modifier(name: &str) -> bool {
    MODIFIERS.contains(&name)
}

/// A struct's field: at most one value, or a list.
pub(crate) trait Field {
    /// Takes the value, or gives it back when it does not fit or there is one already.
    fn put(&mut self, key: &str, json: Json) -> Option<Json>;

    fn write(&self, name: &'static str, writer: &mut Writer);

    fn is_present(&self) -> bool;

    fn leftovers(&self, path: &Path<'_>, name: &'static str, report: &mut dyn FnMut(String));

    fn modifiers(&self, name: &'static str, report: &mut dyn FnMut(Modifier<'_>));

    fn text(&self) -> Option<&str>;
}

impl<T: Value> Field for Option<T> {
    fn put(&mut self, key: &str, json: Json) -> Option<Json> {
        if self.is_some() || !T::fits(key, &json) {
            return Some(json);
        }
        *self = T::read(key, json);
        None
    }

    fn write(&self, name: &'static str, writer: &mut Writer) {
        if let Some(value) = self {
            writer.member(value.key(name), |writer| value.write(writer));
        }
    }

    fn is_present(&self) -> bool {
        self.is_some()
    }

    fn leftovers(&self, path: &Path<'_>, name: &'static str, report: &mut dyn FnMut(String)) {
        if let Some(value) = self {
            value.leftovers(&path.at(name), report);
        }
    }

    fn modifiers(&self, _: &'static str, report: &mut dyn FnMut(Modifier<'_>)) {
        if let Some(value) = self {
            value.modifiers(report);
        }
    }

    fn text(&self) -> Option<&str> {
        self.as_ref().and_then(Value::as_text)
    }
}

impl<T: Value> Field for Vec<T> {
    fn put(&mut self, key: &str, json: Json) -> Option<Json> {
        match json {
            // An empty array would vanish on writing, so it is not taken.
            Json::Array(elements)
                if self.is_empty()
                    && !elements.is_empty()
                    && elements.iter().all(|element| T::fits(key, element)) =>
            {
                self.reserve_exact(elements.len());
                self.extend(elements.into_iter().filter_map(|element| T::read(key, element)));
                None
            }
            refused => Some(refused),
        }
    }

    fn write(&self, name: &'static str, writer: &mut Writer) {
        if self.is_empty() {
            return;
        }
        writer.member(name, |writer| {
            writer.array(|writer| {
                for value in self {
                    writer.element(|writer| value.write(writer));
                }
            });
        });
    }

    fn is_present(&self) -> bool {
        !self.is_empty()
    }

    fn leftovers(&self, path: &Path<'_>, name: &'static str, report: &mut dyn FnMut(String)) {
        for (place, value) in self.iter().enumerate() {
            value.leftovers(&path.at_place(name, place), report);
        }
    }

    fn modifiers(&self, name: &'static str, report: &mut dyn FnMut(Modifier<'_>)) {
        if matches!(name, "contained" | "section") {
            return;
        }
        for value in self {
            if name == "modifierExtension" {
                report(Modifier::Extension(value.member_text("url")));
            }
            value.modifiers(report);
        }
    }

    fn text(&self) -> Option<&str> {
        None
    }
}

impl<T: Value> Value for Box<T> {
    fn fits(key: &str, json: &Json) -> bool {
        T::fits(key, json)
    }

    fn read(key: &str, json: Json) -> Option<Self> {
        T::read(key, json).map(Box::new)
    }

    fn write(&self, writer: &mut Writer) {
        (**self).write(writer);
    }

    fn leftovers(&self, path: &Path<'_>, report: &mut dyn FnMut(String)) {
        (**self).leftovers(path, report);
    }

    fn modifiers(&self, report: &mut dyn FnMut(Modifier<'_>)) {
        (**self).modifiers(report);
    }

    fn as_text(&self) -> Option<&str> {
        (**self).as_text()
    }

    fn member_text(&self, name: &str) -> Option<&str> {
        (**self).member_text(name)
    }

    fn key(&self, name: &'static str) -> &'static str {
        (**self).key(name)
    }
}

impl Value for String {
    fn fits(_: &str, json: &Json) -> bool {
        json.as_str().is_some()
    }

    fn read(_: &str, json: Json) -> Option<Self> {
        match json {
            Json::String(text) => Some(text),
            _ => None,
        }
    }

    fn write(&self, writer: &mut Writer) {
        writer.string(self);
    }

    fn as_text(&self) -> Option<&str> {
        Some(self)
    }
}

impl Value for bool {
    fn fits(_: &str, json: &Json) -> bool {
        json.as_bool().is_some()
    }

    fn read(_: &str, json: Json) -> Option<Self> {
        json.as_bool()
    }

    fn write(&self, writer: &mut Writer) {
        writer.raw(if *self { "true" } else { "false" });
    }
}

/// FHIR integers fit 32 bits. One that is written unusually (`1e2`, `-0`) is left to `extra`.
impl Value for i32 {
    fn fits(_: &str, json: &Json) -> bool {
        let Some(text) = json.as_number() else {
            return false;
        };
        text.parse::<i32>().is_ok_and(|number| number != 0 || text == "0")
    }

    fn read(_: &str, json: Json) -> Option<Self> {
        json.as_number()?.parse().ok()
    }

    fn write(&self, writer: &mut Writer) {
        writer.raw(&self.to_string());
    }
}

impl Value for Json {
    fn fits(_: &str, _: &Json) -> bool {
        true
    }

    fn read(_: &str, json: Json) -> Option<Self> {
        Some(json)
    }

    fn write(&self, writer: &mut Writer) {
        writer.json(self);
    }
}

pub(crate) fn to_text<T: Value>(value: &T) -> Vec<u8> {
    let mut writer = Writer::compact();
    value.write(&mut writer);
    writer.into_bytes()
}

/// Serde by way of the JSON text, the only way that keeps the digits of decimals without asking
/// every crate of the program to change how it reads numbers.
macro_rules! serde_through_text {
    ($name:ident) => {
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                $crate::model::value::serialize(self, serializer)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $crate::model::value::deserialize(stringify!($name), deserializer)
            }
        }
    };
}
pub(crate) use serde_through_text;

pub(crate) fn serialize<T: Value, S: serde::Serializer>(
    value: &T,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    use serde::{Serialize, ser::Error};
    let text = String::from_utf8(to_text(value)).map_err(S::Error::custom)?;
    serde_json::value::RawValue::from_string(text).map_err(S::Error::custom)?.serialize(serializer)
}

pub(crate) fn deserialize<'de, T: Value, D: serde::Deserializer<'de>>(
    name: &str,
    deserializer: D,
) -> Result<T, D::Error> {
    use serde::{Deserialize, de::Error};
    let text = <&serde_json::value::RawValue>::deserialize(deserializer)?;
    let json = Json::parse(text.get().as_bytes()).map_err(D::Error::custom)?;
    let kind = json.kind();
    T::read("", json).ok_or_else(|| D::Error::custom(format!("{name} cannot be {kind}")))
}

serde_through_text!(Json);
