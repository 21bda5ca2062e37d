//! An ABHA number: VRFY_ABHA_101, 201, 501.

use abha_enrollment::Problem;
use abha_enrollment::api::account::{FetchAbhaCard, FetchProfile};
use abha_enrollment::biometric::Modality;
use abha_enrollment::flow::verification::OtpRoute;

use super::{form, number, resend_rule, verified, wrong_otp};
use crate::biometrics::{scan, strangers_scan};
use crate::evidence::Screen;
use crate::stage::{Stage, open};

/// By an OTP of this route: resend, wrong OTP, profile, card.
async fn by_otp(stage: &mut Stage, route: OtpRoute) {
    let meera = stage.person("Meera Sample");
    let mut flow = stage.desk.verify_abha_number(&number(&meera), route).await.unwrap();
    let text = flow.message().unwrap().to_owned();
    assert!(text.contains(&format!("******{}", &meera.mobile.expose()[6..])), "{text}");
    let of_aadhaar = text.contains("Aadhaar registered mobile");
    assert_eq!(of_aadhaar, route == OtpRoute::Aadhaar, "{text}");
    stage.step("The operator enters the ABHA number.", Screen::new().text(text));
    resend_rule(stage, &mut flow).await;
    wrong_otp(stage, &mut flow, &meera).await;
    let otp = stage.otp(meera.mobile.expose());
    let verified = verified(flow.verify(&otp).await.unwrap());
    assert_eq!(verified.abha_number(), meera.abha_number.as_ref());
    let session = verified.profile();
    let profile = session.fetch().await.unwrap();
    assert_eq!(profile.name.as_ref().unwrap().as_str(), meera.name);
    assert_eq!(stage.calls::<FetchProfile>().len(), 1);
    stage.step(
        "The operator types the OTP; the form is filled from the profile, to be saved under the patient id.",
        form(&profile),
    );
    let card = session.card().await.unwrap();
    assert!(card.media_type().starts_with("image/"), "{}", card.media_type());
    assert_eq!(stage.calls::<FetchAbhaCard>().len(), 1);
    stage.image_step("The operator opens the card.", Screen::new(), ("card", &card));
}

#[tokio::test]
async fn vrfy_abha_101_a_number_is_verified_by_aadhaar_otp() {
    let mut stage = open!("VRFY_ABHA_101");
    by_otp(&mut stage, OtpRoute::Aadhaar).await;
    stage.shown();
}

#[tokio::test]
async fn vrfy_abha_201_a_number_is_verified_by_an_otp_to_its_mobile_number() {
    let mut stage = open!("VRFY_ABHA_201");
    by_otp(&mut stage, OtpRoute::AbhaMobile).await;
    stage.shown();
}

#[tokio::test]
async fn vrfy_abha_501_a_number_is_verified_by_fingerprint_and_face() {
    let mut stage = open!("VRFY_ABHA_501");
    let meera = stage.person("Meera Sample");
    for modality in [Modality::Finger, Modality::Face] {
        let flow = stage.desk.announce_scan(&number(&meera), modality).await.unwrap();
        stage.step(
            &format!("The operator enters the ABHA number and chooses {modality:?}."),
            Screen::new().field("For the scanner (wadh)", modality.wadh()),
        );
        let verified = flow.verify(&scan(modality)).await.unwrap();
        assert_eq!(verified.abha_number(), meera.abha_number.as_ref());
        let profile = verified.profile().fetch().await.unwrap();
        stage.step("The person is scanned.", form(&profile));

        let flow = stage.desk.announce_scan(&number(&meera), modality).await.unwrap();
        let refused = flow.verify(&strangers_scan(modality)).await.unwrap_err();
        assert_eq!(refused.problem(), Problem::BiometricMismatch);
        stage.step("Somebody else is scanned.", Screen::new().error(&refused));
    }
    stage.shown();
}
