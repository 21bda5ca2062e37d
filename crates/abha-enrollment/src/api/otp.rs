//! Asking for an OTP: the one request that enrolment, login and profile share.

use std::fmt;

use abdm_core::id::TxnId;
use abdm_core::lenient::Text;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::vocabulary::{LoginHint, OtpSystem, Scope};
use crate::encryption::{AbhaKey, Encrypted, KeyFamily};

/// Send an OTP to whoever `login_id` names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", bound = "")]
#[non_exhaustive]
pub struct OtpRequest<K: KeyFamily = AbhaKey> {
    /// The transaction that this request belongs to.
    #[serde(default, skip_serializing_if = "TxnSlot::is_absent")]
    pub txn_id: TxnSlot,
    /// What the OTP is for; order matters to no server, the documents' order is kept.
    pub scope: Vec<Scope>,
    /// What `login_id` is.
    pub login_hint: LoginHint,
    /// The value, encrypted.
    pub login_id: Encrypted<K>,
    /// Who sends the OTP.
    pub otp_system: OtpSystem,
}

impl<K: KeyFamily> OtpRequest<K> {
    /// A request that begins a transaction and has no place for an older one.
    #[must_use]
    pub const fn new(
        scope: Vec<Scope>,
        login_hint: LoginHint,
        login_id: Encrypted<K>,
        otp_system: OtpSystem,
    ) -> Self {
        Self { txn_id: TxnSlot::Absent, scope, login_hint, login_id, otp_system }
    }

    /// The same with `txnId`.
    #[must_use]
    pub fn in_transaction(mut self, slot: TxnSlot) -> Self {
        self.txn_id = slot;
        self
    }
}

/// The field `txnId` of a request.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum TxnSlot {
    /// Not there.
    #[default]
    Absent,
    /// There and empty: an Aadhaar OTP of an enrolment, the first and each resend. A former txnId
    /// is refused here by the live service, whatever the documents say (rulings.md 19).
    Fresh,
    /// A step of this transaction.
    Of(TxnId),
}

impl TxnSlot {
    /// Whether the field is left out.
    #[must_use]
    pub const fn is_absent(&self) -> bool {
        matches!(self, Self::Absent)
    }
}

impl Serialize for TxnSlot {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Absent => serializer.serialize_none(),
            Self::Fresh => serializer.serialize_str(""),
            Self::Of(id) => serializer.serialize_str(id.as_str()),
        }
    }
}

impl<'de> Deserialize<'de> for TxnSlot {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Option::<Text>::deserialize(deserializer)?;
        Ok(text.and_then(|text| TxnId::new(text.0).ok()).map_or(Self::Fresh, Self::Of))
    }
}

/// An OTP is on its way, or (for biometrics) a proof may be given now. `Debug` leaves the text out:
/// after an OTP by e-mail it names the address.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct OtpSent {
    /// The transaction to go on with; replaces any older one. Some calls of the PHR families write
    /// `transactionId` elsewhere.
    #[serde(alias = "transactionId")]
    pub txn_id: TxnId,
    /// ABDM's text, for the screen: it names the last digits of the mobile number, or the e-mail
    /// address.
    #[serde(default)]
    pub message: Option<String>,
}

impl OtpSent {
    /// An answer, as the sandbox makes it.
    #[must_use]
    pub fn new(txn_id: TxnId, message: impl Into<String>) -> Self {
        Self { txn_id, message: Some(message.into()) }
    }
}

impl fmt::Debug for OtpSent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OtpSent").field("txn_id", &self.txn_id).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_of_an_otp_does_not_show_in_debug() {
        let sent = OtpSent::new(TxnId::new("t").unwrap(), "OTP is sent to Email asha@home.in");
        assert_eq!(format!("{sent:?}"), "OtpSent { txn_id: TxnId(\"t\"), .. }");
    }

    #[test]
    fn the_transaction_of_an_otp_is_read_under_its_other_name_too() {
        for name in ["txnId", "transactionId"] {
            let sent: OtpSent = serde_json::from_str(&format!(r#"{{"{name}":"t"}}"#)).unwrap();
            assert_eq!(sent.txn_id.as_str(), "t");
        }
    }
}
