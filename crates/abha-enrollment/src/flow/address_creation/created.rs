//! An address was created.

use std::marker::PhantomData;

use abdm_core::person::{AbhaAddress, AbhaNumber};

use super::family::AddressFamily;
use crate::api::address::{AddressEnrolled, AddressUser, EnrolledAddress};
use crate::api::fields::{Personal, SeenAbhaNumber};
use crate::desk::Desk;
use crate::error::{Error, Problem};
use crate::flow::owner;
use crate::input::AbhaAddressName;
use crate::session::{Granted, Keepable as _, Kept};

/// A new ABHA address. Show it, and keep it with the patient's record.
#[derive(Debug)]
pub struct CreatedAddress<F: AddressFamily> {
    desk: Desk,
    address: AbhaAddress,
    details: Option<EnrolledAddress>,
    session: Option<Kept>,
    family: PhantomData<F>,
}

/// What was known before a creation.
#[derive(Clone, Copy)]
pub(super) struct Before<'a> {
    /// The addresses that there were.
    pub(super) users: &'a [AddressUser],
    /// The ABHA number that was proved, when it was one.
    pub(super) number: Option<&'a AbhaNumber>,
}

impl<F: AddressFamily> CreatedAddress<F> {
    /// Reads the answer to a creation. The address is the one that it names: the one that was asked
    /// for where it is among those named, else the one that is new. An answer that names none, or
    /// only addresses that were there before, leaves it unknown what happened (rulings.md 42).
    pub(super) fn of_reply(
        desk: &Desk,
        asked: &AbhaAddress,
        before: Before<'_>,
        reply: AddressEnrolled,
    ) -> Result<Self, Error> {
        let suffix = asked.suffix();
        let listed = reply.phr_details.iter().flat_map(|details| &details.abha_address);
        let named: Vec<AbhaAddress> = listed
            .filter_map(|text| {
                // Other answers of ABDM leave the suffix out (m1-abha.md 6.3).
                let whole = text.as_str().trim().parse().ok();
                whole.or_else(|| {
                    AbhaAddressName::parse(text.as_str()).ok()?.with_suffix(suffix).ok()
                })
            })
            .collect();
        let is_new = |address: &&AbhaAddress| {
            let shown = before.users.iter().filter_map(|user| user.abha_address.as_ref());
            !shown.into_iter().any(|text| owner::names(text, address))
        };
        let asked = Some(asked).filter(|asked| named.contains(asked));
        let address = asked.filter(is_new).or_else(|| named.iter().find(is_new));
        let address = address.ok_or_else(|| Error::new(Problem::OutcomeUnknown))?.clone();
        let message = reply.message.as_deref().unwrap_or_default().to_lowercase();
        // The same refusal without a code: the address may be somebody else's.
        if message.contains("already exist") {
            return Err(Error::new(Problem::OutcomeUnknown));
        }
        Ok(Self::new(desk.clone(), address, before, reply))
    }

    fn new(desk: Desk, address: AbhaAddress, before: Before<'_>, reply: AddressEnrolled) -> Self {
        let granted = reply.tokens.map(|tokens| Granted::of(tokens, desk.now()));
        let user = AddressUser {
            abha_address: Some(Personal::new(address.as_str())),
            abha_number: before.number.cloned().map(SeenAbhaNumber::from),
            ..AddressUser::default()
        };
        let session = match granted {
            Some(Granted::Session(session)) => {
                let opens = owner::opens(session.token(), &user, before.users);
                if opens.is_err() {
                    tracing::warn!(
                        "the session beside a new address is another person's: it is not kept"
                    );
                }
                opens.is_ok().then_some(session)
            }
            Some(Granted::Transfer(_)) | None => None,
        };
        Self { desk, address, details: reply.phr_details, session, family: PhantomData }
    }

    /// The address.
    #[must_use]
    pub const fn abha_address(&self) -> &AbhaAddress {
        &self.address
    }

    /// The person, as ABDM recorded them.
    #[must_use]
    pub const fn details(&self) -> Option<&EnrolledAddress> {
        self.details.as_ref()
    }

    /// The person, logged in. `None` when the answer had no session: they log in by their address,
    /// which stays here.
    #[must_use]
    pub fn person(&self) -> Option<F::Person> {
        let session = F::Session::of_kept(self.session.clone()?);
        let user = AddressUser {
            abha_address: Some(Personal::new(self.address.as_str())),
            full_name: self.details.as_ref().and_then(|details| details.full_name.clone()),
            ..AddressUser::default()
        };
        Some(F::person(self.desk.clone(), session, vec![user]))
    }
}
