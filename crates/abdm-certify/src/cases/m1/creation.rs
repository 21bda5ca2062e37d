//! CRT_ABHA_101-107: creating an ABHA number by Aadhaar OTP, up to the OTP.

use abdm_core::secret::{AadhaarNumber, Otp};
use abha_enrollment::Problem;
use abha_enrollment::api::enrollment::{AgreedConsent, EnrolByAadhaar, RequestEnrolmentOtp};
use abha_enrollment::error::{DeskAction, Error, Language};
use chrono::TimeDelta;

use super::{M1, play};
use crate::case::Case;
use crate::evidence::Screen;
use crate::need::Need;
use crate::outcome::{Present as _, Refused as _, Stop, ensure, ensure_eq};
use crate::people::Role;
use crate::stage::{Stage, aadhaar, consent, masked, misread, wrong_otp};

const WITHOUT_ABHA: &[Need] = &[Need::Person(Role::WithoutAbha)];

pub(super) const CASES: &[Case] = &[
    Case::new(
        M1,
        "CRT_ABHA_101",
        "An ABHA number is created by Aadhaar OTP",
        play!(by_aadhaar_otp),
    )
    .needs(WITHOUT_ABHA),
    Case::new(
        M1,
        "CRT_ABHA_102",
        "The consent is recorded before the Aadhaar number leaves",
        play!(consent_first),
    )
    .needs(WITHOUT_ABHA),
    Case::new(M1, "CRT_ABHA_104", "An invalid Aadhaar number is named so", play!(invalid_aadhaar))
        .needs(WITHOUT_ABHA),
    Case::new(
        M1,
        "CRT_ABHA_104_UNKNOWN",
        "An Aadhaar number that UIDAI does not know is named so",
        play!(unknown_aadhaar),
    )
    .shows(&["CRT_ABHA_104"])
    .needs(&[Need::NobodysAadhaar]),
    Case::new(
        M1,
        "CRT_ABHA_105",
        "The text names the masked mobile number and the OTP has six digits",
        play!(otp_is_announced),
    )
    .needs(WITHOUT_ABHA),
    Case::new(
        M1,
        "CRT_ABHA_106",
        "The OTP is sent again twice, each time after 60 seconds",
        play!(otp_is_sent_again),
    )
    .needs(WITHOUT_ABHA),
    Case::new(
        M1,
        "CRT_ABHA_107",
        "A wrong OTP shows an error and the right one is verified",
        play!(wrong_and_right_otp),
    )
    .needs(&[Need::Person(Role::WithoutAbha), Need::Person(Role::AnotherWithoutAbha)]),
];

async fn by_aadhaar_otp(stage: &mut Stage) -> Result<(), Stop> {
    let asha = stage.person(Role::WithoutAbha)?;
    ensure!(asha.abha_number.is_none());
    let mut flow = stage.begin_enrolment(&asha).await?;
    stage.step(
        "The operator chooses \"Create ABHA by Aadhaar OTP\" and enters the Aadhaar number.",
        Screen::new().text(flow.message().present()?),
    );
    let otp = stage.otp(&asha.mobile).await?;
    let enrolled = flow.verify(&otp, &asha.mobile).await?;
    ensure!(enrolled.is_new());
    let number = enrolled.abha_number().present()?.clone();
    stage.step(
        "The person reads out the OTP.",
        Screen::new().field("ABHA number", number.to_dashed()).field("New", enrolled.is_new()),
    );
    if let Some(record) = stage.on_record(Role::WithoutAbha).await? {
        ensure!(record.abha_number == Some(number));
    }
    ensure_eq!(stage.calls::<EnrolByAadhaar>().len(), 1);
    Ok(())
}

