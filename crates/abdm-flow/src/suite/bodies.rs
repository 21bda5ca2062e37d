//! Promises about the bodies of messages.

use std::sync::Arc;

use bytes::Bytes;

use super::{
    Desk, KIND, KINDS, body_id, claim, dead, done, effects, later, message, only, refusal, second,
    state, unexpected,
};
use crate::store::{
    Accepted, Arrival, BodyId, FlowId, FlowStore, FlowWrite, Inbound, InboundKey, Outcome, Purge,
    StoreError, StoreErrorKind, Task, Work,
};

fn bytes_of(work: &Work) -> Option<&[u8]> {
    match &work.task {
        Task::Message(message) => message.body.bytes.as_deref(),
        _ => None,
    }
}

/// Takes a message in, lets a new flow keep its body, and gives both.
async fn kept(desk: &Desk, name: &str) -> Result<(FlowId, BodyId), StoreError> {
    let body = desk.take_in(name).await?;
    let work = only(desk.claim("a", 1, 9).await?)?;
    let mut write = state("1");
    write.bodies.keep = true;
    let flow = super::flow_id();
    let commit = desk.at(1).write(flow, 0, write).settle(work.lease, Outcome::Done);
    desk.store.commit(&commit).await?;
    Ok((flow, body))
}

fn with_bodies(mut write: FlowWrite, bodies: &[BodyId]) -> FlowWrite {
    write.new_bodies = bodies.iter().map(|id| (*id, Bytes::from_static(b"scan"))).collect();
    write
}

async fn is_there(desk: &Desk, body: BodyId) -> Result<bool, StoreError> {
    Ok(desk.body(body).await?.is_some())
}

/// Bodies come along with a claim while they fit, longest due first; the others are read by their
/// ids.
pub async fn bodies_come_along_while_they_fit(store: Arc<dyn FlowStore>) -> Result<(), StoreError> {
    let desk = Desk::new(&store);
    let mut ids = Vec::new();
    for name in ["one", "two", "six"] {
        let inbound = Inbound::new(InboundKey::new(name, "1"), format!("<{name}>"), second(0));
        ids.push(desk.take_in_for(KIND, &inbound).await?);
    }
    for (now, bytes, fit) in [(1, 0, 0), (20, 4, 0), (40, 5, 1), (60, 14, 2), (80, 15, 3)] {
        let claimed = store.claim(&claim(&[KIND], "a", now, 9).with_bytes(bytes)).await?.work;
        assert_eq!(super::sorted(&claimed), ["one", "six", "two"]);
        let along: Vec<&[u8]> = claimed.iter().filter_map(bytes_of).collect();
        assert_eq!(along.len(), fit, "{bytes} bytes");
        for work in &claimed {
            let Task::Message(message) = &work.task else {
                return Err(unexpected("it is no message"));
            };
            let body = &message.body;
            assert_eq!(body.length, 5, "the length is told in any case");
            let expected = format!("<{}>", message.endpoint);
            if let Some(bytes) = &body.bytes {
                assert_eq!(bytes, expected.as_bytes());
            }
            let read = desk.body(body.id).await?;
            assert_eq!(read.as_deref(), Some(expected.as_bytes()), "by its id");
            assert!(ids.contains(&body.id));
        }
    }
    assert_eq!(desk.body(body_id()).await?, None);
    Ok(())
}

/// A body is there until its message is done, however often that is put off.
pub async fn a_body_dies_with_its_message(store: Arc<dyn FlowStore>) -> Result<(), StoreError> {
    let desk = Desk::new(&store);
    let flow = desk.begin(state("1")).await?;
    let body = desk.take_in("m").await?;
    assert!(is_there(&desk, body).await?);
    let work = only(desk.claim("a", 1, 9).await?)?;
    desk.settle(&work.lease, later(2), 1).await?;
    assert!(is_there(&desk, body).await?);
    let work = only(desk.claim("a", 2, 9).await?)?;
    // A flow that changes and says nothing of the body does not keep it.
    let commit = desk.at(2).write(flow, 1, state("2")).settle(work.lease, Outcome::Done);
    store.commit(&commit).await?;
    assert!(!is_there(&desk, body).await?);
    Ok(())
}

