//! `CheckHprId`, `FindProfessional`, `FindProfessionalsByMobile`.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

use crate::endpoint::PathParams;
use crate::id::IdError;
use crate::lenient;
use crate::secret::MobileNumber;
use crate::wire::NoBody;

crate::endpoint! {
    /// Whether somebody has an HPR id.
    pub CheckHprId {
        method: GET,
        family: Registry,
        path: "/v1/search/existsByHprId/{hprId}",
        auth: RegistryBearer,
        params: HprId,
        request: NoBody,
        response: HprExists,
        success: OK,
        replay: Safe,
        errors: Registry,
        source: "registries.md",
    }
}

crate::endpoint! {
    /// The professional with an HPR id.
    pub FindProfessional {
        method: GET,
        family: Registry,
        path: "/v1/search/searchByHprId/{hprId}",
        auth: RegistryBearer,
        params: HprId,
        request: NoBody,
        response: Option<Professional>,
        success: OK,
        replay: Safe,
        errors: Registry,
        source: "registries.md",
    }
}

crate::endpoint! {
    /// The professionals with a mobile number.
    pub FindProfessionalsByMobile {
        method: GET,
        family: Registry,
        path: "/v1/search/searchByMobile/{mobile}",
        auth: RegistryBearer,
        params: ProfessionalMobile,
        request: NoBody,
        response: Option<Vec<Professional>>,
        success: OK,
        replay: Safe,
        errors: Registry,
        source: "registries.md",
    }
}

/// Whom a path names: an HPR number or an HPR address.
fn check_hpr_id(kind: &'static str, text: &str) -> Result<(), IdError> {
    let is_number =
        text.len() == 14 && !text.starts_with('0') && text.bytes().all(|b| b.is_ascii_digit());
    let is_address = text.split_once('@').is_some_and(|(name, at)| {
        let bytes = name.as_bytes();
        let ends = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
        matches!(at, "hpr.abdm" | "dr.abdm")
            && bytes.len() >= 3
            && ends(bytes.first())
            && ends(bytes.last())
            && bytes.iter().all(|b| b.is_ascii_alphanumeric() || b"_.".contains(b))
    });
    if is_number || is_address {
        return Ok(());
    }
    Err(IdError::new(
        kind,
        "it must be an HPR number (14 digits, as in 71-0000-0000-0001) or an HPR address \
         (name@hpr.abdm, name@dr.abdm)",
    ))
}

crate::opaque_id! {
    /// An HPR number of 14 digits, or an HPR address (`name@hpr.abdm`). See
    /// [`parse`](Self::parse) for numbers with dashes.
    pub struct HprId: check_hpr_id;
}

impl HprId {
    /// Reads it as it is printed: a number may have dashes.
    ///
    /// # Errors
    /// When it is neither a number nor an address.
    pub fn parse(text: &str) -> Result<Self, IdError> {
        let text = text.trim();
        if text.contains('@') { Self::new(text) } else { Self::new(text.replace('-', "")) }
    }
}

/// The mobile number of a professional, in a path.
#[derive(Debug, Clone)]
pub struct ProfessionalMobile(pub MobileNumber);

impl PathParams for ProfessionalMobile {
    const COUNT: usize = 1;

    fn segments(&self) -> Vec<String> {
        vec![self.0.expose().to_owned()]
    }

    fn from_segments(segments: &[String]) -> Result<Self, IdError> {
        match segments {
            [only] => MobileNumber::new(only).map(Self),
            _ => Err(IdError::new("MobileNumber", "the path must hold exactly one")),
        }
    }
}

/// Whether there is such an HPR id. Read from `true`, `"true"`, `{"status": true}` and the like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct HprExists {
    /// Whether there is.
    pub exists: bool,
}

impl HprExists {
    /// So it is.
    #[must_use]
    pub const fn new(exists: bool) -> Self {
        Self { exists }
    }
}

impl Serialize for HprExists {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bool(self.exists)
    }
}

