//! Milestone 1's endpoints, one file each, and [`ALL`] of them.
//!
//! These are the wire: what is sent and what comes back, for the client and for the sandbox. A desk
//! works with the flows above them.
//!
//! Reading is lenient (ABDM leaves fields out, sends `null`, numbers as texts), writing is strict.
//! Personal fields are [`Personal`](fields::Personal), whose `Debug` shows nothing.

pub mod account;
pub mod address;
pub mod auth;
pub mod benefit;
pub mod certificate;
pub mod enrollment;
pub mod fields;
pub mod headers;
pub mod login;
pub mod otp;
pub mod phr;
pub mod proof;
pub mod token;
pub mod vocabulary;

use abdm_core::endpoint::{Endpoint, Metadata};

/// Every endpoint of this crate.
pub const ALL: &[&Metadata] = &[
    &certificate::FetchCertificate::META,
    &enrollment::RequestEnrolmentOtp::META,
    &enrollment::EnrolByAadhaar::META,
    &enrollment::VerifyEnrolmentOtp::META,
    &enrollment::SuggestAbhaAddresses::META,
    &enrollment::ClaimAbhaAddress::META,
    &enrollment::InitFaceAuth::META,
    &enrollment::CheckFaceCapture::META,
    &enrollment::EnrolByDocument::META,
    &enrollment::ListChildren::META,
    &login::RequestLoginOtp::META,
    &login::VerifyLogin::META,
    &login::VerifyUser::META,
    &login::VerifyLoginInOneStep::META,
    &login::SearchAbhaNumber::META,
    &login::FindAbha::META,
    &account::FetchProfile::META,
    &account::UpdateProfile::META,
    &account::FetchAbhaCard::META,
    &account::FetchQrCode::META,
    &account::RequestChangeOtp::META,
    &account::VerifyChange::META,
    &account::SendEmailLink::META,
    &account::RenewSession::META,
    &account::LogOut::META,
    &benefit::LinkBenefit::META,
    &benefit::SearchBenefit::META,
    &benefit::ListProgrammes::META,
    &address::SearchAbhaAddress::META,
    &address::RequestAddressOtp::META,
    &address::VerifyAbhaAddress::META,
    &address::FetchAddressProfile::META,
    &address::FetchAddressCard::META,
    &address::FetchAddressQrCode::META,
    &address::CheckAddressName::META,
    &address::RequestAddressEnrolmentOtp::META,
    &address::VerifyAddressEnrolment::META,
    &address::VerifyAddressUser::META,
    &address::SuggestAddressNames::META,
    &address::EnrolAbhaAddress::META,
    &phr::FetchPhrCertificate::META,
    &phr::RequestPhrEnrolmentOtp::META,
    &phr::VerifyPhrEnrolment::META,
    &phr::SuggestPhrAddressNames::META,
    &phr::CheckPhrAddressName::META,
    &phr::EnrolPhrAddress::META,
    &phr::EncryptText::META,
    &phr::RequestPhrLoginOtp::META,
    &phr::VerifyPhrLogin::META,
    &phr::VerifyPhrUser::META,
    &phr::SearchPhrAddress::META,
    &phr::FetchPhrProfile::META,
    &phr::UpdatePhrProfile::META,
    &phr::FetchPhrCard::META,
    &phr::FetchPhrQrCode::META,
    &phr::RequestPhrChangeOtp::META,
    &phr::VerifyPhrChange::META,
    &phr::LinkAbhaNumber::META,
    &phr::DelinkAbhaNumber::META,
    &phr::ListSwitchProfiles::META,
    &phr::SwitchProfile::META,
    &phr::RenewPhrSession::META,
    &phr::LogOutPhr::META,
];
