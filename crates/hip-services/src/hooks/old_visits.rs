//! Where the visits of earlier years come from.

use abdm_core::id::HipId;
use async_trait::async_trait;

use super::HospitalError;
use crate::patient::{LinkPatient, Visit};

abdm_core::opaque_id! {
    /// The place of a visit in the hospital's own list of old visits: after it the next page begins.
    /// In whatever form the hospital likes; it is stored, so no name of a person.
    pub struct BackfillCursor;
}

/// The hospital's visits of earlier years, in an order that does not change: read from the first to
/// the last by a back-fill ([`Hip::backfill`](crate::Hip::backfill)), a page at a time.
///
/// Order them **by patient**, so that the visits of one patient stand together and go out in one
/// call. In SQL, with an index over both columns:
///
/// ```sql
/// SELECT p.uhid, p.abha_address, p.name, p.gender, p.year_of_birth, v.id, v.shown_as, v.made_at
///   FROM visits v JOIN patients p ON p.uhid = v.patient
///  WHERE p.abha_address IS NOT NULL AND (v.patient, v.id) > ($1, $2) -- the cursor
///  ORDER BY v.patient, v.id
///  LIMIT $3
/// ```
/// Not with `OFFSET`: it reads everything before the page again, and skips visits when others are
/// deleted meanwhile.
///
/// ```
/// use abdm_core::id::HipId;
/// use async_trait::async_trait;
/// use hip_services::{BackfillCursor, HospitalError, OldVisit, OldVisits};
///
/// struct Archive; // the connection to your database
///
/// #[async_trait]
/// impl OldVisits for Archive {
///     async fn next(
///         &self,
///         hip_id: &HipId,
///         after: Option<&BackfillCursor>,
///         limit: usize,
///     ) -> Result<Vec<OldVisit>, HospitalError> {
///         let (patient, visit) =
///             after.and_then(|cursor| cursor.as_str().split_once('/')).unwrap_or(("", ""));
///         // The query above, with $1 = patient, $2 = visit, $3 = limit; of each row
///         // OldVisit::new(format!("{}/{}", row.patient, row.id).parse()?, patient, visit).
/// #       let _ = (hip_id, patient, visit, limit);
///         Ok(Vec::new())
///     }
/// }
/// ```
#[async_trait]
pub trait OldVisits: Send + Sync + 'static {
    /// The next visits at a facility after a cursor, at most `limit`; from the first one without a
    /// cursor. Fewer than `limit` do not say that there are no more; an empty page does.
    ///
    /// Each visit has a cursor of its own, and none comes twice: a list that comes back to a visit is
    /// not read on. The operator is told so in the log; when the list is mended, call
    /// [`Backfill::pause`](crate::Backfill::pause) and [`resume`](crate::Backfill::resume).
    ///
    /// Give the visits at **that** facility alone: what is linked under another's name stays so.
    ///
    /// Asked for the same page more than once: the place of a back-fill moves on only with what was
    /// taken from it. Visits that are linked already may stand in it, they are passed over.
    ///
    /// # Errors
    /// Any: it is asked again after growing pauses of a minute to an hour, for as long as it takes.
    /// An answer that takes longer than 60 seconds is dropped and counts as an error.
    async fn next(
        &self,
        hip_id: &HipId,
        after: Option<&BackfillCursor>,
        limit: usize,
    ) -> Result<Vec<OldVisit>, HospitalError>;
}

/// One visit of earlier years, and whose it is.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct OldVisit {
    /// Its place in the list, which no other visit has.
    pub cursor: BackfillCursor,
    /// The patient, without visits: name, gender and year of birth as in the ABHA profile.
    pub patient: LinkPatient,
    /// The visit. Its documents must be there: a patient's app may ask for them within seconds.
    pub visit: Visit,
}

impl OldVisit {
    /// A visit at this place. Visits that `patient` has already are left out.
    #[must_use]
    pub fn new(cursor: BackfillCursor, mut patient: LinkPatient, visit: Visit) -> Self {
        patient.visits.clear();
        Self { cursor, patient, visit }
    }
}
