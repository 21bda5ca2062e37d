//! The handle of one consent request.

use std::time::Duration;

use abdm_core::flow::{FlowId, RunnerError};
use abdm_core::id::{ConsentId, HipId};

use super::Hiu;
use crate::error::Error;
use crate::flow::{
    ArtefactFlow, ConsentEvent, ConsentFlow, ConsentState, DocumentId, EntryReport, Outcome,
    Refusal, Standing,
};
use crate::hooks::ErasureProof;

/// How often it is looked whether an artefact's flow has begun.
const LOOK_INTERVAL: Duration = Duration::from_millis(50);

/// One consent request and everything that follows from it.
///
/// Only an id and a way to the store: keep [`id`](Self::id), and [`Hiu::consent`] gives the handle back
/// after a restart.
#[derive(Debug, Clone)]
pub struct Consent {
    hiu: Hiu,
    id: FlowId,
}

impl Consent {
    pub(super) const fn new(hiu: Hiu, id: FlowId) -> Self {
        Self { hiu, id }
    }

    /// Ours alone, never sent to anybody.
    #[must_use]
    pub const fn id(&self) -> FlowId {
        self.id
    }

    /// What was asked, where it stands since when, and the artefacts of the grant.
    ///
    /// # Errors
    /// [`Error::NoSuchConsent`], or the store's error.
    pub async fn state(&self) -> Result<ConsentFlow, Error> {
        self.hiu.consents.load(self.id).await?.ok_or(Error::NoSuchConsent)
    }

    /// Waits for the decision. A patient may take hours; waiting again costs nothing.
    ///
    /// # Errors
    /// [`Error::TimedOut`], [`Error::NoSuchConsent`], or the store's error.
    pub async fn wait_for_decision(&self, patience: Duration) -> Result<Decision, Error> {
        let reached = |flow: &ConsentFlow| Decision::of(&flow.state).is_some();
        let flow = self.hiu.consents.wait_until(self.id, reached, patience).await;
        let flow = flow.map_err(Error::waiting("the patient's decision"))?;
        Decision::of(&flow.state).ok_or(Error::NoSuchConsent)
    }

    /// Waits until the records of every granted artefact have come, or will not come; at silence until
    /// the patience is over. What came of
    /// each is told, the bad with the good; the documents are in the hospital's record store.
    ///
    /// # Errors
    /// [`Error::TimedOut`], [`Error::NoSuchConsent`], or the store's error.
    pub async fn wait_for_records(&self, patience: Duration) -> Result<Vec<Delivery>, Error> {
        let flows = self.wait_for_artefacts(patience, ArtefactFlow::is_settled, "the records");
        Ok(flows.await?.into_iter().map(Delivery::of).collect())
    }

    /// Waits until everything received under this consent is erased: because the patient revoked it,
    /// because it ran out, or because the application asked for it.
    ///
    /// # Errors
    /// [`Error::TimedOut`], [`Error::NoSuchConsent`], or the store's error.
    pub async fn wait_for_erasure(&self, patience: Duration) -> Result<Vec<ErasureProof>, Error> {
        let nothing_came = |flow: &ArtefactFlow| matches!(flow.standing, Standing::Unavailable(_));
        let erased = |flow: &ArtefactFlow| flow.proof.is_some() || nothing_came(flow);
        let flows = self.wait_for_artefacts(patience, erased, "the erasure").await?;
        Ok(flows.into_iter().filter_map(|flow| flow.proof).collect())
    }

    /// Asks ABDM how the request stands: to show progress, and once when the patient says "approved"
    /// and nothing has come. A decision found so counts as if its notice had come.
    ///
    /// # Errors
    /// [`Error::Flow`] while ABDM has not taken the request yet, [`Error::NoSuchConsent`].
    pub async fn check(&self) -> Result<(), Error> {
        match self.hiu.consents.deliver(self.id, ConsentEvent::Check).await {
            Err(RunnerError::NoSuchFlow { .. }) => Err(Error::NoSuchConsent),
            told => Ok(told?),
        }
    }

