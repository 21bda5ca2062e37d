//! An artefact's flow without network and keys.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use crate::api::consent::ConsentArtefact;
use crate::flow::{
    ArtefactEffect, ArtefactEvent, ArtefactFlow, DocumentId, EntryReport, Known, Outcome, Page,
    Patience, PushId, ReadRows, Seen, Standing, TakenPage, documents, fates, has_waiting_copy,
    taken_page, taken_pages,
};
use abdm_core::api::consent::ConsentCareContext;
use abdm_core::id::TransactionId;
use abdm_core::seal::{Sealed, SealingKey};
use abdm_core::vocabulary::{ConsentStatus, HiStatus};
use abdm_flow::ids::SeededIds;
use abdm_flow::store::{BodyId, FlowId, Payload, Row, RowChange, RowPlace, RowWrite, StoreError};
use abdm_flow::{Flow, FlowError, Step, Wake};
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;

use crate::flow::made_up::{consent_id, context, granted, request_id, start, transaction_id};

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
    /// The pages bring these many care contexts in turn; as many as there are pages if nothing is
    /// said.
    pub(crate) contexts: Option<i64>,
    /// Pages that were taken wait until a test opens them.
    pub(crate) opens_later: bool,
    pub(crate) unopened: Vec<ArtefactEffect>,
    /// The documents of the pages that were answered 202.
    pub(crate) taken: BTreeSet<DocumentId>,
    /// Those of them that could not be opened, because the keys were gone.
    pub(crate) lost: Vec<DocumentId>,
    transfers: u32,
    ids: SeededIds,
    /// The pages that were pushed.
    bodies: RefCell<BTreeMap<BodyId, Page>>,
    /// The bodies that the flow holds.
    pub(crate) held: BTreeSet<BodyId>,
    pub(crate) rows: Rows,
}

/// Rows by table and key: the list under which each stands, its place, and what it says.
#[derive(Default)]
pub(crate) struct Rows(pub(crate) BTreeMap<(String, String), (Option<String>, i64, Payload)>);

impl Rows {
    /// How many rows a table has.
    pub(crate) fn of(&self, table: &str) -> usize {
        self.0.keys().filter(|(of, _)| of == table).count()
    }

    pub(crate) fn change(&mut self, change: &RowChange) {
        let place = (change.table.to_owned(), change.key.clone());
        match &change.write {
            RowWrite::Put(row) => {
                self.0.insert(place, (row.parent.clone(), row.sort, row.payload.clone()));
            }
            RowWrite::Delete => drop(self.0.remove(&place)),
            RowWrite::DeleteChildren => self.0.retain(|(table, _), (parent, ..)| {
                table != change.table || parent.as_deref() != Some(&change.key)
            }),
            other => panic!("{other:?} was not expected"),
        }
    }
}

fn row(key: &str, (_, sort, payload): &(Option<String>, i64, Payload)) -> Row {
    Row::new(*sort, 1, payload.clone(), RowPlace::new(*sort, key.to_owned()))
}

#[async_trait::async_trait]
impl ReadRows for Rows {
    async fn row(&self, table: &str, key: &str) -> Result<Option<Row>, StoreError> {
        Ok(self.0.get(&(table.to_owned(), key.to_owned())).map(|found| row(key, found)))
    }

    async fn next(
        &self,
        table: &str,
        parent: &str,
        after: Option<RowPlace>,
        limit: usize,
    ) -> Result<Vec<Row>, StoreError> {
        let is_of =
            |((of, _), (under, ..)): &(&(String, String), &(Option<String>, i64, Payload))| {
                of == table && under.as_deref() == Some(parent)
            };
        let mut rows: Vec<_> =
            self.0.iter().filter(is_of).map(|((_, key), found)| row(key, found)).collect();
        rows.sort_by(|a, b| a.place.cmp(&b.place));
        rows.retain(|row| after.as_ref().is_none_or(|after| row.place > *after));
        rows.truncate(limit);
        Ok(rows)
    }
}

