//! Names for new ABHA addresses.

use std::sync::Arc;

use abdm_core::person::AbhaAddress;
use abha_enrollment::api::address::CheckAddressName;
use abha_enrollment::input::AbhaAddressName;

use super::faults;
use crate::engine::Engine;
use crate::server::{Answer, Received, Refusal};

pub(super) fn check(
    engine: &Arc<Engine>,
    received: Received<CheckAddressName>,
) -> Result<Answer, Refusal> {
    Answer::of::<CheckAddressName>(&is_taken(engine, received.call.body.abha_address.as_str())?)
}

/// Whether a name is taken. Those of deleted ABHA numbers are: V3 does not say so, V1 did
/// (m1-abha.md 14).
pub(in crate::services) fn is_taken(engine: &Engine, name: &str) -> Result<bool, Refusal> {
    let address = address(name).ok_or_else(|| faults::bad_value("Invalid ABHA Address"))?;
    Ok(engine.world().people.place_of(&address).is_some())
}

/// The address of this name, with or without its suffix.
pub(in crate::services) fn address(name: &str) -> Option<AbhaAddress> {
    let other_suffix = name.split_once('@').is_some_and(|(_, suffix)| suffix != "sbx");
    let name = AbhaAddressName::parse(name).ok()?;
    name.with_suffix("sbx").ok().filter(|_| !other_suffix)
}
