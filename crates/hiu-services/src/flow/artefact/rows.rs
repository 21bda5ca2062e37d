//! What grows with the pages of a transfer: rows beside the artefact's snapshot.
//!
//! | table | a row for each | found by |
//! |---|---|---|
//! | `hiu.page` | page that was taken | its id |
//! | `hiu.page_waiting` | page that waits to be opened | its id |
//! | `hiu.page_number` | number of a page | the number |
//! | `hiu.page_contents` | nonce and ciphertexts that were read | their hash |
//! | `hiu.page_context` | care context that came | its reference |
//! | `hiu.page_document` | document that came for a care context | its id and the reference |
//! | `hiu.document` | document that was kept or set aside | its id |
//!
//! Those of pages belong to one transfer: their keys begin with its push address, under which they
//! are listed, and they go with it. Documents belong to the artefact, whichever of its transfers
//! have brought them: an erasure is about all of them.

mod read;

use std::collections::{BTreeMap, BTreeSet};

use abdm_core::id::{CareContextReference, ConsentId};
use abdm_flow::Step;
use abdm_flow::store::RowChange;
use serde::{Deserialize, Serialize};

pub(crate) use self::read::{
    Known, ReadRows, Seen, StoredRows, documents, fates, has_context, has_document,
    has_waiting_copy, page, pages,
};
use super::ArtefactEffect;
use super::transfer::{PushId, TakenPage};
use crate::flow::{DocumentId, EntryReport, PageId};

const PAGES: &str = "hiu.page";
const WAITING: &str = "hiu.page_waiting";
const NUMBERS: &str = "hiu.page_number";
const CONTENTS: &str = "hiu.page_contents";
const CONTEXTS: &str = "hiu.page_context";
const PAGE_DOCUMENTS: &str = "hiu.page_document";
const DOCUMENTS: &str = "hiu.document";

/// A page that waits to be opened.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct WaitingPage {
    number: i64,
    care_contexts: BTreeSet<CareContextReference>,
    /// As which page of its transfer it was taken.
    ordinal: u64,
}

/// Whether a page of a number was read: everything in it was kept.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
struct OfNumber {
    is_read: bool,
}

/// The care contexts under which the same contents were read.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct OfContents {
    care_contexts: BTreeSet<CareContextReference>,
}

/// What became of one care context's entries.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ContextFate {
    /// Which.
    pub(crate) care_context: CareContextReference,
    /// Those whose documents were kept.
    pub(crate) read: usize,
    /// Those that name another patient.
    pub(crate) of_others: usize,
    /// All of them.
    pub(crate) all: usize,
}

impl ContextFate {
    pub(crate) const fn new(care_context: CareContextReference) -> Self {
        Self { care_context, read: 0, of_others: 0, all: 0 }
    }

    pub(crate) fn count(&mut self, entry: &EntryReport) {
        self.read += usize::from(entry.document.is_some());
        self.of_others += usize::from(entry.mismatch.is_some());
        self.all += 1;
    }

