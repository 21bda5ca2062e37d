//! Consent artefacts and their transfers.

use abdm_core::person::PatientMismatch;
use abdm_core::seal::Sealed;
use abdm_core::vocabulary::ConsentStatus;
use abdm_flow::store::{BodyId, FlowId};
use abdm_flow::testing::corpus::{InCorpus, Walk, variant_of, variants_of};
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;

use crate::api::consent::ConsentArtefact;
use crate::flow::made_up::{consent_id, granted, request_id, start, transaction_id};
use crate::flow::{
    ArtefactEffect, ArtefactEvent, ArtefactFlow, EndReason, EntryReport, Known, Outcome, Page,
    PageHead, PageRefusal, Patience, PushId, Refusal, Seen, Standing, TakenPage, TransferStage,
};
use crate::hooks::HiuEvent;

fn new() -> Walk<ArtefactFlow> {
    let asking: FlowId = "00000000-0000-4000-8000-000000000001".parse().unwrap();
    let flow = ArtefactFlow::new(consent_id(1), asking, Patience::default(), true)
        .of_number(Some("91-0000-0000-0001".parse().unwrap()));
    Walk::new(flow, start())
}

fn fetched() -> ArtefactEvent {
    let artefact =
        ConsentArtefact::new(ConsentStatus::Granted, granted(consent_id(1)), "c2ln".to_owned());
    ArtefactEvent::Fetched(Box::new(artefact))
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
    ArtefactEvent::Requested { request: Some(request_id(5)), in_doubt }
}

fn accepted() -> ArtefactEvent {
    ArtefactEvent::Accepted { request: request_id(5), transaction: transaction_id() }
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
        "pageNumber": number, "pageCount": 2, "transactionId": transaction_id(), "entries": [entry],
        "keyMaterial": key
    });
    Box::new(Page::read(body.to_string().as_bytes()).unwrap())
}

/// Where the pages are; nobody looks there.
fn body() -> BodyId {
    serde_json::from_value(json!("00000000-0000-4000-8000-0000000000b0")).unwrap()
}

/// The revision of the present transfer's pages, and how many were taken.
fn so_far(flow: &ArtefactFlow) -> (u64, u64) {
    flow.transfer.as_ref().map_or((0, 0), |of| (of.pages.revision(), of.pages.taken))
}

/// The page `number` is pushed: the pages come in order, so that what is known of it can be told.
fn pushed(flow: &ArtefactFlow, number: i64, before: u64) -> ArtefactEvent {
    let (revision, taken) = so_far(flow);
    let is_taken = u64::try_from(number).unwrap() <= taken;
    let seen = Seen { revision: revision + before, is_taken, ..Seen::default() };
    let (body, page) = (body(), Box::new(page(number).head(400)));
    ArtefactEvent::Pushed { push_id: push_id(), page, body, seen: Box::new(seen) }
}

fn push(walk: Walk<ArtefactFlow>, number: i64) -> Walk<ArtefactFlow> {
    let event = pushed(&walk.flow, number, 0);
    walk.on(event)
}

/// The page with what became of its entries.
fn opened_as(flow: &ArtefactFlow, page: &Page, entries: Vec<EntryReport>) -> ArtefactEvent {
    let PageHead { id, number, contents, care_contexts, size, .. } = page.head(400);
    let ordinal = u64::try_from(number - 1).unwrap();
    let (reports, repeats) = (None, false);
    let taken = TakenPage { id, number, contents, care_contexts, reports, repeats, ordinal, size };
    let (push_id, page, opening) = (push_id(), Box::new(taken), Box::new(opening(page)));
    let opened = flow.transfer.as_ref().map_or(0, |of| of.pages.opened());
    let known = Box::new(Known { opened, ..Known::default() });
    ArtefactEvent::Opened { push_id, page, entries, known, opening }
}

fn opening(page: &Page) -> ArtefactEffect {
    ArtefactEffect::OpenPage { push_id: push_id(), page: page.id.clone(), body: body() }
}

fn opened(flow: &ArtefactFlow, page: &Page) -> ArtefactEvent {
    let reports = page.entries.iter().map(|entry| {
        let context = entry.care_context.clone().unwrap();
        let document = format!("document of {context}").parse().unwrap();
        EntryReport::kept(context, document)
    });
    opened_as(flow, page, reports.collect())
}

