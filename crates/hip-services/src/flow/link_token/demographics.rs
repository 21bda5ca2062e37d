//! Name, gender and year of birth: what ABDM compares when a link token is asked for, and never when
//! it is used.

use abdm_core::error::ErrorClass;
use abdm_core::vocabulary::Gender;
use serde::{Deserialize, Serialize};

use crate::api::hip_linking::LinkTokenRequest;
use crate::flow::Failure;
use crate::matching::Description;

/// ABDM lets years of birth pass that are so far apart (m2-hip.md 1.1, rulings.md 17).
const YEARS_APART: u16 = 2;

/// Name, gender and year of birth of a patient, as a record of the hospital has them.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Demographics {
    pub(super) name: String,
    pub(super) gender: Gender,
    pub(super) year_of_birth: i64,
}

impl Demographics {
    pub(super) fn of(request: &LinkTokenRequest) -> Self {
        Self {
            name: request.name.clone(),
            gender: request.gender.clone(),
            year_of_birth: request.year_of_birth,
        }
    }

    /// Why a record that has these may not be linked by a token that ABDM gave for `confirmed`;
    /// `None` when it may.
    ///
    /// ABDM does not compare them when the token is used, and a link cannot be taken back
    /// (m2-hip.md 2): without this, whether another person's record is linked to the address would
    /// depend on whether a token is there. Another spelling is the same person's, by the rules of
    /// [`matching`](crate::matching); which years are, ABDM says.
    pub(super) fn unlike(&self, confirmed: &Self) -> Option<Failure> {
        let differs = self.description().differences(&confirmed.description(), YEARS_APART);
        if differs.is_empty() {
            return None;
        }
        let failure = Failure::new(format!(
            "the record differs in {} from the one with which ABDM gave the link token of this ABHA \
             address: check with the patient whose record and whose address it is, then link again \
             with the details of the ABHA profile. Where the profile itself has changed, let go of \
             the token first (`Hip::drop_link_token`). Nothing was linked",
            differs.join(" and "),
        ));
        Some(failure.of_class(ErrorClass::UserInput))
    }

    fn description(&self) -> Description<'_> {
        let year_of_birth = u16::try_from(self.year_of_birth).ok();
        Description { name: &self.name, gender: &self.gender, year_of_birth }
    }
}

/// Names no person.
impl std::fmt::Debug for Demographics {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Demographics").finish_non_exhaustive()
    }
}
