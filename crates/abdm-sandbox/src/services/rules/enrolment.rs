//! Milestone 1, where the type of an endpoint takes more than the live service does (m1-abha.md 6).
//! Everything else there is refused by what the endpoint's type does not read.

use abdm_core::endpoint::Endpoint as _;
use abha_enrollment::api::enrollment::ClaimAbhaAddress;

use super::field::Form;
use super::say::Say;
use super::{Field, Rules, value};

const PREFERRED: Say = Say::Field("preferred", "Invalid Preferred Flag");

const ADDRESS: Say = Say::Field("abhaAddress", "Invalid ABHA Address");

const CLAIM: &[Field] = &[
    Field::needed("/preferred", Form::BareInteger(1, 1), PREFERRED).when_mistyped(PREFERRED),
    Field::needed("/abhaAddress", Form::Text(value::any), ADDRESS).when_mistyped(ADDRESS),
];

pub(super) fn rules() -> Vec<Rules> {
    vec![Rules::new(ClaimAbhaAddress::META.name, CLAIM)]
}
