//! The front door: [`Hip`].

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use abdm_core::callback::{CallbackVerifier, KeyCache, VerifyPolicy};
use abdm_core::client::{AbdmClient, GatewayKeys};
use abdm_core::flow::{Flow, FlowId, FlowKey, Runner, RunnerError, RunnerOptions};
use abdm_core::id::{ConsentId, HipId, TransactionId};
use abdm_core::receiver::{CallbackReceiver, InboundSink, Route};
use abdm_core::seal::{SealingKey, SealingKeyRing};
use abdm_core::store::{FlowStore, MemoryStore, StoreErrorKind};
use tokio::sync::watch;

use crate::api::consent::OnConsentNotify;
use crate::api::health_information::OnHealthInformationRequest;
use crate::api::linking::{OnGenerateLinkToken, OnLinkCareContexts, OnNotifyContext};
use crate::error::Error;
use crate::flow::{ConsentFlow, LinkEvent, LinkFlow, LinkProgress, TransferFlow, TransferStage};
use crate::hooks::Hospital;
use crate::host::{ConsentHost, Facility, LinkHost, LinkTokenHost, TransferHost};
use crate::patient::LinkPatient;

/// A Health Information Provider: one facility's milestone 2. Cheap to clone; clones are one HIP.
///
/// See the [crate page](crate) for a complete example.
#[derive(Debug, Clone)]
pub struct Hip {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    facility: Arc<Facility>,
    store: Arc<dyn FlowStore>,
    tokens: Runner<LinkTokenHost>,
    links: Runner<LinkHost>,
    consents: Runner<ConsentHost>,
    transfers: Runner<TransferHost>,
}

impl Hip {
    /// Begins to build the HIP of the facility `hip_id`.
    ///
    /// Take the id from the bridge's services list (`abdm_core::bridge`), to the letter: a wrong one
    /// is accepted by ABDM and then stays silent for ever.
    pub fn builder(hip_id: HipId, client: AbdmClient) -> HipBuilder {
        HipBuilder {
            hip_id,
            client,
            hospital: None,
            kept: None,
            options: RunnerOptions::default(),
        }
    }

    /// The facility.
    #[must_use]
    pub fn hip_id(&self) -> &HipId {
        &self.inner.facility.hip_id
    }

    /// Links a patient's visits. Returns when the wish is stored, not when it is fulfilled: the
    /// [`Link`] tells how it goes.
    ///
    /// Linking the same again joins the link under way; one whose outcome is unknown is tried again.
    /// The rules that keep ABDM from blocking a patient (a link token at most every seven minutes and
    /// three a day) are kept whatever is asked.
    ///
    /// # Errors
    /// [`Error::Invalid`] when ABDM would refuse it for its form, or the store's error.
    pub async fn link(&self, patient: LinkPatient) -> Result<Link, Error> {
        validate(&patient)?;
        let inner = &self.inner;
        let key = LinkFlow::key(self.hip_id(), &patient);
        loop {
            let flow = LinkFlow::new(self.hip_id().clone(), patient.clone());
            match inner.links.start(flow, LinkEvent::Begin).await {
                Ok(id) => return Ok(self.link_by_id(id)),
                // The same link is under way.
                Err(RunnerError::Store(error)) if error.kind == StoreErrorKind::Conflict => {}
                Err(error) => return Err(error.into()),
            }
            if let Some(id) = inner.store.find(LinkFlow::KIND, &key).await? {
                inner.links.deliver(id, LinkEvent::Begin).await?;
                return Ok(self.link_by_id(id));
            }
        }
    }

    /// The link with this id, also after a restart.
    #[must_use]
    pub fn link_by_id(&self, id: FlowId) -> Link {
        Link {
            id,
            runner: self.inner.links.clone(),
        }
    }

    /// A consent, if a notice of it has come.
    ///
    /// # Errors
    /// The store's.
    pub async fn consent(&self, consent_id: &ConsentId) -> Result<Option<ConsentFlow>, Error> {
        self.find(&self.inner.consents, &ConsentFlow::key(consent_id))
            .await
    }

    /// A transfer, if a request for it has come.
    ///
    /// # Errors
    /// The store's.
    pub async fn transfer(
        &self,
        transaction_id: &TransactionId,
    ) -> Result<Option<TransferFlow>, Error> {
        self.find(&self.inner.transfers, &TransferFlow::key(transaction_id))
            .await
    }

    /// Waits until a transfer whose request has come is over, and tells how it ended.
    ///
    /// # Errors
    /// [`Error::Wait`] after `patience`; the transfer goes on.
    pub async fn transfer_ended(
        &self,
        transaction_id: &TransactionId,
        patience: Duration,
    ) -> Result<Option<TransferStage>, Error> {
        let key = TransferFlow::key(transaction_id);
        let Some(id) = self.inner.store.find(TransferFlow::KIND, &key).await? else {
            return Ok(None);
        };
        Ok(Some(
            self.inner.transfers.wait_done(id, patience).await?.stage,
        ))
    }

