//! `X-HIU-ID` where it is sent and not demanded.

use abdm_core::headers::{self, WireHeaders};
use abdm_core::id::HiuId;
use abdm_core::wire::WireError;
use http::HeaderMap;

/// `X-HIU-ID`, written always and not demanded on receipt.
///
/// The contract does not declare it on the consent request and on the acknowledgement, live clients
/// send it there, and "sending it always is safe" (gateway.md 2, m3-hiu.md).
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ToleratedHiuHeaders {
    /// The facility, as HIU.
    pub hiu_id: Option<HiuId>,
}

impl From<HiuId> for ToleratedHiuHeaders {
    fn from(hiu_id: HiuId) -> Self {
        Self { hiu_id: Some(hiu_id) }
    }
}

impl WireHeaders for ToleratedHiuHeaders {
    const NAMES: &'static [&'static str] = &[];

    fn write(&self, out: &mut HeaderMap) -> Result<(), WireError> {
        match &self.hiu_id {
            Some(hiu_id) => headers::set(out, headers::HIU_ID, hiu_id.as_str()),
            None => Ok(()),
        }
    }

    fn read(headers_in: &HeaderMap) -> Result<Self, WireError> {
        let text = headers::text(headers_in, headers::HIU_ID).ok();
        Ok(Self { hiu_id: text.and_then(|text| HiuId::new(text).ok()) })
    }
}
