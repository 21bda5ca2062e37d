//! A callback that carries what must not be stored in clear, a token or a person, is sealed before
//! it is stored: neither the inbox nor a dead letter shows it.

use std::sync::Arc;

use abdm_core::flow::{FlowHost, ReceiveError, Runner};
use abdm_core::receiver::{InboundSink, NotTaken};
use abdm_core::seal::{SealError, Sealed, SealingKeyRing};
use abdm_core::store::{Accepted, Inbound, InboundKey, StoreError, StoreErrorKind};
use abdm_core::wire::read_json;
use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use super::Facility;
use super::photo::without_photos;

/// What a sealed callback is, part of what it is bound to. Never change one: what is stored would
/// not open.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Secret {
    LinkToken,
    PatientShare,
}

impl Secret {
    fn context(self, key: &InboundKey) -> String {
        let name = match self {
            Self::LinkToken => "link-token-callback",
            Self::PatientShare => "patient-share-callback",
        };
        format!("{name}/{}", key.message)
    }

    /// The message as it came.
    pub(super) fn open(
        self,
        keys: &SealingKeyRing,
        inbound: &Inbound,
    ) -> Result<Inbound, ReceiveError> {
        let SealedBody { sealed } = read_json(&inbound.body)
            .map_err(|_| ReceiveError::poison("it was not stored by this HIP: it is not sealed"))?;
        let body =
            keys.open(&sealed, &self.context(&inbound.key)).map_err(|error| match error {
                // A node with the whole ring may be there later.
                SealError::UnknownKey { .. } => ReceiveError::not_yet(error.to_string()),
                error => ReceiveError::poison(error.to_string()),
            })?;
        let mut opened = inbound.clone();
        opened.body = body.to_vec().into();
        Ok(opened)
    }

    fn seal(self, keys: &SealingKeyRing, inbound: &Inbound) -> Result<Vec<u8>, StoreError> {
        let body = match self {
            Self::LinkToken => inbound.body.clone(),
            Self::PatientShare => without_photos(&inbound.body),
        };
        // The sender is told to come again: nothing may be stored in clear.
        let sealed = keys
            .seal(&body, &self.context(&inbound.key))
            .map_err(|error| StoreError::with_source(StoreErrorKind::Unavailable, error))?;
        serde_json::to_vec(&SealedBody { sealed })
            .map_err(|error| StoreError::with_source(StoreErrorKind::Corrupt, error))
    }
}

/// Takes callbacks for a runner, sealed.
#[derive(Debug)]
pub(crate) struct SealedCallbacks<H: FlowHost> {
    pub(crate) facility: Arc<Facility>,
    pub(crate) runner: Runner<H>,
    pub(crate) secret: Secret,
}

/// What is stored in place of the body.
#[derive(Serialize, Deserialize)]
struct SealedBody {
    sealed: Sealed,
}

#[async_trait]
impl<H: FlowHost> InboundSink for SealedCallbacks<H> {
    async fn accept(&self, inbound: &Inbound) -> Result<Accepted, NotTaken> {
        let mut kept = inbound.clone();
        kept.body = self.secret.seal(&self.facility.keys, inbound)?.into();
        Ok(self.runner.accept(&kept).await?)
    }
}
