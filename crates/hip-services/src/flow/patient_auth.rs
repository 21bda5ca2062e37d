//! A patient proves themselves to a facility (V0.5).

mod state;

use abdm_core::error::ErrorClass;
use abdm_core::id::{HipId, TransactionId};
use abdm_core::person::AbhaAddress;
use abdm_core::seal::Sealed;
use abdm_flow::store::FlowKey;
use abdm_flow::{Flow, FlowError, Step};
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

pub(crate) use self::state::TokenTaken;
pub use self::state::{
    AuthGain, AuthStep, Authenticated, AwaitedProof, PatientAuthEffect, PatientAuthEvent,
    PatientAuthState,
};
use super::link_token::GivenToken;
use super::{Failure, LinkTokenFlow};
use crate::api::v0_5::user_auth::{AuthMode, AuthPurpose};

/// A callback that has not come after this time may never come.
const PATIENCE: TimeDelta = TimeDelta::seconds(60);
/// How long a late callback is still welcome.
const LAST_PATIENCE: TimeDelta = TimeDelta::minutes(10);
/// How long the desk may take to choose a way.
const CHOICE_STANDS: TimeDelta = TimeDelta::minutes(30);
/// So many proofs are passed on in one authentication.
const MOST_PROOFS: u8 = 3;

/// One authentication of a patient, for one purpose (m2-hip.md 10).
///
/// ```text
/// New ─► AskingModes ─► Choosing ─► Beginning ─┬─► AwaitingProof ◄─► Confirming ─┬─► Authenticated
///                                              └─► AwaitingPatient ──────────────┤        ▲
///                                                                                └─► HandingOver
/// ```
///
/// Each step that waits for ABDM ends by itself, `Failed`, ten minutes after its callback has become
/// overdue; until then a late one is welcome. No call that may have arrived is sent again: an init
/// sends the patient an OTP, and a confirmation may use up a try. After a proof that was refused
/// another may follow, three in all, as long as there is time: whether the consent manager takes it
/// the contract does not say.
///
/// What it gives goes where it is used: the access token to the patient's
/// [link token](super::LinkTokenFlow), the profile to whoever asks for it here.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[non_exhaustive]
pub struct PatientAuthFlow {
    /// The facility.
    pub hip_id: HipId,
    /// The patient.
    pub abha_address: AbhaAddress,
    /// What for.
    pub purpose: AuthPurpose,
    /// By which ways the patient may prove themselves, once ABDM has told.
    pub modes: Vec<AuthMode>,
    /// Where it stands.
    pub state: PatientAuthState,
}

type AuthFlowStep = Step<PatientAuthEffect>;

impl PatientAuthFlow {
    /// An authentication that has not begun.
    #[must_use]
    pub const fn new(hip_id: HipId, abha_address: AbhaAddress, purpose: AuthPurpose) -> Self {
        let state = PatientAuthState::New;
        Self { hip_id, abha_address, purpose, modes: Vec::new(), state }
    }

    /// The name under which the authentication of this transaction is found.
    #[must_use]
    pub fn key(transaction_id: &TransactionId) -> FlowKey {
        FlowKey::new("patient-auth", transaction_id.as_str())
    }

    /// What a sealed proof is bound to.
    #[must_use]
    pub fn seal_context(hip_id: &HipId, abha_address: &AbhaAddress) -> String {
        format!("patient-auth/{hip_id}/{}", abha_address.folded())
    }

    fn begin(&mut self, now: DateTime<Utc>) -> AuthFlowStep {
        self.state = PatientAuthState::AskingModes { silent: false };
        let ask = PatientAuthEffect::FetchModes {
            hip_id: self.hip_id.clone(),
            abha_address: self.abha_address.clone(),
            purpose: self.purpose.clone(),
        };
        Step::nothing().call(ask).wake_at(now + LAST_PATIENCE)
    }

    fn choose(&mut self, mode: Option<AuthMode>, now: DateTime<Utc>) -> AuthFlowStep {
        self.state = PatientAuthState::Beginning { mode: mode.clone(), silent: false };
        let init = PatientAuthEffect::Init {
            hip_id: self.hip_id.clone(),
            abha_address: self.abha_address.clone(),
            purpose: self.purpose.clone(),
            mode,
        };
        Step::nothing().call(init).wake_at(now + LAST_PATIENCE)
    }

    fn challenged(&mut self, awaited: AwaitedProof, now: DateTime<Utc>) -> AuthFlowStep {
        let key = Self::key(&awaited.transaction_id);
        let until = awaited.expires_at.max(now);
        self.state = match awaited.mode {
            AuthMode::Direct => PatientAuthState::AwaitingPatient(awaited),
            _ => PatientAuthState::AwaitingProof(awaited),
        };
        Step::nothing().key(key).wake_at(until)
    }

