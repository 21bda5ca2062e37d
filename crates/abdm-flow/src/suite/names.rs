//! Promises about texts from outside: ids of messages, keys of flows and rows, and what is quoted
//! in a reason. They are whatever somebody has sent, and a store that fails on one is asked for it
//! again and again.

use std::sync::Arc;

use abdm_base::ids::{Ids, RandomIds};

use super::{
    Desk, KIND, dead, effects, labels, message, only, payload, second, state, text, waiting,
};
use crate::store::{
    Accepted, FlowKey, FlowStore, NewRow, Outcome, RowChange, RowList, StoreError, WaitFor,
};

/// Names that a database may find hard: empty, with the character 0, with signs of its language,
/// much longer than an index of it takes and not to be compressed, and some that differ only at
/// their end or in their case.
fn hard_names() -> Vec<String> {
    let long: String = (0..150).map(|_| RandomIds.uuid().to_string()).collect();
    let mut names: Vec<String> = ["", " ", "\0", "a\0b", "a", "A", "a ", "á", "a\u{301}"]
        .into_iter()
        .chain(["' OR 1=1 --", "%", "_", "\\", "\u{1F469}\u{200D}\u{2695}\u{FE0F}", "\u{10FFFF}"])
        .map(str::to_owned)
        .collect();
    names.push(format!("{long}1"));
    names.push(format!("{long}2"));
    names.push(format!("{long}\0"));
    names
}

/// A message is taken in and known again by any id, and no two ids are one.
pub async fn a_message_is_known_by_whatever_id_it_has(
    store: Arc<dyn FlowStore>,
) -> Result<(), StoreError> {
    let desk = Desk::new(&store);
    let names = hard_names();
    for name in &names {
        let inbound = message("E", name).with_header("x-other", name.as_str());
        assert!(desk.accept(KIND, &inbound).await?.is_new(), "{name:?}");
    }
    for again in [1, 2] {
        for name in &names {
            let accepted = desk.accept(KIND, &message("E", name)).await?;
            assert_eq!(accepted, Accepted::Duplicate, "{name:?}");
        }
        for work in desk.claim("a", again, 99).await? {
            desk.settle(&work.lease, Outcome::Done, again).await?;
        }
    }
    Ok(())
}

/// A flow is found by any key, and a message waits for any key.
pub async fn a_flow_is_found_by_whatever_key_it_has(
    store: Arc<dyn FlowStore>,
) -> Result<(), StoreError> {
    let desk = Desk::new(&store);
    for name in hard_names() {
        let key = FlowKey::new("transaction", name.as_str());
        assert_eq!(store.find(&desk.scope, KIND, &key).await?, None, "{name:?}");
        let mut waits = message("waits", &name);
        waits.body = name.clone().into();
        desk.take_in_for(KIND, &waits).await?;
        let work = only(desk.claim("a", 1, 9).await?)?;
        desk.settle(&work.lease, waiting(WaitFor::Key(key.clone())), 1).await?;
        assert_eq!(desk.claim("a", 2, 9).await?, [], "{name:?}");

        let mut write = state("1");
        write.keys = vec![key.clone()];
        let flow = desk.begin(write).await?;
        let found = store.find(&desk.scope, KIND, &key).await?;
        assert_eq!(found.map(|found| found.id), Some(flow), "{name:?}");
        let work = only(desk.claim("a", 2, 9).await?)?;
        assert_eq!(labels(std::slice::from_ref(&work)), ["waits"]);
        desk.settle(&work.lease, Outcome::Done, 2).await?;
    }
    Ok(())
}

/// Work is set aside for any reason: what cannot be set aside is tried for ever. A store may write
/// the reason in its own way, as long as it can be read.
pub async fn work_is_set_aside_for_whatever_reason(
    store: Arc<dyn FlowStore>,
) -> Result<(), StoreError> {
    let desk = Desk::new(&store);
    let names = hard_names();
    for (number, name) in names.iter().enumerate() {
        desk.take_in_for(KIND, &message("m", &number.to_string())).await?;
        desk.begin(effects(["send"])).await?;
        for work in desk.claim("a", 1, 9).await? {
            let reason = format!("not understood at `{name}`");
            let put_off = Outcome::Later {
                not_before: second(1),
                waits_for: None,
                reason: reason.clone(),
                perhaps_sent: true,
            };
            desk.settle(&work.lease, put_off, 1).await?;
            let work = only(desk.claim("a", 1, 1).await?)?;
            desk.settle(&work.lease, dead(&reason), 1).await?;
        }
    }
    let letters = desk.dead_letters().await?;
    assert_eq!(letters.len(), 2 * names.len());
    assert!(letters.iter().all(|letter| letter.reason.starts_with("not understood at")));
    Ok(())
}

/// A row is found by any key and listed under any parent, in pages, and deleted by both.
pub async fn a_row_is_found_by_whatever_key_it_has(
    store: Arc<dyn FlowStore>,
) -> Result<(), StoreError> {
    const TABLE: &str = "suite.names";
    let desk = Desk::new(&store);
    let names = hard_names();
    for name in &names {
        let alone = NewRow::new(payload(name)).under(name.as_str(), 1);
        let listed = NewRow::new(payload(name)).under("all", 1);
        let rows = [
            RowChange::insert(TABLE, name.as_str(), alone),
            RowChange::insert("suite.listed", name.as_str(), listed),
        ];
        store.commit(&desk.at(1).rows(rows)).await?;
    }
    let mut list = RowList::new(&desk.scope, "suite.listed", "all", 4);
    let mut listed = Vec::new();
    loop {
        let page = store.rows(&list).await?;
        let Some(last) = page.last() else { break };
        list = list.after(last.place.clone());
        listed.extend(page.iter().map(|row| text(&row.payload).to_owned()));
    }
    listed.sort();
    let mut sorted = names.clone();
    sorted.sort();
    assert_eq!(listed, sorted, "each once, wherever a page ends");

    for name in &names {
        let found = desk.row(TABLE, name).await?;
        assert_eq!(found.as_ref().map(|row| text(&row.payload)), Some(name.as_str()), "{name:?}");
        let under = store.rows(&RowList::new(&desk.scope, TABLE, name, 9)).await?;
        assert_eq!(Some(only(under)?), found, "{name:?}");
        let rows = [
            RowChange::delete_children(TABLE, name.as_str()),
            RowChange::delete("suite.listed", name.as_str()),
        ];
        store.commit(&desk.at(2).rows(rows)).await?;
        assert_eq!(desk.row(TABLE, name).await?, None, "{name:?}");
        assert_eq!(desk.row("suite.listed", name).await?, None, "{name:?}");
    }
    Ok(())
}
