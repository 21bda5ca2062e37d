//! What persons typed: decrypted with the key of the path, and in the shape that it must have
//! (m1-abha.md 4).

use std::sync::Arc;

use abdm_core::person::{AbhaAddress, AbhaNumber};
use abdm_core::secret::{AadhaarNumber, MobileNumber, check_digit};
use abha_enrollment::encryption::{Encrypted, KeyFamily};
use abha_enrollment::input::EmailAddress;

use crate::engine::Engine;
use crate::keys::DecryptingKey;
use crate::server::Refusal;

/// Which key opens what was typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lock {
    /// 4096 bits: `/v3/enrollment`, `/v3/profile`.
    Abha,
    /// 2048 bits: `/v3/phr`.
    Phr,
}

impl Lock {
    fn key(self, engine: &Engine) -> Result<Arc<DecryptingKey>, Refusal> {
        let keys = engine.decrypting_keys();
        let key = match self {
            Self::Abha => keys.abha(),
            Self::Phr => keys.phr(),
        };
        key.map_err(|_| Refusal::spring("", engine.now()))
    }

    /// What was typed; `None` for a wrong key, padding or encoding alike.
    pub(crate) fn open<K: KeyFamily>(
        self,
        engine: &Engine,
        text: &Encrypted<K>,
    ) -> Result<Option<String>, Refusal> {
        Ok(self.key(engine)?.decrypt(text.as_str()))
    }

    /// An OTP: six digits. ABDM says "Invalid OTP Value" to anything else.
    pub(crate) fn otp<K: KeyFamily>(
        self,
        engine: &Engine,
        text: &Encrypted<K>,
    ) -> Result<String, Refusal> {
        let otp = self.open(engine, text)?.filter(|otp| is_otp(otp));
        otp.ok_or_else(|| Refusal::field("otpValue", "Invalid OTP Value", engine.now()))
    }

    /// The Aadhaar number beside a scan.
    pub(crate) fn aadhaar<K: KeyFamily>(
        self,
        engine: &Engine,
        text: &Encrypted<K>,
    ) -> Result<String, Refusal> {
        let number = self.open(engine, text)?.filter(|number| aadhaar(number).is_some());
        number.ok_or_else(|| Refusal::field("aadhaar", "Invalid Aadhaar Number", engine.now()))
    }
}

/// Six digits.
pub(crate) fn is_otp(text: &str) -> bool {
    text.len() == 6 && text.bytes().all(|b| b.is_ascii_digit())
}

/// Twelve bare digits with a Verhoeff digit.
pub(crate) fn aadhaar(text: &str) -> Option<AadhaarNumber> {
    let digits = text.bytes().all(|b| b.is_ascii_digit());
    AadhaarNumber::new(text).ok().filter(|_| digits)
}

/// What may stand for somebody at UIDAI: an Aadhaar number, or a VID of sixteen bare digits with a
/// Verhoeff digit (m1-abha.md 13).
pub(crate) fn aadhaar_or_vid(text: &str) -> Option<&str> {
    let is_vid = text.len() == 16 && check_digit::verhoeff(text);
    (is_vid || aadhaar(text).is_some()).then_some(text)
}

/// Ten bare digits, no country code.
pub(crate) fn mobile(text: &str) -> Option<&str> {
    let plain = text.len() == 10 && text.bytes().all(|b| b.is_ascii_digit());
    (plain && MobileNumber::new(text).is_ok()).then_some(text)
}

/// Fourteen digits with dashes. Without dashes it is refused, as ABDM does.
pub(crate) fn abha_number(text: &str) -> Option<AbhaNumber> {
    let number: AbhaNumber = text.parse().ok()?;
    (number.to_dashed() == text && check_digit::luhn(number.to_digits())).then_some(number)
}

/// The whole address with its suffix.
pub(crate) fn abha_address(text: &str) -> Option<AbhaAddress> {
    text.parse().ok().filter(|_| text.contains('@'))
}

/// One `@` between a name and a host with a dot in it, and no blank anywhere.
pub(crate) fn email(text: &str) -> Option<&str> {
    let once = text.matches('@').count() == 1 && !text.contains(char::is_whitespace);
    (once && EmailAddress::parse(text).is_ok()).then_some(text)
}
