//! What a matcher is, and what it may say.

use abdm_core::id::PatientReference;

use super::explanation::Explanation;
use super::matched_by::MatchedBy;
use super::wanted::WantedPatient;
use crate::patient_index::RegisteredPatient;

/// Decides which patients of the register are the person who searches.
///
/// [`PublishedMatcher`](super::PublishedMatcher) is the one that ABDM's documents describe. A
/// facility with a master patient index of its own replaces it. Whoever does keeps three rules: a
/// match that rests on unverified identifiers alone is none; of several that fit equally well none
/// is offered, unless the same proven ABHA identifier makes them one person; the explanation names
/// no person.
pub trait Matcher: Send + Sync + 'static {
    /// The patients among `candidates` who are `wanted`.
    ///
    /// Candidates are what [`PatientIndex::find`](crate::patient_index::PatientIndex::find) gave:
    /// any number, in any order, perhaps one of them twice.
    fn decide(&self, wanted: &WantedPatient, candidates: &[RegisteredPatient]) -> Match;
}

/// What a matcher says.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Match {
    /// One person, under one reference or several, each offered with its own care contexts
    /// (rulings.md 8).
    Found {
        /// The references, in the order of the candidates, none twice. Never empty.
        patients: Vec<PatientReference>,
        /// The verified identifiers that the match rests on. Never empty.
        matched_by: Vec<MatchedBy>,
        /// Why, for the operator.
        explanation: Explanation,
    },
    /// Nobody. ABDM is told `ABDM-1010` (rulings.md 7).
    Nobody(Explanation),
    /// Several fit equally well, and nothing says that they are one person. ABDM is told
    /// `ABDM-1010`, the reason is for the operator (rulings.md 8).
    Ambiguous(Explanation),
}

impl Match {
    /// Why, for the operator.
    #[must_use]
    pub const fn explanation(&self) -> &Explanation {
        match self {
            Self::Found { explanation, .. }
            | Self::Nobody(explanation)
            | Self::Ambiguous(explanation) => explanation,
        }
    }

    /// The references that are offered: none unless it is [`Found`](Self::Found).
    #[must_use]
    pub fn patients(&self) -> &[PatientReference] {
        match self {
            Self::Found { patients, .. } => patients,
            Self::Nobody(_) | Self::Ambiguous(_) => &[],
        }
    }
}
