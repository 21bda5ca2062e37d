//! The tries of one call of a link: each is made known to its flow before it leaves.

use std::sync::{Mutex, PoisonError};

use abdm_core::client::{CallError, Correlate};
use abdm_core::flow::{EffectContext, EffectFailure, Flow, FlowId};
use abdm_core::id::RequestId;
use abdm_core::store::{Earlier, FlowStore, Inbound, InboundKey, StoreError, StoreErrorKind};
use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use crate::flow::{LinkFlow, Sending};
use crate::host::reason;

/// The name under which word of a try stands in its link's inbox.
pub(super) const TRY_LEAVES: &str = "LinkTryLeaves";

/// A try that is about to leave. Told to the flow by way of its inbox, before anything can answer
/// it: so the flow knows the try also when the HTTP answer is lost, or the process dies over it.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct TryLeaves {
    pub(super) link: FlowId,
    pub(super) sending: u32,
    pub(super) request: RequestId,
}

/// The tries of one sending, as far as this attempt at its effect makes them.
pub(super) struct Tries<'a> {
    cx: &'a EffectContext<'a>,
    store: &'a dyn FlowStore,
    sending: u32,
    /// Those that may have arrived.
    perhaps: Mutex<Vec<RequestId>>,
}

impl<'a> Tries<'a> {
    pub(super) fn of(cx: &'a EffectContext<'a>, store: &'a dyn FlowStore, sending: u32) -> Self {
        Self { cx, store, sending, perhaps: Mutex::default() }
    }

    /// How the sending ends when this try of it was answered, or none.
    pub(super) fn ended(&self, answered: Option<RequestId>) -> Sending {
        let perhaps = self.perhaps.lock().unwrap_or_else(PoisonError::into_inner);
        let unheard = self.cx.earlier() == Earlier::PerhapsSent
            || perhaps.iter().any(|request| Some(*request) != answered);
        Sending::new(self.sending, answered).unheard(unheard)
    }

    /// The same effect again, later.
    pub(super) fn again<E>(&self, error: &CallError) -> EffectFailure<E> {
        let again = EffectFailure::retry(reason(error));
        let perhaps = self.perhaps.lock().unwrap_or_else(PoisonError::into_inner);
        if perhaps.is_empty() { again.not_sent() } else { again }
    }
}

#[async_trait]
impl Correlate for Tries<'_> {
    async fn about_to_send(&self, request_id: RequestId) -> Result<(), StoreError> {
        self.cx.remember_request(request_id).await?;
        let (link, sending) = (self.cx.flow(), self.sending);
        let body = serde_json::to_vec(&TryLeaves { link, sending, request: request_id })
            .map_err(|_| StoreError::new(StoreErrorKind::Corrupt))?;
        let key = InboundKey::new(TRY_LEAVES, request_id.to_string());
        self.store.accept(LinkFlow::KIND, &Inbound::new(key, body, self.cx.now())).await?;
        self.perhaps.lock().unwrap_or_else(PoisonError::into_inner).push(request_id);
        Ok(())
    }

    fn had_no_effect(&self, request_id: RequestId) {
        let mut perhaps = self.perhaps.lock().unwrap_or_else(PoisonError::into_inner);
        perhaps.retain(|request| *request != request_id);
    }
}
