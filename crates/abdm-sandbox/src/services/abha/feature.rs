//! What NHA opens for some clients only, and the benefit programmes that it registered.

use abha_enrollment::api::headers::Benefit;
use http::StatusCode;

use crate::engine::Engine;
use crate::server::Refusal;

/// Whether the clients may do it: `benefit`, `child` or `demographics`, as
/// [`Switches::restricted_features`](crate::Switches::restricted_features) has them. Else 401
/// ABDM-1021, spelled as live.
pub(crate) fn permitted(engine: &Engine, feature: &str) -> Result<(), Refusal> {
    if engine.world().switches.restricted_features.iter().any(|name| name == feature) {
        let text = "Lack of required priviledges";
        return Err(Refusal::error(StatusCode::UNAUTHORIZED, "ABDM-1021", text));
    }
    Ok(())
}

/// The programme in the benefit header. Without the header 400, with an unknown name 401: the
/// contract shows both shapes and not which is whose (m1-abha.md 5 b, errors.md 1094).
pub(crate) fn programme(engine: &Engine, header: Option<&Benefit>) -> Result<String, Refusal> {
    const TEXT: &str = "Invalid Benefit Name";
    let now = engine.now();
    let name = header.map(Benefit::programme);
    let name = name.ok_or_else(|| Refusal::message(StatusCode::BAD_REQUEST, TEXT, now))?;
    if engine.world().switches.benefit_programmes.iter().any(|known| known == name) {
        return Ok(name.to_owned());
    }
    Err(Refusal::error(StatusCode::UNAUTHORIZED, "ABDM-1094", TEXT))
}
