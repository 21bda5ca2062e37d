//! Domain rows: what is listed, counted or grows, beside a flow's snapshot.

use std::fmt;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::store::{Payload, Scope};

/// The change of one row, made in the same transaction as the flow's.
///
/// Rows are found by their key, or by their parent in the order of `sort`; what they hold is the
/// business of whoever writes them, and sealed at rest like everything else. `sort` and
/// `expires_at` stay readable in the database: nothing personal belongs there.
#[derive(Clone, PartialEq, Eq)]
#[must_use]
#[non_exhaustive]
pub struct RowChange {
    /// Which table, in the form `role.what`: `hip.transfer_page`.
    pub table: &'static str,
    /// By what the row is found in its table.
    pub key: String,
    /// What is written.
    pub write: RowWrite,
}

/// What is written of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum RowWrite {
    /// A new row. One that is there already makes the whole commit a conflict.
    Insert(NewRow),
    /// A row, whether or not there is one.
    Put(NewRow),
    /// A row in place of the one with this revision; another one is a conflict.
    Replace {
        /// The revision it must have.
        expected: u64,
        /// What it then is.
        row: NewRow,
    },
    /// No row, whether or not there is one.
    Delete,
    /// No rows whose parent is the key.
    DeleteChildren,
}

/// What a row holds.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
#[non_exhaustive]
pub struct NewRow {
    /// What it is listed under.
    pub parent: Option<String>,
    /// Its place in that list.
    pub sort: i64,
    /// What it says.
    pub payload: Payload,
    /// From when on it may be forgotten; never, if nothing is said.
    pub expires_at: Option<DateTime<Utc>>,
}

impl NewRow {
    /// A row without a parent that is kept for ever.
    pub const fn new(payload: Payload) -> Self {
        Self { parent: None, sort: 0, payload, expires_at: None }
    }

    /// Lists it under `parent`, at the place `sort`.
    pub fn under(mut self, parent: impl Into<String>, sort: i64) -> Self {
        self.parent = Some(parent.into());
        self.sort = sort;
        self
    }

    /// Lets it be forgotten from `at` on.
    pub const fn expiring(mut self, at: DateTime<Utc>) -> Self {
        self.expires_at = Some(at);
        self
    }
}

impl RowChange {
    /// A new row; a conflict when there is one.
    pub fn insert(table: &'static str, key: impl Into<String>, row: NewRow) -> Self {
        Self { table, key: key.into(), write: RowWrite::Insert(row) }
    }

    /// A row, new or not.
    pub fn put(table: &'static str, key: impl Into<String>, row: NewRow) -> Self {
        Self { table, key: key.into(), write: RowWrite::Put(row) }
    }

    /// A row in place of the one that was read.
    pub fn replace(table: &'static str, key: impl Into<String>, read: &Row, row: NewRow) -> Self {
        let write = RowWrite::Replace { expected: read.revision, row };
        Self { table, key: key.into(), write }
    }

    /// No row.
    pub fn delete(table: &'static str, key: impl Into<String>) -> Self {
        Self { table, key: key.into(), write: RowWrite::Delete }
    }

    /// No rows under this parent.
    pub fn delete_children(table: &'static str, parent: impl Into<String>) -> Self {
        Self { table, key: parent.into(), write: RowWrite::DeleteChildren }
    }
}

/// Prints the table only: a key may be an ABHA address.
impl fmt::Debug for RowChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let write = match self.write {
            RowWrite::Insert(_) => "insert",
            RowWrite::Put(_) => "put",
            RowWrite::Replace { .. } => "replace",
            RowWrite::Delete => "delete",
            RowWrite::DeleteChildren => "delete children",
        };
        write!(f, "RowChange({}: {write})", self.table)
    }
}

/// A row as it is stored. It does not tell its key: a store may keep keys as hashes, so that what a
/// reader needs stands in the payload.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Row {
    /// Its place in the list of its parent.
    pub sort: i64,
    /// 1 after it was inserted, one more with each change.
    pub revision: u64,
    /// What it says.
    pub payload: Payload,
    /// Where it stands in its list, for the next page.
    pub place: RowPlace,
}

impl Row {
    /// A row, for implementations of the store.
    #[must_use]
    pub const fn new(sort: i64, revision: u64, payload: Payload, place: RowPlace) -> Self {
        Self { sort, revision, payload, place }
    }
}

/// The place of a row in its list: after it the next page begins. Opaque, and good for one store.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[non_exhaustive]
pub struct RowPlace {
    /// The row's `sort`.
    pub sort: i64,
    /// The row's key, as the store keeps it.
    pub key: String,
}

impl RowPlace {
    /// A place, for implementations of the store.
    #[must_use]
    pub const fn new(sort: i64, key: String) -> Self {
        Self { sort, key }
    }
}

/// Prints no key: it may be an ABHA address.
impl fmt::Debug for RowPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RowPlace({}, …)", self.sort)
    }
}

/// Which rows are listed.
#[derive(Clone)]
#[must_use]
#[non_exhaustive]
pub struct RowList<'a> {
    /// Whose.
    pub scope: &'a Scope,
    /// In which table.
    pub table: &'a str,
    /// Under which parent.
    pub parent: &'a str,
    /// Beginning after this one.
    pub after: Option<RowPlace>,
    /// With the highest `sort` first.
    pub newest_first: bool,
    /// At most so many.
    pub limit: usize,
}

impl<'a> RowList<'a> {
    /// The first `limit` rows under `parent`, lowest `sort` first.
    pub const fn new(scope: &'a Scope, table: &'a str, parent: &'a str, limit: usize) -> Self {
        Self { scope, table, parent, after: None, newest_first: false, limit }
    }

    /// Highest `sort` first.
    pub const fn newest_first(mut self) -> Self {
        self.newest_first = true;
        self
    }

    /// Goes on after the last row of the page before.
    pub fn after(mut self, place: RowPlace) -> Self {
        self.after = Some(place);
        self
    }
}

/// Prints no parent: it may be an ABHA address.
impl fmt::Debug for RowList<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RowList")
            .field("scope", &self.scope)
            .field("table", &self.table)
            .field("limit", &self.limit)
            .finish_non_exhaustive()
    }
}
