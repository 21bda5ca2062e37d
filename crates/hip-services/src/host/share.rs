//! Takes shared profiles in, asks the reception, answers with token numbers.

use std::sync::Arc;
use std::time::Duration;

use abdm_core::call::Call;
use abdm_core::id::{HipId, RequestId};
use abdm_core::person::AbhaAddress;
use abdm_core::seal::{SealError, Sealed};
use abdm_core::wire::{read_json, write_json};
use abdm_flow::store::Message;
use abdm_flow::{EffectContext, EffectFailure, FlowHost, ReceiveContext, ReceiveError, Received};
use abdm_role::hook;
use abdm_role::hook::ask_within;
use abdm_role::message::message_id;
use abdm_role::verdict::{MOST_TRIES, repeatable};
use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use serde::de::IgnoredAny;

use super::counter::Place;
use super::{Facility, body_or_least};
use crate::api::sharing::{
    AcknowledgeShare, IssuedToken, OnPatientShare, PatientShare, ShareAcknowledgement, ShareIntent,
    SharedPatient,
};
use crate::flow::{
    APP_WAITS, Failure, ShareEffect, ShareEvent, ShareFlow, ShareRefusal, ShareVerdict,
};
use crate::operator;
use crate::reception::{ReceptionDesk, Registration, SharedProfile};

/// How long one call of the reception may take.
const RECEPTION_PATIENCE: Duration = Duration::from_secs(10);
/// The reception is not asked again when so much of the app's patience is used up.
const LAST_TRY_AFTER: TimeDelta = TimeDelta::seconds(18);
/// The pause before it is asked again.
const PAUSE: TimeDelta = TimeDelta::seconds(2);

pub(crate) struct ShareHost {
    pub(crate) facility: Arc<Facility>,
    pub(crate) reception: Option<Arc<dyn ReceptionDesk>>,
}

impl std::fmt::Debug for ShareHost {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ShareHost").field("facility", &self.facility).finish_non_exhaustive()
    }
}

type Context<'a> = EffectContext<'a, ShareFlow>;
type Failed = EffectFailure<ShareEvent>;

#[async_trait]
impl FlowHost for ShareHost {
    type Flow = ShareFlow;

    /// A patient looks at their app.
    const URGENT: bool = true;

    async fn perform(
        &self,
        cx: &Context<'_>,
        effect: &ShareEffect,
    ) -> Result<Option<ShareEvent>, Failed> {
        match effect {
            ShareEffect::Register {
                share,
                hip_id,
                counter,
                abha_address,
                profile,
                received_at,
            } => {
                if cx.now() > *received_at + APP_WAITS {
                    return Ok(Some(ShareEvent::TooLate));
                }
                let arrival = Arrival { host: self, hip_id, counter, person: abha_address };
                let event = arrival.register(cx, *share, profile, *received_at).await?;
                Ok(Some(event))
            }
            ShareEffect::Answer { share, counter, verdict, received_at } => {
                let late = cx.now() > *received_at + APP_WAITS;
                if late && cx.attempt() == 1 {
                    tracing::warn!("a shared profile is answered when its app has given up");
                }
                if cx.attempt() == 1 {
                    operator::shared(*share, counter, verdict);
                }
                self.answer(cx, *share, counter, verdict, late).await.map(Some)
            }
            ShareEffect::TellUnheard { share, failure } => {
                operator::share_not_heard(*share, failure);
                Ok(None)
            }
        }
    }

    async fn receive(
        &self,
        cx: &ReceiveContext<'_>,
        message: &Message,
    ) -> Result<Received<ShareFlow>, ReceiveError> {
        let hip_id = self.facility.addressee(message)?.clone();
        let share = message_id(message)?;
        let read = body_or_least::<OnPatientShare, IgnoredAny>(cx, message).await?;
        let (counter, event) = match read {
            Ok(shared) => {
                let counter = shared.meta_data.context.clone().unwrap_or_default();
                (counter, self.event(share, shared)?)
            }
            Err(IgnoredAny) => (String::new(), ShareEvent::Refused(ShareRefusal::NoProfile)),
        };
        let flow = ShareFlow::new(share, hip_id, counter, message.received_at);
        Ok(Received::start(ShareFlow::key(share), flow, event))
    }
}

