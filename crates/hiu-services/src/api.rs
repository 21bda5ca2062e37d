//! The endpoints of milestone 3, and [`ALL`] of them.
//!
//! One file for each endpoint. Declarations serve both sides: an HIU sends the requests and serves
//! the callbacks, a consent manager (the local sandbox) does the reverse. Reading is tolerant,
//! writing strict (m3-hiu.md).
//!
//! Shared with the HIP and therefore in `abdm_core::api`: the data page
//! ([`PushHealthInformation`](abdm_core::api::data_flow::PushHealthInformation)), the report of a
//! transfer ([`NotifyHealthInformation`](abdm_core::api::data_flow::NotifyHealthInformation)) and
//! its status.

pub mod consent;
pub mod health_information;

use abdm_core::endpoint::{Endpoint, Metadata};
use abdm_core::error::CallbackError;
pub use abdm_core::headers::ToleratedHiuHeaders;

/// Every endpoint declared in this crate.
pub const ALL: &[&Metadata] = &[
    &consent::RequestConsent::META,
    &consent::OnRequestConsent::META,
    &consent::CheckConsentStatus::META,
    &consent::OnConsentStatus::META,
    &consent::OnConsentDecision::META,
    &consent::AcknowledgeConsentDecision::META,
    &consent::FetchConsent::META,
    &consent::OnFetchConsent::META,
    &health_information::RequestHealthInformation::META,
    &health_information::OnHealthInformationRequested::META,
];

/// What a callback says: the value or the error. With both, the error counts (m2-hip.md, table of
/// conflicts); with neither there is nothing to say.
fn outcome<'a, T>(
    value: Option<&'a T>,
    error: Option<&'a CallbackError>,
) -> Option<Result<&'a T, &'a CallbackError>> {
    match (value, error) {
        (_, Some(error)) => Some(Err(error)),
        (Some(value), None) => Some(Ok(value)),
        (None, None) => None,
    }
}
