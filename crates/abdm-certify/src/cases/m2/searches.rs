//! USER_INIT_LINK_602, 603, 604 and 606: a patient looks for their records from their app.

use abdm_core::bridge;
use abdm_core::vocabulary::HiType;
use hip_services::HipEvent;
use hip_services::api::hip_linking::PatientCareContexts;
use hip_services::api::user_linking::{
    AnswerDiscovery, Discovery, DiscoveryAnswer, Identifier, IdentifierType, OnDiscoverCareContexts,
};

use super::clinic::{Clinic, Known, listed, shown};
use super::{M2, play};
use crate::case::Case;
use crate::evidence::Screen;
use crate::hospital::KnownBy;
use crate::message::{Message, Only as _};
use crate::need::Need;
use crate::outcome::{Present as _, Refused as _, Stop, ensure, ensure_eq};
use crate::people::Role;
use crate::place::{FoundRecords, PlaceError};
use crate::stage::Stage;

const HOLDER: &[Need] = &[Need::Person(Role::AbhaHolder), Need::Bridge, Need::PatientApp];
const FAMILY: &[Need] = &[
    Need::Person(Role::OfSharedMobile),
    Need::Person(Role::AnotherOfSharedMobile),
    Need::Bridge,
    Need::PatientApp,
];

pub(super) const CASES: &[Case] = &[
    Case::new(
        M2,
        "USER_INIT_LINK_602",
        "The facility is listed as an active HIP, and the app's search reaches it",
        play!(listed_and_reached),
    )
    .needs(HOLDER),
    Case::new(
        M2,
        "USER_INIT_LINK_603",
        "A patient is found by the ABHA address",
        play!(by_address),
    )
    .needs(HOLDER),
    Case::new(
        M2,
        "USER_INIT_LINK_603_MOBILE",
        "Of a family on one mobile number the one is found who searches",
        play!(by_mobile),
    )
    .shows(&["USER_INIT_LINK_603"])
    .needs(FAMILY),
    Case::new(
        M2,
        "USER_INIT_LINK_603_TWICE",
        "A patient who is registered twice is offered the visits of both numbers",
        play!(registered_twice),
    )
    .shows(&["USER_INIT_LINK_603"])
    .needs(HOLDER),
    Case::new(
        M2,
        "USER_INIT_LINK_604",
        "What is found is told with its care contexts and by what it was found",
        play!(answer_is_whole),
    )
    .needs(HOLDER),
    Case::new(
        M2,
        "USER_INIT_LINK_604_NOBODY",
        "Of whom there is no record an error is told, and no patient",
        play!(nobody_found),
    )
    .shows(&["USER_INIT_LINK_604"])
    .needs(HOLDER),
    Case::new(
        M2,
        "USER_INIT_LINK_604_LINKED",
        "When all is linked already the patient reads so, and is offered nothing twice",
        play!(nothing_new),
    )
    .shows(&["USER_INIT_LINK_604"])
    .needs(HOLDER),
    Case::new(
        M2,
        "USER_INIT_LINK_606",
        "What a patient was found by is an identifier that ABDM has verified",
        play!(found_by_verified),
    )
    .needs(HOLDER),
    Case::new(
        M2,
        "USER_INIT_LINK_606_TYPED",
        "What a patient only types finds nobody",
        play!(typed_finds_nobody),
    )
    .shows(&["USER_INIT_LINK_606"])
    .needs(HOLDER),
];

/// A patient looks for records at the clinic.
pub(super) async fn search(
    stage: &Stage,
    clinic: &Clinic,
    who: Role,
    typed: &[Identifier],
) -> Result<FoundRecords, PlaceError> {
    let hip = &clinic.facility.hip_id;
    match stage.patient_app() {
        Ok(app) => app.find_records(who, hip, typed).await,
        Err(_) => Err(PlaceError::Failed("the case does not say that it needs an app".to_owned())),
    }
}

