//! What a person tells of themself below `/v3/phr`, where the type of an endpoint takes more than a
//! service can use (m1-abha.md 11). Names and birth parts are read by [`names`], which lists every
//! one that is wrong.

use abdm_core::endpoint::Endpoint as _;
use abha_enrollment::api::address::EnrolAbhaAddress;
use abha_enrollment::api::phr::{EnrolPhrAddress, UpdatePhrProfile};

use super::field::Form;
use super::say::Say;
use super::{Field, Rules, person};
use crate::services::abha::typed;
use crate::services::address::names;

const GENDER: Say = Say::Entry("Invalid Gender");
const PIN_CODE: Say = Say::Entry("Invalid Pin Code");

const fn maybe_blank(path: &'static str, rule: fn(&str) -> bool, say: Say) -> Field {
    Field::optional(path, Form::MaybeBlank(rule), say).when_mistyped(say)
}

fn email(text: &str) -> bool {
    typed::email(text).is_some()
}

const DETAILS: &[Field] = &[
    Field::needed("/phrDetails/gender", Form::Text(person::gender), GENDER).when_mistyped(GENDER),
    maybe_blank("/phrDetails/pinCode", person::pin_code, PIN_CODE),
    maybe_blank("/phrDetails/stateName", names::is_name, Say::Entry("Invalid State")),
    maybe_blank("/phrDetails/districtName", names::is_name, Say::Entry("Invalid District")),
    maybe_blank("/phrDetails/email", email, Say::Entry("Invalid Email Id")),
];

const UPDATE: &[Field] = &[
    Field::optional("/gender", Form::Text(person::gender), GENDER).when_mistyped(GENDER),
    maybe_blank("/pinCode", person::pin_code, PIN_CODE),
];

pub(super) fn rules() -> Vec<Rules> {
    vec![
        Rules::new(EnrolAbhaAddress::META.name, DETAILS),
        Rules::new(EnrolPhrAddress::META.name, DETAILS),
        Rules::new(UpdatePhrProfile::META.name, UPDATE),
    ]
}
