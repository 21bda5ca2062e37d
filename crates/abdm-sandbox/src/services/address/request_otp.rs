//! Sending an OTP to the owner of an ABHA address, and announcing a scan.

use std::sync::Arc;

use abdm_core::person::AbhaAddress;
use abha_enrollment::api::address::RequestAddressOtp;
use abha_enrollment::api::otp::OtpSent;
use abha_enrollment::api::vocabulary::{LoginHint, OtpSystem, Scope};

use super::{faults, lock, shown};
use crate::engine::Engine;
use crate::server::{Answer, Received, Refusal};
use crate::services::abha::otp::{Inbox, Wanted, send};
use crate::services::abha::{new_txn, typed};
use crate::world::{Counter, Expected, Person, Proof};

pub(super) fn request_otp(
    engine: &Arc<Engine>,
    received: Received<RequestAddressOtp>,
) -> Result<Answer, Refusal> {
    let request = received.call.body;
    let scope: Vec<&str> = request.scope.iter().map(Scope::as_str).collect();
    let (asked, system) = match scope.as_slice() {
        ["abha-address-login", "mobile-verify"] => (Asked::MobileOtp, OtpSystem::Abdm),
        ["abha-address-login", "aadhaar-verify"] => (Asked::AadhaarOtp, OtpSystem::Aadhaar),
        ["abha-login", "aadhaar-bio-verify"] => (Asked::Scan("FingerPrint"), OtpSystem::Aadhaar),
        ["abha-login", "aadhaar-face-verify"] => (Asked::Scan("Face"), OtpSystem::Aadhaar),
        ["abha-login", "aadhaar-iris-verify"] => (Asked::Scan("Iris"), OtpSystem::Aadhaar),
        _ => return Err(faults::bad_value("Invalid Scope")),
    };
    if request.login_hint != LoginHint::AbhaAddress {
        return Err(faults::bad_value("Invalid Login Hint"));
    }
    if request.otp_system != system {
        return Err(faults::bad_value("Invalid Otp System"));
    }
    let plain = lock(engine).open(&request.login_id, engine.now())?;
    // A wrong key shows as a bad address, too.
    let address = plain.as_deref().and_then(typed::abha_address);
    let address = address.ok_or_else(|| faults::bad_value("Invalid Abha Address"))?;
    let (place, person) = owner(engine, &address)?;
    let wanted = Wanted {
        counter: Counter::AddressLogin,
        scope: request.scope,
        people: vec![place],
        carried: Some(address.to_string()),
        txn: None,
    };
    let sent = match asked {
        Asked::MobileOtp => {
            let inbox = Inbox::mobile_of(&person).ok_or_else(faults::no_mobile)?;
            send(engine, wanted, &inbox)?
        }
        Asked::AadhaarOtp => {
            let inbox = Inbox::aadhaar_of(&person).ok_or_else(faults::no_aadhaar)?;
            send(engine, wanted, &inbox)?
        }
        Asked::Scan(what) => announce(engine, wanted, &person, what)?,
    };
    Answer::of::<RequestAddressOtp>(&sent)
}

enum Asked {
    MobileOtp,
    AadhaarOtp,
    /// A scan, and its name in ABDM's text.
    Scan(&'static str),
}

fn owner(engine: &Engine, address: &AbhaAddress) -> Result<(usize, Person), Refusal> {
    let world = engine.world();
    let place = shown::owner(&world, address);
    let known = place.and_then(|place| Some((place, world.people.person(place)?.clone())));
    known.ok_or_else(faults::user_not_found)
}

/// Awaits a scan of somebody with Aadhaar number.
fn announce(
    engine: &Engine,
    wanted: Wanted,
    person: &Person,
    what: &str,
) -> Result<OtpSent, Refusal> {
    let aadhaar = person.aadhaar.as_ref().ok_or_else(faults::no_aadhaar)?.expose();
    let txn = new_txn()?;
    let kind = (wanted.counter, wanted.scope);
    let mut proof = Proof::new(kind, wanted.people, aadhaar, Expected::Scan, engine.now());
    proof.carried = wanted.carried;
    engine.world().proofs.open(txn.clone(), proof);
    Ok(OtpSent::new(txn, format!("{what} authentication request successfully sent.")))
}
