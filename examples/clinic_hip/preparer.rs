//! Before a visit is linked: whether each of its documents can be made, and is correct. The patient's app
//! asks for them seconds later.

use abdm_core::id::HipId;
use async_trait::async_trait;
use fhir_bundles::check;
use hip_services::{FinalRecord, HospitalError, Readiness, RecordPreparer};

use crate::clinic::Clinic;
use crate::documents;
use crate::error::ClinicError;

#[async_trait]
impl RecordPreparer for Clinic {
    async fn prepare(&self, _: &HipId, record: &FinalRecord) -> Result<Readiness, HospitalError> {
        let (visit, clinic) = (record.visit.reference.to_string(), self.clone());
        let faulty = self
            .on(move |connection| {
                for listed in documents::of_visit(connection, &visit)? {
                    let id = listed.id.as_str();
                    let is_faulty = match documents::record(connection, &clinic, &visit, id) {
                        Ok(made) => made.is_some_and(|made| check(&made.content).has_errors()),
                        Err(ClinicError::Document(_)) => true,
                        Err(error) => return Err(error),
                    };
                    if is_faulty {
                        return Ok(Some(listed.hi_type));
                    }
                }
                Ok(None)
            })
            .await?;
        Ok(match faulty {
            None => Readiness::Ready,
            Some(kind) => Readiness::Never { reason: format!("its {kind} is no correct document") },
        })
    }
}
