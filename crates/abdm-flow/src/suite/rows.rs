//! Promises about single rows.

use std::sync::Arc;

use super::{
    Desk, KIND, KINDS, OTHER_KIND, body_id, effects, only, payload, refusal, second, state, text,
};
use crate::store::{
    Commit, FlowKey, FlowStore, NewRow, Note, Outcome, Purge, Row, RowChange, RowList, StoreError,
    StoreErrorKind,
};

const TABLE: &str = "suite.rows";
const OTHER_TABLE: &str = "suite.other_rows";

fn row(json: &str) -> NewRow {
    NewRow::new(payload(json))
}

async fn change(desk: &Desk, rows: impl IntoIterator<Item = RowChange>) -> Result<(), StoreError> {
    desk.store.commit(&desk.at(1).rows(rows)).await.map(drop)
}

async fn read(desk: &Desk, key: &str) -> Result<Row, StoreError> {
    desk.row(TABLE, key).await?.ok_or_else(|| super::unexpected(format!("there is no row {key}")))
}

/// What the rows under a parent say, in their order.
async fn under(desk: &Desk, parent: &str) -> Result<Vec<String>, StoreError> {
    let rows = desk.store.rows(&RowList::new(&desk.scope, TABLE, parent, 99)).await?;
    Ok(rows.iter().map(|row| text(&row.payload).to_owned()).collect())
}

/// A row says what was written, is found by table and key, and needs no flow.
pub async fn a_row_is_read_as_it_was_written(store: Arc<dyn FlowStore>) -> Result<(), StoreError> {
    let desk = Desk::new(&store);
    let json = r#"{"amount":1.50,"name":"आशा \u0000 🩺","big":12345678901234567890}"#;
    let key = "asha@abdm' OR 1=1 --/ँ";
    change(&desk, [RowChange::insert(TABLE, key, row(json).under("p", -7))]).await?;
    let read = read(&desk, key).await?;
    assert_eq!((read.sort, read.revision, text(&read.payload)), (-7, 1, json));
    assert_eq!(desk.row(OTHER_TABLE, key).await?, None);
    assert_eq!(desk.row(TABLE, "asha@abdm").await?, None);
    let listed = store.rows(&RowList::new(&desk.scope, TABLE, "p", 9)).await?;
    assert_eq!(listed, [read], "a list shows what a read shows");
    Ok(())
}

/// A row that must be new is refused when there is one already.
pub async fn a_new_row_that_is_there_already_is_a_conflict(
    store: Arc<dyn FlowStore>,
) -> Result<(), StoreError> {
    let desk = Desk::new(&store);
    let insert = |json| RowChange::insert(TABLE, "k", row(json));
    change(&desk, [insert("1")]).await?;
    let again = refusal(change(&desk, [insert("2")]).await);
    assert_eq!(again, Some(StoreErrorKind::Conflict));
    // One key in two tables is two rows.
    change(&desk, [RowChange::insert(OTHER_TABLE, "k", row("3"))]).await?;
    assert_eq!(text(&read(&desk, "k").await?.payload), "1");
    // The same new row twice in one commit is one too many.
    let twice = ["1", "2"].map(|json| RowChange::insert(TABLE, "twice", row(json)));
    assert_eq!(refusal(change(&desk, twice).await), Some(StoreErrorKind::Conflict));
    assert_eq!(desk.row(TABLE, "twice").await?, None);

    change(&desk, [RowChange::delete(TABLE, "k")]).await?;
    change(&desk, [insert("4")]).await?;
    let read = read(&desk, "k").await?;
    assert_eq!((text(&read.payload), read.revision), ("4", 1), "it is a new one");
    Ok(())
}

/// A row is written whether there is one or not, and its revision counts the changes.
pub async fn a_row_is_put_whether_or_not_it_is_there(
    store: Arc<dyn FlowStore>,
) -> Result<(), StoreError> {
    let desk = Desk::new(&store);
    for (json, revision) in [("1", 1), ("2", 2), ("2", 3)] {
        change(&desk, [RowChange::put(TABLE, "k", row(json))]).await?;
        let read = read(&desk, "k").await?;
        assert_eq!((text(&read.payload), read.revision), (json, revision));
    }
    Ok(())
}

