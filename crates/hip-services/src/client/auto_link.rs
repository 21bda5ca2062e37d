//! Records that are final, and get linked by themselves.

use abdm_core::id::{CareContextReference, HipId, PatientReference, RequestId};
use abdm_core::person::AbhaAddress;
use abdm_flow::EngineError;
use abdm_flow::store::{Arrival, Inbound, InboundKey, Payload};
use abdm_role::facilities::scope;

use super::Hip;
use crate::error::Error;
use crate::final_record::FinalRecord;
use crate::flow::AutoLinkFlow;
use crate::host::FINAL_RECORD;
use crate::wire_rule;

impl Hip {
    /// Says that records of a visit are final: the visit gets linked by itself, without a click.
    ///
    /// Returns when that is stored. Everything else happens in the background, and survives
    /// restarts: the documents are made ready ([`RecordPreparer`](crate::RecordPreparer)), the
    /// visit is linked and the patient's apps told, what fails for no fault of the patient's is
    /// tried again after 15 minutes, 1, 6 and 24 hours. Records of one visit that become final
    /// within a few seconds go out in one call ([`HipBuilder::gather_for`]); what is linked already
    /// gets the notice only; the same record said twice is one.
    ///
    /// The hospital hears of it by [`HipEvent::Linked`](crate::HipEvent::Linked), and by
    /// [`HipEvent::AutoLinkStopped`](crate::HipEvent::AutoLinkStopped) when somebody must act: the
    /// details differ from the ABHA profile (ABDM-1207), the address is deactivated (ABDM-1031).
    /// Say it again with corrected details, and it goes on.
    ///
    /// The limits on link tokens are kept whatever is asked: see [`link`](Self::link).
    ///
    /// ```no_run
    /// # async fn example(
    /// #     hip: hip_services::Hip,
    /// #     patient: hip_services::LinkPatient,
    /// #     visit: hip_services::Visit,
    /// # ) -> Result<(), Box<dyn std::error::Error>> {
    /// use hip_services::FinalRecord;
    ///
    /// // When the doctor has signed: `patient` without visits, `visit` with the HI types that are
    /// // final now.
    /// let record = FinalRecord::new(patient, visit);
    /// hip.record_is_final(&record).await?;
    ///
    /// // Or within the hospital's own transaction on the same database, so that the visit is linked
    /// // if and only if the signature is committed. In `abdm_store`'s PostgreSQL store:
    /// // store.accept_in(&mut transaction, &message).await?; transaction.commit().await?;
    /// let message = hip.final_record_message(hip.hip_id(), "signature 4711", &record).await?;
    /// # drop(message);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// [`HipBuilder::gather_for`]: crate::HipBuilder::gather_for
    ///
    /// # Errors
    /// [`Error::Invalid`] when ABDM would refuse it for its form, or the store's error.
    pub async fn record_is_final(&self, record: &FinalRecord) -> Result<(), Error> {
        self.record_is_final_at(self.hip_id(), record).await
    }

    /// The same at one of several facilities.
    ///
    /// # Errors
    /// As [`record_is_final`](Self::record_is_final).
    pub async fn record_is_final_at(
        &self,
        hip_id: &HipId,
        record: &FinalRecord,
    ) -> Result<(), Error> {
        let wish = RequestId::fresh(self.inner.facility.client.ids().as_ref());
        let inbound = self.final_record(hip_id, &wish.to_string(), record)?;
        let accepted = self.inner.auto_links.accept(&scope(hip_id), inbound).await;
        accepted.map_err(EngineError::from)?;
        Ok(())
    }

    /// The word that a record is final, as a message that the hospital puts into the store within a
    /// transaction of its own on the same database (`accept_in` of the stores of `abdm-store`): see
    /// [`record_is_final`](Self::record_is_final) for an example.
    ///
    /// `wish` is the hospital's own id for it; the same one is taken once within seven days, and
    /// within the [retention](crate::HipBuilder::retention) where that is shorter.
    ///
    /// # Errors
    /// As [`record_is_final`](Self::record_is_final).
    pub async fn final_record_message(
        &self,
        hip_id: &HipId,
        wish: &str,
        record: &FinalRecord,
    ) -> Result<Arrival, Error> {
        let inbound = self.final_record(hip_id, wish, record)?;
        let kept = self.inner.auto_links.as_kept(&scope(hip_id), inbound).await;
        Ok(kept.map_err(EngineError::from)?)
    }

    fn final_record(
        &self,
        hip_id: &HipId,
        wish: &str,
        record: &FinalRecord,
    ) -> Result<Inbound, Error> {
        wire_rule::patient(&record.as_link())?;
        self.check_own(hip_id)?;
        let body = Payload::encode(record).map_err(EngineError::Encode)?;
        let key = InboundKey::new(FINAL_RECORD, wish);
        let now = self.inner.facility.client.now();
        Ok(Inbound::new(key, body.as_bytes().clone(), now))
    }

    /// How far the link of a visit by itself is, if a record of it was said to be final within the
    /// [retention](crate::HipBuilder::retention).
    ///
    /// # Errors
    /// The store's.
    pub async fn auto_link(
        &self,
        abha_address: &AbhaAddress,
        patient: &PatientReference,
        care_context: &CareContextReference,
    ) -> Result<Option<AutoLinkFlow>, Error> {
        self.auto_link_at(self.hip_id(), abha_address, patient, care_context).await
    }

    /// The same at one of several facilities: their numbers for patients and visits are their own.
    ///
    /// # Errors
    /// As [`auto_link`](Self::auto_link), and [`Error::Invalid`] for another facility.
    pub async fn auto_link_at(
        &self,
        hip_id: &HipId,
        abha_address: &AbhaAddress,
        patient: &PatientReference,
        care_context: &CareContextReference,
    ) -> Result<Option<AutoLinkFlow>, Error> {
        self.check_own(hip_id)?;
        let key = AutoLinkFlow::key(hip_id, abha_address, patient, care_context);
        let found = self.inner.auto_links.flows(&scope(hip_id)).find(&key).await?;
        Ok(found.map(|found| found.flow))
    }
}
