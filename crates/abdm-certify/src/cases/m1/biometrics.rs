//! CRT_ABHA_201-210: creating an ABHA number by finger, face or iris.

use abdm_core::secret::{AadhaarNumber, MobileNumber};
use abha_enrollment::api::enrollment::{EnrolByAadhaar, VerifyEnrolmentOtp};
use abha_enrollment::biometric::{Modality, Scan};
use abha_enrollment::error::{DeskAction, Error, Language};
use abha_enrollment::flow::enrolment::{Enrolled, MobileLink};
use abha_enrollment::input::PidBlock;
use abha_enrollment::{Desk, Problem};

use super::{M1, play};
use crate::case::Case;
use crate::evidence::Screen;
use crate::need::Need;
use crate::outcome::{Present as _, Refused as _, Stop, ensure, ensure_eq};
use crate::people::{Person, Role};
use crate::place::Scanned;
use crate::stage::{Stage, aadhaar, consent, is_image, last_four, masked, misread, wrong_otp};

const SCANNED: &[Need] = &[Need::Person(Role::WithoutAbha), Need::Scanner];

pub(super) const CASES: &[Case] = &[
    Case::new(M1, "CRT_ABHA_201", "An ABHA number is created by biometrics", play!(by_biometrics))
        .needs(&[
            Need::Person(Role::WithoutAbha),
            Need::Person(Role::AnotherWithoutAbha),
            Need::Person(Role::ThirdWithoutAbha),
            Need::Scanner,
        ]),
    Case::new(
        M1,
        "CRT_ABHA_202",
        "The consent is recorded before the scan leaves",
        play!(consent_first),
    )
    .needs(SCANNED),
    Case::new(M1, "CRT_ABHA_204", "An invalid Aadhaar number is named so", play!(invalid_aadhaar))
        .needs(&[Need::Person(Role::WithoutAbha)]),
    Case::new(
        M1,
        "CRT_ABHA_205",
        "A stranger's finger or face is refused and the person's is verified",
        play!(strangers_and_own),
    )
    .needs(&[
        Need::Person(Role::WithoutAbha),
        Need::Person(Role::AnotherWithoutAbha),
        Need::Scanner,
    ]),
    Case::new(
        M1,
        "CRT_ABHA_206",
        "The mobile number of Aadhaar is linked by one OTP",
        play!(mobile_of_aadhaar),
    )
    .needs(SCANNED),
    Case::new(
        M1,
        "CRT_ABHA_207",
        "Another mobile number is verified by its own OTP",
        play!(another_mobile),
    )
    .needs(&[Need::Person(Role::WithoutAbha), Need::SpareMobile, Need::Scanner]),
    Case::new(M1, "CRT_ABHA_208", "The number is shown", play!(number)).needs(SCANNED),
    Case::new(M1, "CRT_ABHA_209", "The card is shown", play!(card)).needs(SCANNED),
];

async fn enrol(
    desk: &Desk,
    person: &Person,
    scan: &Scan,
    mobile: &MobileNumber,
) -> Result<Result<Enrolled, Error>, Stop> {
    Ok(desk.enrol_by_scan(&aadhaar(person)?, scan, mobile, consent()).await)
}

/// The first person without ABHA number, enrolled by their finger.
async fn enrolled_by_finger(stage: &Stage) -> Result<Enrolled, Stop> {
    let asha = stage.person(Role::WithoutAbha)?;
    let finger = own(stage, Modality::Finger, Role::WithoutAbha).await?;
    Ok(enrol(&stage.desk, &asha, &finger, &asha.mobile).await??)
}

async fn own(stage: &Stage, modality: Modality, role: Role) -> Result<Scan, Stop> {
    stage.scan(modality, Scanned::Person(role)).await
}

async fn by_biometrics(stage: &mut Stage) -> Result<(), Stop> {
    let people = [
        (Modality::Finger, Role::WithoutAbha),
        (Modality::Face, Role::AnotherWithoutAbha),
        (Modality::Iris, Role::ThirdWithoutAbha),
    ];
    for (modality, role) in people {
        let person = stage.person(role)?;
        let scan = own(stage, modality, role).await?;
        let enrolled = enrol(&stage.desk, &person, &scan, &person.mobile).await??;
        ensure!(enrolled.is_new());
        let number = enrolled.abha_number().present()?;
        if let Some(record) = stage.on_record(role).await? {
            ensure!(record.abha_number.as_ref() == Some(number));
        }
        stage.step(
            &format!("The operator chooses \"Create ABHA by biometrics\": {modality:?}."),
            Screen::new()
                .field("For the scanner (wadh)", modality.wadh())
                .field("ABHA number", number.to_dashed()),
        );
    }
    ensure_eq!(stage.calls::<EnrolByAadhaar>().len(), 3);
    Ok(())
}

async fn consent_first(stage: &mut Stage) -> Result<(), Stop> {
    let asha = stage.person(Role::WithoutAbha)?;
    stage.consents.lose(true);
    let finger = own(stage, Modality::Finger, Role::WithoutAbha).await?;
    let refused = enrol(&stage.desk, &asha, &finger, &asha.mobile).await?.refused()?;
    stage.nothing_left(&refused)?;
    enrol(&stage.desk, &asha, &finger, &asha.mobile).await??;
    stage.consent_came_first("The person agrees to the text, then the scan is sent.")
}

