//! Passwords.

use abha_enrollment::api::proof::PasswordBlock;
use abha_enrollment::encryption::{AbhaKey, Encrypted};
use abha_enrollment::input::Password;
use chrono::{DateTime, Utc};

use crate::engine::Engine;
use crate::server::Refusal;
use crate::services::abha::typed::Lock;
use crate::services::abha::unprocessable;
use crate::world::Person;

/// A new password: held against the rule, and not the one that the person has (ABDM-1110).
pub(super) fn check_new(
    person: &Person,
    new: &str,
    (field, text): (&str, &str),
    now: DateTime<Utc>,
) -> Result<(), Refusal> {
    if Password::chosen(new).is_err() {
        return Err(Refusal::field(field, text, now));
    }
    if person.password.as_deref() == Some(new) {
        let text = "Your new password must be different from your old password. Please enter a \
                    unique new password.";
        return Err(unprocessable("ABDM-1110", text));
    }
    Ok(())
}

/// The password that a block changes to, or ABDM's text why not: 200 with `failed`.
///
/// Without `oldPassword` it is the first password of somebody who has none. Somebody without a
/// password who names an old one gets ABDM-1111, for which no sample is published.
pub(super) fn change(
    engine: &Engine,
    person: &Person,
    block: &PasswordBlock<AbhaKey>,
) -> Result<Result<String, &'static str>, Refusal> {
    let invalid = |field: &str, text: &str| Refusal::field(field, text, engine.now());
    let unreadable = || invalid("newPassword", "Invalid New Password");
    let new = open(engine, block.new_password.as_ref())?.ok_or_else(unreadable)?;
    if Password::chosen(&new).is_err() {
        return Err(unreadable());
    }
    if block.confirm_password.is_some()
        && open(engine, block.confirm_password.as_ref())? != Some(new.clone())
    {
        return Err(invalid("password", "New & Confirm Password is not same"));
    }
    match (&person.password, &block.old_password) {
        (None, None) => Ok(Ok(new)),
        (Some(_), None) => Ok(Err("Password already exist.")),
        (None, Some(_)) => {
            let text = "Invalid old password, please try with valid password.";
            Err(unprocessable("ABDM-1111", text))
        }
        (Some(present), Some(old)) => {
            let old = open(engine, Some(old))?;
            if old.as_ref() != Some(present) {
                return Ok(Err("Old password does not match."));
            }
            Ok(if new == *present { Err("Old & New Password is same") } else { Ok(new) })
        }
    }
}

/// Whether a block holds the person's password.
pub(super) fn is_right(
    engine: &Engine,
    person: &Person,
    block: &PasswordBlock<AbhaKey>,
) -> Result<bool, Refusal> {
    let typed = open(engine, block.password.as_ref())?;
    let typed =
        typed.ok_or_else(|| Refusal::field("password", "Invalid Password", engine.now()))?;
    Ok(person.password.as_deref() == Some(typed.as_str()))
}

fn open(engine: &Engine, text: Option<&Encrypted<AbhaKey>>) -> Result<Option<String>, Refusal> {
    text.map_or(Ok(None), |text| Lock::Abha.open(engine, text))
}
