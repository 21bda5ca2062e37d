//! Creating an ABHA number by finger, face or iris (m1-abha.md 6.4). No mobile number is linked by
//! it: that is a step of its own (6.2).

use abha_enrollment::api::enrollment::FaceAppEnrolment;
use abha_enrollment::api::fields::Personal;
use abha_enrollment::encryption::{AbhaKey, Encrypted};
use chrono::{DateTime, Utc};

use super::{answer, give_number};
use crate::engine::Engine;
use crate::server::{Answer, Refusal};
use crate::services::abha::app_face;
use crate::services::abha::invalid;
use crate::services::abha::scan::{self, Scanned};
use crate::services::abha::typed::{self, Lock};
use crate::services::abha::unknown_to_uidai;
use crate::world::{ClientId, Counter};

/// A scan at the desk.
pub(super) struct Presented<'a> {
    scanned: Scanned,
    aadhaar: &'a Encrypted<AbhaKey>,
    pid: &'a Personal,
    mobile: Option<&'a Personal>,
}

impl<'a> Presented<'a> {
    pub(super) const fn new(
        scanned: Scanned,
        aadhaar: &'a Encrypted<AbhaKey>,
        pid: &'a Personal,
        mobile: Option<&'a Personal>,
    ) -> Self {
        Self { scanned, aadhaar, pid, mobile }
    }
}

pub(super) fn enrol(
    engine: &Engine,
    client: &ClientId,
    presented: &Presented<'_>,
) -> Result<Answer, Refusal> {
    let now = engine.now();
    check_mobile(presented.mobile, now)?;
    let number = Lock::Abha.aadhaar(engine, presented.aadhaar)?;
    let shows = scan::read(presented.pid.as_str());
    let shows = shows.ok_or_else(|| unreadable(presented.scanned, now))?;
    let place = engine.world().people.by_aadhaar(&number).ok_or_else(unknown_to_uidai)?;
    shows.judge()?;
    answer(give_number(engine, client, place, None)?)
}

/// By a face that the ABHA app has sent.
pub(super) fn enrol_by_app(
    engine: &Engine,
    client: &ClientId,
    block: &FaceAppEnrolment,
) -> Result<Answer, Refusal> {
    let now = engine.now();
    check_mobile(block.mobile.as_ref(), now)?;
    let number = Lock::Abha.aadhaar(engine, &block.aadhaar)?;
    let place = engine.world().people.by_aadhaar(&number).ok_or_else(unknown_to_uidai)?;
    app_face::take(&mut engine.world(), &block.txn_id, Counter::Enrolment, now)?;
    answer(give_number(engine, client, place, None)?)
}

/// The communication mobile may be left out.
fn check_mobile(mobile: Option<&Personal>, now: DateTime<Utc>) -> Result<(), Refusal> {
    match mobile.map(|mobile| typed::mobile(mobile.as_str())) {
        Some(None) => Err(invalid::mobile(now)),
        _ => Ok(()),
    }
}

/// Here only the finger's field is written in capitals.
fn unreadable(scanned: Scanned, now: DateTime<Utc>) -> Refusal {
    let name = if scanned == Scanned::Finger { "PID" } else { "pid" };
    Refusal::field(name, scanned.invalid(), now)
}
