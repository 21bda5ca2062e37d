//! CRT_ABHA_401-411: applying by driving licence, which gives an enrolment number.

use abdm_core::secret::MobileNumber;
use abdm_core::vocabulary::Gender;
use abha_enrollment::Problem;
use abha_enrollment::api::enrollment::{
    ApplicationProfile, DocumentEnrolment, EnrolByDocument, Home, RequestEnrolmentOtp,
    VerifyEnrolmentOtp,
};
use abha_enrollment::api::fields::Personal;
use abha_enrollment::api::vocabulary::VerificationStatus;
use abha_enrollment::error::{Error, Language};
use abha_enrollment::flow::enrolment::LicenceApplication;

use crate::evidence::Screen;
use crate::stage::{Stage, consent, open};

const MOBILE: &str = "9888800004";
const LICENCE: &str = "MH1220190000000";
/// The sandbox has no record of it.
const UNKNOWN_LICENCE: &str = "XX0000000000000";
const PHOTOS: (&str, &str) = ("Zm9udHNpZGUgb2YgYSBsaWNlbmNl", "YmFja3NpZGUgb2YgYSBsaWNlbmNl");

fn mobile() -> MobileNumber {
    MobileNumber::new(MOBILE).unwrap()
}

/// The application after the OTP.
async fn proved(stage: &Stage) -> LicenceApplication {
    let mut flow = stage.desk.apply_by_driving_licence(&mobile(), consent()).await.unwrap();
    flow.verify(&stage.otp(MOBILE)).await.unwrap()
}

async fn submit(
    application: &mut LicenceApplication,
    licence: &str,
    (front, back): (&str, &str),
) -> Result<ApplicationProfile, Error> {
    let text = |text: &str| Personal::new(text);
    let submitted = application.submit(|txn, agreed| {
        let home = Home {
            address: text("12 Example Road"),
            state: text("Maharashtra"),
            district: text("Pune"),
            pin_code: text("411001"),
        };
        let names = (text("Asha"), text("Example"));
        let born = (text("1999-06-26"), Gender::Female);
        let photos = (text(front), text(back));
        DocumentEnrolment::driving_licence(txn, agreed, text(licence), names, born, photos, home)
    });
    Ok(submitted.await?.enrol_profile.unwrap())
}

#[tokio::test]
async fn crt_abha_401_a_person_may_apply_by_driving_licence() {
    let mut stage = open!("CRT_ABHA_401");
    let flow = stage.desk.apply_by_driving_licence(&mobile(), consent()).await.unwrap();
    assert_eq!(stage.calls::<RequestEnrolmentOtp>().len(), 1);
    stage.step(
        "The operator chooses \"Apply by driving licence\".",
        Screen::new().text(flow.message().unwrap()),
    );
    stage.shown();
}

#[tokio::test]
async fn crt_abha_402_the_consent_is_recorded_first() {
    let mut stage = open!("CRT_ABHA_402");
    *stage.consents.is_lost.lock().unwrap() = true;
    let refused = stage.desk.apply_by_driving_licence(&mobile(), consent()).await.unwrap_err();
    stage.nothing_left(&refused);
    stage.desk.apply_by_driving_licence(&mobile(), consent()).await.unwrap();
    stage.consent_came_first("The person agrees to the text, then the OTP is asked for.");
    stage.shown();
}

#[tokio::test]
async fn crt_abha_403_the_mobile_number_is_asked_for() {
    let mut stage = open!("CRT_ABHA_403");
    let error = Error::from(MobileNumber::new("98888").unwrap_err());
    assert!(error.desk_text(Language::English).starts_with("Please enter a valid mobile number"));
    assert_eq!(stage.call_count(), 0);
    stage.step("The operator types five digits.", Screen::new().error(&error));
    let flow = stage.desk.apply_by_driving_licence(&mobile(), consent()).await.unwrap();
    let text = flow.message().unwrap();
    assert!(text.contains("******0004"), "{text}");
    stage.step("The operator types the mobile number.", Screen::new().text(text));
    stage.shown();
}

#[tokio::test]
async fn crt_abha_404_the_mobile_number_is_verified_by_otp() {
    let mut stage = open!("CRT_ABHA_404");
    let mut flow = stage.desk.apply_by_driving_licence(&mobile(), consent()).await.unwrap();
    let wrong = flow.verify(&stage.wrong_otp(MOBILE)).await.unwrap_err();
    assert_eq!(wrong.problem(), Problem::WrongOtp);
    stage.step("The operator types a wrong OTP.", Screen::new().error(&wrong));
    flow.verify(&stage.otp(MOBILE)).await.unwrap();
    assert_eq!(stage.calls::<VerifyEnrolmentOtp>().len(), 2);
    stage.step(
        "The operator types the right OTP.",
        Screen::new().text("The mobile number is verified."),
    );
    stage.shown();
}

#[tokio::test]
async fn crt_abha_405_the_licence_is_checked_and_gives_an_enrolment_number() {
    let mut stage = open!("CRT_ABHA_405");
    let mut application = proved(&stage).await;
    let differs = submit(&mut application, UNKNOWN_LICENCE, PHOTOS).await.unwrap_err();
    assert_eq!(differs.problem(), Problem::DetailsMismatch);
    stage.step("The licence is on no record.", Screen::new().error(&differs));
    let profile = submit(&mut application, LICENCE, PHOTOS).await.unwrap();
    let number = profile.enrolment_number.unwrap();
    stage.step(
        "The licence is on record.",
        Screen::new().field("Enrolment number", number.to_text()),
    );
    let again = submit(&mut application, LICENCE, PHOTOS).await.unwrap_err();
    assert_eq!(again.problem(), Problem::TransactionOver, "an application is sent once");
    assert_eq!(stage.calls::<EnrolByDocument>().len(), 2);
    stage.shown();
}

#[tokio::test]
async fn crt_abha_406_front_and_back_are_uploaded() {
    let mut stage = open!("CRT_ABHA_406");
    let mut application = proved(&stage).await;
    let (front, back) = PHOTOS;
    let missing = submit(&mut application, LICENCE, (front, "")).await.unwrap_err();
    let fault = missing.api().unwrap().entries().first().unwrap();
    assert_eq!(fault.field.as_deref(), Some("backSidePhoto"));
    stage.step("The back side is missing.", Screen::new().error(&missing));
    submit(&mut application, LICENCE, PHOTOS).await.unwrap();
    let sent = stage.calls::<EnrolByDocument>().pop().unwrap().body;
    assert_eq!((&sent["frontSidePhoto"], &sent["backSidePhoto"]), (&front.into(), &back.into()));
    stage.step(
        "Front and back are uploaded.",
        Screen::new().field("Front", "uploaded").field("Back", "uploaded"),
    );
    stage.shown();
}

#[tokio::test]
async fn crt_abha_408_the_number_is_shown_as_provisional() {
    let mut stage = open!("CRT_ABHA_408");
    let mut application = proved(&stage).await;
    let profile = submit(&mut application, LICENCE, PHOTOS).await.unwrap();
    assert_eq!(profile.enrolment_state, Some(VerificationStatus::Provisional));
    let number = profile.enrolment_number.unwrap().to_text();
    assert_eq!(number.bytes().filter(u8::is_ascii_digit).count(), 14);
    stage.step(
        "The application ends.",
        Screen::new()
            .read_only("Enrolment number", number)
            .read_only("State", "provisional, until a facility has seen the papers")
            .read_only(
                "Name",
                format!(
                    "{} {}",
                    profile.first_name.unwrap().as_str(),
                    profile.last_name.unwrap().as_str()
                ),
            ),
    );
    stage.shown();
}
