//! Promises about work that a commit, or an arrival, gives to whoever brings it.

use std::sync::Arc;

use super::{
    Desk, KIND, KINDS, MAIN_LANE, OTHER_KIND, SIDE_LANE, THIRD_KIND, body_id, dead, effects,
    flow_id, grant, label, labels, message, named, of_kind, only, payload, refusal, second, sorted,
    state, waiting, wake, with_effects,
};
use crate::store::{
    Accepted, Arrival, Commit, FlowStore, FlowWrite, Note, Outcome, StoreError, StoreErrorKind,
    Task, WaitFor, Work,
};

/// A flow with two effects in one lane, one in another, and a wake-up at second `at`.
fn busy(at: i64) -> FlowWrite {
    with_effects(with_effects(wake("0", at), MAIN_LANE, ["m1", "m2"]), SIDE_LANE, ["s1"])
}

/// The same, and a note for another kind.
fn busy_commit(desk: &Desk, at: i64) -> Commit {
    let note = Note::new(OTHER_KIND, "note", payload("{}"));
    desk.at(5).write(flow_id(), 0, busy(at)).note(note, body_id())
}

/// Whoever commits has the work that becomes due, of every sort, and nobody else has.
pub async fn a_commit_grants_what_it_makes_due(
    store: Arc<dyn FlowStore>,
) -> Result<(), StoreError> {
    let desk = Desk::new(&store);
    desk.take_in("due before").await?;
    let granted = store.commit(&busy_commit(&desk, 5).granted(grant(&KINDS, 20, 9))).await?;
    assert_eq!(sorted(&granted.work), ["m1", "note", "s1", "wake 0"]);
    assert!(!granted.more, "all is granted, and what was due before does not count");
    for work in &granted.work {
        assert_eq!((work.attempt, &work.lease.scope), (1, &desk.scope));
        match &work.task {
            Task::Effect(_, flow) | Task::Wake(flow) => assert_eq!(flow.revision, 1),
            Task::Message(message) => assert_eq!(message.received_at, second(5)),
        }
    }
    let rest = desk.claim_of(&KINDS, "b", 6, 9).await?;
    assert_eq!(labels(&rest.work), ["due before"]);
    Ok(())
}

/// Work of other kinds is left to those who know them, and is told of.
pub async fn a_commit_grants_only_the_kinds_that_were_named(
    store: Arc<dyn FlowStore>,
) -> Result<(), StoreError> {
    let desk = Desk::new(&store);
    let granted = store.commit(&busy_commit(&desk, 5).granted(grant(&[OTHER_KIND], 20, 9))).await?;
    assert_eq!(labels(&granted.work), ["note"]);
    assert!(granted.more);
    let granted = store.commit(&busy_commit(&desk, 5).granted(grant(&[THIRD_KIND], 20, 9))).await?;
    assert_eq!((granted.work, granted.more), (vec![], true));
    let granted = store.commit(&busy_commit(&desk, 5).granted(grant(&[], 20, 9))).await?;
    assert_eq!((granted.work, granted.more), (vec![], true));
    let rest = desk.claim_of(&KINDS, "b", 6, 99).await?.work;
    assert_eq!(rest.len(), 11, "nothing else was taken");
    Ok(())
}

/// No more is given than there are free hands, and the rest is told of and found by a claim.
pub async fn a_commit_grants_no_more_than_its_limit(
    store: Arc<dyn FlowStore>,
) -> Result<(), StoreError> {
    let desk = Desk::new(&store);
    for limit in 0..6 {
        let commit = busy_commit(&desk, 5).granted(grant(&KINDS, 20, limit));
        let granted = store.commit(&commit).await?;
        assert_eq!(granted.work.len(), limit.min(4));
        assert_eq!(granted.more, limit < 4, "limit {limit}");
        let rest = desk.claim_of(&KINDS, "b", 6, 9).await?.work;
        let mut all = sorted(&granted.work);
        all.extend(labels(&rest));
        all.sort();
        assert_eq!(all, ["m1", "note", "s1", "wake 0"], "limit {limit}");
        for work in granted.work.iter().chain(&rest) {
            desk.settle(&work.lease, Outcome::Done, 7).await?;
        }
        let m2 = only(desk.claim_of(&KINDS, "b", 8, 9).await?.work)?;
        desk.settle(&m2.lease, Outcome::Done, 8).await?;
    }
    Ok(())
}

/// What is due later, or stands behind other work in its lane, is not given, nor is it "more".
pub async fn a_commit_grants_only_what_is_due(store: Arc<dyn FlowStore>) -> Result<(), StoreError> {
    let desk = Desk::new(&store);
    let flow = desk.begin(effects(["running"])).await?;
    only(desk.claim("a", 1, 9).await?)?;
    let write = with_effects(wake("1", 6), MAIN_LANE, ["behind"]);
    let granted =
        store.commit(&desk.at(5).write(flow, 1, write).granted(grant(&KINDS, 20, 9))).await?;
    assert_eq!((granted.work, granted.more), (vec![], false));
    assert_eq!(labels(&desk.claim("b", 6, 9).await?), ["wake 1"]);
    Ok(())
}

