//! What an operator sees at `info`: one line for each link, grant, transfer and refusal. Ids,
//! counts and codes only; no name, no address, no text of ABDM's, which may name a person.

use abdm_core::id::{CareContextReference, RequestId};
use abdm_core::vocabulary::HiStatus;
use abdm_flow::store::FlowId;
use chrono::{DateTime, SecondsFormat, Utc};
use tracing::{info, warn};

use crate::flow::{BackfillNews, ConfirmRefusal, Failure, ShareVerdict};
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
        HipEvent::AutoLinkStopped { care_context, linked, failure, .. } => {
            let (code, class) = (code(failure), failure.class);
            info!(%flow, %care_context, linked, code, %class, "a visit is not linked by itself");
        }
        HipEvent::DiscoveryAnswered { transaction_id, offered, explanation, .. } => {
            let (transaction, care_contexts) = (transaction_id, offered.len());
            info!(%flow, %transaction, care_contexts, explanation, "a discovery is answered");
        }
        HipEvent::UserLinkFailed { transaction_id, failure, .. } => {
            let (transaction, code, class) = (transaction_id, code(failure), failure.class);
            warn!(%flow, %transaction, code, %class, "ABDM has no answer to a patient's search");
        }
        HipEvent::ConsentGranted(detail) => {
            let (consent, care_contexts) = (&detail.consent_id, detail.care_contexts.len());
            info!(%flow, %consent, care_contexts, "a consent is granted");
        }
        HipEvent::ConsentEnded { consent_id, status, .. } => {
            info!(%flow, consent = %consent_id, %status, "a consent has ended");
        }
        HipEvent::TransferRefused { transaction_id, consent_id, failure, .. } => {
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
        HipEvent::PatientStatusChanged { standing, .. } => {
            info!(%flow, ?standing, "a patient's ABHA account has changed");
        }
    }
}

/// One line for a link that waits until ABDM takes another request for its link token. `flow` is
/// the token's.
pub(crate) fn link_waits(flow: FlowId, until: DateTime<Utc>) {
    let goes_on_at = until.to_rfc3339_opts(SecondsFormat::Secs, true);
    info!(%flow, goes_on_at, "a link waits: the next request for its link token leaves by itself");
}

/// One line for what has become of a back-fill.
pub(crate) fn backfill(news: &BackfillNews, flow: FlowId) {
    match news {
        BackfillNews::Failing(failure) => {
            let (code, class) = (code(failure), failure.class);
            warn!(%flow, code, %class, "a back-fill waits: link after link fails");
        }
        BackfillNews::ListComesBack => warn!(
            %flow,
            "a back-fill waits: the list of old visits comes back to a visit that was read before; \
             give `OldVisits` an order that does not change and each visit a cursor of its own, \
             then call `Backfill::pause` and `Backfill::resume`"
        ),
        BackfillNews::Works => info!(%flow, "a back-fill goes on: links succeed again"),
        BackfillNews::Finished(counts) => {
            let (visits, linked, already) = (counts.seen, counts.linked, counts.already);
            let failed: u64 = counts.failed.values().sum();
            info!(%flow, visits, linked, already, failed, "a back-fill is finished");
        }
    }
}

/// One line for an SMS that ABDM refuses at once, or does not answer for.
pub(crate) fn sms_not_taken(flow: FlowId, failure: &Failure) {
    let (code, class) = (code(failure), failure.class);
    warn!(%flow, code, %class, "an SMS notice is not sent");
}

/// One line for an SMS of which ABDM says later that it is not sent. `request` is the id of the
/// call for it.
pub(crate) fn sms_failed(request: RequestId, failure: &Failure) {
    let (code, class) = (code(failure), failure.class);
    warn!(%request, code, %class, "an SMS notice is not sent");
}

/// One line for the number of a counter that did not reach the patient's app.
pub(crate) fn running_token_not_heard(flow: FlowId, failure: &Failure) {
    let (code, class) = (code(failure), failure.class);
    warn!(%flow, code, %class, "ABDM did not take the answer to a question for the running token");
}

/// One line for the reception that could not say which number is being served.
pub(crate) fn running_token_unknown(flow: FlowId, reason: &str) {
    warn!(%flow, reason, "a question for the running token is answered without a number");
}

/// One line for a patient's choice of which ABDM did not take the answer.
pub(crate) fn init_not_heard(flow: FlowId, failure: &Failure) {
    let (code, class) = (code(failure), failure.class);
    warn!(%flow, code, %class, "ABDM did not take the answer to a patient's choice");
}

/// One line for a patient's OTP of which ABDM did not take the answer.
pub(crate) fn confirm_not_heard(flow: FlowId, failure: &Failure) {
    let (code, class) = (code(failure), failure.class);
    warn!(%flow, code, %class, "ABDM did not take the answer to a patient's OTP");
}

/// One line for a shared profile of which ABDM did not take the answer.
pub(crate) fn share_not_heard(share: RequestId, failure: &Failure) {
    let (code, class) = (code(failure), failure.class);
    warn!(%share, code, %class, "ABDM did not take the answer to a shared profile");
}

/// One line for an OTP of a link that the hospital's own system did not send.
pub(crate) fn otp_not_sent(flow: FlowId, reason: &str) {
    warn!(%flow, reason, "the OTP of a patient's link is not sent");
}

/// One line for a mobile number that has been sent the OTPs of a day.
pub(crate) fn otps_used_up(flow: FlowId) {
    warn!(%flow, "the OTP of a patient's link is not sent: its mobile number has had all of a day's");
}

/// One line for an OTP of a link that is not taken.
pub(crate) fn otp_refused(flow: FlowId, refusal: ConfirmRefusal) {
    info!(%flow, reason = refusal.as_str(), "the OTP of a patient's link is refused");
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
