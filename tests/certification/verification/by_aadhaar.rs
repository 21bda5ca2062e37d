//! An Aadhaar number: VRFY_ABHA_401-405.

use abdm_core::secret::AadhaarNumber;
use abha_enrollment::Problem;
use abha_enrollment::api::login::RequestLoginOtp;
use abha_enrollment::error::{DeskAction, Error, Language};
use abha_enrollment::hooks::ConsentPurpose;

use super::{form, resend_rule, verified, wrong_otp};
use crate::evidence::Screen;
use crate::stage::{aadhaar, consent, open};

#[tokio::test]
async fn vrfy_abha_401_an_invalid_aadhaar_number_is_named_so() {
    let mut stage = open!("VRFY_ABHA_401");
    let right = aadhaar(&stage.person("Meera Sample"));
    let (stem, last) = right.expose().split_at(11);
    let slip = if last == "9" { "8" } else { "9" };
    let error = Error::from(AadhaarNumber::new(&format!("{stem}{slip}")).unwrap_err());
    assert!(error.desk_text(Language::English).starts_with("Aadhaar Number is not valid"));
    assert_eq!(stage.call_count(), 0, "found at the desk: nothing was sent");
    stage.step(
        "The operator types an Aadhaar number with one wrong digit.",
        Screen::new().error(&error),
    );
    stage.shown();
}

#[tokio::test]
async fn vrfy_abha_402_a_wrong_otp_is_named_so() {
    let mut stage = open!("VRFY_ABHA_402");
    let meera = stage.person("Meera Sample");
    let mut flow = stage.desk.verify_by_aadhaar(&aadhaar(&meera), consent()).await.unwrap();
    stage.step(
        "The operator enters the Aadhaar number.",
        Screen::new().text(flow.message().unwrap()),
    );
    wrong_otp(&mut stage, &mut flow, &meera).await;
    let verified = verified(flow.verify(&stage.otp(meera.mobile.expose())).await.unwrap());
    stage.step(
        "The operator types the right OTP.",
        Screen::new().field("ABHA number", verified.abha_number().unwrap().to_dashed()),
    );
    stage.shown();
}

#[tokio::test]
async fn vrfy_abha_403_an_aadhaar_number_without_abha_is_told_before_or_after_the_otp() {
    let mut stage = open!("VRFY_ABHA_403");
    let asha = stage.person("Asha Kumari");
    // As NHA describes it: the OTP first.
    stage.sandbox.set(|switches| switches.nobody_known_before_otp = false).unwrap();
    let mut flow = stage.desk.verify_by_aadhaar(&aadhaar(&asha), consent()).await.unwrap();
    stage.step(
        "The operator enters the Aadhaar number.",
        Screen::new().text(flow.message().unwrap()),
    );
    let none = flow.verify(&stage.otp(asha.mobile.expose())).await.unwrap_err();
    assert_eq!(none.problem(), Problem::NoAbha);
    assert_eq!(none.problem().action(), DeskAction::OfferCreation);
    stage.step("The operator types the OTP.", Screen::new().error(&none));
    // As observed in 2026: before it.
    stage.sandbox.set(|switches| switches.nobody_known_before_otp = true).unwrap();
    let none = stage.desk.verify_by_aadhaar(&aadhaar(&asha), consent()).await.unwrap_err();
    assert_eq!(none.problem(), Problem::NoAbha);
    assert_eq!(none.code().unwrap().as_str(), "ABDM-1114");
    assert!(none.desk_text(Language::English).starts_with("ABHA Number not found"));
    stage.step("The same, where ABDM tells before the OTP.", Screen::new().error(&none));
    let enrolled = stage.enrol(&asha, &asha.mobile).await;
    assert!(enrolled.is_new());
    stage.step(
        "The person wants one: it is created.",
        Screen::new().field("ABHA number", enrolled.abha_number().unwrap().to_dashed()),
    );
    stage.shown();
}

#[tokio::test]
async fn vrfy_abha_404_the_profile_and_the_card_of_an_existing_abha_are_shown() {
    let mut stage = open!("VRFY_ABHA_404");
    let meera = stage.person("Meera Sample");
    let mut flow = stage.desk.verify_by_aadhaar(&aadhaar(&meera), consent()).await.unwrap();
    let (record, calls_before) = stage.consents.entries().pop().unwrap();
    assert_eq!((record.purpose, calls_before), (ConsentPurpose::Verification, 0));
    stage.step(
        "The operator enters the Aadhaar number.",
        Screen::new().text(flow.message().unwrap()),
    );
    let verified = verified(flow.verify(&stage.otp(meera.mobile.expose())).await.unwrap());
    let session = verified.profile();
    let profile = session.fetch().await.unwrap();
    assert_eq!(profile.abha_number.as_ref().unwrap().whole(), meera.abha_number.as_ref());
    stage.step("The operator types the OTP; the form is filled, to be saved.", form(&profile));
    let card = session.card().await.unwrap();
    assert!(card.media_type().starts_with("image/"), "{}", card.media_type());
    stage.image_step("The operator opens the card.", Screen::new(), ("card", &card));
    stage.shown();
}

#[tokio::test]
async fn vrfy_abha_405_the_otp_is_sent_again_twice_each_time_after_60_seconds() {
    let mut stage = open!("VRFY_ABHA_405");
    let meera = stage.person("Meera Sample");
    let mut flow = stage.desk.verify_by_aadhaar(&aadhaar(&meera), consent()).await.unwrap();
    stage.step(
        "The operator enters the Aadhaar number.",
        Screen::new().text(flow.message().unwrap()),
    );
    resend_rule(&mut stage, &mut flow).await;
    assert_eq!(stage.calls::<RequestLoginOtp>().len(), 3, "one OTP and two more");
    let verified = verified(flow.verify(&stage.otp(meera.mobile.expose())).await.unwrap());
    stage.step(
        "The operator types the newest OTP.",
        Screen::new().field("ABHA number", verified.abha_number().unwrap().to_dashed()),
    );
    stage.shown();
}
