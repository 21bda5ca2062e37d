//! How patients' ABHA accounts stand.

use std::sync::Arc;

use abdm_core::endpoint::Endpoint;
use abdm_core::id::HipId;
use abdm_core::person::AbhaAddress;
use abdm_core::receiver::Route;
use abdm_flow::store::Scope;
use abdm_role::door::Door;

use super::Hip;
use crate::api::patient_status::{AbhaStanding, OnPatientStatus, OnPatientStatusV05};
use crate::error::Error;
use crate::flow::PatientStatusFlow;

/// Where notices of patients' accounts come in, and where their answers go. NHA has published
/// neither (m2-hip.md 9); these are the settings for the day on which it does.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[must_use]
#[non_exhaustive]
pub struct PatientStatusPaths {
    pub(super) callback: Option<String>,
    pub(super) answer: Option<String>,
}

impl PatientStatusPaths {
    /// The declared paths.
    pub fn new() -> Self {
        Self::default()
    }

    /// Notices come in on this path below the bridge URL, too.
    pub fn callback(mut self, path: impl Into<String>) -> Self {
        self.callback = Some(path.into());
        self
    }

    /// Answers go to this path below the gateway's base URL, and not to the declared one. What came
    /// as V0.5 publishes it is answered there all the same.
    pub fn answer(mut self, path: impl Into<String>) -> Self {
        self.answer = Some(path.into());
        self
    }

    /// Whether both are plain absolute paths.
    pub(super) fn check(&self) -> Result<(), Error> {
        let is_plain = |path: &String| {
            path.starts_with('/')
                && !path.ends_with('/')
                && !path.contains(['?', '#', '{', '}', '%', '\\'])
                && !path.contains("//")
                && !path.split('/').any(|part| matches!(part, "." | ".."))
                && !path.chars().any(|c| c.is_whitespace() || c.is_control())
        };
        if [&self.callback, &self.answer].into_iter().flatten().all(is_plain) {
            return Ok(());
        }
        let rule = "must begin with a slash and hold plain segments only, as in \
                    `/api/v3/hip/patients/status`";
        Err(Error::Setting { setting: "patient_status_paths", rule })
    }
}

impl Hip {
    /// How a patient's ABHA account stands, if ABDM has told: at whichever of the facilities knew
    /// last.
    ///
    /// # Errors
    /// The store's.
    pub async fn patient_status(
        &self,
        abha_address: &AbhaAddress,
    ) -> Result<Option<PatientStatusFlow>, Error> {
        let mut last: Option<PatientStatusFlow> = None;
        for hip_id in self.inner.facility.hips.all() {
            let (key, scope) = (
                PatientStatusFlow::key(hip_id, abha_address),
                abdm_role::facilities::scope(hip_id),
            );
            let found = self.inner.patient_statuses.flows(&scope).find(&key).await?;
            let newer = found
                .map(|found| found.flow)
                .filter(|found| last.as_ref().is_none_or(|last| found.changed() > last.changed()));
            last = newer.or(last);
        }
        Ok(last)
    }

    /// Whether the person has deleted the account, as far as one facility knows.
    pub(super) async fn is_deleted_at(
        &self,
        scope: &Scope,
        hip_id: &HipId,
        abha_address: &AbhaAddress,
    ) -> Result<bool, Error> {
        let key = PatientStatusFlow::key(hip_id, abha_address);
        let found = self.inner.patient_statuses.flows(scope).find(&key).await?;
        Ok(found.is_some_and(|found| found.flow.standing == AbhaStanding::Deleted))
    }

    pub(super) fn patient_status_routes(&self) -> impl Iterator<Item = Route> {
        let inner = &self.inner;
        let door = || Arc::new(Door::new(&inner.facility.hips, &inner.patient_statuses));
        let own = inner.status_path.clone();
        let own = own.map(|path| Route::at::<OnPatientStatus>(path, door()));
        let older = if inner.facility.editions.speak_v0_5() {
            Route::new::<OnPatientStatusV05>(door())
        } else {
            // In the manner of V3: whoever signs as V0.5 does is believed by choice only.
            Route::at::<OnPatientStatus>(OnPatientStatusV05::META.path, door())
        };
        [Route::new::<OnPatientStatus>(door()), older].into_iter().chain(own)
    }
}
