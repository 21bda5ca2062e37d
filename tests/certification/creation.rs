//! CRT_ABHA_101-115: creating an ABHA number by Aadhaar OTP.

use abdm_core::secret::{AadhaarNumber, MobileNumber, Otp};
use abha_enrollment::Problem;
use abha_enrollment::api::account::{FetchAbhaCard, FetchProfile};
use abha_enrollment::api::enrollment::{
    AgreedConsent, ClaimAbhaAddress, EnrolByAadhaar, RequestEnrolmentOtp, VerifyEnrolmentOtp,
};
use abha_enrollment::error::{DeskAction, Error, Language};
use abha_enrollment::flow::enrolment::MobileLink;
use abha_enrollment::input::AbhaAddressName;
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

#[tokio::test]
async fn crt_abha_108_the_mobile_number_of_aadhaar_needs_no_second_otp() {
    let mut stage = open!("CRT_ABHA_108");
    let asha = stage.person("Asha Kumari");
    let enrolled = stage.enrol(&asha, &asha.mobile).await;
    assert_eq!(*enrolled.mobile_link(), MobileLink::Linked);
    let mobile = enrolled.profile().mobile.clone().unwrap();
    assert_eq!(mobile.as_str(), format!("******{}", &asha.mobile.expose()[6..]));
    assert_eq!(stage.calls::<RequestEnrolmentOtp>().len(), 1);
    assert_eq!(stage.calls::<VerifyEnrolmentOtp>().len(), 0);
    stage.step(
        "The person gives the mobile number that Aadhaar knows.",
        Screen::new()
            .field("Mobile", mobile.as_str())
            .text("The mobile number is linked; no second OTP is asked for."),
    );
    stage.shown();
}

#[tokio::test]
async fn crt_abha_109_another_mobile_number_is_verified_by_its_own_otp() {
    let mut stage = open!("CRT_ABHA_109");
    let asha = stage.person("Asha Kumari");
    let other = MobileNumber::new("9888800001").unwrap();
    let enrolled = stage.enrol(&asha, &other).await;
    assert_eq!(*enrolled.mobile_link(), MobileLink::NotLinked);
    stage.step(
        "The person gives another mobile number than Aadhaar knows.",
        Screen::new().text("This mobile number is not linked yet: verify it by OTP."),
    );
    let mut linking = enrolled.link_mobile(&other).await.unwrap();
    let text = linking.message().unwrap().to_owned();
    assert!(text.contains("******0001"), "{text}");
    stage.step("The operator has an OTP sent to it.", Screen::new().text(text));
    let wrong = linking.verify(&stage.wrong_otp(other.expose())).await.unwrap_err();
    assert_eq!(wrong.problem(), Problem::WrongOtp);
    stage.step("The operator types a wrong OTP.", Screen::new().error(&wrong));
    let linked = linking.verify(&stage.otp(other.expose())).await.unwrap();
    assert_eq!(*linked.mobile_link(), MobileLink::Linked);
    let profile = linked.finish().await.unwrap().profile.unwrap();
    assert!(profile.mobile.unwrap().as_str().ends_with("0001"));
    assert_eq!(stage.calls::<VerifyEnrolmentOtp>().len(), 2);
    stage.step(
        "The operator types the right OTP.",
        Screen::new().field("Mobile", "******0001").text("The mobile number is linked."),
    );
    stage.shown();
}

