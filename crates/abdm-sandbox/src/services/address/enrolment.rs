//! Creating an ABHA address: for a mobile number, or for the owner of an ABHA number (m1-abha.md
//! 11).

use abdm_core::person::AbhaAddress;
use abdm_core::secret::MobileNumber;
use abha_enrollment::api::address::{
    AddressEnrolled, AddressUser, AddressVerified, EnrolAddressRequest, NewAddressDetails,
};
use abha_enrollment::api::fields::{Personal, SeenAbhaNumber};
use abha_enrollment::api::otp::{OtpRequest, OtpSent};
use abha_enrollment::api::proof::{Proof as Given, ProofRequest};
use abha_enrollment::api::vocabulary::{AuthResult, Scope};
use abha_enrollment::encryption::PhrKey;
use abha_enrollment::input::Password;
use chrono::NaiveDate;

use super::asked::{self, By, Prompt, Row, Way};
use super::{Side, choice, faults, names, shown};
use crate::engine::Engine;
use crate::server::Refusal;
use crate::services::abha::ADDRESS_IS_TAKEN;
use crate::services::abha::otp::{Wanted, send};
use crate::services::abha::typed;
use crate::world::{ClientId, Proved, System, World};

const ROWS: &[Row] = &[
    (&["abha-address-enroll", "mobile-verify"], "mobile-number", "abdm", By::AnyMobile),
    (&["abha-login", "mobile-verify"], "abha-number", "abdm", By::Number(Way::Mobile)),
    (&["abha-login", "aadhaar-verify"], "abha-number", "aadhaar", By::Number(Way::Aadhaar)),
];

/// Sends the OTP.
pub(in crate::services) fn request_otp(
    engine: &Engine,
    side: Side,
    request: OtpRequest<PhrKey>,
) -> Result<OtpSent, Refusal> {
    let asked = asked::read(engine, side, ROWS, &request)?;
    let Prompt::Otp(inbox) = asked.by else {
        return Err(faults::bad_value("Invalid Scope"));
    };
    let wanted = Wanted {
        counter: side.enrolment,
        scope: request.scope,
        people: asked.people,
        carried: None,
        txn: None,
    };
    send(engine, wanted, &inbox)
}

/// Verifies it. Whoever has an address already may also log in with one of them.
pub(in crate::services) fn verify(
    engine: &Engine,
    client: &ClientId,
    side: Side,
    request: &ProofRequest<PhrKey>,
) -> Result<AddressVerified, Refusal> {
    let now = engine.now();
    let Given::Otp(block) = &request.auth_data else {
        return Err(faults::bad_value("Invalid Auth Methods"));
    };
    let otp = faults::otp(engine, side.lock, &block.otp_value)?;
    let txn = block.txn_id.clone();
    let outcome = {
        let mut world = engine.world();
        let limits = world.limits();
        let kind = (side.enrolment, request.scope.as_slice());
        world.proofs.prove_otp(&txn, kind, &otp, limits, now)
    };
    let proof = match outcome {
        Ok(proof) => proof,
        Err(wrong) => return Ok(failed(txn, faults::failure(wrong)?)),
    };
    let by_number = proof.scope.contains(&Scope::AbhaLogin);
    let (candidates, account) = {
        let mut world = engine.world();
        let proved = match proof.person().filter(|_| by_number) {
            Some(place) => Proved::Number(place),
            None => Proved::Mobile(proof.target.clone()),
        };
        world.proved.insert(txn.clone(), (side.enrolment, proved), now);
        let account = shown::account(&world, proof.person());
        (world.people.addresses_of(&proof.people), account)
    };
    let mut users = choice::users(engine, &candidates);
    if !by_number {
        users.iter_mut().for_each(mask);
    }
    let tokens = choice::grant(engine, client, side, &txn, &candidates)?;
    let text = "OTP Verified Successfully";
    let mut body = AddressVerified::new(AuthResult::Success, text, users, tokens);
    body.txn_id = Some(txn);
    body.accounts = account.filter(|_| by_number).into_iter().collect();
    Ok(body)
}

/// 200 all the same.
pub(in crate::services) fn failed(txn: abdm_core::id::TxnId, text: &str) -> AddressVerified {
    let mut body = AddressVerified::new(AuthResult::Failed, text, Vec::new(), None);
    body.txn_id = Some(txn);
    body
}

/// Who holds a phone need not know whole ABHA numbers: `XX-XXXX-XXXX-1234`.
fn mask(user: &mut AddressUser) {
    let number = user.abha_number.take();
    user.abha_number = number.map(|number| {
        let text = number.to_text();
        SeenAbhaNumber::Masked(format!("XX-XXXX-XXXX-{}", text.get(13..).unwrap_or_default()))
    });
}