/// What a future that waits for nothing comes to.
pub(crate) fn at_once<T>(future: impl Future<Output = Result<T, StoreError>>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(result) => result.unwrap(),
        Poll::Pending => panic!("it waits"),
    }
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
            contexts: None,
            opens_later: false,
            unopened: Vec::new(),
            taken: BTreeSet::new(),
            lost: Vec::new(),
            transfers: 0,
            ids: SeededIds::new(1),
            bodies: RefCell::default(),
            held: BTreeSet::new(),
            rows: Rows::default(),
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
            terms.care_contexts = match self.contexts {
                Some(contexts) => (0..contexts).map(consented).collect(),
                None => self.places().map(consented).collect(),
            };
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
        let context = self.contexts.map_or(place, |contexts| place % contexts);
        let entry = json!({"careContextReference": format!("OPD-{context}"), "content": content});
        let body = json!({"pageNumber": number, "pageCount": count,
            "transactionId": by, "entries": [entry], "keyMaterial": null});
        let page = Page::read(body.to_string().as_bytes()).unwrap();
        let (head, body) = (page.head(body.to_string().len()), BodyId::fresh(&self.ids));
        self.bodies.borrow_mut().insert(body, page);
        let (push_id, seen) = (self.push_id.clone(), Box::default());
        ArtefactEvent::Pushed { push_id, page: Box::new(head), body, seen }
    }

    pub(crate) fn accepted(&self) -> ArtefactEvent {
        ArtefactEvent::Accepted { request: request_id(5), transaction: transaction_id() }
    }

    /// Tells the flow the piece of news at `index`; tells whether it was taken.
    pub(crate) fn tell(&mut self, index: usize) -> bool {
        let event = self.news.remove(index);
        let event = self.with_what_is_known(event, false);
        let before = self.flow.clone();
        match self.flow.on(event.clone(), self.now) {
            Ok(step) => {
                let idle = self.flow == before && step.effects.is_empty();
                if let (true, ArtefactEvent::Woken, Wake::At(at)) = (idle, &event, step.wake) {
                    assert!(at > self.now, "it would be woken for ever");
                }
                self.done(&event, step);
                true
            }
            Err(FlowError::NotYet { .. }) => {
                self.flow = before;
                self.news.push(event);
                false
            }
            Err(error) if matches!(event, ArtefactEvent::Pushed { .. }) => {
                self.flow = before.clone();
                let again = self.with_what_is_known(event, true);
                match self.flow.on(again.clone(), self.now) {
                    Ok(step) => self.done(&again, step),
                    Err(_) => {
                        self.flow = before;
                        self.refused.push(error.to_string());
                    }
                }
                true
            }
            Err(error) => panic!("{error}"),
        }
    }

    /// Looks up what is known of the page that an event is about.
    pub(crate) fn with_what_is_known(
        &self,
        mut event: ArtefactEvent,
        looks_for_copies: bool,
    ) -> ArtefactEvent {
        match &mut event {
            ArtefactEvent::Pushed { push_id, page, seen, .. } => {
                let transfer = self.flow.transfer_at(push_id);
                let revision = transfer.map_or(0, |transfer| transfer.pages.revision());
                **seen = at_once(Seen::of(&self.rows, push_id, page, revision));
                seen.has_waiting_copy =
                    looks_for_copies && at_once(has_waiting_copy(&self.rows, push_id, page));
            }
            ArtefactEvent::Opened { push_id, page, entries, known, .. } => {
                let transfer = self.flow.transfer_at(push_id);
                let opened = transfer.map_or(0, |transfer| transfer.pages.opened());
                **known = at_once(Known::of(&self.rows, push_id, page, entries, opened));
            }
            _ => {}
        }
        event
    }

    /// Writes what follows from an event, and does what is wanted.
    fn done(&mut self, event: &ArtefactEvent, step: Step<ArtefactEffect>) {
        if let ArtefactEvent::Pushed { body, .. } = event {
            let page = &self.bodies.borrow()[body];
            self.taken.insert(document_of(page));
            if step.bodies.keep {
                self.held.insert(*body);
            }
        }
        if step.bodies.drop_all {
            self.held.clear();
        }
        for body in &step.bodies.drop {
            self.held.remove(body);
        }
        for change in &step.rows {
            self.rows.change(change);
        }
        for wanted in step.effects {
            self.do_it(&wanted.effect);
            self.effects.push(wanted.effect);
        }
    }

    /// The documents that are known to be kept, by all transfers.
    pub(crate) fn documents(&self) -> BTreeSet<DocumentId> {
        at_once(documents(&self.rows, &self.flow.id))
    }

    /// The present transfer's pages.
    pub(crate) fn pages_taken(&self) -> Vec<TakenPage> {
        let transfer = self.flow.transfer.as_ref().unwrap();
        at_once(taken_pages(&self.rows, transfer.push_id.as_ref().unwrap()))
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
            ArtefactEffect::OpenPage { .. } => {
                self.unopened.push(effect.clone());
                if !self.opens_later {
                    self.open(0);
                }
            }
            ArtefactEffect::Summarise { push_id } => {
                if let Some(summarised) = self.summarised(push_id) {
                    self.news.push(summarised);
                }
            }
            ArtefactEffect::CheckTransfer(_) => self.news.push(ArtefactEvent::Status(None)),
            ArtefactEffect::Report { .. } | ArtefactEffect::Tell(_) => {}
            ArtefactEffect::Erase { reason, at } => {
                let waiting = self.flow.transfers().filter(|of| of.is_being_summarised());
                let waiting: Vec<_> = waiting.filter_map(|of| of.push_id.clone()).collect();
                for push_id in waiting {
                    let summarised = self.summarised(&push_id).unwrap();
                    let step = self.flow.on(summarised.clone(), self.now).unwrap();
                    self.done(&summarised, step);
                }
                let proof = json!({"consent": consent_id(1), "hip": null, "reason": reason,
                    "endedAt": at, "erasedAt": at, "digest": "",
                    "documents": self.documents().len()});
                let proof = serde_json::from_value(proof).unwrap();
                self.news.push(ArtefactEvent::Erased(Box::new(proof)));
            }
            other => panic!("unknown effect {other:?}"),
        }
    }

    /// What is reported of a transfer, by its rows as they are now.
    pub(crate) fn summarised(&self, push_id: &PushId) -> Option<ArtefactEvent> {
        let (transfer, terms) = (self.flow.transfer_at(push_id)?, self.flow.terms.as_ref()?);
        let fates = at_once(fates(&self.rows, push_id, transfer.pages.overdue_below()));
        let summary = transfer.summary(fates, &terms.care_contexts);
        Some(ArtefactEvent::Summarised { push_id: push_id.clone(), summary })
    }

    /// Opens a page that was taken, with the keys that the flow has for it.
    pub(crate) fn open(&mut self, index: usize) {
        let opening = self.unopened.remove(index);
        let ArtefactEffect::OpenPage { push_id, page: id, body } = opening.clone() else {
            panic!("it is no page");
        };
        let Some(taken) = at_once(taken_page(&self.rows, &push_id, &id)) else {
            assert_ne!(self.flow.standing, Standing::Granted, "its row is gone");
            return;
        };
        let page = self.bodies.borrow()[&body].clone();
        let reference = page.entries[0].care_context.clone().unwrap();
        let id = document_of(&page);
        let transfer = self.flow.transfer_at(&push_id);
        let entry = if transfer.is_some_and(|transfer| transfer.sealed_keys().is_some()) {
            assert!(self.held.contains(&body), "its body is gone");
            EntryReport::kept(reference, id)
        } else {
            if self.flow.standing == Standing::Granted {
                self.lost.push(id);
            }
            EntryReport::failed(Some(reference), "the transfer was over")
        };
        let (page, entries, known) = (Box::new(taken), vec![entry], Box::default());
        let opening = Box::new(opening);
        self.news.push(ArtefactEvent::Opened { push_id, page, entries, known, opening });
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
    let content = page.entries[0].content.as_ref().unwrap();
    let reference = page.entries[0].care_context.as_ref().unwrap();
    let place = content.strip_prefix("page at ").map(str::to_owned);
    DocumentId::new(format!("document of {}", place.unwrap_or(reference.to_string()))).unwrap()
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