async fn consent_first(stage: &mut Stage) -> Result<(), Stop> {
    let asha = stage.person(Role::WithoutAbha)?;
    let current = AgreedConsent::current();
    stage.consents.lose(true);
    let refused = stage.desk.enrol(&aadhaar(&asha)?, consent()).await.refused()?;
    stage.nothing_left(&refused)?;

    let agreed = consent().of_subject("UHID-000123");
    stage.desk.enrol(&aadhaar(&asha)?, agreed).await?;
    let entries = stage.consents.entries();
    ensure_eq!(entries.len(), 1, "one consent");
    let (record, calls_before) = entries.first().present()?;
    ensure_eq!(*calls_before, 0, "it was recorded before any call");
    ensure_eq!(stage.calls::<RequestEnrolmentOtp>().len(), 1);
    ensure_eq!((record.operator.as_str(), record.language.as_str()), ("operator-17", "en"));
    ensure_eq!(record.text, current);
    stage.step(
        "The operator shows the consent text in full; the person agrees, then the OTP is asked for.",
        Screen::new()
            .field("Consent text", &current.code)
            .field("Version", &current.version)
            .field("Language", &record.language)
            .field("Operator", &record.operator)
            .time("Given at", record.given_at)
            .field("Patient id", record.subject.as_deref().unwrap_or_default()),
    );
    Ok(())
}

async fn invalid_aadhaar(stage: &mut Stage) -> Result<(), Stop> {
    // One digit is wrong, which the check digit tells; too short; a letter.
    let right = aadhaar(&stage.person(Role::WithoutAbha)?)?;
    let stem = right.expose().get(..11).present()?;
    for (slip, typed) in [
        ("with one wrong digit", misread(&right)?),
        ("with eleven digits", stem.to_owned()),
        ("with a letter", format!("{stem}x")),
    ] {
        let error = Error::from(AadhaarNumber::new(&typed).refused()?);
        let text = error.desk_text(Language::English);
        ensure!(text.starts_with("Aadhaar Number is not valid"));
        ensure_eq!(error.problem().action(), DeskAction::AskAgain);
        let action = format!("The operator types an Aadhaar number {slip}.");
        stage.step(&action, Screen::new().error(&error));
    }
    ensure_eq!(stage.call_count(), 0, "found at the desk: nothing was sent");
    Ok(())
}

async fn unknown_aadhaar(stage: &mut Stage) -> Result<(), Stop> {
    let nobody = stage.nobodys_aadhaar()?;
    let error = stage.desk.enrol(&nobody, consent()).await.refused()?;
    ensure_eq!(error.problem(), Problem::AadhaarInvalid);
    stage.step(
        "The operator enters a well-formed Aadhaar number that UIDAI does not know.",
        Screen::new().error(&error),
    );
    Ok(())
}

async fn otp_is_announced(stage: &mut Stage) -> Result<(), Stop> {
    let asha = stage.person(Role::WithoutAbha)?;
    let mut flow = stage.begin_enrolment(&asha).await?;
    let shown = flow.message().present()?.to_owned();
    ensure!(shown.contains(&masked(&asha.mobile)?));
    ensure!(!shown.contains(asha.mobile.expose()));
    stage.step("The operator asks for the OTP.", Screen::new().text(shown));
    let sent = stage.call_count();
    for typed in ["12345", "1234567", "12345a", ""] {
        let error = Error::from(Otp::new(typed).refused()?);
        ensure_eq!(error.problem(), Problem::OtpMalformed);
        let action = format!("The operator types {} characters for the OTP.", typed.len());
        stage.step(&action, Screen::new().error(&error));
    }
    ensure_eq!(stage.call_count(), sent, "none of them was sent");
    let otp = stage.otp(&asha.mobile).await?;
    ensure_eq!(otp.expose().len(), 6);
    flow.verify(&otp, &asha.mobile).await?;
    stage.step("The operator types the six digits.", Screen::new().text("OTP accepted"));
    Ok(())
}

