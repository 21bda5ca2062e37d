//! The front door: [`Hip`].

mod builder;
mod link;
mod wire_rule;

use std::sync::Arc;
use std::time::Duration;

use abdm_core::client::AbdmClient;
use abdm_core::flow::{Flow, FlowId, FlowKey, Runner, RunnerError};
use abdm_core::id::{ConsentId, HipId, RequestId, TransactionId};
use abdm_core::receiver::{CallbackReceiver, InboundSink, Route};
use abdm_core::store::{FlowStore, StoreErrorKind};
use chrono::TimeDelta;
use tokio::sync::watch;

pub use self::builder::HipBuilder;
pub use self::link::{Link, Linked};
use crate::api::consent::OnConsentNotify;
use crate::api::health_information::OnHealthInformationRequest;
use crate::api::linking::{OnGenerateLinkToken, OnLinkCareContexts, OnNotifyContext};
use crate::api::sharing::OnPatientShare;
use crate::error::Error;
use crate::flow::{ConsentFlow, LinkEvent, LinkFlow, ShareFlow, TransferFlow, TransferStage};
use crate::host::{
    ConsentHost, CounterHost, Facility, LinkHost, LinkTokenHost, SealedCallbacks, Secret,
    ShareHost, TransferHost,
};
use crate::patient::LinkPatient;

/// How often old flows are forgotten.
const A_DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// A Health Information Provider: milestone 2 of a facility, or of several on one bridge. Cheap to clone; clones are one HIP.
///
/// See the [crate page](crate) for a complete example.
#[derive(Debug, Clone)]
pub struct Hip {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    hip_id: HipId,
    facility: Arc<Facility>,
    store: Arc<dyn FlowStore>,
    retention: TimeDelta,
    tokens: Runner<LinkTokenHost>,
    links: Runner<LinkHost>,
    consents: Runner<ConsentHost>,
    transfers: Runner<TransferHost>,
    shares: Runner<ShareHost>,
    counters: Runner<CounterHost>,
}

impl Hip {
    /// Begins to build the HIP of the facility `hip_id`.
    ///
    /// Take the id from the bridge's services list (`abdm_core::bridge`), to the letter: a wrong one
    /// is accepted by ABDM and then stays silent for ever.
    pub fn builder(hip_id: HipId, client: AbdmClient) -> HipBuilder {
        HipBuilder::new(hip_id, client)
    }

    /// The facility.
    #[must_use]
    pub fn hip_id(&self) -> &HipId {
        &self.inner.hip_id
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
        self.link_at(self.hip_id(), patient).await
    }