#[tokio::test]
async fn crt_abha_112_addresses_are_suggested_and_a_taken_one_is_named_so() {
    let mut stage = open!("CRT_ABHA_112");
    let asha = stage.person("Asha Kumari");
    let mut enrolled = stage.enrol(&asha, &asha.mobile).await;
    let names = enrolled.suggest_addresses().await.unwrap();
    assert!(names.len() >= 3, "{names:?}");
    let mut screen = Screen::new().text(AbhaAddressName::RULE);
    for name in &names {
        screen = screen.choice([("ABHA address", format!("{}@sbx", name.as_str()))]);
    }
    assert!(AbhaAddressName::RULE.contains("8 to 18") && AbhaAddressName::RULE.contains("dot"));
    stage.step("The desk offers suggestions and a field with its rule.", screen);

    let sent = stage.call_count();
    for typed in [".asha", "asha_", "asha kumari", "ab"] {
        let error = Error::from(AbhaAddressName::parse(typed).unwrap_err());
        assert_eq!(error.problem(), Problem::AbhaAddressInvalid);
        stage.step(&format!("The person wants \"{typed}\"."), Screen::new().error(&error));
    }
    assert_eq!(stage.call_count(), sent, "held against the rule at the desk");
    for (typed, keeps) in [("asha.kumari_88", true), ("asha.k.umari", false), ("asha", false)] {
        assert_eq!(AbhaAddressName::parse(typed).unwrap().keeps_printed_rule(), keeps, "{typed}");
    }

    let taken = AbhaAddressName::parse("ravi.example").unwrap();
    let error = enrolled.claim_address(&taken).await.unwrap_err();
    assert_eq!(error.problem(), Problem::AddressTaken);
    let text = error.desk_text(Language::English);
    assert!(text.starts_with("ABHA Address is already exist"), "{text}");
    assert_eq!(error.problem().action(), DeskAction::AskForAnother);
    stage.step("The person wants \"ravi.example\".", Screen::new().error(&error));

    let own = AbhaAddressName::parse("asha.kumari_88").unwrap();
    let address = enrolled.claim_address(&own).await.unwrap();
    assert_eq!(address.as_str(), "asha.kumari_88@sbx");
    assert_eq!(stage.calls::<ClaimAbhaAddress>().len(), 2);
    stage.step(
        "The person wants \"asha.kumari_88\".",
        Screen::new().field("ABHA address", address.as_str()),
    );
    assert_eq!(stage.person("Asha Kumari").abha_address, Some(address));
    stage.shown();
}

#[tokio::test]
async fn crt_abha_113_the_number_and_the_address_are_shown() {
    let mut stage = open!("CRT_ABHA_113");
    let asha = stage.person("Asha Kumari");
    let mut enrolled = stage.enrol(&asha, &asha.mobile).await;
    let name = enrolled.suggest_addresses().await.unwrap().remove(0);
    enrolled.claim_address(&name).await.unwrap();
    let registration = enrolled.finish().await.unwrap();
    let number = registration.abha_number.clone().unwrap();
    let address = registration.abha_address.clone().unwrap();
    assert_eq!(number.to_digits().len(), 14);
    assert_eq!(number.to_dashed().len(), 17);
    let profile = registration.profile.unwrap();
    assert_eq!(profile.abha_number.unwrap().whole(), Some(&number));
    assert_eq!(stage.calls::<FetchProfile>().len(), 1);
    stage.step(
        "The enrolment ends; the desk shows the person their ABHA.",
        Screen::new()
            .read_only("ABHA number", number.to_dashed())
            .read_only("ABHA address", address.as_str())
            .read_only("Name", profile.name.unwrap().as_str())
            .read_only("Gender", profile.gender.unwrap().as_str()),
    );
    let shown = stage.person("Asha Kumari");
    assert_eq!((shown.abha_number, shown.abha_address), (Some(number), Some(address)));
    stage.shown();
}

#[tokio::test]
async fn crt_abha_114_the_card_is_shown_and_can_be_kept() {
    let mut stage = open!("CRT_ABHA_114");
    let asha = stage.person("Asha Kumari");
    let mut enrolled = stage.enrol(&asha, &asha.mobile).await;
    let name = enrolled.suggest_addresses().await.unwrap().remove(0);
    let address = enrolled.claim_address(&name).await.unwrap();
    let registration = enrolled.finish().await.unwrap();
    let session = registration.profile_session(&stage.desk).unwrap();
    let card = session.card().await.unwrap();
    assert!(card.media_type().starts_with("image/"), "{}", card.media_type());
    assert_eq!(stage.calls::<FetchAbhaCard>().len(), 1);
    stage.image_step(
        "The operator opens the card and keeps it.",
        Screen::new()
            .field("ABHA number", registration.abha_number.unwrap().to_dashed())
            .field("ABHA address", address.as_str()),
        ("card", &card),
    );
    let code = session.qr_code().await.unwrap();
    assert!(code.media_type().starts_with("image/"), "{}", code.media_type());
    stage.image_step("The operator opens the QR code.", Screen::new(), ("qr", &code));
    stage.shown();
}
