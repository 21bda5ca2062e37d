//! What an answer to a creation holds beside a refusal.
//!
//! ABDM may name an error and what it made in one answer. Whatever was made must not be lost behind
//! the error, and the step must not be open for a second creation (rulings.md 42).

use abdm_core::wire::read_forgiving;
use http::StatusCode;
use serde::de::DeserializeOwned;

use crate::api::address::AddressEnrolled;
use crate::api::enrollment::{
    ClaimedAbhaAddress, DocumentEnrolled, EnrolledAccount, EnrolmentReply,
};
use crate::api::login::LoginVerified;
use crate::error::{Error, Problem, refuses};
use crate::input::AbhaAddressName;

/// What an answer to a creation tells of what was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Trace {
    /// It is named.
    Named,
    /// Something was made, and not what: a token has an owner.
    Unnamed,
    /// Nothing.
    None,
}

/// An answer to a creation.
pub(super) trait Creation: DeserializeOwned {
    /// What of a creation stands in it.
    fn trace(&self) -> Trace;
}

impl Creation for EnrolmentReply {
    fn trace(&self) -> Trace {
        let account = match self.clone() {
            Self::Account(account) => *account,
            Self::Demographic(reply) => EnrolledAccount::from(*reply),
        };
        match account.abha_number() {
            Some(_) => Trace::Named,
            None if account.tokens.is_some() => Trace::Unnamed,
            None => Trace::None,
        }
    }
}

impl Creation for DocumentEnrolled {
    fn trace(&self) -> Trace {
        let profile = self.enrol_profile.as_ref();
        let number = profile.and_then(|profile| profile.enrolment_number.as_ref());
        match number {
            Some(number) if !number.to_text().trim().is_empty() => Trace::Named,
            _ => Trace::None,
        }
    }
}

impl Creation for AddressEnrolled {
    fn trace(&self) -> Trace {
        let mut told = self.phr_details.iter().flat_map(|details| &details.abha_address);
        if told.any(|text| is_address(text.as_str())) {
            Trace::Named
        } else if self.tokens.is_some() {
            Trace::Unnamed
        } else {
            Trace::None
        }
    }
}

impl Creation for ClaimedAbhaAddress {
    fn trace(&self) -> Trace {
        match &self.preferred_abha_address {
            Some(text) if is_address(text.as_str()) => Trace::Named,
            _ => Trace::None,
        }
    }
}

/// Whether a text is an ABHA address, with its suffix or without (m1-abha.md 6.3).
fn is_address(text: &str) -> bool {
    text.trim().parse::<abdm_core::person::AbhaAddress>().is_ok()
        || AbhaAddressName::parse(text).is_ok()
}

/// Looks for what was made in an answer that names an error as well. Under status 200 whatever is
/// named beside an error was made, whatever else is said; but "taken" beside an address says that
/// it is somebody's. That, something that is not named, and either of them under a status or beside
/// a result that is no success, leaves it unknown what happened: [`Problem::OutcomeUnknown`]. An
/// `authResult` that refuses stays the refusal that it is.
pub(super) fn made_beside<T: Creation>(error: Error) -> Result<T, Error> {
    let read = error.api().and_then(|api| {
        let body = api.raw().expose();
        let result = read_forgiving::<LoginVerified>(body).ok().and_then(|r| r.value.auth_result);
        let success = api.status().as_ref().is_some_and(StatusCode::is_success);
        let read = read_forgiving::<T>(body).ok().filter(|_| !refuses(api))?;
        Some((success && result.is_none(), read.value))
    });
    let Some((success, answer)) = read else {
        return Err(error);
    };
    match answer.trace() {
        Trace::None => Err(error),
        Trace::Named if success && error.problem() != Problem::AddressTaken => {
            tracing::warn!("an answer names what was made and a refusal: what was made counts");
            Ok(answer)
        }
        Trace::Named | Trace::Unnamed => Err(error.meaning(Problem::OutcomeUnknown)),
    }
}
