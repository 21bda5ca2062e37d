//! From an encrypted page to documents in the hospital's records, entry by entry.

use abdm_core::api::consent::ConsentDetail;
use abdm_core::flow::EffectContext;
use abdm_core::id::CareContextReference;
use abdm_core::person::NamedPatient;
use fidelius_crypto::{ChecksumVerdict, KeyMaterial, OpenedEntry, ReceiverKeys};
use zeroize::Zeroizing;

use super::artefact_host::{ArtefactHost, Failure, in_time};
use super::brief::soon;
use crate::flow::{ArtefactEvent, EntryReport, Page, PageEntry, PushId};
use crate::hooks::{Provenance, ReceivedDocument};

impl ArtefactHost {
    /// Opens every entry that can be opened and keeps its document. What is wrong with one entry never
    /// costs another; only a record store that fails makes the page come again, whole.
    pub(super) async fn open(
        &self,
        cx: &EffectContext<'_>,
        push_id: &PushId,
        page: &Page,
    ) -> Result<ArtefactEvent, Failure> {
        let flow = self.load(cx).await?;
        let keys = self.transfer_keys(&flow, push_id)?;
        let mut entries = Vec::with_capacity(page.entries.len());
        for entry in &page.entries {
            let opened = match (&keys, &flow.terms) {
                (Some(keys), Some(terms)) => self.open_entry(keys, terms, page, entry),
                _ => Err("the transfer was over".to_owned()),
            };
            entries.push(match (opened, &flow.terms) {
                (Ok((care_context, opened)), Some(terms)) => {
                    let document = received(terms, page, care_context.clone(), opened, cx);
                    let mismatch = |document: &ReceivedDocument| {
                        NamedPatient::of_document(&document.bytes)
                            .mismatch(&terms.patient.id, flow.abha_number.as_ref())
                    };
                    let id = document.id.clone();
                    match check(&document).map(|()| mismatch(&document)) {
                        Ok(None) => {
                            let kept = in_time(self.records.keep(document)).await;
                            kept.map_err(|reason| soon(cx, reason))?;
                            EntryReport::kept(care_context, id)
                        }
                        Ok(Some(mismatch)) => {
                            let kept = in_time(self.records.set_aside(document, mismatch)).await;
                            let kept = kept.map_err(|reason| soon(cx, reason))?;
                            EntryReport::mismatched(care_context, mismatch, kept.then_some(id))
                        }
                        Err(problem) => EntryReport::failed(Some(care_context), problem),
                    }
                }
                (Err(problem), _) => EntryReport::failed(entry.care_context.clone(), problem),
                (Ok((care_context, _)), None) => {
                    EntryReport::failed(Some(care_context), "the consent's terms are not known")
                }
            });
        }
        Ok(ArtefactEvent::Opened { push_id: push_id.clone(), page: page.number, entries })
    }

    fn open_entry(
        &self,
        keys: &ReceiverKeys,
        terms: &ConsentDetail,
        page: &Page,
        entry: &PageEntry,
    ) -> Result<(CareContextReference, OpenedEntry), String> {
        let care_context = entry.care_context.clone().ok_or("the entry names no care context")?;
        // An artefact without a list of care contexts grants all of them.
        if !terms.care_contexts.is_empty() && !terms.names(&care_context) {
            return Err("the consent does not name this care context".to_owned());
        }
        let content = entry.content.as_deref().ok_or("the entry carries no content")?;
        let material: KeyMaterial =
            page.key_material.read().map_err(|_| "the page's key material cannot be read")?;
        let checksum = entry.checksum.as_deref();
        keys.decrypt_entry_with(content, &material, checksum, &self.settings.decrypt)
            .map(|opened| (care_context, opened))
            .map_err(|error| format!("{}: {error}", error.class()))
    }
}

fn received(
    terms: &ConsentDetail,
    page: &Page,
    care_context: CareContextReference,
    opened: OpenedEntry,
    cx: &EffectContext<'_>,
) -> ReceivedDocument {
    let transaction = page.transaction.clone();
    let mut provenance = Provenance::new(terms, transaction, care_context, cx.now());
    provenance.checksum_fits = match opened.checksum {
        ChecksumVerdict::Match => Some(true),
        ChecksumVerdict::Mismatch => Some(false),
        _ => None,
    };
    ReceivedDocument::new(provenance, Zeroizing::new(opened.bytes.into_vec()))
}

/// Whether a decrypted document is one: what cannot be read cannot be shown, and is not kept.
#[cfg(feature = "fhir")]
fn check(document: &ReceivedDocument) -> Result<(), String> {
    fhir_bundles::DocumentBundle::read(&document.bytes)
        .map(drop)
        .map_err(|error| format!("no FHIR document: {error}"))
}

/// Without the feature `fhir` it need only be JSON.
#[cfg(not(feature = "fhir"))]
fn check(document: &ReceivedDocument) -> Result<(), String> {
    serde_json::from_slice::<serde::de::IgnoredAny>(&document.bytes)
        .map(drop)
        .map_err(|_| "the document is not JSON".to_owned())
}
