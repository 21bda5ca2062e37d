//! Aadhaar numbers, and what may stand for one.

use abdm_core::id::IdError;
use abdm_core::secret::{AadhaarNumber, check_digit};
use abdm_core::{secret_text, typed};

use crate::encryption::Plaintext;

secret_text! {
    /// An Aadhaar virtual id, which stands for an Aadhaar number.
    pub struct VirtualId;
}

impl VirtualId {
    /// Takes 16 digits with a Verhoeff check digit, as they were typed or pasted
    /// ([`typed::digits`]).
    ///
    /// # Errors
    /// When it is anything else.
    pub fn parse(text: &str) -> Result<Self, IdError> {
        typed::digits(text)
            .filter(|digits| digits.len() == 16 && check_digit::verhoeff(digits))
            .map(|digits| Self::new(digits.as_str()))
            .ok_or(IdError::new("VirtualId", "VID is not valid: read the 16 digits again"))
    }
}

/// Whatever stands for an Aadhaar number where ABDM has UIDAI send an OTP: the number itself, a
/// [`VirtualId`], or [`AadhaarOrVid`], for a field into which people type either.
///
/// The contract names VIDs and leaves open how the wire tells them (m1-abha.md 13): they are sent
/// as 16 bare digits under the hint of an Aadhaar number, `aadhaar`. Try one in NHA's sandbox
/// before you offer it.
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
    /// Takes 16 digits as a VID and anything else as an Aadhaar number, as they were typed or
    /// pasted.
    ///
    /// # Errors
    /// When the check digit is wrong, or it is neither.
    pub fn parse(text: &str) -> Result<Self, IdError> {
        if typed::digits(text).is_some_and(|digits| digits.len() == 16) {
            VirtualId::parse(text).map(Self::Vid)
        } else {
            AadhaarNumber::new(text).map(Self::Aadhaar)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn either_is_told_by_its_length_checked_and_hidden() {
        let vid = AadhaarOrVid::parse("9123-4567 8901 2346").unwrap();
        assert_eq!(format!("{vid:?}"), "Vid(VirtualId(…))");
        assert!(matches!(AadhaarOrVid::parse("2345 6789 0124").unwrap(), AadhaarOrVid::Aadhaar(_)));
        let pasted = AadhaarOrVid::parse("९१२३\u{a0}4567\u{2013}8901\t2346");
        assert!(matches!(pasted.unwrap(), AadhaarOrVid::Vid(_)));
        for wrong in ["", "2345 6789 0125", "9123 4567 8901 2345", "1234 5678 9012 345", "x"] {
            assert!(AadhaarOrVid::parse(wrong).is_err(), "{wrong}");
        }
        assert!(VirtualId::parse("1234 5678 9012 345").is_err());
    }
}
