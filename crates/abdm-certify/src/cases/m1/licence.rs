//! CRT_ABHA_401-411: applying by driving licence, which gives an enrolment number.

use abdm_core::secret::MobileNumber;
use abha_enrollment::Problem;
use abha_enrollment::api::enrollment::{
    ApplicationProfile, DocumentEnrolment, EnrolByDocument, Home, RequestEnrolmentOtp,
    VerifyEnrolmentOtp,
};
use abha_enrollment::api::fields::Personal;
use abha_enrollment::api::vocabulary::VerificationStatus;
use abha_enrollment::error::{Error, Language};
use abha_enrollment::flow::enrolment::{LicenceApplication, LicenceOtp};

use super::{M1, play};
use crate::case::Case;
use crate::evidence::Screen;
use crate::need::Need;
use crate::outcome::{Present as _, Refused as _, Stop, ensure, ensure_eq};
use crate::people::Licence;
use crate::stage::{Stage, consent, masked, personal, wrong_otp};

const MOBILE: &[Need] = &[Need::SpareMobile];
const LICENCE: &[Need] = &[Need::SpareMobile, Need::Licence];

pub(super) const CASES: &[Case] = &[
    Case::new(M1, "CRT_ABHA_401", "A person may apply by driving licence", play!(application))
        .needs(MOBILE),
    Case::new(M1, "CRT_ABHA_402", "The consent is recorded first", play!(consent_first))
        .needs(MOBILE),
    Case::new(M1, "CRT_ABHA_403", "The mobile number is asked for", play!(mobile_is_asked_for))
        .needs(MOBILE),
    Case::new(
        M1,
        "CRT_ABHA_404",
        "The mobile number is verified by OTP",
        play!(mobile_is_verified),
    )
    .needs(MOBILE),
    Case::new(
        M1,
        "CRT_ABHA_405",
        "The licence is checked and gives an enrolment number",
        play!(licence_is_checked),
    )
    .needs(LICENCE),
    Case::new(M1, "CRT_ABHA_406", "Front and back are uploaded", play!(photos)).needs(LICENCE),
    Case::new(M1, "CRT_ABHA_408", "The number is shown as provisional", play!(provisional))
        .needs(LICENCE),
];

/// No office has a record of it.
const UNKNOWN_LICENCE: &str = "XX0000000000000";

/// The application before the OTP.
async fn applied(stage: &Stage) -> Result<LicenceOtp, Stop> {
    Ok(stage.desk.apply_by_driving_licence(&stage.spare_mobile()?, consent()).await?)
}

/// The application after the OTP.
async fn proved(stage: &mut Stage) -> Result<LicenceApplication, Stop> {
    let mut flow = applied(stage).await?;
    let mobile = stage.spare_mobile()?;
    Ok(flow.verify(&stage.otp(&mobile).await?).await?)
}

/// Sends the application with this number and this photo of the back.
async fn submit(
    application: &mut LicenceApplication,
    licence: &Licence,
    number: &str,
    back: &str,
) -> Result<Result<ApplicationProfile, Error>, Stop> {
    let text = |text: &str| Personal::new(text);
    let submitted = application.submit(|txn, agreed| {
        let home = Home {
            address: text(&licence.home.address),
            state: text(&licence.home.state),
            district: text(&licence.home.district),
            pin_code: text(&licence.home.pin_code),
        };
        let names = (text(&licence.first_name), text(&licence.last_name));
        let born = text(&licence.date_of_birth.format("%Y-%m-%d").to_string());
        let born = (born, licence.gender.clone());
        let photos = (text(&licence.front), text(back));
        DocumentEnrolment::driving_licence(txn, agreed, text(number), names, born, photos, home)
    });
    match submitted.await {
        Ok(answer) => Ok(Ok(answer.enrol_profile.present()?)),
        Err(error) => Ok(Err(error)),
    }
}

/// Sends the application as it is right.
async fn submit_right(
    application: &mut LicenceApplication,
    licence: &Licence,
) -> Result<Result<ApplicationProfile, Error>, Stop> {
    submit(application, licence, &licence.number, &licence.back).await
}

async fn application(stage: &mut Stage) -> Result<(), Stop> {
    let flow = applied(stage).await?;
    ensure_eq!(stage.calls::<RequestEnrolmentOtp>().len(), 1);
    stage.step(
        "The operator chooses \"Apply by driving licence\".",
        Screen::new().text(flow.message().present()?),
    );
    Ok(())
}

