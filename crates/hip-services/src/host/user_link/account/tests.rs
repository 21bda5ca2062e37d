use std::sync::Mutex;

use abdm_flow::store::{Commit, FlowStore as _, MemoryStore, Purge, Row, RowChange, Scope};
use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};

use super::*;

const MOBILE: &str = "9999999999";

/// A facility with a store and a clock of its own.
struct Facility {
    store: MemoryStore,
    now: Mutex<DateTime<Utc>>,
}

#[async_trait]
impl Rows for Facility {
    fn now(&self) -> DateTime<Utc> {
        *self.now.lock().unwrap()
    }

    async fn row(&self, table: &'static str, key: &str) -> Result<Option<Row>, StoreError> {
        // Others get their turn here, so that races happen.
        tokio::task::yield_now().await;
        self.store.row(&Scope::new("clinic"), table, key).await
    }

    async fn change(&self, rows: Vec<RowChange>) -> Result<(), StoreError> {
        let commit = Commit::at(Scope::new("clinic"), self.now()).rows(rows);
        self.store.commit(&commit).await.map(drop)
    }
}

impl Facility {
    fn new() -> Self {
        let now = "2026-09-14T09:00:00Z".parse().unwrap();
        Self { store: MemoryStore::new(), now: Mutex::new(now) }
    }

    fn pass(&self, hours: i64) {
        *self.now.lock().unwrap() += TimeDelta::hours(hours);
    }

    async fn count(&self, mobile: &str, most: u32) -> Option<Counted> {
        OtpAccount::new(self, &hip(1), mobile, most).count().await.unwrap()
    }
}

fn hip(n: u32) -> HipId {
    format!("IN000000000{n}").parse().unwrap()
}

#[tokio::test]
async fn a_number_has_so_many_otps_a_day_and_another_number_or_facility_its_own() {
    let facility = Facility::new();
    for _ in 0..3 {
        assert!(facility.count(MOBILE, 3).await.is_some());
    }
    assert!(facility.count(MOBILE, 3).await.is_none());
    assert!(facility.count("9999999998", 3).await.is_some());
    let other = hip(2);
    let other = OtpAccount::new(&facility, &other, MOBILE, 3);
    assert!(other.count().await.unwrap().is_some());
    // A higher setting counts at once.
    assert!(facility.count(MOBILE, 4).await.is_some());
}

#[tokio::test]
async fn the_count_begins_anew_with_the_day_of_india_and_the_old_one_is_forgotten() {
    let facility = Facility::new();
    assert!(facility.count(MOBILE, 1).await.is_some());
    // 18:00 UTC is still the same day in India.
    facility.pass(9);
    assert!(facility.count(MOBILE, 1).await.is_none());
    facility.pass(1);
    assert!(facility.count(MOBILE, 1).await.is_some());
    let now = facility.now();
    let purged = facility.store.purge(&Purge::new(&[], now, now, now, 10)).await.unwrap();
    assert_eq!(purged.rows, 1);
}

#[tokio::test]
async fn what_was_not_sent_is_not_counted_as_sent_and_failing_has_an_end_too() {
    let facility = Facility::new();
    let failing = |n: u32| {
        let facility = &facility;
        async move {
            for _ in 0..n {
                let counted = facility.count(MOBILE, 2).await.expect("there are more");
                let hip = hip(1);
                let account = OtpAccount::new(facility, &hip, MOBILE, 2);
                account.failed(&counted).await.unwrap();
            }
        }
    };
    failing(5).await;
    assert!(facility.count(MOBILE, 2).await.is_some());
    failing(1).await;
    assert!(facility.count(MOBILE, 2).await.is_none(), "six tries have failed");
}

#[tokio::test]
async fn what_fails_after_midnight_is_taken_off_the_day_on_which_it_was_counted() {
    let facility = Facility::new();
    facility.pass(9);
    let counted = facility.count(MOBILE, 1).await.unwrap();
    facility.pass(1);
    let hip = hip(1);
    OtpAccount::new(&facility, &hip, MOBILE, 1).failed(&counted).await.unwrap();
    assert!(facility.count(MOBILE, 1).await.is_some());
    assert!(facility.count(MOBILE, 1).await.is_none());
}

#[tokio::test]
async fn discoveries_at_the_same_moment_do_not_send_more_together() {
    let facility = Facility::new();
    let all = (0..20).map(|_| facility.count(MOBILE, 7));
    let counted = futures_util::future::join_all(all).await;
    assert_eq!(counted.iter().flatten().count(), 7);
}

#[tokio::test]
async fn the_number_does_not_stand_in_the_store() {
    let facility = Facility::new();
    assert!(facility.count(MOBILE, 1).await.is_some());
    let stored = facility.store.to_snapshot_bytes().unwrap();
    let shown = String::from_utf8_lossy(&stored);
    assert!(shown.contains(TABLE) && !shown.contains(MOBILE), "{shown}");
}
