//! The endpoints that NHA's requests are compared with, without their types.

use abdm_core::api::gateway;
use abdm_core::call::{Call, Envelope, Incoming};
use abdm_core::endpoint::{Endpoint, Metadata, match_path};
use abdm_core::environment::Environment;
use abdm_core::secret::AccessToken;
use abha_enrollment::api::{account, address, benefit, certificate, enrollment, login, phr};
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue};
use serde_json::Value;

use super::saved::Saved;

/// What can be done with an endpoint without naming its types.
#[derive(Debug, Clone)]
pub(crate) struct Known {
    pub(crate) meta: Metadata,
    /// Takes a request in as a server would, and sends what was understood as the client would.
    pub(super) resend: fn(&Saved, &[u8]) -> Result<http::Request<Bytes>, String>,
    /// Reads a successful answer.
    pub(super) read_answer: fn(&[u8]) -> Result<(), String>,
    /// Reads it, and writes it again: what `Debug` shows of the answer and of what is said about
    /// it, and the JSON of what was read.
    pub(crate) shown: fn(&[u8]) -> (String, Option<Value>),
}

impl Known {
    fn of<E: Endpoint>() -> Self
    where
        E::Response: std::fmt::Debug,
    {
        let read_answer = |body: &[u8]| {
            E::read_answer(&HeaderMap::new(), body).map(drop).map_err(|error| error.to_string())
        };
        let shown = |body: &[u8]| match E::read_answer(&HeaderMap::new(), body) {
            Err(error) => (format!("{error} {error:?}"), None),
            Ok(read) => {
                let written = serde_json::to_value(&read.value).unwrap();
                (format!("{read:?}"), Some(written))
            }
        };
        Self { meta: E::META, resend: resend::<E>, read_answer, shown }
    }

    fn takes(&self, saved: &Saved) -> bool {
        Some(self.meta.family) == saved.url.family
            && self.meta.method.as_str() == saved.method
            && match_path(self.meta.path, &saved.url.path).is_some()
    }
}

/// The endpoint of ours that a request is meant for.
pub(crate) fn endpoint_of<'k>(all: &'k [Known], saved: &Saved) -> Option<&'k Known> {
    all.iter().find(|known| known.takes(saved))
}

fn resend<E: Endpoint>(saved: &Saved, body: &[u8]) -> Result<http::Request<Bytes>, String> {
    let meta = E::META;
    let mut headers = HeaderMap::new();
    let names = saved.headers.iter().map(String::as_str);
    // Without these nothing is a call; which of them the source lacks is told by the comparison.
    for name in names.chain(meta.required_headers()) {
        let name = HeaderName::from_bytes(name.as_bytes()).map_err(|error| error.to_string())?;
        headers.insert(name.clone(), HeaderValue::from_static(value_of(name.as_str())));
    }
    let read =
        Incoming::<E>::from_http(&saved.url.path, saved.url.query.as_deref(), &headers, body);
    let read = read.map_err(|error| format!("not read: {error}"))?;
    let call = Call::<E>::from_parts(read.headers, read.credential.0, read.path, read.body);
    let environment = Environment::sandbox();
    let token = AccessToken::new("session-token");
    let mut envelope = Envelope::new(read.request_id, read.timestamp).cm_id(environment.cm_id());
    if meta.auth.uses_session() {
        envelope = envelope.bearer(&token);
    }
    let sent = call.to_http(environment.base(meta.family), &envelope);
    sent.map_err(|error| format!("not written: {error}"))
}

/// A value of the form that a header must have.
fn value_of(name: &str) -> &'static str {
    match name {
        "request-id" | "transaction_id" => "37d8d312-35a0-41e7-a6e4-1074eb18a5fa",
        "timestamp" => "2026-11-22T10:15:30.123Z",
        "x-cm-id" => "sbx",
        "content-type" => "application/json",
        _ => "Bearer made-up",
    }
}

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
