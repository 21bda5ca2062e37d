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
    let text = match shown {
        SeenAbhaNumber::Whole(whole) => return whole == number,
        SeenAbhaNumber::Masked(text) => text,
    };
    let places = places(text);
    let fits = |(place, digit): (&Place, u8)| match place {
        Place::Digit(shown) => *shown == digit,
        Place::Hidden => true,
    };
    // A text of another length is no mask of an ABHA number, and contradicts nothing.
    places.len() != number.to_digits().len()
        || places.iter().zip(number.to_digits().bytes()).all(fits)
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
}