    fn prove(&mut self, proof: Sealed, now: DateTime<Utc>) -> Result<AuthFlowStep, FlowError> {
        let PatientAuthState::AwaitingProof(awaited) = &self.state else {
            return Err(FlowError::not_valid(self.state.name(), "a proof"));
        };
        let mut awaited = awaited.clone();
        awaited.proofs = awaited.proofs.saturating_add(1);
        let confirm = PatientAuthEffect::Confirm {
            hip_id: self.hip_id.clone(),
            abha_address: self.abha_address.clone(),
            transaction_id: awaited.transaction_id.clone(),
            proof,
        };
        self.state = PatientAuthState::Confirming { awaited, silent: false };
        Ok(Step::nothing().call(confirm).wake_at(now + LAST_PATIENCE))
    }

    /// A proof was refused: another may follow, while there are tries and time.
    fn not_proved(&mut self, failure: Failure, now: DateTime<Utc>) -> AuthFlowStep {
        let PatientAuthState::Confirming { awaited, .. } = &self.state else {
            return Step::nothing();
        };
        if awaited.proofs >= MOST_PROOFS || now >= awaited.expires_at {
            return self.fail(failure);
        }
        let mut awaited = awaited.clone();
        let until = awaited.expires_at;
        awaited.refused = Some(failure);
        self.state = PatientAuthState::AwaitingProof(awaited);
        Step::nothing().wake_at(until)
    }

    /// The patient has proved themselves. What that gives must be something of what it was for.
    fn gained(&mut self, gain: AuthGain, now: DateTime<Utc>) -> AuthFlowStep {
        let token = gain.token.filter(|_| self.purpose.links());
        let patient = gain.patient.filter(|_| self.purpose.tells_profile());
        if token.is_none() && patient.is_none() {
            let failure = Failure::new(
                "ABDM says that the patient has proved themselves, and gives neither an access token \
                 nor a profile",
            );
            return self.fail(failure.of_class(ErrorClass::UpstreamFault));
        }
        let link_token_until = token.as_ref().map(|token| token.expires_at);
        let authenticated = Authenticated { link_token_until, patient };
        let Some(token) = token else {
            return self.authenticated(authenticated);
        };
        // A link that is asked for right afterwards must find the token.
        self.state = PatientAuthState::HandingOver(authenticated);
        let given = GivenToken { abha_address: self.abha_address.clone(), token };
        let step = Step::nothing().note(LinkTokenFlow::KIND, GivenToken::SUBJECT, &given);
        step.wake_at(now + LAST_PATIENCE)
    }

    fn authenticated(&mut self, authenticated: Authenticated) -> AuthFlowStep {
        self.state = PatientAuthState::Authenticated(authenticated);
        Step::nothing().no_wake().done()
    }

    fn fail(&mut self, failure: Failure) -> AuthFlowStep {
        self.state = PatientAuthState::Failed(failure);
        Step::nothing().no_wake().done()
    }

    fn call_failed(
        &mut self,
        step: AuthStep,
        failure: Failure,
        now: DateTime<Utc>,
    ) -> AuthFlowStep {
        match (&self.state, step) {
            (PatientAuthState::AskingModes { .. }, AuthStep::FetchModes)
            | (PatientAuthState::Beginning { .. }, AuthStep::Init) => self.fail(failure),
            (PatientAuthState::Confirming { .. }, AuthStep::Confirm) => {
                self.not_proved(failure, now)
            }
            // Its callback was faster, and decides.
            _ => Step::nothing(),
        }
    }

    fn wake(&mut self, now: DateTime<Utc>) -> AuthFlowStep {
        match &mut self.state {
            PatientAuthState::AskingModes { silent }
            | PatientAuthState::Beginning { silent, .. }
            | PatientAuthState::Confirming { silent, .. }
                if !*silent =>
            {
                *silent = true;
                Step::nothing().wake_at(now + LAST_PATIENCE)
            }
            PatientAuthState::AskingModes { .. }
            | PatientAuthState::Beginning { .. }
            | PatientAuthState::Confirming { .. } => self.fail(
                Failure::new(
                    "ABDM's callback has not come: check that the callback URL is registered and \
                     serves V0.5, then begin again",
                )
                .of_class(ErrorClass::UpstreamFault),
            ),
            PatientAuthState::Choosing => {
                self.fail(over("no way of proving themselves was chosen for half an hour"))
            }
            PatientAuthState::AwaitingProof(_) => {
                self.fail(over("the patient has not proved themselves in time"))
            }
            PatientAuthState::AwaitingPatient(_) => {
                self.fail(over("the patient has not decided in their app in time"))
            }
            PatientAuthState::HandingOver(authenticated) => {
                let authenticated = authenticated.clone();
                self.authenticated(authenticated)
            }
            PatientAuthState::New
            | PatientAuthState::Authenticated(_)
            | PatientAuthState::Failed(_) => Step::nothing(),
        }
    }

