//! Who asks for the records of a facility.

use std::fmt::Debug;

use abdm_core::api::consent::DateRange;
use abdm_core::id::{ConsentId, ConsentRequestId, HipId};
use abdm_core::vocabulary::HiType;
use async_trait::async_trait;
use chrono::{DateTime, Utc};

use super::{OpenedRecord, PlaceError};
use crate::people::Role;

/// Somebody else's facility that asks for records (HIU): one that a sandbox plays, or another
/// hospital that has agreed to ask. Once a consent is granted it asks for the records by itself.
#[async_trait]
pub trait Requester: Debug + Send + Sync {
    /// Asks a patient for a consent, until the patient can see the request.
    ///
    /// # Errors
    /// When it was not asked.
    async fn ask(&self, wish: &ConsentWish) -> Result<ConsentRequestId, PlaceError>;

    /// The records that have come under these consents so far.
    ///
    /// # Errors
    /// When nobody can tell.
    async fn received(&self, consents: &[ConsentId]) -> Result<Vec<OpenedRecord>, PlaceError>;
}

/// What a patient is asked to let go.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct ConsentWish {
    /// Whose records.
    pub of: Role,
    /// At which facility.
    pub hip: HipId,
    /// Of which kinds.
    pub hi_types: Vec<HiType>,
    /// Made when.
    pub dates: DateRange,
    /// When all that came must be gone, and the consent is over.
    pub erase_at: DateTime<Utc>,
}

impl ConsentWish {
    /// The records of these kinds and dates at a facility, until then.
    #[must_use]
    pub const fn new(
        of: Role,
        hip: HipId,
        hi_types: Vec<HiType>,
        dates: DateRange,
        erase_at: DateTime<Utc>,
    ) -> Self {
        Self { of, hip, hi_types, dates, erase_at }
    }
}
