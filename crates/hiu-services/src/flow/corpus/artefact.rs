//! Consent artefacts and their transfers.

use abdm_core::api::consent::{ConsentCareContext, ConsentDetail, DateRange, Permission};
use abdm_core::id::TransactionId;
use abdm_core::person::PatientMismatch;
use abdm_core::seal::Sealed;
use abdm_core::vocabulary::{AccessMode, ConsentStatus, HiType, PurposeCode};
use abdm_flow::store::{BodyId, FlowId};
use abdm_flow::testing::corpus::{InCorpus, Walk, variant_of, variants_of};
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;

use super::{consent, request, start};
use crate::api::consent::ConsentArtefact;
use crate::flow::{
    ArtefactEffect, ArtefactEvent, ArtefactFlow, EndReason, EntryReport, Outcome, Page, PageHead,
    PageRefusal, Patience, PushId, Refusal, Seen, Standing, TakenPage, TransferStage,
};
use crate::hooks::HiuEvent;

fn new() -> Walk<ArtefactFlow> {
    let asking: FlowId = "00000000-0000-4000-8000-000000000001".parse().unwrap();
    let flow = ArtefactFlow::new(consent(1), asking, Patience::default(), true)
        .of_number(Some("91-0000-0000-0001".parse().unwrap()));
    Walk::new(flow, start())
}

fn terms() -> ConsentDetail {
    let dates = DateRange::new(
        "2024-01-01T00:00:00Z".parse().unwrap(),
        "2026-01-01T00:00:00Z".parse().unwrap(),
    );
    let until = "2026-10-01T00:00:00Z".parse().unwrap();
    let mut terms = ConsentDetail::new(
        consent(1),
        "asha.test@sbx".parse().unwrap(),
        "IN0000000002".parse().unwrap(),
        PurposeCode::CareManagement.into(),
        Permission::new(AccessMode::View, dates, until),
    );
    terms.hi_types = vec![HiType::OpConsultation];
    let context = |reference: &str| {
        ConsentCareContext::new("UHID-77".parse().unwrap(), reference.parse().unwrap())
    };
    terms.care_contexts = vec![context("OPD-1"), context("OPD-2")];
    terms
}

fn fetched() -> ArtefactEvent {
    let artefact = ConsentArtefact::new(ConsentStatus::Granted, terms(), "c2ln".to_owned());
    ArtefactEvent::Fetched(Box::new(artefact))
}

fn transaction() -> TransactionId {
    "3332b62a-0000-4000-8000-000000000001".parse().unwrap()
}

fn push_id() -> PushId {
    PushId::new("push-1").unwrap()
}

/// A sealed text that nobody opens here.
fn keys() -> Sealed {
    let mut bytes = vec![6; 64];
    bytes[0] = 1;
    Sealed::from_bytes(bytes).unwrap()
}

fn prepared() -> ArtefactEvent {
    ArtefactEvent::Prepared { push_id: push_id(), keys: keys() }
}

fn requested(in_doubt: bool) -> ArtefactEvent {
    ArtefactEvent::Requested { request: Some(request(5)), in_doubt }
}

fn accepted() -> ArtefactEvent {
    ArtefactEvent::Accepted { request: request(5), transaction: transaction() }
}

/// The page `number` of two, with the record of one care context.
fn page(number: i64) -> Box<Page> {
    let entry = json!({
        "careContextReference": format!("OPD-{number}"), "media": "application/fhir+json",
        "content": "Y2lwaGVydGV4dA==", "checksum": format!("page-{number}")
    });
    let key = json!({
        "cryptoAlg": "ECDH", "curve": "Curve25519", "nonce": format!("bm9uY2U{number}"),
        "dhPublicKey": {
            "expiry": "2026-09-15T09:00:00Z", "parameters": "Curve25519/32byte random key",
            "keyValue": "a2V5"
        }
    });
    let body = json!({
        "pageNumber": number, "pageCount": 2, "transactionId": transaction(), "entries": [entry],
        "keyMaterial": key
    });
    Box::new(Page::read(body.to_string().as_bytes()).unwrap())
}

/// Where the pages are; nobody looks there.
fn body() -> BodyId {
    serde_json::from_value(json!("00000000-0000-4000-8000-0000000000b0")).unwrap()
}

/// How often pages of the present transfer were taken or opened, and how many were taken.
fn so_far(flow: &ArtefactFlow) -> (u64, u64) {
    flow.transfer.as_ref().map_or((0, 0), |of| (of.pages.changes(), of.pages.taken))
}

