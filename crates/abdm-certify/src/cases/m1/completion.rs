//! CRT_ABHA_108-115: what follows the OTP of an enrolment: mobile number, ABHA address, card.

use abha_enrollment::Problem;
use abha_enrollment::api::account::{FetchAbhaCard, FetchProfile};
use abha_enrollment::api::enrollment::{ClaimAbhaAddress, RequestEnrolmentOtp, VerifyEnrolmentOtp};
use abha_enrollment::error::{DeskAction, Error, Language};
use abha_enrollment::flow::enrolment::MobileLink;
use abha_enrollment::input::AbhaAddressName;

use super::{M1, play};
use crate::case::Case;
use crate::evidence::Screen;
use crate::need::Need;
use crate::outcome::{Present as _, Refused as _, Stop, ensure, ensure_eq};
use crate::people::Role;
use crate::stage::{Stage, is_image, last_four, masked, wrong_otp};

const WITHOUT_ABHA: &[Need] = &[Need::Person(Role::WithoutAbha)];

pub(super) const CASES: &[Case] = &[
    Case::new(
        M1,
        "CRT_ABHA_108",
        "The mobile number of Aadhaar needs no second OTP",
        play!(mobile_of_aadhaar),
    )
    .needs(WITHOUT_ABHA),
    Case::new(
        M1,
        "CRT_ABHA_109",
        "Another mobile number is verified by its own OTP",
        play!(another_mobile),
    )
    .needs(&[Need::Person(Role::WithoutAbha), Need::SpareMobile]),
    Case::new(
        M1,
        "CRT_ABHA_112",
        "Addresses are suggested and a taken one is named so",
        play!(addresses),
    )
    .needs(&[
        Need::Person(Role::WithoutAbha),
        Need::Person(Role::OfSharedMobile),
        Need::FreeAddress,
    ]),
    Case::new(
        M1,
        "CRT_ABHA_113",
        "The number and the address are shown",
        play!(number_and_address),
    )
    .needs(WITHOUT_ABHA),
    Case::new(M1, "CRT_ABHA_114", "The card is shown and can be kept", play!(card))
        .needs(WITHOUT_ABHA),
];

async fn mobile_of_aadhaar(stage: &mut Stage) -> Result<(), Stop> {
    let asha = stage.person(Role::WithoutAbha)?;
    let enrolled = stage.enrol(&asha, &asha.mobile).await?;
    ensure_eq!(*enrolled.mobile_link(), MobileLink::Linked);
    let mobile = enrolled.profile().mobile.clone().present()?;
    ensure!(mobile.as_str() == masked(&asha.mobile)?);
    ensure_eq!(stage.calls::<RequestEnrolmentOtp>().len(), 1);
    ensure_eq!(stage.calls::<VerifyEnrolmentOtp>().len(), 0);
    stage.step(
        "The person gives the mobile number that Aadhaar knows.",
        Screen::new()
            .field("Mobile", mobile.as_str())
            .text("The mobile number is linked; no second OTP is asked for."),
    );
    Ok(())
}

async fn another_mobile(stage: &mut Stage) -> Result<(), Stop> {
    let asha = stage.person(Role::WithoutAbha)?;
    let other = stage.spare_mobile()?;
    let enrolled = stage.enrol(&asha, &other).await?;
    ensure_eq!(*enrolled.mobile_link(), MobileLink::NotLinked);
    stage.step(
        "The person gives another mobile number than Aadhaar knows.",
        Screen::new().text("This mobile number is not linked yet: verify it by OTP."),
    );
    let mut linking = enrolled.link_mobile(&other).await?;
    let text = linking.message().present()?.to_owned();
    ensure!(text.contains(&masked(&other)?));
    stage.step("The operator has an OTP sent to it.", Screen::new().text(text));
    let otp = stage.otp(&other).await?;
    let wrong = linking.verify(&wrong_otp(&otp)?).await.refused()?;
    ensure_eq!(wrong.problem(), Problem::WrongOtp);
    stage.step("The operator types a wrong OTP.", Screen::new().error(&wrong));
    let linked = linking.verify(&otp).await?;
    ensure_eq!(*linked.mobile_link(), MobileLink::Linked);
    let profile = linked.finish().await.profile.present()?;
    ensure!(profile.mobile.present()?.as_str().ends_with(last_four(&other)?));
    ensure_eq!(stage.calls::<VerifyEnrolmentOtp>().len(), 2);
    stage.step(
        "The operator types the right OTP.",
        Screen::new().field("Mobile", masked(&other)?).text("The mobile number is linked."),
    );
    Ok(())
}

