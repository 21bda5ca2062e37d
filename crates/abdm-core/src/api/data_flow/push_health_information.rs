//! `PushHealthInformation`.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::KeyMaterialJson;
use crate::id::{CareContextReference, TransactionId};
use crate::lenient;
use crate::wire::Accepted;

crate::endpoint! {
    /// One page of encrypted records, from the HIP straight to the HIU's `dataPushUrl`.
    ///
    /// The contract names no header but `Authorization`; `REQUEST-ID` and `TIMESTAMP` are sent as
    /// on every other call and not demanded on receipt.
    pub PushHealthInformation {
        method: POST,
        family: DataPush,
        path: "",
        auth: Push,
        request: DataPage,
        response: Accepted,
        success: ACCEPTED,
        replay: Safe,
        errors: DataPush,
        source: "m2-hip.md 8.3",
    }
}

/// One page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct DataPage {
    /// Which page. We count from 1; senders that count from 0 are met.
    #[serde(with = "lenient::integer")]
    pub page_number: i64,
    /// How many pages there are.
    #[serde(with = "lenient::integer")]
    pub page_count: i64,
    /// Which transfer.
    pub transaction_id: TransactionId,
    /// The records. One for each page when we send: the page's key material is good for one only.
    #[serde(with = "lenient::list", default)]
    pub entries: Vec<Entry>,
    /// The HIP's public key and nonce for this page.
    pub key_material: KeyMaterialJson,
}

impl DataPage {
    /// Page `page_number` of `page_count`.
    #[must_use]
    pub const fn new(
        page_number: i64,
        page_count: i64,
        transaction_id: TransactionId,
        entries: Vec<Entry>,
        key_material: KeyMaterialJson,
    ) -> Self {
        Self { page_number, page_count, transaction_id, entries, key_material }
    }
}

/// One encrypted record.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Entry {
    /// Base64 of ciphertext and tag. Absent when the record stands behind `link`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content: Option<String>,
    /// Where the encrypted record can be fetched (V0.5).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
    /// `application/fhir+json`.
    #[serde(default)]
    pub media: Option<String>,
    /// MD5 of the plaintext, in one of several spellings. Not what protects the record.
    #[serde(default)]
    pub checksum: Option<String>,
    /// Which care context the record belongs to.
    pub care_context_reference: CareContextReference,
}

impl Entry {
    /// The media type of every record.
    pub const FHIR_JSON: &'static str = "application/fhir+json";

    /// A record with its encrypted content.
    #[must_use]
    pub fn new(content: String, checksum: String, care_context: CareContextReference) -> Self {
        Self {
            content: Some(content),
            link: None,
            media: Some(Self::FHIR_JSON.to_owned()),
            checksum: Some(checksum),
            care_context_reference: care_context,
        }
    }
}

impl fmt::Debug for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Entry")
            .field("care_context_reference", &self.care_context_reference)
            .field("content", &self.content.as_ref().map(|c| format!("{} bytes", c.len())))
            .finish_non_exhaustive()
    }
}
