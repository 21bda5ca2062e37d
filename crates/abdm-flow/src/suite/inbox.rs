//! Promises about messages that come in.

use std::sync::Arc;

use super::{
    Desk, KIND, OTHER_KIND, dead, label, labels, later, message, only, second, unexpected,
};
use crate::store::{Accepted, FlowStore, Inbound, InboundKey, Outcome, StoreError, Task, Work};

/// A message is known by endpoint and id for as long as it is remembered, whatever became of it.
pub async fn a_message_is_taken_in_once(store: Arc<dyn FlowStore>) -> Result<(), StoreError> {
    let desk = Desk::new(&store);
    let mut first = message("OnLink", "r-1").with_header("X-Whose", "IN1");
    first.body = (0..=255_u8).collect::<Vec<_>>().into();
    assert_eq!(desk.accept(KIND, &first).await?, Accepted::New(None));
    assert_eq!(desk.accept(KIND, &first).await?, Accepted::Duplicate);
    assert_eq!(desk.accept(KIND, &message("OnLink", "r-1")).await?, Accepted::Duplicate);
    assert!(desk.accept(KIND, &message("OnNotify", "r-1")).await?.is_new());
    assert!(desk.accept(KIND, &message("OnLink", "r-2")).await?.is_new());

    let claimed = desk.claim("a", 1, 9).await?;
    assert_eq!(claimed.len(), 3);
    let is_first = |work: &&Work| match &work.task {
        Task::Message(message) => message.body.length == 256,
        _ => false,
    };
    let found = claimed.iter().find(is_first).ok_or_else(|| unexpected("it is not there"))?;
    assert_eq!((found.attempt, found.deferrals, found.queued_at), (1, 0, second(0)));
    assert_eq!((found.kind.as_str(), &found.lease.scope), (KIND, &desk.scope));
    if let Task::Message(message) = &found.task {
        // Headers, body and instant come back unchanged.
        assert_eq!((message.endpoint.as_str(), message.received_at), ("OnLink", second(0)));
        assert_eq!(message.headers, first.headers);
        assert_eq!(message.body.bytes.as_ref(), Some(&first.body));
    }

    assert_eq!(desk.accept(KIND, &first).await?, Accepted::Duplicate, "while it is claimed");
    for work in claimed {
        let outcome = if label(&work) == "OnLink" { Outcome::Done } else { dead("poison") };
        desk.settle(&work.lease, outcome, 2).await?;
    }
    assert_eq!(desk.accept(KIND, &first).await?, Accepted::Duplicate, "when it is done");
    let aside = desk.accept(KIND, &message("OnNotify", "r-1")).await?;
    assert_eq!(aside, Accepted::Duplicate, "when it is set aside");
    assert_eq!(desk.claim("a", 900, 9).await?, []);
    Ok(())
}

/// What came in for one kind of flow is a duplicate for every other.
pub async fn a_message_of_two_kinds_is_one_message(
    store: Arc<dyn FlowStore>,
) -> Result<(), StoreError> {
    let desk = Desk::new(&store);
    desk.take_in("m").await?;
    let again = desk.accept(OTHER_KIND, &message("m", "1")).await?;
    assert_eq!(again, Accepted::Duplicate);
    let work = only(desk.claim("a", 1, 9).await?)?;
    desk.settle(&work.lease, Outcome::Done, 1).await?;
    let again = desk.accept(OTHER_KIND, &message("m", "1")).await?;
    assert_eq!(again, Accepted::Duplicate);
    assert_eq!(desk.claim_of(&[OTHER_KIND], "a", 900, 9).await?.work, []);
    Ok(())
}

/// Oldest first, own kind only, no more than asked for.
pub async fn messages_come_in_the_order_of_their_arrival(
    store: Arc<dyn FlowStore>,
) -> Result<(), StoreError> {
    let desk = Desk::new(&store);
    for name in ["c", "a", "d", "b"] {
        desk.take_in(name).await?;
        desk.take_in_for(OTHER_KIND, &message("other", name)).await?;
    }
    assert_eq!(labels(&desk.claim("a", 1, 3).await?), ["c", "a", "d"]);
    assert_eq!(labels(&desk.claim("b", 1, 3).await?), ["b"]);
    let depths = desk.depths(KIND).await?;
    assert_eq!((depths.messages, depths.effects, depths.dead), (4, 0, 0), "claimed ones count");
    // A message from the future is not due yet.
    let early = Inbound::new(InboundKey::new("early", "1"), "{}", second(500));
    desk.take_in_for(KIND, &early).await?;
    assert!(!labels(&desk.claim("a", 499, 9).await?).contains(&"early".to_owned()));
    assert!(labels(&desk.claim("a", 600, 9).await?).contains(&"early".to_owned()));
    Ok(())
}

/// A message that was put off is due at its instant, with one more deferral and its tries at zero.
pub async fn a_message_comes_back_when_it_was_put_off(
    store: Arc<dyn FlowStore>,
) -> Result<(), StoreError> {
    let desk = Desk::new(&store);
    desk.take_in("m").await?;
    only(desk.claim("dead node", 1, 9).await?)?;
    let claimed = only(desk.claim("a", 11, 9).await?)?;
    assert_eq!(claimed.attempt, 2);
    desk.settle(&claimed.lease, later(40), 12).await?;
    let nothing = desk.claim_of(&[KIND], "a", 39, 9).await?;
    assert_eq!((nothing.work, nothing.next_due), (vec![], Some(second(40))));
    let claimed = only(desk.claim("a", 40, 9).await?)?;
    assert_eq!((claimed.attempt, claimed.deferrals, claimed.queued_at), (1, 1, second(0)));
    desk.settle(&claimed.lease, later(50), 41).await?;
    assert_eq!(only(desk.claim("a", 50, 9).await?)?.deferrals, 2);
    Ok(())
}
