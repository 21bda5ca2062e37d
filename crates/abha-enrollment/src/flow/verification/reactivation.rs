//! Logins that give no session: switching an ABHA number on again, and retrieving enrolment
//! numbers.

use abdm_core::call::Call;
use abdm_core::person::{AbhaNumber, digits};
use abdm_core::seal::{Sealed, SealingKeyRing};
use abdm_core::secret::{MobileNumber, Otp};
use serde::{Deserialize, Serialize};

use super::otp::OtpRoute;
use crate::api::headers::ProfileBenefitHeaders;
use crate::api::login::{Account, LoginVerified, RequestLoginOtp, VerifyLogin};
use crate::api::proof::{PasswordBlock, Proof, ProofRequest};
use crate::api::vocabulary::{LoginHint, Scope};
use crate::desk::Desk;
use crate::encryption::{AbhaKey, PublicKey};
use crate::error::{Asked, Error, Problem};
use crate::flow::evidence::{Evidence, Printed};
use crate::flow::otp_exchange::{OtpExchange, OtpPurpose, Slot, otp_step};
use crate::flow::{mask, owner, saved, standing};
use crate::input::Password;

const REACTIVATION: &str = "reactivation";
const ENROLMENT_NUMBERS: &str = "enrolment-numbers";

impl Desk {
    /// Has an OTP sent to the owner of a deactivated ABHA number, to switch it on again.
    ///
    /// # Errors
    /// Whatever a call can meet.
    pub async fn reactivate(
        &self,
        number: &AbhaNumber,
        route: OtpRoute,
    ) -> Result<ReactivationOtp, Error> {
        let mut purpose = route.purpose(&[], LoginHint::AbhaNumber, Slot::Absent);
        purpose.scope.push(Scope::Reactivate);
        let exchange = OtpExchange::begin::<RequestLoginOtp>(self, (), purpose, number).await?;
        let state = State { exchange, number: Some(number.clone()) };
        Ok(ReactivationOtp { desk: self.clone(), state })
    }

    /// Goes on with a reactivation that was saved under this context.
    ///
    /// # Errors
    /// [`Problem::SavedFlowUnreadable`](crate::Problem::SavedFlowUnreadable) when it was sealed
    /// with another key, for another context or by another version.
    pub fn resume_reactivation(
        &self,
        saved: &Sealed,
        keys: &SealingKeyRing,
        context: &str,
    ) -> Result<ReactivationOtp, Error> {
        let state = saved::open(REACTIVATION, saved, keys, context)?;
        Ok(ReactivationOtp { desk: self.clone(), state })
    }

    /// Switches an ABHA number on again by its password.
    ///
    /// # Errors
    /// [`Problem::WrongPassword`](crate::Problem::WrongPassword); [`Problem::AnswerUnusable`] when
    /// ABDM does not say that it is active; and whatever a call can meet.
    pub async fn reactivate_by_password(
        &self,
        number: &AbhaNumber,
        password: &Password,
    ) -> Result<(), Error> {
        let request = |key: &PublicKey<AbhaKey>| {
            let block = PasswordBlock::login(number.clone(), key.encrypt(password)?);
            let scope = vec![Scope::AbhaLogin, Scope::PasswordVerify, Scope::Reactivate];
            let body = ProofRequest::new(scope, Proof::Password(block));
            Ok(Call::<VerifyLogin>::new(body).headers(ProfileBenefitHeaders::default()))
        };
        let sent = self.send_encrypted(Asked::Password, request).await?;
        reactivated(&sent.answer, Some(number))
    }

    /// Has an OTP sent to a mobile number, to list the enrolment numbers (of applications by
    /// driving licence) that were made with it.
    ///
    /// # Errors
    /// [`Problem::NoAbha`](crate::Problem::NoAbha) when there are none, and whatever a call can
    /// meet.
    pub async fn retrieve_enrolment_numbers(
        &self,
        mobile: &MobileNumber,
    ) -> Result<EnrolmentNumberOtp, Error> {
        let route = OtpRoute::AbhaMobile;
        let mut purpose: OtpPurpose = route.purpose(&[], LoginHint::Mobile, Slot::Absent);
        purpose.scope.push(Scope::Retrieval);
        let exchange = OtpExchange::begin::<RequestLoginOtp>(self, (), purpose, mobile).await?;
        Ok(EnrolmentNumberOtp { desk: self.clone(), state: State { exchange, number: None } })
    }