    /// Works until `shutdown` is ready: sends what is to be sent, deals with callbacks, keeps the
    /// clocks of all flows. Call it once, beside the server that receives the callbacks.
    ///
    /// Nothing is lost when it is dropped instead: the next run takes everything up again.
    pub async fn run(&self, shutdown: impl Future<Output = ()> + Send) {
        let (stop, _) = watch::channel(false);
        let stopped = || {
            let mut stop = stop.subscribe();
            async move {
                // An error means that the sender is gone: that is a stop, too.
                let _ = stop.wait_for(|stop| *stop).await;
            }
        };
        let inner = &self.inner;
        let signal = async {
            shutdown.await;
            stop.send_replace(true);
        };
        tokio::join!(
            inner.tokens.run(stopped()),
            inner.links.run(stopped()),
            inner.consents.run(stopped()),
            inner.transfers.run(stopped()),
            signal,
        );
    }

    /// The callbacks of this HIP and who takes them: for a [`CallbackReceiver`] that serves other
    /// roles, too. A bridge has one callback URL for all.
    #[must_use]
    pub fn callbacks(&self) -> Vec<Route> {
        let inner = &self.inner;
        let links: Arc<dyn InboundSink> = Arc::new(inner.links.clone());
        vec![
            Route::new::<OnGenerateLinkToken>(Arc::new(inner.tokens.clone())),
            Route::new::<OnLinkCareContexts>(Arc::clone(&links)),
            Route::new::<OnNotifyContext>(links),
            Route::new::<OnConsentNotify>(Arc::new(inner.consents.clone())),
            Route::new::<OnHealthInformationRequest>(Arc::new(inner.transfers.clone())),
        ]
    }

    /// A receiver for the callbacks of this HIP alone, which checks that they come from ABDM: by the
    /// gateway's keys, fetched by this HIP's client, and the environment's issuers.
    #[must_use]
    pub fn receiver(&self) -> CallbackReceiver {
        let client = &self.inner.facility.client;
        let clock = client.clock();
        let keys = KeyCache::new(
            Arc::new(GatewayKeys::new(client.clone())),
            Arc::clone(&clock),
        );
        let policy = VerifyPolicy::for_issuers(client.environment().issuers().iter().cloned());
        let verifier = CallbackVerifier::new(keys, policy, Arc::clone(&clock));
        CallbackReceiver::new(Arc::new(verifier), clock, self.callbacks())
    }

    async fn find<H: abdm_core::flow::FlowHost>(
        &self,
        runner: &Runner<H>,
        key: &FlowKey,
    ) -> Result<Option<H::Flow>, Error> {
        match self.inner.store.find(H::Flow::KIND, key).await? {
            Some(id) => Ok(runner.load(id).await?),
            None => Ok(None),
        }
    }
}

/// One link under way.
///
/// ```no_run
/// # async fn example(hip: hip_services::Hip, patient: hip_services::LinkPatient)
/// # -> Result<(), Box<dyn std::error::Error>> {
/// use std::time::Duration;
///
/// let link = hip.link(patient).await?;
/// println!("{} is on its way", link.id()); // keep the id: the link outlives this process
/// let linked = link.linked(Duration::from_secs(120)).await?;
/// println!("{}", if linked.already { "was linked before" } else { "linked" });
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Link {
    id: FlowId,
    runner: Runner<LinkHost>,
}

/// Care contexts that are linked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Linked {
    /// Whether they had been linked before.
    pub already: bool,
    /// How many notices of the records ABDM did not take; `None` while they are under way. The link
    /// stands all the same.
    pub notices_refused: Option<usize>,
}

impl Link {
    /// Its id, under which [`Hip::link_by_id`] finds it again.
    #[must_use]
    pub const fn id(&self) -> FlowId {
        self.id
    }

    /// How far it is.
    ///
    /// # Errors
    /// When there is no such link, or the store's error.
    pub async fn progress(&self) -> Result<LinkProgress, Error> {
        let flow = self.runner.load(self.id).await?;
        Ok(flow
            .ok_or(RunnerError::NoSuchFlow { id: self.id })?
            .progress())
    }

    /// Waits until the care contexts are linked. The notices of the records may still be under way.
    ///
    /// # Errors
    /// [`Error::NotLinked`], [`Error::LinkUnknown`], or [`Error::Wait`] after `patience`.
    pub async fn linked(&self, patience: Duration) -> Result<Linked, Error> {
        let decided = |flow: &LinkFlow| flow.progress() != LinkProgress::Pending;
        self.wait(decided, patience).await
    }

