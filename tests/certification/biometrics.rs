//! CRT_ABHA_201-210: creating an ABHA number by finger, face or iris.

use abdm_core::secret::{AadhaarNumber, MobileNumber};
use abdm_sandbox::Patient;
use abha_enrollment::api::enrollment::{EnrolByAadhaar, VerifyEnrolmentOtp};
use abha_enrollment::biometric::{Modality, Scan};
use abha_enrollment::error::{DeskAction, Error, Language};
use abha_enrollment::flow::enrolment::{Enrolled, MobileLink};
use abha_enrollment::input::PidBlock;
use abha_enrollment::{Desk, Problem};

use crate::evidence::Screen;
use crate::stage::{aadhaar, consent, open};

/// What an RD service gives. The sandbox takes it for the person's own, unless it says `mismatch`.
const GOOD: &str =
    r#"<PidData><Resp errCode="0" qScore="82"/><Data type="X">c2Nhbg==</Data></PidData>"#;
const STRANGER: &str =
    r#"<PidData><Resp errCode="0" qScore="82"/><Data type="X">mismatch</Data></PidData>"#;

/// A scan of this kind.
pub(crate) fn scan(modality: Modality) -> Scan {
    Scan::new(modality, PidBlock::from_xml(GOOD).unwrap())
}

/// A scan of somebody else.
pub(crate) fn strangers_scan(modality: Modality) -> Scan {
    Scan::new(modality, PidBlock::from_xml(STRANGER).unwrap())
}

async fn enrol(
    desk: &Desk,
    person: &Patient,
    scan: &Scan,
    mobile: &MobileNumber,
) -> Result<Enrolled, Error> {
    desk.enrol_by_scan(&aadhaar(person), scan, mobile, consent()).await
}

#[tokio::test]
async fn crt_abha_201_an_abha_number_is_created_by_biometrics() {
    let mut stage = open!("CRT_ABHA_201");
    let people = [
        (Modality::Finger, "Asha Kumari"),
        (Modality::Face, "Imran Specimen"),
        (Modality::Iris, "Lakshmi Muster"),
    ];
    for (modality, name) in people {
        let person = stage.person(name);
        let enrolled = enrol(&stage.desk, &person, &scan(modality), &person.mobile).await.unwrap();
        assert!(enrolled.is_new());
        let number = enrolled.abha_number().unwrap();
        assert_eq!(stage.person(name).abha_number.as_ref(), Some(number));
        stage.step(
            &format!("The operator chooses \"Create ABHA by biometrics\": {modality:?}."),
            Screen::new()
                .field("For the scanner (wadh)", modality.wadh())
                .field("ABHA number", number.to_dashed()),
        );
    }
    assert_eq!(stage.calls::<EnrolByAadhaar>().len(), 3);
    stage.shown();
}

#[tokio::test]
async fn crt_abha_202_the_consent_is_recorded_before_the_scan_leaves() {
    let mut stage = open!("CRT_ABHA_202");
    let asha = stage.person("Asha Kumari");
    *stage.consents.is_lost.lock().unwrap() = true;
    let finger = scan(Modality::Finger);
    let refused = enrol(&stage.desk, &asha, &finger, &asha.mobile).await.unwrap_err();
    stage.nothing_left(&refused);
    enrol(&stage.desk, &asha, &finger, &asha.mobile).await.unwrap();
    stage.consent_came_first("The person agrees to the text, then the scan is sent.");
    stage.shown();
}

#[tokio::test]
async fn crt_abha_204_an_invalid_aadhaar_number_is_named_so() {
    let mut stage = open!("CRT_ABHA_204");
    let right = aadhaar(&stage.person("Asha Kumari"));
    let (stem, last) = right.expose().split_at(11);
    let slip = if last == "9" { "8" } else { "9" };
    let error = Error::from(AadhaarNumber::new(&format!("{stem}{slip}")).unwrap_err());
    assert!(error.desk_text(Language::English).starts_with("Aadhaar Number is not valid"));
    assert_eq!(stage.call_count(), 0);
    stage.step(
        "The operator types an Aadhaar number with one wrong digit.",
        Screen::new().error(&error),
    );
    stage.shown();
}

