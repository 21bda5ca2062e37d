//! Builds that are broken on purpose: what finds nothing in them finds nothing.

use std::fmt;
use std::str::FromStr;

/// How a store is broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Mutant {
    /// It settles a piece of work in one transaction and writes what came of it in another.
    SettlesBeforeCommit,
    /// It takes what somebody commits whose claim has passed to somebody else.
    IgnoresTheFence,
    /// It takes two messages of one number for the same, whatever they are and whoever sent them.
    DuplicatesByNumberAlone,
}

impl Mutant {
    /// All of them.
    pub const ALL: [Self; 3] =
        [Self::SettlesBeforeCommit, Self::IgnoresTheFence, Self::DuplicatesByNumberAlone];

    /// Its name on the command line.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::SettlesBeforeCommit => "settles-before-commit",
            Self::IgnoresTheFence => "ignores-the-fence",
            Self::DuplicatesByNumberAlone => "duplicates-by-number-alone",
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