    /// Waits until the care contexts are linked and the patient's apps told of the records.
    ///
    /// # Errors
    /// As [`linked`](Self::linked).
    pub async fn finished(&self, patience: Duration) -> Result<Linked, Error> {
        let over = |flow: &LinkFlow| {
            !matches!(
                flow.progress(),
                LinkProgress::Pending | LinkProgress::Linked { notices: None, .. }
            )
        };
        self.wait(over, patience).await
    }

    async fn wait(
        &self,
        reached: impl Fn(&LinkFlow) -> bool + Send + Sync,
        patience: Duration,
    ) -> Result<Linked, Error> {
        let flow = self.runner.wait_until(self.id, reached, patience).await?;
        match flow.progress() {
            LinkProgress::Linked { already, notices } => Ok(Linked {
                already,
                notices_refused: notices,
            }),
            LinkProgress::Failed(failure) => Err(Error::NotLinked(failure)),
            LinkProgress::Unknown | LinkProgress::Pending => Err(Error::LinkUnknown),
        }
    }
}

impl fmt::Debug for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Link")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

/// Builds a [`Hip`].
#[must_use]
pub struct HipBuilder {
    hip_id: HipId,
    client: AbdmClient,
    hospital: Option<Arc<dyn Hospital>>,
    kept: Option<(Arc<dyn FlowStore>, SealingKeyRing)>,
    options: RunnerOptions,
}

impl HipBuilder {
    /// The hospital behind it.
    pub fn hospital(mut self, hospital: impl Hospital) -> Self {
        self.hospital = Some(Arc::new(hospital));
        self
    }

    /// Where its flows are kept, and the key that seals the tokens among them.
    pub fn store(mut self, store: Arc<dyn FlowStore>, key: impl Into<SealingKeyRing>) -> Self {
        self.kept = Some((store, key.into()));
        self
    }

    /// Keeps everything in memory, under a fresh key: for trials and tests. A restart forgets all.
    ///
    /// # Errors
    /// When the operating system gives no randomness.
    pub fn in_memory(self) -> Result<Self, Error> {
        Ok(self.store(Arc::new(MemoryStore::new()), SealingKey::generate()?))
    }

    /// How its workers behave.
    pub fn options(mut self, options: RunnerOptions) -> Self {
        self.options = options;
        self
    }

    /// The HIP.
    ///
    /// # Errors
    /// [`Error::Incomplete`].
    pub fn build(self) -> Result<Hip, Error> {
        let Some(hospital) = self.hospital else {
            return Err(Error::Incomplete {
                missing: "the hospital",
                call: "hospital",
            });
        };
        let Some((store, keys)) = self.kept else {
            return Err(Error::Incomplete {
                missing: "the store",
                call: "store",
            });
        };
        let (hip_id, client, options) = (self.hip_id, self.client, self.options);
        let clock = client.clock();
        let facility = Arc::new(Facility {
            hip_id,
            client,
            hospital,
            keys,
        });
        let (store_of, clock_of) = (|| Arc::clone(&store), || Arc::clone(&clock));
        let host = LinkTokenHost {
            facility: Arc::clone(&facility),
            store: store_of(),
        };
        let tokens = Runner::with_options(Arc::new(host), store_of(), clock_of(), options.clone());
        let host = LinkHost {
            facility: Arc::clone(&facility),
            tokens: tokens.clone(),
        };
        let links = Runner::with_options(Arc::new(host), store_of(), clock_of(), options.clone());
        let host = ConsentHost {
            facility: Arc::clone(&facility),
        };
        let consents =
            Runner::with_options(Arc::new(host), store_of(), clock_of(), options.clone());
        let host = TransferHost {
            facility: Arc::clone(&facility),
            consents: consents.clone(),
        };
        let transfers = Runner::with_options(Arc::new(host), store_of(), clock_of(), options);
        let inner = Inner {
            facility,
            store,
            tokens,
            links,
            consents,
            transfers,
        };
        Ok(Hip {
            inner: Arc::new(inner),
        })
    }
}

impl fmt::Debug for HipBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HipBuilder")
            .field("hip_id", &self.hip_id)
            .finish_non_exhaustive()
    }
}

fn validate(patient: &LinkPatient) -> Result<(), Error> {
    let rule = if patient.visits.is_empty() {
        "it needs at least one visit"
    } else if patient.visits.iter().any(|visit| visit.hi_types.is_empty()) {
        "every visit needs at least one HI type"
    } else if !patient.reference.keeps_wire_rule()
        || !patient
            .visits
            .iter()
            .all(|visit| visit.reference.keeps_wire_rule())
    {
        "references may hold letters, digits and _-@,. ()/:\\ only"
    } else if patient.name.trim().is_empty() {
        "it needs the name as in the ABHA profile"
    } else if !(1900..=2200).contains(&patient.year_of_birth) {
        "the year of birth must be between 1900 and 2200"
    } else {
        return Ok(());
    };
    Err(Error::Invalid { rule })
}
