//! The endpoints of milestone 2, and [`ALL`] of them.
//!
//! One file for each endpoint: its declaration, its body, how live bodies differ. Both sides use
//! the same types: a facility sends [`GenerateLinkToken`](linking::GenerateLinkToken) and receives
//! [`OnGenerateLinkToken`](linking::OnGenerateLinkToken), a gateway (the local sandbox) the other
//! way round. Reading is tolerant, writing strict.
//!
//! Endpoints that milestones 2 and 3 share stand in [`abdm_core::api`]: the data push, the
//! transfer's report, and the consent artefact's terms.

pub mod consent;
pub mod health_information;
pub mod linking;
pub(crate) mod readable;
pub mod sharing;

use abdm_core::endpoint::{Endpoint, Metadata};

/// Every endpoint declared in this crate.
pub const ALL: &[&Metadata] = &[
    &linking::GenerateLinkToken::META,
    &linking::OnGenerateLinkToken::META,
    &linking::LinkCareContexts::META,
    &linking::OnLinkCareContexts::META,
    &linking::NotifyContext::META,
    &linking::OnNotifyContext::META,
    &consent::OnConsentNotify::META,
    &consent::AcknowledgeConsent::META,
    &health_information::OnHealthInformationRequest::META,
    &health_information::AcknowledgeHealthInformationRequest::META,
    &sharing::OnPatientShare::META,
    &sharing::AcknowledgeShare::META,
];
