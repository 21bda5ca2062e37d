//! HIP_INTI_LINK_501 to 504: the link token of a patient, by the details that the facility holds.

use abdm_core::headers::LINK_TOKEN;
use abdm_core::vocabulary::HiType;
use chrono::TimeDelta;
use hip_services::api::hip_linking::{
    GenerateLinkToken, LinkCareContexts, OnGenerateLinkToken, OnLinkCareContexts,
};
use hip_services::{Error, LinkPatient, year_of_birth};

use super::clinic::{Clinic, listed, shown};
use super::{M2, play};
use crate::case::Case;
use crate::evidence::Screen;
use crate::hospital::KnownBy;
use crate::need::Need;
use crate::outcome::{Present as _, Refused as _, Stop, ensure, ensure_eq};
use crate::people::Role;
use crate::place::care_contexts;
use crate::stage::Stage;

const HOLDER: &[Need] = &[Need::Person(Role::AbhaHolder), Need::Bridge];
const WITH_APP: &[Need] = &[Need::Person(Role::AbhaHolder), Need::Bridge, Need::PatientApp];

pub(super) const CASES: &[Case] = &[
    Case::new(
        M2,
        "HIP_INTI_LINK_501",
        "A visit is linked by the patient's details alone",
        play!(demographic_link),
    )
    .needs(WITH_APP),
    Case::new(
        M2,
        "HIP_INTI_LINK_502",
        "The token is asked for with the details of the register, and not without them",
        play!(details_first),
    )
    .needs(HOLDER),
    Case::new(
        M2,
        "HIP_INTI_LINK_503",
        "Details that match bring a token",
        play!(match_brings_token),
    )
    .needs(HOLDER),
    Case::new(
        M2,
        "HIP_INTI_LINK_503_MISMATCH",
        "Details that differ bring no token, are told to the desk, and are not asked again at once",
        play!(mismatch_brings_none),
    )
    .shows(&["HIP_INTI_LINK_503"])
    .needs(HOLDER),
    Case::new(
        M2,
        "HIP_INTI_LINK_504",
        "The token is kept for the patient and used again",
        play!(token_is_kept),
    )
    .needs(&[Need::Person(Role::AbhaHolder), Need::Person(Role::OfSharedMobile), Need::Bridge]),
    Case::new(
        M2,
        "HIP_INTI_LINK_504_SIX_MONTHS",
        "The token is used for five months, and replaced when it is over",
        play!(token_runs_out),
    )
    .shows(&["HIP_INTI_LINK_504"])
    // Nobody waits for half a year elsewhere.
    .needs(&[Need::Person(Role::AbhaHolder), Need::Bridge, Need::ServerControl]),
];

async fn demographic_link(stage: &mut Stage) -> Result<(), Stop> {
    let clinic = Clinic::open(stage).await?;
    let meera = clinic.admit(stage, Role::AbhaHolder, "UHID-000001", KnownBy::AbhaAddress)?;
    let (visit, _) = clinic.keeps(stage, &meera, "OPD-501", &[HiType::OpConsultation])?;
    stage.step("A visit is over.", shown(Screen::new(), &meera.reference, &visit));

    let linked = clinic.links(stage, &meera, [visit.clone()]).await?;
    ensure_eq!(
        (linked.already, linked.fresh.as_slice()),
        (false, [visit.reference.clone()].as_slice())
    );
    let asked = stage.one::<GenerateLinkToken>().await?;
    let told = stage.one::<OnGenerateLinkToken>().await?;
    ensure_eq!(told.body.answers(), Some(asked.id()?));
    let link = stage.one::<LinkCareContexts>().await?;
    let said = stage.one::<OnLinkCareContexts>().await?;
    ensure_eq!(said.body.answers(), Some(link.id()?));
    ensure!(said.body.error.is_none());
    said.taken()?;
    let screen = Screen::new()
        .field("Linked", listed(&linked.fresh))
        .field("ABDM says", said.body.status.as_deref().unwrap_or_default());
    stage.step("It is linked, without an OTP and without a click.", screen);

    let app = stage.patient_app()?;
    let there = app.linked_records(Role::AbhaHolder, &clinic.facility.hip_id).await?;
    ensure_eq!(care_contexts(&there), vec![visit.reference.clone()]);
    let screen = Screen::new().field("Linked", listed(&care_contexts(&there)));
    stage.step("The patient's app shows the visit.", screen);
    clinic.close().await
}

