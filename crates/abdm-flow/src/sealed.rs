//! Everything at rest sealed with the vendor's keys: a store around any other.

mod codec;
mod reseal;

use std::fmt;
use std::sync::Arc;

use abdm_base::RequestId;
use abdm_base::seal::{LookupKey, SealError, Sealed, SealingKeyRing};
use async_trait::async_trait;
use bytes::Bytes;
use chrono::{DateTime, Utc};
use tokio::sync::OnceCell;

use self::codec::Codec;
use crate::store::{
    Accepted, Arrival, BodyId, Claim, Claimed, Commit, Committed, DeadLetter, DeadLetterList,
    FlowId, FlowKey, FlowList, FlowStore, KeptList, KeptValue, Lease, NewRow, Payload, Purge,
    Purged, QueueDepths, Row, RowChange, RowList, Scope, StoreError, StoreErrorKind, StoredFlow,
    Task, WorkId,
};

/// Where the look-up key is kept, sealed.
const KEY_TABLE: &str = "abdm.lookup_key";
const KEY_ROW: &str = "1";
const KEY_CONTEXT: &str = "abdm.lookup_key/1";

/// Seals what it gives to another store: snapshots, effects, rows, bodies, headers and notes with
/// AES-256-GCM, bound to where they stand; keys by which something is found as keyed hashes.
/// Whoever steals the database, or a backup of it, learns how many flows of which kinds there are
/// and when they changed, and of whom and of what nothing.
///
/// Readable stay: scopes, kinds, endpoints' and tables' names, instants, sizes, counts, the `sort`
/// and `expires_at` of rows, ids of flows and bodies (an instant and random bits), `REQUEST-ID`s
/// (random), and the reasons why work was put off or aside, which hold no contents.
///
/// # Keys
/// The ring is the vendor's; keep it outside the database. New values are sealed with its newest
/// key, and old ones open with whichever key sealed them. [`reseal`](FlowStore::reseal) seals what
/// is there with the newest, in the background. The hashes have a key of their own, made when a
/// store is first opened and kept in it, sealed.
///
/// ```
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// use std::sync::Arc;
/// use abdm_base::seal::SealingKey;
/// use abdm_flow::SealedStore;
/// use abdm_flow::store::MemoryStore;
///
/// let ring = SealingKey::generate()?.into();
/// let store = SealedStore::new(Arc::new(MemoryStore::new()), ring);
/// store.check().await?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # }).unwrap();
/// ```
pub struct SealedStore {
    store: Arc<dyn FlowStore>,
    ring: SealingKeyRing,
    /// Made when the store is first asked: the look-up key stands in it.
    codec: OnceCell<Codec>,
}

impl fmt::Debug for SealedStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SealedStore").field("store", &self.store).finish_non_exhaustive()
    }
}

impl SealedStore {
    /// A sealed store in another, which is empty or was sealed with a key of this ring. Whether it
    /// was is seen at its first use; [`check`](Self::check) looks at once.
    #[must_use]
    pub fn new(store: Arc<dyn FlowStore>, ring: SealingKeyRing) -> Self {
        Self { store, ring, codec: OnceCell::new() }
    }

    /// The same under a look-up key of a test's choosing, which is kept nowhere: the same keys give
    /// the same hashes, so that whatever is listed by them comes in the same order in every run.
    #[cfg(any(test, feature = "testing"))]
    #[must_use]
    pub fn with_lookup_key(
        store: Arc<dyn FlowStore>,
        ring: SealingKeyRing,
        lookup: LookupKey,
    ) -> Self {
        let codec = OnceCell::new_with(Some(Codec { ring: ring.clone(), lookup }));
        Self { store, ring, codec }
    }

    /// Looks whether the store opens with a key of this ring.
    ///
    /// # Errors
    /// [`StoreErrorKind::UnknownKey`] when the ring lacks the key, or the store's error.
    pub async fn check(&self) -> Result<(), StoreError> {
        self.codec().await.map(drop)
    }

    async fn codec(&self) -> Result<&Codec, StoreError> {
        self.codec.get_or_try_init(|| self.make_codec()).await
    }

