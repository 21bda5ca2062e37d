//! Promises about flows: commits, keys, wake-ups, lists, purge.

use std::sync::Arc;

use chrono::TimeDelta;

use super::{
    KIND, OTHER_KIND, begin, claim, effects, ids, kind_of, message, names, only, second, state,
    unexpected,
};
use crate::flow::{FlowId, FlowKey};
use crate::id::RequestId;
use crate::store::{
    Accepted, Commit, FlowStore, FlowWrite, Outcome, Payload, StoreError, StoreErrorKind,
};

/// State, keys and instants come back unchanged, the revision counts the changes.
pub async fn a_flow_is_read_as_it_was_written(store: Arc<dyn FlowStore>) -> Result<(), StoreError> {
    let text = r#"{"amount":1.50,"name":"आशा \"देवी\" \u0000 🩺","big":12345678901234567890}"#;
    let mut write = state(text);
    write.wake_at = Some(second(60) + TimeDelta::milliseconds(123));
    write.keys = vec![FlowKey::new("transaction", "t'; DROP"), FlowKey::new("consent", "c")];
    let id = begin(&store, write).await?;

    let read = store.load(id).await?.ok_or_else(|| unexpected("the flow is not there"))?;
    assert_eq!(read.id, id);
    assert_eq!(read.kind, KIND);
    assert_eq!(read.version, 1);
    assert_eq!(read.state.as_text(), text);
    assert_eq!(read.revision, 1);
    assert_eq!(read.wake_at, Some(second(60) + TimeDelta::milliseconds(123)));
    assert!(!read.done);
    assert_eq!(read.keys, [FlowKey::new("consent", "c"), FlowKey::new("transaction", "t'; DROP")]);
    assert_eq!((read.created_at, read.updated_at), (second(0), second(0)));

    let mut write = FlowWrite::new(KIND, 2, Payload::from_text("{}"));
    write.done = true;
    store.commit(&Commit::at(second(5)).write(id, 1, write)).await?;
    let read = store.load(id).await?.ok_or_else(|| unexpected("the flow is not there"))?;
    assert_eq!((read.version, read.revision, read.done), (2, 2, true));
    assert_eq!(read.state.as_text(), "{}");
    assert_eq!(read.wake_at, None, "a wake-up is replaced, not kept");
    assert_eq!(read.keys.len(), 2, "keys are added, not replaced");
    assert_eq!((read.created_at, read.updated_at), (second(0), second(5)));
    assert_eq!(store.load(FlowId::random()).await?, None);
    Ok(())
}

/// When one part of a commit is refused, no part of it happens.
pub async fn a_commit_is_all_or_nothing(store: Arc<dyn FlowStore>) -> Result<(), StoreError> {
    let id = begin(&store, state("1")).await?;
    store.accept(KIND, &message("E", "m")).await?;
    let claimed = only(store.claim_inbox(&claim("a", 1, 9)).await?)?;

    let mut write = effects(["send"]);
    write.keys = vec![FlowKey::new("transaction", "t")];
    write.wake_at = Some(second(2));
    let settle = |commit: Commit| commit.settle(claimed.lease.clone(), Outcome::Done);

    // The lease is right, the revision is not.
    let wrong = settle(Commit::at(second(2)).write(id, 7, write.clone()));
    assert_eq!(kind_of(store.commit(&wrong).await), Some(StoreErrorKind::Conflict));
    let there = settle(Commit::at(second(2)).write(id, 0, write.clone()));
    assert_eq!(kind_of(store.commit(&there).await), Some(StoreErrorKind::Conflict));
    // The revision is right, the lease is not.
    let mut stale = settle(Commit::at(second(2)).write(id, 1, write.clone()));
    if let Some(settlement) = &mut stale.settle {
        settlement.lease.fence += 1;
    }
    assert_eq!(kind_of(store.commit(&stale).await), Some(StoreErrorKind::LeaseLost));

    let read = store.load(id).await?.ok_or_else(|| unexpected("the flow is not there"))?;
    assert_eq!((read.state.as_text(), read.revision, read.wake_at), ("1", 1, None));
    assert_eq!(store.find(KIND, &FlowKey::new("transaction", "t")).await?, None);
    assert_eq!(store.claim_outbox(&claim("a", 3, 9)).await?, []);
    assert_eq!(store.queue_depths(KIND).await?.inbox, 1, "the message is not settled");

    // And with everything right, everything happens.
    store.commit(&settle(Commit::at(second(2)).write(id, 1, write))).await?;
    assert_eq!(store.find(KIND, &FlowKey::new("transaction", "t")).await?, Some(id));
    assert_eq!(names(&store.claim_outbox(&claim("a", 3, 9)).await?), ["send"]);
    assert_eq!(only(store.claim_wakes(&claim("a", 3, 9)).await?)?.id, id);
    assert_eq!(store.queue_depths(KIND).await?.inbox, 0);
    assert_eq!(store.claim_inbox(&claim("a", 60, 9)).await?, []);
    Ok(())
}

