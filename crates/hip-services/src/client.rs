//! The front door: [`Hip`].

mod auto_link;
mod backfill;
mod builder;
mod link;
#[cfg(feature = "patient_status")]
mod patient_status;
mod role;
mod sms;
#[cfg(feature = "v0_5")]
mod v0_5;
mod view;

use std::sync::Arc;
use std::time::Duration;

use abdm_core::client::AbdmClient;
use abdm_core::id::{ConsentId, HipId, RequestId, TransactionId};
use abdm_core::person::AbhaAddress;
use abdm_core::receiver::{CallbackReceiver, InboundSink, Route};
use abdm_flow::store::{
    Arrival, FlowId, FlowKey, Inbound, InboundKey, Payload, Scope, StoreErrorKind,
};
use abdm_flow::{Engine, EngineError, FlowError, FlowHost, Found, Handle};
use abdm_role::door::Door;
use abdm_role::facilities::scope;
use abdm_role::upkeep;

pub use self::backfill::Backfill;
pub use self::builder::HipBuilder;
pub use self::link::{Link, Linked};
#[cfg(feature = "patient_status")]
pub use self::patient_status::PatientStatusPaths;
pub use self::sms::Sms;
#[cfg(feature = "v0_5")]
pub use self::v0_5::{AuthChoice, PatientAuthentication, V05};
pub use self::view::{ConsentStanding, ConsentView, ContextSent, TransferProgress, TransferView};
use crate::api::consent::OnConsentNotify;
use crate::api::health_information::OnHealthInformationRequest;
use crate::api::hip_linking::{OnGenerateLinkToken, OnLinkCareContexts, OnNotifyContext};
use crate::api::sharing::{OnPatientShare, OnRunningTokenStatus};
use crate::api::sms::{OnSmsNotified, PhoneForm};
use crate::api::user_linking::{OnDiscoverCareContexts, OnLinkConfirm, OnLinkInit};
#[cfg(feature = "v0_5")]
use crate::edition::{OlderFlows, older_routes};
use crate::error::Error;
use crate::flow::{
    ConsentFlow, HipLinkEvent, HipLinkFlow, LinkTokenEvent, LinkTokenFlow, LinkTokenState,
    ShareFlow, TransferFlow, UserLinkFlow,
};
#[cfg(feature = "v0_5")]
use crate::host::PatientAuthHost;
use crate::host::{
    AutoLinkHost, BackfillHost, ConsentHost, Facility, HipLinkHost, LINK_WISH, LinkTokenHost,
    RunningTokenHost, ShareHost, SmsHost, TransferHost, UserLinkHost, drop_photos,
};
use crate::linked_context::{self, LinkedContext};
use crate::patient::LinkPatient;
use crate::wire_rule;

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
    links: Handle<HipLinkHost>,
    consents: Handle<ConsentHost>,
    transfers: Handle<TransferHost>,
    shares: Handle<ShareHost>,
    running_tokens: Handle<RunningTokenHost>,
    messages: Handle<SmsHost>,
    phone_form: PhoneForm,
    /// What patients without ABHA address are told the facility is called, if they are told at all.
    sms_name: Option<String>,
    user_links: Handle<UserLinkHost>,
    auto_links: Handle<AutoLinkHost>,
    backfills: Handle<BackfillHost>,
    #[cfg(feature = "patient_status")]
    patient_statuses: Handle<crate::host::PatientStatusHost>,
    /// Another path on which notices of patients' accounts come in.
    #[cfg(feature = "patient_status")]
    status_path: Option<String>,
    #[cfg(feature = "v0_5")]
    auths: Handle<PatientAuthHost>,
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
    /// waits, and goes on by itself ([`Link::progress`] tells when); one that is the fourth of a day
    /// is refused with the time from which it may be.
    ///
    /// Linking the same with corrected details (ABHA number, name, gender, year of birth) while the
    /// link waits for its token gives it the new ones. They are refused when a link request is on
    /// its way with the old ones, and when the new ABHA number is another person's: then wait for
    /// the end of the link, and link again.
    ///
    /// # Errors
    /// [`Error::Invalid`] when ABDM would refuse it for its form, [`Error::OtherDetails`] when a
    /// link of these care contexts is under way and its details can no longer be changed, or the
    /// store's error.
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
        self.begin(hip_id, HipLinkFlow::new(hip_id.clone(), patient)).await
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
        self.begin(hip_id, HipLinkFlow::notice(hip_id.clone(), patient)).await
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
        Err(Error::invalid(rule))
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
    async fn begin(&self, hip_id: &HipId, flow: HipLinkFlow) -> Result<Link, Error> {
        let (links, scope) = (&self.inner.links, scope(hip_id));
        let (key, older_key) = (flow.key(), flow.older_key());
        let older = links.flows(&scope).find(&older_key).await?;
        if let Some(found) = older.filter(|found| flow.goes_on_in(found)) {
            return self.join(hip_id, found.id, flow.patient).await;
        }
        loop {
            match links.start(&scope, flow.clone(), HipLinkEvent::Begin).await {
                Ok(id) => return Ok(self.link_by_id_at(hip_id, id)),
                // The same link is under way.
                Err(EngineError::Store(error)) if error.kind == StoreErrorKind::Conflict => {}
                Err(error) => return Err(error.into()),
            }
            if let Some(found) = links.flows(&scope).find(&key).await? {
                return self.join(hip_id, found.id, flow.patient).await;
            }
        }
    }

    /// Joins a link of the same care contexts that is under way, with these details of the patient.
    async fn join(&self, hip_id: &HipId, id: FlowId, patient: LinkPatient) -> Result<Link, Error> {
        let again = HipLinkEvent::Again { patient: Box::new(patient), by_hand: true };
        match self.inner.links.deliver(&scope(hip_id), id, again).await {
            Ok(_) => Ok(self.link_by_id_at(hip_id, id)),
            Err(EngineError::Flow(FlowError::NotValid { .. })) => {
                Err(Error::OtherDetails { link: id })
            }
            Err(error) => Err(error.into()),
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
        link::handle(scope(hip_id), id, self.inner.links.clone(), self.inner.tokens.clone())
    }

    /// The care contexts that are linked to an ABHA address, one for each HI type, the earliest
    /// first: by this facility's own links, and by the patient's. A link cannot be taken back
    /// (m2-hip.md 2), so that what stands here once is not offered again. Of an account that the
    /// person has deleted there are none, also when word of a link comes after the deletion.
    ///
    /// Links that another program made for the facility are not known here.
    ///
    /// # Errors
    /// The store's.
    pub async fn linked_contexts(
        &self,
        abha_address: &AbhaAddress,
    ) -> Result<Vec<LinkedContext>, Error> {
        self.linked_contexts_at(self.hip_id(), abha_address).await
    }

    /// The same at one of several facilities.
    ///
    /// # Errors
    /// As [`linked_contexts`](Self::linked_contexts).
    pub async fn linked_contexts_at(
        &self,
        hip_id: &HipId,
        abha_address: &AbhaAddress,
    ) -> Result<Vec<LinkedContext>, Error> {
        self.check_own(hip_id)?;
        let scope = scope(hip_id);
        #[cfg(feature = "patient_status")]
        if self.is_deleted_at(&scope, hip_id, abha_address).await? {
            return Ok(Vec::new());
        }
        let store = self.inner.engine.store().as_ref();
        let linked = linked_context::of_address(&store, &scope, abha_address).await;
        Ok(linked.map_err(EngineError::from)?)
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

    /// A patient's search for their records, and the link that came of it, by the transaction of the
    /// discovery, if one has come.
    ///
    /// # Errors
    /// The store's.
    pub async fn user_link(
        &self,
        transaction_id: &TransactionId,
    ) -> Result<Option<UserLinkFlow>, Error> {
        let found = self.find(&self.inner.user_links, &UserLinkFlow::key(transaction_id)).await?;
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

    /// The callbacks of this HIP and who takes them. For a facility that is a HIU as well there is
    /// [`Bridge`](crate::Bridge): a client id has one callback URL for all of its roles.
    #[must_use]
    pub fn callbacks(&self) -> Vec<Route> {
        let inner = &self.inner;
        let hips = &inner.facility.hips;
        let links: Arc<dyn InboundSink> = Arc::new(Door::new(hips, &inner.links));
        let user_links: Arc<dyn InboundSink> = Arc::new(Door::new(hips, &inner.user_links));
        let shares = Door::new(hips, &inner.shares).changed_by(drop_photos);
        let routes = vec![
            Route::new::<OnGenerateLinkToken>(Arc::new(Door::new(hips, &inner.tokens))),
            Route::new::<OnLinkCareContexts>(Arc::clone(&links)),
            Route::new::<OnNotifyContext>(links),
            Route::new::<OnConsentNotify>(Arc::new(Door::new(hips, &inner.consents))),
            Route::new::<OnHealthInformationRequest>(Arc::new(Door::new(hips, &inner.transfers))),
            Route::new::<OnPatientShare>(Arc::new(shares)),
            Route::new::<OnRunningTokenStatus>(Arc::new(Door::new(hips, &inner.running_tokens))),
            Route::new::<OnDiscoverCareContexts>(Arc::clone(&user_links)),
            Route::new::<OnLinkInit>(Arc::clone(&user_links)),
            Route::new::<OnLinkConfirm>(user_links),
            Route::new::<OnSmsNotified>(Arc::new(Door::new(hips, &inner.messages))),
        ];
        #[cfg(feature = "patient_status")]
        let routes = routes.into_iter().chain(self.patient_status_routes()).collect();
        #[cfg(feature = "v0_5")]
        let routes = [routes, self.older_callbacks()].concat();
        routes
    }

    /// Those of V0.5, where a facility speaks it.
    #[cfg(feature = "v0_5")]
    fn older_callbacks(&self) -> Vec<Route> {
        let inner = &self.inner;
        let flows = OlderFlows {
            auths: &inner.auths,
            links: &inner.links,
            user_links: &inner.user_links,
            consents: &inner.consents,
            transfers: &inner.transfers,
            shares: &inner.shares,
            messages: &inner.messages,
        };
        older_routes(&inner.facility.hips, &inner.facility.editions, &flows)
    }

    /// A receiver for the callbacks of this HIP alone, which checks that they come from ABDM: by
    /// the gateway's keys, fetched by this HIP's client, and the environment's issuers. For servers
    /// other than axum: [`CallbackReceiver::handle`] is a plain function from `http::Request` to
    /// `http::Response`, `abdm_core::receiver::CallbackService` a `tower::Service`.
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
