//! What release 1 stored: snapshots with pages and documents in them, and its effects.

use std::collections::BTreeSet;

use abdm_flow::store::{FlowList, FlowStore as _, MemoryStore, Scope};
use abdm_flow::{Flow as _, SnapshotError};
use serde_json::{Value, json};

use super::world::{Rows, at_once};
use crate::flow::made_up::{consent_id, context, hiu_id, start};
use crate::flow::{
    ArtefactEffect, ArtefactEvent, ArtefactFlow, ConsentEffect, Known, Outcome, PageHead, Seen,
    documents, fates, taken_pages,
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
    let as_of = transfer.pages.changes();
    let seen = at_once(Seen::of(&rows, at, &page(&pages[0]), as_of));
    assert!(seen.is_taken && seen.same_contents.is_some() && seen.same_number == Some(true));
    let seen = at_once(Seen::of(&rows, at, &page(&pages[1]), as_of));
    assert!(seen.is_taken && seen.same_contents.is_none() && seen.same_number == Some(false));
    let known = at_once(Known::of(&rows, at, &pages[0], pages[0].reports.as_ref().unwrap()));
    assert_eq!(known.here.len(), 1, "the document is known to be here");
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
