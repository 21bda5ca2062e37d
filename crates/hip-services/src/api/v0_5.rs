//! The endpoints of ABDM's legacy V0.5, and [`ALL`] of them. Feature `v0_5`.
//!
//! Messages of V0.5 carry their id and their instant in the body, and name the answered one in
//! `resp` (gateway.md 2). Beyond that most say what those of V3 say: these are an [`OlderCall`] or an
//! [`OlderCallback`], which turns one into the other, so that the same flows serve both. What V3 has
//! no words for, a patient who proves themselves to the facility, stands in [`user_auth`].

pub mod consent;
pub mod health_information;
pub mod heartbeat;
pub mod linking;
mod patient;
pub mod sharing;
pub mod sms;
pub mod user_auth;
pub mod user_linking;

use abdm_core::endpoint::{Endpoint, Metadata, Session, SignedCallback};
use abdm_core::headers::{HipHeaders, StandardHeaders};
use abdm_core::wire::WireError;

pub use self::patient::PatientV05;
use super::patient_status;

/// Every endpoint declared here.
pub const ALL: &[&Metadata] = &[
    &user_auth::FetchAuthModes::META,
    &user_auth::OnFetchAuthModes::META,
    &user_auth::InitAuth::META,
    &user_auth::OnInitAuth::META,
    &user_auth::ConfirmAuth::META,
    &user_auth::OnConfirmAuth::META,
    &user_auth::OnAuthNotify::META,
    &user_auth::AcknowledgeAuth::META,
    &linking::AddCareContexts::META,
    &linking::OnAddCareContexts::META,
    &linking::NotifyContextV05::META,
    &linking::OnNotifyContextV05::META,
    &user_linking::OnDiscoverCareContextsV05::META,
    &user_linking::AnswerDiscoveryV05::META,
    &user_linking::OnLinkInitV05::META,
    &user_linking::AnswerLinkInitV05::META,
    &user_linking::OnLinkConfirmV05::META,
    &user_linking::AnswerLinkConfirmV05::META,
    &sms::NotifyOfVisitBySmsV05::META,
    &sms::NotifyBySmsV05::META,
    &sms::OnSmsNotifiedV05::META,
    &consent::OnConsentNotifyV05::META,
    &consent::AcknowledgeConsentV05::META,
    &health_information::OnHealthInformationRequestV05::META,
    &health_information::AcknowledgeHealthInformationRequestV05::META,
    &health_information::NotifyHealthInformationV05::META,
    &sharing::OnPatientShareV05::META,
    &sharing::AcknowledgeShareV05::META,
    &patient_status::OnPatientStatusV05::META,
    &patient_status::AcknowledgePatientStatusV05::META,
    &heartbeat::Heartbeat::META,
];

/// A facility's call in the words of V0.5.
pub trait OlderCall: Endpoint<Headers = StandardHeaders, Path = (), Auth = Session> {
    /// The call of V3 that says the same.
    type Newer: Endpoint<Response = Self::Response>;

    /// The body that says what this call of V3 says.
    ///
    /// # Errors
    /// When V0.5 has no words for it.
    fn older(
        headers: &<Self::Newer as Endpoint>::Headers,
        body: &<Self::Newer as Endpoint>::Request,
    ) -> Result<Self::Request, WireError>;
}

/// A callback in the words of V0.5.
pub trait OlderCallback: Endpoint<Headers = HipHeaders, Path = (), Auth = SignedCallback> {
    /// The callback of V3 that says the same.
    type Newer: Endpoint;

    /// What it says, in the words of V3.
    fn newer(body: Self::Request) -> <Self::Newer as Endpoint>::Request;

    /// The body that says what this callback of V3 says: for a gateway.
    ///
    /// # Errors
    /// When V0.5 has no words for it.
    fn older(body: &<Self::Newer as Endpoint>::Request) -> Result<Self::Request, WireError>;
}

/// The bodies of two endpoints are one.
macro_rules! same_body {
    ($(call $older:ty => $newer:ty;)* $(callback $older_back:ty => $newer_back:ty;)*) => {
        $(
            impl $crate::api::v0_5::OlderCall for $older {
                type Newer = $newer;

                fn older(
                    _: &<$newer as abdm_core::endpoint::Endpoint>::Headers,
                    body: &<$newer as abdm_core::endpoint::Endpoint>::Request,
                ) -> Result<Self::Request, abdm_core::wire::WireError> {
                    Ok(body.clone())
                }
            }
        )*
        $(
            impl $crate::api::v0_5::OlderCallback for $older_back {
                type Newer = $newer_back;

                fn newer(
                    body: Self::Request,
                ) -> <$newer_back as abdm_core::endpoint::Endpoint>::Request {
                    body
                }

                fn older(
                    body: &<$newer_back as abdm_core::endpoint::Endpoint>::Request,
                ) -> Result<Self::Request, abdm_core::wire::WireError> {
                    Ok(body.clone())
                }
            }
        )*
    };
}

use same_body;

same_body! { callback patient_status::OnPatientStatusV05 => patient_status::OnPatientStatus; }

/// Why a body cannot be written in V0.5.
fn no_words(problem: &str) -> WireError {
    WireError::Unwritable { problem: problem.to_owned() }
}
