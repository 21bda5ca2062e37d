//! SHARE_PATIENT_PROFILE_701: scan and share.

use std::sync::{Arc, Mutex, PoisonError};

use abdm_core::environment::Environment;
use abha_enrollment::facility_qr::FacilityQr;
use async_trait::async_trait;
use chrono::TimeDelta;
use hip_services::api::sharing::{AcknowledgeShare, IssuedToken, OnPatientShare};
use hip_services::{
    HospitalError, ReceptionDesk, RecordsWanted, Registration, SharedProfile, hospital_fn,
};

use super::{M1, play};
use crate::case::Case;
use crate::evidence::Screen;
use crate::facility::OpenFacility;
use crate::need::Need;
use crate::outcome::{Present as _, Refused as _, Stop, ensure, ensure_eq};
use crate::people::Role;
use crate::stage::Stage;

pub(super) const CASES: &[Case] = &[Case::new(
    M1,
    "SHARE_PATIENT_PROFILE_701",
    "The profile arrives and a token for half an hour goes back",
    play!(scan_and_share),
)
.needs(&[
    Need::Person(Role::AbhaHolder),
    Need::Person(Role::OfSharedMobile),
    Need::Bridge,
    Need::PatientApp,
])];

const COUNTER: &str = "OPD1";
const CLOSED_COUNTER: &str = "CLOSED1";

/// The facility's registration software: what came in.
#[derive(Clone, Default)]
struct Reception(Arc<Mutex<Vec<SharedProfile>>>);

impl Reception {
    fn arrived(&self) -> Vec<SharedProfile> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

#[async_trait]
impl ReceptionDesk for Reception {
    async fn register(&self, shared: &SharedProfile) -> Result<Registration, HospitalError> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(shared.clone());
        Ok(if shared.counter == COUNTER { Registration::Queued } else { Registration::Declined })
    }
}

/// A facility with a reception.
async fn open(stage: &Stage) -> Result<(OpenFacility, Reception), Stop> {
    let reception = Reception::default();
    let desk = reception.clone();
    let hospital = hospital_fn(|_: RecordsWanted| async { Ok(Vec::new()) });
    let facility =
        OpenFacility::open(stage, |builder| builder.hospital(hospital).reception(desk)).await?;
    Ok((facility, reception))
}

/// The link in the QR code of a counter. NHA has published the host of its sandbox only, and apps look
/// at the parameters.
fn code(facility: &OpenFacility, counter: &str) -> Result<FacilityQr, Stop> {
    Ok(FacilityQr::new(&Environment::sandbox(), &facility.hip_id, counter)?)
}

/// A patient scans the code of a counter.
async fn scan(stage: &Stage, who: Role, code: &FacilityQr) -> Result<IssuedToken, Stop> {
    Ok(stage.patient_app()?.share_profile(who, code.url()).await?)
}

fn shown(token: &IssuedToken) -> Screen {
    Screen::new()
        .field("Counter", &token.context)
        .field("Token number", &token.token_number)
        .field("Good for (seconds)", &token.expiry)
}

async fn scan_and_share(stage: &mut Stage) -> Result<(), Stop> {
    let (facility, reception) = open(stage).await?;
    let meera = stage.person(Role::AbhaHolder)?;

    let link = code(&facility, COUNTER)?;
    let screen = Screen::new().field("Code of the counter", link.url());
    stage.step("The facility prints the QR code of a counter.", screen);

    let token = scan(stage, Role::AbhaHolder, &link).await?;
    ensure_eq!((token.context.as_str(), token.token_number.as_str()), (COUNTER, "1"));
    ensure_eq!(token.expiry, "1800");
    stage.step("The patient scans it, agrees to share, and sees a token number.", shown(&token));
    ensure_eq!(stage.calls::<OnPatientShare>().len(), 1);
    let answer = stage.calls::<AcknowledgeShare>();
    ensure_eq!(answer.len(), 1);
    ensure_eq!(answer.first().present()?.status, Some(202));

    let arrived = reception.arrived();
    ensure_eq!(arrived.len(), 1, "one profile arrives");
    let profile = arrived.first().present()?;
    let patient = &profile.patient;
    ensure!(patient.name.as_deref() == Some(meera.name.as_str()));
    ensure!(patient.abha_number == meera.abha_number);
    ensure!(patient.date_of_birth() == Some(meera.date_of_birth));
    ensure_eq!(profile.token_number, token.token_number);
    let screen = Screen::new()
        .field("Counter", &profile.counter)
        .field("Token number", &profile.token_number)
        .field("Name", patient.name.as_deref().present()?)
        .field("Date of birth", meera.date_of_birth)
        .field("Gender", patient.gender.as_ref().present()?.as_str())
        .field("ABHA number", patient.abha_number.as_ref().present()?.to_dashed())
        .field("ABHA address", &profile.abha_address);
    stage.step("The profile is in the facility's registration, filled in.", screen);

    stage.wait(TimeDelta::minutes(10)).await;
    let again = scan(stage, Role::AbhaHolder, &link).await?;
    ensure_eq!((again.token_number.as_str(), again.expiry.as_str()), ("1", "1200"));
    ensure_eq!(reception.arrived().len(), 1, "registered once");
    stage.step("After ten minutes the patient scans again: the same token.", shown(&again));

    let next = scan(stage, Role::OfSharedMobile, &link).await?;
    ensure_eq!(next.token_number, "2");
    stage.step("The next patient has the next number.", shown(&next));

    stage.wait(TimeDelta::minutes(21)).await;
    let fresh = scan(stage, Role::AbhaHolder, &link).await?;
    ensure_eq!((fresh.token_number.as_str(), fresh.expiry.as_str()), ("3", "1800"));
    stage
        .step("After 30 minutes the token is over: scanning again gives a new one.", shown(&fresh));

    let closed = code(&facility, CLOSED_COUNTER)?;
    let app = stage.patient_app()?;
    let refused = app.share_profile(Role::AbhaHolder, closed.url()).await.refused()?;
    ensure_eq!(refused.code(), Some("ABDM-1149"));
    let screen = Screen::new().text("This counter takes no patients now.");
    stage.step("The code of a counter that the facility does not serve is refused.", screen);
    facility.close().await
}
