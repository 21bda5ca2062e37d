//! The callback that carries a link token is sealed before it is stored: neither the inbox nor a dead
//! letter holds a token in clear.

use std::sync::Arc;

use abdm_core::flow::{ReceiveError, Runner};
use abdm_core::receiver::InboundSink;
use abdm_core::seal::{SealError, Sealed, SealingKeyRing};
use abdm_core::store::{Accepted, Inbound, InboundKey, StoreError, StoreErrorKind};
use abdm_core::wire::read_json;
use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use super::LinkTokenHost;
use crate::host::Facility;

/// Takes the callbacks of link tokens for the runner, sealed.
#[derive(Debug)]
pub(crate) struct SealedCallbacks {
    pub(crate) facility: Arc<Facility>,
    pub(crate) tokens: Runner<LinkTokenHost>,
}

/// What is stored in place of the body.
#[derive(Serialize, Deserialize)]
struct SealedBody {
    sealed: Sealed,
}

#[async_trait]
impl InboundSink for SealedCallbacks {
    async fn accept(&self, inbound: &Inbound) -> Result<Accepted, StoreError> {
        let mut kept = inbound.clone();
        kept.body = seal(&self.facility.keys, inbound)?.into();
        self.tokens.accept(&kept).await
    }
}

fn seal(keys: &SealingKeyRing, inbound: &Inbound) -> Result<Vec<u8>, StoreError> {
    // The sender is told to come again: nothing may be stored in clear.
    let sealed = keys
        .seal(&inbound.body, &context(&inbound.key))
        .map_err(|error| StoreError::with_source(StoreErrorKind::Unavailable, error))?;
    serde_json::to_vec(&SealedBody { sealed })
        .map_err(|error| StoreError::with_source(StoreErrorKind::Corrupt, error))
}

/// The message as it came.
pub(super) fn open(keys: &SealingKeyRing, inbound: &Inbound) -> Result<Inbound, ReceiveError> {
    let SealedBody { sealed } = read_json(&inbound.body)
        .map_err(|_| ReceiveError::poison("it was not stored by this HIP: it is not sealed"))?;
    let body = keys.open(&sealed, &context(&inbound.key)).map_err(|error| match error {
        // A node with the whole ring may be there later.
        SealError::UnknownKey { .. } => ReceiveError::not_yet(error.to_string()),
        error => ReceiveError::poison(error.to_string()),
    })?;
    let mut opened = inbound.clone();
    opened.body = body.to_vec().into();
    Ok(opened)
}

fn context(key: &InboundKey) -> String {
    format!("link-token-callback/{}", key.message)
}
