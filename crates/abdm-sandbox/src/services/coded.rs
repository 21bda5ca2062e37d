//! Errors that are switched on by their codes, each with all the texts that it has (reality 9).

use abdm_core::endpoint::{Endpoint, Metadata};
use abdm_core::error::catalogue::{self, Row};
use abdm_core::error::{CallbackError, ErrorCode};
use hip_services::api::hip_linking::{OnGenerateLinkToken, OnLinkCareContexts, OnNotifyContext};
use hip_services::api::sms::OnSmsNotified;
use hiu_services::api::consent::{OnConsentStatus, OnFetchConsent, OnRequestConsent};
use hiu_services::api::health_information::OnHealthInformationRequested;
use http::StatusCode;

use crate::server::Refusal;
use crate::world::World;

/// Whether a callback can tell of an error instead of an outcome.
fn tells_errors(name: &str) -> bool {
    [
        OnGenerateLinkToken::META.name,
        OnLinkCareContexts::META.name,
        OnNotifyContext::META.name,
        OnSmsNotified::META.name,
        OnRequestConsent::META.name,
        OnConsentStatus::META.name,
        OnFetchConsent::META.name,
        OnHealthInformationRequested::META.name,
    ]
    .contains(&name)
}

/// The rows of a code that are about an endpoint: those of its operation, or else all.
fn rows(meta: &Metadata, code: &str) -> Vec<&'static Row> {
    let of_code = || catalogue::rows().filter(|row| row.code == code && !row.messages.is_empty());
    let is_about = |row: &&Row| row.operations.iter().any(|name| meta.errors.is_in(name));
    let own: Vec<_> = of_code().filter(is_about).collect();
    if own.is_empty() { of_code().collect() } else { own }
}

/// The texts of a code at an endpoint, each with the status under which it was seen.
fn texts(meta: &Metadata, code: &str) -> Vec<(StatusCode, &'static str)> {
    let rows = rows(meta, code).into_iter();
    rows.flat_map(|row| row.messages.iter().map(|text| (status(row), *text))).collect()
}

/// The first status of a refusal that a row names; 400 where none was recorded.
fn status(row: &Row) -> StatusCode {
    let numbers = row.http.split(|letter: char| !letter.is_ascii_digit());
    let mut refusals = numbers.filter_map(|number| number.parse().ok()).filter_map(as_refusal);
    refusals.next().unwrap_or(StatusCode::BAD_REQUEST)
}

fn as_refusal(number: u16) -> Option<StatusCode> {
    let status = StatusCode::from_u16(number).ok()?;
    (status.is_client_error() || status.is_server_error()).then_some(status)
}

/// The next text of the code that is switched on for an endpoint.
fn next(world: &mut World, meta: &Metadata) -> Option<(String, StatusCode, &'static str)> {
    let code = world.switches.coded_refusals.get(meta.name)?.clone();
    let texts = texts(meta, &code);
    // By their names the loose variants of callbacks are counted.
    let turn = usize::try_from(world.turn(meta.path)).unwrap_or_default();
    let (status, text) = *texts.get(turn.checked_rem(texts.len())?)?;
    Some((code, status, text))
}

/// By switch, the refusal of a call.
pub(crate) fn coded_refusal(world: &mut World, meta: &Metadata) -> Option<Refusal> {
    let (code, status, text) = next(world, meta)?;
    Some(Refusal::error(status, &code, text).because("a code is switched on for this call"))
}

/// By switch, the error that a callback tells instead of an outcome.
pub(super) fn coded_error<E: Endpoint>(world: &mut World) -> Option<CallbackError> {
    debug_assert!(tells_errors(E::META.name), "{} is not among them", E::META.name);
    let (code, _, text) = next(world, &E::META)?;
    let mut error = CallbackError::new(9999, text);
    error.code = Some(ErrorCode::parse(&code)?);
    Some(error)
}

/// What is wrong with a code that is to be switched on for an endpoint, in words.
pub(crate) fn code_problem(endpoint: &str, code: &str) -> Option<String> {
    if !super::is_call(endpoint) && !tells_errors(endpoint) {
        return Some(format!("`{endpoint}` is no call, and no callback that can tell of an error"));
    }
    let meta = super::endpoints().find(|meta| meta.name == endpoint)?;
    texts(meta, code).is_empty().then(|| format!("`{code}` is no code with a text of its own"))
}
