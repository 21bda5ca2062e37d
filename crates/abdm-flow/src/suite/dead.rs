//! Promises about dead letters.

use std::sync::Arc;

use super::{
    Desk, KIND, KINDS, MAIN_LANE, OTHER_KIND, dead, effects, label, labels, message, of_kind, only,
    second, state, wake, with_effects,
};
use crate::store::{
    Accepted, DeadItem, DeadLetter, DeadLetterList, EffectId, FlowStore, MessageId, StoreError,
    WorkId,
};

/// Claims what is due of any kind and sets it aside.
async fn bury_all(desk: &Desk, now: i64) -> Result<(), StoreError> {
    for work in desk.claim_of(&KINDS, "a", now, 99).await?.work {
        desk.settle(&work.lease, dead(&label(&work)), now).await?;
    }
    Ok(())
}

fn reasons(letters: &[DeadLetter]) -> Vec<&str> {
    letters.iter().map(|letter| letter.reason.as_str()).collect()
}

/// A message that was set aside is listed with its reason, and can be replayed or discarded.
pub async fn a_poison_message_is_listed_and_replayed(
    store: Arc<dyn FlowStore>,
) -> Result<(), StoreError> {
    let desk = Desk::new(&store);
    let body = desk.take_in("m").await?;
    let bury = async |now| {
        let claimed = only(desk.claim("a", now, 9).await?)?;
        assert_eq!((claimed.attempt, claimed.deferrals), (1, 0), "counts begin anew");
        desk.settle(&claimed.lease, dead("cannot be understood"), now).await?;
        Ok::<_, StoreError>(claimed.lease)
    };
    let lease = bury(1).await?;
    assert_eq!(desk.claim("a", 900, 9).await?, []);
    assert_eq!(desk.next_due(&[KIND], 900).await?, None);
    let letter = only(desk.dead_letters().await?)?;
    assert_eq!((letter.reason.as_str(), letter.at), ("cannot be understood", second(1)));
    assert_eq!((letter.kind.as_str(), letter.work, &letter.scope), (KIND, lease.work, &desk.scope));
    assert!(letter.is_of(&lease));
    let DeadItem::Message(item) = &letter.item else {
        return Err(super::unexpected("it is no message"));
    };
    assert_eq!((item.endpoint.as_str(), item.received_at), ("m", second(0)));
    assert_eq!((item.body.id, item.body.length), (body, 2));
    let depths = desk.depths(KIND).await?;
    assert_eq!((depths.messages, depths.dead), (0, 1));

    assert!(store.replay(&desk.scope, letter.work, second(50)).await?);
    assert_eq!(desk.dead_letters().await?, []);
    bury(50).await?;
    assert!(store.discard(&desk.scope, letter.work, second(60)).await?);
    assert_eq!(desk.dead_letters().await?, []);
    Ok(())
}

/// After a replay a message is in its queue as if it had just come, and is due at once.
pub async fn a_message_that_is_replayed_begins_anew(
    store: Arc<dyn FlowStore>,
) -> Result<(), StoreError> {
    let desk = Desk::new(&store);
    desk.take_in("m").await?;
    only(desk.claim("crashed", 1, 9).await?)?;
    let work = only(desk.claim("a", 11, 9).await?)?;
    desk.settle(&work.lease, super::later(12), 11).await?;
    let work = only(desk.claim("a", 12, 9).await?)?;
    desk.settle(&work.lease, dead("poison"), 12).await?;

    assert!(store.replay(&desk.scope, work.lease.work, second(50)).await?);
    assert!(!store.replay(&desk.scope, work.lease.work, second(50)).await?, "it is back already");
    assert_eq!(desk.depths(KIND).await?.messages, 1);
    assert_eq!(desk.claim("a", 49, 9).await?, []);
    let again = only(desk.claim("a", 50, 9).await?)?;
    assert_eq!((again.attempt, again.deferrals, again.queued_at), (1, 0, second(50)));
    assert!(again.lease.fence > work.lease.fence, "no lease of its first life settles it");
    assert_eq!(desk.accept(KIND, &message("m", "1")).await?, Accepted::Duplicate);
    Ok(())
}

