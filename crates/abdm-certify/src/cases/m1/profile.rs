//! PROF_ABHA_601-605: a person changes their own profile.

use abdm_core::person::AbhaNumber;
use abha_enrollment::Problem;
use abha_enrollment::api::account::UpdateProfile;
use abha_enrollment::flow::profile::{Photo, ProfileSession};
use abha_enrollment::flow::verification::OtpRoute;

use super::verification::{form, verified};
use super::{M1, play};
use crate::case::Case;
use crate::evidence::Screen;
use crate::need::Need;
use crate::outcome::{Present as _, Refused as _, Stop, ensure, ensure_eq};
use crate::people::{Person, Role};
use crate::place::SentTo;
use crate::stage::{Stage, last_four, personal, wrong_otp};

const HOLDER: &[Need] = &[Need::Person(Role::AbhaHolder)];

pub(super) const CASES: &[Case] = &[
    Case::new(
        M1,
        "PROF_ABHA_601",
        "The mobile number is changed by an OTP to the new one",
        play!(mobile),
    )
    .needs(&[Need::Person(Role::AbhaHolder), Need::SpareMobile]),
    Case::new(M1, "PROF_ABHA_602", "The photo is changed", play!(photo)).needs(HOLDER),
    Case::new(
        M1,
        "PROF_ABHA_603",
        "The e-mail address is changed by an OTP to the new one",
        play!(email),
    )
    .needs(&[Need::Person(Role::AbhaHolder), Need::SpareEmail]),
    Case::new(M1, "PROF_ABHA_604", "The KYC is renewed by Aadhaar OTP", play!(kyc)).needs(HOLDER),
    Case::new(
        M1,
        "PROF_ABHA_605",
        "After deactivation or deletion a login fails",
        play!(deactivation_and_deletion),
    )
    .needs(&[Need::Person(Role::AbhaHolder), Need::Person(Role::Beneficiary)]),
];

/// Somebody logged in by their ABHA number.
async fn login(
    stage: &mut Stage,
    role: Role,
) -> Result<(Person, AbhaNumber, ProfileSession), Stop> {
    let person = stage.person(role)?;
    let number = person.abha_number.clone().present()?;
    let mut flow = stage.desk.verify_abha_number(&number, OtpRoute::Aadhaar).await?;
    let session = verified(flow.verify(&stage.otp(&person.mobile).await?).await?)?.profile();
    Ok((person, number, session))
}

/// The holder of an ABHA number, logged in, and their profile on the screen.
async fn logged_in(stage: &mut Stage) -> Result<(Person, AbhaNumber, ProfileSession), Stop> {
    let (meera, number, session) = login(stage, Role::AbhaHolder).await?;
    let profile = session.fetch().await?;
    stage.step("The person logs in by the ABHA number.", form(&profile)?);
    Ok((meera, number, session))
}

async fn mobile(stage: &mut Stage) -> Result<(), Stop> {
    let (_, _, session) = logged_in(stage).await?;
    let new = stage.spare_mobile()?;
    let mut change = session.change_mobile(&new).await?;
    let text = change.message().present()?.to_owned();
    ensure!(text.contains(last_four(&new)?));
    stage.step("The person gives a new mobile number.", Screen::new().text(text));
    let otp = stage.otp(&new).await?;
    let wrong = change.confirm(&wrong_otp(&otp)?).await.refused()?;
    ensure_eq!(wrong.problem(), Problem::WrongOtp);
    stage.step("A wrong OTP.", Screen::new().error(&wrong));
    let done = change.confirm(&otp).await?.present()?;
    stage.step("The right OTP.", Screen::new().text(done));
    let profile = session.fetch().await?;
    ensure!(personal(&profile.mobile)?.ends_with(last_four(&new)?));
    stage.step("The profile is shown again.", form(&profile)?);
    Ok(())
}

async fn photo(stage: &mut Stage) -> Result<(), Stop> {
    let (_, _, session) = logged_in(stage).await?;
    let before = session.fetch().await?.profile_photo.present()?;
    // The smallest thing that begins and ends as a JPEG does.
    let bytes = [&[0xFF, 0xD8, 0xFF, 0xE0][..], &[7; 200], &[0xFF, 0xD9]].concat();
    let photo = Photo::new(bytes)?;
    let profile = session.change_photo(&photo).await?;
    let after = profile.profile_photo.present()?;
    ensure!(after.as_str() == photo.to_base64());
    ensure!(after.as_str() != before.as_str());
    ensure_eq!(stage.calls::<UpdateProfile>().len(), 1);
    stage.step(
        "The person has a new photo taken.",
        Screen::new().field("Photo", "changed").text("The photo is changed."),
    );
    ensure!(Photo::new(vec![0; 200_000]).is_err(), "100 KB at most, held at the desk");
    Ok(())
}

