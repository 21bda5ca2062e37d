//! What a record has in common with the person, identifier by identifier.

use super::matched_by::MatchedBy;
use super::wanted::{WantedPatient, record_numbers};
use crate::patient_index::{
    PatientQuery, Proof, RegisteredPatient, abha_number_digits, folded_abha_address,
    folded_record_number, ten_digit_mobile,
};

/// The identifiers of the person, normalised.
pub(super) struct Keys {
    query: PatientQuery,
    verified_record_numbers: Vec<String>,
    stated_record_numbers: Vec<String>,
}

impl Keys {
    pub(super) fn of(wanted: &WantedPatient) -> Self {
        Self {
            query: wanted.query(),
            verified_record_numbers: record_numbers(&wanted.verified),
            stated_record_numbers: record_numbers(&wanted.unverified),
        }
    }

    /// Whether the consent manager vouches for anything that can be compared.
    pub(super) const fn has_verified(&self) -> bool {
        !(self.query.abha_addresses.is_empty()
            && self.query.abha_numbers.is_empty()
            && self.query.mobiles.is_empty()
            && self.verified_record_numbers.is_empty())
    }
}

/// What a record has in common with the person.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Facts {
    pub(super) proven_address: bool,
    pub(super) proven_number: bool,
    pub(super) typed_address: bool,
    pub(super) typed_number: bool,
    pub(super) mobile: bool,
    pub(super) verified_record_number: bool,
    pub(super) has_stated_record_number: bool,
    /// An ABHA address is proven, and the account has another one.
    other_address: bool,
    /// An ABHA number is proven, and the account has another one.
    other_number: bool,
}

impl Facts {
    pub(super) fn of(keys: &Keys, row: &RegisteredPatient) -> Self {
        let mut facts = Self::default();
        let query = &keys.query;
        for (address, proof) in &row.abha_addresses {
            let Some(address) = folded_abha_address(address) else { continue };
            match (query.abha_addresses.contains(&address), proof) {
                (true, Proof::Proven) => facts.proven_address = true,
                (true, Proof::Typed) => facts.typed_address = true,
                (false, Proof::Proven) => facts.other_address = !query.abha_addresses.is_empty(),
                (false, Proof::Typed) => {}
            }
        }
        for (number, proof) in &row.abha_numbers {
            let Some(number) = abha_number_digits(number) else { continue };
            match (query.abha_numbers.contains(&number), proof) {
                (true, Proof::Proven) => facts.proven_number = true,
                (true, Proof::Typed) => facts.typed_number = true,
                (false, Proof::Proven) => facts.other_number = !query.abha_numbers.is_empty(),
                (false, Proof::Typed) => {}
            }
        }
        facts.mobile = !query.mobiles.is_empty()
            && row.mobiles.iter().any(|mobile| {
                ten_digit_mobile(mobile).is_some_and(|mobile| query.mobiles.contains(&mobile))
            });
        let numbered = |numbers: &[String]| {
            !numbers.is_empty()
                && row.record_numbers.iter().any(|number| {
                    folded_record_number(number).is_some_and(|number| numbers.contains(&number))
                })
        };
        facts.verified_record_number = numbered(&keys.verified_record_numbers);
        facts.has_stated_record_number = numbered(&keys.stated_record_numbers);
        facts
    }

    /// What two rows of one patient say together.
    pub(super) const fn and(self, other: Self) -> Self {
        Self {
            proven_address: self.proven_address || other.proven_address,
            proven_number: self.proven_number || other.proven_number,
            typed_address: self.typed_address || other.typed_address,
            typed_number: self.typed_number || other.typed_number,
            mobile: self.mobile || other.mobile,
            verified_record_number: self.verified_record_number || other.verified_record_number,
            has_stated_record_number: self.has_stated_record_number
                || other.has_stated_record_number,
            other_address: self.other_address || other.other_address,
            other_number: self.other_number || other.other_number,
        }
    }

    /// Whether the record has a proven ABHA identifier of this person, and none that denies it. A
    /// person may have several addresses, so the number outweighs them.
    pub(super) const fn is_proven(&self) -> bool {
        !self.other_number && (self.proven_number || self.proven_address)
    }

    /// Whether a proven ABHA identifier of the record is another person's.
    pub(super) const fn is_proven_to_be_another(&self) -> bool {
        self.other_number || (self.other_address && !self.proven_address && !self.proven_number)
    }

    /// The verified identifiers that are the same.
    pub(super) fn verified(&self) -> Vec<MatchedBy> {
        let all = [
            (self.proven_address || self.typed_address, MatchedBy::AbhaAddress),
            (self.proven_number || self.typed_number, MatchedBy::AbhaNumber),
            (self.mobile, MatchedBy::Mobile),
            (self.verified_record_number, MatchedBy::MedicalRecord),
        ];
        all.into_iter().filter(|(same, _)| *same).map(|(_, by)| by).collect()
    }

    /// Whether anything at all is the same.
    pub(super) fn is_anything(&self) -> bool {
        self.has_stated_record_number || !self.verified().is_empty()
    }
}

/// The ABHA number that is proven for a record.
pub(super) fn proven_number(row: &RegisteredPatient) -> Option<String> {
    let proven = |proof: &Proof| *proof == Proof::Proven;
    row.abha_numbers
        .iter()
        .filter(|(_, proof)| proven(proof))
        .find_map(|(number, _)| abha_number_digits(number))
}