#[tokio::test]
async fn crt_abha_205_a_strangers_finger_or_face_is_refused_and_the_persons_is_verified() {
    let mut stage = open!("CRT_ABHA_205");
    let unready = r#"<PidData><Resp errCode="720" errInfo="device not ready"/></PidData>"#;
    let error = Error::from(PidBlock::from_xml(unready).unwrap_err());
    assert_eq!(stage.call_count(), 0, "what the scanner itself calls an error is not sent");
    stage.step("The scanner reports an error.", Screen::new().error(&error));
    for (modality, name) in [(Modality::Finger, "Asha Kumari"), (Modality::Face, "Imran Specimen")]
    {
        let person = stage.person(name);
        let stranger = strangers_scan(modality);
        let refused = enrol(&stage.desk, &person, &stranger, &person.mobile).await.unwrap_err();
        assert_eq!(refused.problem(), Problem::BiometricMismatch);
        assert_eq!(refused.problem().action(), DeskAction::AskAgain);
        stage.step(&format!("{modality:?} of somebody else."), Screen::new().error(&refused));
        let enrolled = enrol(&stage.desk, &person, &scan(modality), &person.mobile).await.unwrap();
        stage.step(
            &format!("{modality:?} of the person."),
            Screen::new().field("ABHA number", enrolled.abha_number().unwrap().to_dashed()),
        );
    }
    stage.shown();
}

/// V3 links no mobile number after a scan, whichever is given (m1-abha.md 6.4): the OTP is the way for
/// the number that Aadhaar knows too. Once it is linked, nothing more is asked.
#[tokio::test]
async fn crt_abha_206_the_mobile_number_of_aadhaar_is_linked_by_one_otp() {
    let mut stage = open!("CRT_ABHA_206");
    let asha = stage.person("Asha Kumari");
    let finger = scan(Modality::Finger);
    let enrolled = enrol(&stage.desk, &asha, &finger, &asha.mobile).await.unwrap();
    assert_eq!(*enrolled.mobile_link(), MobileLink::NotLinked);
    let mut linking = enrolled.link_mobile(&asha.mobile).await.unwrap();
    stage.step(
        "The person gives the mobile number that Aadhaar knows.",
        Screen::new().text(linking.message().unwrap()),
    );
    let linked = linking.verify(&stage.otp(asha.mobile.expose())).await.unwrap();
    assert_eq!(*linked.mobile_link(), MobileLink::Linked);
    stage.step("The OTP is typed.", Screen::new().text("The mobile number is linked."));
    let again = enrol(&stage.desk, &asha, &finger, &asha.mobile).await.unwrap();
    assert_eq!((again.is_new(), again.mobile_link()), (false, &MobileLink::Linked));
    stage.step(
        "The person comes again with the same number.",
        Screen::new().text("The mobile number is linked; no OTP is asked for."),
    );
    stage.shown();
}

#[tokio::test]
async fn crt_abha_207_another_mobile_number_is_verified_by_its_own_otp() {
    let mut stage = open!("CRT_ABHA_207");
    let asha = stage.person("Asha Kumari");
    let other = MobileNumber::new("9888800002").unwrap();
    let enrolled = enrol(&stage.desk, &asha, &scan(Modality::Finger), &other).await.unwrap();
    assert_eq!(*enrolled.mobile_link(), MobileLink::NotLinked);
    let mut linking = enrolled.link_mobile(&other).await.unwrap();
    let text = linking.message().unwrap().to_owned();
    assert!(text.contains("******0002"), "{text}");
    stage.step("The person gives another mobile number.", Screen::new().text(text));
    let wrong = linking.verify(&stage.wrong_otp(other.expose())).await.unwrap_err();
    assert_eq!(wrong.problem(), Problem::WrongOtp);
    stage.step("The operator types a wrong OTP.", Screen::new().error(&wrong));
    let linked = linking.verify(&stage.otp(other.expose())).await.unwrap();
    let profile = linked.finish().await.profile.unwrap();
    assert!(profile.mobile.unwrap().as_str().ends_with("0002"));
    assert_eq!(stage.calls::<VerifyEnrolmentOtp>().len(), 2);
    stage.step(
        "The operator types the right OTP.",
        Screen::new().field("Mobile", "******0002").text("The mobile number is linked."),
    );
    stage.shown();
}

#[tokio::test]
async fn crt_abha_208_the_number_is_shown() {
    let mut stage = open!("CRT_ABHA_208");
    let asha = stage.person("Asha Kumari");
    let enrolled = enrol(&stage.desk, &asha, &scan(Modality::Finger), &asha.mobile).await.unwrap();
    let (number, address) = (enrolled.abha_number().unwrap(), enrolled.abha_address().unwrap());
    assert_eq!(number.to_digits().len(), 14);
    stage.step(
        "The enrolment ends.",
        Screen::new()
            .read_only("ABHA number", number.to_dashed())
            .read_only("ABHA address", address.as_str()),
    );
    stage.shown();
}

#[tokio::test]
async fn crt_abha_209_the_card_is_shown() {
    let mut stage = open!("CRT_ABHA_209");
    let asha = stage.person("Asha Kumari");
    let enrolled = enrol(&stage.desk, &asha, &scan(Modality::Finger), &asha.mobile).await.unwrap();
    let registration = enrolled.finish().await;
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
