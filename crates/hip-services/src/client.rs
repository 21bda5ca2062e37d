//! The front door: [`Hip`].

mod builder;
mod link;
mod view;
mod wire_rule;

use std::sync::Arc;
use std::time::Duration;

use abdm_core::client::AbdmClient;
use abdm_core::id::{ConsentId, HipId, RequestId, TransactionId};
use abdm_core::person::AbhaAddress;
use abdm_core::receiver::{CallbackReceiver, InboundSink, Route};
use abdm_flow::store::{
    Arrival, FlowId, FlowKey, Inbound, InboundKey, Payload, Scope, StoreErrorKind,
};
use abdm_flow::{Engine, EngineError, FlowHost, Found, Handle};
use abdm_role::door::Door;
use abdm_role::facilities::scope;
use abdm_role::upkeep;

pub use self::builder::HipBuilder;
pub use self::link::{Link, Linked};
pub use self::view::{ConsentStanding, ConsentView, ContextSent, TransferProgress, TransferView};
use crate::api::consent::OnConsentNotify;
use crate::api::health_information::OnHealthInformationRequest;
use crate::api::linking::{OnGenerateLinkToken, OnLinkCareContexts, OnNotifyContext};
use crate::api::sharing::OnPatientShare;
use crate::error::Error;
use crate::flow::{
    ConsentFlow, LinkEvent, LinkFlow, LinkTokenEvent, LinkTokenFlow, LinkTokenState, ShareFlow,
    TransferFlow,
};
use crate::host::{
    ConsentHost, Facility, LINK_WISH, LinkHost, LinkTokenHost, ShareHost, TransferHost, drop_photos,
};
use crate::patient::LinkPatient;

/// A Health Information Provider: milestone 2 of a facility, or of several on one bridge. Cheap to
/// clone; clones are one HIP.
///
/// See the [crate page](crate) for a complete example.
#[derive(Debug, Clone)]
pub struct Hip {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    facility: Arc<Facility>,
    engine: Engine,
    retention: Duration,
    tokens: Handle<LinkTokenHost>,
    links: Handle<LinkHost>,
    consents: Handle<ConsentHost>,
    transfers: Handle<TransferHost>,
    shares: Handle<ShareHost>,
}

impl Hip {
    /// Begins to build the HIP of the facility `hip_id`.
    ///
    /// Take the id from the bridge's services list (`abdm_core::bridge`), to the letter: a wrong
    /// one is accepted by ABDM and then stays silent for ever.
    pub fn builder(hip_id: HipId, client: AbdmClient) -> HipBuilder {
        HipBuilder::new(hip_id, client)
    }

    /// The facility.
    #[must_use]
    pub fn hip_id(&self) -> &HipId {
        self.inner.facility.hips.first()
    }

    /// The engine that moves its flows: its health, its dead letters, and how they are put back to
    /// work.
    #[must_use]
    pub fn engine(&self) -> &Engine {
        &self.inner.engine
    }