async fn email(stage: &mut Stage) -> Result<(), Stop> {
    let (_, _, session) = logged_in(stage).await?;
    let new = stage.spare_email()?;
    let mut change = session.change_email(&new).await?;
    let text = change.message().unwrap_or_default().to_owned();
    stage.step("The person gives an e-mail address.", Screen::new().text(text));
    let otp = stage.otp_sent_to(SentTo::Email(&new)).await?;
    let done = change.confirm(&otp).await?.present()?;
    stage.step("The OTP of the mail.", Screen::new().text(done));
    let profile = session.fetch().await?;
    ensure!(personal(&profile.email)? == new.expose());
    stage.step("The profile is shown again.", form(&profile)?.field("E-mail", new.expose()));
    Ok(())
}

async fn kyc(stage: &mut Stage) -> Result<(), Stop> {
    let (meera, number, session) = logged_in(stage).await?;
    let mut change = session.renew_kyc(&number).await?;
    let text = change.message().unwrap_or_default().to_owned();
    stage.step("The person wants name, birth and gender renewed.", Screen::new().text(text));
    let otp = stage.otp(&meera.mobile).await?;
    let wrong = change.confirm(&wrong_otp(&otp)?).await.refused()?;
    ensure_eq!(wrong.problem(), Problem::WrongOtp);
    stage.step("A wrong OTP.", Screen::new().error(&wrong));
    let done = change.confirm(&otp).await?.present()?;
    stage.step("The right OTP.", Screen::new().text(done));
    let profile = session.fetch().await?;
    ensure_eq!(profile.kyc_verified, Some(true));
    stage.step("The profile is shown again.", form(&profile)?.field("KYC verified", true));
    Ok(())
}

async fn deactivation_and_deletion(stage: &mut Stage) -> Result<(), Stop> {
    let (meera, number, session) = logged_in(stage).await?;
    let reason = "not wanted any more";
    let mut change = session.deactivate(&number, OtpRoute::Aadhaar, reason).await?;
    let done = change.confirm(&stage.otp(&meera.mobile).await?).await?.present()?;
    stage.step("The person deactivates the ABHA number.", Screen::new().text(done));
    let refused = match stage.desk.verify_abha_number(&number, OtpRoute::AbhaMobile).await {
        Ok(mut flow) => flow.verify(&stage.otp(&meera.mobile).await?).await.refused()?,
        Err(error) => error,
    };
    ensure_eq!(refused.problem(), Problem::AbhaDeactivated);
    stage.step("A login with it.", Screen::new().error(&refused));
    let mut again = stage.desk.reactivate(&number, OtpRoute::AbhaMobile).await?;
    again.verify(&stage.otp(&meera.mobile).await?).await?;
    stage
        .step("The person reactivates it.", Screen::new().text("The ABHA number is active again."));

    let (meera, number, session) = logged_in(stage).await?;
    let mut change = session.delete(&number, OtpRoute::Aadhaar, reason).await?;
    let done = change.confirm(&stage.otp(&meera.mobile).await?).await?.present()?;
    stage.step("The person deletes the ABHA number.", Screen::new().text(done));
    let refused = stage.desk.verify_abha_number(&number, OtpRoute::AbhaMobile).await.refused()?;
    ensure_eq!(refused.problem(), Problem::NoAbha);
    stage.step("A login with it.", Screen::new().error(&refused));

    // A benefit programme holds on to its beneficiary's number.
    let (gopal, number, session) = login(stage, Role::Beneficiary).await?;
    let refused = match session.delete(&number, OtpRoute::Aadhaar, reason).await {
        Ok(mut change) => change.confirm(&stage.otp(&gopal.mobile).await?).await.refused()?,
        Err(error) => error,
    };
    ensure_eq!(refused.problem(), Problem::BenefitLinked);
    stage.step("A programme's beneficiary wants to delete.", Screen::new().error(&refused));
    Ok(())
}
