//! What only V0.5 has: a patient proves themselves to the facility.

mod authentication;

use abdm_core::error::ErrorClass;
use abdm_core::id::HipId;
use abdm_core::person::AbhaAddress;
use abdm_flow::store::FlowId;
use abdm_role::facilities::scope;

pub use self::authentication::{AuthChoice, PatientAuthentication};
use super::Hip;
use crate::api::v0_5::heartbeat::{BridgeStatus, HeartbeatAnswer};
use crate::api::v0_5::user_auth::AuthPurpose;
use crate::edition::Edition;
use crate::error::Error;
use crate::flow::{Failure, PatientAuthEvent, PatientAuthFlow};

/// A [`Hip`]'s facilities that speak V0.5; from [`Hip::v0_5`].
#[derive(Debug, Clone, Copy)]
pub struct V05<'a> {
    hip: &'a Hip,
}

impl Hip {
    /// What facilities that speak V0.5 can do beyond V3 ([`HipBuilder::edition`]): let a patient
    /// prove themselves. Everything else is said by the same methods in both editions.
    ///
    /// [`HipBuilder::edition`]: crate::HipBuilder::edition
    #[must_use]
    pub const fn v0_5(&self) -> V05<'_> {
        V05 { hip: self }
    }

    /// Whether any of its facilities speaks V0.5.
    #[cfg(feature = "axum")]
    pub(crate) fn speaks_v0_5(&self) -> bool {
        self.inner.facility.editions.speak_v0_5()
    }
}

impl V05<'_> {
    /// Lets a patient prove themselves to the facility, for one purpose. Returns when the wish is
    /// stored; the [`PatientAuthentication`] tells how it goes on.
    ///
    /// ```no_run
    /// use std::time::Duration;
    ///
    /// use hip_services::api::v0_5::user_auth::{AuthCode, AuthMode, AuthPurpose};
    /// # async fn desk(hip: hip_services::Hip, patient: hip_services::LinkPatient)
    /// # -> Result<(), Box<dyn std::error::Error>> {
    /// let a_minute = Duration::from_secs(60);
    /// let auth = hip.v0_5().authenticate(&patient.abha_address, AuthPurpose::Link).await?;
    /// println!("{} is on its way", auth.id()); // keep the id: it outlives this process
    /// let modes = auth.modes(a_minute).await?; // what the consent manager offers this patient
    /// assert!(modes.contains(&AuthMode::MobileOtp));
    /// let awaited = auth.begin(AuthMode::MobileOtp, a_minute).await?;
    /// println!("the patient has an OTP: {:?}", awaited.hint);
    /// auth.prove(AuthCode::new("519316")).await?; // as the patient told it
    /// auth.authenticated(a_minute).await?;
    /// hip.link(patient).await?; // with the access token that the patient has given
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`Error::NotAuthenticated`] where the facility speaks V3, and the store's.
    pub async fn authenticate(
        &self,
        abha_address: &AbhaAddress,
        purpose: AuthPurpose,
    ) -> Result<PatientAuthentication, Error> {
        self.authenticate_at(self.hip.hip_id(), abha_address, purpose).await
    }

    /// The same at one of several facilities.
    ///
    /// # Errors
    /// As [`authenticate`](Self::authenticate).
    pub async fn authenticate_at(
        &self,
        hip_id: &HipId,
        abha_address: &AbhaAddress,
        purpose: AuthPurpose,
    ) -> Result<PatientAuthentication, Error> {
        self.hip.check_own(hip_id)?;
        if self.hip.inner.facility.editions.of(hip_id) != Edition::V0_5 {
            let failure = Failure::new(
                "the facility speaks V3, where no patient proves themselves to it: name it with \
                 `HipBuilder::edition`, or link without",
            );
            return Err(Error::NotAuthenticated(failure.of_class(ErrorClass::CallerBug)));
        }
        let auths = &self.hip.inner.auths;
        let flow = PatientAuthFlow::new(hip_id.clone(), abha_address.clone(), purpose);
        let id = auths.start(&scope(hip_id), flow, PatientAuthEvent::Begin).await?;
        Ok(self.by_id_at(hip_id, id))
    }

    /// The authentication with this id, also after a restart.
    #[must_use]
    pub fn authentication_by_id(&self, id: FlowId) -> PatientAuthentication {
        self.by_id_at(self.hip.hip_id(), id)
    }

    /// The same at one of several facilities.
    #[must_use]
    pub fn authentication_by_id_at(&self, hip_id: &HipId, id: FlowId) -> PatientAuthentication {
        self.by_id_at(hip_id, id)
    }

    /// What the gateway of V0.5 is answered when it asks whether the bridge is up: it is, while the
    /// store takes messages. `Hip::router` serves it; others serve it themselves, at the path of
    /// [`Heartbeat`](crate::api::v0_5::heartbeat::Heartbeat).
    pub async fn heartbeat(&self) -> HeartbeatAnswer {
        let status = match self.hip.engine().health().await {
            Ok(_) => BridgeStatus::Up,
            Err(_) => BridgeStatus::Down,
        };
        HeartbeatAnswer::new(self.hip.inner.facility.client.now(), status)
    }

    fn by_id_at(&self, hip_id: &HipId, id: FlowId) -> PatientAuthentication {
        let inner = &self.hip.inner;
        let keys = inner.facility.keys.clone();
        authentication::handle(scope(hip_id), id, inner.auths.clone(), keys)
    }
}
