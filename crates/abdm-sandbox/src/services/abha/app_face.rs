//! Faces that the ABHA app scans, on the person's own phone (m1-abha.md 6.4, 7.5).
//!
//! Nobody holds a phone here: the app has sent the face when it was asked for often enough (switch
//! `face_scans_pending`), or gives up then (switch `face_scans_fail`).

use abdm_core::id::TxnId;
use abha_enrollment::api::enrollment::CaptureStatus;
use abha_enrollment::api::vocabulary::Scope;
use chrono::{DateTime, TimeDelta, Utc};

use super::invalid;
use super::scan::Scanned;
use super::unprocessable;
use crate::server::Refusal;
use crate::world::{Counter, Expected, Proof, World};

/// The life of such a transaction.
const LIFE: TimeDelta = TimeDelta::minutes(10);

/// A face that nobody has asked for yet.
pub(crate) const AWAITED: Expected = Expected::AppFace { asked: 0, failed: false };

/// Awaits a face. Whose it is, is told with the Aadhaar number later.
pub(crate) fn open(world: &mut World, txn: &TxnId, counter: Counter, now: DateTime<Utc>) {
    let scope = match counter {
        Counter::Enrolment => vec![Scope::AbhaEnrol, Scope::FaceVerify],
        _ => vec![Scope::AbhaLogin, Scope::FaceVerify],
    };
    // The transaction is its own target: the phones of two persons do not void each other's scans.
    let proof = Proof::new((counter, scope), Vec::new(), txn.as_str(), AWAITED, now);
    world.proofs.open(txn.clone(), proof);
}

/// Asks whether the app has sent the face. `None` when nobody waits for it, or no longer.
pub(crate) fn ask(
    world: &mut World,
    txn: &TxnId,
    counter: Counter,
    now: DateTime<Utc>,
) -> Option<CaptureStatus> {
    let (pending, fails) = (world.switches.face_scans_pending, world.switches.face_scans_fail);
    let proof = world.proofs.waiting(txn, counter).filter(|proof| is_alive(proof, now))?;
    let Expected::AppFace { asked, failed } = &mut proof.expected else {
        return None;
    };
    let is_over = *asked > pending;
    *asked = asked.saturating_add(1);
    if *asked <= pending {
        return Some(CaptureStatus::Pending);
    }
    // How it ended, it stays.
    *failed = if is_over { *failed } else { fails };
    Some(if *failed { CaptureStatus::Failed } else { CaptureStatus::Complete })
}

/// Takes the face, once it is complete, and ends the transaction.
pub(crate) fn take(
    world: &mut World,
    txn: &TxnId,
    counter: Counter,
    now: DateTime<Utc>,
) -> Result<Proof, Refusal> {
    let invalid = || invalid::txn(now);
    let pending = world.switches.face_scans_pending;
    let waiting = world.proofs.waiting(txn, counter).filter(|proof| is_alive(proof, now));
    let waiting = waiting.ok_or_else(invalid)?;
    let scope = waiting.scope.clone();
    match waiting.expected {
        Expected::AppFace { failed: true, .. } => {
            let text = "Face verification has been failed, please try again.";
            return Err(unprocessable("ABDM-1221", text));
        }
        Expected::AppFace { asked, .. } if asked > pending => {}
        Expected::AppFace { .. } => return Err(Scanned::Face.unreadable(now)),
        _ => return Err(invalid()),
    }
    world.proofs.prove_scan(txn, (counter, &scope)).map_err(|_| invalid())
}

fn is_alive(proof: &Proof, now: DateTime<Utc>) -> bool {
    now - proof.begun_at < LIFE
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::switches::Switches;

    #[test]
    fn a_face_is_there_after_so_many_questions_and_not_after_ten_minutes() {
        let (mut world, now) = (World::new(Switches::default()), DateTime::UNIX_EPOCH);
        let txn = TxnId::new("t-1").unwrap();
        open(&mut world, &txn, Counter::Enrolment, now);
        let mut ask = |counter, now| super::ask(&mut world, &txn, counter, now);
        assert_eq!(ask(Counter::Login, now), None, "another counter");
        assert_eq!(ask(Counter::Enrolment, now), Some(CaptureStatus::Pending));
        assert_eq!(ask(Counter::Enrolment, now), Some(CaptureStatus::Complete));
        assert_eq!(ask(Counter::Enrolment, now + LIFE), None);
        let mut take = |now| super::take(&mut world, &txn, Counter::Enrolment, now);
        assert!(take(now + LIFE).is_err());
        assert!(take(now).is_ok());
        assert!(take(now).is_err(), "used up");
    }

    #[test]
    fn a_scan_that_failed_stays_so_and_enrols_nobody() {
        let switches = Switches { face_scans_fail: true, ..Switches::default() };
        let (mut world, now) = (World::new(switches), DateTime::UNIX_EPOCH);
        let txn = TxnId::new("t-1").unwrap();
        open(&mut world, &txn, Counter::Enrolment, now);
        for status in [CaptureStatus::Pending, CaptureStatus::Failed, CaptureStatus::Failed] {
            assert_eq!(ask(&mut world, &txn, Counter::Enrolment, now), Some(status));
        }
        world.switches.face_scans_fail = false;
        let still = ask(&mut world, &txn, Counter::Enrolment, now);
        assert_eq!(still, Some(CaptureStatus::Failed));
        assert!(take(&mut world, &txn, Counter::Enrolment, now).is_err());
    }
}
