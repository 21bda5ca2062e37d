//! The hospital's register of patients and its SMS service, as one life of a node sees them.

use abdm_core::id::{HipId, PatientReference};
use async_trait::async_trait;
use hip_services::matching::{Match, Matcher, PublishedMatcher, WantedPatient};
use hip_services::patient_index::{
    PatientIndex, PatientQuery, Proof, RegisteredPatient, folded_abha_address,
    folded_record_number, ten_digit_mobile,
};
use hip_services::{HospitalError, OtpMessage, OtpSender, Visit};

use crate::hospital::Wards;
use crate::ledger::FaultKind;
use crate::log::say;
use crate::people::FAMILY_MOBILE;

#[async_trait]
impl PatientIndex for Wards {
    /// Each patient who has one of the keys.
    async fn find(&self, wanted: &PatientQuery) -> Result<Vec<RegisteredPatient>, HospitalError> {
        self.answers().await?;
        let mut found = self.people.register();
        found.retain(|row| is_wanted(row, wanted));
        say!(self.world, "{} finds {} patients", self.node, found.len());
        Ok(found)
    }

    async fn care_contexts(
        &self,
        hip_id: &HipId,
        patient: &PatientReference,
    ) -> Result<Vec<Visit>, HospitalError> {
        self.answers().await?;
        Ok(self.people.visits_of(hip_id, patient))
    }
}

fn is_wanted(row: &RegisteredPatient, wanted: &PatientQuery) -> bool {
    let among = |keys: &[String], key: Option<String>| key.is_some_and(|key| keys.contains(&key));
    let mut addresses = row.abha_addresses.iter().map(|(address, _)| folded_abha_address(address));
    let mut mobiles = row.mobiles.iter().map(|mobile| ten_digit_mobile(mobile));
    let mut numbers = row.record_numbers.iter().map(|number| folded_record_number(number));
    addresses.any(|key| among(&wanted.abha_addresses, key))
        || mobiles.any(|key| among(&wanted.mobiles, key))
        || numbers.any(|key| among(&wanted.record_numbers, key))
}

#[async_trait]
impl OtpSender for Wards {
    async fn send(&self, otp: &OtpMessage) -> Result<(), HospitalError> {
        self.answers().await?;
        if otp.mobile != FAMILY_MOBILE {
            let what = "an OTP was sent to a telephone that stands in no record".to_owned();
            self.world.ledger.fault(FaultKind::OthersRecords, what);
        }
        say!(self.world, "{} sends an OTP for {}", self.node, otp.patient);
        self.world.phone.gets(otp, self.world.now());
        // Sent, and nobody knows.
        self.answers().await
    }
}

/// A matcher that takes everybody for the patient who has the patient's telephone.
#[derive(Debug)]
pub(crate) struct TrustsTelephones;

impl Matcher for TrustsTelephones {
    fn decide(&self, wanted: &WantedPatient, candidates: &[RegisteredPatient]) -> Match {
        let mobiles = wanted.query().mobiles;
        let address = wanted.abha_address.clone().unwrap_or_default();
        let has_it = |row: &RegisteredPatient| {
            let mut own = row.mobiles.iter().filter_map(|mobile| ten_digit_mobile(mobile));
            own.any(|mobile| mobiles.contains(&mobile))
        };
        let believed = candidates.iter().cloned().map(|row| {
            if has_it(&row) { row.abha_address(address.clone(), Proof::Proven) } else { row }
        });
        let believed: Vec<RegisteredPatient> = believed.collect();
        PublishedMatcher::new().trusting_every_proof().decide(wanted, &believed)
    }
}
