//! Setting up an [`Hiu`].

use std::sync::Arc;
use std::time::Duration;

use abdm_core::callback::PushTokenPolicy;
use abdm_core::client::AbdmClient;
use abdm_core::id::HiuId;
use abdm_core::receiver::PushLimits;
use abdm_core::seal::{SealingKey, SealingKeyRing};
use abdm_core::vocabulary::SessionStatus;
use abdm_flow::store::{FlowStore, MemoryStore};
use abdm_flow::{Engine, EngineOptions};
use abdm_role::facilities::Facilities;
use abdm_role::ground::{DEFAULT_RETENTION, Ground, Unfit, check_retention};
use fidelius_crypto::DecryptOptions;
use url::Url;

use super::Hiu;
use super::artefact_host::ArtefactHost;
use super::consent_host::ConsentHost;
use crate::error::Error;
use crate::flow::Patience;
use crate::hooks::Records;

/// Builds an [`Hiu`].
#[derive(Debug)]
#[must_use]
pub struct HiuBuilder {
    facilities: Facilities<HiuId>,
    client: AbdmClient,
    ground: Option<Ground>,
    records: Option<Arc<dyn Records>>,
    bridge_url: Option<String>,
    settings: Settings,
    retention: Duration,
    largest_push: usize,
    push_memory: usize,
    push_token: PushTokenPolicy,
    options: EngineOptions,
    node: Option<String>,
}

/// The settings that the hosts share.
#[derive(Debug, Clone)]
pub(super) struct Settings {
    pub(super) read_status: SessionStatus,
    pub(super) decrypt: DecryptOptions,
    pub(super) patience: Patience,
    pub(super) ask_at_once: bool,
}

impl Hiu {
    /// Begins to build the HIU of the facility `hiu_id`. Take the id from the bridge's services
    /// list (`abdm_core::bridge`), to the letter.
    pub fn builder(hiu_id: HiuId, client: AbdmClient) -> HiuBuilder {
        HiuBuilder {
            facilities: Facilities::of(hiu_id),
            client,
            ground: None,
            records: None,
            bridge_url: None,
            settings: Settings {
                read_status: SessionStatus::Received,
                decrypt: DecryptOptions::default(),
                patience: Patience::default(),
                ask_at_once: true,
            },
            retention: DEFAULT_RETENTION,
            largest_push: PushLimits::DEFAULT_LARGEST,
            push_memory: PushLimits::DEFAULT_MEMORY,
            push_token: PushTokenPolicy::default(),
            options: EngineOptions::default(),
            node: None,
        }
    }
}

impl HiuBuilder {
    /// One more facility of the same bridge, with flows of its own. Callbacks are told apart by
    /// `X-HIU-ID`, pushes by their address, requests say where by [`Hiu::request_consent_at`]. All of
    /// them share the record store.
    pub fn also(mut self, hiu_id: HiuId) -> Self {
        self.facilities.add(hiu_id);
        self
    }

    /// Where received documents live: the hospital's record store.
    pub fn records(mut self, records: Arc<dyn Records>) -> Self {
        self.records = Some(records);
        self
    }

    /// Where its flows are kept, and the key with which everything in the store is sealed
    /// ([`SealedStore`](abdm_flow::SealedStore)): keep it outside the database. Whether the store was
    /// sealed with another is seen at its first use: [`Bridge::check_store`](crate::Bridge::check_store)
    /// looks at once. [`engine`](Self::engine) is for several roles over one store.
    pub fn store(mut self, store: Arc<dyn FlowStore>, keys: impl Into<SealingKeyRing>) -> Self {
        self.ground = Some(Ground::store(store, keys));
        self
    }

    /// The engine that moves its flows, beside those of a HIP: one look at the store then serves both
    /// roles. It must be over a [`SealedStore`](abdm_flow::SealedStore); `keys` seals the private keys
    /// of transfers within the flows. Node name and options are the engine's: where other facilities keep their flows in
    /// the same database, set [`EngineOptions::scopes`] to the ids of yours.
    pub fn engine(mut self, engine: &Engine, keys: impl Into<SealingKeyRing>) -> Self {
        self.ground = Some(Ground::engine(engine, keys));
        self
    }

    /// Keeps the flows in memory, under a fresh key: for trials and tests.
    ///
    /// **At a restart everything is forgotten.** A transfer under way is never finished or
    /// reported: its private key is gone, pushes are answered 404, and the patient has to be asked
    /// again. A consent that was granted is known to nobody: its revocation and its erase date are
    /// missed, and what was received under it stays in the record store, against the terms of the
    /// grant. Use [`store`](Self::store) with a durable [`FlowStore`] for anything but a trial.
    ///
    /// # Errors
    /// When the operating system gives no randomness.
    pub fn in_memory(self) -> Result<Self, Error> {
        Ok(self.store(Arc::new(MemoryStore::new()), SealingKey::generate()?))
    }

    /// The URL that is registered as the bridge URL, with the path under which the receiver is
    /// mounted: HIPs push to an address below it.
    ///
    /// It does not register the URL: `abdm_core::bridge::set_callback_url` does, once, at
    /// deployment.
    pub fn bridge_url(mut self, url: impl Into<String>) -> Self {
        self.bridge_url = Some(url.into());
        self
    }

    /// What is reported for records that were read. `RECEIVED` by default; `TRANSFERRED` is what
    /// older documents say, and accepted as well (m3-hiu.md 3.4, rulings.md 21).
    pub fn report_as(mut self, status: SessionStatus) -> Self {
        self.settings.read_status = status;
        self
    }

    /// How leniently the pushes of particular peers are opened.
    pub fn decrypt_options(mut self, options: DecryptOptions) -> Self {
        self.settings.decrypt = options;
        self
    }

