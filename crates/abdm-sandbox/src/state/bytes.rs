//! Bytes in a state file: base64, for `#[serde(with = "…")]`.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::de::Error as _;
use serde::{Deserialize as _, Deserializer, Serializer};

pub(crate) fn serialize<S: Serializer, B: AsRef<[u8]>>(
    bytes: &B,
    to: S,
) -> Result<S::Ok, S::Error> {
    to.serialize_str(&STANDARD.encode(bytes))
}

pub(crate) fn deserialize<'de, D: Deserializer<'de>, B: From<Vec<u8>>>(
    from: D,
) -> Result<B, D::Error> {
    let text = String::deserialize(from)?;
    STANDARD.decode(text).map(B::from).map_err(|_| D::Error::custom("it is not base64"))
}

/// The same for what may be missing.
pub(crate) mod option {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    #[derive(Serialize, Deserialize)]
    #[serde(transparent)]
    pub(super) struct Text<B: AsRef<[u8]> + From<Vec<u8>>>(#[serde(with = "super")] pub(super) B);

    pub(crate) fn serialize<S: Serializer>(
        bytes: &Option<Vec<u8>>,
        to: S,
    ) -> Result<S::Ok, S::Error> {
        match bytes {
            Some(bytes) => super::serialize(bytes, to),
            None => to.serialize_none(),
        }
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<Option<Vec<u8>>, D::Error> {
        Ok(Option::<Text<Vec<u8>>>::deserialize(from)?.map(|text| text.0))
    }
}

/// The same beside the reason why there are none.
pub(crate) mod result {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use super::option::Text;

    type Read = Result<Vec<u8>, String>;

    pub(crate) fn serialize<S: Serializer>(bytes: &Read, to: S) -> Result<S::Ok, S::Error> {
        match bytes {
            Ok(bytes) => Result::<_, &String>::Ok(Text(bytes.clone())).serialize(to),
            Err(reason) => Result::<Text<Vec<u8>>, _>::Err(reason).serialize(to),
        }
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Read, D::Error> {
        Ok(Result::<Text<Vec<u8>>, String>::deserialize(from)?.map(|text| text.0))
    }
}
