//! The front door: one [`Hiu`] for the facilities of a bridge, and a handle for each consent.

mod announce;
mod artefact_host;
mod builder;
mod consent;
mod consent_host;
mod delivery;
mod open_page;
mod push_sink;
mod role;
mod until_taken;
mod view;

use std::sync::Arc;
use std::time::Duration;

use abdm_core::api::data_flow::PushHealthInformation;
use abdm_core::client::AbdmClient;
use abdm_core::id::{ConsentId, HiuId};
use abdm_core::receiver::{CallbackReceiver, InboundSink, PushLimits, Route};
use abdm_flow::store::{FlowId, Scope};
use abdm_flow::{Engine, EngineError, Handle};
use abdm_role::door::Door;
use abdm_role::facilities::{Facilities, scope};
use abdm_role::upkeep;

use self::artefact_host::ArtefactHost;
pub use self::builder::HiuBuilder;
pub use self::consent::Consent;
use self::consent_host::ConsentHost;
pub use self::delivery::Delivery;
use self::push_sink::PushSink;
pub use self::view::{ArtefactView, ConsentView, TransferView};
use crate::api::consent::{OnConsentDecision, OnConsentStatus, OnFetchConsent, OnRequestConsent};
use crate::api::health_information::OnHealthInformationRequested;
use crate::error::Error;
use crate::flow::{
    ArtefactEvent, ArtefactFlow, ConsentEvent, ConsentFlow, EndReason, Patience, StoredRows,
    documents,
};
use crate::request::ConsentRequest;

/// The path below the bridge URL to which HIPs push. Ours to choose; the variable segment is the
/// unguessable id of the transfer.
pub const PUSH_PATH: &str = "/data/push/{pushId}";

/// A facility as Health Information User, or several on one bridge ([`HiuBuilder::also`]).
///
/// Cheap to clone; clones are one HIU. Everything it must not forget is in the store: another `Hiu`
/// over the same store goes on where this one stopped.
#[derive(Debug, Clone)]
pub struct Hiu {
    facilities: Arc<Facilities<HiuId>>,
    client: AbdmClient,
    patience: Patience,
    retention: Duration,
    push_limits: PushLimits,
    engine: Engine,
    consents: Handle<ConsentHost>,
    artefacts: Handle<ArtefactHost>,
}

impl Hiu {
    /// The facility's id as HIU.
    #[must_use]
    pub fn id(&self) -> &HiuId {
        self.facilities.first()
    }

    /// The engine that moves its flows: its health, its dead letters, and how they are put back to
    /// work.
    #[must_use]
    pub const fn engine(&self) -> &Engine {
        &self.engine
    }

    /// Asks a patient for consent. Returns as soon as the question is safely stored; the records
    /// are asked for by themselves when the patient grants it.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a request that ABDM would refuse, or the store's error.
    pub async fn request_consent(&self, request: ConsentRequest) -> Result<Consent, Error> {
        self.request_consent_at(self.id(), request).await
    }

    /// Asks in the name of one of several facilities; see [`HiuBuilder::also`].
    ///
    /// # Errors
    /// As [`request_consent`](Self::request_consent), and [`Error::Invalid`] for a facility that is
    /// none of this HIU's.
    pub async fn request_consent_at(
        &self,
        hiu_id: &HiuId,
        request: ConsentRequest,
    ) -> Result<Consent, Error> {
        if !self.facilities.contains(hiu_id) {
            return Err(Error::Invalid(
                "the HIU id is none of this HIU's: name it with `HiuBuilder::also`",
            ));
        }
        let now = self.client.now();
        let number = request.abha_number.clone();
        let terms = request.into_terms(hiu_id.clone(), now)?;
        let flow = ConsentFlow::new(terms, self.patience, now).of_number(number);
        let id = self.consents.start(&scope(hiu_id), flow, ConsentEvent::Ask).await?;
        Ok(self.consent_at(hiu_id, id))
    }

    /// The handle of a consent request by the id that [`Consent::id`] gave, in this process or an
    /// earlier one.
    #[must_use]
    pub fn consent(&self, id: FlowId) -> Consent {
        self.consent_at(self.id(), id)
    }

    /// The same at one of several facilities.
    #[must_use]
    pub fn consent_at(&self, hiu_id: &HiuId, id: FlowId) -> Consent {
        Consent::new(self.clone(), scope(hiu_id), id)
    }

    /// An artefact, if a grant has named it to any of the facilities.
    ///
    /// # Errors
    /// The store's.
    pub async fn artefact(&self, artefact: &ConsentId) -> Result<Option<ArtefactView>, Error> {
        let Some((scope, id)) = self.artefact_flow(artefact).await? else {
            return Ok(None);
        };
        let Some(flow) = self.artefact_with_rows(&scope, id).await? else {
            return Ok(None);
        };
        let documents = documents(&self.rows(&scope), artefact).await;
        Ok(Some(ArtefactView::of(flow, documents.map_err(EngineError::from)?.len())))
    }