impl<'de> Deserialize<'de> for HprExists {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        fn says(value: &Value) -> Option<bool> {
            match value {
                Value::Bool(said) => Some(*said),
                Value::String(text) => match text.trim().to_ascii_lowercase().as_str() {
                    "true" | "yes" | "exists" => Some(true),
                    "false" | "no" => Some(false),
                    _ => None,
                },
                Value::Object(fields) => {
                    ["status", "exists", "data"].iter().find_map(|name| says(fields.get(*name)?))
                }
                _ => None,
            }
        }
        let value = Value::deserialize(deserializer)?;
        let unknown = || serde::de::Error::custom("neither true nor false, nor a status of these");
        says(&value).map(Self::new).ok_or_else(unknown)
    }
}

/// A professional as a look-up tells them.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct Professional {
    /// The HPR number.
    pub hpr_id_number: Option<String>,
    /// Their name.
    pub name: Option<String>,
    /// By what they may log in.
    #[serde(with = "lenient::list")]
    pub auth_methods: Vec<String>,
    /// The HPR address.
    pub hpr_id: Option<String>,
    /// The category ([`ListHprCategories`](super::super::ListHprCategories)).
    pub category_id: Option<String>,
    /// The subcategory.
    pub sub_category_id: Option<String>,
}

impl Professional {
    /// A professional with their number, address and name.
    #[must_use]
    pub fn new(number: &str, address: &str, name: &str) -> Self {
        let text = |text: &str| Some(text.to_owned());
        let (hpr_id_number, hpr_id, name) = (text(number), text(address), text(name));
        Self { hpr_id_number, hpr_id, name, ..Self::default() }
    }
}

/// Names no person.
impl std::fmt::Debug for Professional {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Professional")
            .field("category_id", &self.category_id)
            .field("sub_category_id", &self.sub_category_id)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_read_with_dashes_and_an_address_in_its_two_domains() {
        for (text, wire) in [
            ("71-0000-0000-0001", Some("71000000000001")),
            (" 71000000000001", Some("71000000000001")),
            ("asha.test@hpr.abdm", Some("asha.test@hpr.abdm")),
            ("asha_1@dr.abdm", Some("asha_1@dr.abdm")),
            ("asha.test@sbx", None),
            ("@hpr.abdm", None),
            ("a@hpr.abdm", None),
            (".asha@hpr.abdm", None),
            ("01000000000001", None),
            ("7100000000000", None),
            ("", None),
        ] {
            let read = HprId::parse(text).ok();
            assert_eq!(read.as_ref().map(HprId::as_str), wire, "{text}");
        }
        let id = HprId::parse("asha.test@hpr.abdm").unwrap();
        let filled = crate::endpoint::fill_path(
            <FindProfessional as crate::endpoint::Endpoint>::PATH,
            &id.segments(),
        );
        assert!(filled.unwrap().ends_with("asha.test%40hpr.abdm"));
    }

    #[test]
    fn existence_is_read_bare_or_inside_a_status() {
        let read = |json: &str| crate::wire::read_forgiving::<HprExists>(json.as_bytes());
        for (json, exists) in [
            ("true", Some(true)),
            ("false", Some(false)),
            (r#""true""#, Some(true)),
            (r#"{"status":true}"#, Some(true)),
            (r#"{"status":"false"}"#, Some(false)),
            (r#"{"status":{"exists":true}}"#, Some(true)),
            (r#"{"status":"later"}"#, None),
            ("7", None),
        ] {
            assert_eq!(read(json).ok().map(|read| read.value.exists), exists, "{json}");
        }
    }

    #[test]
    fn a_professional_is_not_printed_by_name() {
        let somebody = Professional::new("71000000000001", "asha@hpr.abdm", "Asha");
        assert!(!format!("{somebody:?}").to_lowercase().contains("asha"));
        let mobile = ProfessionalMobile(MobileNumber::new("9999900001").unwrap());
        assert!(!format!("{mobile:?}").contains("99999"));
    }
}
