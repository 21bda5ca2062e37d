//! Who has an ABHA address, and how they are shown on `/v3/phr/*`.

use abdm_core::lenient;
use abdm_core::person::AbhaAddress;
use abha_enrollment::api::account::AbhaProfile;
use abha_enrollment::api::address::{
    AbhaAddressState, AddressProfile, AddressUser, EnrolledAddress,
};
use abha_enrollment::api::fields::Personal;
use abha_enrollment::api::vocabulary::{AbhaStatus, VerificationStatus};
use chrono::Datelike as _;

use crate::services::abha::shown::{auth_methods, born, profile as abha_profile, status};
use crate::world::{Person, World};

fn text(text: &str) -> Option<Personal> {
    Some(Personal::new(text))
}

/// An address without ABHA number has no state of its own: it is in use.
fn state_of(person: &Person) -> AbhaStatus {
    person.living_account().map_or(AbhaStatus::Active, status)
}

/// Whether an identity was proved: only behind an ABHA number.
fn kyc(person: &Person) -> VerificationStatus {
    if person.living_account().is_some() {
        VerificationStatus::Verified
    } else {
        VerificationStatus::Pending
    }
}

/// `9876******`: a search of the web family hides the other end (m1-abha.md 8).
fn hidden_end(mobile: &str) -> String {
    format!("{}******", mobile.get(..4).unwrap_or_default())
}

/// What a search tells of an address.
pub(in crate::services) fn state(person: &Person, address: &AbhaAddress) -> AbhaAddressState {
    let mut state = AbhaAddressState::default();
    state.health_id_number = person.living_account().map(|a| a.number.clone().into());
    state.abha_address = text(address.as_str());
    state.auth_methods = auth_methods(person);
    state.status = Some(state_of(person));
    state.full_name = text(&person.name());
    state.mobile = person.mobile.as_deref().map(hidden_end).map(Personal::new);
    state
}

/// One address in a list.
pub(in crate::services) fn user(person: &Person, address: &AbhaAddress) -> AddressUser {
    let mut user = AddressUser::default();
    user.abha_address = text(address.as_str());
    user.full_name = text(&person.name());
    user.profile_photo = text(&person.photo);
    user.abha_number = person.living_account().map(|a| a.number.clone().into());
    user.status = Some(state_of(person));
    user.kyc_status = Some(kyc(person));
    user
}

/// The profile of an address.
pub(in crate::services) fn profile(person: &Person, address: &AbhaAddress) -> AddressProfile {
    let date = person.date_of_birth;
    let mut profile = AddressProfile::default();
    profile.abha_address = text(address.as_str());
    profile.full_name = text(&person.name());
    profile.profile_photo = text(&person.photo);
    profile.first_name = text(&person.first_name);
    profile.middle_name = text(&person.middle_name);
    profile.last_name = text(&person.last_name);
    profile.day_of_birth = text(&date.day().to_string());
    profile.month_of_birth = text(&date.month().to_string());
    profile.year_of_birth = text(&date.year().to_string());
    profile.date_of_birth = text(&born(person));
    profile.gender = Some(person.gender.clone());
    profile.email = person.email.as_deref().and_then(text);
    profile.mobile = person.mobile.as_deref().and_then(text);
    profile.abha_number = person.living_account().map(|a| a.number.clone().into());
    let home = &person.home;
    profile.address = text(&home.address);
    profile.state_name = text(&home.state_name);
    profile.district_name = text(&home.district_name);
    profile.pin_code = text(&home.pin_code);
    profile.state_code = text(&home.state_code);
    profile.district_code = text(&home.district_code);
    profile.auth_methods = auth_methods(person);
    profile.status = Some(state_of(person));
    profile.email_verified = Some(person.email.is_some());
    profile.mobile_verified = Some(person.mobile.is_some());
    profile.kyc_status = Some(kyc(person));
    profile.abha_linked_count = Some(lenient::Text(person.addresses.len().to_string()));
    profile
}

/// The person as the ABHA number knows them; to its owner the whole mobile number is shown.
pub(in crate::services) fn account(world: &World, place: Option<usize>) -> Option<AbhaProfile> {
    let person = world.people.person(place?)?;
    let mut account = abha_profile(person, person.living_account()?);
    account.mobile = person.mobile.as_deref().and_then(text);
    Some(account)
}

/// The person whose address was just created, with all addresses that they have.
pub(in crate::services) fn enrolled(person: &Person) -> EnrolledAddress {
    let preferred = person.preferred_address().cloned();
    let Some(profile) = preferred.map(|address| profile(person, &address)) else {
        return EnrolledAddress::default();
    };
    let mut details = EnrolledAddress::default();
    details.first_name = profile.first_name;
    details.middle_name = profile.middle_name;
    details.last_name = profile.last_name;
    details.full_name = profile.full_name;
    details.day_of_birth = profile.day_of_birth;
    details.month_of_birth = profile.month_of_birth;
    details.year_of_birth = profile.year_of_birth;
    details.date_of_birth = profile.date_of_birth;
    details.gender = profile.gender;
    details.email = profile.email;
    details.mobile = profile.mobile;
    details.address = profile.address;
    details.state_name = profile.state_name;
    details.state_code = profile.state_code;
    details.district_name = profile.district_name;
    details.district_code = profile.district_code;
    details.pin_code = profile.pin_code;
    details.abha_address = person.addresses.iter().map(|a| Personal::new(a.as_str())).collect();
    details
}
