//! Values that people type, beyond those of `abdm-core`: checked here, before anything is sent.

use std::fmt;

use abdm_core::id::IdError;
use abdm_core::person::AbhaAddress;
use abdm_core::secret::{AadhaarNumber, check_digit};
use abdm_core::{opaque_id, secret_text};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::encryption::Plaintext;

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
    /// A new password, held against ABDM's rule: at least 8 characters, among them an upper-case and
    /// a lower-case letter, a digit and one of `#?!@$%&*`, and no run like `123` or `890`
    /// (m1-abha.md 13).
    ///
    /// # Errors
    /// When it breaks the rule.
    pub fn chosen(text: &str) -> Result<Self, IdError> {
        let run = text.as_bytes().windows(3).any(|three| match three {
            [a, b, c] if three.iter().all(u8::is_ascii_digit) => {
                let next = |digit: u8| if digit == b'9' { b'0' } else { digit + 1 };
                *b == next(*a) && *c == next(*b)
            }
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
                "it needs 8 characters, upper and lower case, a digit, one of #?!@$%&*, and no run like 123",
            ))
        }
    }

    /// A password that exists already: whatever it is.
    pub fn existing(text: impl Into<String>) -> Self {
        Self::new(text)
    }
}

secret_text! {
    /// An Aadhaar virtual id, which stands for an Aadhaar number.
    pub struct VirtualId;
}

impl VirtualId {
    /// Takes 16 digits with a Verhoeff check digit; blanks and dashes are dropped.
    ///
    /// # Errors
    /// When it is anything else.
    pub fn parse(text: &str) -> Result<Self, IdError> {
        let digits: String = text.chars().filter(|c| !matches!(c, ' ' | '-')).collect();
        if digits.len() == 16 && check_digit::verhoeff(&digits) {
            Ok(Self::new(digits))
        } else {
            Err(IdError::new("VirtualId", "VID is not valid: read the 16 digits again"))
        }
    }
}

/// Whatever stands for an Aadhaar number where ABDM has UIDAI send an OTP: the number itself, a
/// [`VirtualId`], or [`AadhaarOrVid`], for a field into which people type either.
///
/// The contract names VIDs and leaves open how the wire tells them (m1-abha.md 13): they are sent as
/// 16 bare digits under the hint of an Aadhaar number, `aadhaar`. Try one in NHA's sandbox before you
/// offer it.
pub trait AadhaarIdentity: Plaintext + Sync {}

impl AadhaarIdentity for AadhaarNumber {}
impl AadhaarIdentity for VirtualId {}
impl AadhaarIdentity for AadhaarOrVid {}

/// An Aadhaar number or a VID, as it was typed.
///
/// ```
/// use abha_enrollment::input::AadhaarOrVid;
///
/// assert!(matches!(AadhaarOrVid::parse("2345 6789 0124")?, AadhaarOrVid::Aadhaar(_)));
/// assert!(matches!(AadhaarOrVid::parse("9123 4567 8901 2346")?, AadhaarOrVid::Vid(_)));
/// # Ok::<(), abdm_core::id::IdError>(())
/// ```
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum AadhaarOrVid {
    /// An Aadhaar number.
    Aadhaar(AadhaarNumber),
    /// A virtual id.
    Vid(VirtualId),
}

impl AadhaarOrVid {
    /// Takes 16 digits as a VID and anything else as an Aadhaar number; blanks and dashes are dropped.
    ///
    /// # Errors
    /// When the check digit is wrong, or it is neither.
    pub fn parse(text: &str) -> Result<Self, IdError> {
        match text.chars().filter(char::is_ascii_digit).count() {
            16 => VirtualId::parse(text).map(Self::Vid),
            _ => AadhaarNumber::new(text).map(Self::Aadhaar),
        }
    }
}

impl From<AadhaarNumber> for AadhaarOrVid {
    fn from(number: AadhaarNumber) -> Self {
        Self::Aadhaar(number)
    }
}

