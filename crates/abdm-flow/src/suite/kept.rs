//! Promises about values as they stand at rest, which somebody seals anew.

use std::sync::Arc;

use abdm_base::seal::{SealingKey, SealingKeyRing};
use bytes::Bytes;

use super::{Desk, KIND, effects, message, payload, refusal, state, unexpected};
use crate::SealedStore;
use crate::store::{
    FlowStore, KeptList, KeptPlace, KeptSort, KeptValue, NewRow, RowChange, Scope, StoreError,
    StoreErrorKind,
};

/// Something of every sort, in two scopes.
async fn fill(desk: &Desk) -> Result<(), StoreError> {
    for desk in [desk, &desk.other("suite.away")] {
        for number in 0..3 {
            desk.begin(effects(["send"])).await?;
            let inbound = message(&format!("m-{number}"), "1").with_header("x-suite", "1");
            desk.take_in_for(KIND, &inbound).await?;
            let row =
                RowChange::insert("suite.rows", format!("r-{number}"), NewRow::new(payload("1")));
            desk.store.commit(&desk.at(1).rows([row])).await?;
        }
    }
    Ok(())
}

async fn all(
    store: &Arc<dyn FlowStore>,
    sort: KeptSort,
    page: usize,
) -> Result<Vec<KeptValue>, StoreError> {
    let mut all: Vec<KeptValue> = Vec::new();
    loop {
        let list = KeptList::new(sort, page).after(all.last());
        let found = store.kept(&list).await?;
        assert!(found.len() <= page);
        if found.is_empty() {
            return Ok(all);
        }
        all.extend(found);
    }
}

/// Page by page each value comes once, whatever the size of the pages.
pub async fn values_at_rest_are_listed_page_by_page(
    store: Arc<dyn FlowStore>,
) -> Result<(), StoreError> {
    let desk = Desk::new(&store);
    fill(&desk).await?;
    for sort in KeptSort::ALL {
        let whole = all(&store, sort, 99).await?;
        let of = |scope: &Scope| whole.iter().filter(|v| v.scope == *scope).count();
        assert_eq!((of(&desk.scope), of(&desk.other("suite.away").scope)), (3, 3), "{sort:?}");
        for page in [1, 2, 5] {
            assert_eq!(all(&store, sort, page).await?, whole, "{sort:?}, {page} at once");
        }
    }
    Ok(())
}

/// Where a value is gone that a page ended with, the next page begins behind its place.
pub async fn the_list_goes_on_behind_a_value_that_is_gone(
    store: Arc<dyn FlowStore>,
) -> Result<(), StoreError> {
    let desk = Desk::new(&store);
    fill(&desk).await?;
    let whole = all(&store, KeptSort::Rows, 99).await?;
    let first = store.kept(&KeptList::new(KeptSort::Rows, 2)).await?;
    for gone in ["r-0", "r-1", "r-2"] {
        let remove = RowChange::delete("suite.rows", gone);
        desk.store.commit(&desk.at(2).rows([remove])).await?;
    }
    let rest = store.kept(&KeptList::new(KeptSort::Rows, 99).after(first.last())).await?;
    let left: Vec<_> =
        whole.into_iter().skip(2).filter(|value| value.scope != desk.scope).collect();
    assert!(!left.is_empty());
    assert_eq!(rest, left);
    Ok(())
}

/// With a key that the ring lacks every call is refused and says why, and nothing is written.
pub async fn a_store_that_another_key_has_sealed_is_refused_with_the_reason(
    store: Arc<dyn FlowStore>,
) -> Result<(), StoreError> {
    if store.is_sealed() {
        return Ok(());
    }
    let key =
        |byte| SealingKey::from_bytes(&[byte; 32]).map_err(|_| unexpected("no key".to_owned()));
    let sealed = |ring| Arc::new(SealedStore::new(Arc::clone(&store), ring)) as Arc<dyn FlowStore>;
    let desk = Desk::new(&sealed(key(1)?.into()));
    fill(&desk).await?;
    let before = all(&store, KeptSort::Rows, 99).await?;

    let unknown = Some(StoreErrorKind::UnknownKey);
    let other = Desk { store: sealed(key(2)?.into()), ..desk };
    assert_eq!(refusal(other.store.depths(&[KIND]).await), unknown);
    assert_eq!(refusal(other.claim_of(&[KIND], "a", 5, 99).await), unknown);
    assert_eq!(refusal(other.begin(state("1")).await), unknown);
    assert_eq!(all(&store, KeptSort::Rows, 99).await?.len(), before.len());

    let both = Desk { store: sealed(SealingKeyRing::new(key(2)?, vec![key(1)?])), ..other };
    assert_eq!(both.store.depths(&[KIND]).await?.len(), 1);
    Ok(())
}