/// What is discarded never comes again, and is still known.
pub async fn a_dead_letter_is_discarded_for_good(
    store: Arc<dyn FlowStore>,
) -> Result<(), StoreError> {
    let desk = Desk::new(&store);
    desk.take_in("m").await?;
    desk.begin(effects(["send", "next"])).await?;
    bury_all(&desk, 1).await?;
    let letters = desk.dead_letters().await?;
    assert_eq!(reasons(&letters), ["m", "send"]);
    for letter in &letters {
        assert!(store.discard(&desk.scope, letter.work, second(60)).await?);
        assert!(!store.discard(&desk.scope, letter.work, second(60)).await?);
        assert!(!store.replay(&desk.scope, letter.work, second(60)).await?);
    }
    assert_eq!(desk.dead_letters().await?, []);
    assert_eq!(desk.depths(KIND).await?.dead, 0);
    assert_eq!(labels(&desk.claim("a", 900, 9).await?), ["next"]);
    assert_eq!(desk.accept(KIND, &message("m", "1")).await?, Accepted::Duplicate);
    Ok(())
}

/// What is not there, or waits, or is claimed, is neither replayed nor discarded.
pub async fn only_a_dead_letter_is_replayed_or_discarded(
    store: Arc<dyn FlowStore>,
) -> Result<(), StoreError> {
    let desk = Desk::new(&store);
    let flow = desk.begin(with_effects(wake("0", 1), MAIN_LANE, ["send", "next"])).await?;
    desk.take_in("m").await?;
    let neither = async |work| {
        let replayed = store.replay(&desk.scope, work, second(1)).await?;
        Ok::<_, StoreError>(!replayed && !store.discard(&desk.scope, work, second(1)).await?)
    };
    assert!(neither(WorkId::Message(MessageId::new(1_000_000))).await?);
    assert!(neither(WorkId::Effect(EffectId::new(1_000_000))).await?);
    assert!(neither(WorkId::Wake(flow)).await?);
    let claimed = desk.claim("a", 1, 9).await?;
    assert_eq!(super::sorted(&claimed), ["m", "send", "wake 0"]);
    for work in &claimed {
        assert!(neither(work.lease.work).await?, "{}", label(work));
    }
    store.release(&[KIND], "a").await?;
    for work in &claimed {
        assert!(neither(work.lease.work).await?, "{}", label(work));
    }
    assert_eq!(desk.claim("a", 2, 9).await?.len(), 3);
    Ok(())
}

/// Oldest first; of one facility or all, of one kind or all, from an instant on.
pub async fn dead_letters_are_listed_by_scope_kind_and_instant(
    store: Arc<dyn FlowStore>,
) -> Result<(), StoreError> {
    let home = Desk::new(&store);
    let away = home.other("suite.away");
    home.take_in("1").await?;
    bury_all(&home, 1).await?;
    home.begin_at(of_kind(OTHER_KIND, with_effects(state("0"), MAIN_LANE, ["2"])), 2).await?;
    bury_all(&home, 2).await?;
    away.take_in("3").await?;
    bury_all(&away, 3).await?;
    home.take_in("4").await?;
    bury_all(&home, 4).await?;

    let list = async |list: DeadLetterList<'_>| {
        let letters = store.dead_letters(&list).await?;
        Ok::<_, StoreError>(letters.into_iter().map(|letter| letter.reason).collect::<Vec<_>>())
    };
    let all = DeadLetterList::new(9);
    assert_eq!(list(all).await?, ["1", "2", "3", "4"]);
    assert_eq!(list(all.of(&home.scope)).await?, ["1", "2", "4"]);
    assert_eq!(list(all.of(&away.scope)).await?, ["3"]);
    assert_eq!(list(all.of_kind(KIND)).await?, ["1", "3", "4"]);
    assert_eq!(list(all.of_kind(OTHER_KIND)).await?, ["2"]);
    assert_eq!(list(all.since(second(3))).await?, ["3", "4"], "at that instant or later");
    assert_eq!(list(all.of(&home.scope).of_kind(KIND).since(second(2))).await?, ["4"]);
    assert_eq!(list(DeadLetterList::new(2)).await?, ["1", "2"]);
    assert_eq!(list(DeadLetterList::new(2).since(second(2))).await?, ["2", "3"]);
    assert_eq!(list(DeadLetterList::new(0)).await?, Vec::<String>::new());
    Ok(())
}
