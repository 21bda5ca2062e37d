//! CRT_ABHA_301-309: creating an ABHA number by demographic data, for government programmes.

use abdm_core::secret::AadhaarNumber;
use abha_enrollment::api::enrollment::{DemographicBlock, EnrolByAadhaar};
use abha_enrollment::api::fields::Personal;
use abha_enrollment::error::{DeskAction, Error, Language};
use abha_enrollment::flow::enrolment::{Enrolled, MobileLink};
use abha_enrollment::{Desk, Problem};

use super::{M1, play};
use crate::case::Case;
use crate::evidence::Screen;
use crate::need::Need;
use crate::outcome::{Present as _, Refused as _, Stop, ensure, ensure_eq};
use crate::people::{Person, Role};
use crate::stage::{Stage, aadhaar, consent, is_image, misread, personal};

const PROGRAMME: &[Need] = &[Need::Person(Role::WithoutAbha), Need::Programme];

pub(super) const CASES: &[Case] = &[
    Case::new(M1, "CRT_ABHA_301", "A programme may create by demographics", play!(programmes_only))
        .needs(PROGRAMME),
    Case::new(
        M1,
        "CRT_ABHA_302",
        "The consent is recorded before the Aadhaar number leaves",
        play!(consent_first),
    )
    .needs(PROGRAMME),
    Case::new(M1, "CRT_ABHA_304", "An invalid Aadhaar number is named so", play!(invalid_aadhaar))
        .needs(&[Need::Person(Role::WithoutAbha)]),
    Case::new(
        M1,
        "CRT_ABHA_305",
        "Details are matched and the default address is shown",
        play!(match_and_mismatch),
    )
    .needs(PROGRAMME),
    Case::new(
        M1,
        "CRT_ABHA_306",
        "Name, birth and gender are filled in and read-only",
        play!(filled_form),
    )
    .needs(PROGRAMME),
    Case::new(
        M1,
        "CRT_ABHA_307",
        "The number and the address are shown",
        play!(number_and_address),
    )
    .needs(PROGRAMME),
    Case::new(M1, "CRT_ABHA_308", "The card is shown", play!(card)).needs(PROGRAMME),
];

/// The form as the desk sends it, with this name.
async fn send(desk: &Desk, person: &Person, name: &str) -> Result<Result<Enrolled, Error>, Stop> {
    let text = |text: &str| Personal::new(text);
    let born = person.date_of_birth.format("%d-%m-%Y").to_string();
    let home = person.home.clone().present()?;
    let describe = |aadhaar| {
        let (state, district) = (text(&home.state_code), text(&home.district_code));
        let gender = person.gender.clone();
        let mut form =
            DemographicBlock::new(aadhaar, text(name), text(&born), gender, state, district);
        form.mobile = Some(text(person.mobile.expose()));
        form.address = Some(text(&format!("{}, {}", home.address, home.district)));
        form.pin_code = Some(text(&home.pin_code));
        form
    };
    Ok(desk.enrol_by_demographics(&aadhaar(person)?, describe, consent()).await)
}

async fn programmes_only(stage: &mut Stage) -> Result<(), Stop> {
    let asha = stage.person(Role::WithoutAbha)?;
    let refused = send(&stage.desk, &asha, &asha.name).await?.refused()?;
    ensure_eq!(refused.problem(), Problem::NotPermitted);
    stage.step(
        "A facility outside of any programme tries to create by demographics.",
        Screen::new().error(&refused),
    );
    let enrolled = send(&stage.programme_desk()?, &asha, &asha.name).await??;
    ensure!(enrolled.is_new());
    stage.step(
        "The operator of a programme chooses \"Create ABHA by demographics\" and fills in the form.",
        Screen::new().field("ABHA number", enrolled.abha_number().present()?.to_dashed()),
    );
    Ok(())
}

async fn consent_first(stage: &mut Stage) -> Result<(), Stop> {
    let asha = stage.person(Role::WithoutAbha)?;
    let desk = stage.programme_desk()?;
    stage.consents.lose(true);
    let refused = send(&desk, &asha, &asha.name).await?.refused()?;
    stage.nothing_left(&refused)?;
    send(&desk, &asha, &asha.name).await??;
    stage.consent_came_first("The person agrees to the text, then the form is sent.")
}

