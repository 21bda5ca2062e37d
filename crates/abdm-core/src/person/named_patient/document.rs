//! The identifiers of a document's patients, out of its bytes: everything else is passed over,
//! large attachments included.

use std::fmt;

use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

use super::NamedPatient;
use crate::wire::without_bom;

pub(super) fn read(bytes: &[u8]) -> NamedPatient {
    let (mut named, bytes) = (NamedPatient::new(), without_bom(bytes));
    // A document that is broken off has named whom it has named. One look at all bytes spares one
    // at each key; bytes that are no UTF-8 within what is passed over do no harm.
    let _ = match std::str::from_utf8(bytes) {
        Ok(text) => serde_json::Deserializer::from_str(text).deserialize_any(Resources(&mut named)),
        Err(_) => {
            serde_json::Deserializer::from_slice(bytes).deserialize_any(Resources(&mut named))
        }
    };
    named
}

/// One resource, a list of them, or what holds them; anything else is passed over.
struct Resources<'n>(&'n mut NamedPatient);

/// The elements that matter, of Bundle, its entries, Composition and Patient.
#[derive(Deserialize)]
#[serde(field_identifier, rename_all = "camelCase")]
enum Element {
    Entry,
    Resource,
    Contained,
    ResourceType,
    Identifier,
    Subject,
    #[serde(other)]
    Other,
}

/// What one object holds, until its kind is known.
#[derive(Default)]
struct Held {
    is_patient: bool,
    is_composition: bool,
    own: Vec<Value>,
    of_subject: Vec<Value>,
}

impl Held {
    fn read<'de, A: MapAccess<'de>>(
        &mut self,
        object: &mut A,
        named: &mut NamedPatient,
    ) -> Result<(), A::Error> {
        while let Some(element) = object.next_key()? {
            match element {
                Element::Entry | Element::Resource | Element::Contained => {
                    object.next_value_seed(Resources(named))?;
                }
                Element::ResourceType => {
                    let kind: Value = object.next_value()?;
                    self.is_patient |= kind == "Patient";
                    self.is_composition |= kind == "Composition";
                }
                Element::Identifier => self.own.push(object.next_value()?),
                Element::Subject => {
                    let mut subject: Value = object.next_value()?;
                    self.of_subject.extend(subject.get_mut("identifier").map(Value::take));
                }
                Element::Other => {
                    object.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(())
    }

    fn name(&self, named: &mut NamedPatient) {
        let own = self.own.iter().filter(|_| self.is_patient);
        let of_subject = self.of_subject.iter().filter(|_| self.is_composition);
        for identifiers in own.chain(of_subject) {
            for identifier in one_or_more(identifiers) {
                add(identifier, named);
            }
        }
    }
}

fn add(identifier: &Value, named: &mut NamedPatient) {
    let text = match identifier.get("value") {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Number(number)) => number.to_string(),
        _ => return,
    };
    let codings = identifier.pointer("/type/coding").map_or(&[][..], one_or_more);
    let codes = codings.iter().filter_map(|coding| coding.get("code").and_then(Value::as_str));
    named.add(codes, identifier.get("system").and_then(Value::as_str), &text);
}

/// A list, or the one thing that a careless writer puts in its place.
fn one_or_more(value: &Value) -> &[Value] {
    match value {
        Value::Array(list) => list,
        single => std::slice::from_ref(single),
    }
}

impl<'de> DeserializeSeed<'de> for Resources<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Resources<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<(), A::Error> {
        let mut held = Held::default();
        let read = held.read(&mut object, self.0);
        held.name(self.0);
        read
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        while list.next_element_seed(Resources(self.0))?.is_some() {}
        Ok(())
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }
}