/// Creates the address.
pub(in crate::services) fn enrol(
    engine: &Engine,
    client: &ClientId,
    side: Side,
    request: EnrolAddressRequest,
) -> Result<AddressEnrolled, Refusal> {
    let EnrolAddressRequest { txn_id: txn, phr_details: details, .. } = request;
    let new = read(engine, side, &details)?;
    let candidate = {
        let mut world = engine.world();
        let proved = world.proved.get(&txn).filter(|(counter, _)| *counter == side.enrolment);
        let proved = proved.ok_or_else(faults::unknown_transaction)?.1.clone();
        if world.people.is_taken(&new.address) {
            return Err(taken(side));
        }
        let place = match proved {
            Proved::Mobile(mobile) if mobile == new.mobile.expose() => {
                declare(&mut world, &details, &new)?
            }
            Proved::Mobile(_) => return Err(faults::bad_value("Invalid Mobile Number")),
            Proved::Number(place) => add(&mut world, place, &new)?,
        };
        world.proved.remove(&txn);
        (place, new.address)
    };
    let tokens = choice::log_in(engine, client, side, &txn, &candidate)?;
    let shown = engine.world().people.person(candidate.0).map(shown::enrolled);
    let shown = shown.ok_or_else(faults::user_not_found)?;
    let text = "ABHA Address Created Successfully";
    Ok(AddressEnrolled::new(txn, text, shown, Some(tokens)))
}

/// The two families give the same fault different codes.
fn taken(side: Side) -> Refusal {
    let code = if side.system == System::App { "ABDM-9999: " } else { "ABDM-1101" };
    faults::flat(code, ADDRESS_IS_TAKEN)
}

/// What was typed, in the forms that it must have.
struct New {
    address: AbhaAddress,
    mobile: MobileNumber,
    born: NaiveDate,
    password: Option<String>,
}

fn read(engine: &Engine, side: Side, details: &NewAddressDetails) -> Result<New, Refusal> {
    let born = (&details.day_of_birth, &details.month_of_birth, &details.year_of_birth);
    let (_, born) = names::read_person(&details.first_name, born, engine.now().date_naive())?;
    let name = details.abha_address.as_str();
    let address = names::address(name).filter(|_| name.contains('@'));
    let address = address.ok_or_else(|| faults::bad_part("Invalid ABHA Address"))?;
    let mobile = side.lock.open(engine, &details.mobile)?;
    let mobile = mobile.as_deref().and_then(typed::mobile);
    let mobile = mobile.and_then(|mobile| MobileNumber::new(mobile).ok());
    let mobile = mobile.ok_or_else(|| faults::bad_value("Invalid Mobile Number"))?;
    let password = details.password.as_ref().filter(|text| !text.as_str().is_empty());
    let password = match password {
        Some(text) => Some(self::password(side.lock.open(engine, text)?)?),
        None => None,
    };
    Ok(New { address, mobile, born, password })
}

/// A password as it may be chosen.
pub(in crate::services) fn password(plain: Option<String>) -> Result<String, Refusal> {
    let good = plain.filter(|text| Password::chosen(text).is_ok());
    good.ok_or_else(|| faults::bad_value("Invalid Password"))
}

/// A person of their own word.
fn declare(world: &mut World, details: &NewAddressDetails, new: &New) -> Result<usize, Refusal> {
    if world.people.declared_with(new.mobile.expose()) >= world.switches.addresses_a_person {
        return Err(faults::too_many_addresses());
    }
    let name = (details.first_name.as_str().trim(), details.last_name.as_str().trim());
    let (gender, mobile) = (details.gender.clone(), new.mobile.clone());
    let place = world.people.declare(name, gender, new.born, mobile, new.address.clone());
    let told = |text: &Personal| Some(text.as_str().to_owned()).filter(|text| !text.is_empty());
    world.people.change(place, |person| {
        person.middle_name = details.middle_name.as_str().trim().to_owned();
        person.email = told(&details.email);
        person.password.clone_from(&new.password);
        if let Some(photo) = told(&details.profile_photo) {
            person.photo = photo;
        }
        let home = &mut person.home;
        for (own, said) in [
            (&mut home.address, &details.address),
            (&mut home.state_name, &details.state_name),
            (&mut home.state_code, &details.state_code),
            (&mut home.district_name, &details.district_name),
            (&mut home.district_code, &details.district_code),
            (&mut home.pin_code, &details.pin_code),
        ] {
            if let Some(said) = told(said) {
                *own = said;
            }
        }
    });
    Ok(place)
}

/// A further address for the owner of an ABHA number, whose details stay as the number proved them.
fn add(world: &mut World, place: usize, new: &New) -> Result<usize, Refusal> {
    let most = world.switches.addresses_a_person;
    let person = world.people.person(place).ok_or_else(faults::user_not_found)?;
    if person.addresses.len() >= most {
        return Err(faults::too_many_addresses());
    }
    world.people.change(place, |person| {
        person.addresses.push(new.address.clone());
        if new.password.is_some() {
            person.password.clone_from(&new.password);
        }
    });
    Ok(place)
}
