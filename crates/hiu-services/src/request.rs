//! What a clinician asks for.

use abdm_core::api::consent::{ConsentCareContext, DateRange, Frequency, Permission, Requester};
use abdm_core::id::{HipId, HiuId};
use abdm_core::person::{AbhaAddress, AbhaNumber};
use abdm_core::vocabulary::{AccessMode, HiType, Purpose, PurposeCode};
use chrono::{DateTime, Utc};

use crate::api::consent::ConsentTerms;
use crate::error::Error;

/// A request for a patient's consent, before it is sent.
///
/// ```
/// use abdm_core::api::consent::{DateRange, Requester};
/// use abdm_core::vocabulary::HiType;
/// use hiu_services::ConsentRequest;
///
/// let doctor = Requester::registered("Dr. Rao", "REGNO", "MH1001", "https://www.nmc.org.in");
/// let years = DateRange::new("2021-01-01T00:00:00Z".parse()?, "2026-09-14T00:00:00Z".parse()?);
/// let request = ConsentRequest::for_care("asha.test@sbx".parse()?, doctor)
///     .of_types([HiType::OpConsultation, HiType::Prescription])
///     .dated(years)
///     .erased_at("2026-10-14T00:00:00Z".parse()?);
/// # drop(request);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
#[must_use]
pub struct ConsentRequest {
    patient: AbhaAddress,
    pub(crate) abha_number: Option<AbhaNumber>,
    requester: Requester,
    purpose: Purpose,
    hi_types: Vec<HiType>,
    dates: Option<DateRange>,
    erase_at: Option<DateTime<Utc>>,
    access_mode: AccessMode,
    frequency: Frequency,
    hip: Option<HipId>,
    care_contexts: Vec<ConsentCareContext>,
}

impl ConsentRequest {
    /// A request for the care of `patient`, in the name of `requester`: real values only, the
    /// patient sees them. Read the address back to the patient before sending: a valid address of
    /// somebody else delivers the request to that person without any error (m3-hiu.md 2.1).
    pub fn for_care(patient: AbhaAddress, requester: Requester) -> Self {
        Self::for_purpose(PurposeCode::CareManagement, patient, requester)
    }

    /// The same for another purpose.
    pub fn for_purpose(
        purpose: impl Into<Purpose>,
        patient: AbhaAddress,
        requester: Requester,
    ) -> Self {
        Self {
            patient,
            abha_number: None,
            requester,
            purpose: purpose.into(),
            hi_types: Vec::new(),
            dates: None,
            erase_at: None,
            access_mode: AccessMode::View,
            frequency: Frequency::hourly(),
            hip: None,
            care_contexts: Vec::new(),
        }
    }

    /// The patient's ABHA number, where it is known. It is not sent: with it received documents are
    /// compared by number, so that an older address of the same person does no harm.
    pub fn abha_number(mut self, number: AbhaNumber) -> Self {
        self.abha_number = Some(number);
        self
    }

    /// Records of these kinds. Ask for what is needed: the patient sees each.
    pub fn of_types(mut self, hi_types: impl IntoIterator<Item = HiType>) -> Self {
        self.hi_types = hi_types.into_iter().collect();
        self
    }

    /// Records of these dates; neither end may lie in the future.
    pub fn dated(mut self, dates: DateRange) -> Self {
        self.dates = Some(dates);
        self
    }

    /// Everything received is erased at this instant, which must lie in the future.
    pub fn erased_at(mut self, erase_at: DateTime<Utc>) -> Self {
        self.erase_at = Some(erase_at);
        self
    }

    /// To do something else with them than to view them.
    pub fn access_mode(mut self, access_mode: AccessMode) -> Self {
        self.access_mode = access_mode;
        self
    }

    /// To fetch them more or less often than hourly.
    pub fn frequency(mut self, frequency: Frequency) -> Self {
        self.frequency = frequency;
        self
    }

    /// From one facility only.
    pub fn from_hip(mut self, hip: HipId) -> Self {
        self.hip = Some(hip);
        self
    }

    /// Of these care contexts of one facility only.
    pub fn from_care_contexts(
        mut self,
        hip: HipId,
        care_contexts: impl IntoIterator<Item = ConsentCareContext>,
    ) -> Self {
        self.hip = Some(hip);
        self.care_contexts = care_contexts.into_iter().collect();
        self
    }

    /// The request as it goes out, checked by ABDM's own rules (m3-hiu.md 2.1).
    pub(crate) fn into_terms(self, hiu: HiuId, now: DateTime<Utc>) -> Result<ConsentTerms, Error> {
        let dates = self.dates.ok_or(Error::Invalid("say with `dated` which dates are wanted"))?;
        let erase_at = self
            .erase_at
            .ok_or(Error::Invalid("say with `erased_at` when the records will be erased"))?;
        if self.hi_types.is_empty() {
            return Err(Error::Invalid("say with `of_types` which kinds of records are wanted"));
        }
        if dates.from > dates.to {
            return Err(Error::Invalid("the first date lies after the last"));
        }
        if dates.to > now {
            return Err(Error::Invalid("neither date may lie in the future"));
        }
        if erase_at <= now {
            return Err(Error::Invalid("the erase date must lie in the future"));
        }
        if self.requester.name.trim().is_empty() || self.requester.identifier.is_none() {
            return Err(Error::Invalid("the requester needs a name and a registration"));
        }
        let mut permission = Permission::new(self.access_mode, dates, erase_at);
        permission.frequency = Some(self.frequency);
        let mut terms = ConsentTerms::new(
            self.patient,
            hiu,
            self.purpose,
            self.requester,
            self.hi_types,
            permission,
        );
        terms.hip = self.hip.map(Into::into);
        terms.care_contexts = Some(self.care_contexts).filter(|contexts| !contexts.is_empty());
        Ok(terms)
    }
}