    async fn make_codec(&self) -> Result<Codec, StoreError> {
        let (store, ring, scope) = (&self.store, &self.ring, Scope::new(""));
        let lookup = match store.row(&scope, KEY_TABLE, KEY_ROW).await? {
            Some(row) => opened_key(ring, &row)?,
            None => {
                let fresh = LookupKey::generate().map_err(sealing)?;
                let sealed = ring.seal(fresh.expose_bytes(), KEY_CONTEXT).map_err(sealing)?;
                let row = NewRow::new(Payload::from_bytes(sealed.as_bytes().to_vec()));
                let row = RowChange::insert(KEY_TABLE, KEY_ROW, row);
                let commit = Commit::at(scope.clone(), DateTime::UNIX_EPOCH).rows([row]);
                match store.commit(&commit).await {
                    Ok(_) => fresh,
                    // Another node has made one at the same moment.
                    Err(error) if error.kind == StoreErrorKind::Conflict => {
                        let row = store.row(&scope, KEY_TABLE, KEY_ROW).await?;
                        opened_key(ring, &row.ok_or(error)?)?
                    }
                    Err(error) => return Err(error),
                }
            }
        };
        Ok(Codec { ring: ring.clone(), lookup })
    }
}

fn opened_key(ring: &SealingKeyRing, row: &Row) -> Result<LookupKey, StoreError> {
    let sealed = Sealed::from_bytes(row.payload.as_bytes().to_vec()).map_err(sealing)?;
    let bytes = ring.open(&sealed, KEY_CONTEXT).map_err(sealing)?;
    LookupKey::from_bytes(&bytes).map_err(sealing)
}

/// What is stored cannot be opened, or nothing can be sealed: a person has to look.
fn sealing(error: SealError) -> StoreError {
    let kind = match error {
        SealError::UnknownKey { .. } => StoreErrorKind::UnknownKey,
        _ => StoreErrorKind::Corrupt,
    };
    StoreError::with_source(kind, error)
}

#[async_trait]
impl FlowStore for SealedStore {
    async fn load(&self, scope: &Scope, id: FlowId) -> Result<Option<StoredFlow>, StoreError> {
        let codec = self.codec().await?;
        let found = self.store.load(scope, id).await?;
        found.map(|flow| codec.opened_flow(flow)).transpose()
    }

    async fn find(
        &self,
        scope: &Scope,
        kind: &str,
        key: &FlowKey,
    ) -> Result<Option<StoredFlow>, StoreError> {
        let codec = self.codec().await?;
        let found = self.store.find(scope, kind, &codec.key(key)).await?;
        found.map(|flow| codec.opened_flow(flow)).transpose()
    }

    async fn find_request(
        &self,
        scope: &Scope,
        request: RequestId,
    ) -> Result<Option<StoredFlow>, StoreError> {
        let codec = self.codec().await?;
        let found = self.store.find_request(scope, request).await?;
        found.map(|flow| codec.opened_flow(flow)).transpose()
    }

    async fn flows(&self, list: &FlowList<'_>) -> Result<Vec<StoredFlow>, StoreError> {
        let codec = self.codec().await?;
        let found = self.store.flows(list).await?;
        found.into_iter().map(|flow| codec.opened_flow(flow)).collect()
    }

    async fn row(&self, scope: &Scope, table: &str, key: &str) -> Result<Option<Row>, StoreError> {
        let codec = self.codec().await?;
        let key = codec.row_key(table, key);
        let found = self.store.row(scope, table, &key).await?;
        found.map(|row| codec.opened_row(table, row)).transpose()
    }

    async fn rows(&self, list: &RowList<'_>) -> Result<Vec<Row>, StoreError> {
        let codec = self.codec().await?;
        let parent = codec.row_parent(list.table, list.parent);
        let mut hashed = RowList::new(list.scope, list.table, &parent, list.limit);
        hashed.after.clone_from(&list.after);
        hashed.newest_first = list.newest_first;
        let found = self.store.rows(&hashed).await?;
        found.into_iter().map(|row| codec.opened_row(list.table, row)).collect()
    }