/// A row is replaced only as it was read: of two who have read it, the later one is told.
pub async fn a_row_is_replaced_at_the_revision_that_was_read(
    store: Arc<dyn FlowStore>,
) -> Result<(), StoreError> {
    let desk = Desk::new(&store);
    let conflict = Some(StoreErrorKind::Conflict);
    change(&desk, [RowChange::put(TABLE, "k", row("1"))]).await?;
    let first = read(&desk, "k").await?;
    let replace = |read: &Row, json| [RowChange::replace(TABLE, "k", read, row(json))];
    change(&desk, replace(&first, "2")).await?;
    assert_eq!(refusal(change(&desk, replace(&first, "3")).await), conflict);
    let next = read(&desk, "k").await?;
    assert_eq!((text(&next.payload), next.revision), ("2", 2));
    change(&desk, replace(&next, "3")).await?;
    assert_eq!(read(&desk, "k").await?.revision, 3);
    assert_eq!(refusal(change(&desk, replace(&next, "4")).await), conflict);

    // What is gone is not replaced, nor is what never was.
    change(&desk, [RowChange::delete(TABLE, "k")]).await?;
    assert_eq!(refusal(change(&desk, replace(&next, "5")).await), conflict);
    let never = [RowChange::replace(TABLE, "never", &first, row("1"))];
    assert_eq!(refusal(change(&desk, never).await), conflict);
    assert_eq!(desk.row(TABLE, "k").await?, None);
    assert_eq!(desk.row(TABLE, "never").await?, None);
    Ok(())
}

/// One row, or all under a parent; what is not there is gone already.
pub async fn rows_are_deleted_one_by_one_or_by_their_parent(
    store: Arc<dyn FlowStore>,
) -> Result<(), StoreError> {
    let desk = Desk::new(&store);
    let child = |table, key: &str, parent: &str| {
        RowChange::put(table, key, row(&format!("\"{key}\"")).under(parent, 1))
    };
    change(
        &desk,
        [
            child(TABLE, "p", "grandparent"),
            child(TABLE, "a", "p"),
            child(TABLE, "b", "p"),
            child(TABLE, "c", "p"),
            child(TABLE, "d", "q"),
            child(OTHER_TABLE, "e", "p"),
        ],
    )
    .await?;
    change(&desk, [RowChange::delete(TABLE, "a"), RowChange::delete(TABLE, "never")]).await?;
    assert_eq!(desk.row(TABLE, "a").await?, None);
    let mut left = under(&desk, "p").await?;
    left.sort();
    assert_eq!(left, ["\"b\"", "\"c\""]);

    change(&desk, [RowChange::delete_children(TABLE, "p")]).await?;
    assert_eq!(under(&desk, "p").await?, Vec::<String>::new());
    for key in ["b", "c"] {
        assert_eq!(desk.row(TABLE, key).await?, None);
    }
    assert_eq!(under(&desk, "grandparent").await?, ["\"p\""], "the parent itself stays");
    assert_eq!(under(&desk, "q").await?, ["\"d\""]);
    assert!(desk.row(OTHER_TABLE, "e").await?.is_some());
    change(&desk, [RowChange::delete_children(TABLE, "p")]).await?;
    Ok(())
}

/// Where a row says that it is listed, there it is listed, and nowhere else.
pub async fn a_row_moves_to_the_parent_that_it_names(
    store: Arc<dyn FlowStore>,
) -> Result<(), StoreError> {
    let desk = Desk::new(&store);
    change(&desk, [RowChange::insert(TABLE, "k", row("1").under("p", 1))]).await?;
    change(&desk, [RowChange::put(TABLE, "k", row("2").under("q", 1))]).await?;
    assert_eq!(under(&desk, "p").await?, Vec::<String>::new());
    assert_eq!(under(&desk, "q").await?, ["2"]);
    let stored = read(&desk, "k").await?;
    change(&desk, [RowChange::replace(TABLE, "k", &stored, row("3"))]).await?;
    assert_eq!(under(&desk, "q").await?, Vec::<String>::new());
    change(&desk, [RowChange::delete_children(TABLE, "q")]).await?;
    assert_eq!(read(&desk, "k").await?.revision, 3, "it has no parent any more");
    Ok(())
}

