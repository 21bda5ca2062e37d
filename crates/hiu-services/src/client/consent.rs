//! The handle of one consent request.

use std::time::Duration;

use abdm_core::id::ConsentId;
use abdm_flow::EngineError;
use abdm_flow::store::{FlowId, Scope};

use super::{ConsentView, Delivery, Hiu};
use crate::decision::Decision;
use crate::error::Error;
use crate::flow::{ArtefactFlow, ConsentEvent, ConsentFlow, Standing, taken_pages};
use crate::hooks::ErasureProof;

/// How often it is looked whether an artefact's flow has begun.
const LOOK_INTERVAL: Duration = Duration::from_millis(50);

/// One consent request and everything that follows from it.
///
/// Only an id and a way to the store: keep [`id`](Self::id), and [`Hiu::consent`] gives the handle
/// back after a restart.
#[derive(Debug, Clone)]
pub struct Consent {
    hiu: Hiu,
    scope: Scope,
    id: FlowId,
}

impl Consent {
    pub(super) const fn new(hiu: Hiu, scope: Scope, id: FlowId) -> Self {
        Self { hiu, scope, id }
    }

    /// Its id: ours alone, never sent to anybody.
    #[must_use]
    pub const fn id(&self) -> FlowId {
        self.id
    }

    /// What was asked, where it stands since when, and the artefacts of the grant.
    ///
    /// # Errors
    /// [`Error::NoSuchConsent`], or the store's error.
    pub async fn state(&self) -> Result<ConsentView, Error> {
        let found = self.hiu.consents.flows(&self.scope).load(self.id).await?;
        Ok(ConsentView::of(found.ok_or(Error::NoSuchConsent)?.flow))
    }

    /// Waits for the decision. A patient may take hours; waiting again costs nothing.
    ///
    /// # Errors
    /// [`Error::TimedOut`], [`Error::NoSuchConsent`], or the store's error.
    pub async fn wait_for_decision(&self, patience: Duration) -> Result<Decision, Error> {
        let reached = |flow: &ConsentFlow| Decision::of(&flow.state).is_some();
        let flow = self.hiu.consents.wait_until(&self.scope, self.id, reached, patience).await;
        let flow = flow.map_err(Error::waiting("the patient's decision"))?;
        Decision::of(&flow.state).ok_or(Error::NoSuchConsent)
    }

    /// Waits until the records of every granted artefact have come, or will not come; at silence
    /// until the patience is over. What came of each is told, the bad with the good; the documents
    /// are in the hospital's record store.
    ///
    /// The slowest facility decides how long it takes, twenty minutes at most. To show the records
    /// of the quick ones before, hear [`HiuEvent::TransferEnded`](crate::HiuEvent::TransferEnded):
    /// each facility's transfer tells it by itself.
    ///
    /// A transfer counts as over when it is reported. Pages that come later, for a care context
    /// that was missing, are kept as well: calling this again tells of them.
    ///
    /// # Errors
    /// [`Error::NotGranted`] with the decision, when there will be no records because the patient
    /// did not grant them; [`Error::TimedOut`], [`Error::NoSuchConsent`], or the store's error.
    pub async fn wait_for_records(&self, patience: Duration) -> Result<Vec<Delivery>, Error> {
        let flows = self.wait_for_artefacts(patience, ArtefactFlow::is_settled, "the records");
        let flows = flows.await?;
        if flows.is_empty()
            && let Some(decision) = Decision::of(&self.state().await?.state)
            && decision != Decision::Granted
        {
            return Err(Error::NotGranted { decision: Box::new(decision) });
        }
        let mut deliveries = Vec::with_capacity(flows.len());
        for (id, flow) in flows {
            deliveries.push(self.delivery(id, flow).await?);
        }
        Ok(deliveries)
    }

    async fn delivery(&self, id: FlowId, flow: ArtefactFlow) -> Result<Delivery, Error> {
        if flow.is_to_be_moved() {
            self.hiu.artefact_with_rows(&self.scope, id).await?;
        }
        let at = flow.transfer.as_ref().and_then(|transfer| transfer.push_id.as_ref());
        let pages = match at {
            Some(push_id) => taken_pages(&self.hiu.rows(&self.scope), push_id).await,
            None => Ok(Vec::new()),
        };
        Ok(Delivery::of(flow, pages.map_err(EngineError::from)?))
    }

    /// Waits until everything received under this consent is erased: because the patient revoked
    /// it, because it ran out, or because the application asked for it.
    ///
    /// # Errors
    /// [`Error::TimedOut`], [`Error::NoSuchConsent`], or the store's error.
    pub async fn wait_for_erasure(&self, patience: Duration) -> Result<Vec<ErasureProof>, Error> {
        let nothing_came = |flow: &ArtefactFlow| matches!(flow.standing, Standing::Unavailable(_));
        let erased = |flow: &ArtefactFlow| flow.proof.is_some() || nothing_came(flow);
        let flows = self.wait_for_artefacts(patience, erased, "the erasure").await?;
        Ok(flows.into_iter().filter_map(|(_, flow)| flow.proof).collect())
    }

    /// Asks ABDM how the request stands: to show progress, and once when the patient says
    /// "approved" and nothing has come. A decision found so counts as if its notice had come.
    ///
    /// # Errors
    /// [`Error::Engine`] while ABDM has not taken the request yet, [`Error::NoSuchConsent`].
    pub async fn check(&self) -> Result<(), Error> {
        match self.hiu.consents.deliver(&self.scope, self.id, ConsentEvent::Check).await {
            Err(EngineError::NoSuchFlow { .. }) => Err(Error::NoSuchConsent),
            told => Ok(told?),
        }
    }

    async fn wait_for_artefacts(
        &self,
        patience: Duration,
        reached: impl Fn(&ArtefactFlow) -> bool + Send + Sync,
        what: &'static str,
    ) -> Result<Vec<(FlowId, ArtefactFlow)>, Error> {
        let all = async {
            // Silence is no decision: the callback may be late.
            let decided = |flow: &ConsentFlow| flow.state.is_decided();
            let flow = self.hiu.consents.wait_until(&self.scope, self.id, decided, patience).await;
            let mut flows = Vec::new();
            let flow = flow.map_err(Error::waiting(what))?;
            for artefact in flow.begun() {
                let id = self.begun(artefact).await?;
                let flow = self.hiu.artefacts.wait_until(&self.scope, id, &reached, patience).await;
                flows.push((id, flow.map_err(Error::waiting(what))?));
            }
            Ok(flows)
        };
        let timed_out = Error::TimedOut { what, id: self.id };
        tokio::time::timeout(patience, all).await.unwrap_or(Err(timed_out))
    }

    /// The flow of an artefact, which begins a moment after the grant.
    async fn begun(&self, artefact: &ConsentId) -> Result<FlowId, Error> {
        loop {
            let flows = self.hiu.artefacts.flows(&self.scope);
            if let Some(found) = flows.find(&ArtefactFlow::key(artefact)).await? {
                return Ok(found.id);
            }
            tokio::time::sleep(LOOK_INTERVAL).await;
        }
    }
}
