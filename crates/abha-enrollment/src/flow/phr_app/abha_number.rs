//! Linking an ABHA number to an ABHA address, and taking the link away.

use abdm_core::call::Call;
use abdm_core::endpoint::{Endpoint, SessionAndAppUser};
use abdm_core::headers::StandardHeaders;
use abdm_core::id::TxnId;
use abdm_core::person::AbhaNumber;
use abdm_core::seal::{Sealed, SealingKeyRing};
use abdm_core::secret::Otp;
use serde::{Deserialize, Serialize};

use super::change::{About, State as OtpOfUser};
use crate::api::account::AbhaProfile;
use crate::api::phr::{
    AbhaNumberLink, AbhaNumberLinked, DelinkAbhaNumber, LinkAbhaNumber, LinkAction,
};
use crate::desk::Desk;
use crate::error::{Asked, Error};
use crate::flow::evidence::{Evidence, Printed};
use crate::flow::otp_exchange::{OtpPurpose, otp_step};
use crate::session::{AppSession, kept_app};

pub(super) type OtpState = OtpOfUser;

/// An OTP is on its way to the owner of an ABHA number that is to be linked or de-linked.
#[derive(Debug)]
pub struct AbhaNumberOtp {
    desk: Desk,
    state: OtpState,
}

otp_step!(AbhaNumberOtp);

impl AbhaNumberOtp {
    pub(super) async fn begin(
        desk: &Desk,
        session: &AppSession,
        purpose: OtpPurpose,
        number: &AbhaNumber,
    ) -> Result<Self, Error> {
        let about = About::Number(number);
        let state = OtpState::begin(desk, session, purpose, number, about).await?;
        Ok(Self::of(desk.clone(), state))
    }

    pub(super) const fn of(desk: Desk, state: OtpState) -> Self {
        Self { desk, state }
    }

    /// Has the OTP sent again. The one before is void.
    ///
    /// # Errors
    /// As [`AppLogin::resend`](super::AppLogin::resend).
    pub async fn resend(&mut self) -> Result<(), Error> {
        self.state.resend(&self.desk).await
    }

    /// Proves the OTP. Nothing is linked yet.
    ///
    /// # Errors
    /// [`Problem::WrongOtp`](crate::Problem::WrongOtp): ask again, this value stays good;
    /// [`Problem::AnswerUnusable`](crate::Problem::AnswerUnusable) when ABDM does not say that it
    /// was accepted (rulings.md 42), or tells of another ABHA number than the one that was to be
    /// proved; and whatever a call can meet.
    pub async fn verify(&mut self, otp: &Otp) -> Result<ProvedAbhaNumber, Error> {
        let reply = self.state.verify(&self.desk, otp, Printed::Proved).await?;
        let state = ProvedState {
            session: self.state.session.clone(),
            txn_id: reply.txn_id.unwrap_or_else(|| self.state.exchange.txn_id().clone()),
            accounts: reply.accounts,
        };
        Ok(ProvedAbhaNumber::of(self.desk.clone(), state))
    }

    /// Seals the flow; see [`EnrolmentOtp::save`](crate::flow::enrolment::EnrolmentOtp::save).
    /// [`PhrApp::resume`](crate::flow::phr_app::PhrApp::resume) opens it.
    ///
    /// # Errors
    /// When the operating system gives no randomness.
    pub fn save(&self, keys: &SealingKeyRing, context: &str) -> Result<Sealed, Error> {
        super::State::ProvesAbhaNumber(self.state.clone()).seal(keys, context)
    }
}

/// An ABHA number is proved: link it to the address of the person who is logged in, or take the
/// link away.
///
/// The tokens that ABDM may send with the proof are not kept: the person's session goes on.
#[derive(Debug)]
pub struct ProvedAbhaNumber {
    desk: Desk,
    state: ProvedState,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct ProvedState {
    #[serde(with = "kept_app")]
    session: AppSession,
    txn_id: TxnId,
    accounts: Vec<AbhaProfile>,
}

impl ProvedAbhaNumber {
    pub(super) const fn of(desk: Desk, state: ProvedState) -> Self {
        Self { desk, state }
    }

    /// The person as the ABHA number knows them: let it be compared with the profile before the
    /// link.
    #[must_use]
    pub fn account(&self) -> Option<&AbhaProfile> {
        self.state.accounts.first()
    }

    /// Links the number to the address. What it gives is ABDM's text.
    ///
    /// # Errors
    /// [`Problem::TransactionOver`](crate::Problem::TransactionOver) when too much time has passed;
    /// [`Problem::LoginOver`](crate::Problem::LoginOver);
    /// [`Problem::AnswerUnusable`](crate::Problem::AnswerUnusable) when ABDM does not say that it
    /// is done (rulings.md 42); and whatever a call can meet.
    pub async fn link(&self) -> Result<Option<String>, Error> {
        self.send::<LinkAbhaNumber>(LinkAction::Link, Printed::Linked).await
    }

    /// Takes the link away. The word for it on the wire is not published: see [`LinkAction`].
    ///
    /// # Errors
    /// As [`link`](Self::link).
    pub async fn delink(&self) -> Result<Option<String>, Error> {
        self.send::<DelinkAbhaNumber>(LinkAction::DeLink, Printed::Delinked).await
    }

    /// The same under another word, should ABDM refuse the one of [`delink`](Self::delink).
    ///
    /// # Errors
    /// As [`link`](Self::link).
    pub async fn delink_as(&self, action: LinkAction) -> Result<Option<String>, Error> {
        self.send::<DelinkAbhaNumber>(action, Printed::Delinked).await
    }

    async fn send<E>(&self, action: LinkAction, printed: Printed) -> Result<Option<String>, Error>
    where
        E: Endpoint<
                Auth = SessionAndAppUser,
                Headers = StandardHeaders,
                Path = (),
                Request = AbhaNumberLink,
                Response = AbhaNumberLinked,
            >,
    {
        let body = AbhaNumberLink::new(action, self.state.txn_id.clone());
        let token = self.state.session.token.clone();
        let call = Call::<E>::new(body).by(token);
        let reply = self.desk.send(Asked::Plainly, &call).await?;
        let (result, message) = (reply.auth_result.as_ref(), reply.message.as_deref());
        Evidence { result, message, token: false }.of(printed)?;
        Ok(reply.message)
    }

    /// Seals the flow; see [`EnrolmentOtp::save`](crate::flow::enrolment::EnrolmentOtp::save).
    /// [`PhrApp::resume`](crate::flow::phr_app::PhrApp::resume) opens it.
    ///
    /// # Errors
    /// When the operating system gives no randomness.
    pub fn save(&self, keys: &SealingKeyRing, context: &str) -> Result<Sealed, Error> {
        super::State::AbhaNumberProved(self.state.clone()).seal(keys, context)
    }
}