/// The last discovery, and what the facility answered to it in time.
async fn last_answer(stage: &Stage) -> Result<(Discovery, DiscoveryAnswer), Stop> {
    let last = || {
        let asked: Option<Message<OnDiscoverCareContexts>> = stage.messages()?.pop();
        let Some(asked) = asked else { return Ok(None) };
        let id = asked.id()?;
        let mut answers = stage.messages::<AnswerDiscovery>()?.into_iter();
        let answer = answers.find(|answer| answer.body.response.request() == Some(id));
        Ok::<_, Stop>(answer.map(|answer| (asked, answer)))
    };
    // Everybody who waits for them may know of them before they are taken down.
    let is_whole = || async {
        let asked = stage.calls::<OnDiscoverCareContexts>().len();
        Ok(last()?.is_some() && stage.calls::<AnswerDiscovery>().len() == asked)
    };
    stage.until("the discovery and its answer", is_whole).await?;
    let (asked, answer) = last()?.present()?;
    asked.taken()?;
    answer.taken_with(202)?;
    ensure_eq!(answer.body.transaction_id, asked.body.transaction_id);
    Ok((asked.body, answer.body))
}

/// By what the patient of the last discovery was found.
pub(super) async fn matched_by(stage: &Stage) -> Result<Vec<IdentifierType>, Stop> {
    Ok(last_answer(stage).await?.1.matched_by)
}

/// What an app offers, as a list to choose from.
pub(super) fn offered(found: &[PatientCareContexts]) -> Screen {
    let mut screen = Screen::new();
    for patient in found {
        for context in &patient.care_contexts {
            screen = screen.choice([
                ("Patient id", patient.reference_number.to_string()),
                ("Patient", patient.display.clone()),
                ("Visit", context.display.clone()),
                ("HI type", patient.hi_type.to_string()),
            ]);
        }
    }
    screen
}

/// A patient of the clinic with two visits.
fn admitted(stage: &mut Stage, clinic: &Clinic, known_by: KnownBy) -> Result<Known, Stop> {
    let meera = clinic.admit(stage, Role::AbhaHolder, "UHID-000001", known_by)?;
    for (reference, hi_type) in
        [("OPD-1", HiType::OpConsultation), ("LAB-2", HiType::DiagnosticReport)]
    {
        let (visit, _) = clinic.keeps(stage, &meera, reference, &[hi_type])?;
        stage.step("A visit that is not linked.", shown(Screen::new(), &meera.reference, &visit));
    }
    Ok(meera)
}

async fn listed_and_reached(stage: &mut Stage) -> Result<(), Stop> {
    let clinic = Clinic::open(stage).await?;
    admitted(stage, &clinic, KnownBy::AbhaAddress)?;
    let services = bridge::services(stage.desk.client()).await?;
    let hip = clinic.facility.hip_id.as_str();
    let ids = bridge::find_hip_ids(&services, hip);
    ensure_eq!(ids.first().map(|id| id.as_str()), Some(hip));
    let service = services.services.iter().find(|service| service.id.as_str() == hip).present()?;
    ensure_eq!(service.active, Some(true));
    let screen = Screen::new()
        .field("Facility", hip)
        .field("Name", service.name.as_deref().unwrap_or_default())
        .field("Active", true);
    stage.step("The facility is listed as an active HIP of this bridge.", screen);
    let found = search(stage, &clinic, Role::AbhaHolder, &[]).await?;
    ensure_eq!(found.care_contexts().len(), 2);
    last_answer(stage).await?;
    stage.step("The patient chooses it in the app, and it answers.", offered(&found.patients));
    clinic.close().await
}

async fn by_address(stage: &mut Stage) -> Result<(), Stop> {
    let clinic = Clinic::open(stage).await?;
    let meera = admitted(stage, &clinic, KnownBy::AbhaAddress)?;
    let found = search(stage, &clinic, Role::AbhaHolder, &[]).await?;
    let (asked, answer) = last_answer(stage).await?;
    ensure!(asked.patient.id.as_ref() == Some(&meera.patient.abha_address));
    ensure!(answer.matched_by.contains(&IdentifierType::AbhaAddress));
    ensure_eq!(found.care_contexts().len(), 2);
    ensure!(found.patients.iter().all(|patient| patient.reference_number == meera.reference));
    stage.step("The patient searches, and is found by the ABHA address.", offered(&found.patients));
    clinic.close().await
}