async fn addresses(stage: &mut Stage) -> Result<(), Stop> {
    let asha = stage.person(Role::WithoutAbha)?;
    let suffix = stage.desk.client().environment().address_suffix();
    let mut enrolled = stage.enrol(&asha, &asha.mobile).await?;
    let names = enrolled.suggest_addresses().await?;
    ensure!(names.len() >= 3);
    let mut screen = Screen::new().text(AbhaAddressName::RULE);
    for name in &names {
        screen = screen.choice([("ABHA address", format!("{}@{suffix}", name.as_str()))]);
    }
    ensure!(AbhaAddressName::RULE.contains("8 to 18") && AbhaAddressName::RULE.contains("dot"));
    stage.step("The desk offers suggestions and a field with its rule.", screen);

    let sent = stage.call_count();
    for typed in [".asha", "asha_", "asha kumari", "ab"] {
        let error = Error::from(AbhaAddressName::parse(typed).refused()?);
        ensure_eq!(error.problem(), Problem::AbhaAddressInvalid);
        stage.step(&format!("The person wants \"{typed}\"."), Screen::new().error(&error));
    }
    ensure_eq!(stage.call_count(), sent, "held against the rule at the desk");
    for (typed, keeps) in [("asha.kumari_88", true), ("asha.k.umari", false), ("asha", false)] {
        ensure_eq!(AbhaAddressName::parse(typed)?.keeps_printed_rule(), keeps);
    }

    let owner = stage.person(Role::OfSharedMobile)?.abha_address.present()?;
    let taken = AbhaAddressName::parse(owner.as_str().split('@').next().present()?)?;
    let error = enrolled.claim_address(&taken).await.refused()?;
    ensure_eq!(error.problem(), Problem::AddressTaken);
    let text = error.desk_text(Language::English);
    ensure!(text.starts_with("ABHA Address is already exist"));
    ensure_eq!(error.problem().action(), DeskAction::AskForAnother);
    let action = format!("The person wants \"{}\".", taken.as_str());
    stage.step(&action, Screen::new().error(&error));

    let own = stage.free_address()?;
    let address = enrolled.claim_address(&own).await?;
    ensure!(address.as_str() == format!("{}@{suffix}", own.as_str()));
    ensure_eq!(stage.calls::<ClaimAbhaAddress>().len(), 2);
    let action = format!("The person wants \"{}\".", own.as_str());
    stage.step(&action, Screen::new().field("ABHA address", address.as_str()));
    if let Some(record) = stage.on_record(Role::WithoutAbha).await? {
        ensure!(record.abha_address == Some(address));
    }
    Ok(())
}

async fn number_and_address(stage: &mut Stage) -> Result<(), Stop> {
    let asha = stage.person(Role::WithoutAbha)?;
    let mut enrolled = stage.enrol(&asha, &asha.mobile).await?;
    let names = enrolled.suggest_addresses().await?;
    enrolled.claim_address(names.first().present()?).await?;
    let registration = enrolled.finish().await;
    let number = registration.abha_number.clone().present()?;
    let address = registration.abha_address.clone().present()?;
    ensure_eq!(number.to_digits().len(), 14);
    ensure_eq!(number.to_dashed().len(), 17);
    let profile = registration.profile.present()?;
    ensure!(profile.abha_number.present()?.whole() == Some(&number));
    ensure_eq!(stage.calls::<FetchProfile>().len(), 1);
    stage.step(
        "The enrolment ends; the desk shows the person their ABHA.",
        Screen::new()
            .read_only("ABHA number", number.to_dashed())
            .read_only("ABHA address", address.as_str())
            .read_only("Name", profile.name.present()?.as_str())
            .read_only("Gender", profile.gender.present()?.as_str()),
    );
    if let Some(record) = stage.on_record(Role::WithoutAbha).await? {
        ensure!(record.abha_number == Some(number));
        ensure!(record.abha_address == Some(address));
    }
    Ok(())
}

async fn card(stage: &mut Stage) -> Result<(), Stop> {
    let asha = stage.person(Role::WithoutAbha)?;
    let mut enrolled = stage.enrol(&asha, &asha.mobile).await?;
    let names = enrolled.suggest_addresses().await?;
    let address = enrolled.claim_address(names.first().present()?).await?;
    let registration = enrolled.finish().await;
    let session = registration.profile_session(&stage.desk).present()?;
    let card = session.card().await?;
    is_image(&card)?;
    ensure_eq!(stage.calls::<FetchAbhaCard>().len(), 1);
    stage.image_step(
        "The operator opens the card and keeps it.",
        Screen::new()
            .field("ABHA number", registration.abha_number.present()?.to_dashed())
            .field("ABHA address", address.as_str()),
        ("card", &card),
    );
    let code = session.qr_code().await?;
    is_image(&code)?;
    stage.image_step("The operator opens the QR code.", Screen::new(), ("qr", &code));
    Ok(())
}