/// Who has not seen the latest revision must look again.
pub async fn the_later_of_two_changes_is_a_conflict(
    store: Arc<dyn FlowStore>,
) -> Result<(), StoreError> {
    let id = begin(&store, state("1")).await?;
    store.commit(&Commit::at(second(1)).write(id, 1, state("2"))).await?;
    let late = Commit::at(second(1)).write(id, 1, state("3"));
    assert_eq!(kind_of(store.commit(&late).await), Some(StoreErrorKind::Conflict));
    let read = store.load(id).await?.ok_or_else(|| unexpected("the flow is not there"))?;
    assert_eq!((read.state.as_text(), read.revision), ("2", 2));
    Ok(())
}

/// A key finds its flow, among its own kind; it passes on only from a finished flow.
pub async fn a_key_belongs_to_one_unfinished_flow(
    store: Arc<dyn FlowStore>,
) -> Result<(), StoreError> {
    let key = FlowKey::new("transaction", "t");
    let mut first = state("1");
    first.keys = vec![key.clone()];
    let first_id = begin(&store, first).await?;
    assert_eq!(store.find(KIND, &key).await?, Some(first_id));
    assert_eq!(store.find(OTHER_KIND, &key).await?, None);
    assert_eq!(store.find(KIND, &FlowKey::new("consent", "t")).await?, None);

    let mut other = FlowWrite::new(OTHER_KIND, 1, Payload::from_text("1"));
    other.keys = vec![key.clone()];
    let other_id = begin(&store, other).await?;
    assert_eq!(store.find(OTHER_KIND, &key).await?, Some(other_id));
    assert_eq!(store.find(KIND, &key).await?, Some(first_id));

    let mut second_flow = state("2");
    second_flow.keys = vec![key.clone()];
    let second_id = FlowId::random();
    let commit = Commit::at(second(1)).write(second_id, 0, second_flow);
    assert_eq!(kind_of(store.commit(&commit).await), Some(StoreErrorKind::Conflict));
    assert_eq!(store.load(second_id).await?, None);

    // The holder may name its own key again.
    let mut end = state("end");
    end.done = true;
    end.keys = vec![key.clone()];
    store.commit(&Commit::at(second(2)).write(first_id, 1, end)).await?;
    assert_eq!(store.find(KIND, &key).await?, Some(first_id), "late messages still find it");

    store.commit(&commit).await?;
    assert_eq!(store.find(KIND, &key).await?, Some(second_id));
    let first = store.load(first_id).await?.ok_or_else(|| unexpected("the flow is not there"))?;
    assert_eq!(first.keys, []);
    Ok(())
}

/// Wake-ups come when they are due, longest overdue first, to one claimer, until the flow changes.
pub async fn a_flow_is_woken_when_it_asked_to_be(
    store: Arc<dyn FlowStore>,
) -> Result<(), StoreError> {
    let wake = |at| {
        let mut write = state("1");
        write.wake_at = Some(second(at));
        write
    };
    let late = begin(&store, wake(30)).await?;
    let early = begin(&store, wake(20)).await?;
    begin(&store, state("1")).await?;
    let mut other = FlowWrite::new(OTHER_KIND, 1, Payload::from_text("1"));
    other.wake_at = Some(second(1));
    begin(&store, other).await?;

    assert_eq!(store.claim_wakes(&claim("a", 19, 9)).await?, []);
    assert_eq!(store.next_due(KIND).await?, Some(second(20)));
    assert_eq!(only(store.claim_wakes(&claim("a", 30, 1)).await?)?.id, early);
    assert_eq!(only(store.claim_wakes(&claim("b", 30, 9)).await?)?.id, late);
    assert_eq!(store.claim_wakes(&claim("b", 31, 9)).await?, []);
    assert_eq!(store.next_due(KIND).await?, Some(second(40)), "the end of the claims");

    // A killed claimer's wake-ups come again.
    let again = store.claim_wakes(&claim("b", 40, 9)).await?;
    assert_eq!(again.iter().map(|flow| flow.id).collect::<Vec<_>>(), [early, late]);

    // A change ends the claim and replaces the wake-up.
    store.commit(&Commit::at(second(41)).write(early, 1, wake(45))).await?;
    store.commit(&Commit::at(second(41)).write(late, 1, state("2"))).await?;
    assert_eq!(store.claim_wakes(&claim("a", 44, 9)).await?, []);
    assert_eq!(only(store.claim_wakes(&claim("a", 45, 9)).await?)?.id, early);
    assert_eq!(store.claim_wakes(&claim("a", 500, 1)).await?.len(), 1, "only one is left");
    Ok(())
}

