//! Verifying the OTP or scan of an ABHA address's owner.

use std::sync::Arc;

use abdm_core::id::TxnId;
use abdm_core::person::AbhaAddress;
use abha_enrollment::api::address::{AddressVerified, VerifyAbhaAddress};
use abha_enrollment::api::proof::Proof as Given;
use abha_enrollment::api::vocabulary::{AuthResult, Scope};
use abha_enrollment::encryption::PhrKey;

use super::choice::{self, Candidate};
use super::{Side, enrolment, faults};
use crate::engine::Engine;
use crate::server::{Answer, Received, Refusal};
use crate::services::abha::OTHER_PERSON;
use crate::services::abha::scan::{self, Scanned, Shows};
use crate::world::{Counter, Proof, WrongProof};

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
            let body = enrolment::failed(txn, faults::failure(wrong)?);
            return Answer::of::<VerifyAbhaAddress>(&body);
        }
    };
    let candidate = proved(engine, &proof).ok_or_else(faults::user_not_found)?;
    let tokens = choice::log_in(engine, &client, Side::web(engine), &txn, &candidate)?;
    let users = choice::users(engine, &[candidate]);
    let text = match &request.auth_data {
        Given::Bio(_) => Scanned::Finger.verified(),
        Given::Face(_) => Scanned::Face.verified(),
        Given::Iris(_) => Scanned::Iris.verified(),
        _ => "OTP verified successfully",
    };
    let body = AddressVerified::new(AuthResult::Success, text, users, Some(tokens));
    Answer::of::<VerifyAbhaAddress>(&body)
}

type Outcome = (TxnId, Result<Proof, WrongProof>);

/// Takes a proof by whatever it is.
fn prove(engine: &Engine, scope: &[Scope], given: &Given<PhrKey>) -> Result<Outcome, Refusal> {
    let now = engine.now();
    let kind = (Counter::AddressLogin, scope);
    let (txn, pid, part, scanned) = match given {
        Given::Otp(block) => {
            let otp = faults::otp(engine, Side::web(engine).lock, &block.otp_value)?;
            let mut world = engine.world();
            let limits = world.limits();
            let outcome = world.proofs.prove_otp(&block.txn_id, kind, &otp, limits, now);
            return Ok((block.txn_id.clone(), outcome));
        }
        Given::Bio(block) => {
            let pid = &block.finger_print_auth_pid;
            (&block.txn_id, pid, Scope::AadhaarBioVerify, Scanned::Finger)
        }
        Given::Face(block) => {
            (&block.txn_id, &block.face_auth_pid, Scope::AadhaarFaceVerify, Scanned::Face)
        }
        Given::Iris(block) => {
            (&block.txn_id, &block.iris_auth_pid, Scope::AadhaarIrisVerify, Scanned::Iris)
        }
        _ => return Err(faults::bad_value("Invalid Auth Methods")),
    };
    if !scope.contains(&part) {
        return Err(faults::bad_value("Invalid Auth Methods"));
    }
    let shows = scan::read(pid.as_str()).ok_or_else(|| faults::bad_part(scanned.invalid()))?;
    let mut world = engine.world();
    if world.proofs.waiting(txn, kind.0).is_none() {
        return Ok((txn.clone(), Err(WrongProof::UnknownTransaction)));
    }
    // The transaction stays open, as after a wrong OTP.
    if shows == Shows::SomebodyElse {
        return Err(faults::flat("ABDM-1204", OTHER_PERSON));
    }
    Ok((txn.clone(), world.proofs.prove_scan(txn, kind)))
}

/// The address that was asked for, as its owner wrote it.
fn proved(engine: &Engine, proof: &Proof) -> Option<Candidate> {
    let asked: AbhaAddress = proof.carried.as_ref()?.parse().ok()?;
    let candidates = engine.world().people.addresses_of(&proof.people);
    candidates.into_iter().find(|(_, own)| *own == asked)
}
