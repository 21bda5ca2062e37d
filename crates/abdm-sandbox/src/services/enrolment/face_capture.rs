//! Beginning a face scan by the ABHA app, and asking for it: for enrolments and for logins
//! (m1-abha.md 6.4, 7.5).

use std::sync::Arc;

use abha_enrollment::api::enrollment::{
    CaptureStatus, CheckFaceCapture, FaceCaptureState, InitFaceAuth,
};
use abha_enrollment::api::otp::OtpSent;
use abha_enrollment::api::vocabulary::Scope;

use crate::engine::Engine;
use crate::server::{Answer, Received, Refusal};
use crate::services::abha::invalid;
use crate::services::abha::scan::Scanned;
use crate::services::abha::{app_face, new_txn};
use crate::world::Counter;

/// NHA's collections disagree about the opening call's scope (`face-auth`, `face-verify`): both are
/// taken.
pub(super) fn init(
    engine: &Arc<Engine>,
    received: Received<InitFaceAuth>,
) -> Result<Answer, Refusal> {
    let now = engine.now();
    let counter = counter(&received.call.body.scope, &[Scope::FaceAuth, Scope::FaceVerify]);
    let counter = counter.ok_or_else(|| invalid::scope(now))?;
    let txn = new_txn()?;
    app_face::open(&mut engine.world(), &txn, counter, now);
    engine.tell(&format!("ABHA app: a face scan is asked for under {txn}"));
    Answer::of::<InitFaceAuth>(&OtpSent::new(txn, Scanned::Face.announced()))
}

pub(super) fn check(
    engine: &Arc<Engine>,
    received: Received<CheckFaceCapture>,
) -> Result<Answer, Refusal> {
    let query = received.call.body;
    let now = engine.now();
    let counter = counter(&query.scope, &[Scope::FaceVerify]);
    let counter = counter.ok_or_else(|| invalid::scope(now))?;
    let status = app_face::ask(&mut engine.world(), &query.txn_id, counter, now);
    let status = status.ok_or_else(|| invalid::txn(now))?;
    let message = match status {
        CaptureStatus::Complete => "Face captured successfully",
        CaptureStatus::Failed => "Face capture failed",
        _ => "Face capture is pending",
    };
    let mut state = FaceCaptureState::new(status, query.txn_id);
    state.message = Some(message.to_owned());
    Answer::of::<CheckFaceCapture>(&state)
}

/// What the face is for.
fn counter(scope: &[Scope], second: &[Scope]) -> Option<Counter> {
    match scope {
        [Scope::AbhaEnrol, part] if second.contains(part) => Some(Counter::Enrolment),
        [Scope::AbhaLogin, part] if second.contains(part) => Some(Counter::Login),
        _ => None,
    }
}
