//! A patient's OTP at rest: a digest, never the digits.

use abdm_core::secret::Otp;
use abdm_core::typed;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::api::user_linking::{LinkOtp, LinkReference};

/// The salted digest of an OTP, bound to its link reference.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct OtpDigest {
    salt: [u8; 16],
    digest: [u8; 32],
}

impl OtpDigest {
    /// The digest of the OTP of a link, under a fresh random salt.
    #[must_use]
    pub fn new(otp: &Otp, link: &LinkReference, salt: [u8; 16]) -> Self {
        Self { salt, digest: digest(otp.expose(), link, &salt) }
    }

    /// Whether it is the digest of this OTP, which a patient may type with the digits of their own
    /// script. Every byte is compared, whichever differs first.
    #[must_use]
    pub fn is_of(&self, otp: &LinkOtp, link: &LinkReference) -> bool {
        // What is no number is compared as it stands, and differs.
        let digits = typed::digits(otp.expose());
        let other = digest(digits.as_ref().map_or(otp.expose(), |d| d.as_str()), link, &self.salt);
        self.digest.iter().zip(other).fold(0, |differ, (a, b)| differ | (a ^ b)) == 0
    }
}

fn digest(digits: &str, link: &LinkReference, salt: &[u8; 16]) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(salt);
    hash.update((link.as_str().len() as u64).to_be_bytes());
    hash.update(link.as_str());
    hash.update(digits);
    hash.finalize().into()
}

/// Shows nothing: six digits are soon guessed from a digest.
impl std::fmt::Debug for OtpDigest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("OtpDigest(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn link(text: &str) -> LinkReference {
        text.parse().unwrap()
    }

    #[test]
    fn a_digest_is_of_its_otp_and_link_and_of_no_other() {
        let digest = OtpDigest::new(&Otp::new("123456").unwrap(), &link("d353b782"), [7; 16]);
        for typed in ["123456", " 123456 ", "123 456", "१२३४५६"] {
            assert!(digest.is_of(&LinkOtp::new(typed), &link("d353b782")), "{typed}");
        }
        assert!(!digest.is_of(&LinkOtp::new("123456"), &link("d353b783")));
        for other in ["123457", "", "0123456", "12345", "123 45X"] {
            assert!(!digest.is_of(&LinkOtp::new(other), &link("d353b782")), "{other}");
        }
        let other_salt = OtpDigest::new(&Otp::new("123456").unwrap(), &link("d353b782"), [8; 16]);
        assert_ne!(digest, other_salt);
    }

    #[test]
    fn what_is_stored_of_an_otp_does_not_hold_its_digits() {
        let digest = OtpDigest::new(&Otp::new("987654").unwrap(), &link("d353b782"), [7; 16]);
        assert!(!serde_json::to_string(&digest).unwrap().contains("987654"));
        assert_eq!(format!("{digest:?}"), "OtpDigest(…)");
    }
}
