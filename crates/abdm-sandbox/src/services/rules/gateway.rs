//! Session and bridge (gateway.md 3, 4).

use abdm_core::api::gateway::{CreateSession, UpdateBridgeUrl};
use abdm_core::endpoint::Endpoint as _;

use super::field::Form;
use super::say::Say;
use super::{Field, Rules, value};

const INVALID: Say = Say::Coded("ABDM-1015", "Bad Request, invalid response");

const fn text(path: &'static str, rule: fn(&str) -> bool) -> Field {
    Field::needed(path, Form::Text(rule), INVALID).when_mistyped(INVALID)
}

const SESSION: &[Field] = &[
    text("/clientId", value::any),
    text("/clientSecret", value::any),
    // Another grant has a code of its own, which the handler knows.
    text("/grantType", value::any),
];

const URL: &[Field] = &[text("/url", value::web_url)];

pub(super) fn rules() -> Vec<Rules> {
    vec![Rules::new(CreateSession::META.name, SESSION), Rules::new(UpdateBridgeUrl::META.name, URL)]
}
