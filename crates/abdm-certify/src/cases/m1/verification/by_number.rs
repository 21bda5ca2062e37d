//! An ABHA number: VRFY_ABHA_101, 201, 501.

use abha_enrollment::Problem;
use abha_enrollment::api::account::{FetchAbhaCard, FetchProfile};
use abha_enrollment::biometric::Modality;
use abha_enrollment::flow::verification::OtpRoute;

use super::{M1, form, number, play, resend_rule, verified, wrong_otp_first};
use crate::case::Case;
use crate::evidence::Screen;
use crate::need::Need;
use crate::outcome::{Present as _, Refused as _, Stop, ensure, ensure_eq};
use crate::people::Role;
use crate::place::Scanned;
use crate::stage::{Stage, is_image, masked, personal};

const HOLDER: &[Need] = &[Need::Person(Role::AbhaHolder)];

pub(crate) const CASES: &[Case] = &[
    Case::new(M1, "VRFY_ABHA_101", "A number is verified by Aadhaar OTP", play!(by_aadhaar_otp))
        .needs(HOLDER),
    Case::new(
        M1,
        "VRFY_ABHA_201",
        "A number is verified by an OTP to its mobile number",
        play!(by_mobile_otp),
    )
    .needs(HOLDER),
    Case::new(
        M1,
        "VRFY_ABHA_501",
        "A number is verified by fingerprint and face",
        play!(by_biometrics),
    )
    .needs(&[Need::Person(Role::AbhaHolder), Need::Scanner]),
];

/// By an OTP of this route: resend, wrong OTP, profile, card.
async fn by_otp(stage: &mut Stage, route: OtpRoute) -> Result<(), Stop> {
    let meera = stage.person(Role::AbhaHolder)?;
    let mut flow = stage.desk.verify_abha_number(&number(&meera)?, route).await?;
    let text = flow.message().present()?.to_owned();
    ensure!(text.contains(&masked(&meera.mobile)?));
    let of_aadhaar = text.contains("Aadhaar registered mobile");
    ensure_eq!(of_aadhaar, route == OtpRoute::Aadhaar);
    stage.step("The operator enters the ABHA number.", Screen::new().text(text));
    resend_rule(stage, &mut flow).await?;
    let otp = wrong_otp_first(stage, &mut flow, &meera).await?;
    let verified = verified(flow.verify(&otp).await?)?;
    ensure!(verified.abha_number() == meera.abha_number.as_ref());
    let session = verified.profile();
    let profile = session.fetch().await?;
    ensure!(personal(&profile.name)? == meera.name);
    ensure_eq!(stage.calls::<FetchProfile>().len(), 1);
    stage.step(
        "The operator types the OTP; the form is filled from the profile, to be saved under the patient id.",
        form(&profile)?,
    );
    let card = session.card().await?;
    is_image(&card)?;
    ensure_eq!(stage.calls::<FetchAbhaCard>().len(), 1);
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
    for modality in [Modality::Finger, Modality::Face] {
        let flow = stage.desk.announce_scan(&number(&meera)?, modality).await?;
        stage.step(
            &format!("The operator enters the ABHA number and chooses {modality:?}."),
            Screen::new().field("For the scanner (wadh)", modality.wadh()),
        );
        let scan = stage.scan(modality, Scanned::Person(Role::AbhaHolder)).await?;
        let verified = flow.verify(&scan).await?;
        ensure!(verified.abha_number() == meera.abha_number.as_ref());
        let profile = verified.profile().fetch().await?;
        stage.step("The person is scanned.", form(&profile)?);

        let flow = stage.desk.announce_scan(&number(&meera)?, modality).await?;
        let stranger = stage.scan(modality, Scanned::SomebodyElseThan(Role::AbhaHolder)).await?;
        let refused = flow.verify(&stranger).await.refused()?;
        ensure_eq!(refused.problem(), Problem::BiometricMismatch);
        stage.step("Somebody else is scanned.", Screen::new().error(&refused));
    }
    Ok(())
}
