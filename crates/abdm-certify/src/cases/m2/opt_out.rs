//! HIP_INIT_ABHA_OPTOUT_DEACTIVATE: a patient deletes the ABHA account.

use abdm_core::vocabulary::HiType;
use chrono::TimeDelta;
use hip_services::api::patient_status::{AbhaStanding, AcknowledgePatientStatus, OnPatientStatus};
use hip_services::{ConsentStanding, Error, HipEvent};

use super::clinic::{Clinic, last_month, shown};
use super::transfer::{granted, received};
use super::{M2, play};
use crate::case::Case;
use crate::evidence::Screen;
use crate::hospital::KnownBy;
use crate::need::Need;
use crate::outcome::{Present as _, Refused as _, Stop, ensure, ensure_eq};
use crate::people::Role;
use crate::place::ConsentWish;
use crate::stage::Stage;

pub(super) const CASES: &[Case] = &[Case::new(
    M2,
    "HIP_INIT_ABHA_OPTOUT_DEACTIVATE",
    "When a patient has deleted the ABHA account, its links and consents are gone",
    play!(account_deleted),
)
// NHA's sandbox sends no such notice.
.needs(&[
    Need::Person(Role::AbhaHolder),
    Need::Bridge,
    Need::PatientApp,
    Need::Requester,
    Need::ServerControl,
])];

async fn account_deleted(stage: &mut Stage) -> Result<(), Stop> {
    let clinic = Clinic::open(stage).await?;
    let meera = clinic.admit(stage, Role::AbhaHolder, "UHID-000001", KnownBy::AbhaAddress)?;
    let (seen, documents) = clinic.keeps(stage, &meera, "OPD-1", &[HiType::Prescription])?;
    clinic.links(stage, &meera, [seen.clone()]).await?;
    let (now, hip) = (stage.now(), clinic.facility.hip_id.clone());
    let until = now + TimeDelta::days(30);
    let kinds = vec![HiType::Prescription];
    let wish = ConsentWish::new(Role::AbhaHolder, hip, kinds, last_month(now), until);
    let consent = granted(stage, &wish, &[]).await?;
    received(stage, &consent, documents.len()).await?;
    clinic.consent_stands(stage, &consent, ConsentStanding::Granted).await?;
    let screen = shown(Screen::new(), &meera.reference, &seen).field("Consent", &consent);
    stage.step("A visit is linked, and a consent is granted.", screen);

    stage.server_control()?.delete_account(Role::AbhaHolder).await?;
    let notice = stage.messages_until::<OnPatientStatus>(1).await?;
    let notice = notice.first().present()?;
    notice.taken()?;
    let answer = stage.messages_until::<AcknowledgePatientStatus>(1).await?;
    let answer = answer.first().present()?;
    answer.taken()?;
    ensure_eq!(answer.body.answers(), Some(notice.id()?));
    ensure!(answer.body.error.is_none());
    let address = &meera.patient.abha_address;
    let told = |event: &HipEvent| {
        matches!(event, HipEvent::PatientStatusChanged {
        abha_address, standing: AbhaStanding::Deleted, .. } if abha_address == address)
    };
    clinic.hears(stage, "the hospital is told of the deletion", told).await?;
    clinic.consent_stands(stage, &consent, ConsentStanding::Revoked).await?;
    let forgotten = || async { Ok(clinic.hip().linked_contexts(address).await?.is_empty()) };
    stage.until("the links are forgotten", forgotten).await?;
    let screen = Screen::new()
        .field("Account", "DELETED")
        .field("Consent", &consent)
        .field("Status", "REVOKED")
        .field("Linked visits", 0);
    stage.step("The patient deletes the account: links and consents of the address go.", screen);

    let (next, _) = clinic.keeps(stage, &meera, "OPD-2", &[HiType::Prescription])?;
    let link = clinic.hip().link(meera.patient.clone().visit(next)).await?;
    let refused = link.linked(stage.patience()).await.refused()?;
    ensure!(matches!(refused, Error::NotLinked(_)));
    ensure!(
        clinic.hospital.records_of(&seen.reference) == documents.len(),
        "they stay the hospital's"
    );
    let screen = Screen::new().text(refused.to_string());
    stage.step("Nothing is linked to it any more; the clinical record stays.", screen);
    clinic.close().await
}
