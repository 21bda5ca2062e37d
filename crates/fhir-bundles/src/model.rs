//! The FHIR R4 resources and datatypes that ABDM documents use, named as FHIR names them.
//!
//! Every element is optional here, because a document that somebody sent may lack anything: what is
//! missing or misshapen is for [`check`](crate::check()) to say, not for the reader to fail on. To make
//! documents, use [`build`](crate::build), which knows what is needed.
//!
//! # Nothing is lost
//!
//! Each struct has a member `extra` with whatever its typed fields do not take: elements this crate
//! does not know, `_name` twins of primitive elements, values of the wrong shape. Writing puts all
//! of it back. A [`Decimal`] keeps its digits, a [`DateTime`] its precision.
//!
//! # Serde
//!
//! All types implement `Serialize` and `Deserialize`. Reading goes through the text of the JSON, so
//! it works with `serde_json`'s `from_str` and `from_slice`, not with `from_value`, which has lost
//! the digits of decimals already.

#[macro_use]
mod macros;

mod generated;
mod primitives;
mod resource;
mod shortcuts;
pub(crate) mod value;

/// What no typed field takes, as it was written.
pub use crate::json::{Json, Key, Number, Object};

pub use self::{
    generated::*,
    primitives::{Date, DateTime, Decimal, Instant, InvalidPrimitive, Precision},
    resource::ResourceContent,
};
pub(crate) use self::{
    primitives::{Parts, Time},
    value::{Field, Modifier, Path, Value},
};
