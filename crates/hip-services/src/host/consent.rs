//! Takes consent notices in and acknowledges them.

use std::sync::Arc;

use abdm_core::call::Call;
use abdm_core::error::CallbackError;
use abdm_core::id::{ConsentId, RequestId};
use abdm_core::open_enum::OpenText as _;
use abdm_core::vocabulary::ConsentStatus;
use abdm_flow::store::Message;
use abdm_flow::{EffectContext, EffectFailure, FlowHost, ReceiveContext, ReceiveError, Received};
use abdm_role::message::message_id;
use abdm_role::verdict::{MOST_TRIES, reason, repeatable};
use async_trait::async_trait;
use serde::Deserialize;

use super::{Facility, body_or_least};
use crate::api::consent::{
    AcknowledgeConsent, ConsentAcknowledgement, ConsentNotice, ConsentNotification, OnConsentNotify,
};
use crate::api::readable;
use crate::flow::{ConsentEffect, ConsentEvent, ConsentFlow, WordForConsent};

#[derive(Debug)]
pub(crate) struct ConsentHost {
    pub(crate) facility: Arc<Facility>,
}

type Failed = EffectFailure<ConsentEvent>;

#[async_trait]
impl FlowHost for ConsentHost {
    type Flow = ConsentFlow;

    /// ABDM waits a minute for the acknowledgement (m2-hip.md 7).
    const URGENT: bool = true;

    async fn perform(
        &self,
        cx: &EffectContext<'_, ConsentFlow>,
        effect: &ConsentEffect,
    ) -> Result<Option<ConsentEvent>, Failed> {
        match effect {
            ConsentEffect::Acknowledge { consent_id, notice, understood } => {
                self.acknowledge(cx, consent_id, *notice, *understood).await
            }
            ConsentEffect::Announce(event) => self.facility.announce(cx, event).await,
        }
    }

    async fn receive(
        &self,
        cx: &ReceiveContext<'_>,
        message: &Message,
    ) -> Result<Received<ConsentFlow>, ReceiveError> {
        if message.endpoint == WordForConsent::SUBJECT {
            let (_, WordForConsent { consent_id }) = cx.note(message).await?;
            let found = cx.flows::<ConsentFlow>().find(&ConsentFlow::key(&consent_id)).await?;
            return Ok(match found {
                Some(found) => Received::existing(found.id, ConsentEvent::AccountDeleted),
                None => Received::ignore("the consent is forgotten already"),
            });
        }
        self.facility.addressee(message)?;
        let read = body_or_least::<OnConsentNotify, NamesConsent>(cx, message).await?;
        let notice = message_id(message)?;
        let (consent_id, event) = match read {
            Ok(ConsentNotification { notification }) => {
                (notification.consent_id.clone(), event(notice, notification))
            }
            Err(NamesConsent { notification: NamedConsent { consent_id, status } }) => {
                // An end needs nothing else: whatever is odd beside it, nothing leaves any more.
                let status = status.map(|status| ConsentStatus::in_any_case(&status));
                let ended = status.and_then(|status| ended(notice, &status));
                (consent_id, ended.unwrap_or(ConsentEvent::NotUnderstood { notice }))
            }
        };
        #[cfg(feature = "patient_status")]
        let event = super::patient_status::unless_deleted(cx, event).await?;
        Ok(Received::start(ConsentFlow::key(&consent_id), ConsentFlow::new(consent_id), event))
    }
}

impl ConsentHost {
    async fn acknowledge(
        &self,
        cx: &EffectContext<'_, ConsentFlow>,
        consent_id: &ConsentId,
        notice: RequestId,
        understood: bool,
    ) -> Result<Option<ConsentEvent>, Failed> {
        let body = if understood {
            ConsentAcknowledgement::ok(notice, consent_id.clone())
        } else {
            let error = CallbackError::new(1006, "Bad Request, the consent notice is not readable");
            ConsentAcknowledgement::refused(notice, error)
        };
        let answer =
            self.facility.wire(cx.scope()).send(&Call::<AcknowledgeConsent>::new(body)).await;
        match repeatable(cx, answer, 4 * MOST_TRIES)? {
            Ok(()) => Ok(None),
            Err(error) => Err(Failed::bury(reason(&error))),
        }
    }
}

fn event(notice: RequestId, notification: ConsentNotice) -> ConsentEvent {
    match (&notification.status, notification.consent_detail) {
        (ConsentStatus::Granted, Some(detail)) if detail.consent_id == notification.consent_id => {
            let signature = notification.signature;
            let unknown = detail.unknown_hi_types().count();
            if unknown > 0 {
                let consent = &detail.consent_id;
                tracing::warn!(%consent, unknown, "a consent names HI types of no known kind");
            }
            ConsentEvent::Granted { notice, detail: Box::new(detail), signature }
        }
        (status, _) => ended(notice, status).unwrap_or_else(|| {
            let consent = &notification.consent_id;
            tracing::warn!(%consent, "a consent notice means nothing that is known and is refused");
            ConsentEvent::NotUnderstood { notice }
        }),
    }
}

const fn ended(notice: RequestId, status: &ConsentStatus) -> Option<ConsentEvent> {
    match status {
        ConsentStatus::Revoked => Some(ConsentEvent::Revoked { notice }),
        ConsentStatus::Expired => Some(ConsentEvent::Expired { notice }),
        _ => None,
    }
}

/// The least of a notice.
#[derive(Deserialize)]
struct NamesConsent {
    notification: NamedConsent,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct NamedConsent {
    consent_id: ConsentId,
    #[serde(default, deserialize_with = "readable::text")]
    status: Option<String>,
}
