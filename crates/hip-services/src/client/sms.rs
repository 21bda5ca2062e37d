//! SMS to patients without ABHA address: asked for, and under way.

use std::fmt;
use std::time::Duration;

use abdm_core::id::HipId;
use abdm_core::secret::MobileNumber;
use abdm_flow::Handle;
use abdm_flow::store::{FlowId, Scope};
use abdm_role::facilities::scope;

use super::Hip;
use crate::api::sms::SmsNotice;
use crate::error::Error;
use crate::flow::{SmsEvent, SmsFlow, SmsState};
use crate::host::SmsHost;
use crate::india;

impl Hip {
    /// Asks ABDM to send a patient an SMS with a link to their app: for patients whose mobile the
    /// facility knows, and who have no ABHA address yet (m2-hip.md 4). `name` is the facility's as
    /// the patient knows it.
    ///
    /// Returns when the wish is stored. It is never sent twice by itself; asking again sends
    /// another.
    ///
    /// # Errors
    /// The store's.
    pub async fn notify_by_sms(&self, mobile: &MobileNumber, name: &str) -> Result<Sms, Error> {
        self.notify_by_sms_at(self.hip_id(), mobile, name).await
    }

    /// The same at one of several facilities.
    ///
    /// # Errors
    /// As [`notify_by_sms`](Self::notify_by_sms).
    pub async fn notify_by_sms_at(
        &self,
        hip_id: &HipId,
        mobile: &MobileNumber,
        name: &str,
    ) -> Result<Sms, Error> {
        self.check_own(hip_id)?;
        let notice = SmsNotice::new(mobile, self.inner.phone_form, hip_id.clone(), name);
        let (messages, scope) = (&self.inner.messages, scope(hip_id));
        let id = messages.start(&scope, SmsFlow::new(hip_id.clone(), notice), SmsEvent::Begin);
        Ok(handle(scope.clone(), id.await?, messages.clone()))
    }

    /// Says that a record is final of a patient whose mobile number the facility knows, and who has
    /// no ABHA address yet: ABDM is asked to send them an SMS with a link to their app, where they
    /// can then find the record ([`HipBuilder::patients`](crate::HipBuilder::patients)). For
    /// patients with an address there is [`record_is_final`](Self::record_is_final).
    ///
    /// Only where the facility has chosen so,
    /// [`HipBuilder::sms_without_address`](crate::HipBuilder::sms_without_address): elsewhere
    /// nothing happens and `None` is given. A mobile number gets one such SMS a day, by the
    /// calendar of India, however many records become final: the ones after it give that SMS. One
    /// that [has failed](SmsState::Failed) does not count: the next record sends another. One of
    /// which ABDM has said nothing does, since it may have been sent.
    ///
    /// Returns when the wish is stored. A facility that tells its events within a transaction of
    /// its own says this after it is committed: said twice, it is one SMS.
    ///
    /// # Errors
    /// The store's.
    pub async fn record_is_final_without_address(
        &self,
        mobile: &MobileNumber,
    ) -> Result<Option<Sms>, Error> {
        self.record_is_final_without_address_at(self.hip_id(), mobile).await
    }

    /// The same at one of several facilities.
    ///
    /// # Errors
    /// As [`record_is_final_without_address`](Self::record_is_final_without_address).
    pub async fn record_is_final_without_address_at(
        &self,
        hip_id: &HipId,
        mobile: &MobileNumber,
    ) -> Result<Option<Sms>, Error> {
        self.check_own(hip_id)?;
        let inner = &self.inner;
        let Some(name) = &inner.sms_name else { return Ok(None) };
        let notice = SmsNotice::new(mobile, inner.phone_form, hip_id.clone(), name);
        let key = SmsFlow::key_of_day(hip_id, mobile, india::day(inner.facility.client.now()));
        let (messages, scope) = (&inner.messages, scope(hip_id));
        let flow = SmsFlow::new(hip_id.clone(), notice);
        let failed = |earlier: &SmsFlow| matches!(earlier.state, SmsState::Failed(_));
        let started =
            messages.start_once_or_again(&scope, key, flow, SmsEvent::Begin, failed).await?;
        Ok(Some(handle(scope, started.id, messages.clone())))
    }
}

/// One SMS that ABDM was asked to send.
#[derive(Clone)]
pub struct Sms {
    scope: Scope,
    id: FlowId,
    messages: Handle<SmsHost>,
}

impl Sms {
    /// Its id.
    #[must_use]
    pub const fn id(&self) -> FlowId {
        self.id
    }

    /// Waits for ABDM's word: accepted for sending, failed, or unknown when no word has come within
    /// a minute. Whether the SMS arrives is never told.
    ///
    /// # Errors
    /// [`Error::StillUnderWay`] after `patience`, and the store's.
    pub async fn outcome(&self, patience: Duration) -> Result<SmsState, Error> {
        let known = |flow: &SmsFlow| !flow.state.is_pending();
        let flow = self.messages.wait_until(&self.scope, self.id, known, patience).await;
        let unknown = "whether ABDM has accepted the SMS";
        Ok(flow.map_err(|error| Error::of_waiting(error, unknown))?.state)
    }
}

impl fmt::Debug for Sms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sms").field("id", &self.id).finish_non_exhaustive()
    }
}

const fn handle(scope: Scope, id: FlowId, messages: Handle<SmsHost>) -> Sms {
    Sms { scope, id, messages }
}
