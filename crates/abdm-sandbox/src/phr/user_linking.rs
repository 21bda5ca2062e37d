//! What the patient does to find and link their own records, and while they wait at a counter.

use std::time::Duration;

use abdm_core::call::Call;
use abdm_core::endpoint::Endpoint;
use abdm_core::error::CallbackError;
use abdm_core::headers::HiuHeaders;
use abdm_core::id::{CareContextReference, HipId, HiuId, RequestId, TransactionId};
use abdm_core::wire::{Accepted, NoBody};
use hip_services::api::hip_linking::PatientCareContexts;
use hip_services::api::sharing::{RunningToken, RunningTokenQuery};
use hip_services::api::user_linking::{Confirmation, Identifier, LinkOtp, OfferedLink};

use super::{LOOK, PhrApp};
use crate::api::patient_app::{
    AskRunningToken, Choice, ConfirmLink, DiscoverCareContexts, InitLink, ListTokens, RecordSearch,
    TokenDetails,
};
use crate::engine::Engine;
use crate::error::SandboxError;
use crate::world::{AppAnswer, PHR_HIU_ID, UserLink};

/// How long the app waits for a facility's step that has no time of its own.
const PATIENCE: Duration = Duration::from_secs(60);

impl PhrApp {
    /// Looks for the patient's records at a facility, with what the patient types of themselves
    /// there, and waits for its answer. Gives what can be linked.
    ///
    /// ```
    /// # async fn run(app: abdm_sandbox::PhrApp) -> Result<(), abdm_sandbox::SandboxError> {
    /// use hip_services::api::user_linking::{Identifier, IdentifierType};
    ///
    /// let hip = "IN2710000001".parse()?;
    /// let typed = vec![Identifier::new(IdentifierType::MedicalRecord, "UHID-7")];
    /// let found = app.discover(&hip, typed).await?;
    /// let link = app.choose_all(&found).await?; // the facility sends an OTP to the patient
    /// app.confirm(&link, "123456").await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`SandboxError::HipRefused`] with the facility's error, [`SandboxError::HipSilent`] when it
    /// does not answer in time, and those of the call itself: an unknown facility (ABDM-1035), a
    /// search while another one waits there (ABDM-1103).
    pub async fn discover(
        &self,
        hip: &HipId,
        unverified: Vec<Identifier>,
    ) -> Result<UserLink, SandboxError> {
        let link = self.search(hip, unverified, PATIENCE).await?;
        match &link.found {
            AppAnswer::Given(_) => Ok(link),
            other => Err(not_given(other)),
        }
    }

    /// Chooses care contexts of a discovery, and waits until the facility says that an OTP is on
    /// its way. The patient gets it from the facility, not from ABDM.
    ///
    /// # Errors
    /// [`SandboxError::HipRefused`] with the facility's error, or with ABDM-1056 when one of them
    /// is linked already: then the facility is told the same and the discovery is over. And those
    /// of the call itself: a context that was not discovered (ABDM-1057), a second choice
    /// (ABDM-1104), a discovery that is over (ABDM-1086).
    pub async fn choose(
        &self,
        found: &UserLink,
        chosen: Vec<PatientCareContexts>,
    ) -> Result<OfferedLink, SandboxError> {
        match self.choose_of(&found.transaction_id, chosen, PATIENCE).await?.offered {
            Some(AppAnswer::Given(link)) => Ok(link),
            other => Err(not_given(&other.unwrap_or(AppAnswer::Awaited))),
        }
    }

    /// The same with everything that was found.
    ///
    /// # Errors
    /// As [`choose`](Self::choose).
    pub async fn choose_all(&self, found: &UserLink) -> Result<OfferedLink, SandboxError> {
        self.choose(found, found.found.given().cloned().unwrap_or_default()).await
    }

    /// Types the OTP of the facility, and waits for its word. What is given is linked.
    ///
    /// # Errors
    /// [`SandboxError::HipRefused`] with the facility's error: after a wrong OTP the patient may
    /// try again. And those of the call itself: an unknown link (ABDM-1056), a second confirmation
    /// (ABDM-1105).
    pub async fn confirm(
        &self,
        link: &OfferedLink,
        otp: &str,
    ) -> Result<Vec<PatientCareContexts>, SandboxError> {
        match self.confirm_of(link, otp, PATIENCE).await?.linked {
            Some(AppAnswer::Given(linked)) => Ok(linked),
            other => Err(not_given(&other.unwrap_or(AppAnswer::Awaited))),
        }
    }

    /// The patient's discoveries and what came of them, the oldest first.
    ///
    /// # Errors
    /// When the sandbox is no more.
    pub fn user_links(&self) -> Result<Vec<UserLink>, SandboxError> {
        let engine = self.engine()?;
        let now = engine.now();
        Ok(engine.world().user_links.seen_by(&self.address, now))
    }

    /// Asks which token is being served at a counter where the patient holds one of today.
    ///
    /// # Errors
    /// [`SandboxError::HipRefused`] with the facility's error, [`SandboxError::HipSilent`] when it
    /// does not answer in time, and ABDM-1031 for a patient without a token there.
    pub async fn running_token(
        &self,
        hip: &HipId,
        counter: &str,
    ) -> Result<RunningToken, SandboxError> {
        self.running_token_of(hip, counter, PATIENCE).await
    }

