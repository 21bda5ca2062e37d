//! The clinic's registration desk: all that a vendor writes for milestone 1.

use abdm_core::client::AbdmClient;
use abdm_core::id::PatientReference;
use abdm_core::person::{AbhaAddress, AbhaNumber};
use abdm_core::secret::{AadhaarNumber, MobileNumber, Otp};
use abdm_core::vocabulary::Gender;
use abha_enrollment::Desk;
use abha_enrollment::flow::enrolment::EnrolmentOtp;
use abha_enrollment::hooks::{ConsentRecord, ConsentRecorder, GivenConsent, HookError};
use anyhow::Context as _;
use async_trait::async_trait;

/// The desk, where patients come first.
pub(crate) struct RegistrationDesk(Desk);

impl RegistrationDesk {
    /// A desk with ABDM's client.
    pub(crate) fn new(client: AbdmClient) -> Self {
        Self(Desk::new(client, ConsentBook))
    }

    /// The patient agrees to the text and has an OTP sent by UIDAI.
    pub(crate) async fn send_otp(&self, aadhaar: &AadhaarNumber) -> anyhow::Result<EnrolmentOtp> {
        Ok(self.0.enrol(aadhaar, GivenConsent::new("desk-1", "en")).await?)
    }

    /// The patient reads out the OTP, gets an ABHA number, and takes an ABHA address.
    pub(crate) async fn enrol(
        &self,
        mut otp_sent: EnrolmentOtp,
        otp: &Otp,
        mobile: &MobileNumber,
    ) -> anyhow::Result<Person> {
        let mut enrolled = otp_sent.verify(otp, mobile).await?;
        if let Some(name) = enrolled.suggest_addresses().await?.first() {
            enrolled.claim_address(name).await?;
        }
        let registration = enrolled.finish().await;
        let profile = registration.profile.context("ABDM gave no profile")?;
        Ok(Person {
            reference: "UHID-000123".parse()?,
            abha_number: registration.abha_number.context("ABDM gave no ABHA number")?,
            abha_address: registration.abha_address.context("ABDM gave no ABHA address")?,
            name: profile.name.context("the profile has no name")?.into_string(),
            gender: profile.gender.unwrap_or(Gender::Unknown),
            year_of_birth: profile.year_of_birth.context("no year of birth")?.as_str().parse()?,
        })
    }
}

/// A patient in the clinic's register.
pub(crate) struct Person {
    pub(crate) reference: PatientReference,
    pub(crate) abha_number: AbhaNumber,
    pub(crate) abha_address: AbhaAddress,
    pub(crate) name: String,
    pub(crate) gender: Gender,
    pub(crate) year_of_birth: u16,
}

impl Person {
    /// Somebody else, who was at the clinic on the same day.
    pub(crate) fn stranger() -> anyhow::Result<Self> {
        Ok(Self {
            reference: "UHID-000999".parse()?,
            abha_number: "91-0000-0000-0001".parse()?,
            abha_address: "ravi.test@sbx".parse()?,
            name: "Ravi Test Kumar".to_owned(),
            gender: Gender::Male,
            year_of_birth: 1990,
        })
    }
}

/// Where the clinic writes down who agreed to what, before an Aadhaar number leaves the machine.
#[derive(Debug)]
struct ConsentBook;

#[async_trait]
impl ConsentRecorder for ConsentBook {
    async fn record(&self, consent: &ConsentRecord) -> Result<(), HookError> {
        tracing::info!(
            operator = consent.operator,
            language = consent.language,
            "consent recorded"
        );
        Ok(())
    }
}
