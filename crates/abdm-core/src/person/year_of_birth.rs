//! The year of birth in an ABHA profile.

use std::fmt;

use crate::id::IdError;

/// A year of birth as ABDM takes it where it compares with the ABHA profile: 1900 to 2200
/// (m2-hip.md 1.1). No default fills it: a wrong one costs the patient one of three requests a day.
///
/// `Debug` does not show it.
///
/// ```
/// use abdm_core::person::YearOfBirth;
///
/// assert_eq!(YearOfBirth::new(1988)?.get(), 1988);
/// assert!(YearOfBirth::new(88).is_err());
/// # Ok::<(), abdm_core::id::IdError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct YearOfBirth(u16);

impl YearOfBirth {
    /// Takes a number as a year of birth.
    ///
    /// # Errors
    /// When it is out of range, as a year of two digits is.
    pub fn new(year: u16) -> Result<Self, IdError> {
        if (1900..=2200).contains(&year) {
            return Ok(Self(year));
        }
        let rule = "the year of birth (yearOfBirth) must be between 1900 and 2200";
        Err(IdError::new("YearOfBirth", rule))
    }

    /// The year as a number.
    #[must_use]
    pub const fn get(self) -> u16 {
        self.0
    }
}

impl fmt::Debug for YearOfBirth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("YearOfBirth(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_year_of_birth_out_of_range_is_refused() {
        for year in [1900, 1988, 2200] {
            assert_eq!(YearOfBirth::new(year).unwrap().get(), year);
        }
        for year in [0, 88, 1899, 2201, u16::MAX] {
            assert!(YearOfBirth::new(year).is_err(), "{year}");
        }
    }
}