    /// ABDM has the call of this step, or perhaps has: its callback is awaited from now.
    fn taken(&self, step: AuthStep, now: DateTime<Utc>) -> AuthFlowStep {
        let awaits = matches!(
            (&self.state, step),
            (PatientAuthState::AskingModes { silent: false }, AuthStep::FetchModes)
                | (PatientAuthState::Beginning { silent: false, .. }, AuthStep::Init)
                | (PatientAuthState::Confirming { silent: false, .. }, AuthStep::Confirm)
        );
        if awaits { Step::nothing().wake_at(now + PATIENCE) } else { Step::nothing() }
    }
}

fn over(why: &str) -> Failure {
    Failure::new(format!("{why}: begin again")).of_class(ErrorClass::UserInput)
}

impl Flow for PatientAuthFlow {
    const KIND: &'static str = "hip.patient-auth";
    const VERSION: u32 = 1;
    type Event = PatientAuthEvent;
    type Effect = PatientAuthEffect;

    fn on(
        &mut self,
        event: PatientAuthEvent,
        now: DateTime<Utc>,
    ) -> Result<AuthFlowStep, FlowError> {
        Ok(match (&self.state, event) {
            (PatientAuthState::New, PatientAuthEvent::Begin) => self.begin(now),
            (PatientAuthState::New, _) => {
                return Err(FlowError::not_yet("new", "the answer to an authentication"));
            }
            (PatientAuthState::AskingModes { .. }, PatientAuthEvent::ModesTold(Ok(modes))) => {
                self.modes = modes;
                self.state = PatientAuthState::Choosing;
                Step::nothing().wake_at(now + CHOICE_STANDS)
            }
            (PatientAuthState::AskingModes { .. }, PatientAuthEvent::ModesTold(Err(failure)))
            | (PatientAuthState::Beginning { .. }, PatientAuthEvent::Challenged(Err(failure))) => {
                self.fail(failure)
            }
            (PatientAuthState::Choosing, PatientAuthEvent::Choose(mode)) => self.choose(mode, now),
            (PatientAuthState::AskingModes { .. }, PatientAuthEvent::Choose(_)) => {
                return Err(FlowError::not_valid("asking for the ways", "the choice of one"));
            }
            (PatientAuthState::Beginning { .. }, PatientAuthEvent::Challenged(Ok(awaited))) => {
                self.challenged(awaited, now)
            }
            (_, PatientAuthEvent::Prove(proof)) => self.prove(proof, now)?,
            (PatientAuthState::Confirming { .. }, PatientAuthEvent::Proved(Ok(gain))) => {
                self.gained(gain, now)
            }
            (PatientAuthState::Confirming { .. }, PatientAuthEvent::Proved(Err(failure))) => {
                self.not_proved(failure, now)
            }
            (state, PatientAuthEvent::Decided { notice, decision }) => {
                let acknowledged =
                    Step::nothing().effect(PatientAuthEffect::Acknowledge { notice });
                match (state, decision) {
                    (PatientAuthState::AwaitingPatient(_), Ok(gain)) => {
                        acknowledged.and(self.gained(gain, now))
                    }
                    (PatientAuthState::AwaitingPatient(_), Err(failure)) => {
                        acknowledged.and(self.fail(failure))
                    }
                    // A repeated notice is acknowledged again, and decides nothing.
                    _ => acknowledged,
                }
            }
            (PatientAuthState::HandingOver(authenticated), PatientAuthEvent::TokenTaken) => {
                let authenticated = authenticated.clone();
                self.authenticated(authenticated)
            }
            (_, PatientAuthEvent::Taken(step)) => self.taken(step, now),
            (_, PatientAuthEvent::CallFailed(step, failure)) => {
                self.call_failed(step, failure, now)
            }
            (_, PatientAuthEvent::Woken) => self.wake(now),
            // Duplicates and what comes too late change nothing.
            _ => Step::nothing(),
        })
    }

    fn woken() -> PatientAuthEvent {
        PatientAuthEvent::Woken
    }
}

#[cfg(test)]
mod tests;