/// A flow may keep the body of the message that brought it an event.
pub async fn a_body_that_its_flow_keeps_outlives_its_message(
    store: Arc<dyn FlowStore>,
) -> Result<(), StoreError> {
    let desk = Desk::new(&store);
    let (flow, body) = kept(&desk, "m").await?;
    assert_eq!(desk.depths(KIND).await?.messages, 0);
    desk.change(flow, 1, state("2"), 2).await?;
    desk.change(flow, 2, done(state("3")), 3).await?;
    assert_eq!(desk.body(body).await?.as_deref(), Some(b"{}".as_slice()));
    // The message has gone, and is known.
    assert_eq!(desk.accept(KIND, &message("m", "1")).await?, Accepted::Duplicate);
    assert_eq!(desk.claim("a", 900, 9).await?, []);
    Ok(())
}

/// A flow lets go of the bodies that it names, and of no other flow's or message's.
pub async fn a_flow_lets_go_of_none_but_its_own_bodies(
    store: Arc<dyn FlowStore>,
) -> Result<(), StoreError> {
    let desk = Desk::new(&store);
    let (flow, body) = kept(&desk, "m").await?;
    let (other, other_body) = kept(&desk, "n").await?;
    let waiting = desk.take_in("waiting").await?;
    let (scan, letter) = (body_id(), body_id());
    desk.change(flow, 1, with_bodies(state("2"), &[scan, letter]), 2).await?;
    assert_eq!(desk.body(scan).await?.as_deref(), Some(b"scan".as_slice()), "a body of its own");

    let mut write = state("3");
    write.bodies.drop = vec![scan, other_body, waiting, body_id()];
    desk.change(flow, 2, write, 3).await?;
    for (id, there) in
        [(scan, false), (letter, true), (body, true), (other_body, true), (waiting, true)]
    {
        assert_eq!(is_there(&desk, id).await?, there, "{id}");
    }
    let mut write = state("2");
    write.bodies.drop = vec![other_body];
    desk.change(other, 1, write, 3).await?;
    assert!(!is_there(&desk, other_body).await?);
    assert!(is_there(&desk, body).await?);
    Ok(())
}

/// The duty to erase: a flow lets go of all it holds, but for what comes with the same change.
pub async fn a_flow_lets_go_of_all_its_bodies(store: Arc<dyn FlowStore>) -> Result<(), StoreError> {
    let desk = Desk::new(&store);
    let (flow, body) = kept(&desk, "m").await?;
    let (_, other_body) = kept(&desk, "n").await?;
    let (scan, letter) = (body_id(), body_id());
    desk.change(flow, 1, with_bodies(state("2"), &[scan]), 2).await?;
    let mut write = with_bodies(state("3"), &[letter]);
    write.bodies.drop_all = true;
    desk.change(flow, 2, write, 3).await?;
    for (id, there) in [(scan, false), (body, false), (letter, true), (other_body, true)] {
        assert_eq!(is_there(&desk, id).await?, there, "{id}");
    }
    let mut write = state("4");
    write.bodies.drop_all = true;
    desk.change(flow, 3, write.clone(), 4).await?;
    assert!(!is_there(&desk, letter).await?);
    desk.change(flow, 4, write, 5).await?;
    assert!(is_there(&desk, other_body).await?);
    Ok(())
}

/// What a flow holds goes with it when it is forgotten.
pub async fn a_body_dies_with_its_flow(store: Arc<dyn FlowStore>) -> Result<(), StoreError> {
    let desk = Desk::new(&store);
    let (flow, body) = kept(&desk, "m").await?;
    let (_, other_body) = kept(&desk, "n").await?;
    let scan = body_id();
    desk.change(flow, 1, with_bodies(done(state("2")), &[scan]), 2).await?;
    let purge = Purge::new(&KINDS, second(50), second(0), second(60), 99);
    assert_eq!(store.purge(&purge).await?.flows, 1);
    for (id, there) in [(body, false), (scan, false), (other_body, true)] {
        assert_eq!(is_there(&desk, id).await?, there, "{id}");
    }
    Ok(())
}