async fn invalid_aadhaar(stage: &mut Stage) -> Result<(), Stop> {
    let right = aadhaar(&stage.person(Role::WithoutAbha)?)?;
    let error = Error::from(AadhaarNumber::new(&misread(&right)?).refused()?);
    ensure!(error.desk_text(Language::English).starts_with("Aadhaar Number is not valid"));
    ensure_eq!(stage.call_count(), 0);
    stage.step(
        "The operator types an Aadhaar number with one wrong digit.",
        Screen::new().error(&error),
    );
    Ok(())
}

async fn strangers_and_own(stage: &mut Stage) -> Result<(), Stop> {
    let unready = r#"<PidData><Resp errCode="720" errInfo="device not ready"/></PidData>"#;
    let error = Error::from(PidBlock::from_xml(unready).refused()?);
    ensure_eq!(stage.call_count(), 0, "what the scanner itself calls an error is not sent");
    stage.step("The scanner reports an error.", Screen::new().error(&error));
    let people =
        [(Modality::Finger, Role::WithoutAbha), (Modality::Face, Role::AnotherWithoutAbha)];
    for (modality, role) in people {
        let person = stage.person(role)?;
        let stranger = stage.scan(modality, Scanned::SomebodyElseThan(role)).await?;
        let refused = enrol(&stage.desk, &person, &stranger, &person.mobile).await?.refused()?;
        ensure_eq!(refused.problem(), Problem::BiometricMismatch);
        ensure_eq!(refused.problem().action(), DeskAction::AskAgain);
        stage.step(&format!("{modality:?} of somebody else."), Screen::new().error(&refused));
        let scan = own(stage, modality, role).await?;
        let enrolled = enrol(&stage.desk, &person, &scan, &person.mobile).await??;
        stage.step(
            &format!("{modality:?} of the person."),
            Screen::new().field("ABHA number", enrolled.abha_number().present()?.to_dashed()),
        );
    }
    Ok(())
}

/// V3 links no mobile number after a scan, whichever is given (m1-abha.md 6.4): the OTP is the way for
/// the number that Aadhaar knows too. Once it is linked, nothing more is asked.
async fn mobile_of_aadhaar(stage: &mut Stage) -> Result<(), Stop> {
    let asha = stage.person(Role::WithoutAbha)?;
    let enrolled = enrolled_by_finger(stage).await?;
    ensure_eq!(*enrolled.mobile_link(), MobileLink::NotLinked);
    let mut linking = enrolled.link_mobile(&asha.mobile).await?;
    stage.step(
        "The person gives the mobile number that Aadhaar knows.",
        Screen::new().text(linking.message().present()?),
    );
    let linked = linking.verify(&stage.otp(&asha.mobile).await?).await?;
    ensure_eq!(*linked.mobile_link(), MobileLink::Linked);
    stage.step("The OTP is typed.", Screen::new().text("The mobile number is linked."));
    let again = enrolled_by_finger(stage).await?;
    ensure_eq!((again.is_new(), again.mobile_link()), (false, &MobileLink::Linked));
    stage.step(
        "The person comes again with the same number.",
        Screen::new().text("The mobile number is linked; no OTP is asked for."),
    );
    Ok(())
}

async fn another_mobile(stage: &mut Stage) -> Result<(), Stop> {
    let asha = stage.person(Role::WithoutAbha)?;
    let other = stage.spare_mobile()?;
    let finger = own(stage, Modality::Finger, Role::WithoutAbha).await?;
    let enrolled = enrol(&stage.desk, &asha, &finger, &other).await??;
    ensure_eq!(*enrolled.mobile_link(), MobileLink::NotLinked);
    let mut linking = enrolled.link_mobile(&other).await?;
    let text = linking.message().present()?.to_owned();
    ensure!(text.contains(&masked(&other)?));
    stage.step("The person gives another mobile number.", Screen::new().text(text));
    let otp = stage.otp(&other).await?;
    let wrong = linking.verify(&wrong_otp(&otp)?).await.refused()?;
    ensure_eq!(wrong.problem(), Problem::WrongOtp);
    stage.step("The operator types a wrong OTP.", Screen::new().error(&wrong));
    let linked = linking.verify(&otp).await?;
    let profile = linked.finish().await.profile.present()?;
    ensure!(profile.mobile.present()?.as_str().ends_with(last_four(&other)?));
    ensure_eq!(stage.calls::<VerifyEnrolmentOtp>().len(), 2);
    stage.step(
        "The operator types the right OTP.",
        Screen::new().field("Mobile", masked(&other)?).text("The mobile number is linked."),
    );
    Ok(())
}

async fn number(stage: &mut Stage) -> Result<(), Stop> {
    let enrolled = enrolled_by_finger(stage).await?;
    let number = enrolled.abha_number().present()?;
    let address = enrolled.abha_address().present()?;
    ensure_eq!(number.to_digits().len(), 14);
    stage.step(
        "The enrolment ends.",
        Screen::new()
            .read_only("ABHA number", number.to_dashed())
            .read_only("ABHA address", address.as_str()),
    );
    Ok(())
}

async fn card(stage: &mut Stage) -> Result<(), Stop> {
    let registration = enrolled_by_finger(stage).await?.finish().await;
    let card = registration.profile_session(&stage.desk).present()?.card().await?;
    is_image(&card)?;
    let number = registration.abha_number.present()?.to_dashed();
    stage.image_step(
        "The operator opens the card.",
        Screen::new().field("ABHA number", number),
        ("card", &card),
    );
    Ok(())
}
