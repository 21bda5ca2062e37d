//! Pages of encrypted records, read so that one bad entry never costs the good ones.

mod bounded;
mod loose;

use std::collections::BTreeSet;
use std::fmt;

use abdm_core::api::data_flow::KeyMaterialJson;
use abdm_core::id::{CareContextReference, TransactionId};
use abdm_core::person::PatientMismatch;
use abdm_core::wire::{WireError, read_json};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use self::loose::LoosePage;

abdm_core::opaque_id! {
    /// The id of a received document: a hash of the consent artefact and the document's bytes, so
    /// that the same document received twice under one consent is one document.
    pub struct DocumentId;
}

impl DocumentId {
    pub(crate) fn from_digest(digest: &[u8]) -> Self {
        Self(crate::hooks::hex(digest))
    }
}

abdm_core::opaque_id! {
    /// By what a page is recognised: a hash of its contents. Its number says nothing, since HIPs
    /// exist that send every page as "page 0 of 1" (rulings.md 31).
    pub struct PageId;
}

/// One page as a HIP pushed it, not yet decrypted.
///
/// The wire type [`DataPage`](abdm_core::api::data_flow::DataPage) is read more loosely here: an
/// entry that breaks the contract stays in its place, marked as unusable.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Page {
    /// A hash of nonce, public key, ciphertexts and care contexts.
    pub id: PageId,
    /// A hash of nonce and ciphertexts alone: what makes a repetition (rulings.md 31).
    pub contents: PageId,
    /// Which page, counted from 0 or from 1, or always the same: nobody can know.
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
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
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
    /// When it is no page at all: no transaction, numbers that are none, or more parts than any
    /// record has.
    pub fn read(body: &[u8]) -> Result<Self, WireError> {
        let page: LoosePage = read_json(body)?;
        let (entries, key_material) = (page.entries, page.key_material);
        Ok(Self {
            id: identity(&key_material, &entries, true),
            contents: identity(&key_material, &entries, false),
            number: page.page_number.unwrap_or(1),
            count: page.page_count.unwrap_or(1).max(1),
            transaction: page.transaction_id,
            entries,
            key_material: KeyMaterialJson(key_material),
        })
    }

    /// What can be said of it without opening it; `size` is the length of the body that it came in,
    /// in bytes.
    pub(crate) fn head(&self, size: usize) -> PageHead {
        PageHead {
            id: self.id.clone(),
            contents: self.contents.clone(),
            number: self.number,
            count: self.count,
            transaction: self.transaction.clone(),
            care_contexts: self.entries.iter().filter_map(|e| e.care_context.clone()).collect(),
            entries: self.entries.len(),
            size,
        }
    }
}

/// What can be said of a page without opening it: all that decides whether it is taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PageHead {
    /// As [`Page::id`].
    pub(crate) id: PageId,
    /// As [`Page::contents`].
    pub(crate) contents: PageId,
    /// As [`Page::number`].
    pub(crate) number: i64,
    /// As [`Page::count`].
    pub(crate) count: i64,
    /// As [`Page::transaction`].
    pub(crate) transaction: TransactionId,
    /// The care contexts that its entries name.
    pub(crate) care_contexts: BTreeSet<CareContextReference>,
    /// How many entries it has.
    pub(crate) entries: usize,
    /// How long the body is that it came in, in bytes.
    pub(crate) size: usize,
}