    async fn wait_for_artefacts(
        &self,
        patience: Duration,
        reached: impl Fn(&ArtefactFlow) -> bool + Send + Sync,
        what: &'static str,
    ) -> Result<Vec<ArtefactFlow>, Error> {
        let all = async {
            // Silence is no decision: the callback may be late.
            let decided = |flow: &ConsentFlow| flow.state.is_decided();
            let flow = self.hiu.consents.wait_until(self.id, decided, patience).await;
            let mut flows = Vec::new();
            let flow = flow.map_err(Error::waiting(what))?;
            for artefact in flow.begun() {
                let id = self.begun(artefact).await?;
                let flow = self.hiu.artefacts.wait_until(id, &reached, patience).await;
                flows.push(flow.map_err(Error::waiting(what))?);
            }
            Ok(flows)
        };
        let timed_out = Error::TimedOut { what, id: self.id };
        tokio::time::timeout(patience, all).await.unwrap_or(Err(timed_out))
    }

    /// The flow of an artefact, which begins a moment after the grant.
    async fn begun(&self, artefact: &ConsentId) -> Result<FlowId, Error> {
        loop {
            if let Some(id) = self.hiu.artefact_flow(artefact).await? {
                return Ok(id);
            }
            tokio::time::sleep(LOOK_INTERVAL).await;
        }
    }
}

/// What came of a consent request.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Decision {
    /// The patient granted it, perhaps less than was asked.
    Granted,
    /// The patient refused it: stop, do not ask again.
    Denied {
        /// Why, where the patient said so.
        reason: Option<String>,
    },
    /// It ran out.
    Expired,
    /// The patient took it back.
    Revoked,
    /// The consent manager refused it.
    Refused(Refusal),
    /// The consent manager took it and did not call back within a minute: check the bridge URL. Should
    /// the callback come after all, the request goes on; wait again.
    Unknown,
}

impl Decision {
    fn of(state: &ConsentState) -> Option<Self> {
        Some(match state {
            ConsentState::Asking | ConsentState::Requested => return None,
            ConsentState::Silent => Self::Unknown,
            ConsentState::Refused(refusal) => Self::Refused(refusal.clone()),
            ConsentState::Granted => Self::Granted,
            ConsentState::Denied { reason } => Self::Denied { reason: reason.clone() },
            ConsentState::Expired => Self::Expired,
            ConsentState::Revoked => Self::Revoked,
        })
    }
}

/// What came of one artefact: one facility's part.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Delivery {
    /// Which artefact.
    pub consent: ConsentId,
    /// Which facility; `None` when the artefact could not be fetched.
    pub hip: Option<HipId>,
    /// Where the artefact stands.
    pub standing: Standing,
    /// How the latest transfer ended.
    pub outcome: Option<Outcome>,
    /// What became of each entry.
    pub entries: Vec<EntryReport>,
}

impl Delivery {
    fn of(flow: ArtefactFlow) -> Self {
        Self {
            consent: flow.id,
            hip: flow.terms.map(|terms| terms.hip.id),
            standing: flow.standing,
            entries: flow.transfer.iter().flat_map(|t| t.entries().cloned()).collect(),
            outcome: flow.transfer.and_then(|transfer| transfer.outcome),
        }
    }

    /// The documents that were kept.
    pub fn documents(&self) -> impl Iterator<Item = &DocumentId> {
        self.entries.iter().filter_map(|entry| entry.document.as_ref())
    }

    /// What did not work, in words, one for each trouble.
    pub fn problems(&self) -> impl Iterator<Item = &str> {
        let whole = match (&self.standing, &self.outcome) {
            (Standing::Unavailable(refusal), _) => Some(refusal.text.as_str()),
            (Standing::Ended { .. }, _) => Some("the consent is over"),
            (_, Some(Outcome::Failed(refusal))) => Some(refusal.text.as_str()),
            (_, Some(Outcome::Partial)) => Some("not every page came in time"),
            _ => None,
        };
        whole.into_iter().chain(self.entries.iter().filter_map(|entry| entry.problem.as_deref()))
    }
}
