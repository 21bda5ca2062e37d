//! The patients' apps, which the sandbox plays.

use std::time::Duration;

use abdm_certify::Role;
use abdm_certify::place::{FoundRecords, OpenedRecord, PatientApp, PlaceError};
use abdm_core::id::{CareContextReference, ConsentId, ConsentRequestId, HipId};
use abdm_core::secret::Otp;
use abdm_core::vocabulary::HiType;
use abdm_sandbox::{PhrApp, SandboxError};
use async_trait::async_trait;
use bytes::Bytes;
use hip_services::api::hip_linking::PatientCareContexts;
use hip_services::api::sharing::IssuedToken;
use hip_services::api::user_linking::{Identifier, OfferedLink};

use super::{SandboxPlace, failed};

/// How often it is looked whether a record has come.
const LOOK: Duration = Duration::from_millis(20);

/// What the app shows when it was refused.
fn told(error: SandboxError) -> PlaceError {
    let code = |code: Option<&abdm_core::error::ErrorCode>| code.map(ToString::to_string);
    let refused = match &error {
        SandboxError::App(refused) => code(refused.code()).map(|code| (code, refused.to_string())),
        SandboxError::HipRefused(refused) => {
            code(refused.code.as_ref()).map(|code| (code, refused.message.clone()))
        }
        _ => None,
    };
    refused.map_or_else(|| failed(error), |(code, text)| PlaceError::Refused { code, text })
}

impl SandboxPlace {
    /// Somebody's app, opened anew.
    fn app(&self, who: Role) -> Result<PhrApp, PlaceError> {
        let address = self.patient(who)?.abha_address.ok_or_else(|| failed("no ABHA address"))?;
        self.sandbox.phr(&address).map_err(failed)
    }

    /// What the app says to something, no later than an answer may take.
    async fn says<T>(
        &self,
        app: impl Future<Output = Result<T, SandboxError>>,
    ) -> Result<T, PlaceError> {
        match tokio::time::timeout(self.patience, app).await {
            Ok(said) => said.map_err(told),
            Err(_) => Err(failed("the app still waits for an answer")),
        }
    }
}

#[async_trait]
impl PatientApp for SandboxPlace {
    /// Reads the link as a phone does.
    async fn share_profile(&self, who: Role, link: &str) -> Result<IssuedToken, PlaceError> {
        let link: url::Url = link.parse().map_err(failed)?;
        let value = |name| {
            let found = link.query_pairs().find(|(known, _)| known == name);
            found.map(|(_, value)| value.into_owned()).ok_or_else(|| failed("not in the link"))
        };
        let hip_id = HipId::new(value("hip-id")?).map_err(failed)?;
        self.app(who)?.share_profile(&hip_id, &value("counter-id")?).await.map_err(told)
    }

    async fn find_records(
        &self,
        who: Role,
        hip: &HipId,
        typed: &[Identifier],
    ) -> Result<FoundRecords, PlaceError> {
        let found = self.says(self.app(who)?.discover(hip, typed.to_vec())).await?;
        let patients = found.found.given().cloned().unwrap_or_default();
        Ok(FoundRecords::new(found.transaction_id.as_str(), patients))
    }

    async fn choose_records(
        &self,
        who: Role,
        found: &FoundRecords,
        chosen: &[PatientCareContexts],
    ) -> Result<OfferedLink, PlaceError> {
        let app = self.app(who)?;
        let searches = app.user_links().map_err(failed)?;
        let search = searches.iter().find(|s| s.transaction_id.as_str() == found.search);
        let search = search.ok_or_else(|| failed("no such search"))?;
        self.says(app.choose(search, chosen.to_vec())).await
    }

    async fn enter_otp(
        &self,
        who: Role,
        link: &OfferedLink,
        otp: &Otp,
    ) -> Result<Vec<PatientCareContexts>, PlaceError> {
        self.says(self.app(who)?.confirm(link, otp.expose())).await
    }

    async fn linked_records(
        &self,
        who: Role,
        hip: &HipId,
    ) -> Result<Vec<PatientCareContexts>, PlaceError> {
        let linked = self.app(who)?.links().await.map_err(told)?;
        let there = linked.into_iter().filter(|records| records.hip.id == *hip);
        Ok(there
            .map(|r| {
                PatientCareContexts::new(r.reference_number, r.display, r.hi_type, r.care_contexts)
            })
            .collect())
    }

    /// The sandbox's app pulls by itself what is linked, some seconds after.
    async fn open_visit(
        &self,
        who: Role,
        hip: &HipId,
        visit: &CareContextReference,
        expected: &[Bytes],
    ) -> Result<Vec<OpenedRecord>, PlaceError> {
        let address = self.patient(who)?.abha_address.ok_or_else(|| failed("no ABHA address"))?;
        let pulled = || -> Vec<OpenedRecord> {
            let records = self.sandbox.app_records().into_iter().filter(|record| {
                record.address == address && record.hip == *hip && record.care_context == *visit
            });
            let opened = |record: abdm_sandbox::AppRecord| {
                OpenedRecord::new(record.care_context, record.document.unwrap_or_default())
                    .with_findings(record.findings)
            };
            records.map(opened).collect()
        };
        let coming = async {
            while pulled().len() < expected.len() {
                tokio::time::sleep(LOOK).await;
            }
        };
        let _in_time = tokio::time::timeout(self.patience, coming).await;
        Ok(pulled())
    }

    async fn grant(
        &self,
        who: Role,
        request: &ConsentRequestId,
        only: &[HiType],
    ) -> Result<Vec<ConsentId>, PlaceError> {
        let narrow = |approval: &mut abdm_sandbox::api::patient_app::Approval| {
            if !only.is_empty() {
                approval.narrow_types(only);
            }
        };
        self.app(who)?.approve(request, narrow).await.map_err(told)
    }

    async fn revoke(&self, who: Role, consents: &[ConsentId]) -> Result<(), PlaceError> {
        self.app(who)?.revoke(consents.to_vec()).await.map_err(told)
    }
}
