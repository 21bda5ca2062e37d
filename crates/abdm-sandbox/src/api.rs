//! The endpoints that only the sandbox and its own patient's app speak, and [`ALL`] of them.
//!
//! They are the consent manager's side towards PHR apps (phr-simulator.md). An HMIS never calls
//! them; here they let a test, a person, or a PHR app of others decide as the patient would, over
//! the same HTTP.

pub mod patient_app;

use abdm_core::endpoint::{Endpoint, Metadata};

/// Every endpoint declared in this crate.
pub const ALL: &[&Metadata] = &[
    &patient_app::ListConsentRequests::META,
    &patient_app::ReadConsentRequest::META,
    &patient_app::ApproveConsentRequest::META,
    &patient_app::DenyConsentRequest::META,
    &patient_app::RevokeConsents::META,
    &patient_app::ListArtefacts::META,
    &patient_app::ListLinks::META,
    &patient_app::ShareProfile::META,
    &patient_app::OnProfileShared::META,
    &patient_app::ListTokens::META,
    &patient_app::AskRunningToken::META,
    &patient_app::OnTokenServed::META,
    &patient_app::DiscoverCareContexts::META,
    &patient_app::OnRecordsFound::META,
    &patient_app::InitLink::META,
    &patient_app::OnLinkOffered::META,
    &patient_app::ConfirmLink::META,
    &patient_app::OnRecordsLinked::META,
];
