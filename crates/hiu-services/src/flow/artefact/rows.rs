//! What grows with the pages of a transfer: rows beside the artefact's snapshot.
//!
//! | table | a row for each | found by |
//! |---|---|---|
//! | `hiu.page` | page that was taken | its id |
//! | `hiu.page_waiting` | page that waits to be opened | its id |
//! | `hiu.page_number` | number of a page | the number |
//! | `hiu.page_contents` | nonce and ciphertexts that were read | their hash |
//! | `hiu.page_context` | care context that came | its reference |
//! | `hiu.document` | document of a care context that was kept, set aside or not | its id and context |
//!
//! All keys begin with the push address of their transfer. Documents are listed under their
//! artefact, since an erasure is about all of them; the others under the push address.

use std::collections::{BTreeMap, BTreeSet};

use abdm_core::id::{CareContextReference, ConsentId};
use abdm_flow::store::{FlowStore, Row, RowChange, RowList, RowPlace, Scope};
use abdm_flow::store::{StoreError, StoreErrorKind};
use abdm_flow::{EffectContext, Step};
use async_trait::async_trait;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::transfer::{PushId, TakenPage};
use super::{ArtefactEffect, ArtefactFlow};
use crate::flow::{DocumentId, EntryReport, PageHead, PageId};

const PAGES: &str = "hiu.page";
const WAITING: &str = "hiu.page_waiting";
const NUMBERS: &str = "hiu.page_number";
const CONTENTS: &str = "hiu.page_contents";
const CONTEXTS: &str = "hiu.page_context";
const DOCUMENTS: &str = "hiu.document";

/// How many rows are read at once.
const AT_ONCE: usize = 200;

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

fn document_key(push_id: &PushId, document: &DocumentId, of: &CareContextReference) -> String {
    format!("{push_id}/{document}/{of}")
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
        step = put_document(step, artefact, at, entry);
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

/// The step, with the document that an entry has brought, if any.
pub(super) fn put_document(
    step: ArtefactStep,
    artefact: &ConsentId,
    at: &PushId,
    entry: &EntryReport,
) -> ArtefactStep {
    let Some((context, document)) = entry.kept_as() else {
        return step;
    };
    let kept = KeptDocument { document: document.clone() };
    step.put(DOCUMENTS, document_key(at, document, context), (artefact.as_str(), 0), &kept)
}

/// The step, with a document of which no more is known than that it was kept.
pub(super) fn put_known_document(
    step: ArtefactStep,
    artefact: &ConsentId,
    document: &DocumentId,
) -> ArtefactStep {
    let kept = KeptDocument { document: document.clone() };
    step.put(DOCUMENTS, format!("{artefact}/{document}"), (artefact.as_str(), 0), &kept)
}

/// The step, by which everything of a transfer goes but its documents.
pub(super) fn forget_pages(mut step: ArtefactStep, at: &PushId) -> ArtefactStep {
    for table in [PAGES, WAITING, NUMBERS, CONTENTS, CONTEXTS] {
        step = step.row(RowChange::delete_children(table, at.as_str()));
    }
    step
}

/// The step, by which it is no longer known which documents there were.
pub(super) fn forget_documents(step: ArtefactStep, artefact: &ConsentId) -> ArtefactStep {
    step.row(RowChange::delete_children(DOCUMENTS, artefact.as_str()))
}

/// Where rows are read.
#[async_trait]
pub(crate) trait ReadRows: Sync {
    /// The row with this key.
    async fn row(&self, table: &str, key: &str) -> Result<Option<Row>, StoreError>;

    /// The next rows under one parent.
    async fn next(
        &self,
        table: &str,
        parent: &str,
        after: Option<RowPlace>,
        limit: usize,
    ) -> Result<Vec<Row>, StoreError>;
}

/// The rows of one scope.
#[derive(Debug, Clone, Copy)]
pub(crate) struct StoredRows<'a> {
    pub(crate) store: &'a dyn FlowStore,
    pub(crate) scope: &'a Scope,
}

