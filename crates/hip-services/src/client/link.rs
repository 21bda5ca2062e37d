//! A link under way.

use std::fmt;
use std::time::Duration;

use abdm_core::id::CareContextReference;
use abdm_flow::store::{FlowId, Scope};
use abdm_flow::{EngineError, Handle, WaitError};
use chrono::{DateTime, Utc};

use crate::error::Error;
use crate::flow::{
    ContextOutcome, Failure, HipLinkFlow, HipLinkProgress, HipLinkState, LinkTokenFlow,
};
use crate::host::{HipLinkHost, LinkTokenHost};

/// One link under way.
///
/// ```no_run
/// # async fn example(hip: hip_services::Hip, patient: hip_services::LinkPatient)
/// # -> Result<(), Box<dyn std::error::Error>> {
/// use std::time::Duration;
///
/// let link = hip.link(patient).await?;
/// println!("{} is on its way", link.id()); // keep the id: the link outlives this process
/// let linked = link.linked(Duration::from_secs(120)).await?;
/// println!("{}", if linked.already { "was linked before" } else { "linked" });
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Link {
    scope: Scope,
    id: FlowId,
    links: Handle<HipLinkHost>,
    tokens: Handle<LinkTokenHost>,
}

/// Care contexts that are linked.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Linked {
    /// Whether all of them had been linked before.
    pub already: bool,
    /// Those that are linked now.
    pub fresh: Vec<CareContextReference>,
    /// Those that had been linked before.
    pub before: Vec<CareContextReference>,
    /// How many notices of the records ABDM did not take; `None` while they are under way. The link
    /// stands all the same.
    pub notices_refused: Option<usize>,
}

impl Link {
    /// Its id, under which [`Hip::link_by_id`](crate::Hip::link_by_id) finds it again, or
    /// [`link_by_id_at`](crate::Hip::link_by_id_at) where it was begun.
    #[must_use]
    pub const fn id(&self) -> FlowId {
        self.id
    }

    /// How far it is. A link that waits for ABDM's duplicate window tells when it goes on.
    ///
    /// # Errors
    /// When there is no such link, or the store's error.
    pub async fn progress(&self) -> Result<HipLinkProgress, Error> {
        let flow = self.load().await?;
        Ok(match flow.progress() {
            HipLinkProgress::Pending { .. } => {
                HipLinkProgress::Pending { goes_on_at: self.goes_on_at(&flow).await? }
            }
            progress => progress,
        })
    }

    /// When the next request for the link token leaves, where the link waits for that.
    async fn goes_on_at(&self, flow: &HipLinkFlow) -> Result<Option<DateTime<Utc>>, Error> {
        if !matches!(flow.state, HipLinkState::AwaitingToken { .. }) {
            return Ok(None);
        }
        let key = LinkTokenFlow::key(&flow.hip_id, &flow.patient.abha_address);
        let token = self.tokens.flows(&self.scope).find(&key).await?;
        Ok(token.and_then(|token| token.flow.goes_on_at()))
    }

    /// What became of each care context; `None` where that is not known yet.
    ///
    /// # Errors
    /// As [`progress`](Self::progress).
    pub async fn contexts(
        &self,
    ) -> Result<Vec<(CareContextReference, Option<ContextOutcome>)>, Error> {
        let flow = self.load().await?;
        Ok(flow.outcomes().map(|(context, became)| (context.clone(), became.cloned())).collect())
    }

    /// Which notices of records ABDM did not take, and why. The links stand all the same.
    ///
    /// # Errors
    /// As [`progress`](Self::progress).
    pub async fn notice_problems(&self) -> Result<Vec<Failure>, Error> {
        Ok(self.load().await?.notice_problems().to_vec())
    }

    async fn load(&self) -> Result<HipLinkFlow, Error> {
        let found = self.links.flows(&self.scope).load(self.id).await?;
        Ok(found.ok_or(EngineError::NoSuchFlow { id: self.id })?.flow)
    }

    /// Waits until the care contexts are linked. The notices of the records may still be under way.
    ///
    /// # Errors
    /// [`Error::NotLinked`], [`Error::PartlyLinked`], [`Error::LinkUnknown`], or
    /// [`Error::StillUnderWay`] after `patience`.
    pub async fn linked(&self, patience: Duration) -> Result<Linked, Error> {
        let decided =
            |flow: &HipLinkFlow| !matches!(flow.progress(), HipLinkProgress::Pending { .. });
        self.wait(decided, patience).await
    }

    /// Waits until the care contexts are linked and the patient's apps told of the records.
    ///
    /// # Errors
    /// As [`linked`](Self::linked).
    pub async fn finished(&self, patience: Duration) -> Result<Linked, Error> {
        let over = |flow: &HipLinkFlow| {
            !matches!(
                flow.progress(),
                HipLinkProgress::Pending { .. }
                    | HipLinkProgress::Linked { notices: None, .. }
                    | HipLinkProgress::PartlyLinked { notices: None, .. }
            )
        };
        self.wait(over, patience).await
    }

    async fn wait(
        &self,
        reached: impl Fn(&HipLinkFlow) -> bool + Send + Sync,
        patience: Duration,
    ) -> Result<Linked, Error> {
        let flow = self.links.wait_until(&self.scope, self.id, reached, patience).await;
        let flow = match flow {
            Ok(flow) => flow,
            Err(WaitError::TimedOut { .. }) => {
                let goes_on_at = self.goes_on_at(&self.load().await?).await?;
                let unknown = "whether the care contexts are linked";
                return Err(Error::StillUnderWay { unknown, goes_on_at });
            }
            Err(error) => return Err(Error::Wait(error)),
        };
        let those = |of: fn(&ContextOutcome) -> bool| -> Vec<CareContextReference> {
            let named = flow.outcomes().filter(|(_, became)| became.is_some_and(of));
            named.map(|(context, _)| context.clone()).collect()
        };
        match flow.progress() {
            HipLinkProgress::Linked { already, notices } => Ok(Linked {
                already,
                fresh: those(|became| *became == ContextOutcome::Linked),
                before: those(|became| *became == ContextOutcome::Already),
                notices_refused: notices,
            }),
            HipLinkProgress::PartlyLinked { failure, .. } => Err(Error::PartlyLinked {
                linked: those(ContextOutcome::is_linked),
                not_linked: those(|became| !became.is_linked()),
                failure,
            }),
            HipLinkProgress::Failed(failure) => Err(Error::NotLinked(failure)),
            HipLinkProgress::Unknown | HipLinkProgress::Pending { .. } => Err(Error::LinkUnknown),
        }
    }
}

impl fmt::Debug for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Link").field("id", &self.id).finish_non_exhaustive()
    }
}

pub(super) const fn handle(
    scope: Scope,
    id: FlowId,
    links: Handle<HipLinkHost>,
    tokens: Handle<LinkTokenHost>,
) -> Link {
    Link { scope, id, links, tokens }
}
