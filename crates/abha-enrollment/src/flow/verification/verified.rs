//! A person is known.

use abdm_core::call::Call;
use abdm_core::person::{AbhaAddress, AbhaNumber};
use abdm_core::seal::{Sealed, SealingKeyRing};
use serde::{Deserialize, Serialize};

use crate::api::headers::ProfileBenefitHeaders;
use crate::api::login::{Account, LoginVerified, VerifyLogin};
use crate::api::proof::{Proof, ProofRequest};
use crate::api::vocabulary::Scope;
use crate::desk::Desk;
use crate::encryption::AbhaKey;
use crate::error::{Asked, Error, Problem};
use crate::flow::otp_exchange::{StepHeaders as _, verify_scope};
use crate::flow::profile::ProfileSession;
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
    accounts: Vec<Account>,
}

impl Verified {
    pub(super) const fn of(desk: Desk, state: State) -> Self {
        Self { desk, state }
    }

    pub(super) const fn new(desk: Desk, session: UserSession, accounts: Vec<Account>) -> Self {
        Self { desk, state: State { session, accounts } }
    }

    /// Proves a scan that was announced under this scope.
    pub(super) async fn by_scan(
        desk: &Desk,
        scope: &[Scope],
        proof: Proof<AbhaKey>,
    ) -> Result<Self, Error> {
        let headers = ProfileBenefitHeaders::of(desk, scope);
        let body = ProofRequest::new(verify_scope(scope), proof);
        let call = Call::<VerifyLogin>::with_headers(headers, body);
        Self::of_reply(desk.clone(), desk.send(Asked::Biometrics, &call).await?)
    }

    /// Reads the reply to a proof that always gives a user's token.
    pub(super) fn of_reply(desk: Desk, reply: LoginVerified) -> Result<Self, Error> {
        match reply.tokens().map(|tokens| LoginTokens::of(tokens, desk.now())) {
            Some(LoginTokens::User(session)) => {
                Ok(Self::new(desk, session, reply.accounts.unwrap_or_default()))
            }
            // Whoever can prove an ABHA number has one, whatever the answer lacks.
            _ => Err(Error::new(Problem::AnswerUnusable)),
        }
    }

    /// The account as the login listed it; the whole profile is a call away
    /// ([`ProfileSession::fetch`]). `None` after a password, whose answer lists nothing.
    #[must_use]
    pub fn account(&self) -> Option<&Account> {
        self.state.accounts.first()
    }

    /// The ABHA number.
    ///
    /// One ABHA number belongs to one patient record: look for it in the own records before a patient
    /// is made (certification case TAGGING). Its `Display` is masked: store
    /// [`to_digits`](AbhaNumber::to_digits), print [`to_dashed`](AbhaNumber::to_dashed).
    #[must_use]
    pub fn abha_number(&self) -> Option<&AbhaNumber> {
        self.account()?.abha_number.as_ref()?.whole()
    }

    /// The preferred ABHA address.
    #[must_use]
    pub fn abha_address(&self) -> Option<AbhaAddress> {
        self.account()?.preferred_address()
    }

    /// The person's session.
    #[must_use]
    pub const fn session(&self) -> &UserSession {
        &self.state.session
    }

    /// The person's profile: to fetch, to show as a card, to change.
    #[must_use]
    pub fn into_profile(self) -> ProfileSession {
        self.desk.profile(self.state.session)
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