/// When one row is refused, nothing of the commit happens: no other row, no flow, no note, no
/// settlement.
pub async fn a_row_that_conflicts_stops_the_whole_commit(
    store: Arc<dyn FlowStore>,
) -> Result<(), StoreError> {
    let desk = Desk::new(&store);
    let key = FlowKey::new("transaction", "t");
    change(
        &desk,
        [
            RowChange::put(TABLE, "there", row("1").under("p", 1)),
            RowChange::put(TABLE, "gone", row("1").under("p", 2)),
        ],
    )
    .await?;
    let stale = read(&desk, "there").await?;
    change(&desk, [RowChange::put(TABLE, "there", row("2").under("p", 1))]).await?;
    let flow = desk.begin(state("1")).await?;
    desk.take_in("m").await?;
    let work = only(desk.claim("a", 1, 9).await?)?;
    let body = body_id();

    let commit = |refused: RowChange| -> Commit {
        let mut write = effects(["send"]);
        write.keys = vec![key.clone()];
        write.new_bodies = vec![(body, "scan".into())];
        let rows = [
            RowChange::insert(TABLE, "new", row("1").under("p", 3)),
            RowChange::delete(TABLE, "gone"),
            refused,
            RowChange::put(TABLE, "last", row("1").under("p", 4)),
        ];
        let note = Note::new(OTHER_KIND, "told", payload("{}"));
        let commit = desk.at(5).write(flow, 1, write).rows(rows).note(note, body_id());
        commit.settle(work.lease.clone(), Outcome::Done)
    };
    for refused in [
        RowChange::insert(TABLE, "there", row("3")),
        RowChange::replace(TABLE, "there", &stale, row("3")),
        RowChange::replace(TABLE, "never", &stale, row("3")),
    ] {
        let result = store.commit(&commit(refused)).await;
        assert_eq!(refusal(result), Some(StoreErrorKind::Conflict));
        assert_eq!(under(&desk, "p").await?, ["2", "1"]);
        assert_eq!(desk.row(TABLE, "new").await?, None);
        assert_eq!(desk.stored(flow).await?.revision, 1);
        assert_eq!(store.find(&desk.scope, KIND, &key).await?, None);
        assert_eq!(desk.body(body).await?, None);
        let depths = store.depths(&KINDS).await?;
        let waiting: Vec<_> = depths.iter().map(|depths| depths.messages).collect();
        assert_eq!(waiting, [1, 0, 0], "the message is not settled, and nobody is told");
        assert_eq!(desk.depths(KIND).await?.effects, 0);
    }
    store.commit(&commit(RowChange::put(TABLE, "there", row("3").under("p", 1)))).await?;
    assert_eq!(under(&desk, "p").await?, ["3", "1", "1"]);
    Ok(())
}

/// A row whose time has come is forgotten, in one batch after the other; one without a time stays.
pub async fn a_row_that_has_expired_is_forgotten(
    store: Arc<dyn FlowStore>,
) -> Result<(), StoreError> {
    let desk = Desk::new(&store);
    change(
        &desk,
        [
            RowChange::put(TABLE, "a", row("1").under("p", 1).expiring(second(10))),
            RowChange::put(TABLE, "b", row("2").under("p", 2).expiring(second(11))),
            RowChange::put(TABLE, "c", row("3").under("p", 3)),
            RowChange::put(TABLE, "d", row("4").under("p", 4).expiring(second(5))),
        ],
    )
    .await?;
    // A time may be put off, or taken away.
    change(&desk, [RowChange::put(TABLE, "d", row("4").under("p", 4))]).await?;
    let purge = async |now| {
        // Rows belong to no kind of flow.
        let purge = Purge::new(&[], second(0), second(0), second(now), 99);
        Ok::<_, StoreError>(store.purge(&purge).await?.rows)
    };
    assert_eq!(purge(9).await?, 0);
    assert_eq!(under(&desk, "p").await?, ["1", "2", "3", "4"]);
    assert_eq!(purge(10).await?, 1, "at that instant");
    assert_eq!(under(&desk, "p").await?, ["2", "3", "4"]);
    assert_eq!(desk.row(TABLE, "a").await?, None);
    assert_eq!(purge(900).await?, 1);
    assert_eq!(under(&desk, "p").await?, ["3", "4"]);
    change(&desk, [RowChange::insert(TABLE, "a", row("5").under("p", 1))]).await?;
    assert_eq!(read(&desk, "a").await?.revision, 1);
    Ok(())
}
