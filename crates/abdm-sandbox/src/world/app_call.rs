//! Which app made a call.

use abdm_core::id::{HiuId, RequestId};
use serde::{Deserialize, Serialize};

use super::ClientId;

/// A call of a patient's app, to which something is to be answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct AppCall {
    /// Under which client.
    pub(crate) client: ClientId,
    /// Under which id.
    pub(crate) hiu: HiuId,
    /// Its `REQUEST-ID`.
    pub(crate) id: RequestId,
}
