//! In which state an account is, for a desk (rulings.md 45).

use crate::api::vocabulary::AbhaStatus;
use crate::error::Problem;

/// What is to be done about an account in this state before it can be used: nothing, offer to
/// switch it on again, or nothing that could help.
pub(super) fn problem_of(status: Option<&AbhaStatus>) -> Option<Problem> {
    let status = status?;
    if is(status, &AbhaStatus::Deactivated) {
        Some(Problem::AbhaDeactivated)
    } else if is(status, &AbhaStatus::Deleted) {
        Some(Problem::AbhaDeleted)
    } else {
        None
    }
}

/// Whether a state is this one, however it is written.
pub(super) fn is(status: &AbhaStatus, known: &AbhaStatus) -> bool {
    status.as_str().trim().eq_ignore_ascii_case(known.as_str())
}

/// The same of an ABHA address, which is switched on again in the ABHA app only.
pub(super) fn of_address(status: Option<&AbhaStatus>) -> Option<Problem> {
    match problem_of(status) {
        Some(Problem::AbhaDeactivated) => Some(Problem::AddressDeactivated),
        other => other,
    }
}
