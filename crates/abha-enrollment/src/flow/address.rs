//! Proving an ABHA address (m1-abha.md 8, VRFY_ABHA_102, 202, 502).
//!
//! The flow is that of an ABHA number, on another family: with another RSA key, and with a token
//! that is good here only. So it has types of its own, and [`AddressSession`] is not a
//! [`UserSession`](crate::session::UserSession).

mod scan;

use abdm_core::call::Call;
use abdm_core::headers::StandardHeaders;
use abdm_core::person::{AbhaAddress, AbhaNumber};
use abdm_core::seal::{Sealed, SealingKeyRing};
use abdm_core::secret::Otp;
use abdm_core::wire::{Document, NoBody};
use serde::{Deserialize, Serialize};

pub use self::scan::AddressScan;
use super::evidence::{Evidence, Printed};
use super::otp_exchange::{OtpExchange, OtpPurpose, Slot, otp_step};
use super::verification::OtpRoute;
use super::{owner, saved, standing};
use crate::api::address::{
    AbhaAddressQuery, AbhaAddressState, AddressProfile, AddressUser, AddressVerified,
    FetchAddressCard, FetchAddressProfile, FetchAddressQrCode, RequestAddressOtp,
    SearchAbhaAddress, VerifyAbhaAddress,
};
use crate::api::vocabulary::{LoginHint, Scope};
use crate::desk::Desk;
use crate::encryption::PhrKey;
use crate::error::{Asked, Error, Problem};
use crate::session::{AddressSession, kept_address};

const KIND: &str = "address";

/// The verification of an address that was saved, at the point where it goes on.
#[derive(Debug)]
#[non_exhaustive]
pub enum AddressVerification {
    /// An OTP is awaited.
    AwaitsOtp(AddressOtp),
    /// A scan is awaited.
    AwaitsScan(AddressScan),
    /// The person is known.
    Verified(VerifiedAddress),
}

#[derive(Serialize, Deserialize)]
enum State {
    AwaitsOtp(OtpState),
    AwaitsScan(scan::State),
    Verified(VerifiedState),
}

impl State {
    fn seal(self, keys: &SealingKeyRing, context: &str) -> Result<Sealed, Error> {
        saved::seal(KIND, &self, keys, context)
    }
}

impl Desk {
    /// Asks whose an ABHA address is, in which state, and how it may be proved. Sends no OTP.
    ///
    /// # Errors
    /// [`Problem::NoAbha`] when it is nobody's; [`Problem::AnswerUnusable`] when the answer names
    /// another address; and whatever a call can meet.
    pub async fn search_abha_address(
        &self,
        address: &AbhaAddress,
    ) -> Result<AbhaAddressState, Error> {
        owner::state_of(self.address_state(address).await?, address)
    }

    /// The answer to that question, whomever it is about.
    pub(super) async fn address_state(
        &self,
        address: &AbhaAddress,
    ) -> Result<AbhaAddressState, Error> {
        let call = Call::<SearchAbhaAddress>::new(AbhaAddressQuery::new(address));
        self.send(Asked::WhetherThereIs(Problem::AbhaAddressInvalid), &call).await
    }

    /// Has an OTP sent to the owner of an ABHA address.
    ///
    /// # Errors
    /// [`Problem::NoAbha`] when it is nobody's, and whatever a call can meet.
    pub async fn verify_abha_address(
        &self,
        address: &AbhaAddress,
        route: OtpRoute,
    ) -> Result<AddressOtp, Error> {
        let purpose = OtpPurpose {
            scope: vec![Scope::AbhaAddressLogin, route.proof()],
            login_hint: LoginHint::AbhaAddress,
            otp_system: route.system(),
            slot: Slot::Absent,
        };
        let exchange = OtpExchange::begin::<RequestAddressOtp>(self, (), purpose, address).await?;
        let state = OtpState { exchange, asked: Some(address.clone()) };
        Ok(AddressOtp { desk: self.clone(), state })
    }

    /// Goes on with the verification of an address that was saved under this context.
    ///
    /// # Errors
    /// [`Problem::SavedFlowUnreadable`] when it was sealed with another key, for another context or
    /// by another version.
    pub fn resume_address_verification(
        &self,
        saved: &Sealed,
        keys: &SealingKeyRing,
        context: &str,
    ) -> Result<AddressVerification, Error> {
        let desk = self.clone();
        Ok(match saved::open(KIND, saved, keys, context)? {
            State::AwaitsOtp(state) => AddressVerification::AwaitsOtp(AddressOtp { desk, state }),
            State::AwaitsScan(state) => {
                AddressVerification::AwaitsScan(AddressScan::of(desk, state))
            }
            State::Verified(state) => {
                AddressVerification::Verified(VerifiedAddress { desk, state })
            }
        })
    }
}

/// An OTP is on its way to the owner of an ABHA address.
#[derive(Debug)]
pub struct AddressOtp {
    desk: Desk,
    state: OtpState,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct OtpState {
    exchange: OtpExchange<PhrKey>,
    /// The address for which the OTP was sent.
    #[serde(default)]
    asked: Option<AbhaAddress>,
}

otp_step!(AddressOtp);

impl AddressOtp {
    /// Has the OTP sent again. The one before is void.
    ///
    /// # Errors
    /// As [`VerificationOtp::resend`](super::verification::VerificationOtp::resend).
    pub async fn resend(&mut self) -> Result<(), Error> {
        self.state.exchange.resend::<RequestAddressOtp>(&self.desk, ()).await
    }