    /// How long callbacks, transfers and late pages may take, unless as [`Patience::default`] says.
    pub fn patience(mut self, patience: Patience) -> Self {
        self.settings.patience = patience;
        self
    }

    /// Does not ask for the records by itself when a consent is granted: the application does, with
    /// [`Hiu::request_records`].
    pub fn on_demand(mut self) -> Self {
        self.settings.ask_at_once = false;
        self
    }

    /// How long a finished flow is kept: 90 days unless said otherwise, a day at least, and for
    /// ever with [`Duration::MAX`]. A consent request is finished when it was refused, denied, or
    /// all of its artefacts are over; an artefact when its documents are erased. [`Hiu::run`]
    /// forgets once a day what is older, with its keys and requests, and the dead letters of that
    /// age, of its own facilities. Roles that share an engine share the shortest retention, and with
    /// [`engine`](Self::engine) the facilities are those of [`EngineOptions::scopes`]. Proofs of
    /// erasure stay in the record store.
    pub const fn retention(mut self, retention: Duration) -> Self {
        self.retention = retention;
        self
    }

    /// How long the body of one push may be, in bytes:
    /// [`PushLimits::DEFAULT_LARGEST`] (64 MiB) unless said otherwise. A longer one is answered 413
    /// unread, and the transfer's report says so (rulings.md 37).
    pub const fn largest_push(mut self, bytes: usize) -> Self {
        self.largest_push = bytes;
        self
    }

    /// How many bytes the bodies of all pushes under way may hold together:
    /// [`PushLimits::DEFAULT_MEMORY`] (256 MiB) unless said otherwise. A push that finds none free
    /// is answered 503 with `Retry-After`. See [`PushLimits`] for what it means for the process.
    pub const fn push_memory(mut self, bytes: usize) -> Self {
        self.push_memory = bytes;
        self
    }

    /// Whether a push must carry a token of ABDM's. Optional unless said otherwise: some senders
    /// omit it, and the address cannot be guessed (rulings.md 4).
    pub const fn push_token(mut self, policy: PushTokenPolicy) -> Self {
        self.push_token = policy;
        self
    }

    /// A lasting name of this node, unique among those that share the store: after a restart it
    /// takes up its own work at once, instead of waiting for the leases of its earlier life to end.
    pub fn node(mut self, name: impl Into<String>) -> Self {
        self.node = Some(name.into());
        self
    }

    /// How the flows' workers behave.
    pub fn options(mut self, options: EngineOptions) -> Self {
        self.options = options;
        self
    }

    /// The HIU.
    ///
    /// # Errors
    /// [`Error::Incomplete`] when records, store or bridge URL were not given. [`Error::Setting`]
    /// when HIPs could not push below that URL (it must be absolute, at most 200 characters, and
    /// hold none of `%`, `#`, `?`, `&`, `=`: gateway.md 8, rulings.md 15), when the retention is
    /// shorter than a day, or when the memory for pushes does not hold one of the largest size.
    pub fn build(self) -> Result<Hiu, Error> {
        check_retention(self.retention)?;
        if self.largest_push == 0 || self.push_memory < self.largest_push {
            let rule = "must hold one push of the size `largest_push`";
            return Err(Error::Setting { setting: "push_memory", rule });
        }
        let push_limits =
            PushLimits::new(self.largest_push, self.push_memory).token(self.push_token);
        let missing = |missing, call| Error::Incomplete { missing, call };
        let records = self.records.ok_or(missing("the record store", "records"))?;
        let ground = self.ground.ok_or(missing("the store", "store"))?;
        let url = self.bridge_url.ok_or(missing("the bridge URL", "bridge_url"))?;
        let base = push_base(&url)?;
        let facilities = Arc::new(self.facilities);
        let patience = self.settings.patience;
        let mut options = self.options;
        options.node = self.node.or(options.node);
        let (engine, keys) = ground.open(&self.client, facilities.scopes(), options)?;
        let artefacts = engine.register(Arc::new(ArtefactHost {
            client: self.client.clone(),
            keys,
            records: Arc::clone(&records),
            settings: self.settings,
            base,
        }));
        let artefacts = artefacts.map_err(Unfit::from)?;
        let consents =
            engine.register(Arc::new(ConsentHost { client: self.client.clone(), records }));
        let consents = consents.map_err(Unfit::from)?;
        Ok(Hiu {
            facilities,
            client: self.client,
            patience,
            retention: self.retention,
            push_limits,
            engine,
            consents,
            artefacts,
        })
    }
}

fn push_base(bridge_url: &str) -> Result<String, Error> {
    let text = bridge_url.trim().trim_end_matches('/');
    let unfit = |rule| Error::Setting { setting: "bridge_url", rule };
    let url = Url::parse(text).map_err(|_| unfit("must be absolute"))?;
    if !matches!(url.scheme(), "https" | "http") || !url.has_host() {
        return Err(unfit("must be an http(s) URL with a host"));
    }
    if text.len() > 200 {
        return Err(unfit("must have at most 200 characters"));
    }
    let allowed = |c: char| c.is_ascii_alphanumeric() || "_-@,.:/".contains(c);
    if !text.chars().all(allowed) {
        return Err(unfit("must hold only letters, digits and _-@,.:/"));
    }
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_push_url_that_hips_would_refuse_is_refused_at_the_start() {
        for good in
            ["https://hiu.example.org", "https://hiu.example.org/abdm/", "http://127.0.0.1:80"]
        {
            assert!(push_base(good).is_ok(), "{good}");
        }
        for bad in
            ["hiu.example.org", "https://a.example/?x=1", "https://a.example/%20", "ftp://a.b"]
        {
            assert!(push_base(bad).is_err(), "{bad}");
        }
    }
}
