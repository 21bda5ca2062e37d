//! Two oddities at a time: an answer that is odd in one place is read by what stands in the others,
//! so a reader that trusts either place alone is found only where both are odd.
//!
//! Each kind of oddity is an axis; every pair of values of two axes is played, all else being good.
//! What must come of it is told by the values themselves, never by the reader that is tested.

mod changes;
mod creation;
mod logins;
mod searches;

use std::fmt::{Debug, Write as _};

use abdm_core::testing::log::{logged, shows};
use abha_enrollment::error::{Error, Language};
use serde_json::{Value, json};

use crate::support::{Reply, claiming};

const NUMBER: &str = "91-1234-5678-9015";
const OTHER: &str = "91-5555-5555-5559";

/// What must show nowhere but in the fields where it belongs.
const SECRETS: &[&str] = &[
    "234567890124",
    "9876543210",
    "123456",
    "Sentinela",
    "TOKfirst",
    "TOKrefresh",
    "client-secret",
    NUMBER,
    "91123456789015",
    OTHER,
    "91555555555559",
    "ravi.other",
];

fn tokens() -> Value {
    json!({
        "token": "TOKfirst", "expiresIn": 1800,
        "refreshToken": "TOKrefresh", "refreshExpiresIn": 1_296_000,
    })
}

/// Tokens whose claims name the owner of a number.
fn tokens_of(number: &str) -> Value {
    json!({
        "token": claiming(json!({"abhaNumber": number})), "expiresIn": 1800,
        "refreshToken": "TOKrefresh", "refreshExpiresIn": 1_296_000,
    })
}

/// Puts members of one object into another.
fn with(mut body: Value, members: &Value) -> Value {
    for (name, member) in members.as_object().unwrap() {
        body[name] = member.clone();
    }
    body
}

/// Every pair of values of two axes, named by the axes' places and the values' places; all other
/// axes stand at their first value, which is good.
fn pairs(sizes: &[usize]) -> Vec<Vec<usize>> {
    let good = vec![0; sizes.len()];
    let mut all = vec![good.clone()];
    for (one, size) in sizes.iter().enumerate() {
        for (other, other_size) in sizes.iter().enumerate().skip(one + 1) {
            for value in 0..*size {
                for other_value in 0..*other_size {
                    let mut chosen = good.clone();
                    chosen[one] = value;
                    chosen[other] = other_value;
                    all.push(chosen);
                }
            }
        }
    }
    all.sort_unstable();
    all.dedup();
    all
}

/// Everything that is printed on the way.
#[derive(Default)]
struct Shown(String);

impl Shown {
    fn value(&mut self, value: &impl Debug) {
        let _ = write!(self.0, "{value:?} {value:#?} ");
    }

    fn error(&mut self, error: &Error) {
        let (english, hindi) =
            (error.desk_text(Language::English), error.desk_text(Language::Hindi));
        let _ = write!(self.0, "{error} {error:?} {error:#?} {english} {hindi} ");
        let mut source = std::error::Error::source(error);
        while let Some(cause) = source {
            let _ = write!(self.0, "{cause} {cause:?} ");
            source = cause.source();
        }
    }

    #[track_caller]
    fn assert_silent(&self, what: &str) {
        for (place, text) in [("shown", &self.0), ("logged", &logged())] {
            let shown = shows(text, SECRETS.iter().copied());
            assert_eq!(shown, None, "{place}: {what}\n{text}");
        }
    }
}

fn empty(status: u16) -> Reply {
    Reply::Raw(status, "application/json", Vec::new())
}

#[test]
fn every_pair_of_values_is_among_the_pairs() {
    let all = pairs(&[2, 3, 2]);
    assert_eq!(all.len(), 1 + (1 + 2 + 1) + (2 + 1 + 2));
    assert!(all.contains(&vec![1, 2, 0]) && all.contains(&vec![0, 2, 1]));
    assert!(!all.contains(&vec![1, 2, 1]));
}
