//! From an encrypted page to documents in the hospital's records, entry by entry.

use std::collections::BTreeSet;
use std::time::Duration;

use abdm_core::api::consent::ConsentDetail;
use abdm_core::clock::later;
use abdm_core::id::CareContextReference;
use abdm_core::person::{AbhaNumber, NamedPatient};
use abdm_core::wire::{parse_json, without_bom};
use abdm_flow::{Backoff, EffectContext, EffectFailure, Flow};
use fidelius_crypto::{ChecksumVerdict, KeyMaterial, ReceiverKeys};
use zeroize::Zeroizing;

use super::artefact_host::{ArtefactHost, Failure, SealedKeysError, in_time};
use crate::flow::{ArtefactEvent, ArtefactFlow, EntryReport, Page, PageEntry, PushId};
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

impl ArtefactHost {
    /// Opens every entry that can be opened and keeps its document. What is wrong with one entry
    /// never costs another; only a store that fails makes the page come again, whole. That is tried
    /// until it succeeds or the consent is over: the page was answered 202.
    pub(super) async fn open(
        &self,
        cx: &EffectContext<'_, ArtefactFlow>,
        push_id: &PushId,
        page: &Page,
    ) -> Result<ArtefactEvent, Failure> {
        match self.open_and_keep(cx, push_id, page).await {
            Ok(opened) => Ok(opened),
            Err(reason) => {
                if cx.attempt() < TRIES_AT_A_TIME && !cx.is_last_attempt() {
                    return Err(soon(cx, reason));
                }
                tracing::warn!(flow = %cx.flow(), reason, "a page that was answered 202 is not kept so far, it is tried again");
                // The next try comes at once.
                tokio::time::sleep(BREATH).await;
                let page = Box::new(page.clone());
                let again = ArtefactEvent::NotOpened { push_id: push_id.clone(), page };
                Err(EffectFailure::give_up(again, reason))
            }
        }
    }

    async fn open_and_keep(
        &self,
        cx: &EffectContext<'_, ArtefactFlow>,
        push_id: &PushId,
        page: &Page,
    ) -> Result<ArtefactEvent, String> {
        let flow = self.load(cx).await.map_err(|failure| failure.reason)?;
        let keys = self.transfer_keys(&flow, push_id).map_err(|error| error.to_string())?;
        let mut entries = Vec::with_capacity(page.entries.len());
        for entry in &page.entries {
            let opened = match (&keys, &flow.terms) {
                (Some(keys), Some(terms)) => {
                    self.open_entry(keys, terms, page, entry).map(|opened| (opened, terms))
                }
                _ => Err("the transfer was over".to_owned()),
            };
            let report = match opened {
                Ok((opened, terms)) => {
                    self.keep(cx, opened, terms, page, flow.abha_number.as_ref()).await?
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
        let (push_id, page) = (push_id.clone(), page.id.clone());
        Ok(ArtefactEvent::Opened { push_id, page, entries })
    }

    /// Whether every document of a page was kept, or set aside, in its own care context by the
    /// transfer that pushes to `push_id`. Without that transfer's keys nobody can say, and it is
    /// not.
    ///
    /// # Errors
    /// When the keys cannot be unsealed.
    pub(super) fn has_kept(
        &self,
        flow: &ArtefactFlow,
        push_id: &PushId,
        page: &Page,
    ) -> Result<bool, SealedKeysError> {
        let Some(keys) = self.transfer_keys(flow, push_id)? else {
            return Ok(false);
        };
        let (Some(transfer), Some(terms)) = (flow.transfer_at(push_id), &flow.terms) else {
            return Ok(false);
        };
        let kept = transfer.kept();
        // Before anything is opened: of a context that has brought nothing, nothing is here.
        let of_known = |entry: &PageEntry| {
            let is_of = |context: &CareContextReference| kept.iter().any(|(of, _)| *of == context);
            entry.care_context.as_ref().is_some_and(is_of)
        };
        if !page.entries.iter().all(of_known) {
            return Ok(false);
        }
        let is_kept = |entry: &PageEntry| {
            self.open_entry(&keys, terms, page, entry).is_ok_and(|opened| {
                let document = ReceivedDocument::id_of(&terms.consent_id, &opened.bytes);
                kept.contains(&(&opened.care_context, &document))
            })
        };
        Ok(!page.entries.is_empty() && page.entries.iter().all(is_kept))
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
                in_time(self.records.keep(document)).await?;
                EntryReport::kept(care_context, id)
            }
            Some(mismatch) => {
                let kept = in_time(self.records.set_aside(document, mismatch)).await?;
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
