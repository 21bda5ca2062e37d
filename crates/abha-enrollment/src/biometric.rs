//! Fingers, faces and eyes: what to tell the scanner, and which proof a scan is.

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::api::vocabulary::Scope;
use crate::input::PidBlock;

/// What is scanned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[non_exhaustive]
pub enum Modality {
    /// Fingerprints.
    Finger,
    /// The face.
    Face,
    /// The iris.
    Iris,
}

impl Modality {
    /// The value of `wadh` in the options for the RD device, without which UIDAI refuses the scan.
    ///
    /// It is the base64 of SHA-256 over version, authentication type and the flags resident
    /// consent, local language, decryption and e-Aadhaar: `2.5`, `F`/`P`/`I`, `Y`, `Y`, `N`, `N`
    /// (m1-abha.md 6.4).
    ///
    /// ```
    /// use abha_enrollment::biometric::Modality;
    /// assert_eq!(Modality::Finger.wadh(), "RZ+k4w9ySTzOibQdDHPzCFqrKScZ74b3EibKYy1WyGw=");
    /// ```
    #[must_use]
    pub fn wadh(self) -> String {
        let kind = match self {
            Self::Finger => "F",
            Self::Face => "P",
            Self::Iris => "I",
        };
        STANDARD.encode(digest(&SHA256, format!("2.5{kind}YYNN").as_bytes()))
    }

    pub(crate) const fn scope(self) -> Scope {
        match self {
            Self::Finger => Scope::AadhaarBioVerify,
            Self::Face => Scope::AadhaarFaceVerify,
            Self::Iris => Scope::AadhaarIrisVerify,
        }
    }

    pub(crate) const fn one_step_scope(self) -> Scope {
        match self {
            Self::Finger => Scope::AadhaarBioLoginVerify,
            Self::Face => Scope::AadhaarFaceLoginVerify,
            Self::Iris => Scope::AadhaarIrisLoginVerify,
        }
    }
}

/// A scan.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Scan {
    /// What was scanned.
    pub modality: Modality,
    /// The scanner's data.
    pub pid: PidBlock,
}

impl Scan {
    /// A scan of this kind.
    #[must_use]
    pub const fn new(modality: Modality, pid: PidBlock) -> Self {
        Self { modality, pid }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wadh_is_what_the_contract_computed() {
        assert_eq!(Modality::Iris.wadh(), "T9nIfCslZnsX4pR6o1CzBDHp7MUiYne6QySOZvmB3Rk=");
        assert_eq!(Modality::Face.wadh(), "HzHcM1lgshaAElEgZPz8LrzBeugY9KQ/NMuunxOxtSE=");
    }
}
