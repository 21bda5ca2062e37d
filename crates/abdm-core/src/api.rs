//! The endpoints that every milestone needs, and [`ALL`] of them.
//!
//! One file for each endpoint. The milestone crates have the same rooms for theirs.

pub mod consent;
pub mod data_flow;
pub mod gateway;
pub mod registry;
pub mod reply;

use crate::endpoint::{Endpoint, Metadata};

/// Every endpoint declared in this crate.
pub const ALL: &[&Metadata] = &[
    &gateway::CreateSession::META,
    &gateway::FetchCertificates::META,
    &gateway::FetchOpenIdConfiguration::META,
    &gateway::UpdateBridgeUrl::META,
    &gateway::ListBridgeServices::META,
    &gateway::FindBridgeService::META,
    &data_flow::PushHealthInformation::META,
    &data_flow::NotifyHealthInformation::META,
    &data_flow::CheckHealthInformationStatus::META,
];
