//! What release 1 stored: snapshots with pages and documents in them, and its effects.

use std::collections::BTreeSet;

use abdm_flow::ids::SeededIds;
use abdm_flow::store::{BodyId, FlowList, FlowStore as _, MemoryStore, Scope};
use abdm_flow::{Flow as _, SnapshotError};
use serde_json::{Value, json};

use super::world::{Rows, at_once};
use crate::flow::made_up::{consent_id, context, hiu_id, start};
use crate::flow::{
    ArtefactEffect, ArtefactEvent, ArtefactFlow, ConsentEffect, EntryReport, Known, Outcome,
    PageHead, RECORDS_LANE, Seen, TakenPage, documents, fates, taken_pages,
};

const RECEIVING: &str = include_str!("../../../../tests/it/releases/1_receiving.json");
const REPORTING: &str = include_str!("../../../../tests/it/releases/1_reporting.json");
const EFFECTS: &str = include_str!("../../../../tests/it/releases/1_effects.json");

/// The snapshot of the one artefact in a store of release 1.
fn snapshot(file: &str) -> Value {
    let file: Value = serde_json::from_str(file).unwrap();
    let store = MemoryStore::from_snapshot_bytes(file["store"].to_string().as_bytes()).unwrap();
    let scope = Scope::new(hiu_id().as_str());
    let stored = at_once(store.flows(&FlowList::new(&scope, ArtefactFlow::KIND, 10)));
    assert_eq!(stored[0].version, 1);
    stored[0].state.decode().unwrap()
}

/// The flow after its first event, and the rows that it wrote.
fn moved(state: Value) -> (ArtefactFlow, Rows) {
    let mut flow = ArtefactFlow::upgrade(1, state).unwrap();
    assert!(flow.is_to_be_moved());
    let step = flow.on(ArtefactEvent::Moved, start()).unwrap();
    let mut rows = Rows::default();
    step.rows.iter().for_each(|change| rows.change(change));
    assert!(step.effects.is_empty() && !flow.is_to_be_moved());
    (flow, rows)
}

#[test]
fn the_pages_and_documents_of_release_1_become_rows_with_the_first_event() {
    let (flow, rows) = moved(snapshot(RECEIVING));
    let transfer = flow.transfer.as_ref().unwrap();
    let at = transfer.push_id.as_ref().unwrap();
    assert_eq!((transfer.pages.taken, transfer.pages.documents), (2, 1));
    assert!(transfer.has_unopened());
    let missing = BTreeSet::from(["OPD-2", "OPD-3"].map(context));
    assert_eq!(transfer.missing(), Some(&missing));
    let pages = at_once(taken_pages(&rows, at));
    let opened: Vec<_> = pages.iter().map(|page| page.reports.is_some()).collect();
    assert_eq!(opened, [true, false]);
    assert_eq!(at_once(documents(&rows, &consent_id(1))).len(), 1);
    let fates = at_once(fates(&rows, at, 0));
    assert_eq!(fates.len(), 1);
    assert_eq!((&fates[0].care_context, fates[0].read, fates[0].all), (&context("OPD-1"), 1, 1));

    let page = |page: &crate::flow::TakenPage| PageHead {
        id: page.id.clone(),
        contents: page.contents.clone(),
        number: page.number,
        count: 3,
        transaction: transfer.transaction.clone().unwrap(),
        care_contexts: page.care_contexts.clone(),
        entries: 1,
        size: 1,
    };
    let revision = transfer.pages.revision();
    let seen = at_once(Seen::of(&rows, at, &page(&pages[0]), revision));
    assert!(seen.is_taken && seen.same_contents.is_some() && seen.same_number == Some(true));
    let seen = at_once(Seen::of(&rows, at, &page(&pages[1]), revision));
    assert!(seen.is_taken && seen.same_contents.is_none() && seen.same_number == Some(false));
    let entries = pages[0].reports.as_ref().unwrap();
    let known = at_once(Known::of(&rows, at, &pages[0], entries, transfer.pages.opened()));
    assert_eq!(known.here.len(), 1, "the document is known to be here");
}

