//! A mobile number: VRFY_ABHA_301-305.

use abdm_core::secret::MobileNumber;
use abha_enrollment::Problem;
use abha_enrollment::api::login::{RequestLoginOtp, VerifyLogin, VerifyUser};
use abha_enrollment::error::{DeskAction, Error, Language};
use abha_enrollment::flow::verification::{AccountChoice, VerificationOutcome};
use chrono::TimeDelta;

use super::{form, number, resend_rule, wrong_otp};
use crate::evidence::Screen;
use crate::stage::open;

/// The list behind this OTP.
fn choice(outcome: VerificationOutcome) -> AccountChoice {
    match outcome {
        VerificationOutcome::ChooseAccount(choice) => choice,
        VerificationOutcome::Verified(verified) => panic!("no choice: {verified:?}"),
    }
}

/// What the desk shows of it.
fn list(choice: &AccountChoice) -> Screen {
    let mut screen = Screen::new().time("Choose until", choice.expires_at());
    for account in choice.accounts() {
        let photo = account.profile_photo.as_ref().map_or(0, |photo| photo.as_str().len());
        assert!(photo > 0, "the list has photos");
        screen = screen.choice([
            ("Name", account.name.as_ref().unwrap().as_str().to_owned()),
            ("ABHA number", account.abha_number.as_ref().unwrap().to_text()),
            ("ABHA address", account.preferred_address().unwrap().to_string()),
            ("Photo", format!("{photo} characters of base64")),
        ]);
    }
    screen
}

#[tokio::test]
async fn vrfy_abha_301_an_invalid_mobile_number_is_named_so() {
    let mut stage = open!("VRFY_ABHA_301");
    for (slip, typed) in [
        ("nine digits", "987654321"),
        ("eleven digits", "98765432101"),
        ("a number that begins with 5", "5876543210"),
        ("letters", "98765abcde"),
    ] {
        let error = Error::from(MobileNumber::new(typed).unwrap_err());
        let text = error.desk_text(Language::English);
        assert!(text.starts_with("Please enter a valid mobile number"), "{text}");
        stage.step(&format!("The operator types {slip}."), Screen::new().error(&error));
    }
    assert_eq!(stage.call_count(), 0, "found at the desk: nothing was sent");
    let meera = stage.person("Meera Sample");
    let flow = stage.desk.verify_by_mobile(&meera.mobile).await.unwrap();
    stage.step("The operator types a valid one.", Screen::new().text(flow.message().unwrap()));
    stage.shown();
}

#[tokio::test]
async fn vrfy_abha_302_a_mobile_number_without_abha_is_not_found_and_creation_is_offered() {
    let mut stage = open!("VRFY_ABHA_302");
    let nobodys = MobileNumber::new("9888800009").unwrap();
    let none = stage.desk.verify_by_mobile(&nobodys).await.unwrap_err();
    assert_eq!(none.problem(), Problem::NoAbha);
    assert!(none.desk_text(Language::English).starts_with("ABHA Number not found"));
    assert_eq!(none.problem().action(), DeskAction::OfferCreation);
    stage.step("The operator enters a mobile number without ABHA.", Screen::new().error(&none));
    let asha = stage.person("Asha Kumari");
    let flow = stage.begin_enrolment(&asha).await;
    stage.step(
        "The person wants one: creation begins.",
        Screen::new().text(flow.message().unwrap()),
    );

    // Some servers tell only after the OTP.
    stage.sandbox.set(|switches| switches.nobody_known_before_otp = false).unwrap();
    let mut flow = stage.desk.verify_by_mobile(&nobodys).await.unwrap();
    stage.step("The same, where the OTP comes first.", Screen::new().text(flow.message().unwrap()));
    let none = flow.verify(&stage.otp(nobodys.expose())).await.unwrap_err();
    assert_eq!(none.problem(), Problem::NoAbha);
    stage.step("The operator types the OTP.", Screen::new().error(&none));
    stage.shown();
}

#[tokio::test]
async fn vrfy_abha_303_the_accounts_are_listed_and_one_is_chosen() {
    let mut stage = open!("VRFY_ABHA_303");
    let (ravi, sunita) = (stage.person("Ravi Example"), stage.person("Sunita Example"));
    let mut flow = stage.desk.verify_by_mobile(&ravi.mobile).await.unwrap();
    stage.step(
        "The operator enters the mobile number.",
        Screen::new().text(flow.message().unwrap()),
    );
    let choice = choice(flow.verify(&stage.otp(ravi.mobile.expose())).await.unwrap());
    assert_eq!(choice.accounts().len(), 3);
    assert_eq!(choice.expires_at() - stage.desk.now(), TimeDelta::seconds(300));
    stage.step("The operator types the OTP: everybody with this mobile number.", list(&choice));
    let verified = choice.choose(&number(&sunita)).await.unwrap();
    let profile = verified.profile().fetch().await.unwrap();
    assert_eq!(profile.name.as_ref().unwrap().as_str(), "Sunita Example");
    assert_eq!(profile.abha_number.as_ref().unwrap().whole(), sunita.abha_number.as_ref());
    stage.step("The person chooses herself.", form(&profile));

    // The list is good for five minutes.
    let mut flow = stage.desk.verify_by_mobile(&ravi.mobile).await.unwrap();
    let late = self::choice(flow.verify(&stage.otp(ravi.mobile.expose())).await.unwrap());
    stage.step("Another time the list is shown.", list(&late));
    stage.pass(TimeDelta::seconds(300));
    let sent = stage.calls::<VerifyUser>().len();
    let over = late.choose(&number(&ravi)).await.unwrap_err();
    assert_eq!(over.problem(), Problem::LoginOver);
    assert_eq!(stage.calls::<VerifyUser>().len(), sent, "the desk knows the five minutes");
    stage.step("Nobody chooses for five minutes.", Screen::new().error(&over));
    stage.shown();
}

#[tokio::test]
async fn vrfy_abha_304_a_wrong_otp_is_named_so() {
    let mut stage = open!("VRFY_ABHA_304");
    let meera = stage.person("Meera Sample");
    let mut flow = stage.desk.verify_by_mobile(&meera.mobile).await.unwrap();
    stage.step(
        "The operator enters the mobile number.",
        Screen::new().text(flow.message().unwrap()),
    );
    wrong_otp(&mut stage, &mut flow, &meera).await;
    let answered = stage.calls::<VerifyLogin>().pop().unwrap();
    assert_eq!(answered.status, Some(200), "ABDM says 200 and failed; the desk is not deceived");
    assert_eq!(answered.response["authResult"], "failed");
    let choice = choice(flow.verify(&stage.otp(meera.mobile.expose())).await.unwrap());
    stage.step("The operator types the right OTP.", list(&choice));
    stage.shown();
}

#[tokio::test]
async fn vrfy_abha_305_the_otp_is_sent_again_twice_each_time_after_60_seconds() {
    let mut stage = open!("VRFY_ABHA_305");
    let meera = stage.person("Meera Sample");
    let mut flow = stage.desk.verify_by_mobile(&meera.mobile).await.unwrap();
    stage.step(
        "The operator enters the mobile number.",
        Screen::new().text(flow.message().unwrap()),
    );
    resend_rule(&mut stage, &mut flow).await;
    assert_eq!(stage.calls::<RequestLoginOtp>().len(), 3, "one OTP and two more");
    let choice = choice(flow.verify(&stage.otp(meera.mobile.expose())).await.unwrap());
    stage.step("The operator types the newest OTP.", list(&choice));
    stage.shown();
}
