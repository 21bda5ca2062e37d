//! The accounts that a login lists.

use abha_enrollment::api::login::Account as ListedAccount;
use abha_enrollment::api::vocabulary::VerificationStatus;

use crate::server::Refusal;
use crate::services::abha::{nobody, shown};
use crate::world::{Account, AccountKind, Person, World};

/// An account as a login lists it.
pub(super) fn listed(person: &Person, account: &Account) -> ListedAccount {
    let address = person.preferred_address().map(|address| address.as_str()).unwrap_or_default();
    let name = person.name();
    let mut listed =
        ListedAccount::new(account.number.clone(), address, name, shown::status(account));
    listed.gender = Some(person.gender.clone());
    listed.dob = Some(shown::born(person).into());
    listed.verified_status = Some(VerificationStatus::Verified);
    listed.verification_type = Some(shown::verification(account));
    listed.profile_photo = Some(person.photo.as_str().into());
    listed.kyc_verified = Some(account.kind == AccountKind::Aadhaar);
    listed.mobile_verified = Some(person.mobile.is_some());
    listed
}

/// The accounts of these people. Deactivated ones are among them and say so.
pub(super) fn all(world: &World, people: &[usize]) -> Vec<ListedAccount> {
    let people = people.iter().filter_map(|place| world.people.person(*place));
    people.filter_map(|person| Some(listed(person, person.living_account()?))).collect()
}

/// Who has an ABHA number with this mobile number.
pub(super) fn owners(world: &World, mobile: &str) -> Vec<usize> {
    world.people.accounts_of_mobile(mobile)
}

/// Who has only an enrolment number (by driving licence) with this mobile number.
pub(super) fn applicants(world: &World, mobile: &str) -> Vec<usize> {
    world
        .people
        .which(|person| person.mobile.as_deref() == Some(mobile) && person.application.is_some())
}

/// 404: there is no ABHA number to this Aadhaar number.
pub(super) fn no_abha_of_aadhaar() -> Refusal {
    nobody("No ABHA user registered with this Aadhaar number.")
}
