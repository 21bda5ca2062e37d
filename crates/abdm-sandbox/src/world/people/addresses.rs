//! ABHA addresses and who has them.

use abdm_core::person::AbhaAddress;

use super::{People, Person};

impl Person {
    /// Whether this address comes with the ABHA number: `91…@sbx`.
    pub(crate) fn is_of_number(&self, address: &AbhaAddress) -> bool {
        self.account.as_ref().is_some_and(|account| account.number.to_digits() == address.name())
    }
}

impl People {
    /// All addresses of these people, with the place of each.
    pub(crate) fn addresses_of(&self, places: &[usize]) -> Vec<(usize, AbhaAddress)> {
        let of = |place: &usize| {
            let addresses = self.person(*place).map(|person| person.addresses.as_slice());
            let place = *place;
            addresses.unwrap_or_default().iter().map(move |address| (place, address.clone()))
        };
        places.iter().flat_map(of).collect()
    }

    /// Who has an address with this mobile number.
    pub(crate) fn addressees_of_mobile(&self, mobile: &str) -> Vec<usize> {
        let has = |p: &Person| p.mobile.as_deref() == Some(mobile);
        self.which(|person| has(person) && !person.addresses.is_empty())
    }

    /// Who has an address with this e-mail address.
    pub(crate) fn addressees_of_email(&self, email: &str) -> Vec<usize> {
        let has =
            |p: &Person| p.email.as_deref().is_some_and(|own| own.eq_ignore_ascii_case(email));
        self.which(|person| has(person) && !person.addresses.is_empty())
    }

    /// Whether nobody may claim this address: somebody has it, or had it.
    pub(crate) fn is_taken(&self, address: &AbhaAddress) -> bool {
        self.place_of(address).is_some() || self.retired.contains(&address.folded())
    }

    /// How many addresses were declared with this mobile number without an ABHA number.
    pub(crate) fn declared_with(&self, mobile: &str) -> usize {
        let places = self.addressees_of_mobile(mobile).into_iter();
        let declared =
            places.filter_map(|place| self.person(place)).filter(|p| p.account.is_none());
        declared.map(|person| person.addresses.len()).sum()
    }

    /// Moves an address to the owner of an ABHA number.
    pub(crate) fn link_address(&mut self, address: &AbhaAddress, to: usize) {
        if let Some(from) = self.place_of(address) {
            self.change(from, |person| person.addresses.retain(|own| own != address));
        }
        self.change(to, |person| person.addresses.push(address.clone()));
    }

    /// Takes an address from the owner of an ABHA number: from now on somebody declares it who says
    /// of themselves what that number proved.
    pub(crate) fn delink_address(&mut self, address: &AbhaAddress) -> Option<usize> {
        let from = self.place_of(address)?;
        let mut declared = self.person(from)?.clone();
        self.change(from, |person| person.addresses.retain(|own| own != address));
        declared.account = None;
        declared.aadhaar = None;
        declared.addresses = vec![address.clone()];
        Some(self.push(declared))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_linked_address_is_the_numbers_owners_and_a_de_linked_one_is_declared() {
        let mut people = People::seeded();
        let (declared, ravi): (AbhaAddress, AbhaAddress) =
            ("devi.declared@sbx".parse().unwrap(), "ravi.example@sbx".parse().unwrap());
        let owner = people.place_of(&ravi).unwrap();
        people.link_address(&declared, owner);
        assert_eq!(people.place_of(&declared), Some(owner));
        let place = people.delink_address(&declared).unwrap();
        assert_eq!(people.place_of(&declared), Some(place));
        let person = people.person(place).unwrap();
        assert!(person.account.is_none() && person.aadhaar.is_none());
        assert_eq!(people.declared_with("9999900002"), 1);
    }
}
