//! PROF_ABHA_601-605: a person changes their own profile.

use abdm_core::secret::MobileNumber;
use abdm_sandbox::Patient;
use abha_enrollment::Problem;
use abha_enrollment::api::account::UpdateProfile;
use abha_enrollment::flow::profile::{Photo, ProfileSession};
use abha_enrollment::flow::verification::{OtpRoute, VerificationOutcome};
use abha_enrollment::input::EmailAddress;

use crate::evidence::Screen;
use crate::stage::{Stage, open};
use crate::verification::form;

/// Meera, logged in by her ABHA number.
async fn logged_in(stage: &mut Stage) -> (Patient, ProfileSession) {
    let meera = stage.person("Meera Sample");
    let number = meera.abha_number.clone().unwrap();
    let mut flow = stage.desk.verify_abha_number(&number, OtpRoute::Aadhaar).await.unwrap();
    let outcome = flow.verify(&stage.otp(meera.mobile.expose())).await.unwrap();
    let VerificationOutcome::Verified(verified) = outcome else {
        panic!("no person: {outcome:?}");
    };
    let session = verified.profile();
    let profile = session.fetch().await.unwrap();
    stage.step("The person logs in by the ABHA number.", form(&profile));
    (meera, session)
}

#[tokio::test]
async fn prof_abha_601_the_mobile_number_is_changed_by_an_otp_to_the_new_one() {
    let mut stage = open!("PROF_ABHA_601");
    let (_, session) = logged_in(&mut stage).await;
    let new = MobileNumber::new("9888800061").unwrap();
    let mut change = session.change_mobile(&new).await.unwrap();
    let text = change.message().unwrap().to_owned();
    assert!(text.contains("0061"), "{text}");
    stage.step("The person gives a new mobile number.", Screen::new().text(text));
    let wrong = change.confirm(&stage.wrong_otp(new.expose())).await.unwrap_err();
    assert_eq!(wrong.problem(), Problem::WrongOtp);
    stage.step("A wrong OTP.", Screen::new().error(&wrong));
    let done = change.confirm(&stage.otp(new.expose())).await.unwrap().unwrap();
    stage.step("The right OTP.", Screen::new().text(done));
    let profile = session.fetch().await.unwrap();
    assert!(profile.mobile.as_ref().unwrap().as_str().ends_with("0061"));
    stage.step("The profile is shown again.", form(&profile));
    stage.shown();
}

#[tokio::test]
async fn prof_abha_602_the_photo_is_changed() {
    let mut stage = open!("PROF_ABHA_602");
    let (_, session) = logged_in(&mut stage).await;
    let before = session.fetch().await.unwrap().profile_photo.unwrap();
    // The smallest thing that begins and ends as a JPEG does.
    let bytes = [&[0xFF, 0xD8, 0xFF, 0xE0][..], &[7; 200], &[0xFF, 0xD9]].concat();
    let photo = Photo::new(bytes).unwrap();
    let profile = session.change_photo(&photo).await.unwrap();
    assert_eq!(profile.profile_photo.as_ref().unwrap().as_str(), photo.to_base64());
    assert_ne!(profile.profile_photo.as_ref().unwrap().as_str(), before.as_str());
    assert_eq!(stage.calls::<UpdateProfile>().len(), 1);
    stage.step(
        "The person has a new photo taken.",
        Screen::new().field("Photo", "changed").text("The photo is changed."),
    );
    assert!(Photo::new(vec![0; 200_000]).is_err(), "100 KB at most, held at the desk");
    stage.shown();
}

#[tokio::test]
async fn prof_abha_603_the_email_address_is_changed_by_an_otp_to_the_new_one() {
    let mut stage = open!("PROF_ABHA_603");
    let (_, session) = logged_in(&mut stage).await;
    let new = EmailAddress::parse("meera.sample@example.org").unwrap();
    let mut change = session.change_email(&new).await.unwrap();
    let text = change.message().unwrap_or_default().to_owned();
    stage.step("The person gives an e-mail address.", Screen::new().text(text));
    let otp = stage.otp(new.expose());
    let done = change.confirm(&otp).await.unwrap().unwrap();
    stage.step("The OTP of the mail.", Screen::new().text(done));
    let profile = session.fetch().await.unwrap();
    assert_eq!(profile.email.as_ref().unwrap().as_str(), new.expose());
    stage.step("The profile is shown again.", form(&profile).field("E-mail", new.expose()));
    stage.shown();
}

