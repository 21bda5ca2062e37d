// Generated from the FHIR R4 and NRCES definitions by `cargo run -p xtask -- generate`. Do not edit.

mod codes;
mod profiles;
mod types;

pub(super) use self::{
    codes::{RESOURCE_TYPES, SYSTEMS},
    profiles::PROFILES,
    types::{RESOURCES, TWIN},
};
