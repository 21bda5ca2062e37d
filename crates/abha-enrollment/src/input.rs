//! Values that people type, beyond those of `abdm-core`: checked here, before anything is sent.

mod aadhaar;
mod address_name;

use std::fmt;

use abdm_core::id::IdError;
use abdm_core::{opaque_id, secret_text};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

pub use self::aadhaar::{AadhaarIdentity, AadhaarOrVid, VirtualId};
pub use self::address_name::AbhaAddressName;

secret_text! {
    /// An e-mail address. Personal, so it does not show in `Debug`.
    pub struct EmailAddress;
}

impl EmailAddress {
    /// Takes an e-mail address; its form is checked loosely, ABDM's OTP is the true check.
    ///
    /// # Errors
    /// When there is no `@` between two parts, or a blank, or more than 254 characters.
    pub fn parse(text: &str) -> Result<Self, IdError> {
        let text = text.trim();
        let parts = text.rsplit_once('@');
        let well_formed = text.len() <= 254
            && !text.contains(|c: char| c.is_whitespace() || c.is_control())
            && parts.is_some_and(|(name, host)| {
                !name.is_empty()
                    && host.contains('.')
                    && !host.starts_with('.')
                    && !host.ends_with('.')
            });
        if well_formed {
            Ok(Self::new(text))
        } else {
            Err(IdError::new("EmailAddress", "it must look like name@example.org"))
        }
    }
}

secret_text! {
    /// An ABHA password.
    pub struct Password;
}

impl Password {
    /// A new password, held against ABDM's rule: at least 8 characters, among them an upper-case
    /// and a lower-case letter, a digit and one of `#?!@$%&*`, and no three equal or adjacent
    /// characters in a row like `aaa`, `abc`, `321` or `890` (m1-abha.md 13).
    ///
    /// # Errors
    /// When it breaks the rule.
    pub fn chosen(text: &str) -> Result<Self, IdError> {
        let run = text.as_bytes().windows(3).any(|three| match three {
            [a, b, c] => runs_on([*a, *b, *c]),
            _ => false,
        });
        let keeps_rule = text.chars().count() >= 8
            && text.chars().any(|c| c.is_ascii_uppercase())
            && text.chars().any(|c| c.is_ascii_lowercase())
            && text.chars().any(|c| c.is_ascii_digit())
            && text.chars().any(|c| "#?!@$%&*".contains(c))
            && !run;
        if keeps_rule {
            Ok(Self::new(text))
        } else {
            Err(IdError::new(
                "Password",
                "it needs 8 characters, upper and lower case, a digit, one of #?!@$%&*, and no run like 111 or abc",
            ))
        }
    }

    /// A password that exists already: whatever it is.
    pub fn existing(text: impl Into<String>) -> Self {
        Self::new(text)
    }
}

/// Three equal characters, or three letters or digits one after the other, either way; `890` is
/// such a run, too (m1-abha.md 13).
fn runs_on([a, b, c]: [u8; 3]) -> bool {
    let of_a_kind = |is: fn(&u8) -> bool| [a, b, c].iter().all(is);
    let ordered = of_a_kind(u8::is_ascii_digit)
        || of_a_kind(u8::is_ascii_lowercase)
        || of_a_kind(u8::is_ascii_uppercase);
    let step = |from: u8, to: u8| i16::from(to) - i16::from(from);
    match (step(a, b), step(b, c)) {
        (0, 0) => true,
        (1, 1) | (-1, -1) => ordered,
        _ => [a, b, c] == *b"890",
    }
}

secret_text! {
    /// What an RD service's scan gave: base64 of its PID XML.
    pub struct PidBlock;
}

impl PidBlock {
    /// Takes the PID XML as the RD service returns it.
    ///
    /// # Errors
    /// When it is no PID data, or the RD service reports an error in it.
    pub fn from_xml(xml: &str) -> Result<Self, IdError> {
        let xml = xml.trim();
        if !xml.contains("<PidData") && !xml.contains("<Pid") {
            return Err(IdError::new("PidBlock", "it must be the PidData XML of the RD service"));
        }
        if xml.contains("errCode=\"") && !xml.contains("errCode=\"0\"") {
            return Err(IdError::new(
                "PidBlock",
                "the RD service reports an error (errCode): scan again",
            ));
        }
        Ok(Self::new(STANDARD.encode(xml)))
    }
}

opaque_id! {
    /// The id of a benefit programme's record.
    pub struct XmlUid;
}

/// The place of an account in a list that ABDM found, as ABDM counts: from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AccountIndex(u32);

impl AccountIndex {
    /// This place.
    #[must_use]
    pub const fn new(index: u32) -> Self {
        Self(index)
    }
}

impl fmt::Display for AccountIndex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn passwords_are_held_against_the_printed_rule() {
        for good in ["Sunrise#47", "Sunnriise#4477", "Sun#rise$48%Xy", "Sunrise#908"] {
            assert!(Password::chosen(good).is_ok(), "{good}");
        }
        for weak in [
            "Sun#47",
            "sunrise#47",
            "SUNRISE#47",
            "Sunrise#xx",
            "Sunrise47x",
            "Sunrise#123",
            "Sunrise#890",
            "Sunrise#321",
            "Sunrise#477abc",
            "Sunrise#47CBA",
            "Sunrisee#111",
            "Sunr!!!se47",
            "Sunriseee#47",
        ] {
            assert!(Password::chosen(weak).is_err(), "{weak}");
        }
    }

    #[test]
    fn mail_addresses_are_checked_and_hidden() {
        let mail = EmailAddress::parse(" asha@example.org ").unwrap();
        assert_eq!(
            (mail.expose(), format!("{mail:?}").as_str()),
            ("asha@example.org", "EmailAddress(…)")
        );
        for wrong in ["asha", "asha@", "@example.org", "asha@host", "a b@example.org", "asha@.org"]
        {
            assert!(EmailAddress::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_failed_scan_is_not_sent() {
        let good = r#"<PidData><Resp errCode="0" fCount="1"/></PidData>"#;
        assert!(PidBlock::from_xml(good).is_ok());
        for bad in ["", "base64", r#"<PidData><Resp errCode="720" errInfo="not ready"/></PidData>"#]
        {
            assert!(PidBlock::from_xml(bad).is_err(), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_a_parser_panic(text in ".{0,80}") {
            let _ = AbhaAddressName::parse(&text);
            let _ = Password::chosen(&text);
            let _ = EmailAddress::parse(&text);
            let _ = VirtualId::parse(&text);
        }
    }
}