    /// Links a patient's visits. Returns when the wish is stored, not when it is fulfilled: the
    /// [`Link`] tells how it goes.
    ///
    /// All visits go out in one call, in elements of at most twenty for each HI type: ABDM links
    /// all of them or none. Only where it says that something in the call is linked already are
    /// they sent again in parts, so that what is told is true of each visit ([`Link::contexts`]).
    ///
    /// Linking the same again joins the link under way; one whose outcome is unknown is tried
    /// again. The rules that keep ABDM from blocking a patient (a link token at most every seven
    /// minutes and three a day) are kept whatever is asked: a link that comes too early for a token
    /// waits, and goes on by itself; one that is the fourth of a day is refused with the time from
    /// which it may be.
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
        wire_rule::patient(&patient)?;
        self.check_own(hip_id)?;
        let key = LinkFlow::key(hip_id, &patient);
        self.begin(hip_id, &key, LinkFlow::new(hip_id.clone(), patient)).await
    }

    /// Tells the patient's apps of further records in visits that are linked already: a laboratory
    /// result that came later, say. Sends only the notice (`context/notify`), one for each visit;
    /// name the HI types and the date of the new records in the [`Visit`](crate::Visit).
    ///
    /// [`Link::finished`] tells when ABDM has taken the notices, [`Link::notice_problems`] which it
    /// did not take and why: "No care context linked with given reference number" says that the
    /// visit is not linked, and is repeated after 5, 15 and 60 seconds.
    ///
    /// # Errors
    /// As [`link`](Self::link).
    pub async fn notify(&self, patient: LinkPatient) -> Result<Link, Error> {
        self.notify_at(self.hip_id(), patient).await
    }

    /// The same at one of several facilities.
    ///
    /// # Errors
    /// As [`link`](Self::link).
    pub async fn notify_at(&self, hip_id: &HipId, patient: LinkPatient) -> Result<Link, Error> {
        wire_rule::visits(&patient)?;
        self.check_own(hip_id)?;
        let key = LinkFlow::notice_key(hip_id, &patient);
        self.begin(hip_id, &key, LinkFlow::notice(hip_id.clone(), patient)).await
    }

    /// Lets go of the link token that is kept for a patient, so that the next link asks for a new
    /// one. Whether one was there. A token that ABDM calls another patient's or facility's goes by
    /// itself; this is for what only the hospital knows: a patient whose ABHA number has changed,
    /// say.
    ///
    /// The limits that protect the patient from ABDM's block stand: a new token is asked for at
    /// most every seven minutes and three times a day.
    ///
    /// # Errors
    /// The store's.
    pub async fn drop_link_token(&self, abha_address: &AbhaAddress) -> Result<bool, Error> {
        self.drop_link_token_at(self.hip_id(), abha_address).await
    }

    /// The same at one of several facilities.
    ///
    /// # Errors
    /// As [`drop_link_token`](Self::drop_link_token).
    pub async fn drop_link_token_at(
        &self,
        hip_id: &HipId,
        abha_address: &AbhaAddress,
    ) -> Result<bool, Error> {
        self.check_own(hip_id)?;
        let (tokens, scope) = (&self.inner.tokens, scope(hip_id));
        let found = tokens.flows(&scope).find(&LinkTokenFlow::key(hip_id, abha_address)).await?;
        let Some(found) = found.filter(|found| !found.done) else {
            return Ok(false);
        };
        let held = matches!(found.flow.state, LinkTokenState::Held(_));
        tokens.deliver(&scope, found.id, LinkTokenEvent::Dropped { token: None }).await?;
        Ok(held)
    }

    fn check_own(&self, hip_id: &HipId) -> Result<(), Error> {
        if self.inner.facility.hips.contains(hip_id) {
            return Ok(());
        }
        let rule = "the HIP id is none of this HIP's: name it with `HipBuilder::also`";
        Err(Error::Invalid { rule })
    }

    /// The wish to link a patient's visits, as a message that the hospital puts into the store
    /// within a transaction of its own on the same database (`accept_in` of the stores of
    /// `abdm-store`): the visits are linked if and only if that transaction is committed. The other
    /// errors of [`link_at`](Self::link_at) come by event.
    ///
    /// `wish` is the hospital's own id for it; the same one is taken once within seven days, and
    /// within the [retention](HipBuilder::retention) where that is shorter. For so long the inbox
    /// remembers what came: later the same wish is a new one, and links the visits anew.
    ///
    /// # Errors
    /// [`Error::Invalid`], and the store's.
    pub async fn link_message(
        &self,
        hip_id: &HipId,
        wish: &str,
        patient: &LinkPatient,
    ) -> Result<Arrival, Error> {
        wire_rule::patient(patient)?;
        self.check_own(hip_id)?;
        let body = Payload::encode(patient).map_err(EngineError::Encode)?;
        let key = InboundKey::new(LINK_WISH, wish);
        let now = self.inner.facility.client.now();
        let inbound = Inbound::new(key, body.as_bytes().clone(), now);
        let links = &self.inner.links;
        Ok(links.as_kept(&scope(hip_id), inbound).await.map_err(EngineError::from)?)
    }

    /// Begins a link, or joins the same one that is under way.
    async fn begin(&self, hip_id: &HipId, key: &FlowKey, flow: LinkFlow) -> Result<Link, Error> {
        let (links, scope) = (&self.inner.links, scope(hip_id));
        loop {
            match links.start(&scope, flow.clone(), LinkEvent::Begin).await {
                Ok(id) => return Ok(self.link_by_id_at(hip_id, id)),
                // The same link is under way.
                Err(EngineError::Store(error)) if error.kind == StoreErrorKind::Conflict => {}
                Err(error) => return Err(error.into()),
            }
            if let Some(found) = links.flows(&scope).find(key).await? {
                links.deliver(&scope, found.id, LinkEvent::Begin).await?;
                return Ok(self.link_by_id_at(hip_id, found.id));
            }
        }
    }

    /// The link with this id, also after a restart.
    #[must_use]
    pub fn link_by_id(&self, id: FlowId) -> Link {
        self.link_by_id_at(self.hip_id(), id)
    }

    /// The same at one of several facilities.
    #[must_use]
    pub fn link_by_id_at(&self, hip_id: &HipId, id: FlowId) -> Link {
        link::handle(scope(hip_id), id, self.inner.links.clone())
    }

    /// A consent, if a notice of it has come.
    ///
    /// # Errors
    /// The store's.
    pub async fn consent(&self, consent_id: &ConsentId) -> Result<Option<ConsentView>, Error> {
        let found = self.find(&self.inner.consents, &ConsentFlow::key(consent_id)).await?;
        Ok(found.and_then(|(_, found)| ConsentView::of(found.flow)))
    }

    /// A transfer, if a request for it has come.
    ///
    /// # Errors
    /// The store's.
    pub async fn transfer(
        &self,
        transaction_id: &TransactionId,
    ) -> Result<Option<TransferView>, Error> {
        let found = self.find(&self.inner.transfers, &TransferFlow::key(transaction_id)).await?;
        Ok(found.map(|(_, found)| TransferView::of(found.flow)))
    }

    /// Waits until a transfer whose request has come is over, and tells how it ended.
    ///
    /// # Errors
    /// [`Error::StillUnderWay`] after `patience`; the transfer goes on.
    pub async fn transfer_ended(
        &self,
        transaction_id: &TransactionId,
        patience: Duration,
    ) -> Result<Option<TransferView>, Error> {
        let key = TransferFlow::key(transaction_id);
        let Some((scope, found)) = self.find(&self.inner.transfers, &key).await? else {
            return Ok(None);
        };
        let ended = self.inner.transfers.wait_done(&scope, found.id, patience).await;
        let unknown = "how the transfer ends";
        let ended = ended.map_err(|error| Error::of_waiting(error, unknown))?;
        Ok(Some(TransferView::of(ended)))
    }

    /// A shared profile, by the `REQUEST-ID` of its callback, if one has come.
    ///
    /// # Errors
    /// The store's.
    pub async fn share(&self, share: RequestId) -> Result<Option<ShareFlow>, Error> {
        let found = self.find(&self.inner.shares, &ShareFlow::key(share)).await?;
        Ok(found.map(|(_, found)| found.flow))
    }

    /// Works until `shutdown` is ready: sends what is to be sent, deals with callbacks, keeps the
    /// clocks of all flows, forgets once a day what is long finished ([`HipBuilder::retention`]).
    /// Call it once, beside the server that receives the callbacks.
    ///
    /// Nothing is lost when it is dropped instead: the next run takes everything up again.
    pub async fn run(&self, shutdown: impl Future<Output = ()> + Send) {
        upkeep::run(&self.inner.engine, self.inner.retention, shutdown).await;
    }

    /// The callbacks of this HIP and who takes them: for a [`CallbackReceiver`] that serves other
    /// roles, too. A bridge has one callback URL for all.
    #[must_use]
    pub fn callbacks(&self) -> Vec<Route> {
        let inner = &self.inner;
        let hips = &inner.facility.hips;
        let links: Arc<dyn InboundSink> = Arc::new(Door::new(hips, &inner.links));
        let shares = Door::new(hips, &inner.shares).changed_by(drop_photos);
        vec![
            Route::new::<OnGenerateLinkToken>(Arc::new(Door::new(hips, &inner.tokens))),
            Route::new::<OnLinkCareContexts>(Arc::clone(&links)),
            Route::new::<OnNotifyContext>(links),
            Route::new::<OnConsentNotify>(Arc::new(Door::new(hips, &inner.consents))),
            Route::new::<OnHealthInformationRequest>(Arc::new(Door::new(hips, &inner.transfers))),
            Route::new::<OnPatientShare>(Arc::new(shares)),
        ]
    }

    /// A receiver for the callbacks of this HIP alone, which checks that they come from ABDM: by
    /// the gateway's keys, fetched by this HIP's client, and the environment's issuers.
    #[must_use]
    pub fn receiver(&self) -> CallbackReceiver {
        CallbackReceiver::verified(&self.inner.facility.client, self.callbacks())
    }

    /// A flow with this key, at whichever of the facilities: ids of ABDM's are good everywhere.
    async fn find<H: FlowHost>(
        &self,
        handle: &Handle<H>,
        key: &FlowKey,
    ) -> Result<Option<(Scope, Found<H::Flow>)>, Error> {
        for hip_id in self.inner.facility.hips.all() {
            let scope = scope(hip_id);
            if let Some(found) = handle.flows(&scope).find(key).await? {
                return Ok(Some((scope, found)));
            }
        }
        Ok(None)
    }
}
