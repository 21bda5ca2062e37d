//! Reading the rows: what is known of a page when it is pushed, and when it was opened.

use std::collections::{BTreeMap, BTreeSet};

use abdm_core::id::{CareContextReference, ConsentId};
use abdm_flow::EffectContext;
use abdm_flow::store::{FlowStore, Row, RowList, RowPlace, Scope, StoreError, StoreErrorKind};
use async_trait::async_trait;
use serde::de::DeserializeOwned;

use super::{
    CONTENTS, CONTEXTS, ContextFate, DOCUMENTS, KeptDocument, NUMBERS, OfContents, OfNumber,
    PAGE_DOCUMENTS, PAGES, WAITING, WaitingPage, key, page_document_key,
};
use crate::flow::artefact::ArtefactFlow;
use crate::flow::{DocumentId, EntryReport, PageHead, PageId, PushId, TakenPage};

/// How many rows are read at once.
const AT_ONCE: usize = 200;

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

/// Whether this document of this care context was brought by a transfer, and kept.
pub(crate) async fn has_document(
    rows: &dyn ReadRows,
    at: &PushId,
    document: &DocumentId,
    context: &CareContextReference,
) -> Result<bool, StoreError> {
    Ok(rows.row(PAGE_DOCUMENTS, &page_document_key(at, document, context)).await?.is_some())
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
    /// The revision of the transfer's pages at which this was so.
    pub(crate) revision: u64,
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
        revision: u64,
    ) -> Result<Self, StoreError> {
        let number = key(at, &page.number.to_string());
        let same_contents: Option<OfContents> =
            one(rows, CONTENTS, &key(at, page.contents.as_str())).await?;
        let same_number: Option<OfNumber> = one(rows, NUMBERS, &number).await?;
        Ok(Self {
            revision,
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
    /// How many pages of the transfer had been opened.
    pub(crate) opened: u64,
    /// Which of its documents pages before it had brought, of which care context.
    pub(crate) here: BTreeSet<(CareContextReference, DocumentId)>,
    /// The care contexts under which its contents were read before.
    pub(crate) same_contents: BTreeSet<CareContextReference>,
    /// What had become of its care contexts.
    pub(crate) fates: BTreeMap<CareContextReference, ContextFate>,
}

impl Known {
    /// What is known of a page that became `entries`, `opened` pages after the transfer began. It
    /// changes only when a page is opened, one after the other but for what release 1 had queued.
    pub(crate) async fn of(
        rows: &dyn ReadRows,
        at: &PushId,
        page: &TakenPage,
        entries: &[EntryReport],
        opened: u64,
    ) -> Result<Self, StoreError> {
        let mut known = Self { opened, ..Self::default() };
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
