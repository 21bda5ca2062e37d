//! Promises about facilities that share one store: nothing of one is found under another.

use std::sync::Arc;

use super::{
    Desk, KIND, KINDS, MAIN_LANE, THIRD_KIND, claim, dead, effects, label, message, named, only,
    payload, refusal, request_id, second, sorted, state, text, waiting, wake, with_effects,
};
use crate::store::{
    DeadLetterList, FlowKey, FlowList, FlowStore, FlowWrite, Lease, NewRow, Outcome, RowChange,
    RowList, StoreError, StoreErrorKind, WaitFor,
};

fn desks(store: &Arc<dyn FlowStore>) -> (Desk, Desk) {
    let home = Desk::new(store);
    let away = home.other("suite.away");
    (home, away)
}

fn keyed(text: &str, key: &FlowKey) -> FlowWrite {
    let mut write = state(text);
    write.keys = vec![key.clone()];
    write
}

/// Neither by id nor by key nor by call, nor in a list.
pub async fn a_flow_is_found_only_in_its_own_scope(
    store: Arc<dyn FlowStore>,
) -> Result<(), StoreError> {
    let (home, away) = desks(&store);
    let (key, request) = (FlowKey::new("transaction", "t"), request_id());
    let flow = home.begin(keyed("home", &key)).await?;
    store.remember_request(&home.scope, request, flow).await?;
    assert_eq!(store.load(&away.scope, flow).await?, None);
    assert_eq!(store.find(&away.scope, KIND, &key).await?, None);
    assert_eq!(store.find_request(&away.scope, request).await?, None);
    assert_eq!(store.flows(&FlowList::new(&away.scope, KIND, 9)).await?, []);

    // The same key, and the same call, in two scopes are two.
    let other = away.begin(keyed("away", &key)).await?;
    store.remember_request(&away.scope, request, other).await?;
    for (desk, id) in [(&home, flow), (&away, other)] {
        let stored = desk.stored(id).await?;
        assert_eq!(stored.scope, desk.scope);
        assert_eq!(store.find(&desk.scope, KIND, &key).await?.as_ref(), Some(&stored));
        assert_eq!(store.find_request(&desk.scope, request).await?.as_ref(), Some(&stored));
        assert_eq!(store.flows(&FlowList::new(&desk.scope, KIND, 9)).await?, [stored]);
    }
    Ok(())
}

/// A commit or a call under another scope does not see the flow, and changes nothing.
pub async fn a_flow_is_written_only_in_its_own_scope(
    store: Arc<dyn FlowStore>,
) -> Result<(), StoreError> {
    let (home, away) = desks(&store);
    let flow = home.begin(state("home")).await?;
    let conflict = Some(StoreErrorKind::Conflict);
    for expected in [1, 2] {
        let written = away.change(flow, expected, effects(["send"]), 1).await;
        assert_eq!(refusal(written), conflict, "revision {expected}");
    }
    assert_eq!(refusal(store.commit(&away.at(1).guard(flow, 1)).await), conflict);
    let request = request_id();
    let remembered = store.remember_request(&away.scope, request, flow).await;
    assert_eq!(refusal(remembered), conflict);
    assert_eq!(store.find_request(&away.scope, request).await?, None);
    assert_eq!(store.find_request(&home.scope, request).await?, None);
    let stored = home.stored(flow).await?;
    assert_eq!((text(&stored.state), stored.revision), ("home", 1));
    assert_eq!(home.claim("a", 1, 9).await?, []);
    Ok(())
}

