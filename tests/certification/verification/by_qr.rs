//! The QR code of a card: the second VRFY_ABHA_501.

use abha_enrollment::flow::verification::OtpRoute;
use abha_enrollment::scanned::{Born, ScannedCard};
use chrono::Datelike as _;
use serde_json::json;

use super::verified;
use crate::evidence::Screen;
use crate::stage::open;

#[tokio::test]
async fn vrfy_abha_501_qr_a_scanned_card_fills_the_form_and_is_then_verified() {
    let mut stage = open!("VRFY_ABHA_501_QR");
    let meera = stage.person("Meera Sample");
    let number = meera.abha_number.clone().unwrap();
    let code = json!({
        "hidn": number.to_dashed(), "hid": meera.abha_address.clone().unwrap().to_string(),
        "name": meera.name, "gender": "F", "dob": "26/6/1999", "mobile": meera.mobile.expose(),
        "statelgd": "27", "distlgd": "490", "state name": "MAHARASHTRA", "dist name": "PUNE",
        "address": "12 Example Road, Pune",
    });
    let card = ScannedCard::read(&code.to_string()).unwrap();
    let born = Some(Born::On(meera.date_of_birth));
    assert_eq!((&card.abha_number, card.born), (&Some(number.clone()), born));
    assert_eq!(card.mobile.as_ref().unwrap().as_str(), meera.mobile.expose());
    assert_eq!(stage.call_count(), 0);
    let name = card.name.unwrap();
    let date = meera.date_of_birth;
    stage.step(
        "The operator scans the QR code: unverified claims fill the form.",
        Screen::new()
            .text("Not verified yet.")
            .field("Name", name.as_str())
            .field("Date of birth", format!("{}-{}-{}", date.day(), date.month(), date.year()))
            .field("Gender", card.gender.unwrap().as_str())
            .field("Mobile", format!("******{}", &meera.mobile.expose()[6..]))
            .field("ABHA number", number.to_dashed()),
    );
    assert!(ScannedCard::read("https://example.org/menu").is_err());
    let scanned = card.abha_number.unwrap();
    let mut flow = stage.desk.verify_abha_number(&scanned, OtpRoute::AbhaMobile).await.unwrap();
    let verified = verified(flow.verify(&stage.otp(meera.mobile.expose())).await.unwrap());
    assert_eq!(verified.abha_number(), Some(&number));
    stage.step("An OTP proves them.", Screen::new().text("Verified."));
    stage.shown();
}
