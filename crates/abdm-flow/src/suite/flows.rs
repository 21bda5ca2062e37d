//! Promises about flows: commits, keys, lists.

use std::sync::Arc;

use chrono::TimeDelta;

use super::{
    Desk, KIND, KINDS, OTHER_KIND, done, effects, flow_id, of_kind, only, payload, refusal, second,
    sorted, state, text, wake,
};
use crate::store::{
    FlowKey, FlowList, FlowStore, FlowWrite, Outcome, Purge, StoreError, StoreErrorKind,
};

fn keyed(text: &str, key: &FlowKey) -> FlowWrite {
    let mut write = state(text);
    write.keys = vec![key.clone()];
    write
}

/// State and instants come back unchanged, by whatever the flow is found; the revision counts the
/// changes.
pub async fn a_flow_is_read_as_it_was_written(store: Arc<dyn FlowStore>) -> Result<(), StoreError> {
    let desk = Desk::new(&store);
    let json = r#"{"amount":1.50,"name":"आशा \"देवी\" \u0000 🩺","big":12345678901234567890}"#;
    let mut write = state(json);
    let wake_at = second(60) + TimeDelta::milliseconds(123);
    write.wake_at = Some(wake_at);
    let keys = [FlowKey::new("transaction", "t'; DROP"), FlowKey::new("consent", "c")];
    write.keys = keys.to_vec();
    let id = desk.begin(write).await?;

    let read = desk.stored(id).await?;
    assert_eq!((read.id, &read.scope, read.kind.as_str()), (id, &desk.scope, KIND));
    assert_eq!((read.version, text(&read.state), read.revision), (1, json, 1));
    assert_eq!((read.wake_at, read.done), (Some(wake_at), false));
    assert_eq!((read.created_at, read.updated_at), (second(0), second(0)));
    for key in &keys {
        assert_eq!(store.find(&desk.scope, KIND, key).await?.as_ref(), Some(&read));
    }

    let mut write = FlowWrite::new(KIND, 2, payload("{}"));
    write.done = true;
    desk.change(id, 1, write, 5).await?;
    let read = desk.stored(id).await?;
    assert_eq!((read.version, read.revision, read.done), (2, 2, true));
    assert_eq!(text(&read.state), "{}");
    assert_eq!(read.wake_at, None, "a wake-up is replaced, not kept");
    assert_eq!((read.created_at, read.updated_at), (second(0), second(5)));
    for key in &keys {
        let found = store.find(&desk.scope, KIND, key).await?;
        assert_eq!(found.as_ref(), Some(&read), "keys are added, not replaced");
    }
    assert_eq!(store.load(&desk.scope, flow_id()).await?, None);
    Ok(())
}

/// When one part of a commit is refused, no part of it happens.
pub async fn a_commit_is_all_or_nothing(store: Arc<dyn FlowStore>) -> Result<(), StoreError> {
    let desk = Desk::new(&store);
    let key = FlowKey::new("transaction", "t");
    let id = desk.begin(state("1")).await?;
    desk.take_in("m").await?;
    let claimed = only(desk.claim("a", 1, 9).await?)?;

    let mut write = effects(["send"]);
    write.keys = vec![key.clone()];
    write.wake_at = Some(second(2));
    let commit = |expected, lease| {
        desk.at(2).write(id, expected, write.clone()).settle(lease, Outcome::Done)
    };
    // The lease is right, the revision is not.
    for expected in [7, 0] {
        let wrong = store.commit(&commit(expected, claimed.lease.clone())).await;
        assert_eq!(refusal(wrong), Some(StoreErrorKind::Conflict));
    }
    // The revision is right, the lease is not; and where neither is, the lease is looked at first.
    let mut stale = claimed.lease.clone();
    stale.fence += 1;
    for expected in [1, 7] {
        let wrong = store.commit(&commit(expected, stale.clone())).await;
        assert_eq!(refusal(wrong), Some(StoreErrorKind::LeaseLost));
    }
    let read = desk.stored(id).await?;
    assert_eq!((text(&read.state), read.revision, read.wake_at), ("1", 1, None));
    assert_eq!(store.find(&desk.scope, KIND, &key).await?, None);
    assert_eq!(desk.claim("a", 3, 9).await?, []);
    assert_eq!(desk.depths(KIND).await?.messages, 1, "the message is not settled");

    // And with everything right, everything happens.
    store.commit(&commit(1, claimed.lease)).await?;
    assert_eq!(store.find(&desk.scope, KIND, &key).await?, Some(desk.stored(id).await?));
    assert_eq!(sorted(&desk.claim("a", 3, 9).await?), ["send", "wake 0"]);
    assert_eq!(desk.depths(KIND).await?.messages, 0);
    Ok(())
}

