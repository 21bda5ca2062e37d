//! Logging in by OTP.

use abdm_core::person::{AbhaAddress, AbhaNumber, digits};
use abdm_core::seal::{Sealed, SealingKeyRing};
use abdm_core::secret::Otp;
use serde::{Deserialize, Serialize};

use super::choice::AddressChoice;
use super::profile::AppProfile;
use crate::api::address::AddressVerified;
use crate::api::phr::{RequestPhrLoginOtp, VerifyPhrLogin};
use crate::desk::Desk;
use crate::encryption::{PhrKey, Plaintext};
use crate::error::{Error, Problem};
use crate::flow::address_choice::Choice;
use crate::flow::evidence::{Evidence, Printed};
use crate::flow::otp_exchange::{OtpExchange, OtpPurpose, otp_step};
use crate::flow::owner;
use crate::session::{AppSession, Granted, Keepable as _};

/// An OTP is on its way to a person who logs in.
#[derive(Debug)]
pub struct AppLogin {
    desk: Desk,
    state: State,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct State {
    exchange: OtpExchange<PhrKey>,
    /// The ABHA address for which the OTP was sent, when it was one.
    #[serde(default)]
    asked: Option<AbhaAddress>,
    /// The ABHA number for which the OTP was sent, when it was one.
    #[serde(with = "digits::option", default)]
    number: Option<AbhaNumber>,
}

/// For whom an OTP of a login is sent.
pub(super) enum LoginOf<'a> {
    /// The owners of a mobile number, an e-mail address or an Aadhaar number.
    Whoever,
    /// The owner of an ABHA address.
    Address(&'a AbhaAddress),
    /// The owner of an ABHA number.
    Number(&'a AbhaNumber),
}

/// What a proved OTP gives. ABDM decides which, so both must be handled.
#[derive(Debug)]
pub enum AppLoginOutcome {
    /// The person is logged in.
    LoggedIn(AppProfile),
    /// The person chooses one of their addresses.
    ChooseAddress(AddressChoice),
}

otp_step!(AppLogin);

impl AppLogin {
    pub(super) async fn begin(
        desk: &Desk,
        purpose: OtpPurpose,
        value: &(impl Plaintext + Sync),
        whose: LoginOf<'_>,
    ) -> Result<Self, Error> {
        let exchange = OtpExchange::begin::<RequestPhrLoginOtp>(desk, (), purpose, value).await?;
        let (asked, number) = match whose {
            LoginOf::Whoever => (None, None),
            LoginOf::Address(address) => (Some(address.clone()), None),
            LoginOf::Number(number) => (None, Some(number.clone())),
        };
        Ok(Self::of(desk.clone(), State { exchange, asked, number }))
    }

    pub(super) const fn of(desk: Desk, state: State) -> Self {
        Self { desk, state }
    }

    /// Has the OTP sent again. The one before is void.
    ///
    /// # Errors
    /// [`Problem::ResendTooEarly`], [`Problem::NoResendsLeft`], both without a call; and whatever a
    /// call can meet.
    pub async fn resend(&mut self) -> Result<(), Error> {
        self.state.exchange.resend::<RequestPhrLoginOtp>(&self.desk, ()).await
    }

    /// Proves the OTP.
    ///
    /// # Errors
    /// [`Problem::WrongOtp`]: ask again, this value stays good; [`Problem::AnswerUnusable`] when
    /// the answer lacks a token, or addresses to choose from, or does not say that the OTP was
    /// accepted (rulings.md 42), or is about other addresses or ABHA numbers than the one that was
    /// to be proved; and whatever a call can meet.
    pub async fn verify(&mut self, otp: &Otp) -> Result<AppLoginOutcome, Error> {
        let (asked, number) = (self.state.asked.as_ref(), self.state.number.as_ref());
        let read = |mut reply: AddressVerified| {
            Evidence::of_address(&reply).of(Printed::Proved)?;
            owner::is_about_address(&reply.users, asked)?;
            owner::of_number(&mut reply, number)?;
            Ok(reply)
        };
        let exchange = &mut self.state.exchange;
        let reply = exchange.prove::<VerifyPhrLogin, _>(&self.desk, (), otp, read).await?;
        let desk = self.desk.clone();
        // The kind of token tells, not the number of addresses (m1-abha.md 3.1).
        match reply.tokens.map(|tokens| Granted::of(tokens, desk.now())) {
            Some(Granted::Session(kept)) => {
                let session = AppSession::of_kept(kept);
                let asked = self.state.asked.as_ref();
                AppProfile::of_proof(desk, session, reply.users, asked)
                    .map(AppLoginOutcome::LoggedIn)
            }
            Some(Granted::Transfer(transfer)) if !reply.users.is_empty() => {
                let txn_id = reply.txn_id.unwrap_or_else(|| self.state.exchange.txn_id().clone());
                let number = self.state.number.clone();
                // Whoever proved one address does not choose among those of others.
                let (users, beside) = match &self.state.asked {
                    Some(asked) => {
                        (vec![owner::of_address(reply.users.clone(), asked)?], reply.users)
                    }
                    None => (reply.users, Vec::new()),
                };
                let choice = Choice { transfer, txn_id, users, beside, number };
                Ok(AppLoginOutcome::ChooseAddress(AddressChoice::of(desk, choice)))
            }
            _ => Err(Error::new(Problem::AnswerUnusable)),
        }
    }

    /// Seals the flow; see [`EnrolmentOtp::save`](crate::flow::enrolment::EnrolmentOtp::save).
    /// [`PhrApp::resume`](crate::flow::phr_app::PhrApp::resume) opens it.
    ///
    /// # Errors
    /// When the operating system gives no randomness.
    pub fn save(&self, keys: &SealingKeyRing, context: &str) -> Result<Sealed, Error> {
        super::State::AwaitsOtp(self.state.clone()).seal(keys, context)
    }
}
