//! The endpoints of milestone 2, and [`ALL`] of them.
//!
//! One file for each endpoint: its declaration, its body, how live bodies differ. Both sides use
//! the same types: a facility sends [`GenerateLinkToken`](hip_linking::GenerateLinkToken) and receives
//! [`OnGenerateLinkToken`](hip_linking::OnGenerateLinkToken), a gateway (the local sandbox) the other
//! way round. Reading is tolerant, writing strict.
//!
//! Endpoints that milestones 2 and 3 share stand in [`abdm_core::api`]: the data push, the
//! transfer's report, and the consent artefact's terms.
#![cfg_attr(
    feature = "v0_5",
    doc = "\nThose of the legacy V0.5 stand apart, in [`v0_5`], with a list of their own."
)]

pub mod consent;
pub mod health_information;
pub mod hip_linking;
pub mod patient_status;
pub(crate) mod readable;
pub mod sharing;
pub mod sms;
pub mod user_linking;
#[cfg(feature = "v0_5")]
pub mod v0_5;

use abdm_core::endpoint::{Endpoint, Metadata};

/// Every endpoint declared in this crate.
pub const ALL: &[&Metadata] = &[
    &hip_linking::GenerateLinkToken::META,
    &hip_linking::OnGenerateLinkToken::META,
    &hip_linking::LinkCareContexts::META,
    &hip_linking::OnLinkCareContexts::META,
    &hip_linking::NotifyContext::META,
    &hip_linking::OnNotifyContext::META,
    &consent::OnConsentNotify::META,
    &consent::AcknowledgeConsent::META,
    &health_information::OnHealthInformationRequest::META,
    &health_information::AcknowledgeHealthInformationRequest::META,
    &sharing::OnPatientShare::META,
    &sharing::AcknowledgeShare::META,
    &sharing::OnRunningTokenStatus::META,
    &sharing::AnswerRunningToken::META,
    &user_linking::OnDiscoverCareContexts::META,
    &user_linking::AnswerDiscovery::META,
    &user_linking::OnLinkInit::META,
    &user_linking::AnswerLinkInit::META,
    &user_linking::OnLinkConfirm::META,
    &user_linking::AnswerLinkConfirm::META,
    &sms::NotifyBySms::META,
    &sms::OnSmsNotified::META,
    &patient_status::OnPatientStatus::META,
    &patient_status::AcknowledgePatientStatus::META,
];
