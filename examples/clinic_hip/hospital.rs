//! What ABDM asks the clinic for: the records of a visit, and to be told what happens.

use abdm_core::clock::{Clock as _, SystemClock, format_timestamp};
use abdm_examples::hip_program::EventLines;
use async_trait::async_trait;
use hip_services::{
    HipEvent, Hospital, HospitalError, ListedRecord, Record, RecordId, RecordsWanted,
};

use crate::clinic::Clinic;
use crate::documents;

#[async_trait]
impl Hospital for Clinic {
    async fn list(&self, wanted: &RecordsWanted) -> Result<Vec<ListedRecord>, HospitalError> {
        let visit = wanted.care_context.care_context_reference.to_string();
        let work = move |connection: &mut _| documents::of_visit(connection, &visit);
        Ok(self.on(work).await?)
    }

    async fn document(
        &self,
        id: &RecordId,
        wanted: &RecordsWanted,
    ) -> Result<Option<Record>, HospitalError> {
        let visit = wanted.care_context.care_context_reference.to_string();
        let (id, clinic) = (id.to_string(), self.clone());
        let work = move |connection: &mut _| documents::record(connection, &clinic, &visit, &id);
        Ok(self.on(work).await?)
    }

    async fn on_event(&self, event: &HipEvent) -> Result<(), HospitalError> {
        let (name, fields) = (event.name(), EventLines::fields(event));
        let row = (format_timestamp(SystemClock.now()), name, fields.to_string());
        let sql = "INSERT INTO events (at, name, fields) VALUES (?1, ?2, ?3)";
        self.on(move |connection| Ok(connection.execute(sql, row)?)).await?;
        self.events.line(name, fields);
        Ok(())
    }
}
