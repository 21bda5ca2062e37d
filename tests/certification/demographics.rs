//! CRT_ABHA_301-309: creating an ABHA number by demographic data, for government programmes.

use abdm_core::secret::AadhaarNumber;
use abdm_sandbox::Patient;
use abha_enrollment::api::enrollment::{DemographicBlock, EnrolByAadhaar};
use abha_enrollment::api::fields::Personal;
use abha_enrollment::error::{DeskAction, Error, Language};
use abha_enrollment::flow::enrolment::{Enrolled, MobileLink};
use abha_enrollment::{Desk, DeskBuilder, Problem};

use crate::evidence::Screen;
use crate::stage::{aadhaar, consent, open};

/// The sandbox knows this programme.
fn programme(desk: DeskBuilder) -> DeskBuilder {
    desk.programme("EXAMPLE-SCHEME")
}

/// The form as the desk sends it, with this name.
async fn send(desk: &Desk, person: &Patient, name: &str) -> Result<Enrolled, Error> {
    let text = |text: &str| Personal::new(text);
    let born = person.date_of_birth.format("%d-%m-%Y").to_string();
    let describe = |aadhaar| {
        let (state, district) = (text("27"), text("490"));
        let gender = person.gender.clone();
        let mut form =
            DemographicBlock::new(aadhaar, text(name), text(&born), gender, state, district);
        form.mobile = Some(text(person.mobile.expose()));
        form.address = Some(text("12 Example Road, Pune"));
        form.pin_code = Some(text("411001"));
        form
    };
    desk.enrol_by_demographics(&aadhaar(person), describe, consent()).await
}

#[tokio::test]
async fn crt_abha_301_a_programme_may_create_by_demographics() {
    let mut stage = open!("CRT_ABHA_301", programme);
    let asha = stage.person("Asha Kumari");
    let refused = send(&stage.plain_desk(), &asha, &asha.name).await.unwrap_err();
    assert_eq!(refused.problem(), Problem::NotPermitted);
    stage.step(
        "A facility outside of any programme tries to create by demographics.",
        Screen::new().error(&refused),
    );
    let enrolled = send(&stage.desk, &asha, &asha.name).await.unwrap();
    assert!(enrolled.is_new());
    stage.step(
        "The operator of a programme chooses \"Create ABHA by demographics\" and fills in the form.",
        Screen::new().field("ABHA number", enrolled.abha_number().unwrap().to_dashed()),
    );
    stage.shown();
}

#[tokio::test]
async fn crt_abha_302_the_consent_is_recorded_before_the_aadhaar_number_leaves() {
    let mut stage = open!("CRT_ABHA_302", programme);
    let asha = stage.person("Asha Kumari");
    *stage.consents.is_lost.lock().unwrap() = true;
    let refused = send(&stage.desk, &asha, &asha.name).await.unwrap_err();
    stage.nothing_left(&refused);
    send(&stage.desk, &asha, &asha.name).await.unwrap();
    stage.consent_came_first("The person agrees to the text, then the form is sent.");
    stage.shown();
}

#[tokio::test]
async fn crt_abha_304_an_invalid_aadhaar_number_is_named_so() {
    let mut stage = open!("CRT_ABHA_304", programme);
    let right = aadhaar(&stage.person("Asha Kumari"));
    let (stem, last) = right.expose().split_at(11);
    let slip = if last == "9" { "8" } else { "9" };
    let error = Error::from(AadhaarNumber::new(&format!("{stem}{slip}")).unwrap_err());
    assert!(error.desk_text(Language::English).starts_with("Aadhaar Number is not valid"));
    assert_eq!(error.problem().action(), DeskAction::AskAgain);
    assert_eq!(stage.call_count(), 0);
    stage.step(
        "The operator types an Aadhaar number with one wrong digit.",
        Screen::new().error(&error),
    );
    stage.shown();
}

