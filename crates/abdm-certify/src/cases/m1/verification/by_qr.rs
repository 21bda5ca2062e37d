//! The QR code of a card: the second VRFY_ABHA_501.

use abha_enrollment::flow::verification::OtpRoute;
use abha_enrollment::scanned::{Born, ScannedCard};
use serde_json::json;

use super::{M1, number, play, verified};
use crate::case::Case;
use crate::evidence::Screen;
use crate::need::Need;
use crate::outcome::{Present as _, Refused as _, Stop, ensure, ensure_eq};
use crate::people::Role;
use crate::stage::{Stage, masked};

pub(crate) const CASES: &[Case] = &[Case::new(
    M1,
    "VRFY_ABHA_501_QR",
    "A scanned card fills the form and is then verified",
    play!(scanned_card),
)
.needs(&[Need::Person(Role::AbhaHolder)])];

async fn scanned_card(stage: &mut Stage) -> Result<(), Stop> {
    let meera = stage.person(Role::AbhaHolder)?;
    let number = number(&meera)?;
    let date = meera.date_of_birth;
    let code = json!({
        "hidn": number.to_dashed(), "hid": meera.abha_address.clone().present()?.to_string(),
        "name": meera.name, "gender": meera.gender.as_str(),
        "dob": date.format("%-d/%-m/%Y").to_string(), "mobile": meera.mobile.expose(),
        "statelgd": "27", "distlgd": "490", "state name": "MAHARASHTRA", "dist name": "PUNE",
        "address": "12 Example Road, Pune",
    });
    let card = ScannedCard::read(&code.to_string())?;
    ensure!(card.abha_number.as_ref() == Some(&number));
    ensure!(card.born == Some(Born::On(date)));
    ensure!(card.mobile.as_ref().present()?.as_str() == meera.mobile.expose());
    ensure_eq!(stage.call_count(), 0);
    stage.step(
        "The operator scans the QR code: unverified claims fill the form.",
        Screen::new()
            .text("Not verified yet.")
            .field("Name", card.name.present()?.as_str())
            .field("Date of birth", date.format("%-d-%-m-%Y"))
            .field("Gender", card.gender.present()?.as_str())
            .field("Mobile", masked(&meera.mobile)?)
            .field("ABHA number", number.to_dashed()),
    );
    ScannedCard::read("https://example.org/menu").refused()?;
    let scanned = card.abha_number.present()?;
    let mut flow = stage.desk.verify_abha_number(&scanned, OtpRoute::AbhaMobile).await?;
    let verified = verified(flow.verify(&stage.otp(&meera.mobile).await?).await?)?;
    ensure!(verified.abha_number() == Some(&number));
    stage.step("An OTP proves them.", Screen::new().text("Verified."));
    Ok(())
}
