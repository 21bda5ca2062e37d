//! The tries of a call: which may have arrived unheard; and, of a call that is answered by
//! callback, how each is made known to its flow before it leaves.

use std::sync::{Mutex, MutexGuard, PoisonError};

use abdm_core::client::{CallError, Correlate};
use abdm_core::id::RequestId;
use abdm_core::ids::Ids;
use abdm_core::{StoreError, StoreErrorKind};
use abdm_flow::store::Earlier;
use abdm_flow::{EffectContext, EffectFailure, EngineError, Flow};
use abdm_role::verdict::reason;
use async_trait::async_trait;

use crate::flow::Sending;

/// The tries of a call that may have arrived.
#[derive(Default)]
pub(super) struct Arrivals(Mutex<Vec<RequestId>>);

impl Arrivals {
    /// Whether any may have but the one that was answered.
    pub(super) fn unheard(&self, answered: Option<RequestId>) -> bool {
        self.tries().iter().any(|request| Some(*request) != answered)
    }

    /// Whether any may have.
    pub(super) fn any(&self) -> bool {
        !self.tries().is_empty()
    }

    fn tries(&self) -> MutexGuard<'_, Vec<RequestId>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Correlate for Arrivals {
    async fn next_request_id(&self, ids: &dyn Ids) -> Result<RequestId, StoreError> {
        let request_id = RequestId::fresh(ids);
        self.tries().push(request_id);
        Ok(request_id)
    }

    fn had_no_effect(&self, request_id: RequestId) {
        self.tries().retain(|request| *request != request_id);
    }
}

/// The tries of one sending, as far as this attempt at its effect makes them.
pub(super) struct Tries<'a, F: Flow> {
    cx: &'a EffectContext<'a, F>,
    sending: u32,
    /// The event by which the flow learns of a try: that it leaves, as which sending.
    leaving: fn(u32, RequestId) -> F::Event,
    arrivals: Arrivals,
}

impl<'a, F: Flow> Tries<'a, F> {
    /// Of a sending of this flow.
    pub(super) fn of(
        cx: &'a EffectContext<'a, F>,
        sending: u32,
        leaving: fn(u32, RequestId) -> F::Event,
    ) -> Self {
        Self { cx, sending, leaving, arrivals: Arrivals::default() }
    }

    /// How the sending ends when this try of it was answered, or none.
    pub(super) fn ended(&self, answered: Option<RequestId>) -> Sending {
        let unheard = self.cx.earlier() == Earlier::PerhapsSent || self.arrivals.unheard(answered);
        Sending::new(self.sending, answered).unheard(unheard)
    }

    /// The same effect again, later.
    pub(super) fn again<E>(&self, error: &CallError) -> EffectFailure<E> {
        let again = EffectFailure::retry(reason(error));
        if self.arrivals.any() { again } else { again.not_sent() }
    }
}

/// Each try is told to the flow before it leaves, so that the flow knows it also when the HTTP
/// answer is lost, or the process dies over it.
#[async_trait]
impl<F: Flow> Correlate for Tries<'_, F> {
    async fn next_request_id(&self, _: &dyn Ids) -> Result<RequestId, StoreError> {
        let request_id = self.cx.request_id().await?;
        let told = self.cx.tell((self.leaving)(self.sending, request_id)).await;
        told.map_err(|error| match error {
            EngineError::Store(error) => error,
            error => StoreError::with_source(StoreErrorKind::Corrupt, error),
        })?;
        self.arrivals.tries().push(request_id);
        Ok(request_id)
    }

    fn had_no_effect(&self, request_id: RequestId) {
        self.arrivals.had_no_effect(request_id);
    }
}
