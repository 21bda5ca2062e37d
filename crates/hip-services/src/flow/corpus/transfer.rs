//! Transfers.

use abdm_core::api::consent::{ConsentCareContext, DateRange};
use abdm_core::api::data_flow::{HiRequest, KeyMaterialJson};
use abdm_core::error::ErrorClass;
use abdm_core::id::CareContextReference;
use abdm_flow::testing::corpus::{InCorpus, Walk, variant_of, variants_of};
use chrono::{DateTime, Utc};

use super::{failure, hip_id, request_of, start};
use crate::flow::{
    ContextPlan, KeyForm, PageDone, PageFate, PlannedRecords, PushingEnd, TransferEffect,
    TransferEvent, TransferFlow, TransferStage,
};
use crate::scope::Refusal;

fn context(number: usize) -> CareContextReference {
    format!("OPD-{number}").parse().unwrap()
}

fn of_patient(number: usize) -> ConsentCareContext {
    ConsentCareContext::new("UHID-000123".parse().unwrap(), context(number))
}

fn new() -> Walk<TransferFlow> {
    let dates = DateRange::new(
        "2026-09-07T00:00:00Z".parse().unwrap(),
        "2026-09-14T00:00:00Z".parse().unwrap(),
    );
    let key_material = KeyMaterialJson(serde_json::json!({
        "cryptoAlg": "ECDH", "curve": "Curve25519", "nonce": "bm9uY2U=",
        "dhPublicKey": {
            "expiry": "2026-09-15T09:00:00Z", "parameters": "Curve25519/32byte random key",
            "keyValue": "a2V5"
        }
    }));
    let wanted = HiRequest::new(
        "ed486d33-3efa-4b8e-9a5c-47359467c20d".parse().unwrap(),
        dates,
        "https://hiu.example.org/push/1",
        key_material,
    );
    let transaction = "49455d89-0000-4000-8000-000000000001".parse().unwrap();
    Walk::new(TransferFlow::new(hip_id(), request_of(1), transaction, wanted, start()), start())
}

fn checked() -> TransferEvent {
    TransferEvent::Checked(Ok(vec![context(1), context(2), context(3)]))
}

fn plans() -> TransferEvent {
    let mut second = ContextPlan::new(of_patient(2), Ok(3));
    second.withheld = Some("a record is of another patient".to_owned());
    let contexts = vec![
        ContextPlan::new(of_patient(1), Ok(1)),
        second,
        ContextPlan::new(of_patient(3), Err("the hospital's own system failed".to_owned())),
    ];
    let records = ["doc-1-1", "doc-2-1", "doc-2-2", "doc-2-3"].map(|id| id.parse().unwrap());
    TransferEvent::Planned { contexts, records: PlannedRecords::rows(0, records.into()) }
}

fn planning() -> Walk<TransferFlow> {
    new().on(TransferEvent::Requested).on(checked()).on(TransferEvent::Acknowledged)
}

fn accepted(page: u32) -> PageDone {
    PageDone::new(page, PageFate::Accepted(KeyForm::X509))
}

fn withheld(page: u32) -> PageDone {
    let why = "it is gone".to_owned();
    PageDone::new(page, PageFate::Withheld { why, number_is_used: false })
}

fn done(pages: Vec<PageDone>) -> TransferEvent {
    TransferEvent::PagesDone(pages)
}

/// The effect of this number ends, and this page may have arrived unheard.
fn ended(turn: u32, pages: Vec<PageDone>, unheard: Option<u32>, end: PushingEnd) -> TransferEvent {
    let unheard = unheard.into_iter().collect();
    TransferEvent::PushingEnded { turn, pages, unheard, sent_before: 0, end }
}

impl InCorpus for TransferFlow {
    fn stages() -> Vec<String> {
        variants_of::<TransferStage>("stage")
    }

    fn shows(&self) -> Vec<String> {
        vec![variant_of("stage", &self.stage)]
    }

    fn walks() -> Vec<Walk<Self>> {
        let refusing = TransferEvent::Checked(Err(Refusal::OutsideDates));
        let unreported = TransferEvent::ReportRefused(failure("ABDM-1025", ErrorClass::CallerBug));
        vec![
            new().keep("new").on(TransferEvent::Requested).keep("checking"),
            new()
                .on(TransferEvent::Requested)
                .on(TransferEvent::ConsentNotThere)
                .keep("checking-without-consent")
                .woken()
                .on(checked())
                .keep("acknowledging")
                .on(TransferEvent::Acknowledged)
                .keep("planning")
                .on(plans())
                .keep("pushing")
                .on(done(vec![accepted(0)]))
                .keep("pushing-several")
                .keep("pushing-for-patients")
                // Out of their order: the page before them is still on its way.
                .on(done(vec![accepted(2)]))
                .keep("pushing-with-one-ahead")
                .on(ended(1, Vec::new(), Some(1), PushingEnd::Unreachable))
                .keep("pausing")
                .woken()
                .keep("pushing-again")
                .on(ended(2, vec![PageDone::new(1, PageFate::Kept)], None, PushingEnd::Paused))
                .keep("pushing-the-last")
                .on(done(vec![withheld(3)]))
                .on(ended(3, Vec::new(), None, PushingEnd::Paused))
                .keep("reporting")
                .on(TransferEvent::Reported)
                .keep("reported"),
            new()
                .on(TransferEvent::Requested)
                .on(refusing)
                .keep("refusing")
                .on(TransferEvent::RefusalSent)
                .keep("refused"),
            planning().on(plans()).on(done(vec![accepted(0)])).woken().keep("reporting-over-time"),
            planning()
                .on(plans())
                .on(ended(1, Vec::new(), None, PushingEnd::ConsentOver))
                .keep("reporting-without-consent"),
            planning()
                .on(plans())
                .on(done(vec![PageDone::new(0, PageFate::Failed("the HIU refused it".to_owned()))]))
                .keep("pushing-after-a-failure"),
            planning()
                .on(TransferEvent::GivenUp("the HIU cannot be reached".to_owned()))
                .on(unreported)
                .keep("unreported"),
        ]
    }

    fn answers(&self, effect: TransferEffect, _: DateTime<Utc>) -> Vec<TransferEvent> {
        vec![match effect {
            TransferEffect::Check(_) => checked(),
            TransferEffect::Acknowledge { .. } => TransferEvent::Acknowledged,
            TransferEffect::Refuse { .. } => TransferEvent::RefusalSent,
            TransferEffect::Plan(_) => plans(),
            TransferEffect::PushPages { turn } => {
                ended(turn, self.all_accepted(), None, PushingEnd::Paused)
            }
            TransferEffect::Push(_) => TransferEvent::TakenOver { perhaps_sent: true },
            TransferEffect::Report(_) => TransferEvent::Reported,
            TransferEffect::Announce(_) => return Vec::new(),
        }]
    }

    fn awaited(&self, _: DateTime<Utc>) -> Option<TransferEvent> {
        matches!(self.stage, TransferStage::New).then_some(TransferEvent::Requested)
    }
}

impl TransferFlow {
    /// Every page that is left is accepted, each in its turn.
    fn all_accepted(&self) -> Vec<PageDone> {
        let TransferStage::Pushing(pushing) = &self.stage else { return Vec::new() };
        let (mut pages, mut all) = (pushing.pages.clone(), Vec::new());
        while let Some(page) = pages.next(0) {
            all.push(accepted(page));
            pages.take(&[accepted(page)]);
            pages.reach_further();
        }
        all
    }
}
