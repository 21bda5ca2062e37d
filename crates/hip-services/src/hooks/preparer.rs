//! How a record is made ready before it is linked.

use std::time::Duration;

use abdm_core::id::HipId;
use async_trait::async_trait;

use super::HospitalError;
use crate::final_record::FinalRecord;

/// Makes the documents of a visit before it is linked by itself.
///
/// A patient's app may ask for the records seconds after the link (m2-hip.md 2), so that the
/// document must exist before: build it here and keep it, and
/// [`Hospital::document`](crate::Hospital::document) gives out what is kept. Without a preparer the
/// records count as ready.
///
/// ```
/// use std::time::Duration;
///
/// use abdm_core::id::HipId;
/// use async_trait::async_trait;
/// use hip_services::{FinalRecord, HospitalError, Readiness, RecordPreparer};
///
/// struct Documents; // the connection to your database
///
/// #[async_trait]
/// impl RecordPreparer for Documents {
///     async fn prepare(
///         &self,
///         _: &HipId,
///         record: &FinalRecord,
///     ) -> Result<Readiness, HospitalError> {
///         // SELECT signed_at FROM visits WHERE id = record.visit.reference …
///         let is_signed = true;
///         if !is_signed {
///             return Ok(Readiness::NotYet { ask_again_after: Duration::from_secs(600) });
///         }
///         // Build the bundle of each of `record.visit.hi_types`, unless it is there; keep it.
///         Ok(Readiness::Ready)
///     }
/// }
/// ```
#[async_trait]
pub trait RecordPreparer: Send + Sync + 'static {
    /// Makes ready what is to be linked at a facility: the HI types of `record.visit`. Asked before each try of
    /// a link, so also for what is there already.
    ///
    /// # Errors
    /// Any: it is asked again after growing pauses of a minute to an hour. An answer that takes
    /// longer than 60 seconds is dropped and counts as an error. What is not ready after seven days
    /// is given up, with a [`HipEvent::AutoLinkStopped`](crate::HipEvent::AutoLinkStopped).
    async fn prepare(
        &self,
        hip_id: &HipId,
        record: &FinalRecord,
    ) -> Result<Readiness, HospitalError>;
}

/// Whether the documents of a visit are ready to be asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Readiness {
    /// They are built and kept.
    Ready,
    /// Not yet: the hospital is asked again.
    NotYet {
        /// After how long: at least a second, at most a day.
        ask_again_after: Duration,
    },
    /// They will never be: the visit is not linked.
    Never {
        /// Why, for the hospital's own event. It is stored: no name, nothing clinical.
        reason: String,
    },
}
