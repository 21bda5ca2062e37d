//! Build, read, check and show the NRCES India FHIR R4 document bundles that ABDM exchanges.

pub mod codes;
pub mod json;
pub mod model;