/// A hash of a page's nonce and ciphertexts, and of `all` else that can make it another page. Each
/// part is preceded by its length, so that no two lists of parts run into each other.
fn identity(key_material: &serde_json::Value, entries: &[PageEntry], all: bool) -> PageId {
    let mut hash = Sha256::new();
    let mut part = |text: Option<&str>| {
        let length = text.map_or(u64::MAX, |text| text.len().try_into().unwrap_or(u64::MAX));
        hash.update(length.to_be_bytes());
        hash.update(text.unwrap_or_default());
    };
    let nonce = key_material.get("nonce").and_then(serde_json::Value::as_str);
    part(nonce.map(str::trim));
    if all {
        let key = key_material.pointer("/dhPublicKey/keyValue");
        part(key.and_then(serde_json::Value::as_str).map(str::trim));
    }
    for entry in entries {
        part(entry.content.as_deref());
        if all {
            part(entry.care_context.as_ref().map(CareContextReference::as_str));
        }
    }
    PageId(crate::hooks::hex(&hash.finalize()))
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
    /// What was odd about it and did no harm, for example an expiry that cannot be read.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<String>,
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
            warnings: Vec::new(),
            mismatch: None,
            set_aside: None,
        }
    }

    /// It was not kept.
    #[must_use]
    pub fn failed(care_context: Option<CareContextReference>, problem: impl Into<String>) -> Self {
        Self {
            care_context,
            document: None,
            problem: Some(problem.into()),
            warnings: Vec::new(),
            mismatch: None,
            set_aside: None,
        }
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

    /// Which document of which context it has brought, set aside or not.
    pub(crate) const fn kept_as(&self) -> Option<(&CareContextReference, &DocumentId)> {
        let document = match &self.document {
            Some(document) => Some(document),
            None => self.set_aside.as_ref(),
        };
        match (&self.care_context, document) {
            (Some(context), Some(document)) => Some((context, document)),
            _ => None,
        }
    }

    /// The same, with what was odd about it.
    #[must_use]
    pub fn with_warnings(mut self, warnings: Vec<String>) -> Self {
        self.warnings = warnings;
        self
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_bad_entry_stays_in_its_place_and_costs_no_other() {
        let body = br#"{"pageNumber":"0","pageCount":2,"transactionId":"t-1","extra":true,
            "entries":[{"content":"AAAA","careContextReference":"OPD-1","checksum":"string"},
                       {"content":"BBBB"},{"careContextReference":7,"content":["x",{"y":1}]},null,
                       "text",[1,[2]],1.5,{}]}"#;
        let page = Page::read(body).unwrap();
        assert_eq!((page.number, page.count, page.entries.len()), (0, 2, 8));
        let usable =
            page.entries.iter().filter(|e| e.care_context.is_some() && e.content.is_some());
        assert_eq!(usable.count(), 1);
        assert_eq!(page.entries[0].checksum.as_deref(), Some("string"));
        assert_eq!(page.entries[1].content.as_deref(), Some("BBBB"));
        assert!(Page::read(br#"{"pageNumber":1}"#).is_err(), "no transaction, no page");
        assert!(Page::read(br#"{"transactionId":"t","pageNumber":"one"}"#).is_err());
    }

    #[test]
    fn entries_that_are_no_list_are_read_as_far_as_they_go() {
        let entries = |entries: serde_json::Value| {
            let body = json!({"transactionId": "t", "entries": entries}).to_string();
            Page::read(body.as_bytes()).unwrap().entries
        };
        assert_eq!(entries(json!(null)).len(), 0);
        assert_eq!(entries(json!([])).len(), 0);
        let single = entries(json!({"content": "AAAA", "careContextReference": "OPD-1"}));
        assert_eq!(single[0].content.as_deref(), Some("AAAA"));
        assert_eq!(entries(json!("x")), [PageEntry::default()]);
    }

    // A small body must not become a large page.
    #[test]
    fn a_page_of_very_many_parts_is_none() {
        let body = |entries: &str, material: &str| {
            let text = format!(
                r#"{{"transactionId":"t","entries":[{entries}],"keyMaterial":[{material}]}}"#
            );
            Page::read(text.as_bytes()).map(drop)
        };
        assert!(body("{}", "1").is_ok());
        assert!(body(&vec!["{}"; 10_001].join(","), "1").is_err());
        assert!(body("{}", &vec!["1"; 1_001].join(",")).is_err());
        assert!(
            body(&vec!["[[]]"; 10_000].join(","), r#"{"a":{"b":[1.5,true,null,"x"]}}"#).is_ok()
        );
    }

    #[test]
    fn debug_shows_no_content() {
        let page = Page::read(br#"{"transactionId":"t","entries":[{"content":"c2VjcmV0"}]}"#);
        assert!(!format!("{page:?}").contains("c2VjcmV0"));
    }

    #[test]
    fn a_page_is_its_nonce_and_ciphertext_and_not_its_number() {
        let page = |number: i64, nonce: &str, key: &str, entries: &[(&str, &str)]| {
            let entries: Vec<_> = entries
                .iter()
                .map(|(context, content)| {
                    json!({"careContextReference": context, "content": content})
                })
                .collect();
            let body = json!({"pageNumber": number, "pageCount": 1, "transactionId": "t",
                "entries": entries,
                "keyMaterial": {"nonce": nonce, "dhPublicKey": {"keyValue": key}}});
            Page::read(body.to_string().as_bytes()).unwrap()
        };
        let first = page(0, "n", "k", &[("A", "xx")]);
        let again = page(7, "n", "k", &[("A", "xx")]);
        assert_eq!((&first.id, &first.contents), (&again.id, &again.contents));
        for (other, same_contents) in [
            (page(0, "m", "k", &[("A", "xx")]), false),
            (page(0, "n", "k", &[("A", "xy")]), false),
            (page(0, "n", "k", &[("A", "xx"), ("A", "")]), false),
            (page(0, "n", "k", &[("A", "x"), ("A", "x")]), false),
            (page(0, "n", "l", &[("A", "xx")]), true),
            (page(0, "n", "k", &[("B", "xx")]), true),
        ] {
            assert_ne!(first.id, other.id);
            assert_eq!(first.contents == other.contents, same_contents);
        }
    }
}
