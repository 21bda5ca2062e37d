//! How a HIP is built.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use abdm_core::client::AbdmClient;
use abdm_core::id::HipId;
use abdm_core::seal::{SealingKey, SealingKeyRing};
use abdm_flow::store::{FlowStore, MemoryStore};
use abdm_flow::{Engine, EngineOptions};
use abdm_role::facilities::Facilities;
use abdm_role::ground::{DEFAULT_RETENTION, Ground, Unfit, check_retention};

use super::{Hip, Inner};
use crate::error::Error;
use crate::hooks::Hospital;
use crate::host::{ConsentHost, Facility, LinkHost, LinkTokenHost, ShareHost, TransferHost};
use crate::reception::ReceptionDesk;

/// How many pages of a transfer are on their way at once, unless the facility says otherwise.
const DEFAULT_PAGES_AT_ONCE: usize = 4;
/// Half of the pages that may leave unheard: the other half may be done, and wait to be told.
const MOST_PAGES_AT_ONCE: usize = 8;

/// Builds a [`Hip`].
#[must_use]
pub struct HipBuilder {
    hips: Facilities<HipId>,
    client: AbdmClient,
    hospital: Option<Arc<dyn Hospital>>,
    reception: Option<Arc<dyn ReceptionDesk>>,
    ground: Option<Ground>,
    options: EngineOptions,
    node: Option<String>,
    retention: Duration,
    pages_at_once: usize,
}

impl HipBuilder {
    pub(super) fn new(hip_id: HipId, client: AbdmClient) -> Self {
        Self {
            hips: Facilities::of(hip_id),
            client,
            hospital: None,
            reception: None,
            ground: None,
            options: EngineOptions::default(),
            node: None,
            retention: DEFAULT_RETENTION,
            pages_at_once: DEFAULT_PAGES_AT_ONCE,
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
        self.hips.add(hip_id);
        self
    }

    /// Where its flows are kept, and the key with which everything in the store is sealed
    /// ([`SealedStore`](abdm_flow::SealedStore)): keep it outside the database.
    /// [`engine`](Self::engine) is for several roles over one store.
    pub fn store(mut self, store: Arc<dyn FlowStore>, key: impl Into<SealingKeyRing>) -> Self {
        self.ground = Some(Ground::store(store, key));
        self
    }

    /// The engine that moves its flows, beside those of a HIU: one look at the store then serves
    /// both roles. It must be over a [`SealedStore`](abdm_flow::SealedStore); `key` seals the link
    /// tokens and shared profiles within the flows. Node name and options are the engine's: where
    /// other facilities keep their flows in the same database, set [`EngineOptions::scopes`] to the
    /// ids of yours.
    pub fn engine(mut self, engine: &Engine, key: impl Into<SealingKeyRing>) -> Self {
        self.ground = Some(Ground::engine(engine, key));
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

    /// How many pages of a transfer are on their way to the HIU at once, from 1 to 8. Default 4.
    ///
    /// So many documents of a transfer are in memory at most, each beside the page that it is
    /// encrypted to, and [`Hospital::document`] is asked for so many at a time. Until the HIU has
    /// accepted a page each goes alone, since its answer tells in which form it takes keys; so does
    /// the last, which announces how many there were.
    pub const fn pages_at_once(mut self, pages: usize) -> Self {
        self.pages_at_once = pages;
        self
    }

    /// How long what is finished is kept in the store: links, transfers, consents that have ended,
    /// and used up tokens. By which messages a late duplicate is recognised is kept as long, and
    /// not longer than a week. Default 90 days, at least one day ([`build`](Self::build) refuses
    /// less); `Duration::MAX` keeps all for ever.
    /// A dead letter is forgotten this long after it was set aside: deal with it before.
    ///
    /// What is not finished is never forgotten. Nor is the ABHA number of a patient whose link
    /// token named it, since documents are compared with it; [`Hip::drop_link_token`] lets go of
    /// it.
    ///
    /// [`Hip::run`] forgets once a day, of its own facilities. Roles that share an engine share the
    /// shortest retention, and with [`engine`](Self::engine) the facilities are those of
    /// [`EngineOptions::scopes`]. What the facility must keep longer it keeps in its own records,
    /// from [`Hospital::on_event`].
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
        let Some(ground) = self.ground else {
            return Err(Error::Incomplete { missing: "the store", call: "store" });
        };
        check_retention(self.retention)?;
        let pages_at_once = self.pages_at_once;
        if !(1..=MOST_PAGES_AT_ONCE).contains(&pages_at_once) {
            let rule = "must be from 1 to 8";
            return Err(Error::Setting { setting: "pages_at_once", rule });
        }
        let (hips, client, mut options) = (Arc::new(self.hips), self.client, self.options);
        options.node = self.node.or(options.node);
        let (engine, keys) = ground.open(&client, hips.scopes(), options)?;
        let facility = Arc::new(Facility { hips, client, hospital, keys, pages_at_once });
        let own = || Arc::clone(&facility);
        let share = ShareHost { facility: own(), reception: self.reception };
        let inner = Inner {
            tokens: engine
                .register(Arc::new(LinkTokenHost { facility: own() }))
                .map_err(Unfit::from)?,
            links: engine.register(Arc::new(LinkHost { facility: own() })).map_err(Unfit::from)?,
            consents: engine
                .register(Arc::new(ConsentHost { facility: own() }))
                .map_err(Unfit::from)?,
            transfers: engine
                .register(Arc::new(TransferHost { facility: own() }))
                .map_err(Unfit::from)?,
            shares: engine.register(Arc::new(share)).map_err(Unfit::from)?,
            retention: self.retention,
            engine,
            facility,
        };
        Ok(Hip { inner: Arc::new(inner) })
    }
}

impl fmt::Debug for HipBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HipBuilder").field("hips", &self.hips).finish_non_exhaustive()
    }
}
