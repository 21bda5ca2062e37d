//! Creating an ABHA number by name, date of birth and gender (m1-abha.md 6.6).

use abha_enrollment::api::enrollment::{
    DemographicBlock, DemographicReply, EnrolByAadhaar, EnrolmentReply,
};
use abha_enrollment::api::fields::Personal;
use abha_enrollment::api::headers::Benefit;
use chrono::{Datelike as _, NaiveDate};

use super::{Given, give_number};
use crate::engine::Engine;
use crate::server::{Answer, Refusal};
use crate::services::abha::feature::permitted;
use crate::services::abha::otp::masked;
use crate::services::abha::programme::programme;
use crate::services::abha::shown;
use crate::services::abha::typed::{self, Lock};
use crate::services::abha::unprocessable;
use crate::world::{ClientId, Person};

pub(super) fn enrol(
    engine: &Engine,
    client: &ClientId,
    benefit: Option<&Benefit>,
    block: &DemographicBlock,
) -> Result<Answer, Refusal> {
    let now = engine.now();
    let invalid = |field: &str, text: &str| Refusal::field(field, text, now);
    permitted(engine, "demographics")?;
    programme(&engine.world(), benefit, now)?;
    let number = Lock::Abha.open(engine, &block.aadhaar_number)?;
    let number = number.filter(|number| typed::aadhaar(number).is_some());
    let number = number.ok_or_else(|| invalid("aadhaarNumber", "Invalid Aadhaar Number"))?;
    let mobile = block.mobile.as_ref().map(Personal::as_str);
    let place = engine.world().people.by_aadhaar(&number);
    let person = place.and_then(|place| engine.world().people.person(place).cloned());
    let (Some(place), Some(person)) = (place, person) else {
        return Err(differs());
    };
    if !is_as_on_aadhaar(&person, block) {
        return Err(differs());
    }
    // The mobile number counts as verified.
    let given = give_number(engine, client, place, mobile.map(str::to_owned))?;
    let reply = EnrolmentReply::Demographic(Box::new(reply(given)));
    Answer::of::<EnrolByAadhaar>(&reply)
}

fn differs() -> Refusal {
    let text = "The information you provided does not match the details on record with Aadhaar. Please \
                verify and provide accurate information.";
    unprocessable("ABDM-1207", text)
}

fn is_as_on_aadhaar(person: &Person, block: &DemographicBlock) -> bool {
    let born = NaiveDate::parse_from_str(block.date_of_birth.as_str(), "%d-%m-%Y");
    person.name().eq_ignore_ascii_case(block.name.as_str().trim())
        && born.is_ok_and(|born| born == person.date_of_birth)
        && person.gender == block.gender
}

/// The flat answer that only this call has.
fn reply(given: Given) -> DemographicReply {
    let Given { person, account, tokens, is_new, .. } = given;
    let text = |text: &str| Some(Personal::new(text));
    let date = person.date_of_birth;
    let mut reply = DemographicReply::default();
    reply.health_id_number = Some(account.number.clone().into());
    reply.health_id = person.preferred_address().and_then(|address| text(address.as_str()));
    reply.mobile = person.mobile.as_deref().map(masked).map(Personal::new);
    reply.first_name = text(&person.first_name);
    reply.middle_name = text(&person.middle_name);
    reply.last_name = text(&person.last_name);
    reply.name = text(&person.name());
    reply.year_of_birth = text(&date.year().to_string());
    reply.month_of_birth = text(&date.month().to_string());
    reply.day_of_birth = text(&date.day().to_string());
    reply.gender = Some(person.gender.clone());
    reply.state_code = text(&person.home.state_code);
    reply.district_code = text(&person.home.district_code);
    reply.pincode = text(&person.home.pin_code);
    reply.address = text(&person.home.address);
    reply.state_name = text(&person.home.state_name);
    reply.district_name = text(&person.home.district_name);
    reply.kyc_verified = Some(true);
    reply.jwt_response = Some(tokens);
    reply.status = Some(shown::status(&account));
    reply.new = Some(is_new);
    reply
}
