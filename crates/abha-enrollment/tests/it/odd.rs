//! Lawful but odd answers: whatever comes is read without a panic, a whole ABHA number is never
//! lost, nothing personal shows (rulings.md 42, 46).
//!
//! The answers are made from NHA's saved replies of every endpoint in `ABDM_CONTRACT_DIR`; without
//! it, from a few of our own.

mod flows;
mod oracle;
mod print;
mod proof;
mod replies;
mod stage;
mod stories;

use std::cell::Cell;

use abdm_core::testing::log::shows;
use abdm_core::wire::odd::odd_answer;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use self::oracle::{WholeNumbers, whole_numbers};
use self::replies::{Good, SENTINELS};

/// A runner that makes the same cases on every machine.
pub(crate) fn seeded(cases: u32) -> TestRunner {
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &[46; 32]))
}

#[track_caller]
pub(crate) fn assert_silent(text: &str) {
    assert_eq!(shows(text, SENTINELS.iter().copied()), None, "{text}");
}

#[test]
fn every_good_answer_is_read_without_a_warning_and_with_its_numbers() {
    let all = replies::all();
    for good in &all {
        let body = good.body.to_string();
        let (shown, read) = (good.known.shown)(body.as_bytes());
        assert!(read.is_some(), "{} {shown}: {body}", good.known.meta.name);
        assert!(shown.contains("warnings: []"), "{} {shown}: {body}", good.known.meta.name);
        assert_silent(&shown);
    }
    let endpoints: std::collections::BTreeSet<&str> =
        all.iter().map(|good| good.known.meta.name).collect();
    println!("{} good answers of {} endpoints", all.len(), endpoints.len());
}

/// (M1 trial A2, A3, B1 to B4, C7, C11; rulings 42, 46)
#[test]
fn whatever_is_odd_about_an_answer_its_whole_numbers_are_read_and_nothing_personal_shows() {
    let all = replies::all();
    let counts = [const { Cell::new(0_u32) }; 4];
    let count = |place: usize| counts[place].set(counts[place].get() + 1);
    let place = 0..all.len();
    let result = seeded(24_000).run(&(place, any::<u64>()), |(place, seed)| {
        let good: &Good = &all[place];
        let odd = odd_answer(&good.body, seed);
        let (shown, read) = (good.known.shown)(&odd.body);
        let body = String::from_utf8_lossy(&odd.body);
        for sentinel in SENTINELS {
            prop_assert!(!shown.contains(sentinel), "{sentinel} shows in {shown}\nof {body}");
        }
        count(0);
        let Some(json) = &odd.json else { return Ok(()) };
        if read.is_some() {
            count(1);
        }
        let standing: WholeNumbers = whole_numbers(good.known.meta.name, json);
        if standing.is_empty() {
            return Ok(());
        }
        count(2);
        let read = read.unwrap_or_default().to_string();
        let kept = standing.iter().any(|number| read.contains(number.as_str()));
        if kept {
            count(3);
        }
        prop_assert!(
            kept,
            "{}: {standing:?} is lost by {:?}: {body}\n{shown}",
            good.known.meta.name,
            odd.done
        );
        Ok(())
    });
    let [made, read, standing, kept] = counts.map(Cell::into_inner);
    println!("{made} odd answers, {read} read, {kept} of {standing} with a whole number kept");
    result.unwrap();
}
