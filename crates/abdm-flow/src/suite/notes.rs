//! Promises about what one flow tells another.

use std::sync::Arc;

use super::{
    Desk, KIND, OTHER_KIND, body_id, dead, effects, label, labels, later, only, payload, refusal,
    second, state, unexpected,
};
use crate::store::{
    DeadItem, FlowStore, Message, Note, Outcome, StoreError, StoreErrorKind, Task, Work,
};

fn note(subject: &'static str, json: &str) -> Note {
    Note::new(OTHER_KIND, subject, payload(json))
}

fn message_of(work: &Work) -> Result<&Message, StoreError> {
    match &work.task {
        Task::Message(message) => Ok(message),
        _ => Err(unexpected("it is no message")),
    }
}

/// A note is in the other kind's inbox as soon as the commit is made, and says what was written.
pub async fn a_note_comes_with_the_commit_that_wrote_it(
    store: Arc<dyn FlowStore>,
) -> Result<(), StoreError> {
    let desk = Desk::new(&store);
    let bodies = [body_id(), body_id(), body_id()];
    let [granted, revoked, expired] = bodies;
    let flow = desk.begin(state("1")).await?;
    let commit = desk
        .at(5)
        .write(flow, 1, state("2"))
        .note(note("granted", r#"{"amount":1.50}"#), granted)
        .note(note("revoked", "{}"), revoked);
    store.commit(&commit).await?;
    // Also without a flow: whoever commits may have something to tell all the same.
    store.commit(&desk.at(6).note(note("expired", "{}"), expired)).await?;

    assert_eq!(desk.claim("a", 6, 9).await?, [], "it is the other kind's");
    assert_eq!(desk.depths(OTHER_KIND).await?.messages, 3);
    let claimed = desk.claim_of(&[OTHER_KIND], "a", 6, 9).await?.work;
    assert_eq!(labels(&claimed), ["granted", "revoked", "expired"]);
    for (work, body) in claimed.iter().zip(bodies) {
        let at = if label(work) == "expired" { second(6) } else { second(5) };
        assert_eq!((work.attempt, work.deferrals, work.queued_at), (1, 0, at));
        assert_eq!((work.kind.as_str(), &work.lease.scope), (OTHER_KIND, &desk.scope));
        let message = message_of(work)?;
        assert_eq!((message.body.id, message.received_at), (body, at));
        assert!(message.headers.is_empty());
        assert_eq!(message.body.bytes, desk.body(body).await?);
    }
    let said = desk.body(granted).await?;
    assert_eq!(said.as_deref(), Some(br#"{"amount":1.50}"#.as_slice()));
    Ok(())
}

/// What did not happen is not told.
pub async fn no_note_comes_from_a_commit_that_was_refused(
    store: Arc<dyn FlowStore>,
) -> Result<(), StoreError> {
    let desk = Desk::new(&store);
    let flow = desk.begin(effects(["send"])).await?;
    let send = only(desk.claim("a", 1, 9).await?)?;
    let body = body_id();
    let told = desk.at(5).note(note("told", "{}"), body);
    let wrong = told.clone().write(flow, 7, state("2"));
    assert_eq!(refusal(store.commit(&wrong).await), Some(StoreErrorKind::Conflict));
    let wrong = told.clone().guard(flow, 7).settle(send.lease.clone(), Outcome::Done);
    assert_eq!(refusal(store.commit(&wrong).await), Some(StoreErrorKind::Conflict));
    let mut lease = send.lease;
    lease.fence += 1;
    let wrong = told.settle(lease, Outcome::Done);
    assert_eq!(refusal(store.commit(&wrong).await), Some(StoreErrorKind::LeaseLost));

    assert_eq!(desk.claim_of(&[OTHER_KIND], "a", 900, 9).await?.work, []);
    assert_eq!(desk.depths(OTHER_KIND).await?.messages, 0);
    assert_eq!(desk.body(body).await?, None);
    Ok(())
}

/// A commit happens once, so that a note needs no name: two that say the same are two.
pub async fn the_same_note_twice_is_two_messages(
    store: Arc<dyn FlowStore>,
) -> Result<(), StoreError> {
    let desk = Desk::new(&store);
    let tell = async |now, body| store.commit(&desk.at(now).note(note("told", "{}"), body)).await;
    tell(1, body_id()).await?;
    tell(1, body_id()).await?;
    let claimed = desk.claim_of(&[OTHER_KIND], "a", 1, 9).await?.work;
    assert_eq!(labels(&claimed), ["told", "told"]);
    for work in &claimed {
        desk.settle(&work.lease, Outcome::Done, 2).await?;
    }
    // Not even after the first ones are settled is it a duplicate of them, or of a message.
    tell(3, body_id()).await?;
    assert_eq!(labels(&desk.claim_of(&[OTHER_KIND], "a", 3, 9).await?.work), ["told"]);
    desk.take_in_for(OTHER_KIND, &super::message("told", "1")).await?;
    assert_eq!(labels(&desk.claim_of(&[OTHER_KIND], "a", 3, 9).await?.work), ["told"]);
    Ok(())
}

/// In its inbox a note is a message like any other: put off, set aside, replayed, done.
pub async fn a_note_goes_the_way_of_every_message(
    store: Arc<dyn FlowStore>,
) -> Result<(), StoreError> {
    let desk = Desk::new(&store);
    let body = body_id();
    let told = Note::new(KIND, "told", payload("{}"));
    store.commit(&desk.at(1).note(told, body)).await?;
    let work = only(desk.claim("a", 1, 9).await?)?;
    desk.settle(&work.lease, later(20), 2).await?;
    let work = only(desk.claim("a", 20, 9).await?)?;
    assert_eq!((work.attempt, work.deferrals), (1, 1));
    desk.settle(&work.lease, dead("poison"), 21).await?;

    let letter = only(desk.dead_letters().await?)?;
    let DeadItem::Message(item) = &letter.item else {
        return Err(unexpected("it is no message"));
    };
    assert_eq!((item.endpoint.as_str(), item.body.id, item.body.length), ("told", body, 2));
    assert!(store.replay(&desk.scope, letter.work, second(30)).await?);
    let work = only(desk.claim("a", 30, 9).await?)?;
    assert_eq!(message_of(&work)?.body.bytes.as_deref(), Some(b"{}".as_slice()));
    desk.settle(&work.lease, Outcome::Done, 31).await?;
    assert_eq!(desk.body(body).await?, None);
    assert_eq!(desk.depths(KIND).await?.messages, 0);
    Ok(())
}
