//! Numbers that ABDM shows masked, compared by position.

use abdm_core::person::AbhaNumber;

use crate::api::fields::SeenAbhaNumber;

/// One place of a number as it is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Digit(u8),
    Hidden,
}

/// How a number that is known compares with one that is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Likeness {
    /// A digit that is shown differs.
    Different,
    /// What is shown fits, and the last digits are shown.
    Same,
    /// What is shown fits, and the end is hidden: it may be another number.
    Unclear,
}

/// So many digits at the end must be shown to tell one number of a person from another; ABDM shows
/// four of a mobile number.
const TELLING_END: usize = 4;

/// The places of a number; blanks, dashes, brackets and the like stand between them.
fn places(shown: &str) -> Vec<Place> {
    let place = |c: char| match c {
        '0'..='9' => u8::try_from(c).ok().map(Place::Digit),
        '*' | 'x' | 'X' | '#' | '•' | '●' | '?' | '_' => Some(Place::Hidden),
        _ => None,
    };
    shown.chars().filter_map(place).collect()
}

/// Compares the ten digits of a mobile number with what ABDM shows: whole, masked, shortened to its
/// end, with or without a country code.
pub(super) fn compare_mobile(ten: &str, shown: &str) -> Likeness {
    let places = places(shown);
    let mut seen = 0_usize;
    let mut end_open = true;
    for (place, digit) in places.iter().rev().zip(ten.bytes().rev()) {
        match place {
            Place::Digit(shown) if *shown != digit => return Likeness::Different,
            Place::Digit(_) if end_open => seen += 1,
            Place::Digit(_) => {}
            Place::Hidden => end_open = false,
        }
    }
    if seen >= TELLING_END { Likeness::Same } else { Likeness::Unclear }
}

/// Whether a whole ABHA number may be the one that is shown, whole or masked.
pub(super) fn may_be(shown: &SeenAbhaNumber, number: &AbhaNumber) -> bool {
    match shown {
        SeenAbhaNumber::Whole(whole) => whole == number,
        SeenAbhaNumber::Masked(text) => fit(&places(text), &places(number.to_digits())),
    }
}

/// Whether two ABHA numbers, as they are shown, may be one.
pub(super) fn may_both_be(one: &SeenAbhaNumber, other: &SeenAbhaNumber) -> bool {
    match (one, other) {
        (SeenAbhaNumber::Whole(number), shown) | (shown, SeenAbhaNumber::Whole(number)) => {
            may_be(shown, number)
        }
        (SeenAbhaNumber::Masked(one), SeenAbhaNumber::Masked(other)) => {
            fit(&places(one), &places(other))
        }
    }
}

/// Whether no digit that both show differs. A text of another length is a number without its
/// beginning: it is compared from its end, where it shows that end; else, and where it is shorter
/// than an end that tells something, it contradicts nothing.
fn fit(one: &[Place], other: &[Place]) -> bool {
    let shows_its_end = |places: &[Place]| matches!(places.last(), Some(Place::Digit(_)));
    let shorter = one.len().min(other.len());
    if one.len() != other.len()
        && (shorter < TELLING_END || !shows_its_end(one) || !shows_its_end(other))
    {
        return true;
    }
    let differ = |(one, other): (&Place, &Place)| match (one, other) {
        (Place::Digit(one), Place::Digit(other)) => one != other,
        _ => false,
    };
    !one.iter().rev().zip(other.iter().rev()).any(differ)
}

#[cfg(test)]
mod tests {
    use super::*;

    // M1 trial B7, B8.
    #[test]
    fn a_mobile_number_is_compared_place_by_place_from_its_end() {
        use Likeness::{Different, Same, Unclear};
        for (given, shown, expected) in [
            ("9876543210", "9876543210", Same),
            ("9876543210", "+919876543210", Same),
            ("9876543210", "+91-9876543210", Same),
            ("9876543210", "91 9876543210", Same),
            ("9876543210", "09876543210", Same),
            ("9876543210", "91******3210", Same),
            ("9876543210", "+91******3210", Same),
            ("9876543210", "XXXXXX3210", Same),
            ("9876543210", "3210", Same),
            ("9876543210", "98****3210", Same),
            ("9876543210", "99****3210", Different),
            ("9876543210", "******0903", Different),
            ("9876543210", "9876543211", Different),
            ("9876543210", "0903", Different),
            ("9876549876", "9876******", Unclear),
            ("9876549876", "98765*****", Unclear),
            ("9876543210", "9877******", Different),
            ("9876543210", "*********0", Unclear),
            ("9876543210", "*********1", Different),
            ("9876543210", "**********", Unclear),
            ("9876543210", "******32*0", Unclear),
            ("9876543210", "10", Unclear),
        ] {
            assert_eq!(compare_mobile(given, shown), expected, "{given} {shown}");
        }
    }

    #[test]
    fn a_masked_abha_number_contradicts_only_by_what_it_shows() {
        let number: AbhaNumber = "91-1234-5678-9015".parse().unwrap();
        let fits = |text: &str| may_be(&SeenAbhaNumber::Masked(text.to_owned()), &number);
        for text in ["91-****-****-9015", "xx-xxxx-xxxx-xx15", "**************", "", "hidden"] {
            assert!(fits(text), "{text}");
        }
        for text in ["91-****-****-5727", "xx-xxxx-xxxx-xx16"] {
            assert!(!fits(text), "{text}");
        }
        assert!(may_be(&SeenAbhaNumber::Whole(number.clone()), &number));
    }

    #[test]
    fn a_mask_of_another_length_is_compared_from_the_end_that_it_shows() {
        let number: AbhaNumber = "91-1234-5678-9015".parse().unwrap();
        let fits = |text: &str| may_be(&SeenAbhaNumber::Masked(text.to_owned()), &number);
        for text in ["xxxx9015", "******9015", "xx15", "****************15", "91-****", "x16"] {
            assert!(fits(text), "{text}");
        }
        for text in ["xxxx5559", "******5559", "xx16", "****************16"] {
            assert!(!fits(text), "{text}");
        }
    }

    #[test]
    fn two_masks_contradict_each_other_only_where_both_show_a_digit() {
        let masked = |text: &str| SeenAbhaNumber::Masked(text.to_owned());
        for (one, other, fits) in [
            ("91-****-****-9015", "xx-xxxx-xxxx-xx15", true),
            ("91-****-****-9015", "91-****-****-5559", false),
            ("91-1234-****-****", "91-5555-****-****", false),
            ("91-1234-****-****", "xx-xxxx-xxxx-9015", true),
            ("xxxx9015", "xx-xxxx-xxxx-5559", false),
            ("xxxx9015", "xx-xxxx-xxxx-9015", true),
            ("", "xx-xxxx-xxxx-9015", true),
        ] {
            assert_eq!(may_both_be(&masked(one), &masked(other)), fits, "{one} {other}");
            assert_eq!(may_both_be(&masked(other), &masked(one)), fits, "{other} {one}");
        }
    }
}