/// Lists go through all flows of a kind, page by page, each once.
pub async fn flows_are_listed_page_by_page(store: Arc<dyn FlowStore>) -> Result<(), StoreError> {
    let mut expected = Vec::new();
    for _ in 0..5 {
        expected.push(begin(&store, state("1")).await?);
        begin(&store, FlowWrite::new(OTHER_KIND, 1, Payload::from_text("1"))).await?;
    }
    expected.sort();
    let mut listed = Vec::new();
    loop {
        let page = store.list(KIND, listed.last().copied(), 2).await?;
        assert!(page.len() <= 2);
        if page.is_empty() {
            break;
        }
        listed.extend(page.into_iter().map(|flow| flow.id));
    }
    assert_eq!(listed, expected);
    Ok(())
}

/// What is finished, settled or set aside is forgotten after its time; what is not, stays.
pub async fn a_finished_flow_is_forgotten_after_a_while(
    store: Arc<dyn FlowStore>,
) -> Result<(), StoreError> {
    let key = FlowKey::new("transaction", "t");
    let request = RequestId::random();
    let mut done = effects(["send"]);
    done.done = true;
    done.keys = vec![key.clone()];
    let finished = begin(&store, done).await?;
    let busy = begin(&store, state("1")).await?;
    store.accept(KIND, &message("E", "old")).await?;
    store.accept(KIND, &message("E", "dead")).await?;
    for claimed in store.claim_inbox(&claim("a", 1, 9)).await? {
        let outcome = match claimed.item.key.message.as_str() {
            "old" => Outcome::Done,
            _ => Outcome::Dead { reason: "poison".into() },
        };
        store.commit(&Commit::at(second(1)).settle(claimed.lease, outcome)).await?;
    }

    assert_eq!(store.purge(second(1)).await?, 0, "nothing is as old");
    assert_eq!(store.dead_letters(KIND, 9).await?.len(), 1, "it was set aside a moment ago");
    assert_eq!(store.purge(second(100)).await?, 0, "an effect is still to be carried out");
    let item = only(store.claim_outbox(&claim("a", 2, 9)).await?)?;
    store.remember_request(request, finished, item.item.id).await?;
    store.commit(&Commit::at(second(3)).settle(item.lease, Outcome::Done)).await?;

    assert_eq!(store.purge(second(0)).await?, 0, "it has just finished");
    assert_eq!(store.find_request(request).await?, Some(finished));
    assert_eq!(store.purge(second(100)).await?, 1);
    assert_eq!(store.load(finished).await?, None);
    assert_eq!(store.find(KIND, &key).await?, None);
    assert_eq!(store.find_request(request).await?, None);
    assert!(store.load(busy).await?.is_some());
    assert_eq!(store.dead_letters(KIND, 9).await?, []);

    // The memory of messages goes too, after the same time.
    assert_eq!(store.accept(KIND, &message("E", "old")).await?, Accepted::New);
    assert_eq!(store.accept(KIND, &message("E", "dead")).await?, Accepted::New);
    assert_eq!(ids(&store.claim_inbox(&claim("a", 101, 9)).await?), ["old", "dead"]);
    Ok(())
}

/// A finished flow waits for its dead letters, which may be replayed, and goes with the last.
pub async fn a_dead_effect_is_forgotten_with_its_flow(
    store: Arc<dyn FlowStore>,
) -> Result<(), StoreError> {
    let mut done = effects(["send"]);
    done.done = true;
    let flow = begin(&store, done).await?;
    let item = only(store.claim_outbox(&claim("a", 5, 9)).await?)?;
    let dead = Outcome::Dead { reason: "refused".into() };
    store.commit(&Commit::at(second(5)).settle(item.lease, dead)).await?;

    assert_eq!(store.purge(second(5)).await?, 0, "the effect may still be replayed");
    assert_eq!(store.dead_letters(KIND, 9).await?.len(), 1);
    assert!(store.load(flow).await?.is_some());
    assert_eq!(store.purge(second(6)).await?, 1);
    assert_eq!(store.dead_letters(KIND, 9).await?, []);
    assert_eq!(store.queue_depths(KIND).await?.dead, 0);
    Ok(())
}
