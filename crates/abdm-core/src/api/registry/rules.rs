//! The field rules of the registries (registries.md), for the caller before a call leaves and for
//! the sandbox when it comes.

/// A field that the registry would refuse. Names no value.
#[derive(Clone, PartialEq, Eq, thiserror::Error)]
#[error("the registry would refuse `{field}`: {rule}")]
#[non_exhaustive]
pub struct InvalidField {
    /// The field, as the wire names it.
    pub field: &'static str,
    /// What it must be.
    pub rule: &'static str,
}

crate::error::debug_in_words!(InvalidField);

impl InvalidField {
    pub(super) const fn new(field: &'static str, rule: &'static str) -> Self {
        Self { field, rule }
    }
}

/// What a request must be before it leaves.
pub trait KeepsRules {
    /// Checks every field that has a rule.
    ///
    /// # Errors
    /// The first field that breaks its rule.
    fn check(&self) -> Result<(), InvalidField>;
}

impl KeepsRules for crate::wire::NoBody {
    fn check(&self) -> Result<(), InvalidField> {
        Ok(())
    }
}

/// `field` must fulfil `is_kept`.
pub(super) fn keep(
    is_kept: bool,
    field: &'static str,
    rule: &'static str,
) -> Result<(), InvalidField> {
    if is_kept { Ok(()) } else { Err(InvalidField::new(field, rule)) }
}

pub(super) fn is_there(text: &str) -> bool {
    !text.trim().is_empty()
}

/// `^IN.{10}$`. Only for the calls of the registries: service ids (`X-HIP-ID`) have more forms.
pub(super) fn facility_id(text: &str) -> Result<(), InvalidField> {
    let is_kept =
        text.len() == 12 && text.starts_with("IN") && text.bytes().all(|b| b.is_ascii_graphic());
    keep(is_kept, "facilityId", "it must be `IN` and ten characters, as in IN0000000001")
}

/// Letters, digits and `-_.(),/`, first a letter or digit, single spaces.
pub(super) fn facility_name(text: &str) -> Result<(), InvalidField> {
    let is_inside = |c: char| c.is_alphanumeric() || "-_.(),/ ".contains(c);
    let is_kept = text.starts_with(|c: char| c.is_alphanumeric())
        && text.chars().all(is_inside)
        && !text.contains("  ")
        && !text.ends_with(' ');
    let rule = "it must begin with a letter or digit, and hold letters, digits, `-_.(),/` and \
                single spaces";
    keep(is_kept, "facilityName", rule)
}

/// A decimal number with 1 to 6 decimals, within `most` on both sides.
pub(super) fn is_coordinate(text: &str, most: f64) -> bool {
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    unsigned
        .split_once('.')
        .is_some_and(|(whole, decimals)| digits(whole) && digits(decimals) && decimals.len() <= 6)
        && text.parse::<f64>().is_ok_and(|number| number.abs() <= most)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_names_and_coordinates_keep_their_forms() {
        for good in ["IN0000000001", "INA1b2c3d4e5", "IN00000000_1"] {
            assert!(facility_id(good).is_ok(), "{good}");
        }
        for wrong in
            ["", "IN000000001", "IN00000000012", "in0000000001", "IN00000000 1", "XX0000000001"]
        {
            assert!(facility_id(wrong).is_err(), "{wrong}");
        }
        for good in ["Example Hospital", "7 Hills (Unit-2), A/B_c."] {
            assert!(facility_name(good).is_ok(), "{good}");
        }
        for wrong in ["", " Example", "-Example", "Two  blanks", "At & T", "end ", "a\tb"] {
            assert!(facility_name(wrong).is_err(), "{wrong}");
        }
        for (text, kept) in [
            ("18.5204", true),
            ("-73.856744", true),
            ("18", false),
            ("18.", false),
            (".5", false),
            ("18.1234567", false),
            ("91.0", false),
            ("1e1.0", false),
        ] {
            assert_eq!(is_coordinate(text, 90.0), kept, "{text}");
        }
    }
}
