//! Deleting and deactivating an ABHA number.

use super::purpose::Purpose;
use crate::server::Refusal;
use crate::services::abha::unprocessable;
use crate::world::{Person, World};

/// An ABHA number that a benefit programme holds on to cannot end (ABDM-1219, 1228).
pub(super) fn check_benefits(person: &Person, purpose: Purpose) -> Result<(), Refusal> {
    if person.living_account().is_none_or(|account| account.benefits.is_empty()) {
        return Ok(());
    }
    Err(match purpose {
        Purpose::Deactivate => unprocessable(
            "ABDM-1228",
            "Your ABHA is linked with govt benefit programme, so it can not be deactivated- ABDM, \
             National Health Authority.",
        ),
        _ => unprocessable(
            "ABDM-1219",
            "Your ABHA is linked with govt benefit programme, so it can not be deleted- ABDM, \
             National Health Authority.",
        ),
    })
}

/// Ends the account: from now on its tokens are nobody's.
pub(super) fn end(
    world: &mut World,
    place: usize,
    purpose: Purpose,
) -> Result<&'static str, Refusal> {
    if let Some(person) = world.people.person(place) {
        check_benefits(person, purpose)?;
    }
    let text = match purpose {
        Purpose::Deactivate => {
            world.people.deactivate(place);
            "Your account has been deactivated."
        }
        _ => {
            world.people.delete(place);
            "Your account has been deleted."
        }
    };
    world.sessions.log_out_person(place);
    Ok(text)
}
