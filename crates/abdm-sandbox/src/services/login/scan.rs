//! Proving an ABHA number by a scan that was announced (m1-abha.md 7.3, 7.5).

use abdm_core::id::TxnId;
use abha_enrollment::api::vocabulary::Scope;
use serde_json::Value;

use super::outcome::{self, Proved};
use super::purpose::{Purpose, Way};
use crate::engine::Engine;
use crate::server::Refusal;
use crate::services::abha::app_face;
use crate::services::abha::invalid;
use crate::services::abha::scan::{self, Scanned};
use crate::world::{ClientId, Counter, Expected};

/// A scan at the desk. One that shows somebody else leaves the transaction open, as a wrong OTP
/// does.
pub(super) fn verify(
    engine: &Engine,
    client: &ClientId,
    (scope, scanned): (&[Scope], Scanned),
    txn: TxnId,
    pid: &str,
) -> Result<Value, Refusal> {
    let now = engine.now();
    let purpose = Purpose::read(scope).ok_or_else(|| invalid::scope(now))?;
    if purpose.way != Way::Scan(scanned) {
        return Err(invalid::method(now));
    }
    let shows = scan::read(pid).ok_or_else(|| scanned.unreadable(now))?;
    let proof = {
        let mut world = engine.world();
        let kind = (Counter::Login, scope);
        let waiting = world.proofs.waiting(&txn, kind.0).filter(|own| !own.people.is_empty());
        let expected = waiting.ok_or_else(|| invalid::txn(now))?.expected.clone();
        match expected {
            Expected::Scan => {
                shows.judge()?;
                // Only the scope can still be another one.
                world.proofs.prove_scan(&txn, kind).map_err(|_| invalid::scope(now))?
            }
            // A face of the ABHA app may be given as PID data too, as NHA's older collection does.
            Expected::AppFace { .. } if scanned == Scanned::Face => {
                shows.judge()?;
                app_face::take(&mut world, &txn, kind.0, now)?
            }
            _ => return Err(invalid::method(now)),
        }
    };
    let message = scanned.verified();
    outcome::of_proof(engine, Proved { client, purpose, proof: &proof, txn, message })
}

/// A face that the ABHA app has sent, of an account that Find ABHA listed.
///
/// The contract names no scope for this proof: that of the request is taken, and those of a face.
pub(super) fn verify_app_face(
    engine: &Engine,
    client: &ClientId,
    scope: &[Scope],
    txn: TxnId,
) -> Result<Value, Refusal> {
    let now = engine.now();
    let faces = [Scope::QrVerify, Scope::FaceVerify, Scope::AadhaarFaceVerify];
    let ([login, Scope::AbhaLogin] | [Scope::AbhaLogin, login]) = scope else {
        return Err(invalid::scope(now));
    };
    if !faces.contains(login) {
        return Err(invalid::scope(now));
    }
    let purpose = Purpose::read(&[Scope::AbhaLogin, Scope::QrVerify]);
    let purpose = purpose.ok_or_else(|| invalid::scope(now))?;
    let proof = {
        let mut world = engine.world();
        // A face without an account to it belongs to the login in one step.
        let waiting = world.proofs.waiting(&txn, Counter::Login);
        waiting.filter(|proof| !proof.people.is_empty()).ok_or_else(|| invalid::txn(now))?;
        app_face::take(&mut world, &txn, Counter::Login, now)?
    };
    let message = Scanned::Face.verified();
    outcome::of_proof(engine, Proved { client, purpose, proof: &proof, txn, message })
}
