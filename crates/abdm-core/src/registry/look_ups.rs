//! Facilities and professionals.

use super::{Registries, RegistryError, UnpublishedEntry};
use crate::api::registry::{
    CheckHprId, ContactedFacility, ControlProof, DirectoryFacility, DirectoryFilter,
    DirectorySearch, DuplicateSearch, Facility, FacilitySearch, FacilitySearchReply,
    FetchFacilityContact, FetchProfessional, FindDuplicateFacilities, FindNearbyFacilities,
    FindProfessional, FindProfessionalsByMobile, HprId, NearbyReply, NearbySearch, OfFacility,
    OtpSent, OtpSource, Practitioner, Professional, ProfessionalMobile, ProfessionalQuery,
    ProofReply, SearchFacilities, SearchFacilityDirectory, SendFacilityOtp, ValidateFacilityOtp,
};
use crate::id::RequestId;
use crate::secret::{MobileNumber, Otp};
use crate::wire::NoBody;

/// Facilities.
impl Registries {
    /// The facility with this HFR id: `IN` and ten characters. A draft has none.
    ///
    /// # Errors
    /// [`RegistryError`].
    pub async fn facility(&self, facility_id: &str) -> Result<Option<Facility>, RegistryError> {
        let found = self.search_facilities(&FacilitySearch::by_id(facility_id)).await?;
        // One of another id is not the one that was asked for.
        let mut all = found.facilities.into_iter();
        Ok(all.find(|facility| facility.facility_id.as_deref().is_none_or(|id| id == facility_id)))
    }

    /// Searches by ownership, state and name, fuzzy on the name and exact on all else. Nothing
    /// found is a reply without facilities.
    ///
    /// # Errors
    /// [`RegistryError`].
    pub async fn search_facilities(
        &self,
        search: &FacilitySearch,
    ) -> Result<FacilitySearchReply, RegistryError> {
        Ok(self.find::<SearchFacilities>((), search.clone()).await?.unwrap_or_default())
    }

    /// Facilities around a place, the nearest first.
    ///
    /// # Errors
    /// [`RegistryError`].
    pub async fn nearby_facilities(
        &self,
        search: &NearbySearch,
    ) -> Result<NearbyReply, RegistryError> {
        Ok(self.find::<FindNearbyFacilities>((), search.clone()).await?.unwrap_or_default())
    }

    /// Facilities that may be the same as one that is to be registered. What an entry holds is not
    /// published.
    ///
    /// # Errors
    /// [`RegistryError`].
    pub async fn duplicates(
        &self,
        search: &DuplicateSearch,
    ) -> Result<Vec<UnpublishedEntry>, RegistryError> {
        Ok(self.find::<FindDuplicateFacilities>((), search.clone()).await?.unwrap_or_default())
    }

    /// The registry's second search, whose answers have contact numbers and places.
    ///
    /// # Errors
    /// [`RegistryError`].
    pub async fn facility_directory(
        &self,
        filter: DirectoryFilter,
    ) -> Result<Vec<DirectoryFacility>, RegistryError> {
        let request = RequestId::fresh(self.client.ids().as_ref());
        let search = DirectorySearch::new(request, self.client.now(), filter);
        let found = self.find::<SearchFacilityDirectory>((), search).await?;
        Ok(found.map(|reply| reply.facilities).unwrap_or_default())
    }

    /// Whom the registry has as contact of a facility; mobile number and e-mail address are masked.
    ///
    /// # Errors
    /// [`RegistryError`].
    pub async fn facility_contact(
        &self,
        facility_id: &str,
    ) -> Result<Option<ContactedFacility>, RegistryError> {
        let found = self.find::<FetchFacilityContact>((), OfFacility::new(facility_id)).await?;
        Ok(found.and_then(|reply| reply.facility))
    }

    /// Sends an OTP to the contact of a facility, to prove that one controls it. It is never
    /// repeated by itself once it may have arrived.
    ///
    /// # Errors
    /// [`RegistryError`].
    pub async fn send_otp_to_contact(&self, facility_id: &str) -> Result<OtpSent, RegistryError> {
        self.send::<SendFacilityOtp>((), OfFacility::new(facility_id)).await
    }

    /// Proves control of a facility by the OTP that its contact got; `source` is the system that it
    /// is proved for, with the facility's id there. Look at
    /// [`ProofReply::is_proved`](crate::api::registry::ProofReply::is_proved).
    ///
    /// # Errors
    /// [`RegistryError`]; [`RegistryError::NoKey`] where nobody has said how the OTP is sent.
    pub async fn prove_control(
        &self,
        facility_id: &str,
        source: (OtpSource, &str),
        otp: &Otp,
        transaction_id: &str,
    ) -> Result<ProofReply, RegistryError> {
        let otp = self.protect("otp", otp.expose())?;
        let proof = ControlProof::new(facility_id, source, otp, transaction_id);
        self.send::<ValidateFacilityOtp>((), proof).await
    }
}

/// Professionals.
impl Registries {
    /// Whether somebody has this HPR id.
    ///
    /// # Errors
    /// [`RegistryError`].
    pub async fn hpr_id_exists(&self, id: &HprId) -> Result<bool, RegistryError> {
        let found = self.find::<CheckHprId>(id.clone(), NoBody).await?;
        Ok(found.is_some_and(|found| found.exists))
    }

    /// The professional with this HPR id.
    ///
    /// # Errors
    /// [`RegistryError`].
    pub async fn professional(&self, id: &HprId) -> Result<Option<Professional>, RegistryError> {
        Ok(self.find::<FindProfessional>(id.clone(), NoBody).await?.flatten())
    }

    /// The professionals with this mobile number. It stands in the path of the call, as the
    /// registry wants it.
    ///
    /// # Errors
    /// [`RegistryError`].
    pub async fn professionals_by_mobile(
        &self,
        mobile: &MobileNumber,
    ) -> Result<Vec<Professional>, RegistryError> {
        let path = ProfessionalMobile(mobile.clone());
        let found = self.find::<FindProfessionalsByMobile>(path, NoBody).await?;
        Ok(found.flatten().unwrap_or_default())
    }

    /// What is registered of a professional, with registrations and qualifications. NHA: to be
    /// asked before somebody is registered.
    ///
    /// # Errors
    /// [`RegistryError`].
    pub async fn professional_detail(
        &self,
        query: &ProfessionalQuery,
    ) -> Result<Vec<Practitioner>, RegistryError> {
        let found = self.find::<FetchProfessional>((), query.clone()).await?;
        Ok(found.map(|reply| reply.practitioners.0).unwrap_or_default())
    }

    /// The same by mobile number, encrypted.
    ///
    /// # Errors
    /// [`RegistryError`]; [`RegistryError::NoKey`] where nobody has said how the number is sent.
    pub async fn professional_detail_by_mobile(
        &self,
        mobile: &MobileNumber,
    ) -> Result<Vec<Practitioner>, RegistryError> {
        let mobile = self.protect("contactNumber", mobile.expose())?;
        self.professional_detail(&ProfessionalQuery::by_mobile(mobile)).await
    }
}
