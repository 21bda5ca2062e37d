//! `EncryptText`.

use serde::{Deserialize, Serialize};

use crate::api::fields::Personal;

abdm_core::endpoint! {
    /// Have ABDM encrypt a text, to try your own encryption: the text crosses the network
    /// in the clear. **Never with a real Aadhaar number**; nothing in this crate sends it.
    pub EncryptText {
        method: POST,
        family: PhrApp,
        path: "/enrollment/encrypt",
        auth: Session,
        request: ClearText,
        response: EncryptedText,
        success: OK,
        replay: Safe,
        errors: AppEnrol,
        source: "m1-abha.md 4",
    }
}

/// The text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ClearText {
    /// The text, in the clear.
    pub data: Personal,
}

impl ClearText {
    /// This text.
    #[must_use]
    pub const fn new(data: Personal) -> Self {
        Self { data }
    }
}

/// The text under the PHR families' key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct EncryptedText {
    /// Base64.
    pub encrypted_data: String,
}

impl EncryptedText {
    /// An answer, as the sandbox makes it.
    pub fn new(encrypted_data: impl Into<String>) -> Self {
        Self { encrypted_data: encrypted_data.into() }
    }
}