async fn details_first(stage: &mut Stage) -> Result<(), Stop> {
    let clinic = Clinic::open(stage).await?;
    let meera = clinic.admit(stage, Role::AbhaHolder, "UHID-000001", KnownBy::AbhaAddress)?;
    let (visit, _) = clinic.keeps(stage, &meera, "OPD-502", &[HiType::Prescription])?;
    let before = stage.call_count();
    for no_date in ["", "15/8/94", "about 1990"] {
        let refused = year_of_birth(no_date).refused()?;
        ensure!(matches!(refused, Error::Invalid { .. }));
        let screen = Screen::new().field("Date of birth", no_date).text(refused.to_string());
        stage.step("A date of birth without a year of four digits is refused.", screen);
    }
    let mut nameless = meera.patient.clone();
    nameless.name = String::new();
    let refused = clinic.hip().link(nameless.visit(visit.clone())).await.refused()?;
    ensure!(matches!(refused, Error::Invalid { .. }));
    ensure_eq!(stage.call_count(), before, "nothing was sent");
    let screen = Screen::new().text(refused.to_string());
    stage.step("Without a name nothing is asked for.", screen);

    clinic.links(stage, &meera, [visit]).await?;
    let asked = stage.one::<GenerateLinkToken>().await?.body;
    ensure!(asked.name == meera.person.name);
    ensure!(asked.gender == meera.person.gender);
    let year = year_of_birth(&meera.person.date_of_birth.to_string())?;
    ensure!(asked.year_of_birth == i64::from(year));
    ensure!(clinic.hospital.has_mobile_of(&meera.reference), "the register has the mobile number");
    let screen = Screen::new()
        .field("Name", &meera.person.name)
        .field("Gender", meera.person.gender.as_str())
        .field("Date of birth", meera.person.date_of_birth)
        .field("Mobile number", crate::stage::masked(&meera.person.mobile)?)
        .field("ABHA address", &meera.patient.abha_address);
    stage.step("The token was asked for with what the register holds.", screen);
    clinic.close().await
}

async fn match_brings_token(stage: &mut Stage) -> Result<(), Stop> {
    let clinic = Clinic::open(stage).await?;
    let meera = clinic.admit(stage, Role::AbhaHolder, "UHID-000001", KnownBy::AbhaAddress)?;
    let (visit, _) = clinic.keeps(stage, &meera, "OPD-503", &[HiType::Prescription])?;
    clinic.links(stage, &meera, [visit.clone()]).await?;
    let told = stage.one::<OnGenerateLinkToken>().await?;
    ensure_eq!(told.body.answers(), Some(stage.one::<GenerateLinkToken>().await?.id()?));
    ensure!(told.body.error.is_none());
    let token = told.body.link_token.as_ref().present()?;
    let used = stage.one::<LinkCareContexts>().await?;
    ensure!(used.header(LINK_TOKEN)? == token.expose(), "the token links");
    let screen = shown(Screen::new(), &meera.reference, &visit).text("The details match: linked.");
    stage.step("ABDM gives a token for the details, and the visit is linked with it.", screen);
    clinic.close().await
}

