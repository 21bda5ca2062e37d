//! Secrets: values that must never reach a log, a `Debug` or an error text.
//!
//! Each secret is a type of its own, so that a transfer token cannot be sent where a user token
//! belongs. The getter is called `expose`, so that every use stands out in review; the memory is
//! wiped when the value goes.

use std::fmt;

use secrecy::{ExposeSecret, SecretString};

use crate::id::IdError;
use crate::typed;

/// Defines a secret text: redacted `Debug`, no `Display`, no `Serialize`, wiped on drop.
#[macro_export]
macro_rules! secret_text {
    ($(#[$doc:meta])* $vis:vis struct $name:ident;) => {
        $(#[$doc])*
        #[derive(Clone)]
        $vis struct $name($crate::secret::private::SecretString);

        impl $name {
            /// Takes a text as this secret.
            pub fn new(text: impl Into<String>) -> Self {
                Self($crate::secret::private::SecretString::from(text.into()))
            }

            /// The secret itself. Only for the code that encrypts it or writes it into a header.
            #[must_use]
            pub fn expose(&self) -> &str {
                use $crate::secret::private::ExposeSecret as _;
                self.0.expose_secret()
            }
        }
        impl ::std::fmt::Debug for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.write_str(concat!(stringify!($name), "(…)"))
            }
        }
        impl<'de> $crate::id::private::Deserialize<'de> for $name {
            fn deserialize<D>(deserializer: D) -> Result<Self, D::Error>
            where
                D: $crate::id::private::serde::Deserializer<'de>,
            {
                $crate::secret::private::text(deserializer).map(Self::new)
            }
        }
    };
}

/// What [`secret_text!`](crate::secret_text) needs to reach from other crates. Not part of the API.
#[doc(hidden)]
pub mod private {
    use std::fmt;

    pub use secrecy::{ExposeSecret, SecretString};
    use serde::de::{Deserializer, Visitor};

    /// Reads a text and nothing else: a number where a token belongs is no token, even where
    /// answers are read forgivingly.
    pub fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
        struct TextOnly;
        impl Visitor<'_> for TextOnly {
            type Value = String;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text")
            }
            fn visit_str<E>(self, text: &str) -> Result<String, E> {
                Ok(text.to_owned())
            }
            fn visit_string<E>(self, text: String) -> Result<String, E> {
                Ok(text)
            }
        }
        deserializer.deserialize_any(TextOnly)
    }
}

secret_text! {
    /// The client secret that NHA gave with the client id.
    pub struct ClientSecret;
}
secret_text! {
    /// A gateway session token, sent as `Authorization: Bearer …`.
    pub struct AccessToken;
}
secret_text! {
    /// The final token of a person who proved an ABHA number (`X-token` on the ABHA family).
    pub struct UserToken;
}
secret_text! {
    /// The token that only lets a person choose among accounts (`T-token`), 300 s. Not a
    /// [`UserToken`]: mixing them up is the classic milestone 1 error.
    pub struct TransferToken;
}
secret_text! {
    /// The token of a person who proved an ABHA *address*: `X-AUTH-TOKEN` on the gateway, `X-token`
    /// on the PHR families. Not valid on the ABHA family.
    pub struct PhrToken;
}
secret_text! {
    /// The token of a person who logged in to the PHR *app* family: `X-token` there, and nowhere
    /// else on the ABHA hosts. A type of its own, so that it cannot stand on the web family's
    /// calls.
    pub struct AppToken;
}
secret_text! {
    /// The token that renews a user token (`R-token`).
    pub struct RefreshToken;
}
secret_text! {
    /// The token that lets a HIP link care contexts of one patient for six months (`X-LINK-TOKEN`).
    pub struct LinkToken;
}

/// A one-time password, six digits.
#[derive(Clone)]
pub struct Otp(SecretString);

impl Otp {
    /// Takes six digits as an OTP, as they were typed or pasted ([`typed::digits`]): `482 913` is
    /// one.
    ///
    /// # Errors
    /// When it is not exactly six digits.
    pub fn new(text: &str) -> Result<Self, IdError> {
        typed::digits(text)
            .filter(|digits| digits.len() == 6)
            .map(|digits| Self(SecretString::from(digits.as_str())))
            .ok_or(IdError::new("Otp", "it must be exactly 6 digits"))
    }

    /// The digits. Only for the code that encrypts or compares them.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

impl fmt::Debug for Otp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Otp(…)")
    }
}

