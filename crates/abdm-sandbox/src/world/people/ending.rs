//! The end of an ABHA number.

use abdm_core::person::AbhaAddress;

use super::{AccountState, People};

/// An account that was switched off, on again, or deleted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct AccountChange {
    /// Whose.
    pub(crate) addresses: Vec<AbhaAddress>,
    /// How it stands now.
    pub(crate) state: AccountState,
}

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
        if self.person(place).is_some_and(|person| person.account.is_none()) {
            self.changed(place, AccountState::Deleted);
        }
        self.set_state(place, AccountState::Deleted);
        if let Some(person) = self.people.get_mut(place) {
            self.retired.extend(person.addresses.drain(..).map(|address| address.folded()));
        }
    }

    /// What has changed since this was asked last.
    pub(crate) fn take_changes(&mut self) -> Vec<AccountChange> {
        std::mem::take(&mut self.changes)
    }

    fn changed(&mut self, place: usize, state: AccountState) {
        let addresses = self.person(place).map(|person| person.addresses.clone());
        self.changes.push(AccountChange { addresses: addresses.unwrap_or_default(), state });
    }

    fn set_state(&mut self, place: usize, state: AccountState) {
        let account = self.person(place).and_then(|person| person.account.as_ref());
        if account.is_some_and(|account| !account.is(state)) {
            self.changed(place, state);
        }
        self.change(place, |person| {
            if let Some(account) = &mut person.account {
                account.state = state;
            }
        });
    }
}
