//! From an encrypted page to documents in the hospital's records, entry by entry.

use abdm_role::hook;
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::time::Duration;

use abdm_core::api::consent::ConsentDetail;
use abdm_core::clock::later;
use abdm_core::id::CareContextReference;
use abdm_core::person::{AbhaNumber, NamedPatient};
use abdm_core::wire::{parse_json, without_bom};
use abdm_core::{StoreError, StoreErrorKind};
use abdm_flow::store::BodyId;
use abdm_flow::{Backoff, EffectContext, EffectFailure, Flow};
use fidelius_crypto::{ChecksumVerdict, KeyMaterial, ReceiverKeys};
use zeroize::Zeroizing;

use super::artefact_host::{ArtefactHost, Failure, in_time};
use crate::flow::{
    ArtefactEffect, ArtefactEvent, ArtefactFlow, EntryReport, Known, Page, PageEntry, PageId,
    PushId, ReadRows, Standing, has_context, has_document, taken_page,
};
use crate::hooks::{Provenance, ReceivedDocument};

/// How often a page is tried before what waits behind it has its turn: some minutes.
const TRIES_AT_A_TIME: u32 = 20;
/// The pause before a page begins anew: where none waits behind it there would be no other.
const BREATH: Duration = Duration::from_secs(1);
/// The pauses between tries.
const PAUSES: Backoff = Backoff::new(Duration::from_secs(1), Duration::from_secs(30));

/// Tries again after half a minute at most, for work behind which an erasure may come to wait.
pub(super) fn soon<F: Flow>(
    cx: &EffectContext<'_, F>,
    reason: impl Into<String>,
) -> EffectFailure<F::Event> {
    let pause = PAUSES.delay(cx.attempt(), cx.effect().number());
    EffectFailure::retry_at(later(cx.now(), pause), reason)
}

/// An entry that could be decrypted.
struct Opened {
    care_context: CareContextReference,
    bytes: Zeroizing<Vec<u8>>,
    checksum: ChecksumVerdict,
    warnings: Vec<String>,
}

/// Where a page is, still encrypted.
#[derive(Clone, Copy)]
pub(super) enum Source<'a> {
    /// In the store.
    Body(BodyId),
    /// In the effect: an earlier release put it there.
    Whole(&'a Page),
}

impl<'a> Source<'a> {
    /// Reads the page. `None` when it is gone: its consent is over.
    async fn read(
        self,
        cx: &EffectContext<'_, ArtefactFlow>,
    ) -> Result<Option<Cow<'a, Page>>, String> {
        match self {
            Self::Whole(page) => Ok(Some(Cow::Borrowed(page))),
            Self::Body(body) => {
                let bytes = cx.body(body).await.map_err(|error| error.to_string())?;
                let page = bytes.map(|bytes| Page::read(&bytes)).transpose();
                Ok(page.map_err(|error| error.to_string())?.map(Cow::Owned))
            }
        }
    }
}

impl ArtefactHost {
    /// Opens every entry that can be opened and keeps its document. What is wrong with one entry
    /// never costs another; only a store that fails makes the page come again, whole. That is tried
    /// until it succeeds or the consent is over: the page was answered 202.
    pub(super) async fn open(
        &self,
        cx: &EffectContext<'_, ArtefactFlow>,
        effect: &ArtefactEffect,
        push_id: &PushId,
        page: &PageId,
        source: Source<'_>,
    ) -> Result<Option<ArtefactEvent>, Failure> {
        match self.open_and_keep(cx, effect, push_id, page, source).await {
            Ok(opened) => Ok(opened),
            Err(reason) if cx.attempt() < TRIES_AT_A_TIME && !cx.is_last_attempt() => {
                Err(soon(cx, reason))
            }
            Err(reason) => {
                tracing::warn!(
                    flow = %cx.flow(), reason,
                    "a page that was answered 202 is not kept so far, it is tried again"
                );
                // The next try comes at once.
                tokio::time::sleep(BREATH).await;
                let again = ArtefactEvent::NotOpened(Box::new(effect.clone()));
                Err(EffectFailure::give_up(again, reason))
            }
        }
    }