async fn consent_first(stage: &mut Stage) -> Result<(), Stop> {
    let mobile = stage.spare_mobile()?;
    stage.consents.lose(true);
    let refused = stage.desk.apply_by_driving_licence(&mobile, consent()).await.refused()?;
    stage.nothing_left(&refused)?;
    applied(stage).await?;
    stage.consent_came_first("The person agrees to the text, then the OTP is asked for.")
}

async fn mobile_is_asked_for(stage: &mut Stage) -> Result<(), Stop> {
    let error = Error::from(MobileNumber::new("98888").refused()?);
    ensure!(error.desk_text(Language::English).starts_with("Please enter a valid mobile number"));
    ensure_eq!(stage.call_count(), 0);
    stage.step("The operator types five digits.", Screen::new().error(&error));
    let flow = applied(stage).await?;
    let text = flow.message().present()?;
    ensure!(text.contains(&masked(&stage.spare_mobile()?)?));
    stage.step("The operator types the mobile number.", Screen::new().text(text));
    Ok(())
}

async fn mobile_is_verified(stage: &mut Stage) -> Result<(), Stop> {
    let mobile = stage.spare_mobile()?;
    let mut flow = applied(stage).await?;
    let otp = stage.otp(&mobile).await?;
    let wrong = flow.verify(&wrong_otp(&otp)?).await.refused()?;
    ensure_eq!(wrong.problem(), Problem::WrongOtp);
    stage.step("The operator types a wrong OTP.", Screen::new().error(&wrong));
    flow.verify(&otp).await?;
    ensure_eq!(stage.calls::<VerifyEnrolmentOtp>().len(), 2);
    stage.step(
        "The operator types the right OTP.",
        Screen::new().text("The mobile number is verified."),
    );
    Ok(())
}

async fn licence_is_checked(stage: &mut Stage) -> Result<(), Stop> {
    let licence = stage.licence()?;
    let mut application = proved(stage).await?;
    let unknown = submit(&mut application, &licence, UNKNOWN_LICENCE, &licence.back).await?;
    let differs = unknown.refused()?;
    ensure_eq!(differs.problem(), Problem::DetailsMismatch);
    stage.step("The licence is on no record.", Screen::new().error(&differs));
    let profile = submit_right(&mut application, &licence).await??;
    let number = profile.enrolment_number.present()?;
    stage.step(
        "The licence is on record.",
        Screen::new().field("Enrolment number", number.to_text()),
    );
    let again = submit_right(&mut application, &licence).await?.refused()?;
    ensure_eq!(again.problem(), Problem::TransactionOver, "an application is sent once");
    ensure_eq!(stage.calls::<EnrolByDocument>().len(), 2);
    Ok(())
}

async fn photos(stage: &mut Stage) -> Result<(), Stop> {
    let licence = stage.licence()?;
    let mut application = proved(stage).await?;
    let missing = submit(&mut application, &licence, &licence.number, "").await?.refused()?;
    let fault = missing.api().present()?.entries().first().present()?;
    ensure_eq!(fault.field.as_deref(), Some("backSidePhoto"));
    stage.step("The back side is missing.", Screen::new().error(&missing));
    submit_right(&mut application, &licence).await??;
    let sent = stage.calls::<EnrolByDocument>().pop().present()?.body;
    let photo = |name| sent.get(name).and_then(|photo| photo.as_str());
    ensure!(photo("frontSidePhoto") == Some(&licence.front));
    ensure!(photo("backSidePhoto") == Some(&licence.back));
    stage.step(
        "Front and back are uploaded.",
        Screen::new().field("Front", "uploaded").field("Back", "uploaded"),
    );
    Ok(())
}

async fn provisional(stage: &mut Stage) -> Result<(), Stop> {
    let licence = stage.licence()?;
    let mut application = proved(stage).await?;
    let profile = submit_right(&mut application, &licence).await??;
    ensure_eq!(profile.enrolment_state, Some(VerificationStatus::Provisional));
    let number = profile.enrolment_number.present()?.to_text();
    ensure_eq!(number.bytes().filter(u8::is_ascii_digit).count(), 14);
    let name = [personal(&profile.first_name)?, personal(&profile.last_name)?].join(" ");
    stage.step(
        "The application ends.",
        Screen::new()
            .read_only("Enrolment number", number)
            .read_only("State", "provisional, until a facility has seen the papers")
            .read_only("Name", name),
    );
    Ok(())
}