/// Release 1 has queued the opening of a page in the main lane; a page that is pushed now is opened
/// in the lane of the records, at the same moment.
#[test]
fn what_two_pages_bring_is_counted_once_each_although_they_are_opened_beside_each_other() {
    let (mut flow, mut rows) = moved(snapshot(RECEIVING));
    let at = flow.transfer.as_ref().unwrap().push_id.clone().unwrap();
    let waiting = at_once(taken_pages(&rows, &at)).remove(1);
    let whole = |flow: &ArtefactFlow| {
        let page = json!({"id": waiting.id, "contents": waiting.contents, "number": 2, "count": 3,
            "transaction": flow.transfer.as_ref().unwrap().transaction, "entries": [],
            "key_material": null});
        let opening = json!({"Open": {"push_id": at, "page": page}});
        serde_json::from_value::<ArtefactEffect>(opening).unwrap()
    };
    let pushed = PageHead {
        id: "pushed-now".parse().unwrap(),
        contents: "its-contents".parse().unwrap(),
        number: 4,
        count: 4,
        transaction: flow.transfer.as_ref().unwrap().transaction.clone().unwrap(),
        care_contexts: BTreeSet::from([context("OPD-2")]),
        entries: 1,
        size: 1,
    };
    let revision = flow.transfer.as_ref().unwrap().pages.revision();
    let seen = Box::new(at_once(Seen::of(&rows, &at, &pushed, revision)));
    let body = BodyId::fresh(&SeededIds::new(1));
    let (push_id, page) = (at.clone(), Box::new(pushed));
    let event = ArtefactEvent::Pushed { push_id, page, body, seen };
    let opening = |flow: &ArtefactFlow, rows: &Rows, page: &TakenPage, document: &str, effect| {
        let entries = vec![EntryReport::kept(context("OPD-2"), document.parse().unwrap())];
        let opened = flow.transfer.as_ref().unwrap().pages.opened();
        let known = Box::new(at_once(Known::of(rows, &at, page, &entries, opened)));
        let (push_id, page, opening) = (at.clone(), Box::new(page.clone()), Box::new(effect));
        ArtefactEvent::Opened { push_id, page, entries, known, opening }
    };
    let step = flow.on(event, start()).unwrap();
    step.rows.iter().for_each(|change| rows.change(change));
    let queued = step.effects.into_iter().next().unwrap().effect;
    let new = at_once(taken_pages(&rows, &at)).remove(2);
    let older = opening(&flow, &rows, &waiting, "the older's", whole(&flow));
    let newer = opening(&flow, &rows, &new, "the newer's", queued.clone());
    for event in [older, newer] {
        let step = flow.on(event, start()).unwrap();
        step.rows.iter().for_each(|change| rows.change(change));
        for wanted in step.effects.into_iter().filter(|wanted| wanted.effect == queued) {
            assert_eq!(wanted.lane, RECORDS_LANE);
            let again = opening(&flow, &rows, &new, "the newer's", wanted.effect);
            let step = flow.on(again, start()).unwrap();
            step.rows.iter().for_each(|change| rows.change(change));
        }
    }
    let fates = at_once(fates(&rows, &at, 0));
    let told: Vec<_> = fates.iter().map(|of| (of.care_context.as_str(), of.read, of.all)).collect();
    assert_eq!(told, [("OPD-1", 1, 1), ("OPD-2", 2, 2)]);
    assert_eq!(flow.transfer.as_ref().unwrap().pages.documents, 3);
    assert!(!flow.transfer.as_ref().unwrap().has_unopened());
}

#[test]
fn a_page_that_release_1_told_as_unreadable_is_opened_all_the_same() {
    let mut state = snapshot(RECEIVING);
    let pages = state["transfer"]["pages"].as_object_mut().unwrap();
    for page in pages.values_mut().filter(|page| page["reports"].is_null()) {
        page["overdue"] = json!(true);
        let failed = json!({"care_context": "OPD-2", "document": null,
            "problem": "it could not be opened in time"});
        page["reports"] = json!([failed]);
    }
    let (flow, rows) = moved(state);
    let transfer = flow.transfer.as_ref().unwrap();
    assert!(transfer.has_unopened());
    let at = transfer.push_id.as_ref().unwrap();
    let fates = at_once(fates(&rows, at, transfer.pages.overdue_below()));
    let told: Vec<_> = fates.iter().map(|fate| (fate.care_context.as_str(), fate.read)).collect();
    assert_eq!(told, [("OPD-1", 1), ("OPD-2", 0)], "and told as it was");
}

#[test]
fn what_release_1_knew_of_an_ended_transfer_stays_known() {
    let (flow, rows) = moved(snapshot(REPORTING));
    let transfer = flow.transfer.as_ref().unwrap();
    assert_eq!(transfer.outcome, Some(Outcome::Complete));
    assert!(!transfer.is_being_summarised(), "its report is in the outbox, with what it says");
    assert_eq!(transfer.missing(), Some(&BTreeSet::from([context("OPD-2")])));
    assert_eq!(at_once(documents(&rows, &consent_id(1))).len(), 1);
}

#[test]
fn a_snapshot_that_does_not_read_as_its_version_is_damaged_and_a_newer_one_is_newer() {
    let damaged = ArtefactFlow::upgrade(1, json!({"documents": 7}));
    assert!(matches!(damaged, Err(SnapshotError::Corrupt { .. })), "{damaged:?}");
    let newer = ArtefactFlow::upgrade(3, json!({}));
    assert!(matches!(newer, Err(SnapshotError::Version { found: 3, .. })), "{newer:?}");
}

#[test]
fn the_effects_of_release_1_are_read() {
    let all: Value = serde_json::from_str(EFFECTS).unwrap();
    let artefact: Vec<ArtefactEffect> =
        serde_json::from_value(all["hiu.artefact"].clone()).unwrap();
    assert!(artefact.iter().any(|effect| matches!(effect, ArtefactEffect::Open { .. })));
    assert_eq!(serde_json::to_value(&artefact).unwrap(), all["hiu.artefact"]);
    let consent: Vec<ConsentEffect> = serde_json::from_value(all["hiu.consent"].clone()).unwrap();
    assert!(consent.iter().any(|effect| matches!(effect, ConsentEffect::Begin(_))));
    assert_eq!(serde_json::to_value(&consent).unwrap(), all["hiu.consent"]);
}
