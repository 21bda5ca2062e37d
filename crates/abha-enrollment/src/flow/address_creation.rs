//! Creating an ABHA address from a mobile number, without an ABHA number (m1-abha.md 8, 11).
//!
//! ```text
//! Desk::create_abha_address(mobile) ─► AddressCreationOtp ─verify(otp)─► AddressCreation
//!                                         ▲   │                              │
//!                                         └resend      existing ── log_in ───┼─► the person
//!                                                      suggest, is_taken     │
//!                                                      create ───────────────┴─► CreatedAddress
//! CreatedAddress ─► the person
//! ```
//! One flow for two families: [`Web`], for a registration desk, and [`App`], for a PHR app
//! ([`phr_app`](super::phr_app)). They differ in their calls, and in the session that comes out of
//! them, which is good on its own family only.

mod created;
mod details;
mod family;
mod open;

use std::marker::PhantomData;

use abdm_core::call::Call;
use abdm_core::person::{AbhaAddress, AbhaNumber, digits};
use abdm_core::seal::{Sealed, SealingKeyRing};
use abdm_core::secret::{MobileNumber, Otp};
use serde::{Deserialize, Serialize};

pub use self::created::CreatedAddress;
pub use self::details::{AddressDetails, BirthDate, Residence};
pub use self::family::{AddressFamily, App, Web};
pub use self::open::AddressCreation;
use super::evidence::{Evidence, Printed};
use super::otp_exchange::{OtpExchange, OtpPurpose, Slot, otp_step};
use super::{owner, saved};
use crate::api::address::{AddressNameQuery, AddressVerified};
use crate::api::vocabulary::{LoginHint, OtpSystem, Scope};
use crate::desk::Desk;
use crate::encryption::{PhrKey, Plaintext};
use crate::error::{Asked, Error};

/// A creation that was saved, at the point where it goes on.
#[derive(Debug)]
#[non_exhaustive]
pub enum SavedCreation<F: AddressFamily> {
    /// An OTP is awaited.
    AwaitsOtp(AddressCreationOtp<F>),
    /// The mobile number is proved.
    Open(AddressCreation<F>),
}

#[derive(Serialize, Deserialize)]
enum State {
    AwaitsOtp(OtpState),
    Open(open::State),
}

impl State {
    fn seal<F: AddressFamily>(self, keys: &SealingKeyRing, context: &str) -> Result<Sealed, Error> {
        saved::seal(F::KIND, &self, keys, context)
    }
}

impl Desk {
    /// Has an OTP sent to a mobile number for which an ABHA address is to be created.
    ///
    /// Such an address has no proved identity behind it. A person with an Aadhaar number is better
    /// served by [`enrol`](Self::enrol), which gives number and address.
    ///
    /// # Errors
    /// Whatever a call can meet.
    pub async fn create_abha_address(
        &self,
        mobile: &MobileNumber,
    ) -> Result<AddressCreationOtp<Web>, Error> {
        AddressCreationOtp::for_mobile(self, mobile).await
    }

    /// Goes on with the creation of an address that was saved under this context.
    ///
    /// # Errors
    /// [`Problem::SavedFlowUnreadable`](crate::Problem::SavedFlowUnreadable) when it was sealed
    /// with another key, for another context, by another version, or is a PHR app's.
    pub fn resume_address_creation(
        &self,
        saved: &Sealed,
        keys: &SealingKeyRing,
        context: &str,
    ) -> Result<SavedCreation<Web>, Error> {
        SavedCreation::open(self, saved, keys, context)
    }
}

impl<F: AddressFamily> SavedCreation<F> {
    pub(super) fn open(
        desk: &Desk,
        saved: &Sealed,
        keys: &SealingKeyRing,
        context: &str,
    ) -> Result<Self, Error> {
        let desk = desk.clone();
        Ok(match saved::open(F::KIND, saved, keys, context)? {
            State::AwaitsOtp(state) => Self::AwaitsOtp(AddressCreationOtp::of(desk, state)),
            State::Open(state) => Self::Open(AddressCreation::of(desk, state)),
        })
    }
}

