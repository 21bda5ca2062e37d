//! Which care contexts are linked: one row for each context and HI type, written in the commit in
//! which a link learns of it, by whomever it was begun.

use abdm_core::id::{CareContextReference, PatientReference};
use abdm_core::person::AbhaAddress;
use abdm_core::vocabulary::HiType;
use abdm_flow::store::{FlowStore, Row, RowList, RowPlace, Scope, StoreError, StoreErrorKind};
use abdm_flow::{EffectContext, Flow, Step};
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// The table of the links. The parent of a row is the patient's ABHA address.
pub(crate) const TABLE: &str = "hip.linked_context";
/// How many rows are read at a time.
const AT_ONCE: usize = 256;

/// Who began a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub enum LinkedBy {
    /// The facility (m2-hip.md 2).
    Facility,
    /// The patient, from their app (m2-hip.md 5).
    Patient,
}

impl LinkedBy {
    /// What links were before patients could begin one.
    pub(crate) const fn facility() -> Self {
        Self::Facility
    }
}

/// One care context that is linked to an ABHA address, for one HI type.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct LinkedContext {
    /// To which address.
    pub abha_address: AbhaAddress,
    /// Under which of the facility's numbers for the patient.
    pub patient: PatientReference,
    /// Which care context.
    pub care_context: CareContextReference,
    /// For which kind of records.
    pub hi_type: HiType,
    /// When the facility last learned that it is linked.
    pub known_since: DateTime<Utc>,
    /// Who began the link that said so last.
    pub linked_by: LinkedBy,
}

/// Names no person.
impl std::fmt::Debug for LinkedContext {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LinkedContext")
            .field("care_context", &self.care_context)
            .field("hi_type", &self.hi_type)
            .field("known_since", &self.known_since)
            .field("linked_by", &self.linked_by)
            .finish_non_exhaustive()
    }
}

impl LinkedContext {
    /// Writes it with a step.
    pub(crate) fn put<E>(&self, step: Step<E>) -> Step<E> {
        let address = self.abha_address.folded();
        let key = key(&address, &self.patient, &self.care_context, &self.hi_type);
        step.put(TABLE, key, (&address, self.known_since.timestamp_micros()), self)
    }
}

/// The row's name. Lengths stand before the parts, so that no two contexts give the same text.
fn key(
    address: &str,
    patient: &PatientReference,
    care_context: &CareContextReference,
    hi_type: &HiType,
) -> String {
    let (patient, care_context) = (patient.as_str(), care_context.as_str());
    let lengths = format!("{}.{}.{}", address.len(), patient.len(), care_context.len());
    format!("{lengths}/{address}{patient}{care_context}{}", hi_type.as_str())
}

/// Whether a context is linked to an address for a HI type, as far as the facility knows.
///
/// # Errors
/// The store's.
pub(crate) async fn is_linked<F: Flow>(
    cx: &EffectContext<'_, F>,
    address: &AbhaAddress,
    (patient, care_context, hi_type): (&PatientReference, &CareContextReference, &HiType),
) -> Result<bool, StoreError> {
    let key = key(&address.folded(), patient, care_context, hi_type);
    Ok(cx.row(TABLE, &key).await?.is_some())
}

/// Where rows can be listed.
#[async_trait]
pub(crate) trait ListRows: Sync {
    /// The rows of a list.
    async fn list(&self, list: &RowList<'_>) -> Result<Vec<Row>, StoreError>;
}

#[async_trait]
impl ListRows for &dyn FlowStore {
    async fn list(&self, list: &RowList<'_>) -> Result<Vec<Row>, StoreError> {
        self.rows(list).await
    }
}

#[async_trait]
impl<F: Flow> ListRows for EffectContext<'_, F> {
    async fn list(&self, list: &RowList<'_>) -> Result<Vec<Row>, StoreError> {
        self.rows(list).await
    }
}

/// Every context that is linked to an address at a facility, the earliest first.
///
/// # Errors
/// The store's.
pub(crate) async fn of_address(
    rows: &impl ListRows,
    scope: &Scope,
    address: &AbhaAddress,
) -> Result<Vec<LinkedContext>, StoreError> {
    let parent = address.folded();
    let (mut all, mut after): (Vec<LinkedContext>, Option<RowPlace>) = (Vec::new(), None);
    loop {
        let mut list = RowList::new(scope, TABLE, &parent, AT_ONCE);
        list.after = after;
        let page = rows.list(&list).await?;
        for row in &page {
            let linked = row.payload.decode();
            all.push(linked.map_err(|e| StoreError::with_source(StoreErrorKind::Corrupt, e))?);
        }
        if page.len() < AT_ONCE {
            return Ok(all);
        }
        after = page.into_iter().next_back().map(|row| row.place);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contexts_whose_parts_run_together_have_keys_of_their_own() {
        let of = |patient: &str, context: &str| {
            let (patient, context) = (patient.parse().unwrap(), context.parse().unwrap());
            key("asha.test@sbx", &patient, &context, &HiType::Prescription)
        };
        assert_ne!(of("UHID-1", "1-OPD"), of("UHID-11", "-OPD"));
        assert_ne!(of("UHID-1/", "OPD"), of("UHID-1", "/OPD"));
        assert_eq!(of("UHID-1", "OPD"), of("UHID-1", "OPD"));
    }
}
