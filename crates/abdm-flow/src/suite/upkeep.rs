//! Promises about depths, and about what is forgotten and when.

use std::sync::Arc;

use super::{
    Desk, KIND, KINDS, OTHER_KIND, THIRD_KIND, dead, done, effects, label, labels, message, named,
    of_kind, only, payload, second, sorted, state, wake,
};
use crate::store::{
    Accepted, FlowKey, FlowStore, NewRow, Outcome, Purge, Purged, QueueDepths, RowChange,
    StoreError,
};

/// Forgets what finished or was set aside before `finished`, and messages settled before `seen`.
async fn purge(desk: &Desk, finished: i64, seen: i64) -> Result<Purged, StoreError> {
    purge_of(desk, &KINDS, finished, seen).await
}

async fn purge_of(
    desk: &Desk,
    kinds: &[&'static str],
    finished: i64,
    seen: i64,
) -> Result<Purged, StoreError> {
    let purge = Purge::new(kinds, second(finished), second(seen), second(800), 99);
    desk.store.purge(&purge).await
}

/// Takes a message in and settles it at second `now`.
async fn settle(
    desk: &Desk,
    kind: &'static str,
    name: &str,
    outcome: Outcome,
    now: i64,
) -> Result<(), StoreError> {
    desk.take_in_for(kind, &message(name, "1")).await?;
    let claimed = desk.claim_of(&[kind], "a", now, 99).await?.work;
    desk.settle(&named(&claimed, name)?.lease, outcome, now).await?;
    Ok(())
}

/// A finished flow goes after its time, with its keys and calls; what is not finished stays.
pub async fn a_finished_flow_is_forgotten_after_a_while(
    store: Arc<dyn FlowStore>,
) -> Result<(), StoreError> {
    let desk = Desk::new(&store);
    let key = FlowKey::new("transaction", "t");
    let request = super::request_id();
    let mut write = done(state("1"));
    write.keys = vec![key.clone()];
    let finished = desk.begin_at(write, 5).await?;
    store.remember_request(&desk.scope, request, finished).await?;
    let open = desk.begin(wake("1", 1)).await?;

    assert_eq!(purge(&desk, 5, 0).await?, Purged::default(), "nothing is as old");
    assert!(store.load(&desk.scope, finished).await?.is_some());
    assert!(store.find_request(&desk.scope, request).await?.is_some());
    assert_eq!(purge(&desk, 6, 0).await?, Purged::new(1, 0, 0, 0));
    assert_eq!(store.load(&desk.scope, finished).await?, None);
    assert_eq!(store.find(&desk.scope, KIND, &key).await?, None);
    assert_eq!(store.find_request(&desk.scope, request).await?, None);
    assert_eq!(purge(&desk, 700, 0).await?, Purged::default());
    desk.stored(open).await?;

    // What belonged to it is free again.
    let mut write = state("2");
    write.keys = vec![key.clone()];
    let next = desk.begin(write).await?;
    store.remember_request(&desk.scope, request, next).await?;
    let found = store.find(&desk.scope, KIND, &key).await?;
    assert_eq!(found.map(|flow| flow.id), Some(next));
    Ok(())
}

/// As long as an effect waits, runs, or may be replayed, its flow is needed.
pub async fn a_flow_with_work_left_is_not_forgotten(
    store: Arc<dyn FlowStore>,
) -> Result<(), StoreError> {
    let desk = Desk::new(&store);
    let flow = desk.begin(done(effects(["send", "next"]))).await?;
    assert_eq!(purge(&desk, 700, 0).await?.flows, 0, "two effects wait");
    let send = only(desk.claim("a", 1, 9).await?)?;
    assert_eq!(purge(&desk, 700, 0).await?.flows, 0, "one runs");
    desk.settle(&send.lease, Outcome::Done, 2).await?;
    let next = only(desk.claim("a", 2, 9).await?)?;
    desk.settle(&next.lease, super::later(100), 3).await?;
    assert_eq!(purge(&desk, 700, 0).await?.flows, 0, "one is tried again");
    let next = only(desk.claim("a", 100, 9).await?)?;
    desk.settle(&next.lease, dead("refused"), 300).await?;
    assert_eq!(purge(&desk, 300, 0).await?, Purged::default(), "it may be replayed");
    assert!(store.replay(&desk.scope, next.lease.work, second(310)).await?);
    let next = only(desk.claim("a", 310, 9).await?)?;
    assert_eq!(purge(&desk, 700, 0).await?, Purged::default(), "it was replayed");
    desk.settle(&next.lease, Outcome::Done, 311).await?;
    desk.stored(flow).await?;
    assert_eq!(purge(&desk, 700, 0).await?, Purged::new(1, 0, 0, 0));
    assert_eq!(store.load(&desk.scope, flow).await?, None);
    Ok(())
}

/// A finished flow waits for its dead letters, which may be replayed, and goes with the last.
pub async fn a_dead_effect_is_forgotten_with_its_flow(
    store: Arc<dyn FlowStore>,
) -> Result<(), StoreError> {
    let desk = Desk::new(&store);
    let flow = desk.begin(done(effects(["send"]))).await?;
    let open = desk.begin(effects(["also"])).await?;
    for work in desk.claim("a", 5, 9).await? {
        desk.settle(&work.lease, dead("refused"), 5).await?;
    }
    assert_eq!(purge(&desk, 5, 0).await?, Purged::default(), "it may still be replayed");
    assert_eq!(desk.dead_letters().await?.len(), 2);
    assert_eq!(purge(&desk, 6, 0).await?.dead, 2);
    purge(&desk, 6, 0).await?;
    assert_eq!(store.load(&desk.scope, flow).await?, None);
    desk.stored(open).await?;
    assert_eq!(desk.dead_letters().await?, []);
    assert_eq!(desk.depths(KIND).await?.dead, 0);
    Ok(())
}

/// A message that was settled is known for its own time, whatever is kept of the flows.
pub async fn the_memory_of_messages_has_its_own_horizon(
    store: Arc<dyn FlowStore>,
) -> Result<(), StoreError> {
    let desk = Desk::new(&store);
    settle(&desk, KIND, "m", Outcome::Done, 5).await?;
    assert_eq!(purge(&desk, 700, 5).await?, Purged::default(), "it was settled at 5");
    assert_eq!(desk.accept(KIND, &message("m", "1")).await?, Accepted::Duplicate);
    let flow = desk.begin_at(done(state("1")), 5).await?;
    assert_eq!(purge(&desk, 5, 6).await?, Purged::new(0, 0, 1, 0));
    desk.stored(flow).await?;
    assert!(desk.accept(KIND, &message("m", "1")).await?.is_new());
    assert_eq!(labels(&desk.claim("a", 6, 9).await?), ["m"]);

    // The memory of what was set aside goes as well, after it.
    settle(&desk, KIND, "dead", dead("poison"), 6).await?;
    let purged = purge(&desk, 6, 700).await?;
    assert_eq!((purged.dead, purged.seen), (0, 0), "it may be replayed");
    assert_eq!(desk.accept(KIND, &message("dead", "1")).await?, Accepted::Duplicate);
    assert_eq!(purge(&desk, 7, 0).await?.dead, 1);
    assert_eq!(desk.dead_letters().await?, []);
    purge(&desk, 0, 900).await?;
    assert!(desk.accept(KIND, &message("dead", "1")).await?.is_new());
    // And of what was discarded.
    settle(&desk, KIND, "discarded", dead("poison"), 8).await?;
    let letter = only(desk.dead_letters().await?)?;
    assert!(store.discard(&desk.scope, letter.work, second(20)).await?);
    assert_eq!(purge(&desk, 0, 20).await?, Purged::default(), "it was settled at 20");
    assert_eq!(desk.accept(KIND, &message("discarded", "1")).await?, Accepted::Duplicate);
    assert_eq!(purge(&desk, 0, 21).await?, Purged::new(0, 0, 1, 0));
    assert!(desk.accept(KIND, &message("discarded", "1")).await?.is_new());
    Ok(())
}

/// A message that is not settled is not forgotten, however old it is.
pub async fn what_waits_in_the_inbox_is_not_forgotten(
    store: Arc<dyn FlowStore>,
) -> Result<(), StoreError> {
    let desk = Desk::new(&store);
    for name in ["waits", "is put off", "is claimed"] {
        desk.take_in(name).await?;
    }
    let claimed = desk.claim("a", 1, 9).await?;
    desk.settle(&named(&claimed, "is put off")?.lease, super::later(750), 1).await?;
    assert_eq!(
        store.renew(&[named(&claimed, "is claimed")?.lease.clone()], second(900)).await?,
        []
    );
    assert_eq!(purge(&desk, 850, 850).await?, Purged::default());
    for name in ["waits", "is put off", "is claimed"] {
        assert_eq!(desk.accept(KIND, &message(name, "1")).await?, Accepted::Duplicate, "{name}");
    }
    assert_eq!(sorted(&desk.claim("a", 800, 9).await?), ["is put off", "waits"]);
    desk.settle(&named(&claimed, "is claimed")?.lease, Outcome::Done, 800).await?;
    Ok(())
}

/// What belongs to kinds that are not named is none of this node's business.
pub async fn only_the_kinds_that_are_named_are_forgotten(
    store: Arc<dyn FlowStore>,
) -> Result<(), StoreError> {
    let desk = Desk::new(&store);
    let mut flows = Vec::new();
    for kind in KINDS {
        flows.push(desk.begin(of_kind(kind, done(state("1")))).await?);
        settle(&desk, kind, &format!("done {kind}"), Outcome::Done, 1).await?;
        settle(&desk, kind, &format!("dead {kind}"), dead("poison"), 1).await?;
        desk.begin(of_kind(kind, effects(["send"]))).await?;
        let send = only(desk.claim_of(&[kind], "a", 1, 9).await?.work)?;
        desk.settle(&send.lease, dead("refused"), 1).await?;
    }
    assert_eq!(purge_of(&desk, &[], 700, 700).await?, Purged::default());
    // Two of three kinds: each time a flow, the memory of a message, and two dead letters.
    let purged = purge_of(&desk, &[KIND, THIRD_KIND], 700, 700).await?;
    assert_eq!((purged.flows, purged.dead), (2, 4));
    assert!(purged.seen >= 2);
    for (flow, kind) in flows.into_iter().zip(KINDS) {
        let kept = store.load(&desk.scope, flow).await?.is_some();
        assert_eq!(kept, kind == OTHER_KIND, "{kind}");
        let known = desk.accept(kind, &message(&format!("done {kind}"), "1")).await?;
        assert_eq!(known == Accepted::Duplicate, kind == OTHER_KIND, "{kind}");
    }
    let left = desk.dead_letters().await?;
    assert_eq!(left.len(), 2);
    assert!(left.iter().all(|letter| letter.kind == OTHER_KIND));
    Ok(())
}

/// Facilities that share a store each forget what is their own.
pub async fn only_what_belongs_to_the_scopes_that_are_named_is_forgotten(
    store: Arc<dyn FlowStore>,
) -> Result<(), StoreError> {
    let home = Desk::new(&store);
    let away = home.other("suite.away");
    let mut flows = Vec::new();
    for desk in [&home, &away] {
        flows.push(desk.begin(done(state("1"))).await?);
        settle(desk, KIND, "done", Outcome::Done, 1).await?;
        settle(desk, KIND, "dead", dead("poison"), 1).await?;
        let row = NewRow::new(payload("1")).expiring(second(1));
        store.commit(&desk.at(1).rows([RowChange::insert("suite.rows", "1", row)])).await?;
    }
    let purge = Purge::new(&KINDS, second(700), second(700), second(800), 99);
    assert_eq!(store.purge(&purge.of(Some(&[]))).await?, Purged::default());
    let scopes = [away.scope.clone()];
    let purged = store.purge(&purge.of(Some(&scopes))).await?;
    // The dead letter is forgotten first, and its memory with the others, or in the next batch.
    assert_eq!((purged.flows, purged.dead, purged.rows), (1, 1, 1), "{purged:?}");
    assert!(purged.seen >= 1, "{purged:?}");
    for (desk, flow) in [&home, &away].into_iter().zip(flows) {
        let is_home = desk.scope == home.scope;
        assert_eq!(store.load(&desk.scope, flow).await?.is_some(), is_home);
        assert_eq!(store.row(&desk.scope, "suite.rows", "1").await?.is_some(), is_home);
        let known = desk.accept(KIND, &message("done", "1")).await?;
        assert_eq!(known == Accepted::Duplicate, is_home);
    }
    assert_eq!(home.dead_letters().await?.len(), 1);
    assert_eq!(away.dead_letters().await?, []);
    Ok(())
}

/// No batch takes more of each sort than its limit, and the last one is not full.
pub async fn forgetting_goes_batch_by_batch(store: Arc<dyn FlowStore>) -> Result<(), StoreError> {
    let desk = Desk::new(&store);
    for number in 0..5 {
        desk.begin(done(state("1"))).await?;
        settle(&desk, KIND, &format!("m-{number}"), Outcome::Done, 1).await?;
        let row = NewRow::new(payload("1")).expiring(second(1));
        let rows = [RowChange::insert("suite.rows", number.to_string(), row)];
        store.commit(&desk.at(1).rows(rows)).await?;
        desk.begin(effects(["send"])).await?;
        let send = only(desk.claim("a", 1, 9).await?)?;
        desk.settle(&send.lease, dead("refused"), 1).await?;
    }
    let batch = Purge::new(&KINDS, second(700), second(700), second(800), 2);
    let mut total = Purged::default();
    let mut batches = 0;
    loop {
        let purged = store.purge(&batch).await?;
        let counts = [purged.flows, purged.dead, purged.seen, purged.rows];
        assert!(counts.iter().all(|count| *count <= 2), "{purged:?}");
        total = Purged::new(
            total.flows + purged.flows,
            total.dead + purged.dead,
            total.seen + purged.seen,
            total.rows + purged.rows,
        );
        batches += 1;
        if !purged.is_full(2) {
            break;
        }
    }
    assert_eq!((total, batches), (Purged::new(5, 5, 5, 5), 3));
    assert_eq!(store.purge(&batch).await?, Purged::default());

    // Messages and effects that were set aside are one sort.
    for number in 5..7 {
        settle(&desk, KIND, &format!("m-{number}"), dead("poison"), 1).await?;
        desk.begin(effects(["send"])).await?;
        let send = only(desk.claim("a", 1, 9).await?)?;
        desk.settle(&send.lease, dead("refused"), 1).await?;
    }
    let batch = Purge::new(&KINDS, second(700), second(0), second(800), 3);
    for left in [3, 1, 0] {
        assert_eq!(store.purge(&batch).await?, Purged::new(0, left, 0, 0));
    }
    assert_eq!(desk.depths(KIND).await?, QueueDepths::new(KIND.to_owned(), 0, 0, 0));
    Ok(())
}

/// How much waits and since when is told for each kind that is named, in that order, of all
/// facilities together.
pub async fn depths_are_told_kind_by_kind(store: Arc<dyn FlowStore>) -> Result<(), StoreError> {
    let desk = Desk::new(&store);
    let away = desk.other("suite.away");
    desk.begin_at(effects(["one", "two"]), 3).await?;
    desk.begin(wake("1", 1)).await?;
    desk.take_in_at("claimed", 2).await?;
    away.take_in_at("waits", 4).await?;
    away.take_in_for(OTHER_KIND, &message("dead", "1")).await?;
    away.begin(of_kind(OTHER_KIND, effects(["dead"]))).await?;
    away.begin_at(of_kind(OTHER_KIND, effects(["three"])), 5).await?;
    for work in desk.claim_of(&KINDS, "a", 6, 99).await?.work {
        if label(&work) == "dead" {
            let commit = crate::store::Commit::at(work.lease.scope.clone(), second(6));
            store.commit(&commit.settle(work.lease, dead("poison"))).await?;
        }
    }
    let depths = |kind: &str, messages, effects, dead| {
        QueueDepths::new(kind.to_owned(), messages, effects, dead)
    };
    let (one, two, three) = (
        depths(KIND, 2, 2, 0).since(Some(second(2)), Some(second(3))),
        depths(OTHER_KIND, 0, 1, 2).since(None, Some(second(5))),
        depths(THIRD_KIND, 0, 0, 0),
    );
    assert_eq!(store.depths(&KINDS).await?, [one.clone(), two.clone(), three.clone()]);
    assert_eq!(store.depths(&[THIRD_KIND, OTHER_KIND]).await?, [three, two]);
    assert_eq!(store.depths(&[KIND]).await?, [one]);
    assert_eq!(store.depths(&[]).await?, []);
    Ok(())
}
