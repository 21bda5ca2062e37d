//! The visits of earlier years, for a back-fill: the table of visits walked by its key, a page at a time.

use abdm_core::id::HipId;
use abdm_store::rusqlite::{Connection, params};
use async_trait::async_trait;
use hip_services::{BackfillCursor, HospitalError, OldVisit, OldVisits};

use crate::clinic::Clinic;
use crate::desk::{patient, visit_of};
use crate::error::ClinicError;

/// A page of final visits of patients with an ABHA address, patient by patient, after one of them.
pub(crate) const PAGE: &str = "SELECT v.uhid, v.number, v.display, v.began
     FROM visits v JOIN patients p ON p.uhid = v.uhid
     WHERE (v.uhid, v.number) > (?1, ?2) AND v.is_final AND p.abha_address IS NOT NULL
     ORDER BY v.uhid, v.number LIMIT ?3";

#[async_trait]
impl OldVisits for Clinic {
    async fn next(
        &self,
        hip_id: &HipId,
        after: Option<&BackfillCursor>,
        limit: usize,
    ) -> Result<Vec<OldVisit>, HospitalError> {
        if *hip_id != self.hip_id {
            return Ok(Vec::new());
        }
        let after = after.map(ToString::to_string);
        Ok(self.on(move |connection| page(connection, after, limit)).await?)
    }
}

/// The next visits. The cursor is a visit's number, which no other visit has.
fn page(
    connection: &Connection,
    after: Option<String>,
    limit: usize,
) -> Result<Vec<OldVisit>, ClinicError> {
    let mut place = match after {
        Some(number) => {
            let sql = "SELECT uhid FROM visits WHERE number = ?1";
            let uhid: String = connection.query_row(sql, [&number], |row| row.get(0))?;
            (uhid, number)
        }
        None => (String::new(), String::new()),
    };
    let mut rows = connection.prepare_cached(PAGE)?;
    loop {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let mut found = rows.query(params![place.0, place.1, limit])?;
        let (mut visits, mut is_end) = (Vec::new(), true);
        while let Some(row) = found.next()? {
            let (uhid, number, began): (String, String, String) =
                (row.get(0)?, row.get(1)?, row.get(3)?);
            let visit = visit_of(connection, &number, row.get(2)?, &began)?;
            let whose = patient(connection, &uhid)?.and_then(|whose| whose.to_link(Vec::new()));
            // Without records, gender or year of birth there is nothing to link.
            if let Some(whose) = whose.filter(|_| !visit.hi_types.is_empty()) {
                visits.push(OldVisit::new(number.parse()?, whose, visit));
            }
            (place, is_end) = ((uhid, number), false);
        }
        // A page is empty at the end of the list alone.
        if is_end || !visits.is_empty() {
            return Ok(visits);
        }
    }
}
