//! What ABDM's tokens say of themselves.
//!
//! Read, never verified: a token that came over its own connection, or that is our own, is only
//! asked what it claims. Callbacks' tokens are verified in [`callback`](crate::callback).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value};

use crate::wire::parse_json;

/// The client, also in [`AUTHORIZED_PARTY`].
pub const CLIENT_ID: &str = "clientId";
/// The client that the token was made for; `gateway` for callbacks.
pub const AUTHORIZED_PARTY: &str = "azp";
/// What kind of token it is.
pub const KIND: &str = "typ";
/// `ABHA-N` or `ABHA-A`, of a person's token (m1-abha.md 3.1).
pub const SYSTEM: &str = "system";
/// The transaction in which a person's token was made (m1-abha.md 3.1).
pub const TXN_ID: &str = "txnId";
/// The ABHA number: a text in a person's token, an integer in a link token (live-measurements.md
/// 10).
pub const ABHA_NUMBER: &str = "abhaNumber";
/// The address of a person's token (m1-abha.md 3.1).
pub const PREFERRED_ABHA_ADDRESS: &str = "preferredAbhaAddress";
/// The mobile number of a person's token (m1-abha.md 3.1).
pub const MOBILE: &str = "mobile";
/// The address of a link token (live-measurements.md 10).
pub const ABHA_ADDRESS: &str = "abhaAddress";
/// The facility of a link token (live-measurements.md 10).
pub const HIP_ID: &str = "hipId";

/// The names above, for the search for second copies.
pub const NAMES: &[&str] = &[
    CLIENT_ID,
    AUTHORIZED_PARTY,
    KIND,
    SYSTEM,
    TXN_ID,
    ABHA_NUMBER,
    PREFERRED_ABHA_ADDRESS,
    MOBILE,
    ABHA_ADDRESS,
    HIP_ID,
];

/// The claims of a token; `None` when it is no JWT.
///
/// ```
/// use abdm_core::claims;
/// let token = "e30.eyJhYmhhTnVtYmVyIjo5MTEyMzQ1Njc4OTAxNX0.c2ln";
/// assert_eq!(claims::read(token).unwrap()[claims::ABHA_NUMBER], 91_123_456_789_015_u64);
/// assert!(claims::read("opaque").is_none());
/// ```
#[must_use]
pub fn read(token: &str) -> Option<Map<String, Value>> {
    let payload = token.split('.').nth(1)?.trim_end_matches('=');
    parse_json(&URL_SAFE_NO_PAD.decode(payload).ok()?)
}