/// Whether an address is somebody's already, by the call of family `F`.
pub(super) async fn is_taken<F: AddressFamily>(
    desk: &Desk,
    address: &AbhaAddress,
) -> Result<bool, Error> {
    let call = Call::<F::CheckName>::new(AddressNameQuery::new(address));
    desk.send(Asked::Address, &call).await
}

/// An OTP is on its way to whoever wants an ABHA address.
#[derive(Debug)]
pub struct AddressCreationOtp<F: AddressFamily> {
    desk: Desk,
    state: OtpState,
    family: PhantomData<F>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct OtpState {
    exchange: OtpExchange<PhrKey>,
    /// The ABHA number for which the OTP was sent, when it was one.
    #[serde(with = "digits::option", default)]
    asked: Option<AbhaNumber>,
}

otp_step!(AddressCreationOtp<F: AddressFamily>);

impl<F: AddressFamily> AddressCreationOtp<F> {
    pub(super) async fn for_mobile(desk: &Desk, mobile: &MobileNumber) -> Result<Self, Error> {
        let purpose = OtpPurpose {
            scope: vec![Scope::AbhaAddressEnroll, Scope::MobileVerify],
            login_hint: LoginHint::MobileNumber,
            otp_system: OtpSystem::Abdm,
            slot: Slot::Absent,
        };
        Self::begin(desk, purpose, mobile, None).await
    }

    pub(super) async fn begin(
        desk: &Desk,
        purpose: OtpPurpose,
        value: &(impl Plaintext + Sync),
        asked: Option<&AbhaNumber>,
    ) -> Result<Self, Error> {
        let exchange = OtpExchange::begin::<F::RequestOtp>(desk, (), purpose, value).await?;
        Ok(Self::of(desk.clone(), OtpState { exchange, asked: asked.cloned() }))
    }

    const fn of(desk: Desk, state: OtpState) -> Self {
        Self { desk, state, family: PhantomData }
    }

    /// Has the OTP sent again. The one before is void.
    ///
    /// # Errors
    /// [`Problem::ResendTooEarly`](crate::Problem::ResendTooEarly),
    /// [`Problem::NoResendsLeft`](crate::Problem::NoResendsLeft), both without a call; and whatever
    /// a call can meet.
    pub async fn resend(&mut self) -> Result<(), Error> {
        self.state.exchange.resend::<F::RequestOtp>(&self.desk, ()).await
    }

    /// Proves the OTP.
    ///
    /// # Errors
    /// [`Problem::WrongOtp`](crate::Problem::WrongOtp): ask again, this value stays good;
    /// [`Problem::AnswerUnusable`](crate::Problem::AnswerUnusable) when ABDM does not say that it
    /// was accepted (rulings.md 42), or tells of another ABHA number than the one that was to be
    /// proved; [`Problem::TooManyAttempts`](crate::Problem::TooManyAttempts); and whatever a call
    /// can meet.
    pub async fn verify(&mut self, otp: &Otp) -> Result<AddressCreation<F>, Error> {
        let asked = self.state.asked.as_ref();
        let read = |mut reply: AddressVerified| {
            Evidence::of_address(&reply).of(Printed::Proved)?;
            owner::of_number(&mut reply, asked)?;
            Ok(reply)
        };
        let reply = self.state.exchange.prove::<F::Verify, _>(&self.desk, (), otp, read).await?;
        let asked = self.state.asked.as_ref();
        let state = open::State::of_reply(reply, &self.state.exchange, asked, self.desk.now());
        Ok(AddressCreation::of(self.desk.clone(), state))
    }

    /// Seals the flow; see [`EnrolmentOtp::save`](super::enrolment::EnrolmentOtp::save).
    /// [`Desk::resume_address_creation`](crate::Desk::resume_address_creation) opens it, an
    /// app's [`PhrApp::resume_creation`](crate::flow::phr_app::PhrApp::resume_creation).
    ///
    /// # Errors
    /// When the operating system gives no randomness.
    pub fn save(&self, keys: &SealingKeyRing, context: &str) -> Result<Sealed, Error> {
        State::AwaitsOtp(self.state.clone()).seal::<F>(keys, context)
    }
}
