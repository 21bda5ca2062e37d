//! Why a matcher decided as it did, for the operator: counts and criteria, no names and no values.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Why a matcher decided as it did. Holds kinds and counts only, so it may be logged and stored.
///
/// "No match" is usually a name or a birth date that differs between ABHA profile and register
/// (m2-hip.md 5.1): the explanation says which.
///
/// ```
/// use hip_services::matching::{Conclusion, Criterion, Explanation};
///
/// let explanation = Explanation::new(Conclusion::NobodyFits)
///     .with(Criterion::SameMobile, 2)
///     .with(Criterion::GenderDiffers, 1)
///     .with(Criterion::YearOfBirthBeyond(5), 1);
/// assert_eq!(
///     explanation.to_string(),
///     "no record fits: 2 records have the verified mobile number; \
///      1 record has another gender; \
///      1 record has a year of birth that differs by more than 5"
/// );
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Explanation {
    /// How it ended.
    pub conclusion: Conclusion,
    /// What was found on the way there.
    pub findings: Vec<Finding>,
}

/// How many records a criterion is true of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Finding {
    /// The criterion.
    pub criterion: Criterion,
    /// The number of records.
    pub records: usize,
}

/// How a decision ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Conclusion {
    /// The register has a proven ABHA address or number of this person.
    Proven,
    /// A verified identifier is the same, and the demographics are one person's.
    SamePerson,
    /// The discovery brought no verified identifier that can be compared.
    NothingToCompare,
    /// No record has any of the identifiers.
    NoRecord,
    /// Records have them, but none is this person's by all criteria.
    NobodyFits,
    /// Several records fit equally well.
    SeveralFit,
    /// Records with the same proven ABHA address have different proven ABHA numbers.
    ProofsDisagree,
}

/// What can be true of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Criterion {
    /// It has the ABHA address, proven.
    ProvenAbhaAddress,
    /// It has the ABHA number, proven.
    ProvenAbhaNumber,
    /// It has the ABHA address, typed in at the desk.
    TypedAbhaAddress,
    /// It has the ABHA number, typed in at the desk.
    TypedAbhaNumber,
    /// It has the verified mobile number.
    SameMobile,
    /// It has the medical record number that the consent manager vouches for.
    VerifiedRecordNumber,
    /// It has the medical record number that the person typed.
    StatedRecordNumber,
    /// It has none but an unverified identifier in common.
    OnlyUnverified,
    /// Its ABHA address or number is proven to be another one.
    ProvenToBeAnother,
    /// Its mobile number stands on more records than this, so it says nothing of a person.
    MobileOfMoreThan(usize),
    /// Its gender is another one.
    GenderDiffers,
    /// Its gender, or the account's, is not known.
    GenderUnknown,
    /// Its year of birth differs by more than this.
    YearOfBirthBeyond(u16),
    /// Its year of birth, or the account's, is not known.
    YearOfBirthUnknown,
    /// Its name is another one.
    NameDiffers,
    /// Its name, or the account's, is not known or cannot be read.
    NameUnknown,
    /// Its name agrees in part only, and its year of birth is not near enough for that.
    NameTooUncertain,
    /// It fits by all criteria.
    Fits,
    /// Two of name, gender and age contradict its proof: it seems to stand on another person's record.
    ProofContradicted,
}

impl Explanation {
    /// A conclusion without findings so far.
    #[must_use]
    pub const fn new(conclusion: Conclusion) -> Self {
        Self { conclusion, findings: Vec::new() }
    }

    /// The same with a finding. One about no record is left out.
    #[must_use]
    pub fn with(mut self, criterion: Criterion, records: usize) -> Self {
        if records > 0 {
            self.findings.push(Finding { criterion, records });
        }
        self
    }

    /// How many records a criterion is true of.
    #[must_use]
    pub fn records(&self, criterion: Criterion) -> usize {
        self.findings.iter().filter(|f| f.criterion == criterion).map(|f| f.records).sum()
    }
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.conclusion, f)?;
        for (position, finding) in self.findings.iter().enumerate() {
            f.write_str(if position == 0 { ": " } else { "; " })?;
            fmt::Display::fmt(finding, f)?;
        }
        Ok(())
    }
}

impl fmt::Display for Conclusion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Proven => "found by a proven ABHA identifier",
            Self::SamePerson => "found by a verified identifier and the demographics",
            Self::NothingToCompare => "the search brought no verified identifier to compare",
            Self::NoRecord => "no record has any of the identifiers",
            Self::NobodyFits => "no record fits",
            Self::SeveralFit => "several records fit equally well, so none is offered",
            Self::ProofsDisagree => {
                "records with the same proven ABHA address have different proven ABHA numbers, so \
                 none is offered"
            }
        })
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let one = self.records == 1;
        write!(f, "{} {} ", self.records, if one { "record" } else { "records" })?;
        let (has, fits) = if one { ("has", "fits") } else { ("have", "fit") };
        match self.criterion {
            Criterion::ProvenAbhaAddress => write!(f, "{has} the ABHA address, proven"),
            Criterion::ProvenAbhaNumber => write!(f, "{has} the ABHA number, proven"),
            Criterion::TypedAbhaAddress => write!(f, "{has} the ABHA address, not proven"),
            Criterion::TypedAbhaNumber => write!(f, "{has} the ABHA number, not proven"),
            Criterion::SameMobile => write!(f, "{has} the verified mobile number"),
            Criterion::VerifiedRecordNumber => {
                write!(f, "{has} the verified medical record number")
            }
            Criterion::StatedRecordNumber => {
                write!(f, "{has} the medical record number that the person typed")
            }
            Criterion::OnlyUnverified => {
                write!(f, "{has} no verified identifier in common with the person")
            }
            Criterion::ProvenToBeAnother => {
                write!(f, "{has} another ABHA address or number, proven")
            }
            Criterion::MobileOfMoreThan(most) => {
                write!(f, "{has} a mobile number that more than {most} records have")
            }
            Criterion::GenderDiffers => write!(f, "{has} another gender"),
            Criterion::GenderUnknown => write!(f, "cannot be compared by gender"),
            Criterion::YearOfBirthBeyond(band) => {
                write!(f, "{has} a year of birth that differs by more than {band}")
            }
            Criterion::YearOfBirthUnknown => write!(f, "cannot be compared by year of birth"),
            Criterion::NameDiffers => write!(f, "{has} another name"),
            Criterion::NameUnknown => write!(f, "cannot be compared by name"),
            Criterion::NameTooUncertain => write!(
                f,
                "{has} a name that agrees in part only, too little for the distance in years"
            ),
            Criterion::Fits => write!(f, "{fits} by all criteria"),
            Criterion::ProofContradicted => {
                write!(f, "{has} the proof on what seems to be another person's record: look at it")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_explanation_is_stored_and_read_again() {
        let explanation = Explanation::new(Conclusion::NobodyFits)
            .with(Criterion::SameMobile, 1)
            .with(Criterion::GenderDiffers, 0)
            .with(Criterion::YearOfBirthBeyond(5), 1);
        let json = serde_json::to_string(&explanation).unwrap();
        assert_eq!(serde_json::from_str::<Explanation>(&json).unwrap(), explanation);
        assert_eq!(explanation.records(Criterion::SameMobile), 1);
        assert_eq!(
            explanation.to_string(),
            "no record fits: 1 record has the verified mobile number; \
             1 record has a year of birth that differs by more than 5"
        );
    }
}
