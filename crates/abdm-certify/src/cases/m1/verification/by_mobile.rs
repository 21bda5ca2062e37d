//! A mobile number: VRFY_ABHA_301-305.

use abdm_core::error::AUTH_RESULT;
use abdm_core::secret::MobileNumber;
use abha_enrollment::Problem;
use abha_enrollment::api::login::{RequestLoginOtp, VerifyLogin, VerifyUser};
use abha_enrollment::error::{DeskAction, Error, Language};
use abha_enrollment::flow::verification::{AccountChoice, VerificationOtp, VerificationOutcome};
use chrono::TimeDelta;

use super::{M1, form, number, play, resend_rule, wrong_otp_first};
use crate::case::Case;
use crate::evidence::Screen;
use crate::need::Need;
use crate::outcome::{Present as _, Refused as _, Stop, ensure, ensure_eq};
use crate::people::{Person, Role};
use crate::stage::{Stage, personal};

const HOLDER: &[Need] = &[Need::Person(Role::AbhaHolder)];

pub(crate) const CASES: &[Case] = &[
    Case::new(M1, "VRFY_ABHA_301", "An invalid mobile number is named so", play!(invalid))
        .needs(HOLDER),
    Case::new(
        M1,
        "VRFY_ABHA_302",
        "A mobile number without ABHA is not found and creation is offered",
        play!(no_abha),
    )
    .needs(&[Need::SpareMobile, Need::Person(Role::WithoutAbha)]),
    Case::new(
        M1,
        "VRFY_ABHA_302_AFTER_OTP",
        "A mobile number without ABHA is told after the OTP",
        play!(no_abha_after_otp),
    )
    .shows(&["VRFY_ABHA_302"])
    .needs(&[Need::SpareMobile, Need::ServerControl]),
    Case::new(
        M1,
        "VRFY_ABHA_303",
        "The accounts are listed and one is chosen",
        play!(list_and_choice),
    )
    .needs(&[Need::Person(Role::OfSharedMobile), Need::Person(Role::AnotherOfSharedMobile)]),
    Case::new(M1, "VRFY_ABHA_304", "A wrong OTP is named so", play!(wrong_otp)).needs(HOLDER),
    Case::new(
        M1,
        "VRFY_ABHA_305",
        "The OTP is sent again twice, each time after 60 seconds",
        play!(otp_is_sent_again),
    )
    .needs(HOLDER),
];

/// The list behind this OTP.
fn choice(outcome: VerificationOutcome) -> Result<AccountChoice, Stop> {
    match outcome {
        VerificationOutcome::ChooseAccount(choice) => Ok(choice),
        VerificationOutcome::Verified(_) => {
            Err(Stop::failed("one person where there is a choice of accounts"))
        }
    }
}

/// What the desk shows of it.
fn list(choice: &AccountChoice) -> Result<Screen, Stop> {
    let mut screen = Screen::new().time("Choose until", choice.expires_at());
    for account in choice.accounts() {
        let photo = account.profile_photo.as_ref().map_or(0, |photo| photo.as_str().len());
        ensure!(photo > 0, "the list has photos");
        screen = screen.choice([
            ("Name", personal(&account.name)?.to_owned()),
            ("ABHA number", account.abha_number.as_ref().present()?.to_text()),
            ("ABHA address", account.preferred_address().present()?.to_string()),
            ("Photo", format!("{photo} characters of base64")),
        ]);
    }
    Ok(screen)
}

/// The operator enters the mobile number.
async fn begin(stage: &mut Stage, person: &Person) -> Result<VerificationOtp, Stop> {
    let flow = stage.desk.verify_by_mobile(&person.mobile).await?;
    stage.step(
        "The operator enters the mobile number.",
        Screen::new().text(flow.message().present()?),
    );
    Ok(flow)
}

async fn invalid(stage: &mut Stage) -> Result<(), Stop> {
    for (slip, typed) in [
        ("nine digits", "987654321"),
        ("eleven digits", "98765432101"),
        ("a number that begins with 5", "5876543210"),
        ("letters", "98765abcde"),
    ] {
        let error = Error::from(MobileNumber::new(typed).refused()?);
        let text = error.desk_text(Language::English);
        ensure!(text.starts_with("Please enter a valid mobile number"));
        stage.step(&format!("The operator types {slip}."), Screen::new().error(&error));
    }
    ensure_eq!(stage.call_count(), 0, "found at the desk: nothing was sent");
    let meera = stage.person(Role::AbhaHolder)?;
    let flow = stage.desk.verify_by_mobile(&meera.mobile).await?;
    stage.step("The operator types a valid one.", Screen::new().text(flow.message().present()?));
    Ok(())
}

