//! Creating an ABHA number by Aadhaar OTP (m1-abha.md 6.1).

use abha_enrollment::api::enrollment::OtpBlock;
use abha_enrollment::api::vocabulary::Scope;
use chrono::{DateTime, Utc};

use super::{answer, give_number};
use crate::engine::Engine;
use crate::server::{Answer, Refusal};
use crate::services::abha::invalid;
use crate::services::abha::typed::{self, Lock};
use crate::services::abha::{locked, unprocessable};
use crate::world::{ClientId, Counter, WrongProof};

pub(super) fn enrol(
    engine: &Engine,
    client: &ClientId,
    block: &OtpBlock,
) -> Result<Answer, Refusal> {
    let now = engine.now();
    let mobile = block.mobile.as_ref().map(|m| m.as_str().to_owned()).unwrap_or_default();
    if typed::mobile(&mobile).is_none() {
        return Err(invalid::mobile(now));
    }
    let otp = Lock::Abha.otp(engine, &block.otp_value)?;
    let (place, linked) = {
        let mut world = engine.world();
        let limits = world.limits();
        let kind = (Counter::Enrolment, [Scope::AbhaEnrol].as_slice());
        let proof = world.proofs.prove_otp(&block.txn_id, kind, &otp, limits, now);
        let place = proof.map_err(|wrong| refusal(wrong, now))?.person();
        let place = place.ok_or_else(|| Refusal::spring("", now))?;
        // The mobile number that Aadhaar knows is linked at once, any other only by its own OTP.
        let person = world.people.person(place);
        let linked = person.is_some_and(|p| p.aadhaar_mobile.expose() == mobile);
        (place, linked.then_some(mobile))
    };
    answer(give_number(engine, client, place, linked)?)
}

/// On this call a wrong OTP is a refusal; everywhere else it is 200 `failed` (rulings.md 18).
fn refusal(wrong: WrongProof, now: DateTime<Utc>) -> Refusal {
    let uidai = |text: &str| unprocessable("ABDM-1204", text);
    match wrong {
        WrongProof::Mismatch => uidai("UIDAI Error code : 400 : Invalid Aadhaar OTP value."),
        WrongProof::Expired => uidai("UIDAI Error code : 400 : OTP has expired."),
        WrongProof::Locked => locked(),
        WrongProof::UnknownTransaction | WrongProof::OtherScope => invalid::txn(now),
    }
}
