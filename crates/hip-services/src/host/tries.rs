//! The tries of a call: which may have arrived unheard; and, of a call that is answered by callback,
//! how each is made known to its flow before it leaves.

use std::sync::{Mutex, MutexGuard, PoisonError};

use abdm_core::client::{CallError, Correlate};
use abdm_core::flow::{EffectContext, EffectFailure, Flow, FlowId, ReceiveError};
use abdm_core::id::RequestId;
use abdm_core::store::{Earlier, FlowStore, Inbound, InboundKey, StoreError, StoreErrorKind};
use abdm_core::wire::read_json;
use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use super::reason;
use crate::flow::Sending;

/// The name under which word of a try stands in its flow's inbox.
const TRY_LEAVES: &str = "TryLeaves";

/// A try that is about to leave. Told to the flow by way of its inbox, before anything can answer
/// it: so the flow knows the try also when the HTTP answer is lost, or the process dies over it.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct TryLeaves {
    pub(super) flow: FlowId,
    pub(super) sending: u32,
    pub(super) request: RequestId,
}

impl TryLeaves {
    /// Reads it, if the message is one.
    pub(super) fn of(inbound: &Inbound) -> Result<Option<Self>, ReceiveError> {
        if inbound.key.endpoint != TRY_LEAVES {
            return Ok(None);
        }
        read_json(&inbound.body).map(Some).map_err(|error| ReceiveError::poison(error.to_string()))
    }
}

/// The tries of a call that may have arrived.
#[derive(Default)]
pub(super) struct Arrivals(Mutex<Vec<RequestId>>);

impl Arrivals {
    /// Whether any may have but the one that was answered.
    pub(super) fn unheard(&self, answered: Option<RequestId>) -> bool {
        self.tries().iter().any(|request| Some(*request) != answered)
    }

    /// The same effect again, later.
    pub(super) fn again<E>(&self, error: &CallError) -> EffectFailure<E> {
        let again = EffectFailure::retry(reason(error));
        if self.tries().is_empty() { again.not_sent() } else { again }
    }

    fn tries(&self) -> MutexGuard<'_, Vec<RequestId>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Correlate for Arrivals {
    async fn about_to_send(&self, request_id: RequestId) -> Result<(), StoreError> {
        self.tries().push(request_id);
        Ok(())
    }

    fn had_no_effect(&self, request_id: RequestId) {
        self.tries().retain(|request| *request != request_id);
    }
}

/// The tries of one sending, as far as this attempt at its effect makes them.
pub(super) struct Tries<'a> {
    cx: &'a EffectContext<'a>,
    store: &'a dyn FlowStore,
    kind: &'static str,
    sending: u32,
    arrivals: Arrivals,
}

impl<'a> Tries<'a> {
    /// Of a sending of a flow of the kind `F`.
    pub(super) fn of<F: Flow>(
        cx: &'a EffectContext<'a>,
        store: &'a dyn FlowStore,
        sending: u32,
    ) -> Self {
        Self { cx, store, kind: F::KIND, sending, arrivals: Arrivals::default() }
    }

    /// How the sending ends when this try of it was answered, or none.
    pub(super) fn ended(&self, answered: Option<RequestId>) -> Sending {
        let unheard = self.cx.earlier() == Earlier::PerhapsSent || self.arrivals.unheard(answered);
        Sending::new(self.sending, answered).unheard(unheard)
    }

    /// The same effect again, later.
    pub(super) fn again<E>(&self, error: &CallError) -> EffectFailure<E> {
        self.arrivals.again(error)
    }
}

#[async_trait]
impl Correlate for Tries<'_> {
    async fn about_to_send(&self, request_id: RequestId) -> Result<(), StoreError> {
        self.cx.remember_request(request_id).await?;
        let (flow, sending) = (self.cx.flow(), self.sending);
        let body = serde_json::to_vec(&TryLeaves { flow, sending, request: request_id })
            .map_err(|_| StoreError::new(StoreErrorKind::Corrupt))?;
        let key = InboundKey::new(TRY_LEAVES, request_id.to_string());
        self.store.accept(self.kind, &Inbound::new(key, body, self.cx.now())).await?;
        self.arrivals.about_to_send(request_id).await
    }

    fn had_no_effect(&self, request_id: RequestId) {
        self.arrivals.had_no_effect(request_id);
    }
}