/// The page `number` is opened.
fn open(walk: Walk<ArtefactFlow>, number: i64) -> Walk<ArtefactFlow> {
    let event = opened(&walk.flow, &page(number));
    walk.on(event)
}

/// What is reported of a transfer of which nothing is known any more.
fn summarised(flow: &ArtefactFlow, push_id: &PushId) -> Option<ArtefactEvent> {
    let summary = flow.transfer_at(push_id)?.summary(Vec::new(), &[]);
    Some(ArtefactEvent::Summarised { push_id: push_id.clone(), summary })
}

/// A page of which one entry names another patient.
fn opened_as_anothers(flow: &ArtefactFlow, number: i64) -> ArtefactEvent {
    let page = page(number);
    let context = page.entries[0].care_context.clone().unwrap();
    let set_aside = Some("document of another".parse().unwrap());
    let entry = EntryReport::mismatched(context, PatientMismatch::AbhaAddress, set_aside)
        .with_warnings(vec!["its expiry cannot be read".to_owned()]);
    opened_as(flow, &page, vec![entry])
}

fn with_terms() -> Walk<ArtefactFlow> {
    new().on(ArtefactEvent::Begin).on(fetched())
}

fn receiving() -> Walk<ArtefactFlow> {
    with_terms().on(prepared()).on(requested(false)).on(accepted())
}

fn half_way() -> Walk<ArtefactFlow> {
    open(push(receiving(), 1), 1)
}

fn erased(flow: &ArtefactFlow, reason: EndReason, at: DateTime<Utc>) -> ArtefactEvent {
    let proof = json!({
        "consent": consent_id(1), "hip": "IN0000000002", "reason": reason, "endedAt": at,
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
        let not_opened = ArtefactEvent::NotOpened(Box::new(opening(&page(1))));
        let complete = push(
            open(push(receiving(), 1).keep("receiving-one-page-unopened"), 1)
                .keep("receiving-one-page")
                .on(refused)
                .keep("receiving-after-a-refused-page"),
            2,
        );
        let complete = open(complete, 2).keep("complete");
        let receipt = summarised(&complete.flow, &push_id()).unwrap();
        let anothers = push(receiving(), 1);
        let opened_as_anothers = opened_as_anothers(&anothers.flow, 1);
        let other_form =
            Refusal::of_callback::<crate::api::health_information::OnHealthInformationRequested>(
                abdm_core::error::CallbackError::new(9999, "encoded key spec not recognized"),
            );
        let other_form = ArtefactEvent::Refused { request: request_id(5), refusal: other_form };
        let silent = receiving().after(TimeDelta::minutes(21));
        vec![
            new().on(ArtefactEvent::Begin).keep("fetching").woken().keep("fetching-again"),
            new()
                .on(ArtefactEvent::Begin)
                .on(ArtefactEvent::NotFetched(refusal()))
                .keep("unavailable"),
            with_terms()
                .keep("preparing")
                .on(prepared())
                .keep("requesting")
                .on(requested(false))
                .keep("receiving")
                .on(accepted())
                .keep("receiving-accepted"),
            complete.on(receipt).keep("complete-reported"),
            push(receiving(), 1).on(not_opened).keep("receiving-not-opened"),
            anothers.on(opened_as_anothers).keep("receiving-anothers"),
            receiving().on(over).keep("receiving-over-the-limit"),
            with_terms().on(prepared()).on(requested(true)).keep("receiving-in-doubt"),
            with_terms().on(prepared()).on(requested(false)).on(other_form).keep("asked-anew"),
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
                let pages = [1, 2].map(page);
                pages.iter().filter(|page| page.id == id).map(|page| opened(self, page)).collect()
            }
            ArtefactEffect::Open { page, .. } => vec![opened(self, &page)],
            ArtefactEffect::Summarise { push_id } => {
                summarised(self, &push_id).into_iter().collect()
            }
            ArtefactEffect::CheckTransfer(_) => vec![ArtefactEvent::Status(None)],
            ArtefactEffect::Erase { reason, .. } => vec![erased(self, reason, now)],
            ArtefactEffect::Report { .. }
            | ArtefactEffect::Tell(_)
            | ArtefactEffect::Announce(_) => Vec::new(),
        }
    }
}
