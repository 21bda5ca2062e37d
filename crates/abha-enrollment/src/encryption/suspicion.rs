//! Which refusals may mean "I cannot decrypt this".

use abdm_core::error::ApiError;
use http::StatusCode;

/// Fields that are encrypted, as ABDM's complaints name them.
const ENCRYPTED_FIELDS: &[&str] =
    &["loginid", "otpvalue", "aadhaar", "aadhaarnumber", "password", "newpassword", "oldpassword"];

/// Texts of complaints that name no field. A value under a wrong key is told nothing else.
const TEXTS: &[&str] = &[
    "invalid loginid",
    "invalid login id",
    "loginid is invalid",
    "invalid mobile number",
    "invalid abha address",
    "invalid otp value",
    "invalid aadhaar",
    "invalid password",
];

/// Whether a refusal fits a value that ABDM could not decrypt: the key may have changed
/// (m1-abha.md 4: 400 with a field map, or `ABDM-1006` on the PHR families).
pub(crate) fn may_be_wrong_key(error: &ApiError) -> bool {
    error.status() == Some(StatusCode::BAD_REQUEST)
        && error.entries().iter().any(|entry| {
            let field = entry.field.as_deref().unwrap_or_default().to_lowercase();
            let text = entry.message.to_lowercase();
            ENCRYPTED_FIELDS.contains(&field.as_str())
                || TEXTS.iter().any(|known| text.starts_with(known))
        })
}
