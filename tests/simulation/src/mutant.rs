//! Builds that are broken on purpose: what finds nothing in them finds nothing.

use std::fmt;
use std::str::FromStr;

use crate::ledger::FaultKind;

/// How a build is broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Mutant {
    /// It settles a piece of work in one transaction and writes what came of it in another.
    SettlesBeforeCommit,
    /// It takes what somebody commits whose claim has passed to somebody else.
    IgnoresTheFence,
    /// It takes two messages of one number for the same, whatever they are and whoever sent them.
    DuplicatesByNumberAlone,
    /// Its HIP takes the notice that a consent has ended, and goes on as if it had not.
    IgnoresTheEndOfConsents,
    /// Its HIP takes everybody for the patient who has the patient's telephone.
    TrustsTelephones,
    /// Its HIP takes an OTP for an hour, whatever the hospital has said.
    TakesOldOtps,
}

impl Mutant {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::SettlesBeforeCommit,
        Self::IgnoresTheFence,
        Self::DuplicatesByNumberAlone,
        Self::IgnoresTheEndOfConsents,
        Self::TrustsTelephones,
        Self::TakesOldOtps,
    ];

    /// Its name on the command line.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::SettlesBeforeCommit => "settles-before-commit",
            Self::IgnoresTheFence => "ignores-the-fence",
            Self::DuplicatesByNumberAlone => "duplicates-by-number-alone",
            Self::IgnoresTheEndOfConsents => "ignores-the-end-of-consents",
            Self::TrustsTelephones => "trusts-telephones",
            Self::TakesOldOtps => "takes-old-otps",
        }
    }

    /// Of which sorts a fault may be that comes from it. One of another sort is a find of its own.
    #[must_use]
    pub const fn faults(self) -> &'static [FaultKind] {
        match self {
            Self::SettlesBeforeCommit | Self::DuplicatesByNumberAlone => {
                &[FaultKind::Lost, FaultKind::Stuck]
            }
            Self::IgnoresTheFence => &[FaultKind::Lost],
            Self::IgnoresTheEndOfConsents => &[FaultKind::OutsideConsent],
            Self::TrustsTelephones => &[FaultKind::OthersRecords],
            Self::TakesOldOtps => &[FaultKind::BadOtp],
        }
    }
}

impl fmt::Display for Mutant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Mutant {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        Self::ALL.into_iter().find(|mutant| mutant.name() == name).ok_or_else(|| {
            let names: Vec<&str> = Self::ALL.iter().map(|mutant| mutant.name()).collect();
            format!("there is no mutant of this name; there are {}", names.join(", "))
        })
    }
}
