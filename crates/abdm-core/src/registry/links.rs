//! Linking a facility to a bridge.

use super::{Registries, RegistryError};
use crate::api::registry::{BridgeLinks, LinkBridge, RequestedLink};
use crate::error::ApiError;
use crate::id::ServiceId;

/// What became of one role.
#[derive(Debug)]
#[non_exhaustive]
pub struct BridgeLinked {
    /// The role as it was asked for.
    pub requested: RequestedLink,
    /// What became of it.
    pub outcome: LinkedAs,
}

/// What became of a linkage.
#[derive(Debug)]
#[non_exhaustive]
pub enum LinkedAs {
    /// It is linked: now, or before (ruling 36).
    Linked {
        /// Under which service id. `None` when the registry did not tell it: it stands in
        /// [`bridge::services`](crate::bridge::services) then.
        id: Option<ServiceId>,
        /// Whether it was linked before.
        already: bool,
    },
    /// The registry refused it.
    Refused(Box<ApiError>),
    /// The registry says nothing of it: look at [`bridge::services`](crate::bridge::services).
    Untold,
}

impl BridgeLinked {
    /// Whether it is linked, by whichever call.
    #[must_use]
    pub const fn is_linked(&self) -> bool {
        matches!(self.outcome, LinkedAs::Linked { .. })
    }
}

impl Registries {
    /// Links a facility to a bridge in some roles, or switches them off. Tells of each role what
    /// became of it, in the order in which they were asked for.
    ///
    /// "Already associated" is a success (ruling 36). The proof is in
    /// [`bridge::services`](crate::bridge::services), not here. Names that the registry may refuse
    /// are warned of in the log.
    ///
    /// # Errors
    /// [`RegistryError`]: a field breaks its rule, the call failed, or the registry answered with a
    /// status that is no success (404: a wrong facility).
    pub async fn link_bridge(
        &self,
        links: &BridgeLinks,
    ) -> Result<Vec<BridgeLinked>, RegistryError> {
        for service in &links.services {
            if let Some(problem) = service.name_problem() {
                tracing::warn!(problem, "the registry may refuse the name of a bridge link");
            }
        }
        let told = self.send::<LinkBridge>((), links.clone()).await?.services();
        // One error for all of them is about all of them.
        let is_of_all = told.len() == 1 && links.services.len() > 1;
        let mut told = told.into_iter().map(|told| match told {
            Ok(linked) => LinkedAs::Linked { id: linked.id, already: linked.already },
            Err(error) => LinkedAs::Refused(Box::new(error)),
        });
        let mut first = None;
        let outcomes = links.services.iter().map(|requested| {
            let outcome = match (told.next(), &first) {
                (Some(outcome), _) => outcome,
                (None, Some(error)) if is_of_all => {
                    LinkedAs::Refused(Box::new(ApiError::clone(error)))
                }
                (None, _) => LinkedAs::Untold,
            };
            if let LinkedAs::Refused(error) = &outcome {
                first.get_or_insert_with(|| ApiError::clone(error));
            }
            BridgeLinked { requested: requested.clone(), outcome }
        });
        Ok(outcomes.collect())
    }
}