/// An Aadhaar number: 12 digits with a Verhoeff check digit. Never stored, never logged.
#[derive(Clone)]
pub struct AadhaarNumber(SecretString);

impl AadhaarNumber {
    /// Takes 12 digits, as they were typed or pasted ([`typed::digits`]), as an Aadhaar number.
    ///
    /// Checked on this machine, so that a slip of the finger does not cost an OTP: the error's text
    /// is what certification case CRT_ABHA_104 wants shown.
    ///
    /// # Errors
    /// When it is not 12 digits, begins with 0 or 1, or its check digit is wrong.
    pub fn new(text: &str) -> Result<Self, IdError> {
        typed::digits(text)
            .filter(|digits| digits.len() == 12 && !digits.starts_with(['0', '1']))
            .filter(|digits| check_digit::verhoeff(digits))
            .map(|digits| Self(SecretString::from(digits.as_str())))
            .ok_or(IdError::new(
                "AadhaarNumber",
                "Aadhaar Number is not valid: read the 12 digits again",
            ))
    }

    /// The 12 bare digits. Only for the code that encrypts them.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

impl fmt::Debug for AadhaarNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AadhaarNumber(…)")
    }
}

/// An Indian mobile number, ten digits without country code.
#[derive(Clone)]
pub struct MobileNumber(SecretString);

impl MobileNumber {
    /// Takes a mobile number as it was typed or pasted ([`typed::digits`]). India's country code
    /// (`+91`, `0091`, `(+91)`, `91`) and the `0` of the trunk line are dropped, with brackets and
    /// points between the digits.
    ///
    /// # Errors
    /// When ten digits beginning with 6 to 9 do not remain.
    pub fn new(text: &str) -> Result<Self, IdError> {
        typed::digits_beside(text, &['+', '(', ')', '.', '\u{ff0b}'])
            .and_then(|digits| Some(Self(SecretString::from(national(&digits)?))))
            .ok_or(IdError::new(
                "MobileNumber",
                "Please enter a valid mobile number: 10 digits, the first one 6 to 9",
            ))
    }

    /// The ten bare digits.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }

    /// The number as a screen may show it: all but the last four digits masked.
    #[must_use]
    pub fn masked(&self) -> String {
        let last: String = self.expose().chars().skip(6).collect();
        format!("******{last}")
    }
}

impl fmt::Debug for MobileNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MobileNumber(…)")
    }
}

/// The ten digits of a mobile number without country code and trunk `0`, when that is what it is.
fn national(digits: &str) -> Option<&str> {
    let mut rest = digits;
    for prefix in ["00", "91", "0"] {
        if rest.len() > 10 {
            rest = rest.strip_prefix(prefix).unwrap_or(rest);
        }
    }
    (rest.len() == 10 && rest.starts_with(['6', '7', '8', '9'])).then_some(rest)
}

