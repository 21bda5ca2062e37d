//! An ABHA address: VRFY_ABHA_102, 202, 502.

use abha_enrollment::Problem;
use abha_enrollment::api::address::{FetchAddressProfile, VerifyAbhaAddress};
use abha_enrollment::biometric::Modality;
use abha_enrollment::flow::verification::OtpRoute;

use super::{M1, play, resend_rule, wrong_otp_first};
use crate::case::Case;
use crate::evidence::Screen;
use crate::need::Need;
use crate::outcome::{Present as _, Refused as _, Stop, ensure, ensure_eq};
use crate::people::Role;
use crate::place::Scanned;
use crate::stage::{Stage, is_image, masked, personal};

const HOLDER: &[Need] = &[Need::Person(Role::AbhaHolder)];

pub(crate) const CASES: &[Case] = &[
    Case::new(M1, "VRFY_ABHA_102", "An address is verified by Aadhaar OTP", play!(by_aadhaar_otp))
        .needs(HOLDER),
    Case::new(
        M1,
        "VRFY_ABHA_202",
        "An address is verified by an OTP to its mobile number",
        play!(by_mobile_otp),
    )
    .needs(HOLDER),
    Case::new(M1, "VRFY_ABHA_502", "An address is verified by biometrics", play!(by_biometrics))
        .needs(&[Need::Person(Role::AbhaHolder), Need::Scanner]),
];

/// By an OTP of this route: nobody's address, resend, wrong OTP, profile, card.
async fn by_otp(stage: &mut Stage, route: OtpRoute) -> Result<(), Stop> {
    let suffix = stage.desk.client().environment().address_suffix();
    let nobodys = format!("nobody.at.all@{suffix}").parse()?;
    let none = stage.desk.search_abha_address(&nobodys).await.refused()?;
    ensure_eq!(none.problem(), Problem::NoAbha);
    stage.step("The operator enters an ABHA address that nobody has.", Screen::new().error(&none));

    let meera = stage.person(Role::AbhaHolder)?;
    let address = meera.abha_address.clone().present()?;
    let found = stage.desk.search_abha_address(&address).await?;
    let mut screen = Screen::new().field("Status", found.status.present()?.as_str());
    for method in &found.auth_methods {
        screen = screen.choice([("Verify by", method.as_str().to_owned())]);
    }
    stage.step("The operator enters the ABHA address.", screen);
    let mut flow = stage.desk.verify_abha_address(&address, route).await?;
    let text = flow.message().present()?.to_owned();
    ensure!(text.contains(&masked(&meera.mobile)?));
    stage.step("The operator chooses the way.", Screen::new().text(text));
    resend_rule(stage, &mut flow).await?;
    let otp = wrong_otp_first(stage, &mut flow, &meera).await?;
    let verified = flow.verify(&otp).await?;
    ensure!(verified.abha_address().as_ref() == Some(&address));
    ensure!(verified.abha_number() == meera.abha_number.as_ref());
    ensure_eq!(stage.calls::<VerifyAbhaAddress>().len(), 2);
    let profile = verified.profile().await?;
    ensure_eq!(stage.calls::<FetchAddressProfile>().len(), 1);
    ensure!(personal(&profile.full_name)? == meera.name);
    let born = [
        personal(&profile.day_of_birth)?,
        personal(&profile.month_of_birth)?,
        personal(&profile.year_of_birth)?,
    ];
    stage.step(
        "The operator types the OTP; the form is filled from the profile, to be saved under the patient id.",
        Screen::new()
            .read_only("Name", personal(&profile.full_name)?)
            .read_only("Date of birth", born.join("-"))
            .read_only("Gender", profile.gender.as_ref().present()?.as_str())
            .read_only("ABHA number", profile.abha_number.as_ref().present()?.to_text())
            .field("ABHA address", personal(&profile.abha_address)?),
    );
    let card = verified.card().await?;
    is_image(&card)?;
    stage.image_step("The operator opens the card.", Screen::new(), ("card", &card));
    Ok(())
}

async fn by_aadhaar_otp(stage: &mut Stage) -> Result<(), Stop> {
    by_otp(stage, OtpRoute::Aadhaar).await
}

async fn by_mobile_otp(stage: &mut Stage) -> Result<(), Stop> {
    by_otp(stage, OtpRoute::AbhaMobile).await
}

async fn by_biometrics(stage: &mut Stage) -> Result<(), Stop> {
    let meera = stage.person(Role::AbhaHolder)?;
    let address = meera.abha_address.clone().present()?;
    for modality in [Modality::Finger, Modality::Face, Modality::Iris] {
        let flow = stage.desk.announce_address_scan(&address, modality).await?;
        stage.step(
            &format!("The operator enters the ABHA address and chooses {modality:?}."),
            Screen::new().field("For the scanner (wadh)", modality.wadh()),
        );
        let scan = stage.scan(modality, Scanned::Person(Role::AbhaHolder)).await?;
        let verified = flow.verify(&scan).await?;
        ensure!(verified.abha_address().as_ref() == Some(&address));
        let profile = verified.profile().await?;
        let screen = Screen::new().read_only("Name", personal(&profile.full_name)?);
        stage.step("The person is scanned.", screen);
    }
    let flow = stage.desk.announce_address_scan(&address, Modality::Finger).await?;
    let other = Scanned::SomebodyElseThan(Role::AbhaHolder);
    let stranger = stage.scan(Modality::Finger, other).await?;
    let refused = flow.verify(&stranger).await.refused()?;
    ensure_eq!(refused.problem(), Problem::BiometricMismatch);
    stage.step("Somebody else is scanned.", Screen::new().error(&refused));
    Ok(())
}
