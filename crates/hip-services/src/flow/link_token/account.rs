//! An account that is switched off or deleted: its address is not asked for.

use abdm_core::error::{ErrorClass, ErrorCode};
use abdm_flow::Step;
use chrono::{DateTime, Utc};

use super::{AccountWord, LinkTokenFlow, LinkTokenState, LinkTokenStep};
use crate::api::patient_status::AbhaStanding;
use crate::flow::{Failure, TokenWord};

/// The code by which ABDM refuses to link to an address that is switched off (m2-hip.md 2).
const DEACTIVATED: &str = "ABDM-1031";

impl Failure {
    /// The account is switched off: what ABDM itself would answer to a link.
    pub(crate) fn deactivated() -> Self {
        let mut failure = Self::new(
            "the ABHA address is deactivated, and only the person can reactivate it: no link token \
             is asked for until ABDM says that it is active again",
        )
        .of_class(ErrorClass::Blocked);
        failure.code = ErrorCode::parse(DEACTIVATED);
        failure
    }

    /// Whether it is about an account that is switched off, and may be switched on again.
    pub(crate) fn is_of_deactivated(&self) -> bool {
        self.class == ErrorClass::Blocked && self.has_code(DEACTIVATED)
    }
}

impl LinkTokenFlow {
    /// Why no token is asked for or given out, if the account is closed.
    pub(super) fn closed(&self) -> Option<Failure> {
        match self.account?.standing {
            AbhaStanding::Active => None,
            AbhaStanding::Deactivated => Some(Failure::deactivated()),
            AbhaStanding::Deleted => {
                let failure = Failure::new(
                    "the person has deleted this ABHA address: ask at the desk for another one, and \
                     link under that",
                );
                Some(failure.of_class(ErrorClass::UserInput))
            }
        }
    }

    pub(super) fn is_deleted(&self) -> bool {
        self.account.is_some_and(|word| word.standing == AbhaStanding::Deleted)
    }

    /// Whether it knows this word on the account, or a newer one.
    #[must_use]
    pub fn has_heard(&self, since: DateTime<Utc>) -> bool {
        self.account.is_some_and(|word| word.since >= since)
    }

    /// The links that wait are told at once. What is on its way stays counted, since it is ABDM that
    /// counts. A token that is held stays for the day on which the account is active again, unless
    /// it is deleted.
    pub(super) fn account_stands(
        &mut self,
        word: AccountWord,
        now: DateTime<Utc>,
    ) -> LinkTokenStep {
        if self.has_heard(word.since) {
            return Step::nothing();
        }
        self.account = Some(word);
        let Some(failure) = self.closed() else {
            return if self.is_at_rest() { self.rest(now) } else { Step::nothing() };
        };
        let told = self.tell_all(|_| TokenWord::Refused(failure.clone()));
        self.waiting.clear();
        if matches!(self.state, LinkTokenState::Postponed { .. }) {
            self.state = LinkTokenState::Missing;
        }
        if self.is_deleted() && matches!(self.state, LinkTokenState::Held(_)) {
            return told.and(self.forget(now));
        }
        if self.is_deleted() {
            self.abha_number = None;
        }
        if self.is_at_rest() { told.and(self.rest(now)) } else { told }
    }

    /// The token goes, the number that it named, and for whom it was given.
    pub(super) fn forget(&mut self, now: DateTime<Utc>) -> LinkTokenStep {
        (self.abha_number, self.confirmed) = (None, None);
        self.state = LinkTokenState::Missing;
        self.rest(now)
    }

    const fn is_at_rest(&self) -> bool {
        matches!(self.state, LinkTokenState::Missing)
    }
}
