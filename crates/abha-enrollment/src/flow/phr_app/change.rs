//! A change of mobile number or e-mail address.

use abdm_core::person::{AbhaAddress, AbhaNumber, digits};
use abdm_core::seal::{Sealed, SealingKeyRing};
use abdm_core::secret::Otp;
use serde::{Deserialize, Serialize};

use crate::api::address::AddressVerified;
use crate::api::phr::{RequestPhrChangeOtp, VerifyPhrChange};
use crate::desk::Desk;
use crate::encryption::{PhrKey, Plaintext};
use crate::error::Error;
use crate::flow::evidence::{Evidence, Printed};
use crate::flow::otp_exchange::{OtpExchange, OtpPurpose, otp_step};
use crate::flow::owner;
use crate::session::{AppSession, kept_app};

/// An OTP of a person who is logged in: for a change, or for an ABHA number.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct State {
    #[serde(with = "kept_app")]
    pub(super) session: AppSession,
    pub(super) exchange: OtpExchange<PhrKey>,
    /// The address of the person, whose profile is to be changed.
    #[serde(default)]
    own: Option<AbhaAddress>,
    /// The ABHA number for which the OTP was sent, when it was one.
    #[serde(with = "digits::option", default)]
    number: Option<AbhaNumber>,
}

/// Whom an OTP of a person who is logged in is about.
pub(super) enum About<'a> {
    /// Their own address, where it is known.
    Own(Option<AbhaAddress>),
    /// An ABHA number.
    Number(&'a AbhaNumber),
}

impl State {
    pub(super) async fn begin(
        desk: &Desk,
        session: &AppSession,
        purpose: OtpPurpose,
        value: &(impl Plaintext + Sync),
        about: About<'_>,
    ) -> Result<Self, Error> {
        let token = session.token.clone();
        let exchange =
            OtpExchange::begin::<RequestPhrChangeOtp>(desk, token, purpose, value).await?;
        let (own, number) = match about {
            About::Own(own) => (own, None),
            About::Number(number) => (None, Some(number.clone())),
        };
        Ok(Self { session: session.clone(), exchange, own, number })
    }

    pub(super) async fn resend(&mut self, desk: &Desk) -> Result<(), Error> {
        let token = self.session.token.clone();
        self.exchange.resend::<RequestPhrChangeOtp>(desk, token).await
    }

    pub(super) async fn verify(
        &mut self,
        desk: &Desk,
        otp: &Otp,
        printed: Printed,
    ) -> Result<AddressVerified, Error> {
        let token = self.session.token.clone();
        let (own, number) = (self.own.as_ref(), self.number.as_ref());
        let read = |mut reply: AddressVerified| {
            done(&reply, printed, own)?;
            owner::of_number(&mut reply, number)?;
            Ok(reply)
        };
        self.exchange.prove::<VerifyPhrChange, _>(desk, token, otp, read).await
    }
}

/// A change of mobile number or e-mail address; an OTP that confirms it is on its way.
#[derive(Debug)]
pub struct AppChange {
    desk: Desk,
    state: State,
}

otp_step!(AppChange);

impl AppChange {
    pub(super) async fn begin(
        desk: &Desk,
        session: &AppSession,
        purpose: OtpPurpose,
        value: &(impl Plaintext + Sync),
        own: Option<AbhaAddress>,
    ) -> Result<Self, Error> {
        let state = State::begin(desk, session, purpose, value, About::Own(own)).await?;
        Ok(Self::of(desk.clone(), state))
    }

    pub(super) const fn of(desk: Desk, state: State) -> Self {
        Self { desk, state }
    }

    /// Has the OTP sent again. The one before is void.
    ///
    /// # Errors
    /// As [`AppLogin::resend`](super::AppLogin::resend).
    pub async fn resend(&mut self) -> Result<(), Error> {
        self.state.resend(&self.desk).await
    }

    /// Proves the OTP: the change is made. What it gives is ABDM's text.
    ///
    /// # Errors
    /// [`Problem::WrongOtp`](crate::Problem::WrongOtp): ask again, this value stays good;
    /// [`Problem::AnswerUnusable`](crate::Problem::AnswerUnusable) when ABDM does not say that it
    /// is done (rulings.md 42), or names other addresses only: look at the profile; and whatever a
    /// call can meet.
    pub async fn confirm(&mut self, otp: &Otp) -> Result<Option<String>, Error> {
        Ok(self.state.verify(&self.desk, otp, Printed::Linked).await?.message)
    }

    /// Seals the change; see [`EnrolmentOtp::save`](crate::flow::enrolment::EnrolmentOtp::save).
    /// [`PhrApp::resume`](crate::flow::phr_app::PhrApp::resume) opens it.
    ///
    /// # Errors
    /// When the operating system gives no randomness.
    pub fn save(&self, keys: &SealingKeyRing, context: &str) -> Result<Sealed, Error> {
        super::State::Changes(self.state.clone()).seal(keys, context)
    }
}

/// Takes the answer to a proof or a change as a success only where it proves one, of the address
/// that was to be changed.
pub(super) fn done(
    reply: &AddressVerified,
    printed: Printed,
    own: Option<&AbhaAddress>,
) -> Result<(), Error> {
    Evidence::of_address(reply).of(printed)?;
    owner::is_about_address(&reply.users, own)
}
