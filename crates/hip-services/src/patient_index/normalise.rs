//! The one form of each identifier, in which it is stored beside its spelling and compared.

use abdm_core::person::{AbhaAddress, AbhaNumber};
use abdm_core::typed;

/// The ten digits of an Indian mobile number, however it is typed: with blanks, dashes, points and
/// brackets, in the digits of any script, with or without `+91`, `0091`, `91` or a leading 0.
///
/// `None` for anything else: empty, too short, too long, two numbers in one text, nothing but
/// zeros. What has no ten digits is compared with nothing (m2-hip.md 5.1).
///
/// ```
/// use hip_services::patient_index::ten_digit_mobile;
///
/// for typed in ["9000000000", "+91 90000-00000", "0091-9000000000", "09000000000", "९००००-०००००"] {
///     assert_eq!(ten_digit_mobile(typed).as_deref(), Some("9000000000"));
/// }
/// for none in ["", "0", "12345", "0000000000", "9000000000 / 9000000001"] {
///     assert_eq!(ten_digit_mobile(none), None);
/// }
/// ```
#[must_use]
pub fn ten_digit_mobile(typed: &str) -> Option<String> {
    let typed = typed.trim();
    let typed = typed.strip_prefix('+').unwrap_or(typed);
    let bare: String = typed.chars().filter(|c| !matches!(c, '(' | ')' | '.')).collect();
    let digits = typed::digits(&bare)?;
    // With the longest prefix first: `0091…` begins with `0`, too.
    let ten = ["0091", "091", "91", "0", ""]
        .iter()
        .find_map(|prefix| digits.strip_prefix(prefix).filter(|rest| rest.len() == TEN))?;
    ten.bytes().any(|digit| digit != b'0').then(|| ten.to_owned())
}

const TEN: usize = 10;

/// The fourteen digits of an ABHA number, however it is typed.
///
/// `None` for anything else: a number with a digit too many is not cut.
///
/// ```
/// use hip_services::patient_index::abha_number_digits;
///
/// assert_eq!(abha_number_digits("91-0000-0000-0001").as_deref(), Some("91000000000001"));
/// assert_eq!(abha_number_digits(""), None);
/// ```
#[must_use]
pub fn abha_number_digits(typed: &str) -> Option<String> {
    let number: AbhaNumber = typed.parse().ok()?;
    // Zeros stand where a number is missing, not for a person.
    number.to_digits().bytes().any(|digit| digit != b'0').then(|| number.to_digits().to_owned())
}

/// An ABHA address in lower case, without blanks around it.
///
/// `None` for what is no ABHA address.
///
/// ```
/// use hip_services::patient_index::folded_abha_address;
///
/// assert_eq!(folded_abha_address(" Asha.Test@SBX ").as_deref(), Some("asha.test@sbx"));
/// assert_eq!(folded_abha_address("asha"), None);
/// ```
#[must_use]
pub fn folded_abha_address(typed: &str) -> Option<String> {
    typed.parse().ok().map(|address: AbhaAddress| address.folded())
}

/// A medical record number in lower case, without blanks.
///
/// Dashes, strokes and zeros stay: in `1/23` and `12/3` they are all that tells two patients apart.
/// `None` when nothing but signs and zeros is left.
///
/// ```
/// use hip_services::patient_index::folded_record_number;
///
/// assert_eq!(folded_record_number(" UHID-000 123").as_deref(), Some("uhid-000123"));
/// assert_eq!(folded_record_number("-"), None);
/// ```
#[must_use]
pub fn folded_record_number(typed: &str) -> Option<String> {
    let folded: String =
        typed.chars().filter(|c| !c.is_whitespace()).flat_map(char::to_lowercase).collect();
    folded.chars().any(|c| c.is_alphanumeric() && c != '0').then_some(folded)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_number_that_begins_like_a_prefix_keeps_its_ten_digits() {
        assert_eq!(ten_digit_mobile("9190000000").as_deref(), Some("9190000000"));
        assert_eq!(ten_digit_mobile("919190000000").as_deref(), Some("9190000000"));
        assert_eq!(ten_digit_mobile("09190000000").as_deref(), Some("9190000000"));
        assert_eq!(ten_digit_mobile("+91 (90000) 00.000").as_deref(), Some("9000000000"));
    }

    #[test]
    fn a_value_that_stands_for_none_gives_no_key() {
        for nothing in ["", " ", "-", "0", "000", "null", "NA", "+91", "+91-"] {
            assert_eq!(ten_digit_mobile(nothing), None, "{nothing:?}");
            assert_eq!(abha_number_digits(nothing), None, "{nothing:?}");
            assert_eq!(folded_abha_address(nothing), None, "{nothing:?}");
        }
        for nothing in ["", " ", "-", "0", "000", "--", "/"] {
            assert_eq!(folded_record_number(nothing), None, "{nothing:?}");
        }
        assert_eq!(abha_number_digits("00-0000-0000-0000"), None);
    }

    proptest! {
        #[test]
        fn every_key_is_its_own_key_and_nothing_panics(text in ".{0,40}", number in "[0-9+ -]{0,18}") {
            for typed in [text, number] {
                for key in [ten_digit_mobile, abha_number_digits, folded_abha_address, folded_record_number] {
                    if let Some(form) = key(&typed) {
                        prop_assert!(!form.trim().is_empty());
                        prop_assert_eq!(key(&form), Some(form.clone()));
                    }
                }
            }
        }
    }
}