/// The page `number` is pushed: the pages come in order, so that what is known of it can be told.
fn pushed(flow: &ArtefactFlow, number: i64, before: u64) -> ArtefactEvent {
    let (changes, taken) = so_far(flow);
    let is_taken = u64::try_from(number).unwrap() <= taken;
    let seen = Seen { as_of: changes + before, is_taken, ..Seen::default() };
    let (body, page) = (body(), Box::new(page(number).head(400)));
    ArtefactEvent::Pushed { push_id: push_id(), page, body, seen: Box::new(seen) }
}

fn push(walk: Walk<ArtefactFlow>, number: i64) -> Walk<ArtefactFlow> {
    let event = pushed(&walk.flow, number, 0);
    walk.on(event)
}

/// The page `number` with what became of its entries.
fn opened_as(page: &Page, entries: Vec<EntryReport>) -> ArtefactEvent {
    let PageHead { id, number, contents, care_contexts, size, .. } = page.head(400);
    let ordinal = u64::try_from(number - 1).unwrap();
    let (reports, repeats) = (None, false);
    let taken = TakenPage { id, number, contents, care_contexts, reports, repeats, ordinal, size };
    let (push_id, page, known) = (push_id(), Box::new(taken), Box::default());
    ArtefactEvent::Opened { push_id, page, entries, known, body: None }
}

fn opened(page: &Page) -> ArtefactEvent {
    let reports = page.entries.iter().map(|entry| {
        let context = entry.care_context.clone().unwrap();
        let document = format!("document of {context}").parse().unwrap();
        EntryReport::kept(context, document)
    });
    opened_as(page, reports.collect())
}

/// A page of which one entry names another patient.
fn opened_as_anothers(number: i64) -> ArtefactEvent {
    let page = page(number);
    let context = page.entries[0].care_context.clone().unwrap();
    let set_aside = Some("document of another".parse().unwrap());
    let entry = EntryReport::mismatched(context, PatientMismatch::AbhaAddress, set_aside)
        .with_warnings(vec!["its expiry cannot be read".to_owned()]);
    opened_as(&page, vec![entry])
}

fn granted() -> Walk<ArtefactFlow> {
    new().on(ArtefactEvent::Begin).on(fetched())
}

fn receiving() -> Walk<ArtefactFlow> {
    granted().on(prepared()).on(requested(false)).on(accepted())
}

fn half_way() -> Walk<ArtefactFlow> {
    push(receiving(), 1).on(opened(&page(1)))
}

fn erased(flow: &ArtefactFlow, reason: EndReason, at: DateTime<Utc>) -> ArtefactEvent {
    let proof = json!({
        "consent": consent(1), "hip": "IN0000000002", "reason": reason, "endedAt": at,
        "erasedAt": at, "documents": flow.transfer.as_ref().map_or(0, |of| of.pages.documents),
        "digest": "00"
    });
    ArtefactEvent::Erased(Box::new(serde_json::from_value(proof).unwrap()))
}

fn ended(reason: EndReason, name: &str) -> Walk<ArtefactFlow> {
    let walk = half_way().on(ArtefactEvent::Ended(reason)).keep(name);
    let gone = erased(&walk.flow, reason, walk.now);
    walk.on(gone).keep(&format!("{name}-and-erased"))
}

/// So often woken.
fn woken(walk: Walk<ArtefactFlow>, times: usize) -> Walk<ArtefactFlow> {
    (0..times).fold(walk, |walk, _| walk.woken())
}

impl InCorpus for ArtefactFlow {
    fn stages() -> Vec<String> {
        let mut all = variants_of::<Standing>("standing");
        all.extend(variants_of::<EndReason>("end"));
        all.extend(variants_of::<TransferStage>("transfer"));
        all.extend(variants_of::<Outcome>("outcome"));
        let of_request =
            |told: &String| told.ends_with("ConsentDecided") || told.ends_with("NotUnderstood");
        all.extend(variants_of::<HiuEvent>("effect/Tell").into_iter().filter(|e| !of_request(e)));
        all
    }

    fn shows(&self) -> Vec<String> {
        let mut shown = vec![variant_of("standing", &self.standing)];
        if let Standing::Ended { reason, .. } = &self.standing {
            shown.push(variant_of("end", reason));
        }
        for transfer in self.transfer.iter().chain(&self.earlier) {
            shown.push(variant_of("transfer", &transfer.stage));
            shown.extend(transfer.outcome.as_ref().map(|outcome| variant_of("outcome", outcome)));
        }
        shown
    }

