//! The refusals of `/v3/phr/*`: lists of codes and texts, or one of them flat (m1-abha.md 5, d and
//! e).

use http::StatusCode;

use crate::engine::Engine;
use crate::server::Refusal;
use crate::services::abha::typed::{self, Lock};
use crate::services::abha::{DEACTIVATED, TOO_MANY_ADDRESSES, TOO_MANY_OTPS};
use crate::world::WrongProof;

/// 400 with a list: a value that this call does not take.
pub(in crate::services) fn bad_value(message: &str) -> Refusal {
    Refusal::listed(&[("ABDM-1006: ", message)])
}

/// 400 with a list: a part of the request that is missing, or names nothing.
pub(in crate::services) fn bad_part(message: &str) -> Refusal {
    Refusal::listed(&[("ABDM-9999: ", message)])
}

/// 400 with one code and text.
pub(in crate::services) fn flat(code: &str, message: &str) -> Refusal {
    Refusal::flat(StatusCode::BAD_REQUEST, code, message)
}

/// ABDM-1211: nobody has this address.
pub(in crate::services) fn user_not_found() -> Refusal {
    flat("ABDM-1211", "User not found.")
}

/// ABDM-1407: its owner has switched the ABHA number off.
pub(in crate::services) fn deactivated() -> Refusal {
    flat("ABDM-1407", DEACTIVATED)
}

/// ABDM-1403.
pub(in crate::services) fn too_many_addresses() -> Refusal {
    flat("ABDM-1403", TOO_MANY_ADDRESSES)
}

/// ABDM-1118: ABHA knows no mobile number of this person.
pub(in crate::services) fn no_mobile() -> Refusal {
    flat("ABDM-1118", "Login via ABHA Number OTP is not allowed")
}

/// ABDM-1119: there is no Aadhaar number behind this address.
pub(in crate::services) fn no_aadhaar() -> Refusal {
    flat("ABDM-1119", "Login via Aadhaar OTP is not allowed")
}

/// A txnId that was never given out, belongs to another call, or is used up.
pub(in crate::services) fn unknown_transaction() -> Refusal {
    bad_part("Invalid Transaction Id")
}

/// What is said of a wrong proof, where it is no refusal: 200 with `authResult: "failed"` and no
/// users (rulings.md 18).
pub(in crate::services) fn failure(wrong: WrongProof) -> Result<&'static str, Refusal> {
    match wrong {
        WrongProof::Mismatch => Ok("Entered OTP is incorrect. Kindly re-enter valid OTP."),
        WrongProof::Expired => Ok("OTP expired, please try again"),
        WrongProof::Locked => Err(flat("ABDM-1100", TOO_MANY_OTPS)),
        WrongProof::OtherScope => Err(bad_part("Invalid Scope")),
        WrongProof::UnknownTransaction => Err(unknown_transaction()),
    }
}

/// An OTP: six digits.
pub(in crate::services) fn otp<K: abha_enrollment::encryption::KeyFamily>(
    engine: &Engine,
    lock: Lock,
    text: &abha_enrollment::encryption::Encrypted<K>,
) -> Result<String, Refusal> {
    lock.open(engine, text)?
        .filter(|otp| typed::is_otp(otp))
        .ok_or_else(|| bad_value("Invalid OTP Request"))
}