    /// A flow of an artefact, with what an earlier release kept in its snapshot moved to rows.
    async fn artefact_with_rows(
        &self,
        scope: &Scope,
        id: FlowId,
    ) -> Result<Option<ArtefactFlow>, Error> {
        let found = self.artefacts.flows(scope).load(id).await?;
        let flow = found.map(|found| found.flow);
        if flow.as_ref().is_some_and(ArtefactFlow::is_to_be_moved) {
            self.artefacts.deliver(scope, id, ArtefactEvent::Moved).await?;
        }
        Ok(flow)
    }

    /// Asks for the records of an artefact again: with new keys, by a transfer of its own. While a
    /// transfer is under way, nothing is asked. Pages that the one before it has taken are kept,
    /// and late ones for what it missed are still taken (rulings.md 31).
    ///
    /// # Errors
    /// [`Error::NoSuchConsent`]; [`Error::Engine`] when the artefact is over.
    pub async fn request_records(&self, artefact: &ConsentId) -> Result<(), Error> {
        self.tell(artefact, ArtefactEvent::Ask).await
    }

    /// Erases everything received under an artefact now, for example because the patient asks for
    /// it.
    ///
    /// # Errors
    /// [`Error::NoSuchConsent`], or the store's error.
    pub async fn erase(&self, artefact: &ConsentId) -> Result<(), Error> {
        self.tell(artefact, ArtefactEvent::Ended(EndReason::Asked)).await
    }

    async fn tell(&self, artefact: &ConsentId, event: ArtefactEvent) -> Result<(), Error> {
        let found = self.artefact_flow(artefact).await?;
        let (scope, id) = found.ok_or(Error::NoSuchConsent)?;
        Ok(self.artefacts.deliver(&scope, id, event).await?)
    }

    /// The flow of an artefact, at whichever of the facilities: ids of ABDM's are good everywhere.
    async fn artefact_flow(&self, artefact: &ConsentId) -> Result<Option<(Scope, FlowId)>, Error> {
        let key = ArtefactFlow::key(artefact);
        for hiu_id in self.facilities.all() {
            let scope = scope(hiu_id);
            if let Some(found) = self.artefacts.flows(&scope).find(&key).await? {
                return Ok(Some((scope, found.id)));
            }
        }
        Ok(None)
    }

    /// The rows of one facility's flows.
    fn rows<'a>(&'a self, scope: &'a Scope) -> StoredRows<'a> {
        StoredRows { store: self.engine.store().as_ref(), scope }
    }

    /// The callbacks of this HIU and the data push, and who takes them. For a facility that is a
    /// HIP as well there is [`Bridge`](crate::Bridge): a client id has one callback URL for all of
    /// its roles.
    #[must_use]
    pub fn callbacks(&self) -> Vec<Route> {
        let facilities = &self.facilities;
        let consents: Arc<dyn InboundSink> = Arc::new(Door::new(facilities, &self.consents));
        let artefacts: Arc<dyn InboundSink> = Arc::new(Door::new(facilities, &self.artefacts));
        let store = Arc::clone(self.engine.store());
        let pushes = Arc::new(PushSink::new(self.artefacts.clone(), store, Arc::clone(facilities)));
        vec![
            Route::new::<OnRequestConsent>(Arc::clone(&consents)),
            Route::new::<OnConsentStatus>(Arc::clone(&consents)),
            Route::new::<OnConsentDecision>(consents),
            Route::new::<OnFetchConsent>(Arc::clone(&artefacts)),
            Route::new::<OnHealthInformationRequested>(artefacts),
            Route::at::<PushHealthInformation>(PUSH_PATH, pushes)
                .push_limits(self.push_limits.clone()),
        ]
    }

    /// A receiver for the callbacks of this HIU alone, which checks that they come from ABDM: by
    /// the gateway's keys, fetched by this HIU's client, and the environment's issuers. For servers
    /// other than axum: [`CallbackReceiver::handle`] is a plain function from `http::Request` to
    /// `http::Response`, `abdm_core::receiver::CallbackService` a `tower::Service`.
    #[must_use]
    pub fn receiver(&self) -> CallbackReceiver {
        CallbackReceiver::verified(&self.client, self.callbacks())
    }

    /// Works until `shutdown` is ready: sends what is to be sent, takes in what has arrived,
    /// watches the clock, forgets once a day what has been finished for long
    /// ([`retention`](HiuBuilder::retention)). Without it nothing moves. Dropping the future
    /// instead is a crash, which loses nothing either.
    pub async fn run(&self, shutdown: impl Future<Output = ()> + Send) {
        upkeep::run(&self.engine, self.retention, shutdown).await;
    }
}
