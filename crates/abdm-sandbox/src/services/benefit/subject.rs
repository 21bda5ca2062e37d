//! Whom a call of a programme is about.

use abdm_core::person::AbhaNumber;
use abha_enrollment::api::benefit::BenefitSubject;
use abha_enrollment::api::vocabulary::{LoginHint, Scope};

use crate::engine::Engine;
use crate::server::Refusal;
use crate::services::abha::invalid;
use crate::services::abha::typed::{self, Lock};
use crate::services::address::faults;

/// The one scope of a request.
pub(super) fn scope(engine: &Engine, subject: &BenefitSubject) -> Result<Scope, Refusal> {
    match subject.scope.as_slice() {
        [only] => Ok(only.clone()),
        _ => Err(invalid::scope(engine.now())),
    }
}

/// Whoever `loginId` names: the owner of an ABHA number, or of a programme's record.
pub(super) fn named(
    engine: &Engine,
    subject: &BenefitSubject,
    programme: &str,
) -> Result<usize, Refusal> {
    let now = engine.now();
    let value = subject.login_id.as_ref();
    let value = value.map_or(Ok(None), |value| Lock::Abha.open(engine, value))?;
    let value = value.ok_or_else(|| invalid::login_id(now))?;
    let number = match &subject.login_hint {
        Some(LoginHint::AbhaNumber) => {
            typed::abha_number(&value).ok_or_else(|| invalid::login_id_form(now))?
        }
        Some(LoginHint::XmlUid) => owner(programme, &value).ok_or_else(faults::user_not_found)?,
        _ => return Err(invalid::login_hint(now)),
    };
    engine.world().people.by_number(&number).ok_or_else(faults::user_not_found)
}

/// The id of a programme's record of a person. ABDM's are opaque; the sandbox's can be read back.
pub(super) fn record(programme: &str, number: &AbhaNumber) -> String {
    format!("{programme}-{}", number.to_digits())
}

/// Whose record it is.
fn owner(programme: &str, record: &str) -> Option<AbhaNumber> {
    record.strip_prefix(programme)?.strip_prefix('-')?.parse().ok()
}
