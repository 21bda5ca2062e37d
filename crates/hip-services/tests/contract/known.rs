//! The endpoints that NHA's requests are compared with.

use abdm_contract::Known;
use abdm_core::api::{data_flow, gateway};
use abdm_core::endpoint::Metadata;
use abdm_core::environment::Family;
use hip_services::api::{
    consent, health_information, hip_linking, patient_status, sharing, sms, user_linking,
};

macro_rules! known {
    ($($endpoint:ty),+ $(,)?) => { vec![$(Known::of::<$endpoint>()),+] };
}

/// The endpoints of milestone 2, and those of every milestone.
pub(crate) fn all() -> Vec<Known> {
    known![
        gateway::CreateSession,
        gateway::FetchCertificates,
        gateway::FetchOpenIdConfiguration,
        gateway::UpdateBridgeUrl,
        gateway::ListBridgeServices,
        gateway::FindBridgeService,
        data_flow::PushHealthInformation,
        data_flow::NotifyHealthInformation,
        data_flow::CheckHealthInformationStatus,
        hip_linking::GenerateLinkToken,
        hip_linking::OnGenerateLinkToken,
        hip_linking::LinkCareContexts,
        hip_linking::OnLinkCareContexts,
        hip_linking::NotifyContext,
        hip_linking::OnNotifyContext,
        consent::OnConsentNotify,
        consent::AcknowledgeConsent,
        health_information::OnHealthInformationRequest,
        health_information::AcknowledgeHealthInformationRequest,
        sharing::OnPatientShare,
        sharing::AcknowledgeShare,
        sharing::OnRunningTokenStatus,
        sharing::AnswerRunningToken,
        user_linking::OnDiscoverCareContexts,
        user_linking::AnswerDiscovery,
        user_linking::OnLinkInit,
        user_linking::AnswerLinkInit,
        user_linking::OnLinkConfirm,
        user_linking::AnswerLinkConfirm,
        sms::NotifyBySms,
        sms::OnSmsNotified,
        patient_status::OnPatientStatus,
        patient_status::AcknowledgePatientStatus,
    ]
}

#[test]
fn every_endpoint_of_the_crate_and_of_every_milestone_is_known() {
    let names: Vec<&str> = all().iter().map(|known| known.meta.name).collect();
    // The registries are no milestone's.
    let of_milestones = |meta: &&&Metadata| meta.family != Family::Registry;
    let shared = abdm_core::api::ALL.iter().filter(of_milestones);
    for meta in hip_services::api::ALL.iter().chain(shared) {
        assert!(names.contains(&meta.name), "add {} to the list", meta.name);
    }
}
