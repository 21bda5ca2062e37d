//! Does this ABHA exist, and in which state? (m1-abha.md 14)
//!
//! # For those who come from V1 or V2
//! `existsByHealthId` and `searchByHealthId` have no successor in V3. [`Desk::lookup`] asks the V3
//! call that fits what is known, and tells what is certain:
//!
//! | known | call | an OTP is sent |
//! |---|---|---|
//! | ABHA number | login search | no |
//! | ABHA address | address search on the web family | no |
//! | mobile number | find ABHA (masked list) | no |
//! | Aadhaar number | login request | **yes**, to the person's phone; a consent is needed |
//!
//! V1 said `true` for an address that was reserved or deleted for good. V3 does not tell these
//! apart from "never existed": to choose a *new* address, ask [`Desk::is_address_taken`]. The guide
//! `docs/from-v1-v2.md` of the repository has what became of every other call.

use abdm_core::call::Call;
use abdm_core::person::{AbhaAddress, AbhaNumber};
use abdm_core::secret::{AadhaarNumber, MobileNumber};
use http::StatusCode;

use super::address_creation::{Web, is_taken};
use super::verification::VerificationOtp;
use super::{mask, owner, standing};
use crate::api::address::AbhaAddressState;
use crate::api::login::{AbhaNumberQuery, AbhaNumberState, SearchAbhaNumber};
use crate::api::vocabulary::{AbhaStatus, AuthOption};
use crate::desk::Desk;
use crate::error::{Asked, Error, Problem};
use crate::hooks::GivenConsent;

