//! An artefact's flow without network and keys.

use std::collections::BTreeSet;

use abdm_core::api::consent::ConsentCareContext;
use abdm_core::id::TransactionId;
use abdm_core::seal::{Sealed, SealingKey};
use abdm_core::vocabulary::{ConsentStatus, HiStatus};
use abdm_flow::store::FlowId;
use abdm_flow::{Flow, FlowError};
use chrono::{DateTime, TimeDelta, Utc};
use hiu_services::api::consent::ConsentArtefact;
use hiu_services::flow::{
    ArtefactEffect, ArtefactEvent, ArtefactFlow, DocumentId, EntryReport, Outcome, Page, Patience,
    PushId, Standing,
};
use serde_json::json;

use crate::made_up::{consent_id, context, granted, request_id, start, transaction_id};

/// A host without network and keys: does at once what a flow wants, and gives the answers out in
/// the order that a test chooses.
pub(crate) struct World {
    pub(crate) flow: ArtefactFlow,
    pub(crate) now: DateTime<Utc>,
    /// What has happened and the flow does not know yet.
    pub(crate) news: Vec<ArtefactEvent>,
    pub(crate) effects: Vec<ArtefactEffect>,
    /// Why pages were refused.
    pub(crate) refused: Vec<String>,
    pub(crate) push_id: PushId,
    pub(crate) sealed: Sealed,
    pub(crate) pages: i64,
    pub(crate) first_page: i64,
    /// The HIP sends every page as "page 0 of 1".
    pub(crate) same_number: bool,
    /// Pages that were taken wait until a test opens them.
    pub(crate) opens_later: bool,
    pub(crate) unopened: Vec<(PushId, Box<Page>)>,
    /// The documents of the pages that were answered 202.
    pub(crate) taken: BTreeSet<DocumentId>,
    /// Those of them that could not be opened, because the keys were gone.
    pub(crate) lost: Vec<DocumentId>,
    transfers: u32,
}

impl World {
    pub(crate) fn new(pages: i64, first_page: i64) -> Self {
        let key = SealingKey::from_bytes(&[7; 32]).unwrap();
        Self {
            flow: ArtefactFlow::new(consent_id(1), flow_id(), Patience::default(), true),
            now: start(),
            news: vec![ArtefactEvent::Begin],
            effects: Vec::new(),
            refused: Vec::new(),
            push_id: PushId::new("none yet").unwrap(),
            sealed: key.seal(b"keys", "test").unwrap(),
            pages,
            first_page,
            same_number: false,
            opens_later: false,
            unopened: Vec::new(),
            taken: BTreeSet::new(),
            lost: Vec::new(),
            transfers: 0,
        }
    }

    /// The HIP's pages by their places: each brings a care context of its own.
    pub(crate) fn places(&self) -> std::ops::Range<i64> {
        self.first_page..self.first_page + self.pages
    }

    pub(crate) fn fetched(&self) -> ArtefactEvent {
        let mut terms = granted(consent_id(1));
        if self.pages > 0 {
            let patient = terms.care_contexts[0].patient_reference.clone();
            let consented =
                |place| ConsentCareContext::new(patient.clone(), context(&format!("OPD-{place}")));
            terms.care_contexts = self.places().map(consented).collect();
        }
        let artefact = ConsentArtefact::new(ConsentStatus::Granted, terms, String::new());
        ArtefactEvent::Fetched(Box::new(artefact))
    }

    pub(crate) fn pushed(&self, number: i64) -> ArtefactEvent {
        self.pushed_by(number, &transaction_id())
    }

    pub(crate) fn pushed_by(&self, place: i64, transaction: &TransactionId) -> ArtefactEvent {
        self.pushed_page(place, transaction, &format!("page at {place}"))
    }

    pub(crate) fn pushed_with(&self, place: i64, content: &str) -> ArtefactEvent {
        self.pushed_page(place, &transaction_id(), content)
    }

    fn pushed_page(&self, place: i64, by: &TransactionId, content: &str) -> ArtefactEvent {
        let (number, count) = if self.same_number { (0, 1) } else { (place, self.pages) };
        let entry = json!({"careContextReference": format!("OPD-{place}"), "content": content});
        let body = json!({"pageNumber": number, "pageCount": count,
            "transactionId": by, "entries": [entry], "keyMaterial": null});
        let page = Box::new(Page::read(body.to_string().as_bytes()).unwrap());
        ArtefactEvent::Pushed { push_id: self.push_id.clone(), page }
    }

    pub(crate) fn accepted(&self) -> ArtefactEvent {
        ArtefactEvent::Accepted { request: request_id(5), transaction: transaction_id() }
    }

