//! Facilities that speak V0.5.

use std::collections::BTreeSet;
use std::sync::Arc;

use abdm_core::call::Call;
use abdm_core::endpoint::Endpoint;
use abdm_core::headers::HIP_ID;
use abdm_core::id::HipId;
use abdm_core::message::Inbound;
use abdm_core::receiver::{Accepted, InboundSink, NotTaken, Route};
use abdm_core::wire::{WireError, read_json, without_envelope, write_json};
use abdm_flow::store::Scope;
use abdm_flow::{FlowHost, Handle};
use abdm_role::door::Door;
use abdm_role::facilities::Facilities;
use async_trait::async_trait;
use http::StatusCode;

use crate::api::consent::AcknowledgeConsent;
use crate::api::health_information::AcknowledgeHealthInformationRequest;
use crate::api::hip_linking::{LinkCareContexts, NotifyContext};
use crate::api::sharing::AcknowledgeShare;
use crate::api::sms::NotifyBySms;
use crate::api::user_linking::{AnswerDiscovery, AnswerLinkConfirm, AnswerLinkInit};
use crate::api::v0_5::consent::{AcknowledgeConsentV05, OnConsentNotifyV05};
use crate::api::v0_5::health_information::{
    AcknowledgeHealthInformationRequestV05, NotifyHealthInformationV05,
    OnHealthInformationRequestV05,
};
use crate::api::v0_5::linking::{
    AddCareContexts, NotifyContextV05, OnAddCareContexts, OnNotifyContextV05,
};
use crate::api::v0_5::sharing::{AcknowledgeShareV05, OnPatientShareV05};
use crate::api::v0_5::sms::{NotifyBySmsV05, OnSmsNotifiedV05};
use crate::api::v0_5::user_auth::{OnAuthNotify, OnConfirmAuth, OnFetchAuthModes, OnInitAuth};
use crate::api::v0_5::user_linking::{
    AnswerDiscoveryV05, AnswerLinkConfirmV05, AnswerLinkInitV05, OnDiscoverCareContextsV05,
    OnLinkConfirmV05, OnLinkInitV05,
};
use crate::api::v0_5::{OlderCall, OlderCallback};
use crate::host::{
    ConsentHost, HipLinkHost, PatientAuthHost, ShareHost, SmsHost, TransferHost, UserLinkHost,
    drop_photos,
};

/// An edition of ABDM's API.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Edition {
    /// Today's.
    #[default]
    V3,
    /// The legacy one: links need a patient who proves themselves to the facility, messages carry
    /// their id in the body.
    V0_5,
}

/// Which facilities speak V0.5; all others speak V3.
#[derive(Debug, Clone, Default)]
pub(crate) struct Editions(BTreeSet<HipId>);

impl Editions {
    /// From now on this facility speaks that edition.
    pub(crate) fn set(&mut self, hip_id: HipId, edition: Edition) {
        match edition {
            Edition::V3 => self.0.remove(&hip_id),
            Edition::V0_5 => self.0.insert(hip_id),
        };
    }

    /// Those that speak V0.5.
    pub(crate) fn older(&self) -> impl Iterator<Item = &HipId> {
        self.0.iter()
    }

    /// Whether any facility speaks V0.5.
    pub(crate) fn speak_v0_5(&self) -> bool {
        !self.0.is_empty()
    }

    /// What a facility speaks.
    pub(crate) fn of(&self, hip_id: &HipId) -> Edition {
        if self.0.contains(hip_id) { Edition::V0_5 } else { Edition::V3 }
    }

    /// What the facility with this scope speaks.
    pub(crate) fn of_scope(&self, scope: &Scope) -> Edition {
        let older = self.0.iter().any(|hip_id| hip_id.as_str() == scope.as_str());
        if older { Edition::V0_5 } else { Edition::V3 }
    }
}

/// A call of V3 that a facility of any edition can make: how V0.5 says it.
pub(crate) trait Spoken: Endpoint {
    type V05: OlderCall<Newer = Self> + Endpoint<Response = Self::Response>;
}

macro_rules! spoken {
    ($($newer:ident as $older:ident;)+) => {
        $( impl Spoken for $newer { type V05 = $older; } )+
    };
}

type NotifyHealthInformation = abdm_core::api::data_flow::NotifyHealthInformation;

spoken! {
    LinkCareContexts as AddCareContexts;
    NotifyContext as NotifyContextV05;
    NotifyBySms as NotifyBySmsV05;
    AnswerDiscovery as AnswerDiscoveryV05;
    AnswerLinkInit as AnswerLinkInitV05;
    AnswerLinkConfirm as AnswerLinkConfirmV05;
    AcknowledgeConsent as AcknowledgeConsentV05;
    AcknowledgeHealthInformationRequest as AcknowledgeHealthInformationRequestV05;
    NotifyHealthInformation as NotifyHealthInformationV05;
    AcknowledgeShare as AcknowledgeShareV05;
}