#[tokio::test]
async fn prof_abha_604_the_kyc_is_renewed_by_aadhaar_otp() {
    let mut stage = open!("PROF_ABHA_604");
    let (meera, session) = logged_in(&mut stage).await;
    let number = meera.abha_number.clone().unwrap();
    let mut change = session.renew_kyc(&number).await.unwrap();
    let text = change.message().unwrap_or_default().to_owned();
    stage.step("The person wants name, birth and gender renewed.", Screen::new().text(text));
    let wrong = change.confirm(&stage.wrong_otp(meera.mobile.expose())).await.unwrap_err();
    assert_eq!(wrong.problem(), Problem::WrongOtp);
    stage.step("A wrong OTP.", Screen::new().error(&wrong));
    let done = change.confirm(&stage.otp(meera.mobile.expose())).await.unwrap().unwrap();
    stage.step("The right OTP.", Screen::new().text(done));
    let profile = session.fetch().await.unwrap();
    assert_eq!(profile.kyc_verified, Some(true));
    stage.step("The profile is shown again.", form(&profile).field("KYC verified", true));
    stage.shown();
}

#[tokio::test]
async fn prof_abha_605_after_deactivation_or_deletion_a_login_fails() {
    let mut stage = open!("PROF_ABHA_605");
    let (meera, session) = logged_in(&mut stage).await;
    let number = meera.abha_number.clone().unwrap();
    let reason = "not wanted any more";
    let mut change = session.deactivate(&number, OtpRoute::Aadhaar, reason).await.unwrap();
    let done = change.confirm(&stage.otp(meera.mobile.expose())).await.unwrap().unwrap();
    stage.step("The person deactivates the ABHA number.", Screen::new().text(done));
    let login = stage.desk.verify_abha_number(&number, OtpRoute::AbhaMobile).await;
    let refused = match login {
        Ok(mut flow) => flow.verify(&stage.otp(meera.mobile.expose())).await.unwrap_err(),
        Err(error) => error,
    };
    assert_eq!(refused.problem(), Problem::AbhaDeactivated);
    stage.step("A login with it.", Screen::new().error(&refused));
    let mut again = stage.desk.reactivate(&number, OtpRoute::AbhaMobile).await.unwrap();
    again.verify(&stage.otp(meera.mobile.expose())).await.unwrap();
    stage
        .step("The person reactivates it.", Screen::new().text("The ABHA number is active again."));

    let (_, session) = logged_in(&mut stage).await;
    let mut change = session.delete(&number, OtpRoute::Aadhaar, reason).await.unwrap();
    let done = change.confirm(&stage.otp(meera.mobile.expose())).await.unwrap().unwrap();
    stage.step("The person deletes the ABHA number.", Screen::new().text(done));
    let refused = stage.desk.verify_abha_number(&number, OtpRoute::AbhaMobile).await.unwrap_err();
    assert_eq!(refused.problem(), Problem::NoAbha);
    stage.step("A login with it.", Screen::new().error(&refused));

    // A benefit programme holds on to its beneficiary's number.
    let gopal = stage.person("Gopal Beneficiary");
    let number = gopal.abha_number.clone().unwrap();
    let mut flow = stage.desk.verify_abha_number(&number, OtpRoute::Aadhaar).await.unwrap();
    let outcome = flow.verify(&stage.otp(gopal.mobile.expose())).await.unwrap();
    let VerificationOutcome::Verified(verified) = outcome else {
        panic!("no person: {outcome:?}");
    };
    let session = verified.profile();
    let refused = match session.delete(&number, OtpRoute::Aadhaar, reason).await {
        Ok(mut change) => change.confirm(&stage.otp(gopal.mobile.expose())).await.unwrap_err(),
        Err(error) => error,
    };
    assert_eq!(refused.problem(), Problem::BenefitLinked);
    stage.step("A programme's beneficiary wants to delete.", Screen::new().error(&refused));
    stage.shown();
}