/// One key in two scopes is two messages, each with its own body.
pub async fn a_message_of_another_scope_is_another_message(
    store: Arc<dyn FlowStore>,
) -> Result<(), StoreError> {
    let (home, away) = desks(&store);
    let body = home.take_in("m").await?;
    let other_body = away.take_in("m").await?;
    assert!(!home.accept(KIND, &message("m", "1")).await?.is_new());
    assert!(!away.accept(KIND, &message("m", "1")).await?.is_new());
    assert!(home.body(body).await?.is_some());
    assert_eq!(away.body(body).await?, None, "a body is its own scope's");
    assert_eq!(home.body(other_body).await?, None);

    let claimed = home.claim("a", 1, 9).await?;
    assert_eq!(claimed.len(), 2);
    let mine = claimed.iter().find(|work| work.lease.scope == home.scope);
    let mine = mine.ok_or_else(|| super::unexpected("there is none of home"))?;
    home.settle(&mine.lease, Outcome::Done, 2).await?;
    assert!(away.body(other_body).await?.is_some(), "the other one is not settled");
    assert_eq!(away.claim("b", 11, 9).await?.len(), 1);
    Ok(())
}

/// Whoever serves some facilities takes their work only, and sleeps until theirs is due.
pub async fn a_claim_takes_only_the_scopes_that_it_names(
    store: Arc<dyn FlowStore>,
) -> Result<(), StoreError> {
    let (home, away) = desks(&store);
    let third = home.other("suite.third");
    for (desk, at) in [(&home, 1), (&away, 2), (&third, 3)] {
        desk.begin(with_effects(wake("1", at), MAIN_LANE, ["send"])).await?;
        desk.take_in("m").await?;
    }
    let nobody = store.claim(&claim(&KINDS, "a", 0, 99).of(Some(&[]))).await?;
    assert_eq!((nobody.work, nobody.next_due), (vec![], None));
    let unknown = [home.other("suite.unknown").scope];
    let nobody = store.claim(&claim(&KINDS, "a", 5, 99).of(Some(&unknown))).await?;
    assert_eq!((nobody.work, nobody.next_due), (vec![], None));

    let scopes = [away.scope.clone()];
    let claimed = store.claim(&claim(&KINDS, "a", 5, 99).of(Some(&scopes))).await?;
    assert_eq!(sorted(&claimed.work), ["m", "send", "wake 1"]);
    assert!(claimed.work.iter().all(|work| work.lease.scope == away.scope));
    assert_eq!(claimed.next_due, Some(second(15)), "what is due elsewhere does not count");

    let scopes = [third.scope.clone(), away.scope.clone()];
    let claimed = store.claim(&claim(&KINDS, "b", 6, 99).of(Some(&scopes))).await?;
    assert_eq!(claimed.work.len(), 3);
    assert!(claimed.work.iter().all(|work| work.lease.scope == third.scope));
    let rest = store.claim(&claim(&KINDS, "c", 6, 99)).await?;
    assert_eq!(rest.work.len(), 3, "without names it is everybody's");
    assert!(rest.work.iter().all(|work| work.lease.scope == home.scope));
    Ok(())
}

/// A lease is good in its own scope only, and nowhere better for being renamed.
pub async fn work_is_renewed_and_settled_only_in_its_own_scope(
    store: Arc<dyn FlowStore>,
) -> Result<(), StoreError> {
    let (home, away) = desks(&store);
    home.begin(with_effects(wake("1", 1), MAIN_LANE, ["send"])).await?;
    home.take_in("m").await?;
    let claimed = home.claim("a", 1, 9).await?;
    assert_eq!(sorted(&claimed), ["m", "send", "wake 1"]);
    let lost = Some(StoreErrorKind::LeaseLost);
    for work in &claimed {
        let renamed = Lease::new(away.scope.clone(), work.lease.work, work.lease.fence);
        for lease in [&work.lease, &renamed] {
            let settled = refusal(away.settle(lease, Outcome::Done, 2).await);
            assert_eq!(settled, lost, "{}", label(work));
            assert_eq!(refusal(store.commit(&away.at(2).hold(lease.clone())).await), lost);
        }
        assert_eq!(refusal(home.settle(&renamed, Outcome::Done, 2).await), lost);
        let back = store.renew(std::slice::from_ref(&renamed), second(99)).await?;
        assert_eq!(back, [renamed]);
    }
    assert_eq!(home.next_due(&[KIND], 2).await?, Some(second(11)), "nothing was renewed");
    for work in &claimed {
        home.settle(&work.lease, Outcome::Done, 3).await?;
    }
    Ok(())
}