    /// `None` when there is nothing to open any more: the consent is over, and what would be kept
    /// would have to be erased.
    async fn open_and_keep(
        &self,
        cx: &EffectContext<'_, ArtefactFlow>,
        effect: &ArtefactEffect,
        push_id: &PushId,
        page_id: &PageId,
        source: Source<'_>,
    ) -> Result<Option<ArtefactEvent>, String> {
        let flow = self.load_with_rows(cx).await.map_err(|failure| failure.reason)?;
        if flow.standing != Standing::Granted {
            return Ok(None);
        }
        let opened = flow.transfer_at(push_id).map_or(0, |transfer| transfer.pages.opened());
        let taken = taken_page(cx, push_id, page_id).await.map_err(|error| error.to_string())?;
        let Some(taken) = taken.filter(|taken| taken.reports.is_none()) else {
            return Ok(None);
        };
        let Some(page) = source.read(cx).await? else {
            return Ok(None);
        };
        let keys = self.transfer_keys(&flow, push_id).map_err(|error| error.to_string())?;
        let mut entries = Vec::with_capacity(page.entries.len());
        for entry in &page.entries {
            let opened = match (&keys, &flow.terms) {
                (Some(keys), Some(terms)) => {
                    self.open_entry(keys, terms, &page, entry).map(|opened| (opened, terms))
                }
                _ => Err("the transfer was over".to_owned()),
            };
            let report = match opened {
                Ok((opened, terms)) => {
                    self.keep(cx, opened, terms, &page, flow.abha_number.as_ref()).await?
                }
                Err(problem) => EntryReport::failed(entry.care_context.clone(), problem),
            };
            entries.push(report);
            cx.progress();
        }
        // Once each, however many entries a page has.
        let odd: BTreeSet<&String> = entries.iter().flat_map(|entry| &entry.warnings).collect();
        for warning in odd {
            tracing::warn!(consent = %flow.id, warning, "a received entry is odd");
        }
        let known = Known::of(cx, push_id, &taken, &entries, opened).await;
        let known = Box::new(known.map_err(|error| error.to_string())?);
        let (push_id, page) = (push_id.clone(), Box::new(taken));
        let opening = Box::new(effect.clone());
        Ok(Some(ArtefactEvent::Opened { push_id, page, entries, known, opening }))
    }

    /// Whether every document of a page was kept, or set aside, in its own care context by the
    /// transfer that pushes to `push_id`. Without that transfer's keys nobody can say, and it is
    /// not.
    ///
    /// # Errors
    /// When the keys cannot be unsealed, or the store fails.
    pub(super) async fn has_kept(
        &self,
        rows: &dyn ReadRows,
        flow: &ArtefactFlow,
        push_id: &PushId,
        page: &Page,
    ) -> Result<bool, StoreError> {
        let keys = self.transfer_keys(flow, push_id);
        let keys =
            keys.map_err(|error| StoreError::with_source(StoreErrorKind::Unavailable, error))?;
        let (Some(keys), Some(terms)) = (keys, &flow.terms) else {
            return Ok(false);
        };
        // Before anything is opened: of a context that has brought nothing, nothing is here.
        for entry in &page.entries {
            let Some(context) = &entry.care_context else {
                return Ok(false);
            };
            if !has_context(rows, push_id, context).await? {
                return Ok(false);
            }
        }
        for entry in &page.entries {
            let Ok(opened) = self.open_entry(&keys, terms, page, entry) else {
                return Ok(false);
            };
            let document = ReceivedDocument::id_of(&terms.consent_id, &opened.bytes);
            if !has_document(rows, push_id, &document, &opened.care_context).await? {
                return Ok(false);
            }
        }
        Ok(!page.entries.is_empty())
    }

    fn open_entry(
        &self,
        keys: &ReceiverKeys,
        terms: &ConsentDetail,
        page: &Page,
        entry: &PageEntry,
    ) -> Result<Opened, String> {
        let care_context = entry.care_context.clone().ok_or("the entry names no care context")?;
        // An artefact without a list of care contexts grants all of them.
        if !terms.care_contexts.is_empty() && !terms.names(&care_context) {
            return Err("the consent does not name this care context".to_owned());
        }
        let content = entry.content.as_deref().ok_or("the entry carries no content")?;
        let material: KeyMaterial =
            page.key_material.read().map_err(|_| "the page's key material cannot be read")?;
        let mut warnings = Vec::from_iter(odd_expiry(&material));
        let checksum = entry.checksum.as_deref();
        let opened = keys
            .decrypt_entry_with(content, &material, checksum, &self.settings.decrypt)
            .map_err(|error| format!("{}: {error}", error.class()))?;
        let (bytes, was_text) = unwrapped(Zeroizing::new(opened.bytes.into_vec()))?;
        if was_text {
            warnings.push("the document was a JSON text that held the document".to_owned());
        }
        Ok(Opened { care_context, bytes, checksum: opened.checksum, warnings })
    }

