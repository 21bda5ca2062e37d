//! Reading a request for an OTP or scan: which scope, hint and sender go together, and whose proof
//! it asks for.

use abdm_core::person::AbhaAddress;
use abha_enrollment::api::otp::OtpRequest;
use abha_enrollment::api::vocabulary::Scope;
use abha_enrollment::encryption::PhrKey;

use super::{Side, faults};
use crate::engine::Engine;
use crate::server::Refusal;
use crate::services::abha::otp::Inbox;
use crate::services::abha::typed;
use crate::world::{Person, World};

/// A combination that a call takes: scope, hint, sender, and what it means.
pub(in crate::services) type Row = (&'static [&'static str], &'static str, &'static str, By);

/// By what a person is asked for.
#[derive(Debug, Clone, Copy)]
pub(in crate::services) enum By {
    /// A mobile number, whoever has it: for a new address, or a change.
    AnyMobile,
    /// An e-mail address, whoever has it.
    AnyEmail,
    /// The mobile number of somebody with an address.
    Mobile,
    /// The e-mail address of somebody with an address.
    Email,
    /// An address.
    Address(Way),
    /// An ABHA number.
    Number(Way),
    /// An Aadhaar number.
    Aadhaar,
}

/// How the person is to prove it.
#[derive(Debug, Clone, Copy)]
pub(in crate::services) enum Way {
    Mobile,
    Email,
    Aadhaar,
    /// By a scan, which is no OTP.
    Scan,
}

/// Whose proof is asked for, and how.
#[derive(Debug)]
pub(in crate::services) struct Asked {
    pub(in crate::services) people: Vec<usize>,
    /// The address that was named.
    pub(in crate::services) address: Option<AbhaAddress>,
    pub(in crate::services) by: Prompt,
}

/// What happens next.
#[derive(Debug)]
pub(in crate::services) enum Prompt {
    /// An OTP goes there.
    Otp(Inbox),
    /// A scan is awaited of the person with this Aadhaar number.
    Scan(String),
}

/// Reads a request by the combinations that its call takes.
pub(in crate::services) fn read(
    engine: &Engine,
    side: Side,
    rows: &[Row],
    request: &OtpRequest<PhrKey>,
) -> Result<Asked, Refusal> {
    let by = meaning(rows, request)?;
    let plain = side.lock.open(engine, &request.login_id)?;
    // A wrong key shows as a bad value.
    let plain = plain.unwrap_or_default();
    let world = engine.world();
    match by {
        By::AnyMobile | By::Mobile => {
            let mobile =
                typed::mobile(&plain).ok_or_else(|| faults::bad_value("Invalid mobile number"))?;
            let people = world.people.addressees_of_mobile(mobile);
            if people.is_empty() && matches!(by, By::Mobile) {
                return Err(faults::user_not_found());
            }
            let by = Prompt::Otp(Inbox::Mobile(mobile.to_owned()));
            Ok(Asked { people, address: None, by })
        }
        By::AnyEmail | By::Email => {
            let email =
                typed::email(&plain).ok_or_else(|| faults::bad_value("Invalid Email Id"))?;
            let people = world.people.addressees_of_email(email);
            if people.is_empty() && matches!(by, By::Email) {
                return Err(faults::user_not_found());
            }
            let by = Prompt::Otp(Inbox::Email(email.to_owned()));
            Ok(Asked { people, address: None, by })
        }
        By::Address(way) => {
            let address = typed::abha_address(&plain)
                .ok_or_else(|| faults::bad_value("Invalid Abha Address"))?;
            let place = world.people.place_of(&address);
            of_person(&world, place, way, Some(address))
        }
        By::Number(way) => {
            let number = typed::abha_number(&plain)
                .ok_or_else(|| faults::bad_value("Invalid ABHA Number"))?;
            of_person(&world, world.people.by_number(&number), way, None)
        }
        By::Aadhaar => {
            typed::aadhaar_or_vid(&plain).ok_or_else(|| faults::bad_part("Invalid LoginId"))?;
            let place = world.people.by_aadhaar(&plain);
            let has_number = |place: &usize| {
                world.people.person(*place).is_some_and(|p| p.living_account().is_some())
            };
            of_person(&world, place.filter(has_number), Way::Aadhaar, None)
        }
    }
}

/// What a request means on this call.
fn meaning(rows: &[Row], request: &OtpRequest<PhrKey>) -> Result<By, Refusal> {
    let scope: Vec<&str> = request.scope.iter().map(Scope::as_str).collect();
    let of_scope = || rows.iter().filter(|row| row.0 == scope);
    if of_scope().next().is_none() {
        return Err(faults::bad_value("Invalid Scope"));
    }
    let hint = request.login_hint.as_str();
    let of_hint = || of_scope().filter(|row| row.1 == hint);
    if of_hint().next().is_none() {
        return Err(faults::bad_value("Invalid Login Hint"));
    }
    let sender = request.otp_system.as_str();
    let row = of_hint().find(|row| row.2 == sender);
    row.map(|row| row.3).ok_or_else(|| faults::bad_value("Invalid Otp System"))
}

fn of_person(
    world: &World,
    place: Option<usize>,
    way: Way,
    address: Option<AbhaAddress>,
) -> Result<Asked, Refusal> {
    let known = place.and_then(|place| Some((place, world.people.person(place)?)));
    let (place, person) = known.ok_or_else(faults::user_not_found)?;
    Ok(Asked { people: vec![place], address, by: prompt(person, way)? })
}

fn prompt(person: &Person, way: Way) -> Result<Prompt, Refusal> {
    let inbox = match way {
        Way::Mobile => Inbox::mobile_of(person).ok_or_else(faults::no_mobile),
        Way::Email => person.email.clone().map(Inbox::Email).ok_or_else(faults::user_not_found),
        Way::Aadhaar => Inbox::aadhaar_of(person).ok_or_else(faults::no_aadhaar),
        Way::Scan => {
            let aadhaar = person.aadhaar.as_ref().ok_or_else(faults::no_aadhaar)?;
            return Ok(Prompt::Scan(aadhaar.expose().to_owned()));
        }
    };
    inbox.map(Prompt::Otp)
}
