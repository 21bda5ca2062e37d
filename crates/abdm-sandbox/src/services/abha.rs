//! What all endpoints of milestone 1 share: reading what was typed, sending OTPs, tokens of persons,
//! and how a person is shown.

pub(super) mod app_face;
pub(super) mod card;
pub(super) mod feature;
pub(super) mod otp;
pub(super) mod programme;
pub(super) mod scan;
pub(super) mod shown;
pub(super) mod tokens;
pub(super) mod typed;

use abdm_core::id::TxnId;
use http::StatusCode;

use crate::server::Refusal;

/// A fresh transaction.
pub(super) fn new_txn() -> Result<TxnId, Refusal> {
    TxnId::new(uuid::Uuid::new_v4().to_string())
        .map_err(|_| Refusal::bad("ABDM-9999", "Unknown exception"))
}

/// 404 ABDM-1114: the only answer that means "no ABHA".
pub(super) fn nobody(message: &str) -> Refusal {
    Refusal::error(StatusCode::NOT_FOUND, "ABDM-1114", message)
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
    let text = "The mobile number provided by you is already linked to 6 ABHA Numbers. Please provide \
                a different Mobile Number.";
    unprocessable("ABDM-1124", text)
}

/// ABDM-1204: UIDAI knows no such number.
pub(super) fn unknown_to_uidai() -> Refusal {
    let text =
        "UIDAI Error code : 998 : Invalid Aadhaar Number or Non Availability of Aadhaar data.";
    unprocessable("ABDM-1204", text)
}