/// Without a grant nothing is claimed, and it is told whether anything became due.
pub async fn a_commit_without_a_grant_tells_that_there_is_more(
    store: Arc<dyn FlowStore>,
) -> Result<(), StoreError> {
    let desk = Desk::new(&store);
    let committed = store.commit(&busy_commit(&desk, 900)).await?;
    assert_eq!((committed.work, committed.more), (vec![], true));
    let committed = store.commit(&desk.at(5).write(flow_id(), 0, state("1"))).await?;
    assert_eq!((committed.work, committed.more), (vec![], false));
    let claimed = desk.claim("a", 6, 9).await?;
    let settled = desk.settle(&named(&claimed, "s1")?.lease, Outcome::Done, 6).await?;
    assert!(!settled.more, "the last of its lane");
    let settled = desk.settle(&named(&claimed, "m1")?.lease, Outcome::Done, 6).await?;
    assert!(settled.more, "the next one's turn has come");
    Ok(())
}

/// Whoever settles an effect goes on with the next one of its lane, whether it ended well or not.
pub async fn a_settlement_grants_the_next_effect_of_the_lane(
    store: Arc<dyn FlowStore>,
) -> Result<(), StoreError> {
    let desk = Desk::new(&store);
    let write = with_effects(effects(["m1", "m2", "m3"]), SIDE_LANE, ["s1"]);
    let flow = desk.begin(write).await?;
    let claimed = desk.claim("a", 1, 9).await?;
    assert_eq!(sorted(&claimed), ["m1", "s1"]);
    let settle = |work: &Work, outcome| desk.at(2).settle(work.lease.clone(), outcome);

    let m1 = settle(named(&claimed, "m1")?, Outcome::Done).write(flow, 1, state("2"));
    let granted = store.commit(&m1.granted(grant(&[KIND], 20, 9))).await?;
    let m2 = only(granted.work)?;
    assert_eq!((label(&m2).as_str(), granted.more), ("m2", false));
    let Task::Effect(_, stored) = &m2.task else {
        return Err(super::unexpected("it is no effect"));
    };
    assert_eq!(stored.revision, 2, "with its flow as the commit has left it");

    let granted =
        store.commit(&settle(&m2, dead("refused")).granted(grant(&[KIND], 20, 9))).await?;
    let m3 = only(granted.work)?;
    assert_eq!(label(&m3), "m3");

    // One that is put off keeps its place: nothing becomes due.
    let put_off = settle(&m3, super::later(30)).granted(grant(&[KIND], 20, 9));
    let granted = store.commit(&put_off).await?;
    assert_eq!((granted.work, granted.more), (vec![], false));
    Ok(())
}

/// What is granted is held like any other work: it is renewed, given back, and taken over.
pub async fn a_granted_lease_is_a_lease(store: Arc<dyn FlowStore>) -> Result<(), StoreError> {
    let desk = Desk::new(&store);
    let commit = desk.at(5).write(flow_id(), 0, effects(["send"]));
    let granted = store.commit(&commit.granted(grant(&KINDS, 20, 9))).await?;
    let send = only(granted.work)?;
    let nothing = desk.claim_of(&[KIND], "b", 19, 9).await?;
    assert_eq!((nothing.work, nothing.next_due), (vec![], Some(second(20))));
    assert_eq!(store.renew(std::slice::from_ref(&send.lease), second(40)).await?, []);
    assert_eq!(desk.claim("b", 39, 9).await?, []);

    let taken = only(desk.claim("b", 40, 9).await?)?;
    assert_eq!((label(&taken).as_str(), taken.attempt), ("send", 2));
    assert!(taken.lease.fence > send.lease.fence);
    let late = refusal(desk.settle(&send.lease, Outcome::Done, 41).await);
    assert_eq!(late, Some(StoreErrorKind::LeaseLost));
    desk.settle(&taken.lease, Outcome::Done, 41).await?;

    let commit = desk.at(50).write(flow_id(), 0, effects(["again"]));
    only(store.commit(&commit.granted(grant(&KINDS, 90, 9))).await?.work)?;
    store.release(&[KIND], "b").await?;
    assert_eq!(desk.claim("b", 51, 9).await?, []);
    store.release(&[KIND], "grantee").await?;
    assert_eq!(labels(&desk.claim("b", 51, 9).await?), ["again"]);
    Ok(())
}

