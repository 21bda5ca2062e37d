//! The keys by which the register is searched.

use std::fmt;

use abdm_core::id::HipId;

/// The keys of the person who is wanted, each in its normalised form (see the
/// [module](crate::patient_index)).
///
/// Made by [`WantedPatient::query`](crate::matching::WantedPatient::query). `Debug` shows how many
/// there are of each, no more.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct PatientQuery {
    /// Of which facility.
    pub hip_id: HipId,
    /// Folded ABHA addresses.
    pub abha_addresses: Vec<String>,
    /// ABHA numbers of fourteen digits.
    pub abha_numbers: Vec<String>,
    /// Mobile numbers of ten digits that the consent manager has verified.
    pub mobiles: Vec<String>,
    /// Folded medical record numbers, whoever vouches for them.
    pub record_numbers: Vec<String>,
}

impl PatientQuery {
    /// A search without any key so far.
    #[must_use]
    pub const fn new(hip_id: HipId) -> Self {
        Self {
            hip_id,
            abha_addresses: Vec::new(),
            abha_numbers: Vec::new(),
            mobiles: Vec::new(),
            record_numbers: Vec::new(),
        }
    }

    /// Whether there is no key to search by. The register need not be asked then.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.abha_addresses.is_empty()
            && self.abha_numbers.is_empty()
            && self.mobiles.is_empty()
            && self.record_numbers.is_empty()
    }
}

/// Names no person.
impl fmt::Debug for PatientQuery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PatientQuery")
            .field("hip_id", &self.hip_id)
            .field("abha_addresses", &self.abha_addresses.len())
            .field("abha_numbers", &self.abha_numbers.len())
            .field("mobiles", &self.mobiles.len())
            .field("record_numbers", &self.record_numbers.len())
            .finish()
    }
}