/// Check digits of the numbers that people carry.
pub mod check_digit {
    const MULTIPLY: [[u8; 10]; 10] = [
        [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
        [1, 2, 3, 4, 0, 6, 7, 8, 9, 5],
        [2, 3, 4, 0, 1, 7, 8, 9, 5, 6],
        [3, 4, 0, 1, 2, 8, 9, 5, 6, 7],
        [4, 0, 1, 2, 3, 9, 5, 6, 7, 8],
        [5, 9, 8, 7, 6, 0, 4, 3, 2, 1],
        [6, 5, 9, 8, 7, 1, 0, 4, 3, 2],
        [7, 6, 5, 9, 8, 2, 1, 0, 4, 3],
        [8, 7, 6, 5, 9, 3, 2, 1, 0, 4],
        [9, 8, 7, 6, 5, 4, 3, 2, 1, 0],
    ];
    const PERMUTE: [[u8; 10]; 8] = [
        [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
        [1, 5, 7, 6, 2, 8, 3, 0, 9, 4],
        [5, 8, 0, 3, 7, 9, 6, 1, 4, 2],
        [8, 9, 1, 6, 0, 4, 3, 5, 2, 7],
        [9, 4, 5, 3, 1, 2, 6, 8, 7, 0],
        [4, 2, 8, 6, 5, 7, 3, 9, 0, 1],
        [2, 7, 9, 3, 8, 0, 6, 4, 1, 5],
        [7, 0, 4, 6, 9, 1, 3, 2, 5, 8],
    ];

    /// Whether the last digit is the Verhoeff check digit of those before it (Aadhaar, VID).
    /// A text with anything but ASCII digits has none.
    #[must_use]
    pub fn verhoeff(digits: &str) -> bool {
        let mut state = 0_u8;
        for (position, byte) in digits.bytes().rev().enumerate() {
            let Some(digit) = byte.checked_sub(b'0').filter(|d| *d < 10) else {
                return false;
            };
            let permuted =
                PERMUTE.get(position % 8).and_then(|row| row.get(usize::from(digit))).copied();
            let next = permuted.and_then(|p| {
                MULTIPLY.get(usize::from(state)).and_then(|row| row.get(usize::from(p))).copied()
            });
            let Some(next) = next else { return false };
            state = next;
        }
        state == 0 && !digits.is_empty()
    }

    /// Whether the digits pass Luhn (mod 10), as almost every ABHA number does (m1-abha.md 13).
    /// A text with anything but ASCII digits does not.
    #[must_use]
    pub fn luhn(digits: &str) -> bool {
        let mut sum = 0_u32;
        for (position, c) in digits.chars().rev().enumerate() {
            let Some(digit) = c.to_digit(10) else {
                return false;
            };
            sum += if position % 2 == 0 {
                digit
            } else {
                let doubled = digit * 2;
                if doubled > 9 { doubled - 9 } else { doubled }
            };
        }
        !digits.is_empty() && sum.is_multiple_of(10)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn aadhaar_is_checked_before_it_leaves() {
        // A made-up number with a valid check digit, and the same with one digit changed.
        assert!(AadhaarNumber::new("2345 6789 0124").is_ok());
        assert!(AadhaarNumber::new("2345 6789 0125").is_err());
        assert!(AadhaarNumber::new("1345 6789 0124").is_err());
        assert!(AadhaarNumber::new("23456789012").is_err());
    }

    // M1 trial C12.
    #[test]
    fn aadhaar_and_otp_are_read_with_any_blank_dash_and_script() {
        for text in [
            "2345\u{a0}6789\u{a0}0124",
            "2345\t6789\t0124",
            "2345\u{2013}6789\u{2014}0124",
            "२३४५ ६७८९ ०१२४",
            "\u{feff}234567890124\n",
        ] {
            assert_eq!(AadhaarNumber::new(text).unwrap().expose(), "234567890124", "{text:?}");
        }
        for text in ["482 913", "482-913", "४८२९१३", " 482\u{2009}913 "] {
            assert_eq!(Otp::new(text).unwrap().expose(), "482913", "{text:?}");
        }
        for text in ["48291", "4829131", "48291x", ""] {
            assert!(Otp::new(text).is_err(), "{text:?}");
        }
    }

    // M1 trial C12.
    #[test]
    fn mobile_numbers_lose_their_country_code() {
        for text in [
            "9876543210",
            "+91 98765 43210",
            "+91-9876543210",
            "09876543210",
            "919876543210",
            "00919876543210",
            "0091 98765 43210",
            "(+91) 98765 43210",
            "+91 (0) 98765 43210",
            "98765.43210",
            "\u{202a}+91\u{a0}98765\u{2013}43210\u{202c}",
            "९८७६५४३२१०",
        ] {
            let mobile = MobileNumber::new(text).unwrap();
            assert_eq!(mobile.expose(), "9876543210");
            assert_eq!(mobile.masked(), "******3210");
        }
        for text in
            ["1876543210", "987654321", "98765432101", "98765a3210", "", "0019876543210", "91"]
        {
            assert!(MobileNumber::new(text).is_err(), "{text}");
        }
    }

    #[test]
    fn secrets_do_not_show_in_debug() {
        let shown = format!(
            "{:?} {:?} {:?} {:?}",
            UserToken::new("topsecret"),
            Otp::new("123456").unwrap(),
            MobileNumber::new("9876543210").unwrap(),
            AadhaarNumber::new("234567890124").unwrap(),
        );
        assert_eq!(shown, "UserToken(…) Otp(…) MobileNumber(…) AadhaarNumber(…)");
    }

    #[test]
    fn luhn_knows_the_contracts_test_numbers() {
        for number in ["91123456789015", "91555555555559", "91987654321098"] {
            assert!(check_digit::luhn(number), "{number}");
        }
        assert!(!check_digit::luhn("91123456789016"));
    }
}
