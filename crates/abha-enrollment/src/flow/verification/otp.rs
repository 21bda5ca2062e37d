//! Proving an account by OTP.

use abdm_core::seal::{Sealed, SealingKeyRing};
use abdm_core::secret::Otp;
use serde::{Deserialize, Serialize};

use super::choice::{self, AccountChoice};
use super::verified::Verified;
use crate::api::fields::SeenAbhaNumber;
use crate::api::login::{Account, LoginVerified, RequestLoginOtp, VerifyLogin};
use crate::api::vocabulary::LoginHint;
use crate::desk::Desk;
use crate::encryption::AbhaKey;
use crate::error::{Error, Problem};
use crate::flow::evidence::{Evidence, Printed};
use crate::flow::otp_exchange::{OtpExchange, otp_step};
use crate::flow::owner;
use crate::session::LoginTokens;

/// To which mobile number the OTP goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum OtpRoute {
    /// To the one that Aadhaar knows; UIDAI sends it.
    Aadhaar,
    /// To the one that ABDM knows; ABDM sends it.
    AbhaMobile,
}

/// An OTP is on its way to the owner of an account.
#[derive(Debug)]
pub struct VerificationOtp {
    desk: Desk,
    state: State,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct State {
    pub(super) exchange: OtpExchange<AbhaKey>,
    /// The ABHA number for which the OTP was sent, whole or as a list showed it.
    #[serde(default)]
    pub(super) asked: Option<SeenAbhaNumber>,
}

/// What a proved OTP gives. ABDM decides which, so both must be handled.
#[derive(Debug)]
pub enum VerificationOutcome {
    /// The person is known.
    Verified(Verified),
    /// The OTP proved a mobile number: the person chooses one of its accounts.
    ChooseAccount(AccountChoice),
}

otp_step!(VerificationOtp);

impl VerificationOtp {
    pub(super) const fn of(desk: Desk, state: State) -> Self {
        Self { desk, state }
    }

    /// Has the OTP sent again. The one before is void.
    ///
    /// # Errors
    /// [`Problem::ResendTooEarly`], [`Problem::NoResendsLeft`], both without a call; and whatever a
    /// call can meet.
    pub async fn resend(&mut self) -> Result<(), Error> {
        self.state.exchange.resend::<RequestLoginOtp>(&self.desk, ()).await
    }

    /// Proves the OTP.
    ///
    /// # Errors
    /// [`Problem::WrongOtp`]: ask again, this value stays good. [`Problem::NoAbha`] when a mobile
    /// or Aadhaar number is proved and its list of accounts is empty; [`Problem::AnswerUnusable`]
    /// when the answer lacks a token, which says nothing about accounts, or its text denies the
    /// proof (rulings.md 42), or is about another ABHA number than the one that was to be proved,
    /// or lists accounts to choose from by masked numbers only; [`Problem::TooManyAttempts`]; and
    /// whatever a call can meet.
    pub async fn verify(&mut self, otp: &Otp) -> Result<VerificationOutcome, Error> {
        let read = |reply: LoginVerified| {
            Evidence::of_login(&reply).of(Printed::Proved)?;
            Ok(reply)
        };
        let exchange = &mut self.state.exchange;
        let reply = exchange.prove::<VerifyLogin, _>(&self.desk, (), otp, read).await?;
        VerificationOutcome::of_reply(&self.desk, reply, &self.state).await
    }

    /// Seals the flow, to go on after the next web request, perhaps on another server. See
    /// [`EnrolmentOtp::save`](crate::flow::enrolment::EnrolmentOtp::save).
    /// [`Desk::resume_verification`](crate::Desk::resume_verification) opens it.
    ///
    /// # Errors
    /// When the operating system gives no randomness.
    pub fn save(&self, keys: &SealingKeyRing, context: &str) -> Result<Sealed, Error> {
        super::State::AwaitsOtp(self.state.clone()).seal(keys, context)
    }
}

impl VerificationOutcome {
    /// Reads a reply by what is in it. Neither the scope nor the number of accounts tells the kind
    /// of its token, only the presence of a refresh token does (m1-abha.md 3.1). A token, and an
    /// empty list, stand beside a wrong OTP as well: both say something only where it was proved,
    /// as this reply says.
    async fn of_reply(desk: &Desk, mut reply: LoginVerified, state: &State) -> Result<Self, Error> {
        let exchange = &state.exchange;
        let tokens = reply.tokens().map(|tokens| LoginTokens::of(tokens, desk.now()));
        let listed = reply.accounts.as_deref().map(<[Account]>::len);
        match (tokens, listed) {
            (Some(LoginTokens::User(session)), _) => {
                let accounts = reply.accounts.unwrap_or_default();
                let asked = state.asked.as_ref();
                Verified::of_session(desk.clone(), session, accounts, asked)
                    .await
                    .map(Self::Verified)
            }
            // Masked accounts only: none of them can be sent back as the one that was chosen.
            _ if reply.lists_masked_numbers_only() => Err(Error::new(Problem::AnswerUnusable)),
            (Some(LoginTokens::Transfer(transfer)), Some(1..)) => {
                let accounts = reply.accounts.take().unwrap_or_default();
                let accounts = owner::to_choose(accounts, state.asked.as_ref())?;
                let asked_under = || exchange.txn_id().clone();
                let state = choice::State {
                    transfer,
                    txn_id: reply.txn_id.unwrap_or_else(asked_under),
                    accounts,
                };
                Ok(Self::ChooseAccount(AccountChoice::of(desk.clone(), state)))
            }
            (tokens, Some(0)) if may_have_none(exchange.login_hint(), tokens.is_some()) => {
                Err(Error::new(Problem::NoAbha))
            }
            _ => Err(Error::new(Problem::AnswerUnusable)),
        }
    }
}

/// Whether an empty list of accounts may mean that there are none: of a mobile number, also beside
/// the token for the choice among them; of an Aadhaar number without a token (VRFY_ABHA_302, 403).
/// An ABHA number that was given or found exists.
const fn may_have_none(login_hint: &LoginHint, with_token: bool) -> bool {
    match login_hint {
        LoginHint::Mobile => true,
        LoginHint::Aadhaar => !with_token,
        _ => false,
    }
}