    fn walks() -> Vec<Walk<Self>> {
        let refusal = || Refusal::passing("nobody answered");
        let refused = PageRefusal::OtherTransaction;
        let refused = ArtefactEvent::PageRefused { push_id: push_id(), why: refused };
        let over = ArtefactEvent::OverLimit { push_id: push_id(), length: Some(9), limit: 8 };
        let (page_id, body) = (page(1).id, body());
        let opening = ArtefactEffect::OpenPage { push_id: push_id(), page: page_id, body };
        let not_opened = ArtefactEvent::NotOpened(Box::new(opening));
        let receipt = ArtefactEvent::Summarised { push_id: push_id(), responses: Vec::new() };
        let other_form =
            Refusal::of_callback::<crate::api::health_information::OnHealthInformationRequested>(
                abdm_core::error::CallbackError::new(9999, "encoded key spec not recognized"),
            );
        let other_form = ArtefactEvent::Refused { request: request(5), refusal: other_form };
        let silent = receiving().after(TimeDelta::minutes(21));
        vec![
            new().on(ArtefactEvent::Begin).keep("fetching").woken().keep("fetching-again"),
            new()
                .on(ArtefactEvent::Begin)
                .on(ArtefactEvent::NotFetched(refusal()))
                .keep("unavailable"),
            granted()
                .keep("preparing")
                .on(prepared())
                .keep("requesting")
                .on(requested(false))
                .keep("receiving")
                .on(accepted())
                .keep("receiving-accepted"),
            push(
                push(receiving(), 1)
                    .keep("receiving-one-page-unopened")
                    .on(opened(&page(1)))
                    .keep("receiving-one-page")
                    .on(refused)
                    .keep("receiving-after-a-refused-page"),
                2,
            )
            .on(opened(&page(2)))
            .keep("complete")
            .on(receipt)
            .keep("complete-reported"),
            push(receiving(), 1).on(not_opened).keep("receiving-not-opened"),
            push(receiving(), 1).on(opened_as_anothers(1)).keep("receiving-anothers"),
            receiving().on(over).keep("receiving-over-the-limit"),
            granted().on(prepared()).on(requested(true)).keep("receiving-in-doubt"),
            granted().on(prepared()).on(requested(false)).on(other_form).keep("asked-anew"),
            silent
                .on(ArtefactEvent::Woken)
                .keep("checking")
                .on(ArtefactEvent::Status(None))
                .keep("failed"),
            woken(half_way(), 1).keep("looking-up"),
            half_way()
                .after(TimeDelta::minutes(21))
                .on(ArtefactEvent::Woken)
                .keep("partial")
                .on(ArtefactEvent::Ask)
                .keep("asked-once-more"),
            ended(EndReason::Revoked, "revoked"),
            ended(EndReason::Expired, "expired"),
            ended(EndReason::EraseDate, "erase-date"),
            ended(EndReason::Asked, "asked-to-erase"),
        ]
    }

    fn answers(&self, effect: ArtefactEffect, now: DateTime<Utc>) -> Vec<ArtefactEvent> {
        match effect {
            ArtefactEffect::Fetch(_) => vec![fetched()],
            ArtefactEffect::Prepare => vec![prepared()],
            ArtefactEffect::Request { .. } => {
                let (_, taken) = so_far(self);
                let (first, second) = (pushed(self, 1, 0), pushed(self, 2, u64::from(taken < 1)));
                vec![requested(false), accepted(), first, second]
            }
            ArtefactEffect::OpenPage { page: id, .. } => {
                [1, 2].map(page).iter().filter(|page| page.id == id).map(|p| opened(p)).collect()
            }
            ArtefactEffect::Open { page, .. } => vec![opened(&page)],
            ArtefactEffect::Summarise { push_id } => {
                vec![ArtefactEvent::Summarised { push_id, responses: Vec::new() }]
            }
            ArtefactEffect::CheckTransfer(_) => vec![ArtefactEvent::Status(None)],
            ArtefactEffect::Erase { reason, .. } => vec![erased(self, reason, now)],
            ArtefactEffect::Report { .. }
            | ArtefactEffect::Tell(_)
            | ArtefactEffect::Announce(_) => Vec::new(),
        }
    }
}
