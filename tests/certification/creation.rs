//! CRT_ABHA_101-107: creating an ABHA number by Aadhaar OTP, up to the OTP.

use abdm_core::secret::{AadhaarNumber, Otp};
use abha_enrollment::Problem;
use abha_enrollment::api::enrollment::{AgreedConsent, EnrolByAadhaar, RequestEnrolmentOtp};
use abha_enrollment::error::{DeskAction, Error, Language};
use chrono::TimeDelta;

use crate::evidence::Screen;
use crate::stage::{aadhaar, consent, open};

#[tokio::test]
async fn crt_abha_101_an_abha_number_is_created_by_aadhaar_otp() {
    let mut stage = open!("CRT_ABHA_101");
    let asha = stage.person("Asha Kumari");
    assert_eq!(asha.abha_number, None);
    let mut flow = stage.begin_enrolment(&asha).await;
    stage.step(
        "The operator chooses \"Create ABHA by Aadhaar OTP\" and enters the Aadhaar number.",
        Screen::new().text(flow.message().unwrap()),
    );
    let otp = stage.otp(aadhaar(&asha).expose());
    let enrolled = flow.verify(&otp, &asha.mobile).await.unwrap();
    assert!(enrolled.is_new());
    let number = enrolled.abha_number().unwrap().clone();
    stage.step(
        "The person reads out the OTP.",
        Screen::new().field("ABHA number", number.to_dashed()).field("New", enrolled.is_new()),
    );
    assert_eq!(stage.person("Asha Kumari").abha_number, Some(number));
    assert_eq!(stage.calls::<EnrolByAadhaar>().len(), 1);
    stage.shown();
}

#[tokio::test]
async fn crt_abha_102_the_consent_is_recorded_before_the_aadhaar_number_leaves() {
    let mut stage = open!("CRT_ABHA_102");
    let asha = stage.person("Asha Kumari");
    let current = AgreedConsent::current();
    *stage.consents.is_lost.lock().unwrap() = true;
    let refused = stage.desk.enrol(&aadhaar(&asha), consent()).await.unwrap_err();
    assert_eq!(refused.problem(), Problem::ConsentNotRecorded);
    assert_eq!(stage.call_count(), 0, "without a record nothing is sent, not even for a session");
    stage.step(
        "The consent cannot be recorded: nothing leaves the facility.",
        Screen::new().error(&refused),
    );

    *stage.consents.is_lost.lock().unwrap() = false;
    let agreed = consent().of_subject("UHID-000123");
    stage.desk.enrol(&aadhaar(&asha), agreed).await.unwrap();
    let entries = stage.consents.entries();
    let [(record, calls_before)] = entries.as_slice() else {
        panic!("one consent: {entries:?}");
    };
    assert_eq!(*calls_before, 0, "it was recorded before any call");
    assert_eq!(stage.calls::<RequestEnrolmentOtp>().len(), 1);
    assert_eq!((record.operator.as_str(), record.language.as_str()), ("operator-17", "en"));
    assert_eq!(record.text, current);
    stage.step(
        "The operator shows the consent text in full; the person agrees, then the OTP is asked for.",
        Screen::new()
            .field("Consent text", &current.code)
            .field("Version", &current.version)
            .field("Language", &record.language)
            .field("Operator", &record.operator)
            .time("Given at", record.given_at)
            .field("Patient id", record.subject.as_deref().unwrap_or_default()),
    );
    stage.shown();
}

#[tokio::test]
async fn crt_abha_104_an_invalid_aadhaar_number_is_named_so() {
    let mut stage = open!("CRT_ABHA_104");
    // One digit is wrong, which the check digit tells; too short; a letter.
    let right = aadhaar(&stage.person("Asha Kumari"));
    let (stem, last) = right.expose().split_at(11);
    let slip = if last == "9" { "8" } else { "9" };
    for (slip, typed) in [
        ("with one wrong digit", format!("{stem}{slip}")),
        ("with eleven digits", stem.to_owned()),
        ("with a letter", format!("{stem}x")),
    ] {
        let error = Error::from(AadhaarNumber::new(&typed).unwrap_err());
        let text = error.desk_text(Language::English);
        assert!(text.starts_with("Aadhaar Number is not valid"), "{text}");
        assert_eq!(error.problem().action(), DeskAction::AskAgain);
        let action = format!("The operator types an Aadhaar number {slip}.");
        stage.step(&action, Screen::new().error(&error));
    }
    assert_eq!(stage.call_count(), 0, "found at the desk: nothing was sent");
    // The form is right, and it is nobody's.
    let stem = "99990000999";
    let nobody = (0..10).find_map(|digit| AadhaarNumber::new(&format!("{stem}{digit}")).ok());
    let error = stage.desk.enrol(&nobody.unwrap(), consent()).await.unwrap_err();
    assert_eq!(error.problem(), Problem::AadhaarInvalid, "{error}");
    stage.step(
        "The operator enters a well-formed Aadhaar number that UIDAI does not know.",
        Screen::new().error(&error),
    );
    stage.shown();
}

#[tokio::test]
async fn crt_abha_105_the_text_names_the_masked_mobile_number_and_the_otp_has_six_digits() {
    let mut stage = open!("CRT_ABHA_105");
    let asha = stage.person("Asha Kumari");
    let mut flow = stage.begin_enrolment(&asha).await;
    let shown = flow.message().unwrap().to_owned();
    assert!(shown.contains(&format!("******{}", &asha.mobile.expose()[6..])), "{shown}");
    assert!(!shown.contains(asha.mobile.expose()));
    stage.step("The operator asks for the OTP.", Screen::new().text(shown));
    let sent = stage.call_count();
    for typed in ["12345", "1234567", "12345a", ""] {
        let error = Error::from(Otp::new(typed).unwrap_err());
        assert_eq!(error.problem(), Problem::OtpMalformed);
        let action = format!("The operator types {} characters for the OTP.", typed.len());
        stage.step(&action, Screen::new().error(&error));
    }
    assert_eq!(stage.call_count(), sent, "none of them was sent");
    let otp = stage.otp(asha.mobile.expose());
    assert_eq!(otp.expose().len(), 6);
    flow.verify(&otp, &asha.mobile).await.unwrap();
    stage.step("The operator types the six digits.", Screen::new().text("OTP accepted"));
    stage.shown();
}

