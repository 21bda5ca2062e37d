//! Takes notices of patients' accounts in, acknowledges them, finds what they are about.

use std::sync::Arc;

use abdm_core::call::Call;
use abdm_core::clock::parse_timestamp;
use abdm_core::endpoint::Endpoint;
use abdm_core::environment::Family;
use abdm_core::error::CallbackError;
use abdm_core::headers::TIMESTAMP;
use abdm_core::id::{HipId, RequestId};
use abdm_core::person::AbhaAddress;
use abdm_flow::store::{Message, RowList};
use abdm_flow::{
    EffectContext, EffectFailure, Flow, FlowHost, ReadFlowError, ReceiveContext, ReceiveError,
    Received,
};
use abdm_role::message::{body, message_id};
use abdm_role::verdict::{MOST_TRIES, reason, repeatable};
use async_trait::async_trait;
use serde::de::DeserializeOwned;

use super::{Facility, kept_under};
use crate::api::patient_status::{
    AbhaStanding, AcknowledgePatientStatus, AcknowledgePatientStatusV05, OnPatientStatus,
    OnPatientStatusV05, StatusAcknowledgement,
};
use crate::flow::{
    CONSENTS_TABLE, ConsentEvent, LinkTokenFlow, PatientStatusEffect, PatientStatusEvent,
    PatientStatusFlow, STATUS_ROWS_AT_ONCE, STOPPED_TABLE, StoppedLink, WordForConsent,
};

#[derive(Debug)]
pub(crate) struct PatientStatusHost {
    pub(crate) facility: Arc<Facility>,
    /// Where the answer goes, below the gateway's base, if not to the declared path.
    pub(crate) answer_path: Option<String>,
}

type Context<'a> = EffectContext<'a, PatientStatusFlow>;
type Failed = EffectFailure<PatientStatusEvent>;

#[async_trait]
impl FlowHost for PatientStatusHost {
    type Flow = PatientStatusFlow;

    async fn perform(
        &self,
        cx: &Context<'_>,
        effect: &PatientStatusEffect,
    ) -> Result<Option<PatientStatusEvent>, Failed> {
        match effect {
            PatientStatusEffect::Acknowledge { notice, understood, in_v0_5 } => {
                self.acknowledge(cx, *notice, *understood, *in_v0_5).await
            }
            PatientStatusEffect::Announce(event) => self.facility.announce(cx, event).await,
            PatientStatusEffect::FindStoppedLinks { hip_id, abha_address, since } => {
                let key = LinkTokenFlow::key(hip_id, abha_address);
                let token = cx.flows::<LinkTokenFlow>().find(&key).await?;
                if !token.is_some_and(|found| found.flow.has_heard(*since)) {
                    // Else the links would be refused once more.
                    return Err(Failed::retry("the link token has not heard of it yet").not_sent());
                }
                let stopped = listed(cx, STOPPED_TABLE, &abha_address.folded()).await?;
                let records = stopped.into_iter().map(|StoppedLink { record }| record).collect();
                Ok(Some(PatientStatusEvent::StoppedLinks(records)))
            }
            PatientStatusEffect::FindConsents { abha_address } => {
                let living = listed(cx, CONSENTS_TABLE, &abha_address.folded()).await?;
                let ids = living.into_iter().map(|WordForConsent { consent_id }| consent_id);
                Ok(Some(PatientStatusEvent::Consents(ids.collect())))
            }
        }
    }

    async fn receive(
        &self,
        cx: &ReceiveContext<'_>,
        message: &Message,
    ) -> Result<Received<PatientStatusFlow>, ReceiveError> {
        let hip_id = self.facility.addressee(message)?.clone();
        let notice = message_id(message)?;
        let in_v0_5 = message.endpoint == OnPatientStatusV05::META.name;
        // A body of either edition: what it says of itself beside the notice is read over.
        let told = body::<OnPatientStatus>(cx, message).await?;
        let abha_address = told
            .abha_address
            .ok_or_else(|| ReceiveError::poison("the notice names no readable ABHA address"))?;
        let written = told.timestamp.or_else(|| parse_timestamp(message.header(TIMESTAMP)?));
        let event = match told.standing {
            Some(standing) => PatientStatusEvent::Told { notice, in_v0_5, standing, written },
            None => {
                tracing::warn!(%notice, "a notice of a patient's account means nothing that is known");
                PatientStatusEvent::NotUnderstood { notice, in_v0_5 }
            }
        };
        let key = PatientStatusFlow::key(&hip_id, &abha_address);
        Ok(Received::start_anew(key, PatientStatusFlow::new(hip_id, abha_address), event))
    }
}

impl PatientStatusHost {
    async fn acknowledge(
        &self,
        cx: &Context<'_>,
        notice: RequestId,
        understood: bool,
        in_v0_5: bool,
    ) -> Result<Option<PatientStatusEvent>, Failed> {
        let body = if understood {
            StatusAcknowledgement::ok(notice)
        } else {
            let error = CallbackError::new(1006, "Bad Request, the status is not readable");
            StatusAcknowledgement::refused(notice, error)
        };
        let client = &self.facility.client;
        let answer = match &self.answer_path {
            _ if in_v0_5 => {
                client.send(&Call::<AcknowledgePatientStatusV05>::new(body.into())).await
            }
            Some(path) => {
                let base = client.environment().base(Family::Gateway);
                let url = format!("{}{path}", base.as_str().trim_end_matches('/'));
                client.send_to(&url, &Call::<AcknowledgePatientStatus>::new(body)).await
            }
            None => client.send(&Call::<AcknowledgePatientStatus>::new(body)).await,
        };
        match repeatable(cx, answer, 4 * MOST_TRIES)? {
            Ok(()) => Ok(None),
            // With the right path set, it can be put back to work.
            Err(error) => Err(Failed::bury(reason(&error))),
        }
    }
}

/// The first rows under an address.
async fn listed<T: DeserializeOwned>(
    cx: &Context<'_>,
    table: &str,
    address: &str,
) -> Result<Vec<T>, Failed> {
    let rows = cx.rows(&RowList::new(cx.scope(), table, address, STATUS_ROWS_AT_ONCE)).await?;
    let decoded = rows.iter().map(|row| row.payload.decode::<T>());
    decoded.collect::<Result<_, _>>().map_err(|error| Failed::bury(error.to_string()))
}

/// Whether a person has deleted their account, as far as the facility knows. Whoever reads the links
/// of an address reads them before: with the deletion they are forgotten.
pub(super) async fn is_deleted<F: Flow>(
    cx: &EffectContext<'_, F>,
    hip_id: &HipId,
    abha_address: &AbhaAddress,
) -> Result<bool, ReadFlowError> {
    let key = PatientStatusFlow::key(hip_id, abha_address);
    let found = cx.flows::<PatientStatusFlow>().find(&key).await?;
    Ok(found.is_some_and(|found| found.flow.standing == AbhaStanding::Deleted))
}

/// A grant of a patient who has deleted their account is none: it came late.
pub(super) async fn unless_deleted(
    cx: &ReceiveContext<'_>,
    event: ConsentEvent,
) -> Result<ConsentEvent, ReceiveError> {
    let ConsentEvent::Granted { notice, detail, .. } = &event else {
        return Ok(event);
    };
    let key = PatientStatusFlow::key(&kept_under(cx)?, &detail.patient.id);
    let found = cx.flows::<PatientStatusFlow>().find(&key).await?;
    let is_deleted = found.is_some_and(|found| found.flow.standing == AbhaStanding::Deleted);
    Ok(if is_deleted { ConsentEvent::Revoked { notice: *notice } } else { event })
}
