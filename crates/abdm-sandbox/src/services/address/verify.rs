//! Verifying the OTP or scan of an ABHA address's owner.

use std::sync::Arc;

use abdm_core::id::TxnId;
use abdm_core::person::AbhaAddress;
use abha_enrollment::api::address::{AddressVerified, VerifyAbhaAddress};
use abha_enrollment::api::fields::Personal;
use abha_enrollment::api::proof::Proof as Given;
use abha_enrollment::api::vocabulary::{AuthResult, Scope};
use abha_enrollment::encryption::PhrKey;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::{faults, lock, shown};
use crate::engine::Engine;
use crate::server::{Answer, Received, Refusal};
use crate::services::abha::tokens::{self, Holder};
use crate::world::{Counter, Person, Proof, System, WrongProof};

pub(super) fn verify(
    engine: &Arc<Engine>,
    received: Received<VerifyAbhaAddress>,
) -> Result<Answer, Refusal> {
    let client = received.client()?.clone();
    let request = received.call.body;
    let (txn, outcome) = prove(engine, &request.scope, &request.auth_data)?;
    let proof = match outcome {
        Ok(proof) => proof,
        Err(wrong) => {
            let text = faults::failure(wrong)?;
            let mut body = AddressVerified::new(AuthResult::Failed, text, Vec::new(), None);
            body.txn_id = Some(txn);
            return Answer::of::<VerifyAbhaAddress>(&body);
        }
    };
    let (place, person, address) =
        proved(engine, &proof).ok_or_else(|| Refusal::spring("", engine.now()))?;
    if shown::is_deactivated(&person) {
        return Err(faults::deactivated());
    }
    let user = shown::user(&person, &address);
    let holder = Holder { system: System::Web, people: vec![place], address: Some(address), txn };
    let tokens = tokens::issue(engine, &client, &holder)?;
    let text = if request.scope.contains(&Scope::AbhaLogin) {
        "Authentication successful"
    } else {
        "OTP verified successfully"
    };
    let body = AddressVerified::new(AuthResult::Success, text, vec![user], Some(tokens));
    Answer::of::<VerifyAbhaAddress>(&body)
}

type Outcome = (TxnId, Result<Proof, WrongProof>);

/// Takes a proof by whatever it is.
fn prove(engine: &Engine, scope: &[Scope], given: &Given<PhrKey>) -> Result<Outcome, Refusal> {
    let now = engine.now();
    let kind = (Counter::AddressLogin, scope);
    let (txn, pid, part, fault) = match given {
        Given::Otp(block) => {
            let otp = faults::otp(lock(engine), &block.otp_value, now)?;
            let mut world = engine.world();
            let limits = world.limits();
            let outcome = world.proofs.prove_otp(&block.txn_id, kind, &otp, limits, now);
            return Ok((block.txn_id.clone(), outcome));
        }
        Given::Bio(block) => (
            &block.txn_id,
            &block.finger_print_auth_pid,
            Scope::AadhaarBioVerify,
            "Invalid Fingerprint Auth PID",
        ),
        Given::Face(block) => {
            (&block.txn_id, &block.face_auth_pid, Scope::AadhaarFaceVerify, "Invalid Face Auth PID")
        }
        Given::Iris(block) => {
            (&block.txn_id, &block.iris_auth_pid, Scope::AadhaarIrisVerify, "Invalid Iris Auth PID")
        }
        _ => return Err(faults::bad_value("Invalid Auth Methods")),
    };
    if !scope.contains(&part) {
        return Err(faults::bad_value("Invalid Auth Methods"));
    }
    if !is_scan(pid) {
        return Err(faults::bad_part(fault));
    }
    Ok((txn.clone(), engine.world().proofs.prove_scan(txn, kind)))
}

/// Whether it is the base64 of an RD service's XML.
fn is_scan(pid: &Personal) -> bool {
    let xml = STANDARD.decode(pid.as_str()).ok().and_then(|xml| String::from_utf8(xml).ok());
    xml.is_some_and(|xml| xml.contains("<PidData") || xml.contains("<Pid"))
}

fn proved(engine: &Engine, proof: &Proof) -> Option<(usize, Person, AbhaAddress)> {
    let place = proof.person()?;
    let person = engine.world().people.person(place)?.clone();
    let asked: AbhaAddress = proof.carried.as_ref()?.parse().ok()?;
    let address = person.addresses.iter().find(|own| **own == asked)?.clone();
    Some((place, person, address))
}
