//! The endpoints that NHA's requests are compared with.

use abdm_contract::Known;
use abdm_core::api::gateway;
use abha_enrollment::api::{account, address, benefit, certificate, enrollment, login, phr};

macro_rules! known {
    ($($endpoint:ty),+ $(,)?) => { vec![$(Known::of::<$endpoint>()),+] };
}

/// The endpoints of milestone 1, and those of the gateway that its collections also show.
pub(crate) fn all() -> Vec<Known> {
    known![
        gateway::CreateSession,
        gateway::FetchCertificates,
        gateway::FetchOpenIdConfiguration,
        gateway::UpdateBridgeUrl,
        gateway::ListBridgeServices,
        gateway::FindBridgeService,
        certificate::FetchCertificate,
        enrollment::RequestEnrolmentOtp,
        enrollment::EnrolByAadhaar,
        enrollment::VerifyEnrolmentOtp,
        enrollment::SuggestAbhaAddresses,
        enrollment::ClaimAbhaAddress,
        enrollment::InitFaceAuth,
        enrollment::CheckFaceCapture,
        enrollment::EnrolByDocument,
        enrollment::ListChildren,
        login::RequestLoginOtp,
        login::VerifyLogin,
        login::VerifyUser,
        login::VerifyLoginInOneStep,
        login::SearchAbhaNumber,
        login::FindAbha,
        account::FetchProfile,
        account::UpdateProfile,
        account::FetchAbhaCard,
        account::FetchQrCode,
        account::RequestChangeOtp,
        account::VerifyChange,
        account::SendEmailLink,
        account::RenewSession,
        account::LogOut,
        benefit::LinkBenefit,
        benefit::SearchBenefit,
        benefit::ListProgrammes,
        address::SearchAbhaAddress,
        address::RequestAddressOtp,
        address::VerifyAbhaAddress,
        address::FetchAddressProfile,
        address::FetchAddressCard,
        address::FetchAddressQrCode,
        address::CheckAddressName,
        address::RequestAddressEnrolmentOtp,
        address::VerifyAddressEnrolment,
        address::VerifyAddressUser,
        address::SuggestAddressNames,
        address::EnrolAbhaAddress,
        phr::FetchPhrCertificate,
        phr::RequestPhrEnrolmentOtp,
        phr::VerifyPhrEnrolment,
        phr::SuggestPhrAddressNames,
        phr::CheckPhrAddressName,
        phr::EnrolPhrAddress,
        phr::EncryptText,
        phr::RequestPhrLoginOtp,
        phr::VerifyPhrLogin,
        phr::VerifyPhrUser,
        phr::SearchPhrAddress,
        phr::FetchPhrProfile,
        phr::UpdatePhrProfile,
        phr::FetchPhrCard,
        phr::FetchPhrQrCode,
        phr::RequestPhrChangeOtp,
        phr::VerifyPhrChange,
        phr::LinkAbhaNumber,
        phr::DelinkAbhaNumber,
        phr::ListSwitchProfiles,
        phr::SwitchProfile,
        phr::RenewPhrSession,
        phr::LogOutPhr,
    ]
}

/// Every endpoint of the crate is compared.
#[test]
fn every_endpoint_of_the_crate_is_known() {
    let names: Vec<&str> = all().iter().map(|known| known.meta.name).collect();
    for meta in abha_enrollment::api::ALL {
        assert!(names.contains(&meta.name), "add {} to the list", meta.name);
    }
}