#[tokio::test]
async fn crt_abha_106_the_otp_is_sent_again_twice_each_time_after_60_seconds() {
    let mut stage = open!("CRT_ABHA_106");
    let asha = stage.person("Asha Kumari");
    let mut flow = stage.begin_enrolment(&asha).await;
    let first = stage.otp(asha.mobile.expose());
    stage.step(
        "The operator asks for the OTP.",
        Screen::new()
            .text(flow.message().unwrap())
            .field("Resends left", flow.resends_left())
            .time("Resend from", flow.resend_at().unwrap()),
    );
    for left in [1, 0] {
        stage.pass(TimeDelta::seconds(59));
        let sent = stage.call_count();
        let early = flow.resend().await.unwrap_err();
        assert_eq!(early.problem(), Problem::ResendTooEarly);
        assert!(early.desk_text(Language::English).contains("60 seconds"));
        assert_eq!(stage.call_count(), sent, "refused at the desk");
        stage.step("\"Resend OTP\" after 59 seconds.", Screen::new().error(&early));

        stage.pass(TimeDelta::seconds(1));
        flow.resend().await.unwrap();
        assert_eq!(flow.resends_left(), left);
        stage.step(
            "\"Resend OTP\" after 60 seconds.",
            Screen::new().text(flow.message().unwrap()).field("Resends left", left),
        );
    }
    assert_eq!(flow.resend_at(), None);
    stage.pass(TimeDelta::minutes(5));
    let spent = flow.resend().await.unwrap_err();
    assert_eq!(spent.problem(), Problem::NoResendsLeft);
    stage.step("\"Resend OTP\" a third time.", Screen::new().error(&spent));
    assert_eq!(stage.calls::<RequestEnrolmentOtp>().len(), 3, "one OTP and two more");

    // The newest OTP counts, the first one is void.
    let newest = stage.otp(asha.mobile.expose());
    if first.expose() != newest.expose() {
        let void = flow.verify(&first, &asha.mobile).await.unwrap_err();
        assert_eq!(void.problem(), Problem::WrongOtp);
        stage.step("The operator types the first OTP.", Screen::new().error(&void));
    }
    let enrolled = flow.verify(&newest, &asha.mobile).await.unwrap();
    stage.step(
        "The operator types the newest OTP.",
        Screen::new().field("ABHA number", enrolled.abha_number().unwrap().to_dashed()),
    );
    stage.shown();
}

#[tokio::test]
async fn crt_abha_107_a_wrong_otp_shows_an_error_and_the_right_one_is_verified() {
    let mut stage = open!("CRT_ABHA_107");
    let asha = stage.person("Asha Kumari");
    let mut flow = stage.begin_enrolment(&asha).await;
    stage.step("The operator asks for the OTP.", Screen::new().text(flow.message().unwrap()));
    let wrong = stage.wrong_otp(asha.mobile.expose());
    for attempt in 1..=3 {
        let error = flow.verify(&wrong, &asha.mobile).await.unwrap_err();
        assert_eq!(error.problem(), Problem::WrongOtp);
        assert_eq!(error.problem().action(), DeskAction::AskAgain);
        let action = format!("The operator types a wrong OTP, attempt {attempt}.");
        stage.step(&action, Screen::new().error(&error));
    }
    let otp = stage.otp(asha.mobile.expose());
    let enrolled = flow.verify(&otp, &asha.mobile).await.unwrap();
    stage.step(
        "The operator types the right OTP.",
        Screen::new().field("ABHA number", enrolled.abha_number().unwrap().to_dashed()),
    );

    // Another person, who never finds the right one: locked for 30 minutes.
    let imran = stage.person("Imran Specimen");
    let mut flow = stage.begin_enrolment(&imran).await;
    let wrong = stage.wrong_otp(imran.mobile.expose());
    for _ in 0..3 {
        let error = flow.verify(&wrong, &imran.mobile).await.unwrap_err();
        assert_eq!(error.problem(), Problem::WrongOtp);
    }
    let locked = flow.verify(&wrong, &imran.mobile).await.unwrap_err();
    assert_eq!(locked.problem(), Problem::TooManyAttempts);
    let until = locked.retry_at().unwrap();
    stage.step("Four wrong OTPs in a row.", Screen::new().error(&locked));
    let sent = stage.call_count();
    stage.pass(TimeDelta::minutes(29));
    assert_eq!(
        flow.verify(&wrong, &imran.mobile).await.unwrap_err().problem(),
        Problem::TooManyAttempts
    );
    assert_eq!(stage.call_count(), sent, "the desk knows the lock");
    stage.pass(TimeDelta::minutes(1));
    assert!(stage.desk.now() >= until);
    let mut again = stage.begin_enrolment(&imran).await;
    let otp = stage.otp(imran.mobile.expose());
    let enrolled = again.verify(&otp, &imran.mobile).await.unwrap();
    stage.step(
        "After 30 minutes a new OTP is asked for and typed.",
        Screen::new().field("ABHA number", enrolled.abha_number().unwrap().to_dashed()),
    );
    stage.shown();
}