#[async_trait]
impl ReadRows for StoredRows<'_> {
    async fn row(&self, table: &str, key: &str) -> Result<Option<Row>, StoreError> {
        self.store.row(self.scope, table, key).await
    }

    async fn next(
        &self,
        table: &str,
        parent: &str,
        after: Option<RowPlace>,
        limit: usize,
    ) -> Result<Vec<Row>, StoreError> {
        let mut list = RowList::new(self.scope, table, parent, limit);
        list.after = after;
        self.store.rows(&list).await
    }
}

#[async_trait]
impl ReadRows for EffectContext<'_, ArtefactFlow> {
    async fn row(&self, table: &str, key: &str) -> Result<Option<Row>, StoreError> {
        EffectContext::row(self, table, key).await
    }

    async fn next(
        &self,
        table: &str,
        parent: &str,
        after: Option<RowPlace>,
        limit: usize,
    ) -> Result<Vec<Row>, StoreError> {
        let mut list = RowList::new(self.scope(), table, parent, limit);
        list.after = after;
        self.rows(&list).await
    }
}

fn decoded<T: DeserializeOwned>(row: &Row) -> Result<T, StoreError> {
    row.payload.decode().map_err(|error| StoreError::with_source(StoreErrorKind::Corrupt, error))
}

async fn one<T: DeserializeOwned>(
    rows: &dyn ReadRows,
    table: &str,
    key: &str,
) -> Result<Option<T>, StoreError> {
    rows.row(table, key).await?.as_ref().map(decoded).transpose()
}

async fn all<T: DeserializeOwned>(
    rows: &dyn ReadRows,
    table: &str,
    parent: &str,
) -> Result<Vec<T>, StoreError> {
    let (mut all, mut after) = (Vec::new(), None);
    loop {
        let next = rows.next(table, parent, after, AT_ONCE).await?;
        for row in &next {
            all.push(decoded(row)?);
        }
        if next.len() < AT_ONCE {
            return Ok(all);
        }
        after = next.into_iter().next_back().map(|row| row.place);
    }
}

/// The pages of a transfer, by their numbers.
pub(crate) async fn pages(rows: &dyn ReadRows, at: &PushId) -> Result<Vec<TakenPage>, StoreError> {
    all(rows, PAGES, at.as_str()).await
}

/// One page of a transfer.
pub(crate) async fn page(
    rows: &dyn ReadRows,
    at: &PushId,
    id: &PageId,
) -> Result<Option<TakenPage>, StoreError> {
    one(rows, PAGES, &key(at, id.as_str())).await
}

/// What became of each care context; those of pages below `overdue` that wait to be opened count as
/// not read.
pub(crate) async fn fates(
    rows: &dyn ReadRows,
    at: &PushId,
    overdue: u64,
) -> Result<Vec<ContextFate>, StoreError> {
    let fates: Vec<ContextFate> = all(rows, CONTEXTS, at.as_str()).await?;
    let mut fates: BTreeMap<_, _> =
        fates.into_iter().map(|fate| (fate.care_context.clone(), fate)).collect();
    if overdue > 0 {
        let waiting: Vec<WaitingPage> = all(rows, WAITING, at.as_str()).await?;
        let overdue = waiting.into_iter().filter(|page| page.ordinal < overdue);
        for context in overdue.flat_map(|page| page.care_contexts) {
            let fate = fates.entry(context.clone()).or_insert_with(|| ContextFate::new(context));
            fate.count_unopened();
        }
    }
    Ok(fates.into_values().collect())
}

/// The documents that were kept under an artefact, by all transfers, set aside or not.
pub(crate) async fn documents(
    rows: &dyn ReadRows,
    artefact: &ConsentId,
) -> Result<BTreeSet<DocumentId>, StoreError> {
    let kept: Vec<KeptDocument> = all(rows, DOCUMENTS, artefact.as_str()).await?;
    Ok(kept.into_iter().map(|kept| kept.document).collect())
}

/// Whether anything of this care context came by a transfer and was opened.
pub(crate) async fn has_context(
    rows: &dyn ReadRows,
    at: &PushId,
    context: &CareContextReference,
) -> Result<bool, StoreError> {
    Ok(rows.row(CONTEXTS, &key(at, context.as_str())).await?.is_some())
}

