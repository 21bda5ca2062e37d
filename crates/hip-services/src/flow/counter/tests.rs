use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::flow::driver::Driver;

fn person(name: &str) -> AbhaAddress {
    format!("{name}@sbx").parse().unwrap()
}

fn driver() -> Driver<CounterFlow> {
    Driver::new(CounterFlow::new("IN0000000001".parse().unwrap(), "OPD1"))
}

fn take(driver: &mut Driver<CounterFlow>, name: &str) -> CounterToken {
    driver.on(CounterEvent::Taken { person: person(name) }).unwrap();
    driver.flow.token_of(&person(name), driver.now).unwrap().clone()
}

fn register(driver: &mut Driver<CounterFlow>, name: &str, own: Option<&str>) -> CounterToken {
    let own_number = own.map(str::to_owned);
    driver.on(CounterEvent::Registered { person: person(name), own_number }).unwrap();
    driver.flow.token_of(&person(name), driver.now).unwrap().clone()
}

#[test]
fn numbers_run_from_one_and_whoever_scans_again_has_the_same() {
    let mut driver = driver();
    assert_eq!(take(&mut driver, "asha").number, "1");
    let asha = register(&mut driver, "asha", None);
    assert_eq!(take(&mut driver, "ravi").number, "2");
    driver.pass(TimeDelta::minutes(29));
    assert_eq!(take(&mut driver, "ASHA"), asha);
    assert_eq!(take(&mut driver, "meera").number, "3");
    driver.pass(TimeDelta::minutes(1));
    assert_eq!(take(&mut driver, "asha").number, "4");
}

#[test]
fn the_half_hour_begins_when_the_reception_has_the_patient() {
    let mut driver = driver();
    take(&mut driver, "asha");
    driver.pass(TimeDelta::minutes(5));
    let token = register(&mut driver, "asha", None);
    assert_eq!(token.valid_until, driver.now + TimeDelta::minutes(30));
    // A second registration of the same does not make it longer.
    driver.pass(TimeDelta::minutes(5));
    assert_eq!(register(&mut driver, "asha", Some("late")), token);
}

#[test]
fn the_receptions_own_number_takes_the_place_of_ours() {
    let mut driver = driver();
    take(&mut driver, "asha");
    assert_eq!(register(&mut driver, "asha", Some("2")).number, "2");
    // It is somebody's now, so that the sequence leaves it out.
    assert_eq!(take(&mut driver, "ravi").number, "3");
}

#[test]
fn each_day_begins_anew_and_nobody_gets_a_number_that_is_still_good() {
    let mut driver = driver();
    driver.now = "2026-09-14T18:20:00Z".parse().unwrap(); // 23:50 in India
    let asha = take(&mut driver, "asha");
    assert_eq!(asha.number, "1");
    driver.pass(TimeDelta::minutes(15)); // 00:05
    assert_eq!(take(&mut driver, "asha"), asha);
    assert_eq!(take(&mut driver, "ravi").number, "2");
    driver.pass(TimeDelta::hours(23) + TimeDelta::minutes(58)); // 00:03 on the day after
    let mut next = self::driver();
    next.now = driver.now;
    assert_eq!(take(&mut next, "asha").number, "1");
}

#[test]
fn the_queue_ends_with_its_day_and_takes_nobody_after_it() {
    let mut driver = driver();
    take(&mut driver, "asha");
    driver.pass(TimeDelta::hours(9)); // 23:30 in India
    assert!(!driver.done);
    driver.pass(TimeDelta::minutes(31));
    assert!(driver.done);
    let refused = driver.on(CounterEvent::Taken { person: person("ravi") });
    assert!(matches!(refused, Err(FlowError::Expired { .. })));
}

#[test]
fn what_is_shown_names_nobody() {
    let mut driver = driver();
    take(&mut driver, "asha");
    assert!(!format!("{:?}", driver.flow).contains("asha"));
}

proptest! {
    /// However people come: the same number while it is good, never one number for two at once.
    #[test]
    fn no_two_people_hold_the_same_good_number(
        visits in prop::collection::vec((0_u8..8, any::<bool>(), 0_i64..20), 1..80),
    ) {
        let mut driver = driver();
        driver.now = "2026-09-14T16:00:00Z".parse().unwrap();
        let mut good: BTreeMap<String, CounterToken> = BTreeMap::new();
        for (who, registers, minutes) in visits {
            driver.pass(TimeDelta::minutes(minutes));
            if driver.done {
                break;
            }
            good.retain(|_, token| driver.now < token.valid_until);
            let name = format!("person{who}");
            let token = if registers {
                register(&mut driver, &name, None)
            } else {
                take(&mut driver, &name)
            };
            if let Some(before) = good.get(&name) {
                prop_assert_eq!(&before.number, &token.number);
            }
            let others = good.iter().filter(|(other, _)| **other != name);
            for (_, other) in others {
                prop_assert_ne!(&other.number, &token.number);
            }
            good.insert(name, token);
        }
    }
}