async fn by_mobile(stage: &mut Stage) -> Result<(), Stop> {
    let clinic = Clinic::open(stage).await?;
    let ravi = clinic.admit(stage, Role::OfSharedMobile, "UHID-000002", KnownBy::Mobile)?;
    let sunita =
        clinic.admit(stage, Role::AnotherOfSharedMobile, "UHID-000003", KnownBy::Mobile)?;
    ensure!(ravi.person.mobile.expose() == sunita.person.mobile.expose());
    clinic.keeps(stage, &ravi, "OPD-RAVI", &[HiType::Prescription])?;
    clinic.keeps(stage, &sunita, "OPD-SUNITA", &[HiType::Prescription])?;
    let text =
        "Two members of a family are registered by one mobile number, without ABHA addresses.";
    let mobile = crate::stage::masked(&ravi.person.mobile)?;
    stage.step(text, Screen::new().field("Mobile number", mobile));
    for (who, known, own) in [
        (Role::OfSharedMobile, &ravi, "OPD-RAVI"),
        (Role::AnotherOfSharedMobile, &sunita, "OPD-SUNITA"),
    ] {
        let found = search(stage, &clinic, who, &[]).await?;
        let (_, answer) = last_answer(stage).await?;
        ensure_eq!(answer.matched_by, vec![IdentifierType::Mobile]);
        ensure_eq!(found.care_contexts(), vec![own.parse()?]);
        ensure!(found.patients.iter().all(|patient| patient.reference_number == known.reference));
        let text = "One of them searches: by name, gender and year of birth it is this one.";
        stage.step(text, offered(&found.patients));
    }
    clinic.close().await
}

async fn registered_twice(stage: &mut Stage) -> Result<(), Stop> {
    let clinic = Clinic::open(stage).await?;
    let first = clinic.admit(stage, Role::AbhaHolder, "UHID-000001", KnownBy::AbhaAddress)?;
    let second = clinic.admit(stage, Role::AbhaHolder, "UHID-000977", KnownBy::AbhaAddress)?;
    clinic.keeps(stage, &first, "OPD-1", &[HiType::OpConsultation])?;
    clinic.keeps(stage, &second, "IPD-2", &[HiType::DischargeSummary])?;
    let screen =
        Screen::new().field("Patient id", &first.reference).field("Patient id", &second.reference);
    stage.step("One person has been registered twice, each time with the ABHA address.", screen);
    let found = search(stage, &clinic, Role::AbhaHolder, &[]).await?;
    let of = |known: &Known| -> Vec<&PatientCareContexts> {
        found.patients.iter().filter(|p| p.reference_number == known.reference).collect()
    };
    for (known, own) in [(&first, "OPD-1"), (&second, "IPD-2")] {
        let element = of(known).only()?;
        let contexts = element.care_contexts.iter().map(|c| c.reference_number.as_str());
        ensure_eq!(contexts.collect::<Vec<_>>(), vec![own], "under its own number");
    }
    let text = "The patient searches, and is offered both, each under its own number.";
    stage.step(text, offered(&found.patients));

    let app = stage.patient_app()?;
    let link = app.choose_records(Role::AbhaHolder, &found, &found.patients).await?;
    let otp = stage.hospital_otp(&clinic.hospital)?;
    let app = stage.patient_app()?;
    let linked = app.enter_otp(Role::AbhaHolder, &link, &otp).await?;
    ensure_eq!(linked.len(), 2);
    stage.step("With one OTP both are linked.", offered(&linked));
    clinic.close().await
}

async fn answer_is_whole(stage: &mut Stage) -> Result<(), Stop> {
    let clinic = Clinic::open(stage).await?;
    let meera = admitted(stage, &clinic, KnownBy::AbhaAddress)?;
    let found = search(stage, &clinic, Role::AbhaHolder, &[]).await?;
    let (_, answer) = last_answer(stage).await?;
    ensure!(answer.error.is_none() && !answer.matched_by.is_empty());
    ensure_eq!(answer.patient.len(), 2, "one element for each HI type");
    for element in &answer.patient {
        ensure!(element.is_counted());
        ensure_eq!(element.reference_number, meera.reference);
        ensure!(!element.display.is_empty());
        ensure!(!element.display.contains(meera.person.name.as_str()), "not the whole name");
        ensure!(element.care_contexts.iter().all(|context| !context.display.is_empty()));
    }
    let matched: Vec<&str> = answer.matched_by.iter().map(IdentifierType::as_str).collect();
    let screen = offered(&found.patients).field("Matched by", matched.join(", "));
    stage.step("The app shows what can be linked.", screen);
    clinic.close().await
}

