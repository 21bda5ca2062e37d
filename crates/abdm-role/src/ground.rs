//! Where the flows of a role are kept, and by which engine they are moved.

use std::sync::Arc;
use std::time::Duration;

use abdm_core::client::AbdmClient;
use abdm_core::seal::SealingKeyRing;
use abdm_flow::store::{FlowStore, Scope};
use abdm_flow::{AlreadyServed, Engine, EngineOptions, SealedStore};

/// How long what is finished is kept unless the facility says otherwise: 90 days.
pub const DEFAULT_RETENTION: Duration = Duration::from_secs(90 * 24 * 60 * 60);
/// The shortest retention, a day: late duplicates of a message may come for so long.
pub const LEAST_RETENTION: Duration = Duration::from_secs(24 * 60 * 60);

/// Where the flows of a role are kept, with the key that seals what stands in them.
#[derive(Debug)]
pub struct Ground {
    place: Place,
    keys: SealingKeyRing,
}

#[derive(Debug)]
enum Place {
    /// In this store, by an engine of the role's own.
    Store(Arc<dyn FlowStore>),
    /// By this engine, which serves other roles, too.
    Engine(Engine),
}

/// Why a role cannot stand on its ground: the builder's setting, and the rule that it breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{setting} {rule}")]
#[non_exhaustive]
pub struct Unfit {
    /// The builder's method.
    pub setting: &'static str,
    /// The rule.
    pub rule: &'static str,
}

impl Ground {
    /// In a store, by an engine of the role's own; everything in it is sealed with the key, unless
    /// the store is sealed already.
    pub fn store(store: Arc<dyn FlowStore>, keys: impl Into<SealingKeyRing>) -> Self {
        Self { place: Place::Store(store), keys: keys.into() }
    }

    /// By an engine that serves other roles, too.
    pub fn engine(engine: &Engine, keys: impl Into<SealingKeyRing>) -> Self {
        Self { place: Place::Engine(engine.clone()), keys: keys.into() }
    }

    /// The engine, and the key. Over a store that is shared with other facilities it moves the
    /// flows of `scopes` only, unless `options` names others.
    ///
    /// # Errors
    /// [`Unfit`] for an engine whose store is not sealed.
    pub fn open(
        self,
        client: &AbdmClient,
        scopes: Vec<Scope>,
        mut options: EngineOptions,
    ) -> Result<(Engine, SealingKeyRing), Unfit> {
        let engine = match self.place {
            Place::Engine(engine) if !engine.store().is_sealed() => {
                let rule = "must be over a `SealedStore`: tokens, keys and patients' data would stand \
                            in the store in clear";
                return Err(Unfit { setting: "engine", rule });
            }
            Place::Engine(engine) => engine,
            Place::Store(store) => {
                options.scopes.get_or_insert(scopes);
                let sealed = if store.is_sealed() {
                    store
                } else {
                    Arc::new(SealedStore::new(store, self.keys.clone()))
                };
                Engine::with(sealed, client.clock(), client.ids(), options)
            }
        };
        Ok((engine, self.keys))
    }
}

/// Checks how long what is finished is kept.
///
/// # Errors
/// [`Unfit`] for less than [`LEAST_RETENTION`].
pub const fn check_retention(retention: Duration) -> Result<(), Unfit> {
    if retention.as_secs() < LEAST_RETENTION.as_secs() {
        let rule = "must be at least one day: late duplicates of a message may come for so long";
        return Err(Unfit { setting: "retention", rule });
    }
    Ok(())
}

/// An engine serves one HIP and one HIU at most.
impl From<AlreadyServed> for Unfit {
    fn from(_: AlreadyServed) -> Self {
        let rule = "serves this role already: give each an engine of its own, or name further \
                    facilities of one bridge with `also`";
        Self { setting: "engine", rule }
    }
}
