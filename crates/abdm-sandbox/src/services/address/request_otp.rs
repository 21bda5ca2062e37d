//! Sending an OTP to the owner of an ABHA address, and announcing a scan.

use std::sync::Arc;

use abha_enrollment::api::address::RequestAddressOtp;
use abha_enrollment::api::otp::OtpSent;
use abha_enrollment::api::vocabulary::Scope;

use super::Side;
use super::asked::{self, By, Prompt, Row, Way};
use crate::engine::Engine;
use crate::server::{Answer, Received, Refusal};
use crate::services::abha::new_txn;
use crate::services::abha::otp::{Wanted, send};
use crate::services::abha::scan::Scanned;
use crate::world::{Counter, Expected, Proof};

const ROWS: &[Row] = &[
    (&["abha-address-login", "mobile-verify"], "abha-address", "abdm", By::Address(Way::Mobile)),
    (
        &["abha-address-login", "aadhaar-verify"],
        "abha-address",
        "aadhaar",
        By::Address(Way::Aadhaar),
    ),
    (&["abha-login", "aadhaar-bio-verify"], "abha-address", "aadhaar", By::Address(Way::Scan)),
    (&["abha-login", "aadhaar-face-verify"], "abha-address", "aadhaar", By::Address(Way::Scan)),
    (&["abha-login", "aadhaar-iris-verify"], "abha-address", "aadhaar", By::Address(Way::Scan)),
];

pub(super) fn request_otp(
    engine: &Arc<Engine>,
    received: Received<RequestAddressOtp>,
) -> Result<Answer, Refusal> {
    let request = received.call.body;
    let asked = asked::read(engine, Side::web(engine), ROWS, &request)?;
    let wanted = Wanted {
        counter: Counter::AddressLogin,
        scope: request.scope,
        people: asked.people,
        carried: asked.address.map(String::from),
        txn: None,
    };
    let sent = match asked.by {
        Prompt::Otp(inbox) => send(engine, wanted, &inbox)?,
        Prompt::Scan(aadhaar) => announce(engine, wanted, aadhaar)?,
    };
    Answer::of::<RequestAddressOtp>(&sent)
}

/// Awaits a scan of the person with this Aadhaar number.
fn announce(engine: &Engine, wanted: Wanted, aadhaar: String) -> Result<OtpSent, Refusal> {
    let scanned = if wanted.scope.contains(&Scope::AadhaarBioVerify) {
        Scanned::Finger
    } else if wanted.scope.contains(&Scope::AadhaarFaceVerify) {
        Scanned::Face
    } else {
        Scanned::Iris
    };
    let txn = new_txn()?;
    let kind = (wanted.counter, wanted.scope);
    let mut proof = Proof::new(kind, wanted.people, aadhaar, Expected::Scan, engine.now());
    proof.carried = wanted.carried;
    engine.world().proofs.open(txn.clone(), proof);
    Ok(OtpSent::new(txn, scanned.announced()))
}
