//! Aadhaar number and scan at once, without a request before (v3.1, m1-abha.md 7.6).

use std::sync::Arc;

use abdm_core::id::TxnId;
use abha_enrollment::api::login::{LoginVerified, VerifyLoginInOneStep};
use abha_enrollment::api::proof::Proof as GivenProof;
use abha_enrollment::api::vocabulary::{AuthResult, Scope};
use abha_enrollment::encryption::{AbhaKey, Encrypted};
use chrono::{DateTime, Utc};

use super::{accounts, outcome};
use crate::engine::Engine;
use crate::server::{Answer, Received, Refusal};
use crate::services::abha::invalid;
use crate::services::abha::scan::{self, Scanned};
use crate::services::abha::tokens::{self, Holder};
use crate::services::abha::typed::Lock;
use crate::services::abha::{app_face, new_txn, unknown_to_uidai};
use crate::world::{Counter, World};

pub(super) fn verify(
    engine: &Arc<Engine>,
    received: Received<VerifyLoginInOneStep>,
) -> Result<Answer, Refusal> {
    let client = received.client()?.clone();
    let request = received.call.body;
    let now = engine.now();
    let scanned = scanned(&request.scope).ok_or_else(|| invalid::scope(now))?;
    let (place, txn) = match (&request.auth_data, scanned) {
        (GivenProof::BioLogin(block), Scanned::Finger) => {
            let place = owner(engine, &block.aadhaar)?;
            judge(engine, scanned, block.finger_print_auth_pid.as_str())?;
            (place, new_txn()?)
        }
        (GivenProof::IrisLogin(block), Scanned::Iris) => {
            let place = owner(engine, &block.aadhaar)?;
            judge(engine, scanned, block.iris_auth_pid.as_str())?;
            (place, new_txn()?)
        }
        (GivenProof::FaceLogin(block), Scanned::Face) => {
            let place = owner(engine, &block.aadhaar)?;
            take_face(&mut engine.world(), &block.txn_id, now)?;
            (place, block.txn_id.clone())
        }
        _ => return Err(invalid::method(now)),
    };
    let has_number =
        engine.world().people.person(place).is_some_and(|person| person.living_account().is_some());
    if !has_number {
        return Err(accounts::no_abha_of_aadhaar());
    }
    let listed = outcome::active(engine, place)?;
    let tokens = tokens::issue(engine, &client, &Holder::of_number(place, txn.clone()))?;
    let (txn, result) = (Some(txn), AuthResult::Success);
    let body = LoginVerified::new(txn, result, scanned.verified(), Some(tokens), vec![listed]);
    Answer::of::<VerifyLoginInOneStep>(&body)
}

fn scanned(scope: &[Scope]) -> Option<Scanned> {
    let ([Scope::AbhaLogin, part] | [part, Scope::AbhaLogin]) = scope else {
        return None;
    };
    Some(match part {
        Scope::AadhaarBioLoginVerify => Scanned::Finger,
        Scope::AadhaarFaceLoginVerify => Scanned::Face,
        Scope::AadhaarIrisLoginVerify => Scanned::Iris,
        _ => return None,
    })
}

/// Whose Aadhaar number it is.
fn owner(engine: &Engine, aadhaar: &Encrypted<AbhaKey>) -> Result<usize, Refusal> {
    let number = Lock::Abha.aadhaar(engine, aadhaar)?;
    engine.world().people.by_aadhaar(&number).ok_or_else(unknown_to_uidai)
}

fn judge(engine: &Engine, scanned: Scanned, pid: &str) -> Result<(), Refusal> {
    scan::read(pid).ok_or_else(|| scanned.unreadable(engine.now()))?.judge()
}

/// A face that the ABHA app has sent. One that belongs to an account of Find ABHA is proved in two
/// steps.
fn take_face(world: &mut World, txn: &TxnId, now: DateTime<Utc>) -> Result<(), Refusal> {
    let waiting = world.proofs.waiting(txn, Counter::Login);
    waiting.filter(|proof| proof.people.is_empty()).ok_or_else(|| invalid::txn(now))?;
    app_face::take(world, txn, Counter::Login, now).map(|_| ())
}