async fn otp_is_sent_again(stage: &mut Stage) -> Result<(), Stop> {
    let asha = stage.person(Role::WithoutAbha)?;
    let mut flow = stage.begin_enrolment(&asha).await?;
    let first = stage.otp(&asha.mobile).await?;
    stage.step(
        "The operator asks for the OTP.",
        Screen::new()
            .text(flow.message().present()?)
            .field("Resends left", flow.resends_left())
            .time("Resend from", flow.resend_at().present()?),
    );
    for left in [1, 0] {
        stage.wait(TimeDelta::seconds(59)).await;
        let sent = stage.call_count();
        let early = flow.resend().await.refused()?;
        ensure_eq!(early.problem(), Problem::ResendTooEarly);
        ensure!(early.desk_text(Language::English).contains("60 seconds"));
        ensure_eq!(stage.call_count(), sent, "refused at the desk");
        stage.step("\"Resend OTP\" after 59 seconds.", Screen::new().error(&early));

        stage.wait(TimeDelta::seconds(1)).await;
        flow.resend().await?;
        ensure_eq!(flow.resends_left(), left);
        stage.step(
            "\"Resend OTP\" after 60 seconds.",
            Screen::new().text(flow.message().present()?).field("Resends left", left),
        );
    }
    ensure_eq!(flow.resend_at(), None);
    stage.wait(TimeDelta::minutes(5)).await;
    let spent = flow.resend().await.refused()?;
    ensure_eq!(spent.problem(), Problem::NoResendsLeft);
    stage.step("\"Resend OTP\" a third time.", Screen::new().error(&spent));
    ensure_eq!(stage.calls::<RequestEnrolmentOtp>().len(), 3, "one OTP and two more");

    // The newest OTP counts, the first one is void.
    let newest = stage.otp(&asha.mobile).await?;
    if first.expose() != newest.expose() {
        let void = flow.verify(&first, &asha.mobile).await.refused()?;
        ensure_eq!(void.problem(), Problem::WrongOtp);
        stage.step("The operator types the first OTP.", Screen::new().error(&void));
    }
    let enrolled = flow.verify(&newest, &asha.mobile).await?;
    stage.step(
        "The operator types the newest OTP.",
        Screen::new().field("ABHA number", enrolled.abha_number().present()?.to_dashed()),
    );
    Ok(())
}

async fn wrong_and_right_otp(stage: &mut Stage) -> Result<(), Stop> {
    let asha = stage.person(Role::WithoutAbha)?;
    let mut flow = stage.begin_enrolment(&asha).await?;
    stage.step("The operator asks for the OTP.", Screen::new().text(flow.message().present()?));
    let otp = stage.otp(&asha.mobile).await?;
    let wrong = wrong_otp(&otp)?;
    for attempt in 1..=3 {
        let error = flow.verify(&wrong, &asha.mobile).await.refused()?;
        ensure_eq!(error.problem(), Problem::WrongOtp);
        ensure_eq!(error.problem().action(), DeskAction::AskAgain);
        let action = format!("The operator types a wrong OTP, attempt {attempt}.");
        stage.step(&action, Screen::new().error(&error));
    }
    let enrolled = flow.verify(&otp, &asha.mobile).await?;
    stage.step(
        "The operator types the right OTP.",
        Screen::new().field("ABHA number", enrolled.abha_number().present()?.to_dashed()),
    );

    // Another person, who never finds the right one: locked for 30 minutes.
    let imran = stage.person(Role::AnotherWithoutAbha)?;
    let mut flow = stage.begin_enrolment(&imran).await?;
    let wrong = wrong_otp(&stage.otp(&imran.mobile).await?)?;
    for _ in 0..3 {
        let error = flow.verify(&wrong, &imran.mobile).await.refused()?;
        ensure_eq!(error.problem(), Problem::WrongOtp);
    }
    let locked = flow.verify(&wrong, &imran.mobile).await.refused()?;
    ensure_eq!(locked.problem(), Problem::TooManyAttempts);
    let until = locked.retry_at().present()?;
    stage.step("Four wrong OTPs in a row.", Screen::new().error(&locked));
    let sent = stage.call_count();
    stage.wait(TimeDelta::minutes(29)).await;
    let still = flow.verify(&wrong, &imran.mobile).await.refused()?;
    ensure_eq!(still.problem(), Problem::TooManyAttempts);
    ensure_eq!(stage.call_count(), sent, "the desk knows the lock");
    stage.wait(TimeDelta::minutes(1)).await;
    ensure!(stage.desk.now() >= until);
    let mut again = stage.begin_enrolment(&imran).await?;
    let otp = stage.otp(&imran.mobile).await?;
    let enrolled = again.verify(&otp, &imran.mobile).await?;
    stage.step(
        "After 30 minutes a new OTP is asked for and typed.",
        Screen::new().field("ABHA number", enrolled.abha_number().present()?.to_dashed()),
    );
    Ok(())
}
