//! Build, read, check and show the NRCES India FHIR R4 document bundles that ABDM exchanges.

pub mod build;
pub mod codes;
mod document;
pub mod json;
mod language;
pub mod model;

pub use self::{
    document::{DocumentBundle, ReadError},
    language::Language,
};
