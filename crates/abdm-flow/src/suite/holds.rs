//! Promises about checkpoints: an effect in progress keeps how far it has come.

use std::sync::Arc;

use super::{
    Desk, KIND, MAIN_LANE, SIDE_LANE, body_id, effects, label, labels, later, only, payload,
    refusal, second, state, text, with_effects,
};
use crate::store::{
    Earlier, FlowStore, NewRow, Note, Outcome, RowChange, StoreError, StoreErrorKind, Work,
};

const TABLE: &str = "suite.pages";

fn progress(pages: u32) -> RowChange {
    RowChange::put(TABLE, "transfer", NewRow::new(payload(&pages.to_string())))
}

async fn pages(desk: &Desk) -> Result<Option<String>, StoreError> {
    let row = desk.row(TABLE, "transfer").await?;
    Ok(row.map(|row| text(&row.payload).to_owned()))
}

/// A flow whose first effect is claimed at second 1.
async fn sending(desk: &Desk) -> Result<Work, StoreError> {
    desk.begin(effects(["send", "next"])).await?;
    only(desk.claim("a", 1, 9).await?)
}

/// Rows change while the lease is held, and the work goes on under the same lease.
pub async fn a_checkpoint_changes_rows_and_settles_nothing(
    store: Arc<dyn FlowStore>,
) -> Result<(), StoreError> {
    let desk = Desk::new(&store);
    let send = sending(&desk).await?;
    for count in 1..4_u32 {
        let commit = desk.at(2).rows([progress(count)]).hold(send.lease.clone());
        let committed = store.commit(&commit).await?;
        assert_eq!((committed.work, committed.more), (vec![], false));
        assert_eq!(pages(&desk).await?, Some(count.to_string()));
    }
    let nothing = desk.claim_of(&[KIND], "b", 10, 9).await?;
    assert_eq!((nothing.work, nothing.next_due), (vec![], Some(second(11))), "it is still held");
    assert_eq!(store.renew(std::slice::from_ref(&send.lease), second(20)).await?, []);

    // After its end, as long as nobody has taken it over.
    store.commit(&desk.at(30).rows([progress(9)]).hold(send.lease.clone())).await?;
    desk.settle(&send.lease, Outcome::Done, 31).await?;
    assert_eq!(pages(&desk).await?.as_deref(), Some("9"));
    assert_eq!(labels(&desk.claim("b", 31, 9).await?), ["next"]);
    Ok(())
}

/// Whoever has lost the lease changes nothing any more: somebody else counts on from what is there.
pub async fn a_checkpoint_after_a_takeover_changes_nothing(
    store: Arc<dyn FlowStore>,
) -> Result<(), StoreError> {
    let desk = Desk::new(&store);
    let slow = sending(&desk).await?;
    store.commit(&desk.at(2).rows([progress(1)]).hold(slow.lease.clone())).await?;
    let taken = only(desk.claim("b", 11, 9).await?)?;
    assert_eq!((taken.attempt, taken.earlier), (2, Earlier::PerhapsSent));

    let note = Note::new(KIND, "note", payload("{}"));
    let late = desk.at(12).rows([progress(2)]).note(note, body_id()).hold(slow.lease.clone());
    assert_eq!(refusal(store.commit(&late).await), Some(StoreErrorKind::LeaseLost));
    let late = desk.at(12).hold(slow.lease.clone());
    assert_eq!(refusal(store.commit(&late).await), Some(StoreErrorKind::LeaseLost));
    assert_eq!(pages(&desk).await?.as_deref(), Some("1"));
    assert_eq!(desk.depths(KIND).await?.messages, 0);
    store.commit(&desk.at(12).rows([progress(2)]).hold(taken.lease)).await?;
    assert_eq!(pages(&desk).await?.as_deref(), Some("2"));
    Ok(())
}

/// Work that was settled, put off, set aside or given back is held by nobody.
pub async fn a_checkpoint_of_work_that_is_settled_changes_nothing(
    store: Arc<dyn FlowStore>,
) -> Result<(), StoreError> {
    let desk = Desk::new(&store);
    let outcomes = [Some(Outcome::Done), Some(later(900)), Some(super::dead("refused")), None];
    for outcome in outcomes {
        desk.begin(effects(["send"])).await?;
        let send = only(desk.claim("a", 1, 9).await?)?;
        let told = format!("{outcome:?}");
        match outcome {
            Some(outcome) => drop(desk.settle(&send.lease, outcome, 2).await?),
            None => store.release(&[KIND], "a").await?,
        }
        let late = desk.at(3).rows([progress(1)]).hold(send.lease);
        assert_eq!(refusal(store.commit(&late).await), Some(StoreErrorKind::LeaseLost), "{told}");
        assert_eq!(pages(&desk).await?, None, "{told}");
    }
    Ok(())
}

/// An effect that goes on may change its flow: what the flow then wants waits behind it in its
/// lane, and does not wait in another one.
pub async fn an_effect_in_progress_changes_its_flow(
    store: Arc<dyn FlowStore>,
) -> Result<(), StoreError> {
    let desk = Desk::new(&store);
    let flow = desk.begin(effects(["send"])).await?;
    let send = only(desk.claim("a", 1, 9).await?)?;
    let write = with_effects(with_effects(state("2"), MAIN_LANE, ["behind"]), SIDE_LANE, ["side"]);
    let wrong = desk.at(2).write(flow, 7, write.clone()).rows([progress(1)]);
    let wrong = store.commit(&wrong.hold(send.lease.clone())).await;
    assert_eq!(refusal(wrong), Some(StoreErrorKind::Conflict));
    assert_eq!(pages(&desk).await?, None);

    let commit = desk.at(2).write(flow, 1, write).rows([progress(1)]).hold(send.lease.clone());
    assert!(store.commit(&commit).await?.more);
    let stored = desk.stored(flow).await?;
    assert_eq!((text(&stored.state), stored.revision), ("2", 2));
    assert_eq!(pages(&desk).await?.as_deref(), Some("1"));
    assert_eq!(label(&only(desk.claim("b", 3, 9).await?)?), "side");
    desk.settle(&send.lease, Outcome::Done, 4).await?;
    assert_eq!(label(&only(desk.claim("b", 4, 9).await?)?), "behind");
    Ok(())
}
