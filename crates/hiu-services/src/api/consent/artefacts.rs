//! Lists of artefact ids, as loose as ABDM sends them.

use abdm_core::id::ConsentId;
use serde::{Deserialize, Deserializer, Serialize};

/// `{"id": …}` of a consent artefact.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ArtefactReference {
    /// The artefact's id.
    pub id: ConsentId,
}

impl From<ConsentId> for ArtefactReference {
    fn from(id: ConsentId) -> Self {
        Self { id }
    }
}

/// Reads a list that may be absent or `null` and whose ids may be `null`: those are skipped
/// (m3-hiu.md 2.4).
pub(super) fn read<'de, D>(deserializer: D) -> Result<Vec<ArtefactReference>, D::Error>
where
    D: Deserializer<'de>,
{
    #[derive(Deserialize)]
    struct Loose {
        #[serde(default)]
        id: Option<String>,
    }
    let loose = Option::<Vec<Option<Loose>>>::deserialize(deserializer)?.unwrap_or_default();
    let ids = loose.into_iter().flatten().filter_map(|item| item.id);
    ids.filter(|id| !id.trim().is_empty())
        .map(|id| ConsentId::new(id).map(ArtefactReference::from).map_err(serde::de::Error::custom))
        .collect()
}
