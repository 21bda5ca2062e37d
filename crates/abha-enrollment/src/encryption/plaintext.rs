//! Which values may be encrypted, and in which shape.

use abdm_core::person::{AbhaAddress, AbhaNumber};
use abdm_core::secret::{AadhaarNumber, MobileNumber, Otp};
use zeroize::Zeroizing;

use crate::input::{AadhaarOrVid, AccountIndex, EmailAddress, Password, VirtualId, XmlUid};

/// A value in the one shape that ABDM takes, which it can check only after decryption: a wrong
/// shape comes back as "LoginId is invalid" or worse (m1-abha.md 4).
///
/// Implemented for the types of such values and closed for others, so that nobody encrypts a
/// `String`.
pub trait Plaintext: sealed::Sealed {
    /// The text to encrypt.
    #[doc(hidden)]
    fn plaintext(&self) -> Zeroizing<String>;
}

mod sealed {
    pub trait Sealed {}
}

macro_rules! plaintexts {
    ($( $(#[$doc:meta])* $type:ty => |$value:ident| $text:expr; )+) => {$(
        impl sealed::Sealed for $type {}

        $(#[$doc])*
        impl Plaintext for $type {
            fn plaintext(&self) -> Zeroizing<String> {
                let $value = self;
                Zeroizing::new($text)
            }
        }
    )+};
}

plaintexts! {
    /// 12 bare digits.
    AadhaarNumber => |it| it.expose().to_owned();
    /// 16 bare digits.
    VirtualId => |it| it.expose().to_owned();
    /// Bare digits, 12 or 16.
    AadhaarOrVid => |it| match it {
        AadhaarOrVid::Aadhaar(number) => number.expose().to_owned(),
        AadhaarOrVid::Vid(vid) => vid.expose().to_owned(),
    };
    /// 10 bare digits, without country code.
    MobileNumber => |it| it.expose().to_owned();
    /// 6 digits.
    Otp => |it| it.expose().to_owned();
    /// Dashed: `91-1234-5678-9015`. Bare digits are refused here (and demanded on the gateway).
    AbhaNumber => |it| it.to_dashed();
    /// With its suffix: `asha@sbx`.
    AbhaAddress => |it| it.as_str().to_owned();
    /// The address.
    EmailAddress => |it| it.expose().to_owned();
    /// The password.
    Password => |it| it.expose().to_owned();
    /// The place in the list as decimal text: `1`.
    AccountIndex => |it| it.to_string();
    /// The record's id.
    XmlUid => |it| it.as_str().to_owned();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_value_has_the_shape_that_abdm_wants() {
        let number: AbhaNumber = "91123456789015".parse().unwrap();
        assert_eq!(number.plaintext().as_str(), "91-1234-5678-9015");
        let mobile = MobileNumber::new("+91 98765 43210").unwrap();
        assert_eq!(mobile.plaintext().as_str(), "9876543210");
        let aadhaar = AadhaarNumber::new("2345 6789 0124").unwrap();
        assert_eq!(aadhaar.plaintext().as_str(), "234567890124");
        let vid = VirtualId::parse("9123-4567-8901-2346").unwrap();
        assert_eq!(vid.plaintext().as_str(), "9123456789012346");
        assert_eq!(AadhaarOrVid::from(vid).plaintext().as_str(), "9123456789012346");
        assert_eq!(AadhaarOrVid::from(aadhaar).plaintext().as_str(), "234567890124");
        assert_eq!(Otp::new(" 012345").unwrap().plaintext().as_str(), "012345");
        assert_eq!(AccountIndex::new(1).plaintext().as_str(), "1");
    }
}
