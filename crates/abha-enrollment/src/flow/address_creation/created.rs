//! An address was created.

use std::marker::PhantomData;

use abdm_core::person::AbhaAddress;

use super::family::AddressFamily;
use crate::api::address::{AddressEnrolled, AddressUser, EnrolledAddress};
use crate::api::fields::Personal;
use crate::desk::Desk;
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

impl<F: AddressFamily> CreatedAddress<F> {
    pub(super) fn new(desk: Desk, address: AbhaAddress, reply: AddressEnrolled) -> Self {
        let granted = reply.tokens.map(|tokens| Granted::of(tokens, desk.now()));
        let session = match granted {
            Some(Granted::Session(session)) => Some(session),
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

    /// The person, logged in. `None` when the answer had no session: they log in by their address.
    #[must_use]
    pub fn into_person(self) -> Option<F::Person> {
        let session = F::Session::of_kept(self.session?);
        let user = AddressUser {
            abha_address: Some(Personal::new(self.address.as_str())),
            full_name: self.details.and_then(|details| details.full_name),
            ..AddressUser::default()
        };
        Some(F::person(self.desk, session, vec![user]))
    }
}
