//! How a HIP is built.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use abdm_core::client::AbdmClient;
use abdm_core::id::HipId;
use abdm_core::seal::{SealingKey, SealingKeyRing};
use abdm_flow::store::{FlowStore, MemoryStore};
use abdm_flow::{AlreadyServed, Engine, EngineOptions, SealedStore};

use super::{Hip, Inner};
use crate::error::Error;
use crate::hooks::Hospital;
use crate::host::{ConsentHost, Facility, LinkHost, LinkTokenHost, ShareHost, TransferHost, scope};
use crate::reception::ReceptionDesk;

/// How long what is finished is kept, unless the facility says otherwise.
const DEFAULT_RETENTION: Duration = Duration::from_secs(90 * 24 * 60 * 60);
/// Late duplicates of a message may come for a day.
const LEAST_RETENTION: Duration = Duration::from_secs(24 * 60 * 60);

/// Builds a [`Hip`].
#[must_use]
pub struct HipBuilder {
    hip_id: HipId,
    others: BTreeSet<HipId>,
    client: AbdmClient,
    hospital: Option<Arc<dyn Hospital>>,
    reception: Option<Arc<dyn ReceptionDesk>>,
    kept: Option<(Kept, SealingKeyRing)>,
    options: EngineOptions,
    node: Option<String>,
    retention: Duration,
}

/// Where flows are kept.
enum Kept {
    /// In this store, by an engine of the HIP's own.
    Store(Arc<dyn FlowStore>),
    /// By this engine, which serves other roles, too.
    Engine(Engine),
}

impl HipBuilder {
    pub(super) fn new(hip_id: HipId, client: AbdmClient) -> Self {
        Self {
            hip_id,
            others: BTreeSet::new(),
            client,
            hospital: None,
            reception: None,
            kept: None,
            options: EngineOptions::default(),
            node: None,
            retention: DEFAULT_RETENTION,
        }
    }

    /// The hospital behind it.
    pub fn hospital(mut self, hospital: impl Hospital) -> Self {
        self.hospital = Some(Arc::new(hospital));
        self
    }

    /// The reception that takes patients who scan the code of a counter. Without one they are told
    /// that the facility does not offer it (ABDM-1149).
    pub fn reception(mut self, reception: impl ReceptionDesk) -> Self {
        self.reception = Some(Arc::new(reception));
        self
    }

    /// One more facility of the same bridge. Callbacks are told apart by `X-HIP-ID`, links say
    /// where by [`Hip::link_at`].
    pub fn also(mut self, hip_id: HipId) -> Self {
        self.others.insert(hip_id);
        self
    }

    /// Where its flows are kept, and the key with which everything in the store is sealed
    /// ([`SealedStore`]): keep it outside the database. [`engine`](Self::engine) is for several
    /// roles over one store.
    pub fn store(mut self, store: Arc<dyn FlowStore>, key: impl Into<SealingKeyRing>) -> Self {
        self.kept = Some((Kept::Store(store), key.into()));
        self
    }

    /// The engine that moves its flows, beside those of a HIU: one look at the store then serves both
    /// roles. It must be over a [`SealedStore`]; `key` seals the link tokens and shared profiles
    /// within the flows. Node name and options are the engine's: where other facilities keep their
    /// flows in the same database, set [`EngineOptions::scopes`] to the ids of yours.
    pub fn engine(mut self, engine: &Engine, key: impl Into<SealingKeyRing>) -> Self {
        self.kept = Some((Kept::Engine(engine.clone()), key.into()));
        self
    }

    /// Keeps everything in memory, under a fresh key: for trials and tests, not for patients. What
    /// a restart costs then:
    ///
    /// - every living consent is forgotten, for good, since ABDM does not repeat grants: a request
    ///   under it is refused with ABDM-1062 "Consent Not granted";
    /// - every link token is forgotten: linking a patient again asks for a new one, the fourth
    ///   request of a day is ABDM-1027, and the patient is blocked for 24 hours;
    /// - a transfer that was under way is never finished or reported, a link never decided.
    ///
    /// # Errors
    /// When the operating system gives no randomness.
    pub fn in_memory(self) -> Result<Self, Error> {
        Ok(self.store(Arc::new(MemoryStore::new()), SealingKey::generate()?))
    }

