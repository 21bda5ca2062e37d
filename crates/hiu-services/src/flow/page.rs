//! Pages of encrypted records, read so that one bad entry never costs the good ones.

use std::fmt;

use abdm_core::api::data_flow::KeyMaterialJson;
use abdm_core::id::{CareContextReference, TransactionId};
use abdm_core::lenient;
use abdm_core::person::PatientMismatch;
use abdm_core::wire::{WireError, read_json};
use serde::{Deserialize, Serialize};

abdm_core::opaque_id! {
    /// The id of a received document: a hash of the consent artefact and the document's bytes, so that
    /// the same document received twice under one consent is one document.
    pub struct DocumentId;
}

impl DocumentId {
    pub(crate) fn from_digest(digest: &[u8]) -> Self {
        Self(crate::hooks::hex(digest))
    }
}

/// One page as a HIP pushed it, not yet decrypted.
///
/// The wire type [`DataPage`](abdm_core::api::data_flow::DataPage) is read more loosely here: an entry
/// that breaks the contract stays in its place, marked as unusable.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Page {
    /// Which page, counted from 0 or from 1: nobody can know.
    pub number: i64,
    /// How many pages there are.
    pub count: i64,
    /// Which transfer.
    pub transaction: TransactionId,
    /// The entries.
    pub entries: Vec<PageEntry>,
    /// The HIP's public key and nonce for this page.
    pub key_material: KeyMaterialJson,
}

/// One entry of a page. Whatever is missing stays missing.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct PageEntry {
    /// Which care context it says it belongs to.
    pub care_context: Option<CareContextReference>,
    /// Base64 of ciphertext and tag.
    pub content: Option<String>,
    /// The sender's checksum.
    pub checksum: Option<String>,
}

impl fmt::Debug for PageEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PageEntry")
            .field("care_context", &self.care_context)
            .field("content", &self.content.as_ref().map(|c| format!("{} bytes", c.len())))
            .finish_non_exhaustive()
    }
}

impl Page {
    /// Reads the body of a push.
    ///
    /// # Errors
    /// When it is no page at all: no transaction, or numbers that are none.
    pub fn read(body: &[u8]) -> Result<Self, WireError> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Loose {
            #[serde(default, with = "lenient::integer::option")]
            page_number: Option<i64>,
            #[serde(default, with = "lenient::integer::option")]
            page_count: Option<i64>,
            transaction_id: TransactionId,
            #[serde(default)]
            entries: serde_json::Value,
            #[serde(default)]
            key_material: serde_json::Value,
        }
        let loose: Loose = read_json(body)?;
        let entries = match loose.entries {
            serde_json::Value::Array(entries) => entries,
            serde_json::Value::Null => Vec::new(),
            single => vec![single],
        };
        Ok(Self {
            number: loose.page_number.unwrap_or(1),
            count: loose.page_count.unwrap_or(1).max(1),
            transaction: loose.transaction_id,
            entries: entries.iter().map(PageEntry::read).collect(),
            key_material: KeyMaterialJson(loose.key_material),
        })
    }
}

impl PageEntry {
    fn read(entry: &serde_json::Value) -> Self {
        let text = |key: &str| entry.get(key).and_then(serde_json::Value::as_str);
        Self {
            care_context: text("careContextReference")
                .and_then(|reference| CareContextReference::new(reference).ok()),
            content: text("content").filter(|content| !content.is_empty()).map(str::to_owned),
            checksum: text("checksum").map(str::to_owned),
        }
    }
}

/// What became of one entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct EntryReport {
    /// Which care context it said it belongs to.
    pub care_context: Option<CareContextReference>,
    /// The document, when it was kept.
    pub document: Option<DocumentId>,
    /// What is wrong with it, when it was not. Names the class of the fault, no content.
    pub problem: Option<String>,
    /// When it names another patient than the consent: in what it differs. It is then reported
    /// `ERRORED`, and is among nobody's documents.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mismatch: Option<PatientMismatch>,
    /// The document of another patient, when the record store has set it aside.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub set_aside: Option<DocumentId>,
}

impl EntryReport {
    /// It was kept.
    #[must_use]
    pub const fn kept(care_context: CareContextReference, document: DocumentId) -> Self {
        Self {
            care_context: Some(care_context),
            document: Some(document),
            problem: None,
            mismatch: None,
            set_aside: None,
        }
    }

    /// It was not kept.
    #[must_use]
    pub fn failed(care_context: Option<CareContextReference>, problem: impl Into<String>) -> Self {
        let problem = Some(problem.into());
        Self { care_context, document: None, problem, mismatch: None, set_aside: None }
    }

    /// It names another patient; the record store has set it aside under this id, or not kept it.
    #[must_use]
    pub fn mismatched(
        care_context: CareContextReference,
        mismatch: PatientMismatch,
        set_aside: Option<DocumentId>,
    ) -> Self {
        let report = Self::failed(Some(care_context), mismatch.to_string());
        Self { mismatch: Some(mismatch), set_aside, ..report }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bad_entry_stays_in_its_place_and_costs_no_other() {
        let body = br#"{"pageNumber":"0","pageCount":2,"transactionId":"t-1","extra":true,
            "entries":[{"content":"AAAA","careContextReference":"OPD-1","checksum":"string"},
                       {"content":"BBBB"},{"careContextReference":7},null]}"#;
        let page = Page::read(body).unwrap();
        assert_eq!((page.number, page.count, page.entries.len()), (0, 2, 4));
        let usable: Vec<_> =
            page.entries.iter().map(|e| e.care_context.is_some() && e.content.is_some()).collect();
        assert_eq!(usable, [true, false, false, false]);
        assert!(Page::read(br#"{"pageNumber":1}"#).is_err(), "no transaction, no page");
        assert!(Page::read(br#"{"transactionId":"t","pageNumber":"one"}"#).is_err());
    }

    #[test]
    fn debug_shows_no_content() {
        let page = Page::read(br#"{"transactionId":"t","entries":[{"content":"c2VjcmV0"}]}"#);
        assert!(!format!("{page:?}").contains("c2VjcmV0"));
    }
}