async fn mismatch_brings_none(stage: &mut Stage) -> Result<(), Stop> {
    let clinic = Clinic::open(stage).await?;
    let meera = clinic.admit(stage, Role::AbhaHolder, "UHID-000001", KnownBy::AbhaAddress)?;
    let (visit, _) = clinic.keeps(stage, &meera, "OPD-503", &[HiType::Prescription])?;
    let mut wrong = meera.patient.clone();
    wrong.year_of_birth -= 9;
    let link = clinic.hip().link(wrong.visit(visit.clone())).await?;
    let refused = link.linked(stage.patience()).await.refused()?;
    ensure!(matches!(refused, Error::NotLinked(_)));
    ensure_eq!(refused.code().map(ToString::to_string), Some("ABDM-1207".to_owned()));
    ensure_eq!(stage.calls::<LinkCareContexts>().len(), 0, "nothing is linked without a token");
    let screen = Screen::new().field("Code", "ABDM-1207").text(refused.to_string());
    stage.step(
        "The year of birth differs from the ABHA profile: no token, and the desk is told.",
        screen,
    );

    let corrected = clinic.hip().link(meera.patient.clone().visit(visit.clone())).await?;
    stage.wait(TimeDelta::seconds(30)).await;
    let early = corrected.linked(std::time::Duration::from_millis(300)).await.refused()?;
    ensure!(matches!(early, Error::StillUnderWay { .. }));
    ensure_eq!(stage.calls::<GenerateLinkToken>().len(), 1, "a second request would be ABDM-1092");
    let screen = Screen::new().text(early.to_string());
    stage.step(
        "The details are corrected: the SDK holds the next request back for seven minutes.",
        screen,
    );

    stage.wait(TimeDelta::minutes(7)).await;
    let linked = clinic.finished(stage, &corrected).await?;
    ensure_eq!(linked.fresh, vec![visit.reference]);
    let asked = stage.messages_until::<GenerateLinkToken>(2).await?;
    ensure_eq!(asked.len(), 2);
    asked.iter().try_for_each(|call| call.taken())?;
    let screen = Screen::new().field("Linked", listed(&linked.fresh));
    stage.step("Then the visit is linked by itself.", screen);
    clinic.close().await
}

/// The tokens with which was linked so far, in order.
async fn tokens_used(stage: &Stage) -> Result<Vec<String>, Stop> {
    let calls = stage.messages_until::<LinkCareContexts>(3).await?;
    calls.iter().map(|call| Ok(call.header(LINK_TOKEN)?.to_owned())).collect()
}

/// A step in which a visit is linked, and how many tokens were asked for by then.
async fn link_one(
    stage: &mut Stage,
    clinic: &Clinic,
    (known, reference): (&super::clinic::Known, &str),
    (tokens, action): (usize, &str),
) -> Result<(), Stop> {
    let (visit, _) = clinic.keeps(stage, known, reference, &[HiType::Prescription])?;
    let patient: LinkPatient = known.patient.clone().visit(visit.clone()).without_notice();
    let linked = clinic.hip().link(patient).await?.linked(stage.patience()).await?;
    ensure_eq!(linked.fresh, vec![visit.reference]);
    ensure_eq!(stage.calls::<GenerateLinkToken>().len(), tokens);
    let screen = Screen::new()
        .field("Linked", listed(&linked.fresh))
        .field("Tokens asked for so far", tokens);
    stage.step(action, screen);
    Ok(())
}

async fn token_is_kept(stage: &mut Stage) -> Result<(), Stop> {
    let clinic = Clinic::open(stage).await?;
    let meera = clinic.admit(stage, Role::AbhaHolder, "UHID-000001", KnownBy::AbhaAddress)?;
    let ravi = clinic.admit(stage, Role::OfSharedMobile, "UHID-000002", KnownBy::AbhaAddress)?;
    link_one(stage, &clinic, (&meera, "OPD-1"), (1, "The first visit asks for a token.")).await?;
    let text = "The second visit of the same patient uses it again.";
    link_one(stage, &clinic, (&meera, "OPD-2"), (1, text)).await?;
    link_one(stage, &clinic, (&ravi, "OPD-3"), (2, "Another patient has a token of their own."))
        .await?;
    let used = tokens_used(stage).await?;
    let [first, second, other] = used.as_slice() else {
        return Err(Stop::failed("not three links"));
    };
    ensure!(first == second, "one token for one patient");
    ensure!(first != other, "and no other patient's");
    clinic.close().await
}

async fn token_runs_out(stage: &mut Stage) -> Result<(), Stop> {
    stage.server_control()?;
    let clinic = Clinic::open(stage).await?;
    let meera = clinic.admit(stage, Role::AbhaHolder, "UHID-000001", KnownBy::AbhaAddress)?;
    link_one(stage, &clinic, (&meera, "OPD-1"), (1, "The first visit asks for a token.")).await?;
    stage.wait(TimeDelta::days(150)).await;
    link_one(stage, &clinic, (&meera, "OPD-2"), (1, "Five months later it is used again.")).await?;
    stage.wait(TimeDelta::days(40)).await;
    let text = "After its six months a new one is asked for.";
    link_one(stage, &clinic, (&meera, "OPD-3"), (2, text)).await?;
    let used = tokens_used(stage).await?;
    ensure!(used.first() == used.get(1) && used.first() != used.get(2));
    clinic.close().await
}
