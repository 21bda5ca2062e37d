//! CRT_ABHA_108-115: what follows the OTP of an enrolment: mobile number, ABHA address, card.

use abdm_core::secret::MobileNumber;
use abha_enrollment::Problem;
use abha_enrollment::api::account::{FetchAbhaCard, FetchProfile};
use abha_enrollment::api::enrollment::{ClaimAbhaAddress, RequestEnrolmentOtp, VerifyEnrolmentOtp};
use abha_enrollment::error::{DeskAction, Error, Language};
use abha_enrollment::flow::enrolment::MobileLink;
use abha_enrollment::input::AbhaAddressName;

use crate::evidence::Screen;
use crate::stage::open;

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
    let profile = linked.finish().await.profile.unwrap();
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
    let registration = enrolled.finish().await;
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
    let registration = enrolled.finish().await;
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
