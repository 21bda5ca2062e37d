// Generated from the FHIR R4 and NRCES definitions by `cargo xtask generate`. Do not edit.

mod codes;
mod profiles;
mod types;

pub(super) use self::{
    codes::{RESOURCE_TYPES, SYSTEMS},
    profiles::{BASE_PROFILES, PROFILES},
    types::{RESOURCES, TWIN},
};
