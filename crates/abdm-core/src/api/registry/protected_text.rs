//! Values that the registries want encrypted.

use serde::{Serialize, Serializer};

crate::secret_text! {
    /// A mobile number or an OTP, encrypted under the registry's own key; or as it was typed, where
    /// that is switched off.
    pub struct ProtectedText;
}

impl Serialize for ProtectedText {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.expose())
    }
}
