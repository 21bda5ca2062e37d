//! `CheckHealthInformationStatus`.

use serde::{Deserialize, Serialize};

use crate::id::TransactionId;
use crate::vocabulary::SessionStatus;
use crate::wire::NoBody;

crate::endpoint! {
    /// How a transfer stands: for one that is stuck.
    pub CheckHealthInformationStatus {
        method: GET,
        family: Gateway,
        path: "/api/hiecm/data-flow/v3/health-information/request/status/{transactionId}",
        auth: Session,
        params: TransactionId,
        request: NoBody,
        response: TransferStatus,
        success: OK,
        replay: Safe,
        errors: DataRequest,
        source: "m3-hiu.md 3.5",
    }
}

/// The state of a transfer, as ABDM sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct TransferStatus {
    /// Which transfer.
    pub transaction_id: TransactionId,
    /// Its state; the exact values are unpublished but for `TRANSFERRED`.
    pub status: SessionStatus,
}

impl TransferStatus {
    /// This state of this transfer.
    #[must_use]
    pub const fn new(transaction_id: TransactionId, status: SessionStatus) -> Self {
        Self { transaction_id, status }
    }
}