    async fn body(&self, scope: &Scope, id: BodyId) -> Result<Option<Bytes>, StoreError> {
        let codec = self.codec().await?;
        let found = self.store.body(scope, id).await?;
        found.map(|bytes| codec.opened_body(id, bytes)).transpose()
    }

    async fn accept(&self, arrival: &Arrival) -> Result<Accepted, StoreError> {
        let codec = self.codec().await?;
        let sealed = codec.sealed_arrival(arrival)?;
        Ok(match self.store.accept(&sealed).await? {
            Accepted::New(Some(work)) => Accepted::New(Some(Box::new(codec.opened_work(*work)?))),
            accepted => accepted,
        })
    }

    async fn claim(&self, claim: &Claim<'_>) -> Result<Claimed, StoreError> {
        let codec = self.codec().await?;
        // Sealed bodies are a little longer: as many come as may fit, and those that do not are
        // left out again.
        let most = u64::try_from(claim.limit).unwrap_or(u64::MAX).saturating_mul(codec::OVERHEAD);
        let wider = claim.with_bytes(claim.bytes.saturating_add(most));
        let mut claimed = self.store.claim(&wider).await?;
        claimed.work = codec.opened_works(claimed.work)?;
        let mut room = claim.bytes;
        for work in &mut claimed.work {
            if let Task::Message(message) = &mut work.task {
                match room.checked_sub(message.body.length) {
                    Some(left) if message.body.bytes.is_some() => room = left,
                    _ => message.body.bytes = None,
                }
            }
        }
        Ok(claimed)
    }

    async fn renew(
        &self,
        leases: &[Lease],
        until: DateTime<Utc>,
    ) -> Result<Vec<Lease>, StoreError> {
        self.store.renew(leases, until).await
    }

    async fn release(&self, kinds: &[&'static str], holder: &str) -> Result<(), StoreError> {
        self.store.release(kinds, holder).await
    }

    async fn commit(&self, commit: &Commit) -> Result<Committed, StoreError> {
        let codec = self.codec().await?;
        let mut sealed = codec.sealed_commit(commit)?;
        if self.store.has_listener() {
            sealed.clear = Some(Arc::new(commit.clone()));
        }
        let mut committed = self.store.commit(&sealed).await?;
        committed.work = codec.opened_works(committed.work)?;
        Ok(committed)
    }

    async fn remember_request(
        &self,
        scope: &Scope,
        request: RequestId,
        flow: FlowId,
    ) -> Result<(), StoreError> {
        self.store.remember_request(scope, request, flow).await
    }

    async fn dead_letters(&self, list: &DeadLetterList<'_>) -> Result<Vec<DeadLetter>, StoreError> {
        let codec = self.codec().await?;
        let found = self.store.dead_letters(list).await?;
        found.into_iter().map(|letter| codec.opened_letter(letter)).collect()
    }

    async fn replay(
        &self,
        scope: &Scope,
        work: WorkId,
        now: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        self.store.replay(scope, work, now).await
    }

    async fn discard(
        &self,
        scope: &Scope,
        work: WorkId,
        now: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        self.store.discard(scope, work, now).await
    }

    async fn depths(&self, kinds: &[&'static str]) -> Result<Vec<QueueDepths>, StoreError> {
        // It opens nothing, but who asks wants to know whether work can be done.
        self.codec().await?;
        self.store.depths(kinds).await
    }

    async fn purge(&self, purge: &Purge<'_>) -> Result<Purged, StoreError> {
        self.store.purge(purge).await
    }

    async fn as_kept(&self, arrival: &Arrival) -> Result<Arrival, StoreError> {
        self.codec().await?.sealed_arrival(arrival)
    }

    fn has_listener(&self) -> bool {
        self.store.has_listener()
    }

    async fn kept(&self, list: &KeptList<'_>) -> Result<Vec<KeptValue>, StoreError> {
        self.store.kept(list).await
    }

    async fn replace_kept(&self, old: &KeptValue, new: Bytes) -> Result<bool, StoreError> {
        self.store.replace_kept(old, new).await
    }

    async fn reseal(&self) -> Result<u64, StoreError> {
        self.reseal_all().await
    }

    fn is_sealed(&self) -> bool {
        true
    }

    async fn changed(&self) {
        self.store.changed().await;
    }
}