/// By what a person is looked up.
#[derive(Debug)]
#[non_exhaustive]
pub enum LookupBy<'a> {
    /// By ABHA number.
    AbhaNumber(&'a AbhaNumber),
    /// By ABHA address.
    AbhaAddress(&'a AbhaAddress),
    /// By mobile number.
    Mobile(&'a MobileNumber),
    /// By Aadhaar number; UIDAI sends an OTP when there is an ABHA number.
    Aadhaar(&'a AadhaarNumber, GivenConsent),
}

/// Whether there is an ABHA, and in which state.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Existence {
    /// There is none: a new one may be created. Of one that was deleted for good V3 mostly says the
    /// same.
    None,
    /// There is, and it is active.
    Active,
    /// There is; its owner switched it off and can switch it on again at the desk
    /// ([`Desk::reactivate`]).
    Deactivated,
    /// There was; its owner deleted it, which is final (rulings.md 45). The person may have
    /// another.
    Deleted,
    /// There is, in a state that the call does not tell.
    Exists,
    /// There is, in a state that V3 does not document.
    Other(AbhaStatus),
    /// ABDM refuses the search without saying that there is none, although the form of the value is
    /// right, or its answer says nothing about the value: it may belong to the other environment,
    /// or to nobody (rulings.md 41). Check the value, or verify another way; **do not create** on
    /// this.
    Unknown,
}

/// What a look-up told.
#[derive(Debug)]
#[non_exhaustive]
pub struct Lookup {
    /// Whether there is one.
    pub existence: Existence,
    /// How its owner may prove it, without the ways that they closed. Empty where the call does not
    /// tell.
    pub routes: Vec<AuthOption>,
    /// How many there are: more than one for a mobile number only.
    pub matches: usize,
    /// After a look-up by Aadhaar number: the OTP that is on its way. Prove it, or let it lapse.
    pub pending_otp: Option<VerificationOtp>,
}

impl Lookup {
    const fn of(existence: Existence, matches: usize) -> Self {
        Self { existence, routes: Vec::new(), matches, pending_otp: None }
    }

    fn found(status: Option<AbhaStatus>, routes: Vec<AuthOption>, blocked: &[AuthOption]) -> Self {
        let existence = match (standing::problem_of(status.as_ref()), status) {
            (Some(Problem::AbhaDeleted), _) => Existence::Deleted,
            (Some(_), _) => Existence::Deactivated,
            (None, Some(status)) if standing::is(&status, &AbhaStatus::Active) => Existence::Active,
            (None, Some(other)) => Existence::Other(other),
            (None, None) => Existence::Exists,
        };
        let matches = usize::from(existence != Existence::Deleted);
        let routes = routes.into_iter().filter(|route| !blocked.contains(route)).collect();
        Self { existence, routes, matches, pending_otp: None }
    }
}

impl Desk {
    /// Looks a person up.
    ///
    /// # Errors
    /// Whatever a call can meet. "There is none" and "it is switched off" are answers, not errors.
    pub async fn lookup(&self, by: LookupBy<'_>) -> Result<Lookup, Error> {
        let outcome = match by {
            LookupBy::AbhaNumber(number) => self.lookup_number(number).await,
            LookupBy::AbhaAddress(address) => {
                self.address_state(address).await.map(|state| of_address(state, address))
            }
            LookupBy::Mobile(mobile) => {
                let found = self.found_by_mobile(mobile).await;
                found.map(|found| Lookup::of(Existence::Exists, found.len()))
            }
            LookupBy::Aadhaar(aadhaar, consent) => {
                let sent = self.verify_by_aadhaar(aadhaar, consent).await;
                sent.map(|otp| Lookup {
                    pending_otp: Some(otp),
                    ..Lookup::of(Existence::Exists, 1)
                })
            }
        };
        outcome.or_else(|error| match error.problem() {
            Problem::NoAbha => Ok(Lookup::of(Existence::None, 0)),
            Problem::AbhaDeactivated | Problem::AddressDeactivated => {
                Ok(Lookup::of(Existence::Deactivated, 1))
            }
            Problem::NothingFound => Ok(Lookup::of(Existence::Unknown, 0)),
            Problem::AbhaNumberInvalid | Problem::AbhaAddressInvalid if is_bad_request(&error) => {
                Ok(Lookup::of(Existence::Unknown, 0))
            }
            _ => Err(error),
        })
    }

    /// Whether an ABHA address is somebody's already. Reserved and deleted ones may count or not:
    /// the contract does not say, and [`Enrolled::claim_address`] has the last word.
    ///
    /// # Errors
    /// [`Problem::AbhaAddressInvalid`] when ABDM does not take the name; and whatever a call can
    /// meet.
    ///
    /// [`Enrolled::claim_address`]: crate::flow::enrolment::Enrolled::claim_address
    pub async fn is_address_taken(&self, address: &AbhaAddress) -> Result<bool, Error> {
        is_taken::<Web>(self, address).await
    }

    async fn lookup_number(&self, number: &AbhaNumber) -> Result<Lookup, Error> {
        let call = Call::<SearchAbhaNumber>::new(AbhaNumberQuery::new(number.clone()));
        let asked = Asked::WhetherThereIs(Problem::AbhaNumberInvalid);
        Ok(of_number(self.send(asked, &call).await?, number))
    }
}

/// What the state of a number tells. One that says nothing, or is another number's, tells nothing.
fn of_number(state: AbhaNumberState, asked: &AbhaNumber) -> Lookup {
    let told = state.status.is_some()
        || state.abha_number.is_some()
        || state.preferred_abha_address.is_some()
        || !state.auth_methods.is_empty();
    let theirs = state.abha_number.as_ref().is_none_or(|seen| mask::may_be(seen, asked));
    if told && theirs {
        Lookup::found(state.status, state.auth_methods, &state.blocked_auth_methods)
    } else {
        Lookup::of(Existence::Unknown, 0)
    }
}

/// The same of an address.
fn of_address(state: AbhaAddressState, asked: &AbhaAddress) -> Lookup {
    let told = state.status.is_some()
        || state.health_id_number.is_some()
        || state.abha_address.is_some()
        || !state.auth_methods.is_empty();
    let theirs = state.abha_address.is_none_or(|seen| owner::names(&seen, asked));
    if told && theirs {
        Lookup::found(state.status, state.auth_methods, &state.blocked_auth_methods)
    } else {
        Lookup::of(Existence::Unknown, 0)
    }
}

fn is_bad_request(error: &Error) -> bool {
    error.api().and_then(|api| api.status()) == Some(StatusCode::BAD_REQUEST)
}
