//! The endpoints that every milestone needs, and [`ALL`] of them.
//!
//! One file for each endpoint. The milestone crates have the same rooms for theirs.

pub mod consent;
pub mod data_flow;
pub mod gateway;
pub mod registry;
pub mod reply;
#[cfg(feature = "v0_5")]
pub mod v0_5;

use crate::endpoint::{Endpoint, Metadata};

/// Every endpoint declared in this crate.
pub const ALL: &[&Metadata] = &[
    &gateway::CreateSession::META,
    &gateway::FetchCertificates::META,
    &gateway::FetchOpenIdConfiguration::META,
    &gateway::UpdateBridgeUrl::META,
    &gateway::ListBridgeServices::META,
    &gateway::FindBridgeService::META,
    &registry::SearchFacilities::META,
    &registry::FindNearbyFacilities::META,
    &registry::FindDuplicateFacilities::META,
    &registry::SearchFacilityDirectory::META,
    &registry::FetchFacilityContact::META,
    &registry::SendFacilityOtp::META,
    &registry::ValidateFacilityOtp::META,
    &registry::LinkBridge::META,
    &registry::CheckHprId::META,
    &registry::FindProfessional::META,
    &registry::FindProfessionalsByMobile::META,
    &registry::FetchProfessional::META,
    &registry::ListStates::META,
    &registry::ListDistricts::META,
    &registry::ListSubdistricts::META,
    &registry::ListMasterTypes::META,
    &registry::FetchMasterData::META,
    &registry::ListFacilityTypes::META,
    &registry::ListFacilitySubtypes::META,
    &registry::ListOwnerSubtypes::META,
    &registry::ListSpecialities::META,
    &registry::ListHprCategories::META,
    &registry::ListHprSubcategories::META,
    &data_flow::PushHealthInformation::META,
    &data_flow::NotifyHealthInformation::META,
    &data_flow::CheckHealthInformationStatus::META,
];