    /// An entry that nobody could look into.
    pub(crate) const fn count_unopened(&mut self) {
        self.all += 1;
    }
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct KeptDocument {
    document: DocumentId,
}

fn key(push_id: &PushId, name: &str) -> String {
    format!("{push_id}/{name}")
}

fn page_document_key(at: &PushId, document: &DocumentId, of: &CareContextReference) -> String {
    format!("{at}/{document}/{of}")
}

/// A step of an artefact, to which rows are added.
type ArtefactStep = Step<ArtefactEffect>;

/// The step, with a page as it is now.
pub(super) fn put_page(step: ArtefactStep, at: &PushId, page: &TakenPage) -> ArtefactStep {
    step.put(PAGES, key(at, page.id.as_str()), (at.as_str(), page.number), page)
}

/// The step, with a page that waits to be opened.
pub(super) fn put_waiting(step: ArtefactStep, at: &PushId, page: &TakenPage) -> ArtefactStep {
    let (number, ordinal) = (page.number, page.ordinal);
    let waiting = WaitingPage { number, care_contexts: page.care_contexts.clone(), ordinal };
    step.put(WAITING, key(at, page.id.as_str()), (at.as_str(), number), &waiting)
}

/// The step, with the number of a page.
pub(super) fn put_number(
    step: ArtefactStep,
    at: &PushId,
    number: i64,
    is_read: bool,
) -> ArtefactStep {
    step.put(NUMBERS, key(at, &number.to_string()), (at.as_str(), number), &OfNumber { is_read })
}

/// The step, by which a page was opened: `entries` are those that are new, `known` is what was
/// there before.
pub(super) fn put_opened(
    mut step: ArtefactStep,
    artefact: &ConsentId,
    at: &PushId,
    page: &TakenPage,
    known: &Known,
) -> ArtefactStep {
    step = put_page(step, at, page).row(RowChange::delete(WAITING, key(at, page.id.as_str())));
    if page.is_read() {
        step = put_number(step, at, page.number, true);
        let mut care_contexts = known.same_contents.clone();
        care_contexts.extend(page.care_contexts.iter().cloned());
        let contents = OfContents { care_contexts };
        step = step.put(CONTENTS, key(at, page.contents.as_str()), (at.as_str(), 0), &contents);
    }
    let entries = page.reports.iter().flatten();
    let mut fates = BTreeMap::new();
    for entry in entries {
        if let Some(context) = &entry.care_context {
            let before = || known.fates.get(context).cloned();
            let fate = fates
                .entry(context.clone())
                .or_insert_with(|| before().unwrap_or_else(|| ContextFate::new(context.clone())));
            fate.count(entry);
        }
        step = put_page_document(step, at, entry);
        step = put_document(step, artefact, entry);
    }
    fates.values().fold(step, |step, fate| put_fate(step, at, fate))
}

/// The step, with what became of a care context.
pub(super) fn put_fate(step: ArtefactStep, at: &PushId, fate: &ContextFate) -> ArtefactStep {
    step.put(CONTEXTS, key(at, fate.care_context.as_str()), (at.as_str(), 0), fate)
}

/// The step, with the contents of a page that was read.
pub(super) fn put_contents(
    step: ArtefactStep,
    at: &PushId,
    contents: &PageId,
    care_contexts: BTreeSet<CareContextReference>,
) -> ArtefactStep {
    let contents_row = OfContents { care_contexts };
    step.put(CONTENTS, key(at, contents.as_str()), (at.as_str(), 0), &contents_row)
}

/// The step, by which it is known that a transfer has brought the document of an entry, if any.
pub(super) fn put_page_document(
    step: ArtefactStep,
    at: &PushId,
    entry: &EntryReport,
) -> ArtefactStep {
    let Some((context, document)) = entry.kept_as() else {
        return step;
    };
    let kept = KeptDocument { document: document.clone() };
    step.put(PAGE_DOCUMENTS, page_document_key(at, document, context), (at.as_str(), 0), &kept)
}

/// The step, with the document that an entry has brought, if any.
pub(super) fn put_document(
    step: ArtefactStep,
    artefact: &ConsentId,
    entry: &EntryReport,
) -> ArtefactStep {
    match entry.kept_as() {
        Some((_, document)) => put_known_document(step, artefact, document),
        None => step,
    }
}

/// The step, with a document that was kept, whichever transfer has brought it.
pub(super) fn put_known_document(
    step: ArtefactStep,
    artefact: &ConsentId,
    document: &DocumentId,
) -> ArtefactStep {
    let kept = KeptDocument { document: document.clone() };
    step.put(DOCUMENTS, format!("{artefact}/{document}"), (artefact.as_str(), 0), &kept)
}

/// The step, by which everything goes that belongs to a transfer.
pub(super) fn forget_pages(mut step: ArtefactStep, at: &PushId) -> ArtefactStep {
    for table in [PAGES, WAITING, NUMBERS, CONTENTS, CONTEXTS, PAGE_DOCUMENTS] {
        step = step.row(RowChange::delete_children(table, at.as_str()));
    }
    step
}

/// The step, by which it is no longer known which documents there were.
pub(super) fn forget_documents(step: ArtefactStep, artefact: &ConsentId) -> ArtefactStep {
    step.row(RowChange::delete_children(DOCUMENTS, artefact.as_str()))
}