impl From<VirtualId> for AadhaarOrVid {
    fn from(vid: VirtualId) -> Self {
        Self::Vid(vid)
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

/// The part of an ABHA address before the `@`, as a person chooses it.
///
/// The rule to print beside the field is [`AbhaAddressName::RULE`] (certification case CRT_ABHA_112).
/// Taken here is a little more: real addresses break that rule in both directions, and the server is
/// the judge (m1-abha.md 13).
///
/// ```
/// use abha_enrollment::input::AbhaAddressName;
/// assert!(AbhaAddressName::parse("asha.example").is_ok());
/// assert!(AbhaAddressName::parse("asha@sbx").is_ok()); // the suffix is dropped
/// assert!(AbhaAddressName::parse(".asha").is_err());
/// assert!(!AbhaAddressName::parse("a.s.h.a").unwrap().keeps_printed_rule());
/// # Ok::<(), abdm_core::id::IdError>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct AbhaAddressName(String);

impl AbhaAddressName {
    /// The rule as it stands beside the field of an enrolment form.
    pub const RULE: &'static str = "8 to 18 characters: letters and digits, at most one dot and one underscore, \
         neither at the beginning nor at the end";

    /// Takes a name; a suffix (`@sbx`) is dropped.
    ///
    /// # Errors
    /// When it has fewer than 4 characters, others than letters, digits, `.` and `_`, or begins or
    /// ends with one of these.
    pub fn parse(text: &str) -> Result<Self, IdError> {
        let text = text.trim();
        let name = text.split_once('@').map_or(text, |(name, _)| name);
        let inside = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_');
        let end = |c: char| c.is_ascii_alphanumeric();
        let well_formed = (4..=64).contains(&name.len())
            && name.chars().all(inside)
            && name.starts_with(end)
            && name.ends_with(end);
        if well_formed {
            Ok(Self(name.to_owned()))
        } else {
            Err(IdError::new("AbhaAddressName", Self::RULE))
        }
    }

    /// Whether the name keeps [`RULE`](Self::RULE).
    #[must_use]
    pub fn keeps_printed_rule(&self) -> bool {
        (8..=18).contains(&self.0.len())
            && self.0.matches('.').count() <= 1
            && self.0.matches('_').count() <= 1
    }

    /// The name, without a suffix.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The whole address with this suffix (`sbx`, `abdm`).
    ///
    /// # Errors
    /// When the suffix is not one.
    pub fn with_suffix(&self, suffix: &str) -> Result<AbhaAddress, IdError> {
        format!("{}@{suffix}", self.0).parse()
    }
}

impl fmt::Debug for AbhaAddressName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AbhaAddressName({} characters)", self.0.len())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn passwords_are_held_against_the_printed_rule() {
        assert!(Password::chosen("Sunrise#47").is_ok());
        for weak in [
            "Sun#47",
            "sunrise#47",
            "SUNRISE#47",
            "Sunrise#xx",
            "Sunrise47x",
            "Sunrise#123",
            "Sunrise#890",
        ] {
            assert!(Password::chosen(weak).is_err(), "{weak}");
        }
    }

    #[test]
    fn mail_addresses_and_virtual_ids_are_checked_and_hidden() {
        let mail = EmailAddress::parse(" asha@example.org ").unwrap();
        assert_eq!(
            (mail.expose(), format!("{mail:?}").as_str()),
            ("asha@example.org", "EmailAddress(…)")
        );
        for wrong in ["asha", "asha@", "@example.org", "asha@host", "a b@example.org", "asha@.org"]
        {
            assert!(EmailAddress::parse(wrong).is_err(), "{wrong}");
        }
        assert!(VirtualId::parse("1234 5678 9012 345").is_err());
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

    #[test]
    fn the_printed_rule_is_stricter_than_what_is_taken() {
        for (name, printed) in [
            ("asha.example", true),
            ("asha_exam.ple9", true),
            ("12345678", true),
            ("asha", false),
            ("asha.ex.ample", false),
            ("1998_asha_of_the_long_name", false),
        ] {
            assert_eq!(
                AbhaAddressName::parse(name).unwrap().keeps_printed_rule(),
                printed,
                "{name}"
            );
        }
        for wrong in ["", "ash", "asha.", "_asha", "asha example", "аsha"] {
            assert!(AbhaAddressName::parse(wrong).is_err(), "{wrong}");
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
