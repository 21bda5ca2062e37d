//! Health_RECORD_CREATION_101: digital records of every kind.

use abdm_core::vocabulary::HiType;

use super::clinic::{Clinic, are_these, shown};
use super::{M2, play};
use crate::case::Case;
use crate::evidence::Screen;
use crate::hospital::KnownBy;
use crate::need::Need;
use crate::outcome::{Stop, ensure, ensure_eq};
use crate::people::Role;
use crate::stage::Stage;

pub(super) const CASES: &[Case] = &[Case::new(
    M2,
    "Health_RECORD_CREATION_101",
    "A document of each HI type is made, linked and read by the patient's app",
    play!(every_kind),
)
.needs(&[Need::Person(Role::AbhaHolder), Need::Bridge, Need::PatientApp])];

async fn every_kind(stage: &mut Stage) -> Result<(), Stop> {
    let clinic = Clinic::open(stage).await?;
    let meera = clinic.admit(stage, Role::AbhaHolder, "UHID-000001", KnownBy::AbhaAddress)?;
    ensure_eq!(HiType::ALL.len(), 8, "an HMIS claims all eight");
    let mut visits = Vec::new();
    for hi_type in HiType::ALL {
        let reference = format!("VISIT-{hi_type}");
        let (visit, documents) =
            clinic.keeps(stage, &meera, &reference, std::slice::from_ref(hi_type))?;
        for document in &documents {
            ensure!(!fhir_bundles::check(document).has_errors(), "a reviewer accepts it");
        }
        let size = documents.iter().map(bytes::Bytes::len).sum::<usize>();
        let screen = shown(Screen::new(), &meera.reference, &visit);
        let screen = screen.field("Document (bytes)", size).field("Errors of the checker", 0);
        stage.step(&format!("A record of the kind {hi_type} is written and kept."), screen);
        visits.push((visit, documents));
    }
    let linked = clinic.links(stage, &meera, visits.iter().map(|(visit, _)| visit.clone())).await?;
    ensure_eq!(linked.fresh.len(), 8);
    stage.step(
        "The visits are linked.",
        Screen::new().field("Linked", super::clinic::listed(&linked.fresh)),
    );
    for (visit, documents) in &visits {
        let app = stage.patient_app()?;
        let hip = &clinic.facility.hip_id;
        let opened = app.open_visit(Role::AbhaHolder, hip, &visit.reference, documents).await?;
        are_these(&opened, documents)?;
        let screen = shown(Screen::new(), &meera.reference, visit);
        stage.step(
            "The patient opens the visit in their app: the record is there and readable.",
            screen.field("Records", opened.len()),
        );
    }
    clinic.close().await
}