    /// Goes on with a retrieval of enrolment numbers that was saved under this context.
    ///
    /// # Errors
    /// [`Problem::SavedFlowUnreadable`](crate::Problem::SavedFlowUnreadable) when it was sealed
    /// with another key, for another context or by another version.
    pub fn resume_enrolment_numbers(
        &self,
        saved: &Sealed,
        keys: &SealingKeyRing,
        context: &str,
    ) -> Result<EnrolmentNumberOtp, Error> {
        let state = saved::open(ENROLMENT_NUMBERS, saved, keys, context)?;
        Ok(EnrolmentNumberOtp { desk: self.clone(), state })
    }
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct State {
    exchange: OtpExchange<AbhaKey>,
    /// The ABHA number that shall be active again.
    #[serde(with = "digits::option", default)]
    number: Option<AbhaNumber>,
}

/// An OTP is on its way to the owner of a deactivated ABHA number.
#[derive(Debug)]
pub struct ReactivationOtp {
    desk: Desk,
    state: State,
}

otp_step!(ReactivationOtp);

impl ReactivationOtp {
    /// Has the OTP sent again. The one before is void.
    ///
    /// # Errors
    /// As [`VerificationOtp::resend`](super::VerificationOtp::resend).
    pub async fn resend(&mut self) -> Result<(), Error> {
        self.state.exchange.resend::<RequestLoginOtp>(&self.desk, ()).await
    }

    /// Proves the OTP: the ABHA number is active again. It gives no session; verify the person
    /// anew.
    ///
    /// # Errors
    /// [`Problem::WrongOtp`](crate::Problem::WrongOtp): ask again, this value stays good;
    /// [`Problem::AnswerUnusable`] when ABDM does not say that it is active (rulings.md 42); and
    /// whatever a call can meet.
    pub async fn verify(&mut self, otp: &Otp) -> Result<(), Error> {
        let number = self.state.number.clone();
        let read = |reply: LoginVerified| reactivated(&reply, number.as_ref());
        self.state.exchange.prove::<VerifyLogin, _>(&self.desk, (), otp, read).await
    }

    /// Seals the flow; see [`EnrolmentOtp::save`](crate::flow::enrolment::EnrolmentOtp::save).
    /// [`Desk::resume_reactivation`](crate::Desk::resume_reactivation) opens it.
    ///
    /// # Errors
    /// When the operating system gives no randomness.
    pub fn save(&self, keys: &SealingKeyRing, context: &str) -> Result<Sealed, Error> {
        saved::seal(REACTIVATION, &self.state, keys, context)
    }
}

/// An OTP is on its way to a mobile number whose enrolment numbers are wanted.
#[derive(Debug)]
pub struct EnrolmentNumberOtp {
    desk: Desk,
    state: State,
}

otp_step!(EnrolmentNumberOtp);

impl EnrolmentNumberOtp {
    /// Has the OTP sent again. The one before is void.
    ///
    /// # Errors
    /// As [`VerificationOtp::resend`](super::VerificationOtp::resend).
    pub async fn resend(&mut self) -> Result<(), Error> {
        self.state.exchange.resend::<RequestLoginOtp>(&self.desk, ()).await
    }

    /// Proves the OTP: the enrolment numbers, as accounts.
    ///
    /// # Errors
    /// [`Problem::WrongOtp`](crate::Problem::WrongOtp): ask again, this value stays good;
    /// [`Problem::AnswerUnusable`](crate::Problem::AnswerUnusable) when the answer lacks the list;
    /// and whatever a call can meet.
    pub async fn verify(&mut self, otp: &Otp) -> Result<Vec<Account>, Error> {
        let read = |reply: LoginVerified| {
            // A number that is listed says that the OTP was accepted, unless a word beside it
            // denies that.
            let mut accounts = reply.accounts.iter().flatten();
            let listed = accounts.any(|account| account.abha_number.is_some());
            let told = Evidence::of_login(&reply);
            Evidence { token: told.token || listed, ..told }.of(Printed::Proved)?;
            reply.accounts.ok_or_else(|| Error::new(Problem::AnswerUnusable))
        };
        self.state.exchange.prove::<VerifyLogin, _>(&self.desk, (), otp, read).await
    }

    /// Seals the flow; see [`EnrolmentOtp::save`](crate::flow::enrolment::EnrolmentOtp::save).
    /// [`Desk::resume_enrolment_numbers`](crate::Desk::resume_enrolment_numbers) opens it.
    ///
    /// # Errors
    /// When the operating system gives no randomness.
    pub fn save(&self, keys: &SealingKeyRing, context: &str) -> Result<Sealed, Error> {
        saved::seal(ENROLMENT_NUMBERS, &self.state, keys, context)
    }
}

/// An ABHA number is active again when the answer says so, and lists no other and none that is
/// still switched off: a list of accounts alone does not.
fn reactivated(reply: &LoginVerified, number: Option<&AbhaNumber>) -> Result<(), Error> {
    Evidence::of_login(reply).of(Printed::Reactivated)?;
    let accounts = reply.accounts.as_deref().unwrap_or_default();
    owner::is_about(accounts.iter().map(|account| account.abha_number.as_ref()), number)?;
    let own = |account: &&Account| match (number, &account.abha_number) {
        (Some(number), Some(seen)) => mask::may_be(seen, number),
        _ => accounts.len() == 1,
    };
    let problem = |account: &Account| standing::problem_of(account.status.as_ref());
    if accounts.iter().filter(own).any(|account| problem(account).is_some()) {
        return Err(Error::new(Problem::AnswerUnusable));
    }
    Ok(())
}
