//! The end of an ABHA number.

use super::{AccountState, People};

impl People {
    /// Switches an ABHA number off, until its owner switches it on again.
    pub(crate) fn deactivate(&mut self, place: usize) {
        self.set_state(place, AccountState::Deactivated);
    }

    /// Switches a deactivated ABHA number on again.
    pub(crate) fn reactivate(&mut self, place: usize) {
        if self.person(place).is_some_and(|person| person.living_account().is_some()) {
            self.set_state(place, AccountState::Active);
        }
    }

    /// Deletes an ABHA number. Its addresses are nobody's from now on, and stay taken: V3 does not
    /// say so, V1 did (m1-abha.md 14).
    pub(crate) fn delete(&mut self, place: usize) {
        self.set_state(place, AccountState::Deleted);
        if let Some(person) = self.people.get_mut(place) {
            self.retired.extend(person.addresses.drain(..).map(|address| address.folded()));
        }
    }

    fn set_state(&mut self, place: usize, state: AccountState) {
        self.change(place, |person| {
            if let Some(account) = &mut person.account {
                account.state = state;
            }
        });
    }
}