    /// The same for as long as is said.
    pub(crate) async fn running_token_of(
        &self,
        hip: &HipId,
        counter: &str,
        within: Duration,
    ) -> Result<RunningToken, SandboxError> {
        let id = self.send_app::<AskRunningToken>(RunningTokenQuery::new(hip, counter)).await?;
        let seen = |engine: &Engine| {
            let now = engine.now();
            engine.world().tokens.seen_of(id, now).filter(AppAnswer::is_here)
        };
        match self.until(seen, within).await? {
            AppAnswer::Given(token) => Ok(token),
            other => Err(not_given(&other)),
        }
    }

    /// The tokens that counters have given to the patient, the newest first.
    ///
    /// # Errors
    /// When the sandbox refuses.
    pub async fn tokens(&self) -> Result<Vec<TokenDetails>, SandboxError> {
        let token = self.token.clone();
        let call = Call::<ListTokens>::new(NoBody).by(token);
        Ok(self.client.send(&call).await?.body)
    }

    /// A discovery, whatever comes of it.
    pub(crate) async fn search(
        &self,
        hip: &HipId,
        unverified: Vec<Identifier>,
        within: Duration,
    ) -> Result<UserLink, SandboxError> {
        let search = RecordSearch::new(hip.clone(), unverified);
        self.ask::<DiscoverCareContexts>(search, |link| link.found.is_here(), within).await
    }

    /// A choice, whatever comes of it.
    pub(crate) async fn choose_of(
        &self,
        transaction: &TransactionId,
        chosen: Vec<PatientCareContexts>,
        within: Duration,
    ) -> Result<UserLink, SandboxError> {
        let choice = Choice::new(transaction.clone(), chosen);
        let is_here = |link: &UserLink| link.offered.as_ref().is_some_and(AppAnswer::is_here);
        self.ask::<InitLink>(choice, is_here, within).await
    }

    /// A confirmation, whatever comes of it.
    pub(crate) async fn confirm_of(
        &self,
        link: &OfferedLink,
        otp: &str,
        within: Duration,
    ) -> Result<UserLink, SandboxError> {
        let confirmation = Confirmation::new(link.reference_number.clone(), LinkOtp::new(otp));
        let is_here = |link: &UserLink| link.linked.as_ref().is_some_and(AppAnswer::is_here);
        self.ask::<ConfirmLink>(confirmation, is_here, within).await
    }

    /// Sends a step of a link, and waits for what comes of it. When that takes long, it gives the
    /// link as it stands.
    async fn ask<E>(
        &self,
        body: E::Request,
        is_here: impl Fn(&UserLink) -> bool + Send + Sync,
        within: Duration,
    ) -> Result<UserLink, SandboxError>
    where
        E: Endpoint<
                Headers = HiuHeaders,
                Auth = abdm_core::endpoint::SessionAndPhrUser,
                Path = (),
                Response = Accepted,
            >,
    {
        let id = self.send_app::<E>(body).await?;
        let seen = |engine: &Engine| {
            let now = engine.now();
            engine.world().user_links.seen_of(id, now)
        };
        match self.until(|engine| seen(engine).filter(&is_here), within).await {
            Err(SandboxError::TimedOut { what }) => {
                seen(&*self.engine()?).ok_or(SandboxError::TimedOut { what })
            }
            answered => answered,
        }
    }

    /// Sends a call under the app's own id.
    async fn send_app<E>(&self, body: E::Request) -> Result<RequestId, SandboxError>
    where
        E: Endpoint<
                Headers = HiuHeaders,
                Auth = abdm_core::endpoint::SessionAndPhrUser,
                Path = (),
                Response = Accepted,
            >,
    {
        let headers = HiuHeaders { hiu_id: HiuId::new(PHR_HIU_ID)? };
        let call = Call::<E>::new(body).by(self.token.clone()).headers(headers);
        Ok(self.client.send(&call).await?.request_id)
    }

    /// Waits until the app is told something.
    async fn until<T: Send>(
        &self,
        look: impl Fn(&Engine) -> Option<T> + Send,
        within: Duration,
    ) -> Result<T, SandboxError> {
        let waiting = async {
            loop {
                let told = look(&*self.engine()?);
                match told {
                    Some(told) => return Ok(told),
                    None => tokio::time::sleep(LOOK).await,
                }
            }
        };
        let timed_out = Err(SandboxError::TimedOut { what: "the facility's answer" });
        tokio::time::timeout(within, waiting).await.unwrap_or(timed_out)
    }
}

impl UserLink {
    /// What was found, but for other care contexts than these.
    #[must_use]
    pub fn found_of(&self, references: &[CareContextReference]) -> Vec<PatientCareContexts> {
        let found = self.found.given().map(Vec::as_slice).unwrap_or_default();
        let part = found.iter().map(|patient| {
            let wanted = patient
                .care_contexts
                .iter()
                .filter(|context| references.contains(&context.reference_number));
            let (reference, display) = (patient.reference_number.clone(), patient.display.clone());
            let hi_type = patient.hi_type.clone();
            PatientCareContexts::new(reference, display, hi_type, wanted.cloned().collect())
        });
        part.filter(|patient| !patient.care_contexts.is_empty()).collect()
    }
}

/// Why the app has not what it waited for.
fn not_given<T>(answer: &AppAnswer<T>) -> SandboxError {
    match answer {
        AppAnswer::Refused(error) => SandboxError::HipRefused(CallbackError::clone(error)),
        _ => SandboxError::HipSilent,
    }
}
