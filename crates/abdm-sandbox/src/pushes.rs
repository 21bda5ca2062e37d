//! What each receiver of pushes looks at first, the patient's app and a played HIU alike
//! (m2-hip.md 8.3).

use abdm_core::api::data_flow::DataPage;
use abdm_core::id::ConsentId;
use bytes::Bytes;
use fidelius_crypto::ChecksumVerdict;
use http::header::AUTHORIZATION;
use http::{HeaderMap, StatusCode};

use crate::engine::Engine;
use crate::server::session_token;
use crate::world::World;

/// The page, or the status by which it is refused.
pub(crate) fn admit(
    engine: &Engine,
    headers: &HeaderMap,
    body: &Bytes,
) -> Result<DataPage, StatusCode> {
    // A token that is there must be good; without one the unguessable path decides (rulings.md 4).
    if headers.contains_key(AUTHORIZATION) {
        let now = engine.now();
        let owner =
            session_token(headers).and_then(|token| engine.world().session_owner(token, now));
        owner.ok_or(StatusCode::UNAUTHORIZED)?;
    }
    let page: DataPage = abdm_core::wire::read_json(body).map_err(|_| StatusCode::BAD_REQUEST)?;
    if page.entries.is_empty() { Err(StatusCode::BAD_REQUEST) } else { Ok(page) }
}

/// What a reviewer would say of a document that came (phr-simulator.md 7). Neither a wrong checksum
/// nor a wrong document keeps a receiver from taking it.
pub(crate) fn findings(document: &[u8], checksum: ChecksumVerdict) -> Vec<String> {
    let differs = checksum == ChecksumVerdict::Mismatch;
    let differs = differs.then(|| "the checksum is not that of the document".to_owned());
    let checked = fhir_bundles::check(document);
    differs.into_iter().chain(checked.errors().map(ToString::to_string)).collect()
}

/// Which of the page's entries are of care contexts that the patient granted; `None` when its
/// transaction is none under this consent (rulings.md 31).
pub(crate) fn granted(world: &World, page: &DataPage, consent: &ConsentId) -> Option<Vec<bool>> {
    let transfer = world.transfers.get(&page.transaction_id)?;
    let artefact = world.artefacts.get(consent).filter(|_| transfer.consent == *consent)?;
    let contexts = page.entries.iter().map(|entry| &entry.care_context_reference);
    Some(contexts.map(|context| artefact.detail.names(context)).collect())
}