    /// Links a patient's visits at one of several facilities; see [`HipBuilder::also`].
    ///
    /// # Errors
    /// As [`link`](Self::link).
    pub async fn link_at(&self, hip_id: &HipId, patient: LinkPatient) -> Result<Link, Error> {
        validate(&patient)?;
        let inner = &self.inner;
        if !inner.facility.hip_ids.contains(hip_id) {
            let rule = "the HIP id is none of this HIP's: name it with `HipBuilder::also`";
            return Err(Error::Invalid { rule });
        }
        let key = LinkFlow::key(hip_id, &patient);
        loop {
            let flow = LinkFlow::new(hip_id.clone(), patient.clone());
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
        link::handle(id, self.inner.links.clone())
    }

    /// A consent, if a notice of it has come.
    ///
    /// # Errors
    /// The store's.
    pub async fn consent(&self, consent_id: &ConsentId) -> Result<Option<ConsentFlow>, Error> {
        self.find(&self.inner.consents, &ConsentFlow::key(consent_id)).await
    }

    /// A transfer, if a request for it has come.
    ///
    /// # Errors
    /// The store's.
    pub async fn transfer(
        &self,
        transaction_id: &TransactionId,
    ) -> Result<Option<TransferFlow>, Error> {
        self.find(&self.inner.transfers, &TransferFlow::key(transaction_id)).await
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
        Ok(Some(self.inner.transfers.wait_done(id, patience).await?.stage))
    }

    /// A shared profile, by the `REQUEST-ID` of its callback, if one has come.
    ///
    /// # Errors
    /// The store's.
    pub async fn share(&self, share: RequestId) -> Result<Option<ShareFlow>, Error> {
        self.find(&self.inner.shares, &ShareFlow::key(share)).await
    }

    /// Works until `shutdown` is ready: sends what is to be sent, deals with callbacks, keeps the
    /// clocks of all flows, forgets once a day what is long finished ([`HipBuilder::retention`]). Call it once, beside the server that receives the callbacks.
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
            inner.shares.run(stopped()),
            inner.counters.run(stopped()),
            self.forget(stopped()),
            signal,
        );
    }

    /// The callbacks of this HIP and who takes them: for a [`CallbackReceiver`] that serves other
    /// roles, too. A bridge has one callback URL for all.
    #[must_use]
    pub fn callbacks(&self) -> Vec<Route> {
        let inner = &self.inner;
        let links: Arc<dyn InboundSink> = Arc::new(inner.links.clone());
        let tokens = SealedCallbacks {
            facility: Arc::clone(&inner.facility),
            runner: inner.tokens.clone(),
            secret: Secret::LinkToken,
        };
        let shares = SealedCallbacks {
            facility: Arc::clone(&inner.facility),
            runner: inner.shares.clone(),
            secret: Secret::PatientShare,
        };
        vec![
            Route::new::<OnGenerateLinkToken>(Arc::new(tokens)),
            Route::new::<OnLinkCareContexts>(Arc::clone(&links)),
            Route::new::<OnNotifyContext>(links),
            Route::new::<OnConsentNotify>(Arc::new(inner.consents.clone())),
            Route::new::<OnHealthInformationRequest>(Arc::new(inner.transfers.clone())),
            Route::new::<OnPatientShare>(Arc::new(shares)),
        ]
    }

    /// A receiver for the callbacks of this HIP alone, which checks that they come from ABDM: by the
    /// gateway's keys, fetched by this HIP's client, and the environment's issuers.
    #[must_use]
    pub fn receiver(&self) -> CallbackReceiver {
        CallbackReceiver::verified(&self.inner.facility.client, self.callbacks())
    }

    /// Once a day, forgets what has been finished for longer than the retention.
    async fn forget(&self, stopped: impl Future<Output = ()>) {
        let daily = async {
            loop {
                self.forget_once().await;
                tokio::time::sleep(A_DAY).await;
            }
        };
        tokio::select! {
            () = daily => {}
            () = stopped => {}
        }
    }

    async fn forget_once(&self) {
        let inner = &self.inner;
        let now = inner.facility.client.now();
        let Some(finished_before) = now.checked_sub_signed(inner.retention) else {
            return;
        };
        match inner.store.purge(finished_before).await {
            Ok(flows) => tracing::debug!(flows, "finished flows were forgotten"),
            Err(error) => tracing::warn!(%error, "finished flows could not be forgotten"),
        }
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

fn validate(patient: &LinkPatient) -> Result<(), Error> {
    let rule = if patient.visits.is_empty() {
        "it needs at least one visit"
    } else if patient.visits.iter().any(|visit| visit.hi_types.is_empty()) {
        "every visit needs at least one HI type"
    } else if !patient.reference.keeps_wire_rule()
        || !patient.visits.iter().all(|visit| visit.reference.keeps_wire_rule())
    {
        "references may hold letters, digits and _-@,. ()/:\\ only"
    } else if !patient.visits.iter().all(|v| wire_rule::display(&v.display)) {
        "a visit's display may hold up to 255 letters a-z, digits, spaces and _-@,.\"':|()/ only"
    } else if patient.name.trim().is_empty() {
        "it needs the name as in the ABHA profile"
    } else if !wire_rule::name(&patient.name) {
        "the name must be that of the ABHA profile in up to 255 letters a-z, spaces and ' , . -: it \
         begins with a letter, and after each sign comes a letter or a space"
    } else if !(1900..=2200).contains(&patient.year_of_birth) {
        "the year of birth must be between 1900 and 2200"
    } else {
        return Ok(());
    };
    Err(Error::Invalid { rule })
}
