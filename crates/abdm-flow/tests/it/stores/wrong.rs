//! What the suite finds out about stores that are wrong, and that it is whole.

use std::sync::Arc;

use abdm_flow::store::{FlowStore, StoreError};
use abdm_flow::suite::drops;

use super::wrapped::{Manner, SlowStore};

/// Whether the promise is kept: it neither fails nor panics.
async fn keeps<F>(manner: Manner, promise: impl FnOnce(Arc<dyn FlowStore>) -> F) -> bool
where
    F: Future<Output = Result<(), StoreError>> + Send + 'static,
{
    let store = Arc::new(SlowStore::new(manner));
    matches!(tokio::spawn(promise(store)).await, Ok(Ok(())))
}

#[tokio::test]
async fn a_store_that_takes_its_time_keeps_the_promises_about_dropped_calls() {
    for manner in [Manner::Sound, Manner::Spawning] {
        assert!(keeps(manner, drops::a_dropped_accept_took_the_message_or_did_not).await);
        assert!(keeps(manner, drops::a_dropped_granted_accept_took_the_message_or_did_not).await);
        assert!(keeps(manner, drops::a_dropped_claim_holds_all_its_work_or_none).await);
        assert!(keeps(manner, drops::a_dropped_commit_happened_or_did_not).await);
        assert!(keeps(manner, drops::a_dropped_commit_that_is_refused_changes_nothing).await);
        assert!(keeps(manner, drops::a_dropped_checkpoint_happened_or_did_not).await);
        assert!(keeps(manner, drops::a_dropped_renewal_renewed_all_or_nothing).await);
        assert!(keeps(manner, drops::a_dropped_memory_of_a_call_is_whole).await);
        assert!(keeps(manner, drops::a_dropped_replay_happened_or_did_not).await);
        assert!(keeps(manner, drops::a_dropped_discard_happened_or_did_not).await);
        assert!(keeps(manner, drops::a_dropped_purge_forgot_all_or_nothing).await);
        assert!(keeps(manner, drops::a_dropped_release_gave_back_all_or_nothing).await);
        assert!(keeps(manner, drops::a_dropped_read_disturbs_nobody).await);
    }
}

#[tokio::test]
async fn a_store_that_stops_half_way_when_a_call_is_dropped_is_found_out() {
    let rows_apart = Manner::RowsApart;
    assert!(!keeps(rows_apart, drops::a_dropped_commit_happened_or_did_not).await);
    assert!(!keeps(rows_apart, drops::a_dropped_commit_that_is_refused_changes_nothing).await);
    assert!(!keeps(Manner::OneByOne, drops::a_dropped_claim_holds_all_its_work_or_none).await);
    assert!(!keeps(Manner::RenewsOneByOne, drops::a_dropped_renewal_renewed_all_or_nothing).await);
}

#[tokio::test]
async fn a_store_that_stays_locked_when_a_call_is_dropped_is_found_out() {
    assert!(!keeps(Manner::Stuck, drops::a_dropped_read_disturbs_nobody).await);
    assert!(!keeps(Manner::Stuck, drops::a_dropped_release_gave_back_all_or_nothing).await);
}

/// A promise that the macro does not name would be kept by nobody, and nobody would notice.
#[test]
fn every_promise_of_the_suite_is_run() {
    let source = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let list = std::fs::read_to_string(source.join("suite.rs")).unwrap();
    let mut count = 0;
    for file in std::fs::read_dir(source.join("suite")).unwrap() {
        let path = file.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "rs") {
            continue;
        }
        let subject = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let listed = list.split_once(&format!(" {subject} {{\n")).map_or("", |(_, rest)| rest);
        let listed: Vec<&str> = listed.split('}').next().unwrap().split_whitespace().collect();
        for line in std::fs::read_to_string(&path).unwrap().lines() {
            let Some(signature) = line.strip_prefix("pub async fn ") else { continue };
            let name = signature.split('(').next().unwrap();
            assert!(listed.contains(&name), "{subject}::{name} is not in the list");
            count += 1;
        }
    }
    assert!(count >= 100, "only {count} promises were found");
}
