//! Secrets in a state file, for `#[serde(with = "…")]`. Their types cannot be written by accident;
//! here it is meant: the file is its owner's alone.

/// A text that cannot be written but by its `expose`.
macro_rules! exposed {
    ($(#[$doc:meta])* $module:ident: $type:ty, $read:expr) => {
        $(#[$doc])*
        pub(crate) mod $module {
            use serde::{Deserialize as _, Deserializer, Serializer, de::Error as _};

            pub(crate) fn serialize<S: Serializer>(secret: &$type, to: S) -> Result<S::Ok, S::Error> {
                to.serialize_str(secret.expose())
            }

            pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<$type, D::Error> {
                let read: fn(&str) -> Result<$type, abdm_core::id::IdError> = $read;
                read(&String::deserialize(from)?).map_err(D::Error::custom)
            }
        }
    };
}

exposed! {
    /// The secret of a client.
    client_secret: abdm_core::secret::ClientSecret,
    |text| Ok(abdm_core::secret::ClientSecret::new(text))
}
exposed! {
    /// A mobile number.
    mobile: abdm_core::secret::MobileNumber, abdm_core::secret::MobileNumber::new
}

/// An Aadhaar number, of somebody who has one.
pub(crate) mod aadhaar {
    use abdm_core::secret::AadhaarNumber;
    use serde::{Deserialize as _, Deserializer, Serialize as _, Serializer, de::Error as _};

    pub(crate) fn serialize<S: Serializer>(
        number: &Option<AadhaarNumber>,
        to: S,
    ) -> Result<S::Ok, S::Error> {
        number.as_ref().map(AadhaarNumber::expose).serialize(to)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<Option<AadhaarNumber>, D::Error> {
        let text = Option::<String>::deserialize(from)?;
        text.map(|text| AadhaarNumber::new(&text)).transpose().map_err(D::Error::custom)
    }
}

/// The private half of what was made for one data request.
pub(crate) mod receiver_keys {
    use std::sync::Arc;

    use fidelius_crypto::ReceiverKeys;
    use serde::{Deserializer, Serializer, de::Error as _};

    use crate::state::bytes;

    pub(crate) fn serialize<S: Serializer>(
        keys: &Arc<ReceiverKeys>,
        to: S,
    ) -> Result<S::Ok, S::Error> {
        bytes::serialize(&keys.export().as_slice(), to)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<Arc<ReceiverKeys>, D::Error> {
        let saved: Vec<u8> = bytes::deserialize(from)?;
        ReceiverKeys::import(&saved).map(Arc::new).map_err(D::Error::custom)
    }
}
