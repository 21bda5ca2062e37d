//! Benefit programmes: who may act for one (m1-abha.md 3, 6.6, 10).

use abha_enrollment::api::headers::Benefit;
use chrono::{DateTime, Utc};
use http::StatusCode;

use crate::server::Refusal;
use crate::world::World;

/// The programme in the call's header, in any of its spellings, as NHA spells its name. None, or
/// one that nobody registered: "Invalid Benefit Name".
pub(crate) fn programme(
    world: &World,
    benefit: Option<&Benefit>,
    now: DateTime<Utc>,
) -> Result<String, Refusal> {
    let known = benefit.and_then(|benefit| {
        let is_it = |name: &&String| name.eq_ignore_ascii_case(benefit.programme());
        world.switches.programmes.iter().find(is_it)
    });
    let invalid = || Refusal::message(StatusCode::UNAUTHORIZED, "Invalid Benefit Name", now);
    known.cloned().ok_or_else(invalid)
}
