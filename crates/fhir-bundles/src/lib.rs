//! Build, read, check and show the NRCES India FHIR R4 document bundles that ABDM exchanges.

pub mod build;
pub mod check;
pub mod codes;
mod document;
pub mod json;
mod language;
pub mod model;
pub mod plain;
pub mod record;
mod render;

pub use self::{
    check::{check, check_json, check_within},
    codes::HiType,
    document::{DocumentBundle, ReadError},
    language::Language,
    record::Record,
};
