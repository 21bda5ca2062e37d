//! What an operator sees: one line at `info` for each decision, transfer, refusal and erasure. Ids,
//! numbers and ABDM's codes; no free text of ABDM's or of a patient's, which may name a person.

use abdm_core::vocabulary::ConsentStatus;
use abdm_flow::store::FlowId;

use crate::decision::Decision;
use crate::flow::{Outcome, Refusal};
use crate::hooks::{HiuEvent, TransferSummary};

/// The longest text that is taken for a status.
const LONGEST_STATUS: usize = 32;

/// One line for an event, when it happens; not again when the hospital is told again.
pub(crate) fn told(event: &HiuEvent, flow: FlowId) {
    match event {
        HiuEvent::ConsentDecided { decision: Decision::Refused(Refusal { code, .. }), .. } => {
            tracing::info!(%flow, code, "ABDM refused a consent request");
        }
        HiuEvent::ConsentDecided { decision: Decision::Unknown, .. } => {
            tracing::warn!(%flow, "no callback came for a consent request: check the bridge URL");
        }
        HiuEvent::ConsentDecided { request, decision, artefacts } => {
            let request = request.as_ref().map(tracing::field::display);
            let (state, artefacts) = (decision.name(), artefacts.len());
            tracing::info!(%flow, request, state, artefacts, "a consent was decided");
        }
        HiuEvent::DecisionNotUnderstood { status } => {
            tracing::warn!(
                %flow,
                status = word(status),
                "a decision has a status of no known meaning and changes nothing: ask ABDM how the request stands"
            );
        }
        HiuEvent::ArtefactGranted(terms) => {
            let (consent, hip) = (&terms.consent_id, &terms.hip.id);
            let care_contexts = terms.care_contexts.len();
            tracing::info!(%consent, %hip, care_contexts, "the terms of a consent are known");
        }
        HiuEvent::ArtefactUnavailable { artefact, refusal: Refusal { code, .. } } => {
            tracing::info!(consent = %artefact, code, "a consent artefact could not be fetched");
        }
        HiuEvent::ArtefactEnded { artefact, reason, .. } => {
            tracing::info!(consent = %artefact, ?reason, "a consent has ended");
        }
        HiuEvent::PageRefused { artefact, hip, transaction, why } => {
            let transaction = transaction.as_ref().map(tracing::field::display);
            let hip = hip.as_ref().map(tracing::field::display);
            tracing::warn!(
                consent = %artefact, hip, transaction, reason = %why,
                "a page was refused; further ones for this reason are counted in the delivery"
            );
        }
        HiuEvent::TransferEnded(summary) => transfer(summary),
        HiuEvent::DocumentsErased(proof) => {
            let hip = proof.hip.as_ref().map(tracing::field::display);
            tracing::info!(
                consent = %proof.consent,
                hip,
                reason = ?proof.reason,
                documents = proof.documents,
                "what was received under a consent was erased"
            );
        }
    }
}

fn transfer(summary: &TransferSummary) {
    let TransferSummary { artefact, hip, transaction, outcome, .. } = summary;
    let TransferSummary { pages, documents, failed, missing, .. } = summary;
    let transaction = transaction.as_ref().map(tracing::field::display);
    let hip = hip.as_ref().map(tracing::field::display);
    let (outcome, code) = match outcome {
        Some(Outcome::Complete) => ("complete", None),
        Some(Outcome::Partial) => ("partial", None),
        Some(Outcome::Failed(refusal)) => ("failed", refusal.code.as_deref()),
        Some(Outcome::Aborted) => ("aborted", None),
        None => ("under way", None),
    };
    tracing::info!(
        consent = %artefact, hip, transaction, outcome, code, pages, documents, failed, missing,
        "a transfer has ended"
    );
}

/// The status, where it can only be a word of the protocol's: any other text may tell anything.
fn word(status: &ConsentStatus) -> &str {
    let text = status.as_str();
    let is_word = text.len() <= LONGEST_STATUS
        && text.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_');
    if is_word { text } else { "(no word)" }
}
