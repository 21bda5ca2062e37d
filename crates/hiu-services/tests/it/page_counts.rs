//! How many pages there are: the sender's latest word counts, in whatever order its pages come.

use abdm_core::api::data_flow::NotifyHealthInformation;
use hiu_services::flow::Outcome;

use crate::abdm::Habits;
use crate::hospital::{MINUTE, SECOND, asked_by, asked_for};
use crate::made_up::document;

/// Pages by number, announced count and care context.
type Pages<'p> = &'p [(i64, i64, &'p str)];

/// How the transfer stands a minute after these pages were pushed in this order, a second apart.
async fn after(contexts: &[&str], pages: Pages<'_>) -> (Option<Outcome>, Option<i64>) {
    let (hospital, _) = asked_for(contexts).await;
    for (number, count, context) in pages {
        let page = vec![(*context, document(&format!("{context}, page {number}")))];
        assert_eq!(hospital.abdm.push_documents(*number, *count, page).await, 202);
        tokio::time::sleep(SECOND).await;
    }
    tokio::time::sleep(MINUTE).await;
    let transfer = hospital.artefact().await.transfer.unwrap();
    (transfer.outcome, transfer.pages_announced)
}

// A record was withheld after the first page had announced it.
#[tokio::test(start_paused = true)]
async fn a_count_that_shrinks_is_believed_in_either_order() {
    let pages = [(1, 3, "OPD-1"), (2, 2, "OPD-2")];
    let reversed = [pages[1], pages[0]];
    for pages in [pages, reversed] {
        let (outcome, count) = after(&["OPD-1", "OPD-2"], &pages).await;
        assert_eq!((outcome, count), (Some(Outcome::Complete), Some(2)), "{pages:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_count_that_grows_is_believed_in_any_order() {
    let pages = [(1, 2, "OPD-1"), (2, 3, "OPD-1"), (3, 3, "OPD-1")];
    for order in [[0, 1, 2], [2, 1, 0], [1, 0, 2], [0, 2, 1]] {
        let pages = order.map(|place| pages[place]);
        let (outcome, count) = after(&["OPD-1"], &pages).await;
        assert_eq!((outcome, count), (Some(Outcome::Complete), Some(3)), "{pages:?}");
        let (outcome, _) = after(&["OPD-1"], &pages[..2]).await;
        assert_ne!(outcome, Some(Outcome::Complete), "one is still to come: {pages:?}");
    }
}

// (ruling 31) Ten seconds are waited for a consented context, whatever the count says.
#[tokio::test(start_paused = true)]
async fn a_count_that_is_reached_is_not_the_end_while_a_context_is_missing() {
    let (hospital, consent) = asked_for(&["OPD-1", "OPD-2", "OPD-3"]).await;
    assert_eq!(hospital.abdm.push(1, 4, &["OPD-1"]).await, 202);
    assert_eq!(hospital.abdm.push(2, 2, &["OPD-2"]).await, 202);
    tokio::time::sleep(9 * SECOND).await;
    assert!(hospital.abdm.calls::<NotifyHealthInformation>().is_empty());
    assert_eq!(hospital.abdm.push(3, 3, &["OPD-3"]).await, 202);
    let delivery = hospital.delivery(&consent).await;
    assert_eq!((delivery.outcome, delivery.missing.len()), (Some(Outcome::Complete), 0));
}

// The last record was withheld: no page tells the smaller count. ABDM knows that the HIP has ended.
#[tokio::test(start_paused = true)]
async fn a_page_that_will_not_come_is_not_waited_for_once_the_hip_has_ended() {
    for (status, minutes) in [("TRANSFERRED", 3), ("ACKNOWLEDGED", 21)] {
        let habits = Habits { status: Some(status), ..Habits::default() };
        let (hospital, consent) = asked_by(habits, &["OPD-1"], |builder| builder).await;
        assert_eq!(hospital.abdm.push(1, 2, &["OPD-1"]).await, 202);
        tokio::time::sleep((minutes - 2) * MINUTE).await;
        assert!(hospital.abdm.calls::<NotifyHealthInformation>().is_empty(), "{status}");
        tokio::time::sleep(2 * MINUTE).await;
        assert_eq!(hospital.abdm.calls::<NotifyHealthInformation>().len(), 1, "{status}");
        let delivery = hospital.delivery(&consent).await;
        assert_eq!(delivery.outcome, Some(Outcome::Partial), "{status}");
        assert_eq!(delivery.problems().collect::<Vec<_>>(), ["not every page came in time"]);
    }
}

// A HIP that reports its end early may still be sending.
#[tokio::test(start_paused = true)]
async fn a_page_that_comes_after_the_hips_report_is_kept() {
    let habits = Habits { status: Some("TRANSFERRED"), ..Habits::default() };
    let (hospital, consent) = asked_by(habits, &["OPD-1", "OPD-2"], |builder| builder).await;
    assert_eq!(hospital.abdm.push(1, 2, &["OPD-1"]).await, 202);
    assert_eq!(hospital.delivery(&consent).await.outcome, Some(Outcome::Partial));
    assert_eq!(hospital.abdm.push(2, 2, &["OPD-2"]).await, 202);
    tokio::time::sleep(SECOND).await;
    assert_eq!(hospital.medicines().len(), 2);
    assert_eq!(hospital.abdm.calls::<NotifyHealthInformation>().len(), 1);
}
