//! Promises about lists of rows.

use std::sync::Arc;

use super::{Desk, payload, text};
use crate::store::{FlowStore, NewRow, Row, RowChange, RowList, StoreError};

const TABLE: &str = "suite.list";

/// Puts rows under the parent `p`, each saying its own name.
async fn put<const N: usize>(desk: &Desk, rows: [(&str, i64); N]) -> Result<(), StoreError> {
    let rows = rows.map(|(name, sort)| {
        RowChange::put(TABLE, name, NewRow::new(payload(name)).under("p", sort))
    });
    desk.store.commit(&desk.at(1).rows(rows)).await.map(drop)
}

fn names(rows: &[Row]) -> Vec<String> {
    rows.iter().map(|row| text(&row.payload).to_owned()).collect()
}

/// All names under `p`, in pages of `limit`.
async fn pages(desk: &Desk, newest_first: bool, limit: usize) -> Result<Vec<String>, StoreError> {
    let mut all = Vec::new();
    let mut list = RowList::new(&desk.scope, TABLE, "p", limit);
    if newest_first {
        list = list.newest_first();
    }
    loop {
        let page = desk.store.rows(&list).await?;
        assert!(page.len() <= limit);
        let Some(last) = page.last() else { return Ok(all) };
        list = list.after(last.place.clone());
        all.extend(names(&page));
    }
}

/// Lowest first or highest first, as asked, over the whole range of numbers.
pub async fn rows_are_listed_in_the_order_of_sort(
    store: Arc<dyn FlowStore>,
) -> Result<(), StoreError> {
    let desk = Desk::new(&store);
    let rows = [("a", 3), ("b", -2), ("c", i64::MAX), ("d", 0), ("e", i64::MIN), ("f", 20)];
    put(&desk, rows).await?;
    let list = RowList::new(&desk.scope, TABLE, "p", 99);
    let mut expected = ["e", "b", "d", "a", "f", "c"];
    assert_eq!(names(&store.rows(&list).await?), expected);
    let sorts: Vec<_> = store.rows(&list).await?.iter().map(|row| row.sort).collect();
    assert_eq!(sorts, [i64::MIN, -2, 0, 3, 20, i64::MAX]);
    expected.reverse();
    assert_eq!(names(&store.rows(&list.clone().newest_first()).await?), expected);

    // A row that is written again stands where its new number puts it.
    put(&desk, [("c", 1)]).await?;
    assert_eq!(names(&store.rows(&list).await?), ["e", "b", "d", "c", "a", "f"]);
    Ok(())
}

/// Page by page every row comes once, in both directions, wherever a page ends; also while rows
/// come and go.
pub async fn rows_are_listed_page_by_page_in_both_directions(
    store: Arc<dyn FlowStore>,
) -> Result<(), StoreError> {
    let desk = Desk::new(&store);
    // Pages end within a number, and between two.
    put(&desk, [("a", 1), ("b", 2), ("c", 2), ("d", 2), ("e", 2), ("f", 3), ("g", 4)]).await?;
    let all = pages(&desk, false, 99).await?;
    assert_eq!(all.len(), 7);
    let mut backwards = all.clone();
    backwards.reverse();
    for limit in 1..9 {
        assert_eq!(pages(&desk, false, limit).await?, all, "pages of {limit}");
        assert_eq!(pages(&desk, true, limit).await?, backwards, "pages of {limit}, newest first");
    }
    let none = RowList::new(&desk.scope, TABLE, "p", 0);
    assert_eq!(store.rows(&none).await?, []);

    // The row at which a page ended may be gone by the time of the next one.
    let list = RowList::new(&desk.scope, TABLE, "p", 3);
    let page = store.rows(&list).await?;
    let last = page.last().ok_or_else(|| super::unexpected("an empty page"))?;
    let key = text(&last.payload).to_owned();
    store.commit(&desk.at(2).rows([RowChange::delete(TABLE, key)])).await?;
    put(&desk, [("new", 0)]).await?;
    let rest = store.rows(&list.after(last.place.clone())).await?;
    assert_eq!(names(&rest).as_slice(), all.get(3..6).unwrap_or_default());
    Ok(())
}

/// Rows with the same number have an order that stays the same, in every list and in both
/// directions.
pub async fn rows_of_one_place_keep_their_order(
    store: Arc<dyn FlowStore>,
) -> Result<(), StoreError> {
    let desk = Desk::new(&store);
    put(&desk, [("c", 1), ("a", 1), ("e", 1), ("b", 1), ("d", 1)]).await?;
    let order = pages(&desk, false, 99).await?;
    put(&desk, [("a", 1), ("e", 1)]).await?;
    assert_eq!(pages(&desk, false, 99).await?, order, "a row that is written again stays there");
    let mut backwards = pages(&desk, true, 2).await?;
    backwards.reverse();
    assert_eq!(backwards, order);
    // One that goes and comes back does not disturb the others.
    store.commit(&desk.at(2).rows([RowChange::delete(TABLE, "b")])).await?;
    let without: Vec<_> = order.iter().filter(|name| *name != "b").cloned().collect();
    assert_eq!(pages(&desk, false, 99).await?, without);
    Ok(())
}

/// A list shows the rows of its own parent and table, and none that has no parent.
pub async fn rows_are_listed_under_their_own_parent(
    store: Arc<dyn FlowStore>,
) -> Result<(), StoreError> {
    let desk = Desk::new(&store);
    put(&desk, [("a", 1), ("b", 2)]).await?;
    let row = |name: &str| NewRow::new(payload(name));
    store
        .commit(&desk.at(1).rows([
            RowChange::put(TABLE, "alone", row("alone")),
            RowChange::put(TABLE, "other", row("other").under("q", 1)),
            RowChange::put(TABLE, "nameless", row("nameless").under("", 1)),
            RowChange::put("suite.other_list", "a", row("elsewhere").under("p", 1)),
        ]))
        .await?;
    for (parent, expected) in
        [("p", &["a", "b"][..]), ("q", &["other"]), ("", &["nameless"]), ("never", &[])]
    {
        let rows = store.rows(&RowList::new(&desk.scope, TABLE, parent, 99)).await?;
        assert_eq!(names(&rows), expected, "{parent:?}");
    }
    let rows = store.rows(&RowList::new(&desk.scope, "suite.other_list", "p", 99)).await?;
    assert_eq!(names(&rows), ["elsewhere"]);
    Ok(())
}