/// The call of V0.5 that says the same.
pub(super) fn older<E: Spoken>(call: &Call<E>) -> Result<Call<E::V05>, WireError> {
    Ok(Call::<E::V05>::new(E::V05::older(&call.headers, &call.body)?))
}

/// The message of V3 that says the same. One that cannot be read goes on as it came, to be set aside
/// or refused as a message of V3 would be.
fn newer<C: OlderCallback>(mut inbound: Inbound) -> Inbound {
    let read = without_envelope(&inbound.body)
        .and_then(|body| read_json::<C::Request>(&body))
        .and_then(|body| write_json(&C::newer(body)));
    match read {
        Ok(body) => inbound.body = body,
        Err(misfit) => {
            tracing::warn!(endpoint = C::META.name, %misfit, "a message of V0.5 cannot be read");
        }
    }
    inbound.key.endpoint = C::Newer::META.name.to_owned();
    inbound
}

fn newer_share(inbound: Inbound) -> Inbound {
    drop_photos(newer::<OnPatientShareV05>(inbound))
}

/// Lets in what is for a facility that speaks V0.5.
#[derive(Debug)]
struct OlderDoor {
    door: Arc<dyn InboundSink>,
    hips: Arc<Facilities<HipId>>,
    editions: Editions,
}

#[async_trait]
impl InboundSink for OlderDoor {
    async fn accept(&self, inbound: &Inbound) -> Result<Accepted, NotTaken> {
        let hip_id = self.hips.named(inbound.header(HIP_ID));
        if hip_id.is_some_and(|hip_id| self.editions.of(hip_id) == Edition::V3) {
            let reason = "the facility speaks V3: see `HipBuilder::edition`";
            return Err(NotTaken::refused(StatusCode::NOT_FOUND, reason));
        }
        self.door.accept(inbound).await
    }
}

/// The flows that V0.5 has callbacks for.
#[derive(Debug)]
pub(crate) struct OlderFlows<'a> {
    pub(crate) auths: &'a Handle<PatientAuthHost>,
    pub(crate) links: &'a Handle<HipLinkHost>,
    pub(crate) user_links: &'a Handle<UserLinkHost>,
    pub(crate) consents: &'a Handle<ConsentHost>,
    pub(crate) transfers: &'a Handle<TransferHost>,
    pub(crate) shares: &'a Handle<ShareHost>,
    pub(crate) messages: &'a Handle<SmsHost>,
}

/// The callbacks of V0.5 and who takes them; none where no facility speaks it.
pub(crate) fn older_routes(
    hips: &Arc<Facilities<HipId>>,
    editions: &Editions,
    flows: &OlderFlows<'_>,
) -> Vec<Route> {
    if !editions.speak_v0_5() {
        return Vec::new();
    }
    let ways = Ways { hips, editions };
    let OlderFlows { auths, links, user_links, consents, transfers, shares, messages } = flows;
    vec![
        ways.own::<OnFetchAuthModes, _>(auths),
        ways.own::<OnInitAuth, _>(auths),
        ways.own::<OnConfirmAuth, _>(auths),
        ways.own::<OnAuthNotify, _>(auths),
        ways.route::<OnAddCareContexts, _>(links),
        ways.route::<OnNotifyContextV05, _>(links),
        ways.route::<OnConsentNotifyV05, _>(consents),
        ways.route::<OnHealthInformationRequestV05, _>(transfers),
        ways.changed::<OnPatientShareV05, _>(shares, newer_share),
        ways.route::<OnDiscoverCareContextsV05, _>(user_links),
        ways.route::<OnLinkInitV05, _>(user_links),
        ways.route::<OnLinkConfirmV05, _>(user_links),
        ways.route::<OnSmsNotifiedV05, _>(messages),
    ]
}

struct Ways<'a> {
    hips: &'a Arc<Facilities<HipId>>,
    editions: &'a Editions,
}

impl Ways<'_> {
    /// To a flow of V0.5's own.
    fn own<C: Endpoint, H: FlowHost>(&self, handle: &Handle<H>) -> Route {
        self.behind::<C>(Arc::new(Door::new(self.hips, handle)))
    }

    /// To a flow of V3, in its words.
    fn route<C: OlderCallback, H: FlowHost>(&self, handle: &Handle<H>) -> Route {
        self.changed::<C, H>(handle, newer::<C>)
    }

    fn changed<C: Endpoint, H: FlowHost>(
        &self,
        handle: &Handle<H>,
        change: fn(Inbound) -> Inbound,
    ) -> Route {
        self.behind::<C>(Arc::new(Door::new(self.hips, handle).changed_by(change)))
    }

    fn behind<C: Endpoint>(&self, door: Arc<dyn InboundSink>) -> Route {
        let (hips, editions) = (Arc::clone(self.hips), self.editions.clone());
        Route::new::<C>(Arc::new(OlderDoor { door, hips, editions }))
    }
}
