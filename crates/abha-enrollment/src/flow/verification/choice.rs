//! Choosing among the accounts of a mobile number.

use abdm_core::call::Call;
use abdm_core::id::TxnId;
use abdm_core::person::AbhaNumber;
use abdm_core::seal::{Sealed, SealingKeyRing};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::verified::Verified;
use crate::api::fields::SeenAbhaNumber;
use crate::api::login::{Account, ChosenAccount, VerifyUser};
use crate::desk::Desk;
use crate::error::{Asked, Error, Problem};
use crate::flow::evidence::{Evidence, Printed};
use crate::session::{TransferSession, UserSession, kept_transfer};

/// A mobile number is proved; the person chooses one of its accounts within five minutes
/// (VRFY_ABHA_303: show name, number, address and photo).
#[derive(Debug)]
pub struct AccountChoice {
    desk: Desk,
    state: State,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct State {
    /// Good for the choice only; it never leaves this value.
    #[serde(with = "kept_transfer")]
    pub(super) transfer: TransferSession,
    pub(super) txn_id: TxnId,
    pub(super) accounts: Vec<Account>,
}

impl AccountChoice {
    pub(super) const fn of(desk: Desk, state: State) -> Self {
        Self { desk, state }
    }

    /// The accounts, one or more.
    #[must_use]
    pub fn accounts(&self) -> &[Account] {
        &self.state.accounts
    }

    /// Until when the choice can be made.
    #[must_use]
    pub const fn expires_at(&self) -> DateTime<Utc> {
        self.state.transfer.expires_at
    }

    /// Chooses the account with this number: that of one of [`accounts`](Self::accounts), whole.
    ///
    /// ```
    /// # use abha_enrollment::Error;
    /// # use abha_enrollment::flow::verification::{AccountChoice, Verified};
    /// /// `line` is the one that the person pointed at.
    /// async fn chosen(choice: &AccountChoice, line: usize) -> Result<Option<Verified>, Error> {
    ///     let account = choice.accounts().get(line);
    ///     let number = account.and_then(|account| account.abha_number.as_ref()?.whole());
    ///     match number {
    ///         Some(number) => choice.choose(number).await.map(Some),
    ///         None => Ok(None),
    ///     }
    /// }
    /// ```
    ///
    /// # Errors
    /// [`Problem::AbhaNumberInvalid`] when it is none of the list, and [`Problem::LoginOver`] when
    /// the five minutes are over, both without a call; [`Problem::AnswerUnusable`] when the answer
    /// lacks a token, denies it, or has one of another account; [`Problem::RefusedByGateway`]: the
    /// mobile number is proved and the accounts stand, a new OTP does not help; and whatever a call
    /// can meet.
    pub async fn choose(&self, number: &AbhaNumber) -> Result<Verified, Error> {
        let is_it = |account: &&Account| {
            account.abha_number.as_ref().and_then(|seen| seen.whole()) == Some(number)
        };
        let Some(account) = self.state.accounts.iter().find(is_it) else {
            return Err(Error::new(Problem::AbhaNumberInvalid));
        };
        if self.desk.now() >= self.state.transfer.expires_at {
            return Err(Error::new(Problem::LoginOver));
        }
        let body = ChosenAccount::new(number.clone(), self.state.txn_id.clone());
        let token = self.state.transfer.token.clone();
        let call = Call::<VerifyUser>::new(body).by(token);
        let tokens = self.desk.send(Asked::ChoiceOf(Problem::AbhaNumberInvalid), &call).await?;
        Evidence::of_tokens(&tokens).of(Printed::Proved)?;
        let session = UserSession::of(tokens, self.desk.now())
            .ok_or_else(|| Error::new(Problem::AnswerUnusable))?;
        let (accounts, asked) = (vec![account.clone()], SeenAbhaNumber::Whole(number.clone()));
        Verified::of_session(self.desk.clone(), session, accounts, Some(&asked)).await
    }

    /// Seals the flow; see [`EnrolmentOtp::save`](crate::flow::enrolment::EnrolmentOtp::save).
    /// [`Desk::resume_verification`](crate::Desk::resume_verification) opens it.
    ///
    /// # Errors
    /// When the operating system gives no randomness.
    pub fn save(&self, keys: &SealingKeyRing, context: &str) -> Result<Sealed, Error> {
        super::State::ChoosesAccount(self.state.clone()).seal(keys, context)
    }
}
