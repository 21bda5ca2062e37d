//! A person is known.

use abdm_core::call::Call;
use abdm_core::person::{AbhaAddress, AbhaNumber, digits};
use abdm_core::seal::{Sealed, SealingKeyRing};
use serde::{Deserialize, Serialize};

use super::otp::OtpRoute;
use super::reactivation::ReactivationOtp;
use crate::api::fields::SeenAbhaNumber;
use crate::api::headers::ProfileBenefitHeaders;
use crate::api::login::{Account, LoginVerified, VerifyLogin};
use crate::api::proof::{Proof, ProofRequest};
use crate::api::vocabulary::Scope;
use crate::desk::Desk;
use crate::encryption::AbhaKey;
use crate::error::{Asked, Error, Problem};
use crate::flow::evidence::{Evidence, Printed};
use crate::flow::otp_exchange::{StepHeaders as _, verify_scope};
use crate::flow::owner::Owner;
use crate::flow::profile::ProfileSession;
use crate::flow::standing;
use crate::session::{LoginTokens, UserSession, kept_user};

/// A person who proved an ABHA number.
#[derive(Debug)]
pub struct Verified {
    desk: Desk,
    state: State,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct State {
    #[serde(with = "kept_user")]
    session: UserSession,
    /// The owner's, if the login listed it. Former versions kept all that were listed.
    accounts: Vec<Account>,
    #[serde(with = "digits::option", default)]
    number: Option<AbhaNumber>,
    /// The preferred address, as the token or the profile tells it.
    #[serde(default)]
    address: Option<AbhaAddress>,
}

impl Verified {
    pub(super) const fn of(desk: Desk, state: State) -> Self {
        Self { desk, state }
    }

    /// The owner of a session that a proof gave; `asked` is the number that was to be proved.
    pub(super) async fn of_session(
        desk: Desk,
        session: UserSession,
        accounts: Vec<Account>,
        asked: Option<&SeenAbhaNumber>,
    ) -> Result<Self, Error> {
        let Owner { number, account, address } =
            Owner::find(&desk, &session, accounts, asked).await?;
        let accounts = account.into_iter().collect();
        Ok(Self { desk, state: State { session, accounts, number, address } })
    }

    /// Proves a scan that was announced under this scope.
    pub(super) async fn by_scan(
        desk: &Desk,
        scope: &[Scope],
        proof: Proof<AbhaKey>,
        asked: Option<&SeenAbhaNumber>,
    ) -> Result<Self, Error> {
        let headers = ProfileBenefitHeaders::of(desk, scope);
        let body = ProofRequest::new(verify_scope(scope), proof);
        let call = Call::<VerifyLogin>::new(body).headers(headers);
        Self::of_reply(desk.clone(), desk.send(Asked::Biometrics, &call).await?, asked).await
    }

    /// Reads the reply to a proof that always gives a user's token.
    pub(super) async fn of_reply(
        desk: Desk,
        reply: LoginVerified,
        asked: Option<&SeenAbhaNumber>,
    ) -> Result<Self, Error> {
        Evidence::of_login(&reply).of(Printed::Proved)?;
        match reply.tokens().map(|tokens| LoginTokens::of(tokens, desk.now())) {
            Some(LoginTokens::User(session)) => {
                Self::of_session(desk, session, reply.accounts.unwrap_or_default(), asked).await
            }
            // Whoever can prove an ABHA number has one, whatever the answer lacks.
            _ => Err(Error::new(Problem::AnswerUnusable)),
        }
    }

    /// The account of the person whose session this is, as the login listed it; the whole profile
    /// is a call away ([`ProfileSession::fetch`]). `None` after a password, whose answer lists
    /// nothing.
    ///
    /// Of several accounts beside one token, the token's own claim tells whose it is, else the
    /// profile does, never the order of the list (rulings.md 44).
    #[must_use]
    pub fn account(&self) -> Option<&Account> {
        match self.state.accounts.as_slice() {
            [one] => Some(one),
            _ => None,
        }
    }

    /// What the desk has to deal with although the proof was accepted: the ABHA number may be
    /// switched off ([`Problem::AbhaDeactivated`], [`reactivate`](Self::reactivate)) or deleted
    /// ([`Problem::AbhaDeleted`]).
    #[must_use]
    pub fn problem(&self) -> Option<Problem> {
        standing::problem_of(self.account()?.status.as_ref())
    }

    /// Has an OTP sent to switch this ABHA number on again, after [`problem`](Self::problem) said
    /// that it is switched off (rulings.md 45).
    ///
    /// # Errors
    /// [`Problem::AbhaNumberInvalid`], without a call, when the number is not known; else as
    /// [`Desk::reactivate`].
    pub async fn reactivate(&self, route: OtpRoute) -> Result<ReactivationOtp, Error> {
        let number = self.abha_number().ok_or_else(|| Error::new(Problem::AbhaNumberInvalid))?;
        self.desk.reactivate(number, route).await
    }

    /// The ABHA number. `None` only where neither the answer nor the token's claim tells it and the
    /// profile could not be fetched.
    ///
    /// One ABHA number belongs to one patient record: look for it in the own records before a
    /// patient is made (certification case TAGGING). Its `Display` is masked: store
    /// [`to_digits`](AbhaNumber::to_digits), print [`to_dashed`](AbhaNumber::to_dashed).
    #[must_use]
    pub fn abha_number(&self) -> Option<&AbhaNumber> {
        let number = self.state.number.as_ref();
        number.or_else(|| self.account()?.abha_number.as_ref()?.whole())
    }

    /// The preferred ABHA address, as the answer, the token's claim or the profile tells it.
    #[must_use]
    pub fn abha_address(&self) -> Option<AbhaAddress> {
        let listed = self.account().and_then(Account::preferred_address);
        listed.or_else(|| self.state.address.clone())
    }

    /// The person's session.
    #[must_use]
    pub const fn session(&self) -> &UserSession {
        &self.state.session
    }

    /// The person's profile: to fetch, to show as a card, to change. What the login told stays
    /// here, whatever becomes of it.
    #[must_use]
    pub fn profile(&self) -> ProfileSession {
        self.desk.profile_of(self.state.session.clone(), self.abha_number().cloned())
    }

    /// Seals the flow; see [`EnrolmentOtp::save`](crate::flow::enrolment::EnrolmentOtp::save).
    /// [`Desk::resume_verification`](crate::Desk::resume_verification) opens it.
    ///
    /// # Errors
    /// When the operating system gives no randomness.
    pub fn save(&self, keys: &SealingKeyRing, context: &str) -> Result<Sealed, Error> {
        super::State::Verified(self.state.clone()).seal(keys, context)
    }
}
