//! An ABHA address: VRFY_ABHA_102, 202, 502.

use abha_enrollment::Problem;
use abha_enrollment::api::address::{FetchAddressProfile, VerifyAbhaAddress};
use abha_enrollment::api::fields::Personal;
use abha_enrollment::biometric::Modality;
use abha_enrollment::flow::verification::OtpRoute;

use super::{resend_rule, wrong_otp};
use crate::biometrics::{scan, strangers_scan};
use crate::evidence::Screen;
use crate::stage::{Stage, open};

/// By an OTP of this route: nobody's address, resend, wrong OTP, profile, card.
async fn by_otp(stage: &mut Stage, route: OtpRoute) {
    let nobodys = "nobody.at.all@sbx".parse().unwrap();
    let none = stage.desk.search_abha_address(&nobodys).await.unwrap_err();
    assert_eq!(none.problem(), Problem::NoAbha);
    stage.step("The operator enters an ABHA address that nobody has.", Screen::new().error(&none));

    let meera = stage.person("Meera Sample");
    let address = meera.abha_address.clone().unwrap();
    let found = stage.desk.search_abha_address(&address).await.unwrap();
    let mut screen = Screen::new().field("Status", found.status.unwrap().as_str());
    for method in &found.auth_methods {
        screen = screen.choice([("Verify by", method.as_str().to_owned())]);
    }
    stage.step("The operator enters the ABHA address.", screen);
    let mut flow = stage.desk.verify_abha_address(&address, route).await.unwrap();
    let text = flow.message().unwrap().to_owned();
    assert!(text.contains(&format!("******{}", &meera.mobile.expose()[6..])), "{text}");
    stage.step("The operator chooses the way.", Screen::new().text(text));
    resend_rule(stage, &mut flow).await;
    wrong_otp(stage, &mut flow, &meera).await;
    let verified = flow.verify(&stage.otp(meera.mobile.expose())).await.unwrap();
    assert_eq!(verified.abha_address().as_ref(), Some(&address));
    assert_eq!(verified.abha_number(), meera.abha_number.as_ref());
    assert_eq!(stage.calls::<VerifyAbhaAddress>().len(), 2);
    let profile = verified.profile().await.unwrap();
    assert_eq!(stage.calls::<FetchAddressProfile>().len(), 1);
    let shown = |field: &Option<Personal>| field.as_ref().unwrap().as_str().to_owned();
    assert_eq!(shown(&profile.full_name), meera.name);
    let born = [&profile.day_of_birth, &profile.month_of_birth, &profile.year_of_birth].map(shown);
    stage.step(
        "The operator types the OTP; the form is filled from the profile, to be saved under the patient id.",
        Screen::new()
            .read_only("Name", shown(&profile.full_name))
            .read_only("Date of birth", born.join("-"))
            .read_only("Gender", profile.gender.unwrap().as_str())
            .read_only("ABHA number", profile.abha_number.unwrap().to_text())
            .field("ABHA address", shown(&profile.abha_address)),
    );
    let card = verified.card().await.unwrap();
    assert!(card.media_type().starts_with("image/"), "{}", card.media_type());
    stage.image_step("The operator opens the card.", Screen::new(), ("card", &card));
}

#[tokio::test]
async fn vrfy_abha_102_an_address_is_verified_by_aadhaar_otp() {
    let mut stage = open!("VRFY_ABHA_102");
    by_otp(&mut stage, OtpRoute::Aadhaar).await;
    stage.shown();
}

#[tokio::test]
async fn vrfy_abha_202_an_address_is_verified_by_an_otp_to_its_mobile_number() {
    let mut stage = open!("VRFY_ABHA_202");
    by_otp(&mut stage, OtpRoute::AbhaMobile).await;
    stage.shown();
}

#[tokio::test]
async fn vrfy_abha_502_an_address_is_verified_by_biometrics() {
    let mut stage = open!("VRFY_ABHA_502");
    let meera = stage.person("Meera Sample");
    let address = meera.abha_address.clone().unwrap();
    for modality in [Modality::Finger, Modality::Face, Modality::Iris] {
        let flow = stage.desk.announce_address_scan(&address, modality).await.unwrap();
        stage.step(
            &format!("The operator enters the ABHA address and chooses {modality:?}."),
            Screen::new().field("For the scanner (wadh)", modality.wadh()),
        );
        let verified = flow.verify(&scan(modality)).await.unwrap();
        assert_eq!(verified.abha_address().as_ref(), Some(&address));
        let name = verified.profile().await.unwrap().full_name.unwrap();
        stage.step("The person is scanned.", Screen::new().read_only("Name", name.as_str()));
    }
    let flow = stage.desk.announce_address_scan(&address, Modality::Finger).await.unwrap();
    let refused = flow.verify(&strangers_scan(Modality::Finger)).await.unwrap_err();
    assert_eq!(refused.problem(), Problem::BiometricMismatch);
    stage.step("Somebody else is scanned.", Screen::new().error(&refused));
    stage.shown();
}
