//! A link under way.

use std::fmt;
use std::time::Duration;

use abdm_core::flow::{FlowId, Runner, RunnerError};

use crate::error::Error;
use crate::flow::{LinkFlow, LinkProgress};
use crate::host::LinkHost;

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
    id: FlowId,
    runner: Runner<LinkHost>,
}

/// Care contexts that are linked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Linked {
    /// Whether they had been linked before.
    pub already: bool,
    /// How many notices of the records ABDM did not take; `None` while they are under way. The link
    /// stands all the same.
    pub notices_refused: Option<usize>,
}

impl Link {
    /// Its id, under which [`Hip::link_by_id`](crate::Hip::link_by_id) finds it again.
    #[must_use]
    pub const fn id(&self) -> FlowId {
        self.id
    }

    /// How far it is.
    ///
    /// # Errors
    /// When there is no such link, or the store's error.
    pub async fn progress(&self) -> Result<LinkProgress, Error> {
        let flow = self.runner.load(self.id).await?;
        Ok(flow.ok_or(RunnerError::NoSuchFlow { id: self.id })?.progress())
    }

    /// Waits until the care contexts are linked. The notices of the records may still be under way.
    ///
    /// # Errors
    /// [`Error::NotLinked`], [`Error::LinkUnknown`], or [`Error::Wait`] after `patience`.
    pub async fn linked(&self, patience: Duration) -> Result<Linked, Error> {
        let decided = |flow: &LinkFlow| flow.progress() != LinkProgress::Pending;
        self.wait(decided, patience).await
    }

    /// Waits until the care contexts are linked and the patient's apps told of the records.
    ///
    /// # Errors
    /// As [`linked`](Self::linked).
    pub async fn finished(&self, patience: Duration) -> Result<Linked, Error> {
        let over = |flow: &LinkFlow| {
            !matches!(
                flow.progress(),
                LinkProgress::Pending | LinkProgress::Linked { notices: None, .. }
            )
        };
        self.wait(over, patience).await
    }

    async fn wait(
        &self,
        reached: impl Fn(&LinkFlow) -> bool + Send + Sync,
        patience: Duration,
    ) -> Result<Linked, Error> {
        let flow = self.runner.wait_until(self.id, reached, patience).await?;
        match flow.progress() {
            LinkProgress::Linked { already, notices } => {
                Ok(Linked { already, notices_refused: notices })
            }
            LinkProgress::Failed(failure) => Err(Error::NotLinked(failure)),
            LinkProgress::Unknown | LinkProgress::Pending => Err(Error::LinkUnknown),
        }
    }
}

impl fmt::Debug for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Link").field("id", &self.id).finish_non_exhaustive()
    }
}

pub(super) const fn handle(id: FlowId, runner: Runner<LinkHost>) -> Link {
    Link { id, runner }
}
