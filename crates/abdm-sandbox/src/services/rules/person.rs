//! The forms of what is said of a person (m1-abha.md 6, 13).

use abha_enrollment::api::enrollment::AgreedConsent;
use abha_enrollment::flow::profile::Photo;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::services::abha::typed;
use crate::services::address::names;

fn digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

fn within(text: &str, least: u32, most: u32) -> bool {
    digits(text) && text.parse().is_ok_and(|number| (least..=most).contains(&number))
}

/// A day of a month.
pub(super) fn day(text: &str) -> bool {
    text.len() <= 2 && within(text, 1, 31)
}

/// A month.
pub(super) fn month(text: &str) -> bool {
    text.len() <= 2 && within(text, 1, 12)
}

/// A year with its four digits.
pub(super) fn year(text: &str) -> bool {
    text.len() == 4 && within(text, 1900, 2200)
}

/// `M`, `F`, `O`; of older accounts `U`.
pub(super) fn gender(text: &str) -> bool {
    matches!(text, "M" | "F" | "O" | "U")
}

/// Ten bare digits.
pub(super) fn mobile(text: &str) -> bool {
    typed::mobile(text).is_some()
}

/// Six digits, the first of them a region.
pub(super) fn pin_code(text: &str) -> bool {
    text.len() == 6 && digits(text) && !text.starts_with('0')
}

/// The code of a state or district in the local government directory.
pub(super) fn lgd_code(text: &str) -> bool {
    text.len() <= 4 && digits(text)
}

/// Base64 of something.
pub(super) fn base64(text: &str) -> bool {
    STANDARD.decode(text).is_ok()
}

/// Base64 of a PNG or JPEG of at most 100 KB.
pub(super) fn photo(text: &str) -> bool {
    STANDARD.decode(text).is_ok_and(|bytes| Photo::new(bytes).is_ok())
}

/// The one kind of document that is taken.
pub(super) fn is_licence(text: &str) -> bool {
    text == "DRIVING_LICENCE"
}

/// The form of a driving licence's number.
pub(super) fn licence_number(text: &str) -> bool {
    let inside = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | ' ');
    (10..=20).contains(&text.len()) && text.chars().all(inside)
}

/// A name that a person may choose for an ABHA address, with or without its suffix. The number with
/// which every address begins is not chosen.
pub(super) fn address_name(text: &str) -> bool {
    let name = text.split_once('@').map_or(text, |(name, _)| name);
    names::address(text).is_some() && !(name.len() == 14 && digits(name))
}

/// `true`, as a text.
pub(super) fn is_true(text: &str) -> bool {
    text == "true"
}

/// The code of the consent text of the day.
pub(super) fn consent_code(text: &str) -> bool {
    text == AgreedConsent::current().code
}

/// Its version.
pub(super) fn consent_version(text: &str) -> bool {
    text == AgreedConsent::current().version
}
