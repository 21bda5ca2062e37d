//! What all endpoints of milestone 1 share: reading what was typed, sending OTPs, tokens of
//! persons, and how a person is shown.

pub(super) mod app_face;
pub(super) mod card;
pub(super) mod feature;
pub(super) mod invalid;
pub(super) mod otp;
pub(super) mod programme;
pub(super) mod scan;
pub(super) mod shown;
pub(super) mod tokens;
pub(super) mod typed;

use abdm_core::id::TxnId;
use chrono::{DateTime, Utc};
use http::StatusCode;

use crate::server::Refusal;
use crate::switches::UnknownNumber;
use crate::world::World;

/// A fresh transaction.
pub(super) fn new_txn() -> Result<TxnId, Refusal> {
    TxnId::new(crate::random_uuid().to_string())
        .map_err(|_| Refusal::bad("ABDM-9999", "Unknown exception"))
}

/// 404 ABDM-1114: the only answer that means "no ABHA".
pub(super) fn nobody(message: &str) -> Refusal {
    Refusal::error(StatusCode::NOT_FOUND, "ABDM-1114", message)
}

/// The same where nothing more is said.
pub(super) fn user_not_found() -> Refusal {
    nobody("User not found.")
}

/// A mobile number or ABHA number of the right form that nobody has, as switched (rulings.md 41).
pub(super) fn number_of_nobody(world: &World, now: DateTime<Utc>) -> Refusal {
    let bad = StatusCode::BAD_REQUEST;
    match world.switches.unknown_number {
        UnknownNumber::NotFound => user_not_found(),
        UnknownNumber::Empty => {
            Refusal::empty(bad).because("nobody has this number; the switch unknown_number")
        }
        UnknownNumber::Message => Refusal::message(bad, "Invalid mobile number", now),
        UnknownNumber::BadRequest => Refusal::bad("ABDM-1006", "Bad Request, invalid request Body"),
        UnknownNumber::MobileField => Refusal::field("mobile", "Invalid Mobile Number", now),
        UnknownNumber::LoginIdField => Refusal::field("loginId", "Invalid LoginId", now),
    }
}

/// 422 in the shape of the ABHA services.
pub(super) fn unprocessable(code: &str, message: &str) -> Refusal {
    Refusal::error(StatusCode::UNPROCESSABLE_ENTITY, code, message)
}

/// ABDM-1100: too many OTPs, or too many wrong ones.
pub(super) fn locked() -> Refusal {
    unprocessable("ABDM-1100", TOO_MANY_OTPS)
}

/// The text of ABDM-1100.
pub(super) const TOO_MANY_OTPS: &str = "You have requested multiple OTPs Or Exceeded maximum number \
    of attempts for OTP match in this transaction. Please try again in 30 minutes.";

/// ABDM-1124.
pub(super) fn mobile_is_full() -> Refusal {
    unprocessable("ABDM-1124", MOBILE_IS_FULL)
}

/// ABDM-1135.
pub(super) fn email_is_full() -> Refusal {
    let text = "The email address provided by you is already linked to 6 ABHA Numbers. Please provide \
                a different email Id.";
    unprocessable("ABDM-1135", text)
}

/// The text of ABDM-1124.
pub(super) const MOBILE_IS_FULL: &str = "The mobile number provided by you is already linked to 6 ABHA \
    Numbers. Please provide a different Mobile Number.";

/// The text of ABDM-1101.
pub(super) const ADDRESS_IS_TAKEN: &str =
    "This ABHA Address already exists. Please create with unique ABHA address";

/// The text of ABDM-1403.
pub(super) const TOO_MANY_ADDRESSES: &str = "As per NHA policy, you have exceeded ABHA address creation \
    limit, please link your ABHA address to ABHA number.";

/// The text of ABDM-1407: its owner has switched the ABHA number off.
pub(super) const DEACTIVATED: &str = "The ABHA Number associated with this ABHA Address is currently \
    deactivated. Please reactivate it.";

/// The text of ABDM-1204 for a scan of somebody else.
pub(super) const OTHER_PERSON: &str = "UIDAI Error code : 300 : Biometric data did not match.";

/// ABDM-1204: UIDAI knows no such number.
pub(super) fn unknown_to_uidai() -> Refusal {
    let text =
        "UIDAI Error code : 998 : Invalid Aadhaar Number or Non Availability of Aadhaar data.";
    unprocessable("ABDM-1204", text)
}