/// A message waits for what comes in its own scope.
pub async fn what_is_waited_for_comes_in_the_same_scope_only(
    store: Arc<dyn FlowStore>,
) -> Result<(), StoreError> {
    let (home, away) = desks(&store);
    let (key, request) = (FlowKey::new("transaction", "t"), request_id());
    let other = away.begin(keyed("1", &FlowKey::new("transaction", "there already"))).await?;
    for (name, waits_for) in [
        ("key", WaitFor::Key(key.clone())),
        ("key there", WaitFor::Key(FlowKey::new("transaction", "there already"))),
        ("request", WaitFor::Request(request)),
        ("flow", WaitFor::Change(other)),
    ] {
        home.take_in(name).await?;
        let work = only(home.claim("a", 1, 9).await?)?;
        home.settle(&work.lease, waiting(waits_for), 1).await?;
    }
    away.change(other, 1, keyed("2", &key), 2).await?;
    store.remember_request(&away.scope, request, other).await?;
    assert_eq!(home.claim("a", 3, 9).await?, []);

    let flow = home.begin(keyed("1", &key)).await?;
    store.remember_request(&home.scope, request, flow).await?;
    assert_eq!(sorted(&home.claim("a", 3, 9).await?), ["key", "request"]);
    Ok(())
}

/// A dead letter is seen, replayed and discarded by its own facility.
pub async fn a_dead_letter_is_settled_only_in_its_own_scope(
    store: Arc<dyn FlowStore>,
) -> Result<(), StoreError> {
    let (home, away) = desks(&store);
    home.begin(effects(["send"])).await?;
    home.take_in("m").await?;
    let claimed = home.claim("a", 1, 9).await?;
    for work in &claimed {
        home.settle(&work.lease, dead("refused"), 1).await?;
    }
    assert_eq!(away.dead_letters().await?, []);
    let all = store.dead_letters(&DeadLetterList::new(9)).await?;
    assert_eq!(all, home.dead_letters().await?);
    for work in &claimed {
        assert!(!store.replay(&away.scope, work.lease.work, second(2)).await?);
        assert!(!store.discard(&away.scope, work.lease.work, second(2)).await?);
    }
    assert_eq!(home.dead_letters().await?.len(), 2);
    assert!(store.replay(&home.scope, named(&claimed, "m")?.lease.work, second(2)).await?);
    assert!(store.discard(&home.scope, named(&claimed, "send")?.lease.work, second(2)).await?);
    Ok(())
}

/// The same table, key and parent in two scopes are two rows.
pub async fn rows_of_two_scopes_are_two_rows(store: Arc<dyn FlowStore>) -> Result<(), StoreError> {
    const TABLE: &str = "suite.rows";
    let (home, away) = desks(&store);
    let row = |json| NewRow::new(payload(json)).under("p", 1);
    for (desk, json) in [(&home, "1"), (&away, "2")] {
        store.commit(&desk.at(1).rows([RowChange::insert(TABLE, "k", row(json))])).await?;
    }
    for (desk, json) in [(&home, "1"), (&away, "2")] {
        let listed = only(store.rows(&RowList::new(&desk.scope, TABLE, "p", 9)).await?)?;
        assert_eq!((text(&listed.payload), listed.revision), (json, 1));
        assert_eq!(desk.row(TABLE, "k").await?, Some(listed));
    }
    assert_eq!(home.other("suite.third").row(TABLE, "k").await?, None);
    store.commit(&away.at(2).rows([RowChange::delete_children(TABLE, "p")])).await?;
    store.commit(&away.at(2).rows([RowChange::delete(TABLE, "k")])).await?;
    assert!(home.row(TABLE, "k").await?.is_some());
    assert_eq!(home.claim_of(&[THIRD_KIND], "a", 3, 9).await?.work, []);
    Ok(())
}
