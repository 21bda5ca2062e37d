//! What a match rests on.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::api::user_linking::IdentifierType;

/// A kind of verified identifier that a match rests on: what `matchedBy` of the answer says
/// (m2-hip.md 5.2). Kinds, never values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub enum MatchedBy {
    /// The ABHA address.
    #[serde(rename = "ABHA_ADDRESS")]
    AbhaAddress,
    /// The ABHA number.
    #[serde(rename = "ABHA_NUMBER")]
    AbhaNumber,
    /// The mobile number.
    #[serde(rename = "MOBILE")]
    Mobile,
    /// A medical record number that the consent manager vouches for.
    #[serde(rename = "MR")]
    MedicalRecord,
}

impl MatchedBy {
    /// The kind of identifier.
    #[must_use]
    pub const fn kind(self) -> IdentifierType {
        match self {
            Self::AbhaAddress => IdentifierType::AbhaAddress,
            Self::AbhaNumber => IdentifierType::AbhaNumber,
            Self::Mobile => IdentifierType::Mobile,
            Self::MedicalRecord => IdentifierType::MedicalRecord,
        }
    }
}

impl fmt::Display for MatchedBy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.kind().as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_matched_is_stored_as_its_kind_is_written() {
        for matched in [
            MatchedBy::AbhaAddress,
            MatchedBy::AbhaNumber,
            MatchedBy::Mobile,
            MatchedBy::MedicalRecord,
        ] {
            assert_eq!(serde_json::to_value(matched).unwrap(), matched.kind().as_str());
        }
    }
}
