//! The kept corpus of the HIP's flows: what every release has stored is read and driven on. How
//! files are added: see `abdm_flow::testing::corpus`.

mod auto_link;
mod backfill;
mod consent;
mod hip_link;
mod link_token;
#[cfg(feature = "v0_5")]
mod patient_auth;
#[cfg(feature = "patient_status")]
mod patient_status;
mod running_token;
mod share;
mod sms;
mod transfer;
mod user_link;

use abdm_core::error::{ErrorClass, ErrorCode};
use abdm_core::id::{HipId, RequestId};
use abdm_core::seal::Sealed;
use chrono::{DateTime, Utc};

use super::Failure;

abdm_flow::flow_corpus_tests! {
    links: crate::flow::HipLinkFlow,
    link_tokens: crate::flow::LinkTokenFlow,
    consents: crate::flow::ConsentFlow,
    transfers: crate::flow::TransferFlow,
    shares: crate::flow::ShareFlow,
    running_tokens: crate::flow::RunningTokenFlow,
    messages: crate::flow::SmsFlow,
    auto_links: crate::flow::AutoLinkFlow,
    backfills: crate::flow::BackfillFlow,
    user_links: crate::flow::UserLinkFlow,
}

#[cfg(feature = "patient_status")]
abdm_flow::flow_corpus_tests! {
    patient_statuses: crate::flow::PatientStatusFlow,
}

#[cfg(feature = "v0_5")]
abdm_flow::flow_corpus_tests! {
    authentications: crate::flow::PatientAuthFlow,
}

fn start() -> DateTime<Utc> {
    "2026-09-14T09:00:00Z".parse().unwrap()
}

fn hip_id() -> HipId {
    "IN0000000001".parse().unwrap()
}

/// The `REQUEST-ID` of a sending.
fn request_of(sending: u64) -> RequestId {
    format!("3f2a1c80-0000-4000-8000-{sending:012}").parse().unwrap()
}

/// A sealed text that nobody opens here.
fn sealed(fill: u8) -> Sealed {
    let mut bytes = vec![fill; 64];
    bytes[0] = 1;
    Sealed::from_bytes(bytes).unwrap()
}

fn failure(code: &str, class: ErrorClass) -> Failure {
    let mut failure = Failure::new(format!("ABDM answered {code}")).of_class(class);
    failure.code = ErrorCode::parse(code);
    failure
}
