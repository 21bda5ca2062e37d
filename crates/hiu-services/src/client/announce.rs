//! What an operator sees: one line at `info` for each decision, transfer, refusal and erasure. Ids,
//! numbers and ABDM's codes; no free text of ABDM's or of a patient's, which may name a person.

use abdm_core::flow::FlowId;

use crate::flow::{ArtefactFlow, ArtefactNews, ConsentFlow, ConsentState, Outcome, Refusal};
use crate::hooks::ErasureProof;

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