/// Whether this document of this care context was kept by a transfer.
pub(crate) async fn has_document(
    rows: &dyn ReadRows,
    at: &PushId,
    document: &DocumentId,
    context: &CareContextReference,
) -> Result<bool, StoreError> {
    Ok(rows.row(DOCUMENTS, &document_key(at, document, context)).await?.is_some())
}

/// Whether a page of the same number and care contexts waits to be opened: this one may be its
/// copy, encrypted anew.
pub(crate) async fn has_waiting_copy(
    rows: &dyn ReadRows,
    at: &PushId,
    page: &PageHead,
) -> Result<bool, StoreError> {
    let waiting: Vec<WaitingPage> = all(rows, WAITING, at.as_str()).await?;
    let is_same = |known: &WaitingPage| {
        known.number == page.number && known.care_contexts == page.care_contexts
    };
    Ok(waiting.iter().any(is_same))
}

/// What is known of a page when it is pushed.
#[derive(Debug, Clone, Default)]
pub(crate) struct Seen {
    /// After how many changes of the transfer's pages this was so.
    pub(crate) as_of: u64,
    /// The page was taken before.
    pub(crate) is_taken: bool,
    /// The care contexts under which the same contents were read.
    pub(crate) same_contents: Option<BTreeSet<CareContextReference>>,
    /// Whether a page of the same number was read; `None` when none came.
    pub(crate) same_number: Option<bool>,
    /// A page of the same number and care contexts waits to be opened.
    pub(crate) has_waiting_copy: bool,
}

impl Seen {
    /// What is known of `page`. A waiting copy is looked for only where it matters.
    pub(crate) async fn of(
        rows: &dyn ReadRows,
        at: &PushId,
        page: &PageHead,
        as_of: u64,
    ) -> Result<Self, StoreError> {
        let number = key(at, &page.number.to_string());
        let same_contents: Option<OfContents> =
            one(rows, CONTENTS, &key(at, page.contents.as_str())).await?;
        let same_number: Option<OfNumber> = one(rows, NUMBERS, &number).await?;
        Ok(Self {
            as_of,
            is_taken: rows.row(PAGES, &key(at, page.id.as_str())).await?.is_some(),
            same_contents: same_contents.map(|row| row.care_contexts),
            same_number: same_number.map(|row| row.is_read),
            has_waiting_copy: false,
        })
    }
}

/// What is known of a page's entries when it was opened.
#[derive(Debug, Clone, Default)]
pub(crate) struct Known {
    /// Which of its documents pages before it had brought, of which care context.
    pub(crate) here: BTreeSet<(CareContextReference, DocumentId)>,
    /// The care contexts under which its contents were read before.
    pub(crate) same_contents: BTreeSet<CareContextReference>,
    /// What had become of its care contexts.
    pub(crate) fates: BTreeMap<CareContextReference, ContextFate>,
}

impl Known {
    /// What is known of a page that became `entries`. It changes only when a page is opened, one
    /// after the other.
    pub(crate) async fn of(
        rows: &dyn ReadRows,
        at: &PushId,
        page: &TakenPage,
        entries: &[EntryReport],
    ) -> Result<Self, StoreError> {
        let mut known = Self::default();
        let contents = key(at, page.contents.as_str());
        if let Some(row) = one::<OfContents>(rows, CONTENTS, &contents).await? {
            known.same_contents = row.care_contexts;
        }
        for entry in entries {
            if let Some((context, document)) = entry.kept_as()
                && has_document(rows, at, document, context).await?
            {
                known.here.insert((context.clone(), document.clone()));
            }
            if let Some(context) = &entry.care_context
                && !known.fates.contains_key(context)
            {
                let fate = one(rows, CONTEXTS, &key(at, context.as_str())).await?;
                let fate = fate.unwrap_or_else(|| ContextFate::new(context.clone()));
                known.fates.insert(context.clone(), fate);
            }
        }
        Ok(known)
    }
}
