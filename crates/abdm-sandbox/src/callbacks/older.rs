//! Callbacks in the form of V0.5, for the facilities that speak it.

use abdm_core::call::{Call, Envelope};
use abdm_core::endpoint::{Endpoint, Metadata};
use abdm_core::headers::{HIP_ID, HipHeaders};
use abdm_core::id::{HipId, RequestId};
use abdm_core::wire::{WireError, read_json};
use bytes::Bytes;
use chrono::{DateTime, Utc};
use hip_services::api::patient_status::OnPatientStatusV05;
use hip_services::api::v0_5::consent::OnConsentNotifyV05;
use hip_services::api::v0_5::health_information::OnHealthInformationRequestV05;
use hip_services::api::v0_5::linking::{OnAddCareContexts, OnNotifyContextV05};
use hip_services::api::v0_5::sharing::OnPatientShareV05;
use hip_services::api::v0_5::sms::OnSmsNotifiedV05;
use hip_services::api::v0_5::user_linking::{
    OnDiscoverCareContextsV05, OnLinkConfirmV05, OnLinkInitV05,
};
use hip_services::api::v0_5::{ALL, OlderCallback};

use super::{Letter, NOWHERE, Trip, unsendable};
use crate::engine::Engine;
use crate::tokens;

/// What stands behind the `kid` of the key that signs callbacks of V0.5: its set is another one.
pub(crate) const KEY_SUFFIX: &str = "-v0.5";

/// Writes a callback to a facility that speaks V0.5 in its form. False when V0.5 has no words for
/// it: then nothing is sent.
pub(super) fn translate(trip: &mut Trip<'_>) -> bool {
    let hip = trip.delivery.letter.header(HIP_ID).and_then(|id| HipId::new(id).ok());
    let switches = trip.engine().switches();
    let Some(hip) = hip.filter(|hip| switches.v0_5_facilities.iter().any(|id| id == hip.as_str()))
    else {
        return true;
    };
    let delivery = &trip.delivery;
    let context = (delivery.name, hip, delivery.request_id, trip.engine().now());
    let Some(written) = older(context, delivery.letter.body.as_bytes()) else {
        return true;
    };
    match written {
        Ok((meta, request)) => {
            trip.delivery.name = meta.name;
            trip.delivery.letter = Letter::of(&request);
            let number = trip.errand.way().number();
            trip.engine().journal().change(number, |entry| {
                entry.endpoint = Some(meta.name);
                meta.path.clone_into(&mut entry.path);
            });
            true
        }
        Err(error) => {
            tracing::warn!(callback = trip.delivery.name, %error, "V0.5 cannot say this");
            unsendable(trip, "V0.5 has no words for it");
            false
        }
    }
}

type Written = Result<(Metadata, http::Request<Bytes>), WireError>;
type Write = fn(&Context, &[u8]) -> Option<Written>;
type Context = (&'static str, HipId, RequestId, DateTime<Utc>);

/// The callback of V0.5 that says the same; `None` when there is none of this kind.
fn older(context: Context, body: &[u8]) -> Option<Written> {
    let all: [Write; 10] = [
        write::<OnAddCareContexts>,
        write::<OnNotifyContextV05>,
        write::<OnDiscoverCareContextsV05>,
        write::<OnLinkInitV05>,
        write::<OnLinkConfirmV05>,
        write::<OnSmsNotifiedV05>,
        write::<OnConsentNotifyV05>,
        write::<OnHealthInformationRequestV05>,
        write::<OnPatientShareV05>,
        write::<OnPatientStatusV05>,
    ];
    all.into_iter().find_map(|write| write(&context, body))
}

fn write<C: OlderCallback>((name, hip, id, now): &Context, body: &[u8]) -> Option<Written> {
    if *name != C::Newer::META.name {
        return None;
    }
    let newer = read_json::<<C::Newer as Endpoint>::Request>(body);
    let written = newer.and_then(|newer| C::older(&newer)).and_then(|older| {
        let call = Call::<C>::new(older).headers(HipHeaders { hip_id: hip.clone() });
        call.to_http_at(&format!("{NOWHERE}{}", C::META.path), &Envelope::new(*id, *now))
    });
    Some(written.map(|request| (C::META, request)))
}

/// The bearer of a callback of V0.5, signed under a key of its own; `None` for others.
pub(super) fn token(
    engine: &Engine,
    name: &str,
    now: DateTime<Utc>,
) -> Option<(String, DateTime<Utc>)> {
    ALL.iter().find(|meta| meta.name == name)?;
    let life = engine.world().switches.callback_token_seconds;
    let keys = engine.keys();
    let claims = tokens::session_claims("gateway", now, life);
    let kid = format!("{}{KEY_SUFFIX}", keys.gateway.id());
    let token = keys.gateway.sign_as(&kid, &claims).ok()?;
    Some((token, now + crate::world::seconds(life)))
}
