//! The operations of V0.5 that a HIP or the gateway has, what replaces each, and which of them the
//! feature `v0_5` still speaks (m2-hip.md 10).

use abdm_contract::Fate::{Gone, Replaced};
use abdm_contract::{Calls, Older, Spoken};
use abdm_core::api::{data_flow, gateway};
use abdm_core::endpoint::Endpoint as _;
use hip_services::api::{
    consent, health_information, hip_linking, patient_status, sharing, sms, user_linking,
};

pub(super) const VERSION_0_5: Older = Older {
    what: "V0.5",
    adjective: "V0.5",
    files: &["v0.5-ndhm-hip.yml", "v0.5-ndhm-gateway.yml"],
    fates: FATES,
    spoken: Spoken {
        feature: "v0_5",
        endpoints: &[abdm_core::api::v0_5::ALL, hip_services::api::v0_5::ALL],
    },
};

const FATES: &[Calls] = &[
    // The gateway.
    Calls { calls: &["POST v0.5/sessions"], fate: Replaced(&[&gateway::CreateSession::META]) },
    Calls {
        calls: &["GET v0.5/.well-known/openid-configuration"],
        fate: Replaced(&[&gateway::FetchOpenIdConfiguration::META]),
    },
    Calls { calls: &["GET v0.5/certs"], fate: Replaced(&[&gateway::FetchCertificates::META]) },
    Calls {
        calls: &["GET v0.5/hi-services/{service-id}"],
        fate: Replaced(&[&gateway::FindBridgeService::META]),
    },
    Calls { calls: &["GET v0.5/heartbeat"], fate: Gone("V3 asks no bridge whether it is up") },
    // Linking by the facility.
    Calls {
        calls: &["POST v0.5/users/auth/confirm"],
        fate: Replaced(&[&hip_linking::GenerateLinkToken::META]),
    },
    Calls {
        calls: &["POST v0.5/users/auth/on-confirm"],
        fate: Replaced(&[&hip_linking::OnGenerateLinkToken::META]),
    },
    Calls {
        calls: &[
            "POST v0.5/users/auth/fetch-modes",
            "POST v0.5/users/auth/on-fetch-modes",
            "POST v0.5/users/auth/init",
            "POST v0.5/users/auth/on-init",
            "POST v0.5/users/auth/notify",
            "POST v0.5/users/auth/on-notify",
        ],
        fate: Gone("V3 gives a link token in one step, by the patient's data"),
    },
    Calls {
        calls: &["POST v0.5/links/link/add-contexts"],
        fate: Replaced(&[&hip_linking::LinkCareContexts::META]),
    },
    Calls {
        calls: &["POST v0.5/links/link/on-add-contexts"],
        fate: Replaced(&[&hip_linking::OnLinkCareContexts::META]),
    },
    Calls {
        calls: &["POST v0.5/links/context/notify"],
        fate: Replaced(&[&hip_linking::NotifyContext::META]),
    },
    Calls {
        calls: &["POST v0.5/links/context/on-notify"],
        fate: Replaced(&[&hip_linking::OnNotifyContext::META]),
    },
    Calls {
        calls: &["POST v0.5/patients/sms/notify", "POST v0.5/patients/sms/notify2"],
        fate: Replaced(&[&sms::NotifyBySms::META]),
    },
    Calls {
        calls: &["POST v0.5/patients/sms/on-notify"],
        fate: Replaced(&[&sms::OnSmsNotified::META]),
    },
    // Linking by the patient.
    Calls {
        calls: &["POST v0.5/care-contexts/discover"],
        fate: Replaced(&[&user_linking::OnDiscoverCareContexts::META]),
    },
    Calls {
        calls: &["POST v0.5/care-contexts/on-discover"],
        fate: Replaced(&[&user_linking::AnswerDiscovery::META]),
    },
    Calls {
        calls: &["POST v0.5/links/link/init"],
        fate: Replaced(&[&user_linking::OnLinkInit::META]),
    },
    Calls {
        calls: &["POST v0.5/links/link/on-init"],
        fate: Replaced(&[&user_linking::AnswerLinkInit::META]),
    },
    Calls {
        calls: &["POST v0.5/links/link/confirm"],
        fate: Replaced(&[&user_linking::OnLinkConfirm::META]),
    },
    Calls {
        calls: &["POST v0.5/links/link/on-confirm"],
        fate: Replaced(&[&user_linking::AnswerLinkConfirm::META]),
    },
    // Scan and share.
    Calls {
        calls: &["POST v0.5/patients/profile/share", "POST v1.0/patients/profile/share"],
        fate: Replaced(&[&sharing::OnPatientShare::META]),
    },
    Calls {
        calls: &["POST v0.5/patients/profile/on-share", "POST v1.0/patients/profile/on-share"],
        fate: Replaced(&[&sharing::AcknowledgeShare::META]),
    },
    // Consent and transfer.
    Calls {
        calls: &["POST v0.5/consents/hip/notify"],
        fate: Replaced(&[&consent::OnConsentNotify::META]),
    },
    Calls {
        calls: &["POST v0.5/consents/hip/on-notify"],
        fate: Replaced(&[&consent::AcknowledgeConsent::META]),
    },
    Calls {
        calls: &["POST v0.5/health-information/hip/request"],
        fate: Replaced(&[&health_information::OnHealthInformationRequest::META]),
    },
    Calls {
        calls: &["POST v0.5/health-information/hip/on-request"],
        fate: Replaced(&[&health_information::AcknowledgeHealthInformationRequest::META]),
    },
    Calls {
        calls: &["POST v0.5/health-information/transfer"],
        fate: Replaced(&[&data_flow::PushHealthInformation::META]),
    },
    Calls {
        calls: &["POST v0.5/health-information/notify"],
        fate: Replaced(&[&data_flow::NotifyHealthInformation::META]),
    },
    Calls {
        calls: &["POST v0.5/patients/status/notify"],
        fate: Replaced(&[&patient_status::OnPatientStatus::META]),
    },
    Calls {
        calls: &["POST v0.5/patients/status/on-notify"],
        fate: Replaced(&[&patient_status::AcknowledgePatientStatus::META]),
    },
    // Other roles.
    Calls {
        calls: &[
            "POST v0.5/consent-requests/*",
            "POST v0.5/consents/hiu/*",
            "POST v0.5/consents/fetch",
            "POST v0.5/consents/on-fetch",
            "POST v0.5/health-information/cm/*",
        ],
        fate: Gone("not declared: V0.5; an HIU's, whose V3 endpoints `hiu-services` declares"),
    },
    Calls {
        calls: &["POST v0.5/patients/find", "POST v0.5/patients/on-find"],
        fate: Gone(
            "not declared: V0.5; an address is looked up by milestone 1 (`abha-enrollment`)",
        ),
    },
    Calls {
        calls: &["POST v0.5/subscription-requests/*", "POST v0.5/subscriptions/*"],
        fate: Gone("not declared: V0.5; an HIU subscribes, which no crate here declares yet"),
    },
];
