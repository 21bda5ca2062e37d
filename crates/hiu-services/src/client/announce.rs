//! What an operator sees: one line at `info` for each decision, transfer, refusal and erasure. Ids,
//! numbers and ABDM's codes; no free text of ABDM's or of a patient's, which may name a person.

use abdm_core::vocabulary::ConsentStatus;
use abdm_flow::store::FlowId;

use crate::flow::{ArtefactFlow, ArtefactNews, ConsentFlow, ConsentState, Outcome, Refusal};
use crate::hooks::ErasureProof;

/// The longest text that is taken for a status.
const LONGEST_STATUS: usize = 32;

/// A consent request was decided, or ABDM stays silent about it.
pub(super) fn decision(id: FlowId, flow: &ConsentFlow, state: &ConsentState) {
    let request = flow.id.as_ref().map(tracing::field::display);
    match state {
        ConsentState::Refused(Refusal { code, .. }) => {
            tracing::info!(flow = %id, code, "ABDM refused a consent request");
        }
        ConsentState::Silent => {
            tracing::warn!(
                flow = %id,
                "no callback came for a consent request: check the bridge URL"
            );
        }
        state => {
            let artefacts = flow.artefacts.len();
            tracing::info!(flow = %id, request, state = state.name(), artefacts, "a consent was decided");
        }
    }
}

/// A decision came whose status has no known meaning. The text is shown where it can only be a
/// word of the protocol's.
pub(super) fn unknown_decision(id: FlowId, status: &ConsentStatus) {
    let text = status.as_str();
    let is_word = text.len() <= LONGEST_STATUS
        && text.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_');
    let status = if is_word { text } else { "(no word)" };
    tracing::warn!(
        flow = %id,
        status,
        "a decision has a status of no known meaning and changes nothing: ask ABDM how the request stands"
    );
}

/// A transfer has ended, a page was refused, or an artefact cannot be had.
pub(super) fn artefact(flow: &ArtefactFlow, news: &ArtefactNews) {
    let consent = &flow.id;
    let hip = flow.terms.as_ref().map(|terms| tracing::field::display(&terms.hip.id));
    match news {
        ArtefactNews::Unavailable(Refusal { code, .. }) => {
            tracing::info!(%consent, code, "a consent artefact cannot be had");
        }
        ArtefactNews::PageRefused { transaction, why } => {
            let transaction = transaction.as_ref().map(tracing::field::display);
            tracing::warn!(
                %consent, hip, transaction, reason = %why,
                "a page was refused; further ones for this reason are counted in the delivery"
            );
        }
        ArtefactNews::Transfer { transaction, outcome, pages, documents, failed, missing } => {
            let transaction = transaction.as_ref().map(tracing::field::display);
            let (outcome, code) = match outcome {
                Some(Outcome::Complete) => ("complete", None),
                Some(Outcome::Partial) => ("partial", None),
                Some(Outcome::Failed(refusal)) => ("failed", refusal.code.as_deref()),
                Some(Outcome::Aborted) => ("aborted", None),
                None => ("under way", None),
            };
            tracing::info!(
                %consent, hip, transaction, outcome, code, pages, documents, failed, missing,
                "a transfer has ended"
            );
        }
    }
}

/// Everything that was received under an artefact is gone.
pub(super) fn erasure(proof: &ErasureProof) {
    let hip = proof.hip.as_ref().map(tracing::field::display);
    tracing::info!(
        consent = %proof.consent,
        hip,
        reason = ?proof.reason,
        documents = proof.documents,
        "what was received under a consent was erased"
    );
}
