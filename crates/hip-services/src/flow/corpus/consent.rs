//! Consents.

use abdm_core::api::consent::{ConsentCareContext, ConsentDetail, DateRange, Permission};
use abdm_core::vocabulary::{AccessMode, HiType, PurposeCode};
use abdm_flow::testing::corpus::{InCorpus, Walk, variant_of, variants_of};
use chrono::{DateTime, Utc};

use super::{hip_id, request_of, start};
use crate::flow::{ConsentEffect, ConsentEvent, ConsentFlow, ConsentState};

const ID: &str = "ed486d33-3efa-4b8e-9a5c-47359467c20d";

fn new() -> Walk<ConsentFlow> {
    Walk::new(ConsentFlow::new(ID.parse().unwrap()), start())
}

fn granted() -> ConsentEvent {
    let dates = DateRange::new(
        "2026-09-07T00:00:00Z".parse().unwrap(),
        "2026-09-14T00:00:00Z".parse().unwrap(),
    );
    let until = "2026-10-14T00:00:00Z".parse().unwrap();
    let mut detail = ConsentDetail::new(
        ID.parse().unwrap(),
        "asha.test@sbx".parse().unwrap(),
        hip_id(),
        PurposeCode::CareManagement.into(),
        Permission::new(AccessMode::View, dates, until),
    );
    detail.hi_types = vec![HiType::OpConsultation];
    detail.care_contexts =
        vec![ConsentCareContext::new("UHID-000123".parse().unwrap(), "OPD-1".parse().unwrap())];
    let signature = Some("c2lnbmF0dXJl".to_owned());
    ConsentEvent::Granted { notice: request_of(1), detail: Box::new(detail), signature }
}

impl InCorpus for ConsentFlow {
    fn stages() -> Vec<String> {
        variants_of::<ConsentState>("state")
    }

    fn shows(&self) -> Vec<String> {
        vec![variant_of("state", self.state())]
    }

    fn walks() -> Vec<Walk<Self>> {
        let notice = request_of(2);
        vec![
            new().on(ConsentEvent::NotUnderstood { notice }).keep("new-not-understood"),
            new().on(granted()).keep("granted").woken().keep("expired-by-our-clock"),
            new().on(granted()).on(ConsentEvent::Revoked { notice }).keep("revoked"),
            new().on(ConsentEvent::Revoked { notice }).keep("revoked-before-its-grant"),
            new().on(granted()).on(ConsentEvent::Expired { notice }).keep("expired"),
        ]
    }

    fn answers(&self, _: ConsentEffect, _: DateTime<Utc>) -> Vec<ConsentEvent> {
        Vec::new()
    }
}