/// A value that does not open is told in the end, and holds up none of the others.
pub async fn a_value_that_does_not_open_holds_up_no_other(
    store: Arc<dyn FlowStore>,
) -> Result<(), StoreError> {
    if store.is_sealed() {
        return Ok(());
    }
    let key =
        |byte| SealingKey::from_bytes(&[byte; 32]).map_err(|_| unexpected("no key".to_owned()));
    let sealed = |ring| Arc::new(SealedStore::new(Arc::clone(&store), ring)) as Arc<dyn FlowStore>;
    let desk = Desk::new(&sealed(key(1)?.into()));
    fill(&desk).await?;
    let states = all(&store, KeptSort::States, 99).await?;
    let first = states.first().ok_or_else(|| unexpected("there is no state".to_owned()))?;
    assert!(store.replace_kept(first, Bytes::from_static(b"broken")).await?);

    let both = sealed(SealingKeyRing::new(key(2)?, vec![key(1)?]));
    assert!(both.reseal().await.is_err(), "one value does not open");
    let newest = Desk { store: sealed(key(2)?.into()), ..desk };
    let row = newest.store.row(&newest.scope, "suite.rows", "r-0").await?;
    assert_eq!(row.map(|row| row.payload), Some(payload("1")));
    assert_eq!(all(&store, KeptSort::States, 99).await?.len(), states.len(), "it stays");
    Ok(())
}

/// Bytes are put in the place of a value only while it stands as it was read.
pub async fn a_value_at_rest_is_replaced_only_as_it_was_read(
    store: Arc<dyn FlowStore>,
) -> Result<(), StoreError> {
    let desk = Desk::new(&store);
    fill(&desk).await?;
    for sort in KeptSort::ALL {
        let before = all(&store, sort, 99).await?;
        let wanted = |value: &&KeptValue| value.scope == desk.scope;
        let value = before
            .iter()
            .find(wanted)
            .cloned()
            .ok_or_else(|| unexpected("there is no such value".to_owned()))?;
        let text: &[u8] = match value.place {
            KeptPlace::Headers { .. } => br#"{"sealed":"anew"}"#,
            _ => b"anew",
        };
        let new = Bytes::from_static(text);
        assert!(store.replace_kept(&value, new.clone()).await?, "{sort:?}");
        assert!(!store.replace_kept(&value, new.clone()).await?, "{sort:?}: it was changed");
        let after = all(&store, sort, 99).await?;
        for (was, is) in before.iter().zip(&after) {
            let changed = was.place == value.place && was.scope == value.scope;
            assert_eq!(was.place, is.place);
            assert_eq!(is.bytes, if changed { new.clone() } else { was.bytes.clone() });
        }
    }
    // Nothing else of a flow changes with it.
    let flow = desk.begin(state("1")).await?;
    let list = all(&store, KeptSort::States, 99).await?;
    let value = list.iter().find(|value| value.place == KeptPlace::State(flow));
    let value = value.ok_or_else(|| unexpected("there is no such value".to_owned()))?;
    store.replace_kept(value, value.bytes.clone()).await?;
    assert_eq!(desk.stored(flow).await?.revision, 1);
    Ok(())
}

/// After a change of keys everything is sealed anew, once, and the older key may go.
pub async fn what_an_older_key_has_sealed_is_sealed_with_the_newest(
    store: Arc<dyn FlowStore>,
) -> Result<(), StoreError> {
    // A sealed store stands over a bare one, never over another sealed one.
    if store.is_sealed() {
        return Ok(());
    }
    let key =
        |byte| SealingKey::from_bytes(&[byte; 32]).map_err(|_| unexpected("no key".to_owned()));
    let sealed = |ring| Arc::new(SealedStore::new(Arc::clone(&store), ring)) as Arc<dyn FlowStore>;
    let desk = Desk::new(&sealed(key(1)?.into()));
    fill(&desk).await?;
    let both = sealed(SealingKeyRing::new(key(2)?, vec![key(1)?]));
    // Five sorts, three of each, in two scopes; and the key of the look-ups.
    assert_eq!(both.reseal().await?, 31);
    assert_eq!(both.reseal().await?, 0, "it is done");

    let newest = Desk { store: sealed(key(2)?.into()), ..desk };
    let work = newest.claim_of(&[KIND], "a", 5, 99).await?.work;
    assert_eq!(work.len(), 12, "what does not open is left out of a claim");
    let row = newest.store.row(&newest.scope, "suite.rows", "r-0").await?;
    assert_eq!(row.map(|row| row.payload), Some(payload("1")));
    Ok(())
}
