//! What an operator sees at `info`: one line for each link, grant, transfer and refusal. Ids,
//! counts and codes only; no name, no address, no text of ABDM's, which may name a person.

use abdm_core::id::{CareContextReference, RequestId};
use abdm_core::vocabulary::HiStatus;
use abdm_flow::store::FlowId;
use tracing::info;

use crate::flow::{Failure, ShareVerdict};
use crate::hooks::HipEvent;

/// One line for an event, when it happens; not again when the hospital is told again.
pub(crate) fn told(event: &HipEvent, flow: FlowId) {
    match event {
        HipEvent::Linked { care_contexts, already, .. } => {
            info!(%flow, care_contexts = ids(care_contexts), already, "care contexts are linked");
        }
        HipEvent::LinkUnknown { care_contexts, .. } => {
            let care_contexts = ids(care_contexts);
            info!(%flow, care_contexts, "it is unknown whether care contexts are linked");
        }
        HipEvent::LinkFailed { care_contexts, failure, .. } => {
            let (care_contexts, code, class) = (ids(care_contexts), code(failure), failure.class);
            info!(%flow, care_contexts, code, %class, "care contexts are not linked");
        }
        HipEvent::ConsentGranted(detail) => {
            let (consent, care_contexts) = (&detail.consent_id, detail.care_contexts.len());
            info!(%flow, %consent, care_contexts, "a consent is granted");
        }
        HipEvent::ConsentEnded { consent_id, status } => {
            info!(%flow, consent = %consent_id, %status, "a consent has ended");
        }
        HipEvent::TransferRefused { transaction_id, consent_id, failure } => {
            let (transaction, consent) = (transaction_id, consent_id);
            info!(%flow, %transaction, %consent, code = code(failure), "a transfer is refused");
        }
        HipEvent::TransferEnded(report) => {
            let (transaction, consent) = (&report.transaction_id, &report.consent_id);
            let status = &report.status_notification;
            let errored =
                status.status_responses.iter().filter(|r| r.hi_status == HiStatus::Errored).count();
            let care_contexts = status.status_responses.len();
            let status = &status.session_status;
            info!(%flow, %transaction, %consent, %status, care_contexts, errored, "a transfer has ended");
        }
    }
}

/// One line for a shared profile that is answered.
pub(crate) fn shared(share: RequestId, counter: &str, verdict: &ShareVerdict) {
    match verdict {
        ShareVerdict::Registered { token, .. } => {
            info!(%share, counter, token = token.number, "a shared profile is registered");
        }
        ShareVerdict::Refused(refusal) => {
            info!(%share, counter, ?refusal, "a shared profile is refused");
        }
    }
}

fn ids(care_contexts: &[CareContextReference]) -> String {
    let ids: Vec<&str> = care_contexts.iter().map(CareContextReference::as_str).collect();
    ids.join(", ")
}

fn code(failure: &Failure) -> &str {
    failure.code.as_ref().map_or("none", |code| code.as_str())
}
