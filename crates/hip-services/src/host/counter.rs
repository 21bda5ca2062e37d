//! The queue of one counter: token numbers in sequence, one for each patient.
//!
//! Numbers run from 1 on each day, by the calendar of India. Whoever scans again while the token is
//! good gets the same one, also across midnight; a number that is still good is not given to
//! anybody else. A number that was taken for a patient whom the reception then did not register
//! stays theirs for its half hour, and is a gap after it.
//!
//! A queue is three tables of rows that forget themselves, since codes are printed by anybody and
//! counters come that are none: the day and its last number, each patient's token, and the numbers
//! that are good. Every change of a queue changes its day's row, so that of two at the same moment
//! one looks again.

use abdm_core::person::AbhaAddress;
use abdm_flow::store::{NewRow, Row, RowChange, StoreError};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::rows::{Rows, raced, read, write, written};
use crate::flow::CounterToken;
use crate::india::{self, midnight_after};

/// How long a token is good (m2-hip.md 6, SHARE_PATIENT_PROFILE_701).
const VALID_FOR: TimeDelta = TimeDelta::minutes(30);

/// The day of each counter, and the last number given.
const DAYS: &str = "hip.counter";
/// Each patient's token at a counter.
const TOKENS: &str = "hip.counter_token";
/// The numbers that are good at a counter.
const NUMBERS: &str = "hip.counter_number";

/// One patient at one counter.
pub(super) struct Place<'a> {
    rows: &'a dyn Rows,
    counter: &'a str,
    person: &'a AbhaAddress,
}

/// What is wanted of a counter.
#[derive(Clone, Copy)]
enum Want<'a> {
    Token,
    Registration { own_number: Option<&'a str> },
}

#[derive(Serialize, Deserialize)]
struct Day {
    day: NaiveDate,
    last: u64,
}

#[derive(Serialize, Deserialize)]
struct Good {
    until: DateTime<Utc>,
}

impl<'a> Place<'a> {
    pub(super) const fn new(rows: &'a dyn Rows, counter: &'a str, person: &'a AbhaAddress) -> Self {
        Self { rows, counter, person }
    }

    /// The patient's token: the one that is good, or the next number.
    pub(super) async fn take(&self) -> Result<CounterToken, StoreError> {
        self.run(Want::Token).await
    }

    /// The patient's token after the reception has registered them, under its own number if it has
    /// one. The first registration counts: its number is what the patient was told.
    pub(super) async fn register(
        &self,
        own_number: Option<&str>,
    ) -> Result<CounterToken, StoreError> {
        self.run(Want::Registration { own_number }).await
    }

    async fn run(&self, want: Want<'_>) -> Result<CounterToken, StoreError> {
        raced(|| self.try_once(want)).await
    }

    async fn try_once(&self, want: Want<'_>) -> Result<CounterToken, StoreError> {
        let now = self.rows.now();
        let (held, good) = self.token(now).await?;
        let (row, mut day) = self.day(now).await?;
        let token = match (good, want) {
            (Some(good), Want::Token) => return Ok(good),
            (Some(good), Want::Registration { .. }) if good.registered => return Ok(good),
            (Some(good), Want::Registration { .. }) => good,
            (None, _) => {
                let number = self.next_number(&mut day, now).await?;
                CounterToken { number, valid_until: now + VALID_FOR, registered: false }
            }
        };
        let mut changes = vec![self.day_changes(row.as_ref(), &day)?];
        let token = match want {
            Want::Token => token,
            Want::Registration { own_number } => {
                let number = own_number.map_or_else(|| token.number.clone(), str::to_owned);
                if number != token.number {
                    changes.push(RowChange::delete(NUMBERS, self.number_key(&token.number)));
                }
                CounterToken { number, valid_until: now + VALID_FOR, registered: true }
            }
        };
        changes.push(self.token_changes(held.as_ref(), &token)?);
        changes.push(self.number_is_good(&token)?);
        self.rows.change(changes).await.map(|()| token)
    }

    /// The patient's row, and the token in it while it is good.
    async fn token(
        &self,
        now: DateTime<Utc>,
    ) -> Result<(Option<Row>, Option<CounterToken>), StoreError> {
        let row = self.rows.row(TOKENS, &self.token_key()).await?;
        let token: Option<CounterToken> = row.as_ref().map(read).transpose()?;
        Ok((row, token.filter(|token| now < token.valid_until)))
    }

    /// Today's row, or a fresh day.
    async fn day(&self, now: DateTime<Utc>) -> Result<(Option<Row>, Day), StoreError> {
        let row = self.rows.row(DAYS, self.counter).await?;
        let today = india::day(now);
        let day: Option<Day> = row.as_ref().map(read).transpose()?;
        let day = day.filter(|day| day.day == today).unwrap_or(Day { day: today, last: 0 });
        Ok((row, day))
    }

    /// The next number that nobody holds.
    async fn next_number(&self, day: &mut Day, now: DateTime<Utc>) -> Result<String, StoreError> {
        loop {
            day.last = day.last.saturating_add(1);
            let number = day.last.to_string();
            let row = self.rows.row(NUMBERS, &self.number_key(&number)).await?;
            let good: Option<Good> = row.as_ref().map(read).transpose()?;
            if good.is_none_or(|good| good.until <= now) {
                return Ok(number);
            }
        }
    }

    fn day_changes(&self, row: Option<&Row>, day: &Day) -> Result<RowChange, StoreError> {
        let mut new = NewRow::new(write(day)?);
        if let Some(midnight) = midnight_after(day.day) {
            new = new.expiring(midnight);
        }
        Ok(written(DAYS, self.counter.to_owned(), row, new))
    }

    fn token_changes(
        &self,
        row: Option<&Row>,
        token: &CounterToken,
    ) -> Result<RowChange, StoreError> {
        let new = NewRow::new(write(token)?).expiring(token.valid_until);
        Ok(written(TOKENS, self.token_key(), row, new))
    }

    fn number_is_good(&self, token: &CounterToken) -> Result<RowChange, StoreError> {
        let good = Good { until: token.valid_until };
        let row = NewRow::new(write(&good)?).expiring(token.valid_until);
        Ok(RowChange::put(NUMBERS, self.number_key(&token.number), row))
    }

    fn token_key(&self) -> String {
        pair(self.counter, &self.person.folded())
    }

    fn number_key(&self, number: &str) -> String {
        pair(self.counter, number)
    }
}

/// Two texts as one that no other two give.
fn pair(first: &str, second: &str) -> String {
    format!("{}:{first}/{second}", first.len())
}

#[cfg(test)]
mod tests;
