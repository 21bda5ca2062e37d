//! The door for pushes.

use std::sync::Arc;
use std::time::Duration;

use abdm_core::id::HiuId;
use abdm_core::message::Inbound;
use abdm_core::receiver::{Accepted, InboundSink, NotTaken, PATH};
use abdm_core::{StoreError, StoreErrorKind};
use abdm_flow::store::{FlowId, FlowStore, Scope};
use abdm_flow::{EngineError, FlowError, Found, Handle};
use abdm_role::facilities::{Facilities, scope};
use async_trait::async_trait;
use bytes::Bytes;
use http::StatusCode;
use tokio::sync::Mutex;

use super::artefact_host::{ArtefactHost, pushed_to};
use crate::flow::{
    ArtefactEvent, ArtefactFlow, OTHERS_CAME, Page, PageHead, PageRefusal, PushId, Seen, Standing,
    StoredRows, has_waiting_copy as has_copy,
};

const UNKNOWN: NotTaken =
    NotTaken::refused(StatusCode::NOT_FOUND, "the push address was never given out");

/// Brings pushes to their transfer, which takes them or says why not (rulings.md 31).
///
/// An address is stored before it is given out: a push to any other cannot become valid later, and
/// is answered 404 unread. A page does not wait in the inbox: it is offered to the flow at once,
/// and the commit that takes it is what the 202 stands for. So a page that was answered 202 is
/// opened, and one that is not wanted is answered 4xx, whichever other push or callback comes at
/// the same moment; its transfer counts it.
#[derive(Debug)]
pub(super) struct PushSink {
    artefacts: Handle<ArtefactHost>,
    store: Arc<dyn FlowStore>,
    facilities: Arc<Facilities<HiuId>>,
    /// Pushes of one flow line up here: each is judged by what those before it have brought.
    turns: Vec<Mutex<()>>,
}

/// The transfer that a push is for, and the flow that has it or had it.
#[derive(Debug)]
struct At {
    scope: Scope,
    flow: FlowId,
    push_id: PushId,
}

/// How many flows may take pages at the same time on this node, unless they meet by chance.
const TURNS: usize = 64;
/// How often a page is judged anew because others came meanwhile, on other nodes or by being
/// opened. After that its sender is asked to come again.
const MOST_LOOKS: usize = 100;
/// The pause before the next look: the others need the store to get on.
const BETWEEN_LOOKS: Duration = Duration::from_millis(2);

impl PushSink {
    pub(super) fn new(
        artefacts: Handle<ArtefactHost>,
        store: Arc<dyn FlowStore>,
        facilities: Arc<Facilities<HiuId>>,
    ) -> Self {
        let turns = std::iter::repeat_with(Mutex::default).take(TURNS).collect();
        Self { artefacts, store, facilities, turns }
    }

    /// The transfer's address, and the flow that has it or had it.
    async fn find(&self, path: &str) -> Result<(At, ArtefactFlow), NotTaken> {
        let push_id = pushed_to(path).ok_or(UNKNOWN)?;
        // An address without the mark of any was given out by an earlier release: by whichever.
        let marked = self.facilities.all().find(|own| push_id.is_of(own));
        let unmarked = self.facilities.all().filter(|_| marked.is_none());
        for hiu_id in marked.into_iter().chain(unmarked) {
            let scope = scope(hiu_id);
            let found = self.artefacts.flows(&scope).find(&push_id.key()).await;
            let found = found.map_err(|error| not_taken(error.into()))?;
            if let Some(Found { id, flow, .. }) = found {
                return Ok((At { scope, flow: id, push_id }, flow));
            }
        }
        Err(UNKNOWN)
    }

    async fn tell(&self, at: &At, event: ArtefactEvent) -> Result<(), EngineError> {
        self.artefacts.deliver(&at.scope, at.flow, event).await
    }

    fn rows<'a>(&'a self, at: &'a At) -> StoredRows<'a> {
        StoredRows { store: self.store.as_ref(), scope: &at.scope }
    }

    /// Lets the flow count a page that is not taken; gives the answer to its sender.
    async fn refuse(&self, at: &At, why: PageRefusal) -> NotTaken {
        let refused = ArtefactEvent::PageRefused { push_id: at.push_id.clone(), why };
        if let Err(error) = self.tell(at, refused).await {
            tracing::warn!(flow = %at.flow, %error, "a refused page could not be counted");
        }
        NotTaken::refused(status(why), why.as_str())
    }

    /// The flow as it is now, with what an earlier release kept in its snapshot moved to rows.
    async fn flow(&self, at: &At) -> Result<ArtefactFlow, EngineError> {
        let found = self.artefacts.flows(&at.scope).load(at.flow).await?;
        let flow = found.ok_or(EngineError::NoSuchFlow { id: at.flow })?.flow;
        if flow.is_to_be_moved() {
            self.tell(at, ArtefactEvent::Moved).await?;
        }
        Ok(flow)
    }

