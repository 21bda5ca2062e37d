//! Benefit programmes: who may act for one (m1-abha.md 3, 6.6, 10).

use abha_enrollment::api::headers::Benefit;
use chrono::{DateTime, Utc};
use http::StatusCode;

use crate::server::Refusal;
use crate::world::World;

/// The programme in the call's header, in any of its spellings. None, or one that nobody registered:
/// "Invalid Benefit Name".
pub(crate) fn programme(
    world: &World,
    benefit: Option<&Benefit>,
    now: DateTime<Utc>,
) -> Result<String, Refusal> {
    let known = benefit.map(Benefit::programme).filter(|name| {
        world.switches.programmes.iter().any(|known| known.eq_ignore_ascii_case(name))
    });
    let invalid = || Refusal::message(StatusCode::UNAUTHORIZED, "Invalid Benefit Name", now);
    known.map(str::to_owned).ok_or_else(invalid)
}
