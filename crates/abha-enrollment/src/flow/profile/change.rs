//! A change that an OTP confirms.

use abdm_core::call::Call;
use abdm_core::id::TxnId;
use abdm_core::person::{AbhaNumber, digits};
use abdm_core::seal::{Sealed, SealingKeyRing};
use abdm_core::secret::Otp;
use serde::{Deserialize, Serialize};

use crate::api::account::{RequestChangeOtp, VerifyChange};
use crate::api::auth::{OtpProof, OtpVerified};
use crate::api::fields::Personal;
use crate::api::proof::{Proof, ProofRequest};
use crate::api::vocabulary::Scope;
use crate::desk::Desk;
use crate::encryption::{AbhaKey, Plaintext, PublicKey};
use crate::error::{Asked, Error};
use crate::flow::evidence::{Evidence, Printed};
use crate::flow::otp_exchange::{OtpExchange, OtpPurpose, otp_step};
use crate::flow::{owner, saved};
use crate::session::{Claims, UserSession, kept_user};

const KIND: &str = "profile-change";

/// A change of a profile; an OTP that confirms it is on its way.
#[derive(Debug)]
pub struct Change {
    desk: Desk,
    state: State,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct State {
    #[serde(with = "kept_user")]
    session: UserSession,
    exchange: OtpExchange<AbhaKey>,
    reasons: Option<Vec<Personal>>,
    /// The ABHA number that was named for it, else the owner's. Former versions kept the first
    /// only.
    #[serde(with = "digits::option", default)]
    number: Option<AbhaNumber>,
}

impl Desk {
    /// Goes on with a change that was saved under this context.
    ///
    /// # Errors
    /// [`Problem::SavedFlowUnreadable`](crate::Problem::SavedFlowUnreadable) when it was sealed
    /// with another key, for another context or by another version.
    pub fn resume_change(
        &self,
        saved: &Sealed,
        keys: &SealingKeyRing,
        context: &str,
    ) -> Result<Change, Error> {
        Ok(Change { desk: self.clone(), state: saved::open(KIND, saved, keys, context)? })
    }
}

otp_step!(Change);

impl Change {
    pub(super) async fn begin(
        desk: &Desk,
        session: &UserSession,
        purpose: OtpPurpose,
        value: &(impl Plaintext + Sync),
        (number, reason): (Option<AbhaNumber>, Option<&str>),
    ) -> Result<Self, Error> {
        let token = session.token.clone();
        let exchange = OtpExchange::begin::<RequestChangeOtp>(desk, token, purpose, value).await?;
        let reasons = reason.map(|reason| vec![Personal::new(reason)]);
        let state = State { session: session.clone(), exchange, reasons, number };
        Ok(Self { desk: desk.clone(), state })
    }

    /// Has the OTP sent again. The one before is void.
    ///
    /// # Errors
    /// [`Problem::ResendTooEarly`](crate::Problem::ResendTooEarly),
    /// [`Problem::NoResendsLeft`](crate::Problem::NoResendsLeft), both without a call; and whatever
    /// a call can meet.
    pub async fn resend(&mut self) -> Result<(), Error> {
        let token = self.state.session.token.clone();
        self.state.exchange.resend::<RequestChangeOtp>(&self.desk, token).await
    }

    /// Proves the OTP: the change is made. What it gives is ABDM's text.
    ///
    /// # Errors
    /// [`Problem::WrongOtp`](crate::Problem::WrongOtp): ask again, this value stays good;
    /// [`Problem::AnswerUnusable`](crate::Problem::AnswerUnusable) when ABDM does not say that it
    /// is done (rulings.md 42): look at the profile; and whatever a call can meet.
    pub async fn confirm(&mut self, otp: &Otp) -> Result<Option<String>, Error> {
        let scope = self.state.exchange.scope().to_vec();
        let (token, reasons) = (&self.state.session.token, &self.state.reasons);
        let make = |key: &PublicKey<AbhaKey>, txn_id: &TxnId| {
            let proof = OtpProof::new(txn_id.clone(), key.encrypt(otp)?);
            let mut body = ProofRequest::new(scope.clone(), Proof::Otp(proof));
            body.reasons.clone_from(reasons);
            let token = token.clone();
            Ok(Call::<VerifyChange>::new(body).by(token))
        };
        let whose = self.state.number.clone().or_else(|| owner_of(&self.state.session));
        let read = |reply: OtpVerified| {
            done(&reply, &scope, whose.as_ref())?;
            Ok(reply.message)
        };
        self.state.exchange.verify(&self.desk, Asked::Otp, make, read).await
    }

    /// Seals the change; see [`EnrolmentOtp::save`](crate::flow::enrolment::EnrolmentOtp::save).
    /// [`Desk::resume_change`](crate::Desk::resume_change) opens it.
    ///
    /// # Errors
    /// When the operating system gives no randomness.
    pub fn save(&self, keys: &SealingKeyRing, context: &str) -> Result<Sealed, Error> {
        saved::seal(KIND, &self.state, keys, context)
    }
}

/// Whose session it is, where its token says so.
pub(super) fn owner_of(session: &UserSession) -> Option<AbhaNumber> {
    Claims::of(session.token.expose()).abha_number
}

/// Takes the answer to a change under this scope as a success only where it proves one, of the
/// account that was to be changed.
pub(super) fn done(
    reply: &OtpVerified,
    scope: &[Scope],
    whose: Option<&AbhaNumber>,
) -> Result<(), Error> {
    let printed = if scope.contains(&Scope::Delete) {
        Printed::Deleted
    } else if scope.contains(&Scope::Deactivate) {
        Printed::Deactivated
    } else if scope.contains(&Scope::ReKyc) {
        Printed::KycRenewed
    } else if scope.contains(&Scope::ChangePassword) {
        Printed::PasswordSet
    } else {
        Printed::Linked
    };
    Evidence::of_otp(reply).of(printed)?;
    owner::is_about(reply.listed(), whose)
}