/// Who has not seen the latest revision must look again.
pub async fn the_later_of_two_changes_is_a_conflict(
    store: Arc<dyn FlowStore>,
) -> Result<(), StoreError> {
    let desk = Desk::new(&store);
    let id = desk.begin(state("1")).await?;
    desk.change(id, 1, state("2"), 1).await?;
    for expected in [0, 1, 3] {
        let late = desk.change(id, expected, state("3"), 1).await;
        assert_eq!(refusal(late), Some(StoreErrorKind::Conflict));
    }
    let unknown = desk.change(flow_id(), 1, state("3"), 1).await;
    assert_eq!(refusal(unknown), Some(StoreErrorKind::Conflict));
    let read = desk.stored(id).await?;
    assert_eq!((text(&read.state), read.revision), ("2", 2));
    Ok(())
}

/// A key finds its flow, among its own kind; it passes on only from a finished flow.
pub async fn a_key_belongs_to_one_unfinished_flow(
    store: Arc<dyn FlowStore>,
) -> Result<(), StoreError> {
    let desk = Desk::new(&store);
    let key = FlowKey::new("transaction", "t");
    let find = async |kind: &'static str, key: &FlowKey| {
        let found = store.find(&desk.scope, kind, key).await?;
        Ok::<_, StoreError>(found.map(|flow| flow.id))
    };
    let first = desk.begin(keyed("1", &key)).await?;
    assert_eq!(find(KIND, &key).await?, Some(first));
    assert_eq!(find(OTHER_KIND, &key).await?, None);
    assert_eq!(find(KIND, &FlowKey::new("consent", "t")).await?, None);

    let other = desk.begin(of_kind(OTHER_KIND, keyed("1", &key))).await?;
    assert_eq!(find(OTHER_KIND, &key).await?, Some(other));
    assert_eq!(find(KIND, &key).await?, Some(first));

    let next = flow_id();
    let commit = desk.at(1).write(next, 0, keyed("2", &key));
    assert_eq!(refusal(store.commit(&commit).await), Some(StoreErrorKind::Conflict));
    assert_eq!(store.load(&desk.scope, next).await?, None);

    // The holder may name its own key again.
    desk.change(first, 1, done(keyed("end", &key)), 2).await?;
    assert_eq!(find(KIND, &key).await?, Some(first), "late messages still find it");

    store.commit(&commit).await?;
    assert_eq!(find(KIND, &key).await?, Some(next));
    assert_eq!(find(OTHER_KIND, &key).await?, Some(other));
    Ok(())
}

/// A key that passed to a new flow stays with it when the first one is forgotten.
pub async fn a_key_that_passed_on_outlives_its_first_flow(
    store: Arc<dyn FlowStore>,
) -> Result<(), StoreError> {
    let desk = Desk::new(&store);
    let key = FlowKey::new("transaction", "t");
    let first = desk.begin(done(keyed("1", &key))).await?;
    let second_flow = desk.begin_at(keyed("2", &key), 50).await?;
    let purge = Purge::new(&KINDS, second(40), second(0), second(60), 99);
    assert_eq!(store.purge(&purge).await?.flows, 1);
    assert_eq!(store.load(&desk.scope, first).await?, None);
    let found = store.find(&desk.scope, KIND, &key).await?;
    assert_eq!(found.map(|flow| flow.id), Some(second_flow));
    Ok(())
}

/// Lists go through all flows of a kind, page by page, each once, in the order of their ids.
pub async fn flows_are_listed_page_by_page(store: Arc<dyn FlowStore>) -> Result<(), StoreError> {
    let desk = Desk::new(&store);
    let mut expected = Vec::new();
    for number in 0..5 {
        expected.push(desk.begin(wake(&number.to_string(), 1)).await?);
        desk.begin(of_kind(OTHER_KIND, state("1"))).await?;
    }
    desk.change(*expected.first().unwrap_or(&flow_id()), 1, done(state("0")), 1).await?;
    expected.sort();
    let mut listed = Vec::new();
    loop {
        let mut list = FlowList::new(&desk.scope, KIND, 2);
        if let Some(last) = listed.last() {
            list = list.after(*last);
        }
        let page = store.flows(&list).await?;
        assert!(page.len() <= 2);
        if page.is_empty() {
            break;
        }
        for flow in page {
            assert_eq!(flow, desk.stored(flow.id).await?, "a list shows what a read shows");
            listed.push(flow.id);
        }
    }
    assert_eq!(listed, expected);
    assert_eq!(store.flows(&FlowList::new(&desk.scope, KIND, 0)).await?, []);

    // A list claims nothing, and what is finished is listed like the rest.
    assert_eq!(desk.claim("a", 1, 9).await?.len(), 4);
    Ok(())
}