#[tokio::test]
async fn crt_abha_305_details_are_matched_and_the_default_address_is_shown() {
    let mut stage = open!("CRT_ABHA_305", programme);
    let asha = stage.person("Asha Kumari");
    let differs = send(&stage.desk, &asha, "Asha Kumar").await.unwrap_err();
    assert_eq!(differs.problem(), Problem::DetailsMismatch);
    assert_eq!(differs.problem().action(), DeskAction::AskAgain);
    stage.step("The name is not as on Aadhaar.", Screen::new().error(&differs));
    let enrolled = send(&stage.desk, &asha, &asha.name).await.unwrap();
    assert_eq!(*enrolled.mobile_link(), MobileLink::Linked, "a mobile given here is verified");
    let (number, address) = (enrolled.abha_number().unwrap(), enrolled.abha_address().unwrap());
    assert_eq!(address.as_str(), format!("{}@sbx", number.to_digits()));
    let profile = enrolled.finish().await.profile.unwrap();
    assert_eq!(profile.preferred_abha_address.unwrap().as_str(), address.as_str());
    assert_eq!(stage.calls::<EnrolByAadhaar>().len(), 2);
    stage.step(
        "The details are as on Aadhaar.",
        Screen::new()
            .field("ABHA number", number.to_dashed())
            .field("ABHA address (default)", address.as_str()),
    );
    let again = send(&stage.desk, &asha, &asha.name).await.unwrap();
    assert!(!again.is_new());
    assert_eq!(again.abha_number(), Some(number));
    stage.step(
        "The same person comes again.",
        Screen::new().text("This person has an ABHA number already.").field("New", again.is_new()),
    );
    stage.shown();
}

#[tokio::test]
async fn crt_abha_306_name_birth_and_gender_are_filled_in_and_read_only() {
    let mut stage = open!("CRT_ABHA_306", programme);
    let asha = stage.person("Asha Kumari");
    let enrolled = send(&stage.desk, &asha, &asha.name).await.unwrap();
    let profile = enrolled.finish().await.profile.unwrap();
    let shown = |field: Option<Personal>| field.unwrap().as_str().to_owned();
    assert_eq!(shown(profile.name.clone()), "Asha Kumari");
    assert_eq!(profile.gender.clone(), Some(asha.gender.clone()));
    assert_eq!(shown(profile.year_of_birth.clone()), "1988");
    let born = [profile.day_of_birth, profile.month_of_birth, profile.year_of_birth].map(shown);
    stage.step(
        "The registration form is filled from the profile.",
        Screen::new()
            .read_only("Name", shown(profile.name))
            .read_only("Date of birth", born.join("-"))
            .read_only("Gender", profile.gender.unwrap().as_str())
            .field("Address", shown(profile.address))
            .field("District", shown(profile.district_name))
            .field("State", shown(profile.state_name))
            .field("PIN code", shown(profile.pincode)),
    );
    stage.shown();
}

#[tokio::test]
async fn crt_abha_307_the_number_and_the_address_are_shown() {
    let mut stage = open!("CRT_ABHA_307", programme);
    let asha = stage.person("Asha Kumari");
    let enrolled = send(&stage.desk, &asha, &asha.name).await.unwrap();
    let (number, address) = (enrolled.abha_number().unwrap(), enrolled.abha_address().unwrap());
    assert_eq!(number.to_digits().len(), 14);
    stage.step(
        "The enrolment ends.",
        Screen::new()
            .read_only("ABHA number", number.to_dashed())
            .read_only("ABHA address", address.as_str()),
    );
    assert_eq!(stage.person("Asha Kumari").abha_number.as_ref(), Some(number));
    stage.shown();
}

#[tokio::test]
async fn crt_abha_308_the_card_is_shown() {
    let mut stage = open!("CRT_ABHA_308", programme);
    let asha = stage.person("Asha Kumari");
    let registration = send(&stage.desk, &asha, &asha.name).await.unwrap().finish().await;
    let card = registration.profile_session(&stage.desk).unwrap().card().await.unwrap();
    assert!(card.media_type().starts_with("image/"), "{}", card.media_type());
    assert!(!card.bytes().is_empty());
    let number = registration.abha_number.unwrap().to_dashed();
    stage.image_step(
        "The operator opens the card.",
        Screen::new().field("ABHA number", number),
        ("card", &card),
    );
    stage.shown();
}
