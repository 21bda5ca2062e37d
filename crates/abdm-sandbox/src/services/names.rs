//! Names of endpoints in what is kept: for `#[serde(with = "…")]`.

use serde::de::Error as _;
use serde::{Deserialize as _, Deserializer, Serializer};

/// The name of an endpoint. By this name of its type it is not taken for a text that is borrowed
/// from what is read.
pub(crate) type EndpointName = &'static str;

/// The name itself.
pub(crate) fn serialize<S: Serializer>(name: &&'static str, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(name)
}

/// The name of an endpoint that this version declares.
pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<&'static str, D::Error> {
    let name = String::deserialize(from)?;
    declared(&name).ok_or_else(|| D::Error::custom("no endpoint has this name"))
}

fn declared(name: &str) -> Option<&'static str> {
    super::endpoints().map(|meta| meta.name).find(|declared| *declared == name)
}

/// The same for what may have no name, or one that is declared no more.
pub(crate) mod option {
    use serde::{Deserialize as _, Deserializer};

    /// The name, if it is one.
    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<Option<&'static str>, D::Error> {
        let name = Option::<String>::deserialize(from)?;
        Ok(name.and_then(|name| super::declared(&name)))
    }
}
