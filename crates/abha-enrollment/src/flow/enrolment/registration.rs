//! What an enrolment leaves for the record.

use std::sync::Arc;

use abdm_core::person::{AbhaAddress, AbhaNumber};

use crate::api::account::AbhaProfile;
use crate::desk::Desk;
use crate::error::Error;
use crate::flow::profile::ProfileSession;
use crate::session::UserSession;

/// Whether one of these addresses has a name that somebody chose. When the number is not told,
/// fourteen digits are taken for it.
pub(super) fn any_chosen(addresses: &[AbhaAddress], number: Option<&AbhaNumber>) -> bool {
    addresses.iter().map(AbhaAddress::name).any(|name| match number {
        Some(number) => name != number.to_digits(),
        None => name.len() != 14 || !name.bytes().all(|byte| byte.is_ascii_digit()),
    })
}

impl Registration {
    /// Whether one of the [`addresses`](Self::addresses) was chosen by somebody, as
    /// [`Enrolled::has_chosen_address`](super::Enrolled::has_chosen_address) tells it.
    #[must_use]
    pub fn has_chosen_address(&self) -> bool {
        any_chosen(&self.addresses, self.abha_number.as_ref())
    }

    /// The person's profile at ABDM: the card, the QR code, changes. `None` without a session.
    #[must_use]
    pub fn profile_session(&self, desk: &Desk) -> Option<ProfileSession> {
        let session = self.session.clone()?;
        Some(desk.profile_of(session, self.abha_number.clone()))
    }
}

/// What the record needs, and a session for what may follow (card, QR, profile).
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Registration {
    /// The ABHA number: of the enrolment's answer, else of the profile, else of the token's claim.
    /// Its `Display` is masked: store [`to_digits`](AbhaNumber::to_digits), print
    /// [`to_dashed`](AbhaNumber::to_dashed).
    pub abha_number: Option<AbhaNumber>,
    /// The preferred ABHA address, the first of [`addresses`](Self::addresses); perhaps the one
    /// that ABDM gives unasked ([`has_chosen_address`](Self::has_chosen_address)).
    pub abha_address: Option<AbhaAddress>,
    /// All ABHA addresses of the person that ABDM told.
    pub addresses: Vec<AbhaAddress>,
    /// Whether the ABHA number was made now.
    pub is_new: bool,
    /// The full profile. `None` when ABDM gave no session, and when it did not show the profile:
    /// [`profile_missing`](Self::profile_missing) has the reason then.
    pub profile: Option<AbhaProfile>,
    /// Why ABDM did not show the profile, for example
    /// [`Problem::RefusedByGateway`](crate::Problem::RefusedByGateway).
    pub profile_missing: Option<Arc<Error>>,
    /// The person's session. Keep it only as long as the person is at the desk.
    pub session: Option<UserSession>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_named_by_the_numbers_digits_is_not_a_chosen_one() {
        let number: AbhaNumber = "91-1234-5678-9015".parse().unwrap();
        let chosen = |addresses: &[&str], number| {
            let addresses: Vec<AbhaAddress> =
                addresses.iter().map(|address| address.parse().unwrap()).collect();
            any_chosen(&addresses, number)
        };
        assert!(!chosen(&["91123456789015@sbx"], Some(&number)));
        assert!(chosen(&["asha.2606@sbx"], Some(&number)));
        assert!(chosen(&["91123456789015@sbx", "asha.example@sbx"], Some(&number)));
        assert!(!chosen(&["91123456789015@sbx"], None), "fourteen digits are somebody's number");
        assert!(chosen(&["asha.2606@sbx"], None));
        assert!(!chosen(&[], Some(&number)), "nobody chose what is not there");
    }
}
