//! An Aadhaar number: VRFY_ABHA_401-405.

use abdm_core::secret::AadhaarNumber;
use abha_enrollment::Problem;
use abha_enrollment::api::login::RequestLoginOtp;
use abha_enrollment::error::{DeskAction, Error, Language};
use abha_enrollment::flow::verification::VerificationOtp;
use abha_enrollment::hooks::ConsentPurpose;

use super::{M1, form, play, resend_rule, verified, wrong_otp_first};
use crate::case::Case;
use crate::evidence::Screen;
use crate::need::Need;
use crate::outcome::{Present as _, Refused as _, Stop, ensure, ensure_eq};
use crate::people::{Person, Role};
use crate::stage::{Stage, aadhaar, consent, is_image, misread};

const HOLDER: &[Need] = &[Need::Person(Role::AbhaHolder)];

pub(crate) const CASES: &[Case] = &[
    Case::new(M1, "VRFY_ABHA_401", "An invalid Aadhaar number is named so", play!(invalid))
        .needs(HOLDER),
    Case::new(M1, "VRFY_ABHA_402", "A wrong OTP is named so", play!(wrong_otp)).needs(HOLDER),
    Case::new(
        M1,
        "VRFY_ABHA_403",
        "An Aadhaar number without ABHA is told and an ABHA number is created",
        play!(no_abha),
    )
    .needs(&[Need::Person(Role::WithoutAbha)]),
    Case::new(
        M1,
        "VRFY_ABHA_403_AFTER_OTP",
        "An Aadhaar number without ABHA is told after the OTP",
        play!(no_abha_after_otp),
    )
    .shows(&["VRFY_ABHA_403"])
    .needs(&[Need::Person(Role::WithoutAbha), Need::ServerControl]),
    Case::new(
        M1,
        "VRFY_ABHA_404",
        "The profile and the card of an existing ABHA are shown",
        play!(profile_and_card),
    )
    .needs(HOLDER),
    Case::new(
        M1,
        "VRFY_ABHA_405",
        "The OTP is sent again twice, each time after 60 seconds",
        play!(otp_is_sent_again),
    )
    .needs(HOLDER),
];

/// The operator enters the Aadhaar number.
async fn begin(stage: &mut Stage, person: &Person) -> Result<VerificationOtp, Stop> {
    let flow = stage.desk.verify_by_aadhaar(&aadhaar(person)?, consent()).await?;
    stage.step(
        "The operator enters the Aadhaar number.",
        Screen::new().text(flow.message().present()?),
    );
    Ok(flow)
}

async fn invalid(stage: &mut Stage) -> Result<(), Stop> {
    let right = aadhaar(&stage.person(Role::AbhaHolder)?)?;
    let error = Error::from(AadhaarNumber::new(&misread(&right)?).refused()?);
    ensure!(error.desk_text(Language::English).starts_with("Aadhaar Number is not valid"));
    ensure_eq!(stage.call_count(), 0, "found at the desk: nothing was sent");
    stage.step(
        "The operator types an Aadhaar number with one wrong digit.",
        Screen::new().error(&error),
    );
    Ok(())
}

async fn wrong_otp(stage: &mut Stage) -> Result<(), Stop> {
    let meera = stage.person(Role::AbhaHolder)?;
    let mut flow = begin(stage, &meera).await?;
    let otp = wrong_otp_first(stage, &mut flow, &meera).await?;
    let verified = verified(flow.verify(&otp).await?)?;
    stage.step(
        "The operator types the right OTP.",
        Screen::new().field("ABHA number", verified.abha_number().present()?.to_dashed()),
    );
    Ok(())
}

/// NHA's list has it told after the OTP; NHA's sandbox tells before it, as observed in 2026.
async fn no_abha(stage: &mut Stage) -> Result<(), Stop> {
    let asha = stage.person(Role::WithoutAbha)?;
    let none = match stage.desk.verify_by_aadhaar(&aadhaar(&asha)?, consent()).await {
        Ok(mut flow) => {
            let screen = Screen::new().text(flow.message().present()?);
            stage.step("The operator enters the Aadhaar number.", screen);
            flow.verify(&stage.otp(&asha.mobile).await?).await.refused()?
        }
        Err(before) => {
            ensure_eq!(before.code().present()?.as_str(), "ABDM-1114");
            before
        }
    };
    ensure_eq!(none.problem(), Problem::NoAbha);
    ensure_eq!(none.problem().action(), DeskAction::OfferCreation);
    ensure!(none.desk_text(Language::English).starts_with("ABHA Number not found"));
    stage.step("ABDM tells that there is no ABHA number.", Screen::new().error(&none));
    let enrolled = stage.enrol(&asha, &asha.mobile).await?;
    ensure!(enrolled.is_new());
    stage.step(
        "The person wants one: it is created.",
        Screen::new().field("ABHA number", enrolled.abha_number().present()?.to_dashed()),
    );
    Ok(())
}

async fn no_abha_after_otp(stage: &mut Stage) -> Result<(), Stop> {
    let asha = stage.person(Role::WithoutAbha)?;
    stage.server_control()?.tell_missing_abha_after_otp(true).await?;
    let mut flow = begin(stage, &asha).await?;
    let none = flow.verify(&stage.otp(&asha.mobile).await?).await.refused()?;
    ensure_eq!(none.problem(), Problem::NoAbha);
    ensure_eq!(none.problem().action(), DeskAction::OfferCreation);
    stage.step("The operator types the OTP.", Screen::new().error(&none));
    stage.server_control()?.tell_missing_abha_after_otp(false).await?;
    Ok(())
}

async fn profile_and_card(stage: &mut Stage) -> Result<(), Stop> {
    let meera = stage.person(Role::AbhaHolder)?;
    let mut flow = stage.desk.verify_by_aadhaar(&aadhaar(&meera)?, consent()).await?;
    let (record, calls_before) = stage.consents.entries().pop().present()?;
    ensure_eq!((record.purpose, calls_before), (ConsentPurpose::Verification, 0));
    stage.step(
        "The operator enters the Aadhaar number.",
        Screen::new().text(flow.message().present()?),
    );
    let verified = verified(flow.verify(&stage.otp(&meera.mobile).await?).await?)?;
    let session = verified.profile();
    let profile = session.fetch().await?;
    ensure!(profile.abha_number.as_ref().present()?.whole() == meera.abha_number.as_ref());
    stage.step("The operator types the OTP; the form is filled, to be saved.", form(&profile)?);
    let card = session.card().await?;
    is_image(&card)?;
    stage.image_step("The operator opens the card.", Screen::new(), ("card", &card));
    Ok(())
}

async fn otp_is_sent_again(stage: &mut Stage) -> Result<(), Stop> {
    let meera = stage.person(Role::AbhaHolder)?;
    let mut flow = begin(stage, &meera).await?;
    resend_rule(stage, &mut flow).await?;
    ensure_eq!(stage.calls::<RequestLoginOtp>().len(), 3, "one OTP and two more");
    let verified = verified(flow.verify(&stage.otp(&meera.mobile).await?).await?)?;
    stage.step(
        "The operator types the newest OTP.",
        Screen::new().field("ABHA number", verified.abha_number().present()?.to_dashed()),
    );
    Ok(())
}
