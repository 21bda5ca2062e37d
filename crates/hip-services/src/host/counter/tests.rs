use std::collections::BTreeMap;
use std::sync::Mutex;

use abdm_flow::store::{Commit, FlowStore as _, MemoryStore, Purge, Scope};
use async_trait::async_trait;
use proptest::prelude::*;

use super::*;

/// A reception with a store and a clock of its own.
struct Reception {
    store: MemoryStore,
    now: Mutex<DateTime<Utc>>,
}

#[async_trait]
impl Rows for Reception {
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

impl Reception {
    fn at(now: &str) -> Self {
        Self { store: MemoryStore::new(), now: Mutex::new(now.parse().unwrap()) }
    }

    fn new() -> Self {
        Self::at("2026-09-14T09:00:00Z")
    }

    fn pass(&self, minutes: i64) {
        *self.now.lock().unwrap() += TimeDelta::minutes(minutes);
    }

    async fn take(&self, name: &str) -> CounterToken {
        Place::new(self, "OPD1", &person(name)).take().await.unwrap()
    }

    async fn register(&self, name: &str, own: Option<&str>) -> CounterToken {
        Place::new(self, "OPD1", &person(name)).register(own).await.unwrap()
    }
}

fn person(name: &str) -> AbhaAddress {
    format!("{name}@sbx").parse().unwrap()
}

#[tokio::test]
async fn numbers_run_from_one_and_whoever_scans_again_has_the_same() {
    let desk = Reception::new();
    assert_eq!(desk.take("asha").await.number, "1");
    let asha = desk.register("asha", None).await;
    assert_eq!(desk.take("ravi").await.number, "2");
    desk.pass(29);
    assert_eq!(desk.take("ASHA").await, asha);
    assert_eq!(desk.take("meera").await.number, "3");
    desk.pass(1);
    assert_eq!(desk.take("asha").await.number, "4");
}

#[tokio::test]
async fn the_half_hour_begins_when_the_reception_has_the_patient() {
    let desk = Reception::new();
    desk.take("asha").await;
    desk.pass(5);
    let token = desk.register("asha", None).await;
    assert_eq!(token.valid_until, desk.now() + TimeDelta::minutes(30));
    // A second registration of the same does not make it longer.
    desk.pass(5);
    assert_eq!(desk.register("asha", Some("late")).await, token);
}

#[tokio::test]
async fn the_receptions_own_number_takes_the_place_of_ours() {
    let desk = Reception::new();
    desk.take("asha").await;
    assert_eq!(desk.register("asha", Some("2")).await.number, "2");
    // It is somebody's now, so that the sequence leaves it out; ours is nobody's any more.
    assert_eq!(desk.take("ravi").await.number, "3");
}

#[tokio::test]
async fn each_day_begins_anew_and_nobody_gets_a_number_that_is_still_good() {
    let desk = Reception::at("2026-09-14T18:20:00Z"); // 23:50 in India
    let asha = desk.take("asha").await;
    assert_eq!(asha.number, "1");
    desk.pass(15); // 00:05
    assert_eq!(desk.take("asha").await, asha);
    assert_eq!(desk.take("ravi").await.number, "2");
    desk.pass(23 * 60 + 58); // 00:03 on the day after
    assert_eq!(desk.take("asha").await.number, "1");
}

#[tokio::test]
async fn two_counters_of_one_facility_have_a_queue_each() {
    let desk = Reception::new();
    let asha = person("asha");
    assert_eq!(Place::new(&desk, "OPD1", &asha).take().await.unwrap().number, "1");
    assert_eq!(Place::new(&desk, "OPD2", &asha).take().await.unwrap().number, "1");
    assert_eq!(desk.take("ravi").await.number, "2");
}

#[tokio::test]
async fn nothing_of_a_queue_is_kept_when_its_day_and_its_tokens_are_over() {
    let desk = Reception::new();
    desk.register("asha", Some("A7")).await;
    desk.pass(24 * 60);
    let now = desk.now();
    let purged = desk.store.purge(&Purge::new(&[], now, now, now, 100)).await.unwrap();
    assert_eq!(purged.rows, 3);
    for (table, key) in [
        (DAYS, "OPD1".to_owned()),
        (TOKENS, pair("OPD1", "asha@sbx")),
        (NUMBERS, pair("OPD1", "A7")),
    ] {
        assert!(desk.row(table, &key).await.unwrap().is_none(), "{table}");
    }
}

#[tokio::test]
async fn people_who_come_at_the_same_moment_get_a_number_each() {
    let desk = Reception::new();
    let names: Vec<String> = (0..12).map(|n| format!("person{n}")).collect();
    let (one, two): (Vec<_>, Vec<_>) = names.iter().partition(|name| name.len() % 2 == 0);
    let all = |names: Vec<String>, own: bool| {
        let desk = &desk;
        async move {
            let mut numbers = Vec::new();
            for name in names {
                let own = own.then(|| format!("own-{name}"));
                numbers.push(desk.register(&name, own.as_deref()).await.number);
            }
            numbers
        }
    };
    let (one, two) = (one.into_iter().cloned().collect(), two.into_iter().cloned().collect());
    let (first, second, third) =
        tokio::join!(all(one, false), all(two, true), all(names.clone(), false));
    let mut given: Vec<_> = first.into_iter().chain(second).collect();
    given.sort();
    given.dedup();
    assert_eq!(given.len(), 12, "{given:?}");
    // Whoever came through two doors has one number.
    let mut third = third;
    third.sort();
    assert_eq!(third.len(), 12);
}

proptest! {
    /// However people come: the same number while it is good, never one number for two at once.
    #[test]
    fn no_two_people_hold_the_same_good_number(
        visits in prop::collection::vec((0_u8..8, 0_u8..3, 0_i64..20), 1..80),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let desk = Reception::at("2026-09-14T16:00:00Z");
            let mut good: BTreeMap<String, CounterToken> = BTreeMap::new();
            for (who, how, minutes) in visits {
                desk.pass(minutes);
                good.retain(|_, token| desk.now() < token.valid_until);
                let name = format!("person{who}");
                let own = format!("own{who}");
                let token = match how {
                    0 => desk.take(&name).await,
                    1 => desk.register(&name, None).await,
                    _ => desk.register(&name, Some(&own)).await,
                };
                if let Some(before) = good.get(&name)
                    && (before.registered || how < 2)
                {
                    prop_assert_eq!(&before.number, &token.number);
                }
                for (_, other) in good.iter().filter(|(other, _)| **other != name) {
                    prop_assert_ne!(&other.number, &token.number);
                }
                good.insert(name, token);
            }
            Ok(())
        })?;
    }
}