    /// Proves the OTP.
    ///
    /// # Errors
    /// [`Problem::WrongOtp`]: ask again, this value stays good; [`Problem::AnswerUnusable`] when
    /// the answer lacks a token, does not say that the OTP was accepted (rulings.md 42), or is
    /// about other addresses or another person; and whatever a call can meet.
    pub async fn verify(&mut self, otp: &Otp) -> Result<VerifiedAddress, Error> {
        let (desk, asked) = (&self.desk, self.state.asked.as_ref());
        let read = |reply| VerifiedAddress::of_reply(desk.clone(), reply, asked);
        self.state.exchange.prove::<VerifyAbhaAddress, _>(desk, (), otp, read).await
    }

    /// Seals the flow; see [`EnrolmentOtp::save`](super::enrolment::EnrolmentOtp::save).
    /// [`Desk::resume_address_verification`](crate::Desk::resume_address_verification) opens it.
    ///
    /// # Errors
    /// When the operating system gives no randomness.
    pub fn save(&self, keys: &SealingKeyRing, context: &str) -> Result<Sealed, Error> {
        State::AwaitsOtp(self.state.clone()).seal(keys, context)
    }
}

/// A person who proved an ABHA address: their profile and card.
///
/// Profile and card come from this family only; the ABHA family refuses the session
/// (m1-abha.md 3.1, rule of pairing).
#[derive(Debug)]
pub struct VerifiedAddress {
    desk: Desk,
    state: VerifiedState,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct VerifiedState {
    #[serde(with = "kept_address")]
    session: AddressSession,
    users: Vec<AddressUser>,
}

impl VerifiedAddress {
    /// Reads the answer to a proof of the address that was asked for, which is kept whatever the
    /// answer lists.
    fn of_reply(
        desk: Desk,
        reply: AddressVerified,
        asked: Option<&AbhaAddress>,
    ) -> Result<Self, Error> {
        Evidence::of_address(&reply).of(Printed::Proved)?;
        let now = desk.now();
        let session = reply
            .tokens
            .and_then(|tokens| AddressSession::of(tokens, now))
            .ok_or_else(|| Error::new(Problem::AnswerUnusable))?;
        let token = session.token.expose();
        let users = match asked {
            Some(asked) => {
                let user = owner::of_address(reply.users.clone(), asked)?;
                owner::opens(token, &user, &reply.users)?;
                vec![owner::with_number(user, &reply.accounts, token)]
            }
            None => reply.users,
        };
        Ok(Self::of_session(desk, session, users))
    }

    pub(super) const fn of_session(
        desk: Desk,
        session: AddressSession,
        users: Vec<AddressUser>,
    ) -> Self {
        Self { desk, state: VerifiedState { session, users } }
    }

    /// The address that was proved and its owner, as the verification listed them.
    #[must_use]
    pub fn user(&self) -> Option<&AddressUser> {
        match self.state.users.as_slice() {
            [one] => Some(one),
            _ => None,
        }
    }

    /// What the desk has to deal with although the proof was accepted: the address may be switched
    /// off ([`Problem::AddressDeactivated`]) or deleted ([`Problem::AbhaDeleted`]).
    #[must_use]
    pub fn problem(&self) -> Option<Problem> {
        standing::of_address(self.user()?.status.as_ref())
    }

    /// The address.
    #[must_use]
    pub fn abha_address(&self) -> Option<AbhaAddress> {
        self.user()?.address()
    }

    /// The ABHA number behind it, as the answer or the token's claim tells it. `None` for a
    /// self-declared address. Its `Display` is masked:
    /// store [`to_digits`](AbhaNumber::to_digits), print [`to_dashed`](AbhaNumber::to_dashed).
    #[must_use]
    pub fn abha_number(&self) -> Option<&AbhaNumber> {
        self.user()?.abha_number.as_ref()?.whole()
    }

    /// The session.
    #[must_use]
    pub const fn session(&self) -> &AddressSession {
        &self.state.session
    }

    /// Fetches the profile.
    ///
    /// # Errors
    /// [`Problem::LoginOver`] when the session is over; [`Problem::RefusedByGateway`] when the
    /// gateway does not let it through, with which the login stands (rulings.md 35);
    /// [`Problem::AnswerUnusable`] when the profile is another address's than the one that was
    /// proved; [`Problem::AnswerUnreadable`] when it says nothing; and whatever a call can meet.
    pub async fn profile(&self) -> Result<AddressProfile, Error> {
        let profile = self.desk.send(Asked::Plainly, &self.call::<FetchAddressProfile>()).await?;
        owner::own_profile(profile, self.user(), self.state.session.token.expose())
    }

    /// Fetches the card, an image.
    ///
    /// # Errors
    /// As [`profile`](Self::profile).
    pub async fn card(&self) -> Result<Document, Error> {
        self.desk.send(Asked::Plainly, &self.call::<FetchAddressCard>()).await
    }

    /// Fetches the QR code, an image.
    ///
    /// # Errors
    /// As [`profile`](Self::profile).
    pub async fn qr_code(&self) -> Result<Document, Error> {
        self.desk.send(Asked::Plainly, &self.call::<FetchAddressQrCode>()).await
    }

    fn call<E>(&self) -> Call<E>
    where
        E: abdm_core::endpoint::Endpoint<
                Auth = abdm_core::endpoint::SessionAndAddressUser,
                Headers = StandardHeaders,
                Path = (),
                Request = NoBody,
            >,
    {
        Call::new(NoBody).by(self.state.session.token.clone())
    }

    /// Seals the flow; see [`EnrolmentOtp::save`](super::enrolment::EnrolmentOtp::save).
    /// [`Desk::resume_address_verification`](crate::Desk::resume_address_verification) opens it.
    ///
    /// # Errors
    /// When the operating system gives no randomness.
    pub fn save(&self, keys: &SealingKeyRing, context: &str) -> Result<Sealed, Error> {
        State::Verified(self.state.clone()).seal(keys, context)
    }
}