/// What was set aside may be looked at, and replayed with what it said, until it is discarded or
/// forgotten.
pub async fn a_dead_letter_keeps_its_body(store: Arc<dyn FlowStore>) -> Result<(), StoreError> {
    let desk = Desk::new(&store);
    let mut bodies = Vec::new();
    for name in ["discarded", "forgotten"] {
        let body = desk.take_in(name).await?;
        let work = only(desk.claim("a", 1, 9).await?)?;
        desk.settle(&work.lease, dead("poison"), 1).await?;
        assert!(is_there(&desk, body).await?);
        assert!(store.replay(&desk.scope, work.lease.work, second(2)).await?);
        let work = only(desk.claim("a", 2, 9).await?)?;
        assert_eq!((bytes_of(&work), super::label(&work).as_str()), (Some(b"{}".as_slice()), name));
        desk.settle(&work.lease, dead("poison"), 2).await?;
        bodies.push((body, work.lease.work));
    }
    let [(discarded, work), (forgotten, _)] = bodies.as_slice() else {
        return Err(unexpected("two messages"));
    };
    assert!(store.discard(&desk.scope, *work, second(3)).await?);
    assert!(!is_there(&desk, *discarded).await?);
    assert!(is_there(&desk, *forgotten).await?);
    let purge = Purge::new(&KINDS, second(50), second(0), second(60), 99);
    assert_eq!(store.purge(&purge).await?.dead, 1);
    assert!(!is_there(&desk, *forgotten).await?);
    Ok(())
}

/// A message that is there already leaves nothing behind the second time.
pub async fn a_duplicate_brings_no_body(store: Arc<dyn FlowStore>) -> Result<(), StoreError> {
    let desk = Desk::new(&store);
    let first = desk.take_in("m").await?;
    let again = body_id();
    let mut inbound = message("m", "1");
    inbound.body = Bytes::from_static(b"another");
    let arrival = Arrival::new(desk.scope.clone(), KIND, inbound, again);
    assert_eq!(store.accept(&arrival).await?, Accepted::Duplicate);
    assert!(!is_there(&desk, again).await?);
    assert_eq!(desk.body(first).await?.as_deref(), Some(b"{}".as_slice()));
    let work = only(desk.claim("a", 1, 9).await?)?;
    desk.settle(&work.lease, Outcome::Done, 1).await?;
    assert_eq!(store.accept(&arrival).await?, Accepted::Duplicate);
    assert!(!is_there(&desk, again).await?);
    Ok(())
}

/// A commit that does not happen brings no body and lets go of none.
pub async fn a_refused_commit_leaves_the_bodies_alone(
    store: Arc<dyn FlowStore>,
) -> Result<(), StoreError> {
    let desk = Desk::new(&store);
    let (flow, body) = kept(&desk, "kept").await?;
    let message_body = desk.take_in("m").await?;
    let work = only(desk.claim("a", 1, 9).await?)?;
    let scan = body_id();
    for (drop, drop_all) in [(vec![body], false), (vec![], true)] {
        let mut write = with_bodies(effects(["send"]), &[scan]);
        write.bodies.drop = drop;
        write.bodies.drop_all = drop_all;
        let wrong = desk.at(2).write(flow, 7, write).settle(work.lease.clone(), Outcome::Done);
        assert_eq!(refusal(store.commit(&wrong).await), Some(StoreErrorKind::Conflict));
        assert!(!is_there(&desk, scan).await?);
        assert!(is_there(&desk, body).await?);
        assert!(is_there(&desk, message_body).await?);
    }
    Ok(())
}
