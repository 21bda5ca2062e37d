//! An authentication under way.

use std::fmt;
use std::time::Duration;

use abdm_core::error::ErrorClass;
use abdm_core::seal::SealingKeyRing;
use abdm_core::wire::{WireError, write_json};
use abdm_flow::store::{FlowId, Scope};
use abdm_flow::{EngineError, Handle};

use crate::api::v0_5::user_auth::{AuthCredential, AuthMode};
use crate::error::Error;
use crate::flow::{
    Authenticated, AwaitedProof, Failure, PatientAuthEvent, PatientAuthFlow, PatientAuthState,
};
use crate::host::PatientAuthHost;

/// One authentication of a patient under way; from [`V05::authenticate`](super::V05::authenticate).
#[derive(Clone)]
pub struct PatientAuthentication {
    scope: Scope,
    id: FlowId,
    auths: Handle<PatientAuthHost>,
    keys: SealingKeyRing,
}

/// A way that the desk has chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum AuthChoice {
    /// This one.
    Mode(AuthMode),
    /// Whichever the consent manager takes.
    Any,
}

impl From<AuthMode> for AuthChoice {
    fn from(mode: AuthMode) -> Self {
        Self::Mode(mode)
    }
}

impl PatientAuthentication {
    /// Its id, under which
    /// [`V05::authentication_by_id`](super::V05::authentication_by_id) finds it again.
    #[must_use]
    pub const fn id(&self) -> FlowId {
        self.id
    }

    /// Where it stands.
    ///
    /// # Errors
    /// When there is no such authentication, or the store's error.
    pub async fn state(&self) -> Result<PatientAuthState, Error> {
        Ok(self.load().await?.state)
    }

    /// Waits for the ways by which the patient may prove themselves.
    ///
    /// # Errors
    /// [`Error::NotAuthenticated`], or [`Error::StillUnderWay`] after `patience`.
    pub async fn modes(&self, patience: Duration) -> Result<Vec<AuthMode>, Error> {
        let told = |flow: &PatientAuthFlow| {
            !matches!(flow.state, PatientAuthState::New | PatientAuthState::AskingModes { .. })
        };
        let unknown = "by which ways the patient may prove themselves";
        let flow = self.wait(told, unknown, patience).await?;
        match flow.state {
            PatientAuthState::Failed(failure) => Err(Error::NotAuthenticated(failure)),
            _ => Ok(flow.modes),
        }
    }

    /// Begins in one of these ways, once they are known, and waits for what the patient must do:
    /// tell an OTP or their details, or ([`AuthMode::Direct`]) decide in their own app. To begin in
    /// another way, authenticate anew.
    ///
    /// # Errors
    /// [`Error::NotAuthenticated`], or [`Error::StillUnderWay`] after `patience`: it goes on, and the
    /// same call waits further.
    pub async fn begin(
        &self,
        choice: impl Into<AuthChoice>,
        patience: Duration,
    ) -> Result<AwaitedProof, Error> {
        let mode = match choice.into() {
            AuthChoice::Mode(mode) => Some(mode),
            AuthChoice::Any => None,
        };
        self.modes(patience).await?;
        self.auths.deliver(&self.scope, self.id, PatientAuthEvent::Choose(mode)).await?;
        let begun = |flow: &PatientAuthFlow| {
            let state = &flow.state;
            !matches!(state, PatientAuthState::Choosing | PatientAuthState::Beginning { .. })
        };
        let flow = self.wait(begun, "what the patient must do", patience).await?;
        match flow.state {
            PatientAuthState::AwaitingProof(awaited)
            | PatientAuthState::AwaitingPatient(awaited)
            | PatientAuthState::Confirming { awaited, .. } => Ok(awaited),
            PatientAuthState::Failed(failure) => Err(Error::NotAuthenticated(failure)),
            _ => Err(Error::NotAuthenticated(Failure::new("the authentication is over already"))),
        }
    }

    /// Passes the patient's proof on: an [`AuthCode`](crate::api::v0_5::user_auth::AuthCode) or
    /// [`Demographics`](crate::api::v0_5::user_auth::Demographics). It is kept sealed until ABDM has
    /// it. After one that was refused another may follow, three in all.
    ///
    /// # Errors
    /// [`Error::Engine`] where no proof is awaited; [`Error::Seal`]; the store's.
    pub async fn prove(&self, proof: impl Into<AuthCredential>) -> Result<(), Error> {
        let flow = self.load().await?;
        let text = write_json(&proof.into()).map_err(unwritable)?;
        let context = PatientAuthFlow::seal_context(&flow.hip_id, &flow.abha_address);
        let sealed = self.keys.seal(&text, &context)?;
        self.auths.deliver(&self.scope, self.id, PatientAuthEvent::Prove(sealed)).await?;
        Ok(())
    }

    /// Waits until the patient has proved themselves, and tells what they gave. In between it ends
    /// with why a proof was refused, while another may follow.
    ///
    /// # Errors
    /// [`Error::NotAuthenticated`], or [`Error::StillUnderWay`] after `patience`.
    pub async fn authenticated(&self, patience: Duration) -> Result<Authenticated, Error> {
        let judged = |flow: &PatientAuthFlow| match &flow.state {
            PatientAuthState::AwaitingProof(awaited) => awaited.refused.is_some(),
            state => state.is_over(),
        };
        let flow = self.wait(judged, "whether the patient has proved themselves", patience).await?;
        match flow.state {
            PatientAuthState::Authenticated(authenticated) => Ok(authenticated),
            PatientAuthState::AwaitingProof(AwaitedProof { refused: Some(failure), .. })
            | PatientAuthState::Failed(failure) => Err(Error::NotAuthenticated(failure)),
            _ => Err(Error::StillUnderWay {
                unknown: "whether the patient has proved themselves",
                goes_on_at: None,
            }),
        }
    }

    async fn load(&self) -> Result<PatientAuthFlow, Error> {
        let found = self.auths.flows(&self.scope).load(self.id).await?;
        Ok(found.ok_or(EngineError::NoSuchFlow { id: self.id })?.flow)
    }

    async fn wait(
        &self,
        reached: impl Fn(&PatientAuthFlow) -> bool + Send + Sync,
        unknown: &'static str,
        patience: Duration,
    ) -> Result<PatientAuthFlow, Error> {
        let flow = self.auths.wait_until(&self.scope, self.id, reached, patience).await;
        flow.map_err(|error| Error::of_waiting(error, unknown))
    }
}

fn unwritable(_: WireError) -> Error {
    let failure = Failure::new("the proof cannot be written");
    Error::NotAuthenticated(failure.of_class(ErrorClass::CallerBug))
}

impl fmt::Debug for PatientAuthentication {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PatientAuthentication").field("id", &self.id).finish_non_exhaustive()
    }
}

pub(super) const fn handle(
    scope: Scope,
    id: FlowId,
    auths: Handle<PatientAuthHost>,
    keys: SealingKeyRing,
) -> PatientAuthentication {
    PatientAuthentication { scope, id, auths, keys }
}