    /// Offers a page to its flow, with what is known of it.
    async fn offer(&self, at: &At, page: &PageHead, body: &Bytes) -> Result<(), EngineError> {
        let place =
            usize::try_from(at.flow.as_uuid().as_u128() % TURNS as u128).unwrap_or_default();
        let turn = self.turns.get(place);
        let _turn = match turn {
            Some(turn) => Some(turn.lock().await),
            None => None,
        };
        let mut has_waiting_copy = false;
        for _ in 0..MOST_LOOKS {
            let flow = self.flow(at).await?;
            let transfer = flow.transfer_at(&at.push_id);
            let revision = transfer.map_or(0, |transfer| transfer.pages.revision());
            let mut seen = Seen::of(&self.rows(at), &at.push_id, page, revision).await?;
            seen.has_waiting_copy = has_waiting_copy;
            let pushed = |body| {
                let (push_id, page) = (at.push_id.clone(), Box::new(page.clone()));
                ArtefactEvent::Pushed { push_id, page, body, seen: Box::new(seen) }
            };
            let (scope, body) = (&at.scope, body.clone());
            match self.artefacts.deliver_body(scope, at.flow, body, pushed).await {
                Err(EngineError::Flow(FlowError::NotYet { state: OTHERS_CAME, .. })) => {
                    has_waiting_copy = false;
                    tokio::time::sleep(BETWEEN_LOOKS).await;
                }
                // What cannot be compared yet is taken.
                Err(error)
                    if why(&error) == Some(PageRefusal::NothingMissing)
                        && !has_waiting_copy
                        && has_copy(&self.rows(at), &at.push_id, page).await? =>
                {
                    has_waiting_copy = true;
                }
                taken => return taken,
            }
        }
        Err(FlowError::not_yet(OTHERS_CAME, "push").into())
    }

    /// Whether everything in a page that nothing needs is here already: its sender has lost our 202
    /// and sends it again, encrypted anew. It is told by opening it: a page is its contents
    /// (rulings.md 31), and by its ciphertext it is another one.
    async fn is_kept(&self, at: &At, page: &Page) -> Result<bool, NotTaken> {
        let flow = self.flow(at).await.map_err(not_taken)?;
        let host = self.artefacts.host();
        Ok(host.has_kept(&self.rows(at), &flow, &at.push_id, page).await?)
    }
}

#[async_trait]
impl InboundSink for PushSink {
    async fn admit(&self, path: &str) -> Result<(), NotTaken> {
        let (at, flow) = self.find(path).await?;
        match flow.standing {
            Standing::Ended { .. } => Err(self.refuse(&at, PageRefusal::ConsentOver).await),
            _ => Ok(()),
        }
    }

    async fn accept(&self, inbound: &Inbound) -> Result<Accepted, NotTaken> {
        let (at, _) = self.find(inbound.header(PATH).unwrap_or_default()).await?;
        let Ok(page) = Page::read(&inbound.body) else {
            return Err(self.refuse(&at, PageRefusal::NoPage).await);
        };
        let head = page.head(inbound.body.len());
        let Err(error) = self.offer(&at, &head, &inbound.body).await else {
            return Ok(Accepted::New);
        };
        match why(&error) {
            Some(PageRefusal::NothingMissing) if self.is_kept(&at, &page).await? => {
                Ok(Accepted::Duplicate)
            }
            Some(why) => Err(self.refuse(&at, why).await),
            None => Err(not_taken(error)),
        }
    }

    async fn too_large(
        &self,
        path: &str,
        length: Option<usize>,
        limit: usize,
    ) -> Result<(), NotTaken> {
        let (at, _) = self.find(path).await?;
        let event = ArtefactEvent::OverLimit { push_id: at.push_id.clone(), length, limit };
        self.tell(&at, event).await.map_err(not_taken)?;
        self.refuse(&at, PageRefusal::TooLarge).await;
        Ok(())
    }
}

/// Why a flow does not take a page, where it is the page's or the consent's fault.
fn why(error: &EngineError) -> Option<PageRefusal> {
    match error {
        EngineError::Flow(FlowError::NotValid { state, .. }) => PageRefusal::told_as(state),
        EngineError::Flow(FlowError::Revoked { .. } | FlowError::Expired { .. }) => {
            Some(PageRefusal::ConsentOver)
        }
        _ => None,
    }
}

const fn status(why: PageRefusal) -> StatusCode {
    match why {
        PageRefusal::NoPage => StatusCode::BAD_REQUEST,
        PageRefusal::ConsentOver => StatusCode::GONE,
        PageRefusal::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        PageRefusal::NothingMissing
        | PageRefusal::OtherTransaction
        | PageRefusal::TransferOver
        | PageRefusal::TooMany => StatusCode::CONFLICT,
    }
}

/// What the sender is answered when its page could not even be judged.
fn not_taken(error: EngineError) -> NotTaken {
    match error {
        EngineError::NoSuchFlow { .. } => UNKNOWN,
        EngineError::Store(error) => error.into(),
        EngineError::Flow(FlowError::NotYet { state, .. }) => NotTaken::busy(state),
        // The state cannot be read or written here: another node may, or a person has to look.
        error => StoreError::with_source(StoreErrorKind::Unavailable, error).into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_that_its_transfer_cannot_take_yet_is_asked_to_come_again() {
        let waits = FlowError::not_yet("pages wait to be opened", "push");
        let answer = not_taken(waits.into());
        assert!(matches!(answer, NotTaken::Busy { reason: "pages wait to be opened" }), "{answer}");
    }
}