/// Whoever takes a message in may have it at once, with its body.
pub async fn a_message_is_granted_as_it_is_taken_in(
    store: Arc<dyn FlowStore>,
) -> Result<(), StoreError> {
    let desk = Desk::new(&store);
    let arrival = |name: &str, grant| {
        Arrival::new(desk.scope.clone(), KIND, message(name, "1"), body_id()).granted(grant)
    };
    let granted = store.accept(&arrival("m", grant(&[OTHER_KIND, KIND], 20, 1))).await?;
    let Accepted::New(Some(work)) = granted else {
        return Err(super::unexpected(format!("it was not granted: {granted:?}")));
    };
    assert_eq!((label(&work).as_str(), work.attempt, work.deferrals), ("m", 1, 0));
    let Task::Message(message) = &work.task else {
        return Err(super::unexpected("it is no message"));
    };
    assert_eq!(message.body.bytes.as_deref(), Some(b"{}".as_slice()));
    let nothing = desk.claim_of(&[KIND], "b", 19, 9).await?;
    assert_eq!((nothing.work, nothing.next_due), (vec![], Some(second(20))));
    let again = store.accept(&arrival("m", grant(&[KIND], 40, 1))).await?;
    assert_eq!(again, Accepted::Duplicate, "a duplicate grants nothing");
    desk.settle(&work.lease, Outcome::Done, 19).await?;

    // Without a free hand, or for a kind that is not known here, it waits like any other.
    for (name, grant) in [
        ("no hand", grant(&[KIND], 20, 0)),
        ("no kind", grant(&[OTHER_KIND], 20, 1)),
        ("no grant", None),
    ] {
        let taken = store.accept(&arrival(name, grant)).await?;
        assert_eq!(taken, Accepted::New(None), "{name}");
        let work = only(desk.claim("b", 1, 9).await?)?;
        assert_eq!(label(&work), name);
        desk.settle(&work.lease, Outcome::Done, 2).await?;
    }
    Ok(())
}

/// A note is given to whoever wrote it, with its body, where that node serves the other kind.
pub async fn a_note_is_granted(store: Arc<dyn FlowStore>) -> Result<(), StoreError> {
    let desk = Desk::new(&store);
    let body = body_id();
    let note = Note::new(OTHER_KIND, "told", payload(r#"{"it":"is so"}"#));
    let commit = desk.at(5).note(note, body).granted(grant(&[OTHER_KIND], 20, 1));
    let granted = store.commit(&commit).await?;
    let told = only(granted.work)?;
    assert_eq!((told.kind.as_str(), granted.more), (OTHER_KIND, false));
    let Task::Message(message) = &told.task else {
        return Err(super::unexpected("it is no message"));
    };
    assert_eq!((message.endpoint.as_str(), message.body.id), ("told", body));
    assert_eq!(message.body.bytes.as_deref(), Some(br#"{"it":"is so"}"#.as_slice()));
    assert_eq!(desk.claim_of(&KINDS, "b", 19, 9).await?.work, []);
    Ok(())
}

/// A message that waited for what a commit brings is given along with it.
pub async fn what_waits_is_granted_with_what_it_waited_for(
    store: Arc<dyn FlowStore>,
) -> Result<(), StoreError> {
    let desk = Desk::new(&store);
    let flow = desk.begin(state("1")).await?;
    for name in ["one", "two", "three"] {
        desk.take_in(name).await?;
    }
    for work in desk.claim("a", 1, 9).await? {
        desk.settle(&work.lease, waiting(WaitFor::Change(flow)), 1).await?;
    }
    let change = |expected| desk.at(5).write(flow, expected, state("2"));
    let granted = store.commit(&change(1).granted(grant(&[KIND], 20, 2))).await?;
    assert_eq!((granted.work.len(), granted.more), (2, true));
    for work in &granted.work {
        assert_eq!((work.attempt, work.deferrals, work.queued_at), (1, 1, second(0)));
    }
    let rest = only(desk.claim("b", 6, 9).await?)?;
    let mut all = sorted(&granted.work);
    all.push(label(&rest));
    all.sort();
    assert_eq!(all, ["one", "three", "two"]);
    let granted = store.commit(&change(2).granted(grant(&[KIND], 20, 9))).await?;
    assert_eq!((granted.work, granted.more), (vec![], false), "they wait no longer");
    Ok(())
}

/// A commit that does not happen gives nothing.
pub async fn a_refused_commit_grants_nothing(store: Arc<dyn FlowStore>) -> Result<(), StoreError> {
    let desk = Desk::new(&store);
    let flow = desk.begin(of_kind(KIND, effects(["send", "next"]))).await?;
    let send = only(desk.claim("a", 1, 9).await?)?;
    let commit = desk.at(5).write(flow, 7, busy(5)).settle(send.lease.clone(), Outcome::Done);
    let refused = store.commit(&commit.granted(grant(&KINDS, 20, 9))).await;
    assert_eq!(refusal(refused), Some(StoreErrorKind::Conflict));
    assert_eq!(desk.claim_of(&KINDS, "b", 10, 9).await?.work, []);
    desk.settle(&send.lease, Outcome::Done, 10).await?;
    assert_eq!(labels(&desk.claim("b", 10, 9).await?), ["next"]);
    Ok(())
}
