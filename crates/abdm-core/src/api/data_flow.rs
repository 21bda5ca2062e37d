//! The transfer of health information, as HIP and HIU share it (m2-hip.md 8, m3-hiu.md 3).

mod notify_health_information;
mod push_health_information;
mod status;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::id::ConsentId;
use crate::wire::WireError;

pub use self::notify_health_information::{
    HealthInformationReport, Notifier, NotifyHealthInformation, StatusNotification, StatusResponse,
    TransferReport,
};
pub use self::push_health_information::{DataPage, Entry, PushHealthInformation};
pub use self::status::{CheckHealthInformationStatus, TransferStatus};

/// Key material as it stands on the wire. `fidelius-crypto` knows what is in it: one definition of
/// its fields, and this crate stays free of cryptography for documents.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct KeyMaterialJson(pub serde_json::Value);

impl KeyMaterialJson {
    /// Writes key material.
    ///
    /// # Errors
    /// When it has no JSON form.
    pub fn write<T: Serialize>(material: &T) -> Result<Self, WireError> {
        serde_json::to_value(material)
            .map(Self)
            .map_err(|e| WireError::Unwritable { problem: e.to_string() })
    }

    /// Reads key material.
    ///
    /// # Errors
    /// When it has not the form of `T`.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T, WireError> {
        let text = serde_json::to_vec(&self.0)
            .map_err(|e| WireError::Unwritable { problem: e.to_string() })?;
        crate::wire::read_json(&text)
    }
}

/// A health-information request, as the HIU sends it and as the HIP gets it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct HiRequest {
    /// Under which consent artefact.
    pub consent: ConsentReference,
    /// Records of which dates: inside the artefact's.
    pub date_range: super::consent::DateRange,
    /// Where to push. Path segments only: a query passes the sender's rule and breaks the
    /// receiver's.
    pub data_push_url: String,
    /// The HIU's public key and nonce.
    pub key_material: KeyMaterialJson,
}

impl HiRequest {
    /// A request by its parts.
    #[must_use]
    pub fn new(
        consent_id: ConsentId,
        date_range: super::consent::DateRange,
        data_push_url: impl Into<String>,
        key_material: KeyMaterialJson,
    ) -> Self {
        Self {
            consent: ConsentReference { id: consent_id },
            date_range,
            data_push_url: data_push_url.into(),
            key_material,
        }
    }
}

/// `{"id": …}` of a consent artefact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ConsentReference {
    /// The artefact's id.
    pub id: ConsentId,
}

impl From<ConsentId> for ConsentReference {
    fn from(id: ConsentId) -> Self {
        Self { id }
    }
}