async fn no_abha(stage: &mut Stage) -> Result<(), Stop> {
    let nobodys = stage.spare_mobile()?;
    let none = match stage.desk.verify_by_mobile(&nobodys).await {
        Ok(mut flow) => {
            let screen = Screen::new().text(flow.message().present()?);
            stage.step("The OTP is sent first.", screen);
            flow.verify(&stage.otp(&nobodys).await?).await.refused()?
        }
        Err(before) => before,
    };
    ensure_eq!(none.problem(), Problem::NoAbha);
    ensure!(none.desk_text(Language::English).starts_with("ABHA Number not found"));
    ensure_eq!(none.problem().action(), DeskAction::OfferCreation);
    stage.step("The operator enters a mobile number without ABHA.", Screen::new().error(&none));
    let asha = stage.person(Role::WithoutAbha)?;
    let flow = stage.begin_enrolment(&asha).await?;
    stage.step(
        "The person wants one: creation begins.",
        Screen::new().text(flow.message().present()?),
    );
    Ok(())
}

/// Some servers tell only after the OTP.
async fn no_abha_after_otp(stage: &mut Stage) -> Result<(), Stop> {
    let nobodys = stage.spare_mobile()?;
    stage.server_control()?.tell_missing_abha_after_otp(true).await?;
    let mut flow = stage.desk.verify_by_mobile(&nobodys).await?;
    stage.step(
        "The operator enters a mobile number without ABHA.",
        Screen::new().text(flow.message().present()?),
    );
    let none = flow.verify(&stage.otp(&nobodys).await?).await.refused()?;
    ensure_eq!(none.problem(), Problem::NoAbha);
    stage.step("The operator types the OTP.", Screen::new().error(&none));
    stage.server_control()?.tell_missing_abha_after_otp(false).await?;
    Ok(())
}

async fn list_and_choice(stage: &mut Stage) -> Result<(), Stop> {
    let ravi = stage.person(Role::OfSharedMobile)?;
    let sunita = stage.person(Role::AnotherOfSharedMobile)?;
    let mut flow = begin(stage, &ravi).await?;
    let listed = choice(flow.verify(&stage.otp(&ravi.mobile).await?).await?)?;
    ensure_eq!(listed.accounts().len(), 3);
    ensure_eq!(listed.expires_at() - stage.desk.now(), TimeDelta::seconds(300));
    stage.step("The operator types the OTP: everybody with this mobile number.", list(&listed)?);
    let verified = listed.choose(&number(&sunita)?).await?;
    let profile = verified.profile().fetch().await?;
    ensure!(personal(&profile.name)? == sunita.name);
    ensure!(profile.abha_number.as_ref().present()?.whole() == sunita.abha_number.as_ref());
    stage.step("The person chooses herself.", form(&profile)?);

    // The list is good for five minutes.
    let mut flow = stage.desk.verify_by_mobile(&ravi.mobile).await?;
    let late = choice(flow.verify(&stage.otp(&ravi.mobile).await?).await?)?;
    stage.step("Another time the list is shown.", list(&late)?);
    stage.wait(TimeDelta::seconds(300)).await;
    let sent = stage.calls::<VerifyUser>().len();
    let over = late.choose(&number(&ravi)?).await.refused()?;
    ensure_eq!(over.problem(), Problem::LoginOver);
    ensure_eq!(stage.calls::<VerifyUser>().len(), sent, "the desk knows the five minutes");
    stage.step("Nobody chooses for five minutes.", Screen::new().error(&over));
    Ok(())
}

async fn wrong_otp(stage: &mut Stage) -> Result<(), Stop> {
    let meera = stage.person(Role::AbhaHolder)?;
    let mut flow = begin(stage, &meera).await?;
    let otp = wrong_otp_first(stage, &mut flow, &meera).await?;
    let answered = stage.calls::<VerifyLogin>().pop().present()?;
    ensure_eq!(answered.status, Some(200), "ABDM says 200 and failed; the desk is not deceived");
    let result = answered.response.get(AUTH_RESULT).and_then(|result| result.as_str());
    ensure_eq!(result, Some("failed"));
    let choice = choice(flow.verify(&otp).await?)?;
    stage.step("The operator types the right OTP.", list(&choice)?);
    Ok(())
}

async fn otp_is_sent_again(stage: &mut Stage) -> Result<(), Stop> {
    let meera = stage.person(Role::AbhaHolder)?;
    let mut flow = begin(stage, &meera).await?;
    resend_rule(stage, &mut flow).await?;
    ensure_eq!(stage.calls::<RequestLoginOtp>().len(), 3, "one OTP and two more");
    let choice = choice(flow.verify(&stage.otp(&meera.mobile).await?).await?)?;
    stage.step("The operator types the newest OTP.", list(&choice)?);
    Ok(())
}
