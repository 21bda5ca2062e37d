//! Giving the proof of a login (m1-abha.md 7.3).

use std::sync::Arc;

use abha_enrollment::api::auth::OtpProof;
use abha_enrollment::api::login::VerifyLogin;
use abha_enrollment::api::proof::{FaceBlock, FingerBlock, IrisBlock, Proof as GivenProof};
use abha_enrollment::api::vocabulary::Scope;
use serde_json::Value;

use super::outcome::{self, Proved};
use super::purpose::Purpose;
use super::{password, scan};
use crate::engine::Engine;
use crate::server::{Answer, Received, Refusal};
use crate::services::abha::invalid;
use crate::services::abha::otp::failure;
use crate::services::abha::scan::Scanned;
use crate::services::abha::typed::Lock;
use crate::world::{ClientId, Counter, Expected};

pub(super) fn verify(
    engine: &Arc<Engine>,
    received: Received<VerifyLogin>,
) -> Result<Answer, Refusal> {
    let client = received.client()?.clone();
    let request = received.call.body;
    let scope = request.scope.as_slice();
    let body = match request.auth_data {
        GivenProof::Otp(block) => by_otp(engine, &client, scope, block)?,
        GivenProof::Password(block) => password::verify(engine, &client, scope, &block)?,
        GivenProof::Bio(FingerBlock { txn_id, finger_print_auth_pid: pid, .. }) => {
            scan::verify(engine, &client, (scope, Scanned::Finger), txn_id, pid.as_str())?
        }
        GivenProof::Face(FaceBlock { txn_id, face_auth_pid: pid, .. }) => {
            scan::verify(engine, &client, (scope, Scanned::Face), txn_id, pid.as_str())?
        }
        GivenProof::Iris(IrisBlock { txn_id, iris_auth_pid: pid, .. }) => {
            scan::verify(engine, &client, (scope, Scanned::Iris), txn_id, pid.as_str())?
        }
        GivenProof::FaceAuth(block) => scan::verify_app_face(engine, &client, scope, block.txn_id)?,
        // Those of one step have a path of their own.
        _ => return Err(invalid::method(engine.now())),
    };
    Ok(outcome::answer(&body))
}

fn by_otp(
    engine: &Engine,
    client: &ClientId,
    scope: &[Scope],
    block: OtpProof,
) -> Result<Value, Refusal> {
    let now = engine.now();
    let purpose = Purpose::read(scope).ok_or_else(|| invalid::scope(now))?;
    if !purpose.way.is_otp() {
        return Err(invalid::method(now));
    }
    let otp = Lock::Abha.otp(engine, &block.otp_value)?;
    let txn = block.txn_id;
    let outcome = {
        let mut world = engine.world();
        let limits = world.limits();
        let waiting =
            world.proofs.waiting(&txn, Counter::Login).ok_or_else(|| invalid::txn(now))?;
        if !matches!(waiting.expected, Expected::Otp(_)) {
            return Err(invalid::method(now));
        }
        world.proofs.prove_otp(&txn, (Counter::Login, scope), &otp, limits, now)
    };
    match outcome {
        Ok(proof) => {
            let message = "OTP verified successfully";
            outcome::of_proof(engine, Proved { client, purpose, proof: &proof, txn, message })
        }
        Err(wrong) => outcome::failed(Some(txn), failure(wrong, now)?),
    }
}