    /// Tells the flow the piece of news at `index`; tells whether it was taken.
    pub(crate) fn tell(&mut self, index: usize) -> bool {
        let event = self.news.remove(index);
        let before = self.flow.clone();
        match self.flow.on(event.clone(), self.now) {
            Ok(step) => {
                if let ArtefactEvent::Pushed { page, .. } = &event {
                    self.taken.insert(document_of(page));
                }
                for wanted in step.effects {
                    self.do_it(&wanted.effect);
                    self.effects.push(wanted.effect);
                }
                true
            }
            Err(FlowError::NotYet { .. }) => {
                self.flow = before;
                self.news.push(event);
                false
            }
            Err(error) if matches!(event, ArtefactEvent::Pushed { .. }) => {
                self.flow = before;
                self.refused.push(error.to_string());
                true
            }
            Err(error) => panic!("{error}"),
        }
    }

    pub(crate) fn do_it(&mut self, effect: &ArtefactEffect) {
        match effect {
            ArtefactEffect::Fetch(_) => self.news.push(self.fetched()),
            ArtefactEffect::Prepare => {
                self.transfers += 1;
                self.push_id = PushId::new(format!("push-{}", self.transfers)).unwrap();
                let (push_id, keys) = (self.push_id.clone(), self.sealed.clone());
                self.news.push(ArtefactEvent::Prepared { push_id, keys });
            }
            ArtefactEffect::Request { .. } => {
                let request = Some(request_id(5));
                self.news.push(ArtefactEvent::Requested { request, in_doubt: false });
                self.news.push(self.accepted());
                for place in self.places() {
                    self.news.push(self.pushed(place));
                }
            }
            ArtefactEffect::Open { push_id, page } => {
                self.unopened.push((push_id.clone(), page.clone()));
                if !self.opens_later {
                    self.open(0);
                }
            }
            ArtefactEffect::CheckTransfer(_) => self.news.push(ArtefactEvent::Status(None)),
            ArtefactEffect::Report { .. } | ArtefactEffect::Tell(_) => {}
            ArtefactEffect::Erase { reason, at } => {
                let proof = json!({"consent": consent_id(1), "hip": null, "reason": reason,
                    "endedAt": at, "erasedAt": at, "digest": "",
                    "documents": self.flow.documents.len()});
                let proof = serde_json::from_value(proof).unwrap();
                self.news.push(ArtefactEvent::Erased(Box::new(proof)));
            }
            other => panic!("unknown effect {other:?}"),
        }
    }

    /// Opens a page that was taken, with the keys that the flow has for it.
    pub(crate) fn open(&mut self, index: usize) {
        let (push_id, page) = self.unopened.remove(index);
        let reference = page.entries[0].care_context.clone().unwrap();
        let id = document_of(&page);
        let transfer = self.flow.transfer_at(&push_id);
        let entry = if transfer.is_some_and(|transfer| transfer.sealed_keys().is_some()) {
            EntryReport::kept(reference, id)
        } else {
            if self.flow.standing == Standing::Granted {
                self.lost.push(id);
            }
            EntryReport::failed(Some(reference), "the transfer was over")
        };
        let page = page.id.clone();
        self.news.push(ArtefactEvent::Opened { push_id, page, entries: vec![entry] });
    }

    /// Tells everything, the oldest news first.
    pub(crate) fn settle(&mut self) {
        let mut idle = 0;
        while !self.news.is_empty() && idle <= self.news.len() {
            idle = if self.tell(0) { 0 } else { idle + 1 };
        }
    }

    pub(crate) fn wake_after(&mut self, time: TimeDelta) {
        self.now += time;
        self.news.push(ArtefactEvent::Woken);
        self.settle();
    }

    pub(crate) fn reports(&self) -> Vec<(bool, Vec<(String, HiStatus)>)> {
        let report = |effect: &ArtefactEffect| match effect {
            ArtefactEffect::Report { received, responses, .. } => Some((
                *received,
                responses
                    .iter()
                    .map(|r| (r.care_context_reference.to_string(), r.hi_status.clone()))
                    .collect(),
            )),
            _ => None,
        };
        self.effects.iter().filter_map(report).collect()
    }

    pub(crate) fn outcome(&self) -> Option<&Outcome> {
        self.flow.transfer.as_ref().and_then(|transfer| transfer.outcome.as_ref())
    }

    pub(crate) fn keys_are_gone(&self) -> bool {
        self.flow.transfer.as_ref().is_none_or(|transfer| transfer.sealed_keys().is_none())
    }
}

fn document_of(page: &Page) -> DocumentId {
    let reference = page.entries[0].care_context.as_ref().unwrap();
    DocumentId::new(format!("document of {reference}")).unwrap()
}

pub(crate) fn flow_id() -> FlowId {
    "00000000-0000-4000-8000-000000000001".parse().unwrap()
}

impl World {
    /// As [`settle`](Self::settle), with some of the news lost.
    pub(crate) fn settle_without(&mut self, lost: impl Fn(&ArtefactEvent) -> bool) {
        let mut idle = 0;
        while !self.news.is_empty() && idle <= self.news.len() {
            self.news.retain(|event| !lost(event));
            if self.news.is_empty() {
                break;
            }
            idle = if self.tell(0) { 0 } else { idle + 1 };
        }
    }
}