    /// Keeps a document, or sets it aside when it names another patient.
    async fn keep(
        &self,
        cx: &EffectContext<'_, ArtefactFlow>,
        opened: Opened,
        terms: &ConsentDetail,
        page: &Page,
        number: Option<&AbhaNumber>,
    ) -> Result<EntryReport, String> {
        let Opened { care_context, bytes, checksum, warnings } = opened;
        let transaction = page.transaction.clone();
        let mut provenance = Provenance::new(terms, transaction, care_context.clone(), cx.now());
        provenance.checksum_fits = match checksum {
            ChecksumVerdict::Match => Some(true),
            ChecksumVerdict::Mismatch => Some(false),
            _ => None,
        };
        if let Err(problem) = check(&bytes) {
            return Ok(EntryReport::failed(Some(care_context), problem).with_warnings(warnings));
        }
        let mismatch = NamedPatient::of_document(&bytes).mismatch(&terms.patient.id, number);
        let document = ReceivedDocument::new(provenance, bytes);
        let id = document.id.clone();
        let report = match mismatch {
            None => {
                in_time(hook!(records "Records::keep"), self.records.keep(document)).await?;
                EntryReport::kept(care_context, id)
            }
            Some(mismatch) => {
                let kept = in_time(
                    hook!(records "Records::set_aside"),
                    self.records.set_aside(document, mismatch),
                )
                .await?;
                EntryReport::mismatched(care_context, mismatch, kept.then_some(id))
            }
        };
        Ok(report.with_warnings(warnings))
    }
}

/// The expiry of the sender's key is not what protects the document: whatever it says, the key is
/// used (fidelius.md 4). One that cannot be read is worth a word.
fn odd_expiry(material: &KeyMaterial) -> Option<String> {
    let expiry = material.dh_public_key.expiry.as_ref()?;
    let readable = expiry.instant().is_some();
    (!readable).then(|| "the expiry of the sender's key cannot be read".to_owned())
}

/// Unwraps a document that is a JSON text which holds the document, once (rulings.md 40). Tells
/// whether it was one. A byte order mark before either is taken off: it is no part of the document.
fn unwrapped(bytes: Zeroizing<Vec<u8>>) -> Result<(Zeroizing<Vec<u8>>, bool), String> {
    let bytes = unmarked(bytes);
    if bytes.trim_ascii_start().first() != Some(&b'"') {
        return Ok((bytes, false));
    }
    let Some(mut text) = parse_json::<String>(&bytes).map(Zeroizing::new) else {
        return Ok((bytes, false));
    };
    let document = unmarked(Zeroizing::new(std::mem::take(&mut *text).into_bytes()));
    if document.trim_ascii_start().first() == Some(&b'"') {
        return Err("the document is a JSON text in a JSON text in a JSON text".to_owned());
    }
    Ok((document, true))
}

/// The same bytes without a byte order mark, in the same memory.
fn unmarked(mut bytes: Zeroizing<Vec<u8>>) -> Zeroizing<Vec<u8>> {
    let mark = bytes.len() - without_bom(&bytes).len();
    bytes.drain(..mark);
    bytes
}

/// Whether a decrypted document is one: what cannot be read cannot be shown, and is not kept.
#[cfg(feature = "fhir")]
fn check(document: &[u8]) -> Result<(), String> {
    fhir_bundles::DocumentBundle::read(document)
        .map(drop)
        .map_err(|error| format!("no FHIR document: {error}"))
}

/// Without the feature `fhir` it need only be JSON, of which can be told whom it names.
#[cfg(not(feature = "fhir"))]
fn check(document: &[u8]) -> Result<(), String> {
    abdm_core::wire::check_json(document).map_err(|why| format!("no document: {why}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_that_is_a_json_text_is_unwrapped_once_and_not_twice() {
        let document = r#"{"resourceType":"Bundle"}"#.to_owned();
        let once = serde_json::to_string(&document).unwrap();
        let twice = serde_json::to_string(&once).unwrap();
        let unwrapped = |text: &str| unwrapped(Zeroizing::new(text.as_bytes().to_vec()));
        let (bytes, was_text) = unwrapped(&document).unwrap();
        assert_eq!((bytes.as_slice(), was_text), (document.as_bytes(), false));
        for text in [once.clone(), format!(" \n{once}\n")] {
            let (bytes, was_text) = unwrapped(&text).unwrap();
            assert_eq!((bytes.as_slice(), was_text), (document.as_bytes(), true));
        }
        assert!(unwrapped(&twice).is_err());
        assert!(unwrapped(&format!("\u{feff}{twice}")).is_err());
        let (broken, was_text) = unwrapped("\"{").unwrap();
        assert_eq!((broken.as_slice(), was_text), (&b"\"{"[..], false), "left for the reader");
    }

    #[test]
    fn a_document_behind_a_byte_order_mark_is_the_document_alone() {
        let document = r#"{"resourceType":"Bundle"}"#;
        let marked = format!("\u{feff}{document}");
        let wrapped = serde_json::to_string(&marked).unwrap();
        for (text, is_text) in [
            (marked, false),
            (format!("\u{feff}{}", serde_json::to_string(document).unwrap()), true),
            (format!("\u{feff} {wrapped}"), true),
            (wrapped, true),
        ] {
            let (bytes, was_text) = unwrapped(Zeroizing::new(text.clone().into_bytes())).unwrap();
            assert_eq!((bytes.as_slice(), was_text), (document.as_bytes(), is_text), "{text}");
        }
    }
}