    /// A lasting name of this node, unique among the nodes that share the store: the host's name,
    /// say. With it, a node that starts again takes its own work up at once; without it, it waits
    /// until the leases of its former self have ended, half a minute.
    pub fn node(mut self, name: impl Into<String>) -> Self {
        self.node = Some(name.into());
        self
    }

    /// How its workers behave.
    pub fn options(mut self, options: EngineOptions) -> Self {
        self.options = options;
        self
    }

    /// How long what is finished is kept in the store: links, transfers, consents that have ended,
    /// and used up tokens. By which messages a late duplicate is recognised is kept as long, and
    /// not longer than a week. Default 90 days, at
    /// least one day ([`build`](Self::build) refuses less); `Duration::MAX` keeps all for ever.
    /// A dead letter is forgotten this long after it was set aside: deal with it before.
    ///
    /// What is not finished is never forgotten. Nor is the ABHA number of a patient whose link
    /// token named it, since documents are compared with it; [`Hip::drop_link_token`] lets go of
    /// it.
    ///
    /// [`Hip::run`] forgets once a day, whosever it is: HIPs that keep their flows in one database
    /// share the shortest retention, and so do roles that share an engine. What the facility must
    /// keep longer it keeps in its own records, from [`Hospital::on_event`].
    pub fn retention(mut self, retention: Duration) -> Self {
        self.retention = retention;
        self
    }

    /// The HIP.
    ///
    /// # Errors
    /// [`Error::Incomplete`], [`Error::Setting`].
    pub fn build(self) -> Result<Hip, Error> {
        let Some(hospital) = self.hospital else {
            return Err(Error::Incomplete { missing: "the hospital", call: "hospital" });
        };
        let Some((kept, keys)) = self.kept else {
            return Err(Error::Incomplete { missing: "the store", call: "store" });
        };
        if self.retention < LEAST_RETENTION {
            let rule =
                "must be at least one day: late duplicates of a message may come for so long";
            return Err(Error::Setting { setting: "retention", rule });
        }
        let (hip_id, client, mut options) = (self.hip_id, self.client, self.options);
        options.node = self.node.or(options.node);
        let mut hip_ids = self.others;
        hip_ids.insert(hip_id.clone());
        let engine = match kept {
            Kept::Engine(engine) if !engine.store().is_sealed() => {
                let rule = "must be over a `SealedStore`: link tokens and patients' profiles would \
                            stand in the store in clear";
                return Err(Error::Setting { setting: "engine", rule });
            }
            Kept::Engine(engine) => engine,
            Kept::Store(store) => {
                // Others may keep their flows in the same database: theirs are not ours to move.
                options.scopes.get_or_insert_with(|| hip_ids.iter().map(scope).collect());
                let sealed = Arc::new(SealedStore::new(store, keys.clone()));
                Engine::with(sealed, client.clock(), client.ids(), options)
            }
        };
        let facility = Arc::new(Facility { hip_id, hip_ids, client, hospital, keys });
        let own = || Arc::clone(&facility);
        let share = ShareHost { facility: own(), reception: self.reception };
        let inner = Inner {
            tokens: engine.register(Arc::new(LinkTokenHost { facility: own() })).map_err(served)?,
            links: engine.register(Arc::new(LinkHost { facility: own() })).map_err(served)?,
            consents: engine.register(Arc::new(ConsentHost { facility: own() })).map_err(served)?,
            transfers: engine
                .register(Arc::new(TransferHost { facility: own() }))
                .map_err(served)?,
            shares: engine.register(Arc::new(share)).map_err(served)?,
            retention: self.retention,
            engine,
            facility,
        };
        Ok(Hip { inner: Arc::new(inner) })
    }
}

fn served(_: AlreadyServed) -> Error {
    let rule = "serves a HIP already: give each HIP an engine of its own, or name further facilities of \
                one bridge with `also`";
    Error::Setting { setting: "engine", rule }
}

impl fmt::Debug for HipBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HipBuilder").field("hip_id", &self.hip_id).finish_non_exhaustive()
    }
}
