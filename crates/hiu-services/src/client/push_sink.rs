//! The door for pushes.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use abdm_core::flow::{Flow as _, FlowError, FlowId, Runner, RunnerError};
use abdm_core::receiver::{InboundSink, NotTaken, PATH};
use abdm_core::store::{Accepted, Inbound, StoreError, StoreErrorKind};
use async_trait::async_trait;
use http::StatusCode;
use tokio::sync::Mutex;

use super::artefact_host::{ArtefactHost, pushed_to};
use crate::flow::{ArtefactEvent, ArtefactFlow, OTHER_TRANSACTION, Page, PushId, Standing};

/// So many transfers take pages without waiting for each other.
const LANES: usize = 64;

const UNKNOWN: NotTaken =
    NotTaken::refused(StatusCode::NOT_FOUND, "the push address was never given out");
const OVER: NotTaken = NotTaken::refused(StatusCode::GONE, "the consent is over");

/// Brings pushes to their transfer, which takes them or says why not (rulings.md 31).
///
/// An address is stored before it is given out: a push to any other cannot become valid later, and
/// is answered 404 unread. A page does not wait in the inbox: it is offered to the flow at once,
/// and the commit that takes it is what the 202 stands for. So a page that was answered 202 is
/// opened, and one that is not wanted is answered 4xx, whichever other push or callback comes at
/// the same moment.
#[derive(Debug)]
pub(super) struct PushSink {
    artefacts: Runner<ArtefactHost>,
    /// Pages of one transfer queue here, so that they do not race for its flow again and again.
    lanes: [Mutex<()>; LANES],
}

impl PushSink {
    pub(super) fn new(artefacts: Runner<ArtefactHost>) -> Self {
        Self { artefacts, lanes: std::array::from_fn(|_| Mutex::new(())) }
    }

    /// The transfer's address, and the flow that has it or had it.
    async fn find(&self, path: &str) -> Result<(PushId, FlowId), NotTaken> {
        let push_id = pushed_to(path).ok_or(UNKNOWN)?;
        let found = self.artefacts.store().find(ArtefactFlow::KIND, &push_id.key()).await?;
        Ok((push_id, found.ok_or(UNKNOWN)?))
    }

    async fn tell(&self, flow: FlowId, event: ArtefactEvent) -> Result<(), NotTaken> {
        let mut hasher = DefaultHasher::new();
        flow.hash(&mut hasher);
        let lane = usize::try_from(hasher.finish() % LANES as u64).unwrap_or_default();
        let _turn = match self.lanes.get(lane) {
            Some(lane) => Some(lane.lock().await),
            None => None,
        };
        self.artefacts.deliver(flow, event).await.map_err(refusal)
    }
}

#[async_trait]
impl InboundSink for PushSink {
    async fn admit(&self, path: &str) -> Result<(), NotTaken> {
        let (_, id) = self.find(path).await?;
        let flow = self.artefacts.load(id).await.map_err(refusal)?;
        match flow.ok_or(UNKNOWN)?.standing {
            Standing::Ended { .. } => Err(OVER),
            _ => Ok(()),
        }
    }

    async fn accept(&self, inbound: &Inbound) -> Result<Accepted, NotTaken> {
        let (push_id, id) = self.find(inbound.header(PATH).unwrap_or_default()).await?;
        let page = Page::read(&inbound.body).map_err(|error| {
            tracing::warn!(%error, "a push is no page");
            NotTaken::refused(StatusCode::BAD_REQUEST, "it is no page of records")
        })?;
        let event = ArtefactEvent::Pushed { push_id: push_id.clone(), page: Box::new(page) };
        let taken = self.tell(id, event).await;
        if let Err(NotTaken::Refused { reason: OTHER_TRANSACTION, .. }) = &taken
            && let Err(error) = self.tell(id, ArtefactEvent::Foreign { push_id }).await
        {
            tracing::warn!(%error, "a refused page could not be noted");
        }
        taken.map(|()| Accepted::New)
    }

    async fn too_large(
        &self,
        path: &str,
        length: Option<usize>,
        limit: usize,
    ) -> Result<(), NotTaken> {
        let (push_id, id) = self.find(path).await?;
        self.tell(id, ArtefactEvent::OverLimit { push_id, length, limit }).await
    }
}

/// What the sender is answered when its transfer does not take a page.
fn refusal(error: RunnerError) -> NotTaken {
    match error {
        RunnerError::NoSuchFlow { .. } => UNKNOWN,
        RunnerError::Store(error) => error.into(),
        RunnerError::Flow(FlowError::NotValid { state, .. }) => {
            NotTaken::refused(StatusCode::CONFLICT, state)
        }
        RunnerError::Flow(FlowError::NotYet { state, .. }) => NotTaken::busy(state),
        RunnerError::Flow(FlowError::Revoked { .. } | FlowError::Expired { .. }) => OVER,
        // The state cannot be read or written here: another node may, or a person has to look.
        error => StoreError::with_source(StoreErrorKind::Unavailable, error).into(),
    }
}