impl ShareHost {
    fn event(&self, share: RequestId, shared: PatientShare) -> Result<ShareEvent, ReceiveError> {
        if shared.intent != ShareIntent::ProfileShare || self.reception.is_none() {
            return Ok(ShareEvent::Refused(ShareRefusal::NotOffered));
        }
        let patient = shared.profile.patient.unwrap_or_default();
        let Some(abha_address) = patient.abha_address.clone() else {
            return Ok(ShareEvent::Refused(ShareRefusal::NoProfile));
        };
        let text = write_json(&patient).map_err(|e| ReceiveError::poison(e.to_string()))?;
        let sealed = self.facility.keys.seal(&text, &ShareFlow::seal_context(share));
        let profile = sealed.map_err(|error| ReceiveError::not_yet(error.to_string()))?;
        Ok(ShareEvent::Shared { abha_address, profile })
    }

    async fn answer(
        &self,
        cx: &Context<'_>,
        share: RequestId,
        counter: &str,
        verdict: &ShareVerdict,
        late: bool,
    ) -> Result<ShareEvent, Failed> {
        let body = match verdict {
            ShareVerdict::Registered { abha_address, token } => {
                let issued = IssuedToken::new(counter, &token.number, token.valid_until, cx.now());
                ShareAcknowledgement::registered(share, abha_address.clone(), issued)
            }
            ShareVerdict::Refused(refusal) => {
                ShareAcknowledgement::refused(share, refusal.to_error())
            }
        };
        let answer =
            self.facility.wire(cx.scope()).send(&Call::<AcknowledgeShare>::new(body)).await;
        Ok(match repeatable(cx, answer, if late { 1 } else { MOST_TRIES })? {
            Ok(()) => ShareEvent::Answered,
            Err(error) => {
                let failure = Failure::from(&error);
                operator::share_not_heard(share, &failure);
                ShareEvent::NotHeard(failure)
            }
        })
    }

    fn open(&self, share: RequestId, profile: &Sealed) -> Result<SharedPatient, Failed> {
        let context = ShareFlow::seal_context(share);
        let text = self.facility.keys.open(profile, &context).map_err(|error| match error {
            // A node with the whole ring may be there in time.
            SealError::UnknownKey { .. } => Failed::retry(error.to_string()),
            error => failed(error.to_string()),
        })?;
        read_json(&text).map_err(|error| failed(error.to_string()))
    }
}

/// The patient is told that it failed.
fn failed(reason: impl Into<String>) -> Failed {
    Failed::give_up(ShareEvent::Refused(ShareRefusal::Failed), reason)
}

/// One share at one counter.
struct Arrival<'a> {
    host: &'a ShareHost,
    hip_id: &'a HipId,
    counter: &'a str,
    person: &'a AbhaAddress,
}

impl Arrival<'_> {
    /// A token that stands already, or the next one and the reception's word.
    async fn register(
        &self,
        cx: &Context<'_>,
        share: RequestId,
        profile: &Sealed,
        received_at: DateTime<Utc>,
    ) -> Result<ShareEvent, Failed> {
        let abha_address = self.person.clone();
        let Some(reception) = &self.host.reception else {
            return Ok(ShareEvent::Refused(ShareRefusal::NotOffered));
        };
        let place = Place::new(cx, self.counter, self.person);
        let token = place.take().await?;
        if token.registered {
            return Ok(ShareEvent::Registered { abha_address, token });
        }
        let shared = SharedProfile {
            share,
            hip_id: self.hip_id.clone(),
            counter: self.counter.to_owned(),
            token_number: token.number,
            abha_address: abha_address.clone(),
            patient: self.host.open(share, profile)?,
        };
        let asked = ask_within(
            RECEPTION_PATIENCE,
            hook!(hospital "ReceptionDesk::register"),
            reception.register(&shared),
        );
        let own_number = match asked.await {
            Ok(Registration::Queued) => None,
            Ok(Registration::QueuedAs(number)) => Some(number),
            Ok(Registration::Declined) => return Ok(ShareEvent::Refused(ShareRefusal::Declined)),
            Err(reason) if cx.now() < received_at + LAST_TRY_AFTER => {
                return Err(Failed::retry_at(cx.now() + PAUSE, reason));
            }
            Err(reason) => return Err(failed(reason)),
        };
        let token = place.register(own_number.as_deref()).await?;
        Ok(ShareEvent::Registered { abha_address, token })
    }
}
