//! What NHA opens for some clients only.

use http::StatusCode;

use crate::engine::Engine;
use crate::server::Refusal;

/// Whether the clients may do it: `benefit`, `child` or `demographics`, as
/// [`Switches::restricted_features`](crate::Switches::restricted_features) has them. Else 401
/// ABDM-1021, spelled as ABDM does.
pub(crate) fn permitted(engine: &Engine, feature: &str) -> Result<(), Refusal> {
    if engine.world().switches.restricted_features.iter().any(|name| name == feature) {
        let text = "Lack of required priviledges";
        return Err(Refusal::error(StatusCode::UNAUTHORIZED, "ABDM-1021", text));
    }
    Ok(())
}