async fn invalid_aadhaar(stage: &mut Stage) -> Result<(), Stop> {
    let right = aadhaar(&stage.person(Role::WithoutAbha)?)?;
    let error = Error::from(AadhaarNumber::new(&misread(&right)?).refused()?);
    ensure!(error.desk_text(Language::English).starts_with("Aadhaar Number is not valid"));
    ensure_eq!(error.problem().action(), DeskAction::AskAgain);
    ensure_eq!(stage.call_count(), 0);
    stage.step(
        "The operator types an Aadhaar number with one wrong digit.",
        Screen::new().error(&error),
    );
    Ok(())
}

async fn match_and_mismatch(stage: &mut Stage) -> Result<(), Stop> {
    let asha = stage.person(Role::WithoutAbha)?;
    let desk = stage.programme_desk()?;
    let mut misspelt = asha.name.clone();
    misspelt.pop();
    let differs = send(&desk, &asha, &misspelt).await?.refused()?;
    ensure_eq!(differs.problem(), Problem::DetailsMismatch);
    ensure_eq!(differs.problem().action(), DeskAction::AskAgain);
    stage.step("The name is not as on Aadhaar.", Screen::new().error(&differs));
    let enrolled = send(&desk, &asha, &asha.name).await??;
    ensure_eq!(*enrolled.mobile_link(), MobileLink::Linked, "a mobile given here is verified");
    let number = enrolled.abha_number().present()?;
    let address = enrolled.abha_address().present()?;
    let suffix = desk.client().environment().address_suffix();
    ensure!(address.as_str() == format!("{}@{suffix}", number.to_digits()));
    let profile = enrolled.finish().await.profile.present()?;
    ensure!(profile.preferred_abha_address.present()?.as_str() == address.as_str());
    ensure_eq!(stage.calls::<EnrolByAadhaar>().len(), 2);
    stage.step(
        "The details are as on Aadhaar.",
        Screen::new()
            .field("ABHA number", number.to_dashed())
            .field("ABHA address (default)", address.as_str()),
    );
    let again = send(&desk, &asha, &asha.name).await??;
    ensure!(!again.is_new());
    ensure!(again.abha_number() == Some(number));
    stage.step(
        "The same person comes again.",
        Screen::new().text("This person has an ABHA number already.").field("New", again.is_new()),
    );
    Ok(())
}

async fn filled_form(stage: &mut Stage) -> Result<(), Stop> {
    let asha = stage.person(Role::WithoutAbha)?;
    let enrolled = send(&stage.programme_desk()?, &asha, &asha.name).await??;
    let profile = enrolled.finish().await.profile.present()?;
    ensure!(personal(&profile.name)? == asha.name);
    ensure!(profile.gender == Some(asha.gender.clone()));
    ensure!(personal(&profile.year_of_birth)? == asha.date_of_birth.format("%Y").to_string());
    let born = [
        personal(&profile.day_of_birth)?,
        personal(&profile.month_of_birth)?,
        personal(&profile.year_of_birth)?,
    ];
    stage.step(
        "The registration form is filled from the profile.",
        Screen::new()
            .read_only("Name", personal(&profile.name)?)
            .read_only("Date of birth", born.join("-"))
            .read_only("Gender", profile.gender.present()?.as_str())
            .field("Address", personal(&profile.address)?)
            .field("District", personal(&profile.district_name)?)
            .field("State", personal(&profile.state_name)?)
            .field("PIN code", personal(&profile.pincode)?),
    );
    Ok(())
}

async fn number_and_address(stage: &mut Stage) -> Result<(), Stop> {
    let asha = stage.person(Role::WithoutAbha)?;
    let enrolled = send(&stage.programme_desk()?, &asha, &asha.name).await??;
    let number = enrolled.abha_number().present()?;
    let address = enrolled.abha_address().present()?;
    ensure_eq!(number.to_digits().len(), 14);
    stage.step(
        "The enrolment ends.",
        Screen::new()
            .read_only("ABHA number", number.to_dashed())
            .read_only("ABHA address", address.as_str()),
    );
    if let Some(record) = stage.on_record(Role::WithoutAbha).await? {
        ensure!(record.abha_number.as_ref() == Some(number));
    }
    Ok(())
}

async fn card(stage: &mut Stage) -> Result<(), Stop> {
    let asha = stage.person(Role::WithoutAbha)?;
    let desk = stage.programme_desk()?;
    let registration = send(&desk, &asha, &asha.name).await??.finish().await;
    let card = registration.profile_session(&desk).present()?.card().await?;
    is_image(&card)?;
    let number = registration.abha_number.present()?.to_dashed();
    stage.image_step(
        "The operator opens the card.",
        Screen::new().field("ABHA number", number),
        ("card", &card),
    );
    Ok(())
}
