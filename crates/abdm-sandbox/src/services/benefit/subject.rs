//! Whom a call of a programme is about.

use abdm_core::person::AbhaNumber;
use abha_enrollment::api::benefit::BenefitSubject;
use abha_enrollment::api::vocabulary::{LoginHint, Scope};
use http::StatusCode;

use crate::engine::Engine;
use crate::server::Refusal;
use crate::services::abha::typed::{self, Lock};

/// The one scope of a request.
pub(super) fn scope(engine: &Engine, subject: &BenefitSubject) -> Result<Scope, Refusal> {
    match subject.scope.as_slice() {
        [only] => Ok(only.clone()),
        _ => Err(Refusal::field("scope", "Invalid Scope", engine.now())),
    }
}

/// Whoever `loginId` names: the owner of an ABHA number, or of a programme's record.
pub(super) fn named(
    engine: &Engine,
    subject: &BenefitSubject,
    programme: &str,
) -> Result<usize, Refusal> {
    let now = engine.now();
    let invalid = |field: &str, text: &str| Refusal::field(field, text, now);
    let value = subject.login_id.as_ref();
    let value = value.map_or(Ok(None), |value| Lock::Abha.open(value, now))?;
    let value = value.ok_or_else(|| invalid("loginId", "Invalid LoginId"))?;
    let number = match &subject.login_hint {
        Some(LoginHint::AbhaNumber) => {
            typed::abha_number(&value).ok_or_else(|| invalid("loginId", "LoginId is invalid"))?
        }
        Some(LoginHint::XmlUid) => owner(programme, &value).ok_or_else(nobody)?,
        _ => return Err(invalid("loginHint", "Invalid Login Hint")),
    };
    engine.world().people.by_number(&number).ok_or_else(nobody)
}

/// 400 ABDM-1211, flat: nobody has this number or record.
pub(super) fn nobody() -> Refusal {
    Refusal::flat(StatusCode::BAD_REQUEST, "ABDM-1211", "User not found.")
}

/// The id of a programme's record of a person. ABDM's are opaque; the sandbox's can be read back.
pub(super) fn record(programme: &str, number: &AbhaNumber) -> String {
    format!("{programme}-{}", number.to_digits())
}

/// Whose record it is.
fn owner(programme: &str, record: &str) -> Option<AbhaNumber> {
    record.strip_prefix(programme)?.strip_prefix('-')?.parse().ok()
}