async fn nobody_found(stage: &mut Stage) -> Result<(), Stop> {
    let clinic = Clinic::open(stage).await?;
    let refused = search(stage, &clinic, Role::AbhaHolder, &[]).await.refused()?;
    ensure_eq!(refused.code(), Some("ABDM-1010"));
    let (_, answer) = last_answer(stage).await?;
    ensure!(answer.patient.is_empty() && answer.matched_by.is_empty() && answer.error.is_some());
    let told = |event: &HipEvent| matches!(event, HipEvent::DiscoveryAnswered { .. });
    let told = clinic.hears(stage, "the hospital is told why", told).await?;
    let HipEvent::DiscoveryAnswered { offered, explanation, .. } = told else {
        return Err(Stop::failed("another event"));
    };
    ensure!(offered.is_empty() && !explanation.is_empty());
    let screen = Screen::new().text(refused.to_string()).field("For the help desk", explanation);
    stage.step("Somebody searches who has never been there: no patient is told.", screen);
    clinic.close().await
}

async fn nothing_new(stage: &mut Stage) -> Result<(), Stop> {
    let clinic = Clinic::open(stage).await?;
    let meera = clinic.admit(stage, Role::AbhaHolder, "UHID-000001", KnownBy::AbhaAddress)?;
    let (first, _) = clinic.keeps(stage, &meera, "OPD-1", &[HiType::Prescription])?;
    clinic.links(stage, &meera, [first]).await?;
    let refused = search(stage, &clinic, Role::AbhaHolder, &[]).await.refused()?;
    ensure!(matches!(&refused, PlaceError::Refused { code, text }
        if code == "ABDM-1010" && text == "No new health record to link"));
    let (_, answer) = last_answer(stage).await?;
    ensure!(answer.patient.is_empty() && answer.error.is_some());
    stage.step(
        "All is linked: the patient searches, and reads so.",
        Screen::new().text(refused.to_string()),
    );
    let (second, _) = clinic.keeps(stage, &meera, "OPD-2", &[HiType::Prescription])?;
    let found = search(stage, &clinic, Role::AbhaHolder, &[]).await?;
    ensure_eq!(listed(&found.care_contexts()), second.reference.to_string());
    stage.step("After a further visit only that one is offered.", offered(&found.patients));
    clinic.close().await
}

async fn found_by_verified(stage: &mut Stage) -> Result<(), Stop> {
    let clinic = Clinic::open(stage).await?;
    admitted(stage, &clinic, KnownBy::AbhaAddress)?;
    let typed = [Identifier::new(IdentifierType::MedicalRecord, "UHID-000001")];
    let found = search(stage, &clinic, Role::AbhaHolder, &typed).await?;
    let (asked, answer) = last_answer(stage).await?;
    ensure!(!answer.matched_by.is_empty());
    for matched in &answer.matched_by {
        let is_verified = asked.patient.verified(matched).next().is_some();
        ensure!(is_verified, "matchedBy names what ABDM has verified");
    }
    let matched: Vec<&str> = answer.matched_by.iter().map(IdentifierType::as_str).collect();
    let screen = offered(&found.patients).field("Matched by", matched.join(", "));
    stage.step("The patient types their patient id, too: found by what ABDM has verified.", screen);
    clinic.close().await
}

async fn typed_finds_nobody(stage: &mut Stage) -> Result<(), Stop> {
    let clinic = Clinic::open(stage).await?;
    let meera = clinic.admit(stage, Role::AbhaHolder, "UHID-000001", KnownBy::OwnNumber)?;
    let (visit, _) = clinic.keeps(stage, &meera, "OPD-1", &[HiType::Prescription])?;
    let screen = shown(Screen::new(), &meera.reference, &visit);
    stage.step("The register knows a patient by its own number alone.", screen);
    let typed = [Identifier::new(IdentifierType::MedicalRecord, "UHID-000001")];
    let refused = search(stage, &clinic, Role::AbhaHolder, &typed).await.refused()?;
    ensure_eq!(refused.code(), Some("ABDM-1010"));
    let (asked, answer) = last_answer(stage).await?;
    ensure_eq!(asked.patient.unverified(&IdentifierType::MedicalRecord).count(), 1);
    ensure!(answer.patient.is_empty() && answer.matched_by.is_empty());
    let screen = Screen::new().text(refused.to_string());
    stage.step("The patient types it: nobody is found, since nobody vouches for it.", screen);
    clinic.close().await
}
