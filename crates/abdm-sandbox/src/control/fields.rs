//! Fields of the sandbox's own calls: strict, and described as they are read.

use abdm_core::api::consent::{DateRange, Frequency};
use abdm_core::vocabulary::{FrequencyUnit, HiType};
use chrono::{DateTime, Utc};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};

/// The description of an ABHA address: the rule of `AbhaAddress`.
#[derive(JsonSchema)]
#[schemars(
    rename = "AbhaAddress",
    extend("example" = "ravi.example@sbx")
)]
pub(crate) struct Address(
    #[expect(dead_code, reason = "a description only")]
    #[schemars(regex(
        pattern = r"^[A-Za-z0-9][A-Za-z0-9._!-]{1,62}[A-Za-z0-9]@[A-Za-z0-9]{1,16}$"
    ))]
    String,
);

/// The description of an id of ABDM's or a facility's: 1 to 255 characters, no control characters.
#[derive(JsonSchema)]
pub(crate) struct Id(
    #[expect(dead_code, reason = "a description only")]
    #[schemars(length(min = 1, max = 255), regex(pattern = r"^[!-~][ -~]*$"))]
    String,
);

/// The description of a reference as it can be linked: the rule of ABDM (gateway.md 8).
#[derive(JsonSchema)]
#[schemars(extend("example" = "OPD-1"))]
pub(crate) struct Reference(
    #[expect(dead_code, reason = "a description only")]
    #[schemars(
        length(min = 1, max = 255),
        regex(pattern = r"^ *[A-Za-z0-9_@,.()/:\\-][A-Za-z0-9_@,. ()/:\\-]*$")
    )]
    String,
);

/// The description of what patients are shown of a link.
#[derive(JsonSchema)]
#[schemars(extend("example" = "Visit"))]
pub(crate) struct Display(
    #[expect(dead_code, reason = "a description only")]
    #[schemars(
        length(min = 1, max = 255),
        regex(pattern = r#"^ *[A-Za-z0-9_@,."':|()/-][A-Za-z0-9_@,. "':|()/-]*$"#)
    )]
    String,
);

/// The description of a facility's service id: the rule of `HipId` and `HiuId` (gateway.md 2).
#[derive(JsonSchema)]
#[schemars(extend("example" = "OTHER-HIP"))]
pub(crate) struct FacilityId(
    #[expect(dead_code, reason = "a description only")]
    #[schemars(
        length(min = 2, max = 64),
        regex(pattern = r"^[A-Za-z0-9][A-Za-z0-9_-]*[A-Za-z0-9]$")
    )]
    String,
);

/// Whether a text can be a facility's service id.
pub(crate) fn check_facility_id(field: &str, text: &str) -> Result<(), super::Problem> {
    let id = abdm_core::id::ServiceId::new(text).map(|_| ());
    let id = id.and_then(|()| abdm_core::id::HipId::new(text).map(|_| ()));
    match id {
        Ok(()) if text.len() <= 64 => Ok(()),
        Ok(()) => {
            let text = format!("`{field}`: it must have at most 64 characters");
            Err(super::Problem::invalid_field(field, text))
        }
        Err(error) => Err(super::Problem::invalid_field(field, format!("`{field}`: {error}"))),
    }
}

/// An HI type that ABDM knows, letter by letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct KnownHiType(pub(crate) HiType);

impl<'de> Deserialize<'de> for KnownHiType {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        match HiType::from(String::deserialize(from)?) {
            HiType::Other(text) => {
                let known: Vec<_> = HiType::ALL.iter().map(HiType::as_str).collect();
                let known = known.join(", ");
                Err(D::Error::custom(format!("`{text}` is no HI type: there are {known}")))
            }
            known => Ok(Self(known)),
        }
    }
}

impl JsonSchema for KnownHiType {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "HiType".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let known: Vec<_> = HiType::ALL.iter().map(HiType::as_str).collect();
        json_schema!({"type": "string", "enum": known})
    }
}

/// From when to when, both ends included.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Dates {
    /// The first instant.
    from: DateTime<Utc>,
    /// The last instant.
    to: DateTime<Utc>,
}

impl From<Dates> for DateRange {
    fn from(dates: Dates) -> Self {
        Self::new(dates.from, dates.to)
    }
}

/// A unit of [`HowOften`].
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
enum Unit {
    Hour,
    Day,
    Week,
    Month,
    Year,
}

/// How often records may be fetched.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Frequency")]
pub(crate) struct HowOften {
    /// The unit.
    unit: Unit,
    /// How many units.
    value: i64,
    /// How many times; 0 for no limit.
    repeats: i64,
}

impl From<HowOften> for Frequency {
    fn from(often: HowOften) -> Self {
        let mut frequency = Self::hourly();
        frequency.unit = match often.unit {
            Unit::Hour => FrequencyUnit::Hour,
            Unit::Day => FrequencyUnit::Day,
            Unit::Week => FrequencyUnit::Week,
            Unit::Month => FrequencyUnit::Month,
            Unit::Year => FrequencyUnit::Year,
        };
        frequency.value = often.value;
        frequency.repeats = Some(often.repeats);
        frequency
    }
}

/// Whether a text can be an id or a name: the rule that [`Id`] describes.
pub(crate) fn check_id(field: &str, text: &str) -> Result<(), super::Problem> {
    let rule = if text.trim().is_empty() {
        "it must not be empty"
    } else if text.chars().count() > 255 {
        "it must have at most 255 characters"
    } else if text.chars().any(char::is_control) {
        "it must not hold control characters"
    } else {
        return Ok(());
    };
    Err(super::Problem::invalid_field(field, format!("`{field}`: {rule}")))
}

/// The description of an address that callbacks can go to.
#[derive(JsonSchema)]
#[schemars(extend("example" = "http://127.0.0.1:8080"))]
pub(crate) struct WebAddress(
    #[expect(dead_code, reason = "a description only")]
    #[schemars(regex(pattern = r"^https?://[a-z0-9.]+(:[1-9][0-9]{0,3})?(/[a-z]*)?$"))]
    String,
);

/// Whether a text is an address that callbacks can go to.
pub(crate) fn check_url(field: &str, text: &str) -> Result<(), super::Problem> {
    let url = url::Url::parse(text).ok();
    let usable = url.is_some_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
    let text = format!("`{field}`: it must look like http://127.0.0.1:8080 or https://host/path");
    if usable { Ok(()) } else { Err(super::Problem::invalid_field(field, text)) }
}
