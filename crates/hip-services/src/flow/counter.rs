//! The queue of one counter: token numbers in sequence, one for each patient.

use abdm_core::flow::{Flow, FlowError, FlowKey, Step};
use abdm_core::id::HipId;
use abdm_core::person::AbhaAddress;
use chrono::{DateTime, Days, FixedOffset, NaiveDate, TimeDelta, TimeZone as _, Utc};
use serde::{Deserialize, Serialize};

/// How long a token is good (m2-hip.md 6, SHARE_PATIENT_PROFILE_701).
const VALID_FOR: TimeDelta = TimeDelta::minutes(30);
/// India's time is 5:30 ahead of UTC: a counter's day begins at midnight there.
const INDIA_SECONDS: i32 = 5 * 3600 + 1800;

/// The queue of one counter of one facility.
///
/// Numbers run from 1 on each day, by the calendar of India. Whoever scans again while the token is
/// good gets the same one, also across midnight; a number that is still good is not given to
/// anybody else. A number that was taken for a patient whom the reception then did not register
/// stays theirs for its half hour, and is a gap after it.
///
/// The queue ends by itself when its day is over and no token is good any more: codes are printed
/// by anybody, so that counters come that are none.
#[derive(Clone, Serialize, Deserialize)]
#[non_exhaustive]
pub struct CounterFlow {
    /// The facility.
    pub hip_id: HipId,
    /// The counter, as its code names it.
    pub counter: String,
    day: Option<NaiveDate>,
    last: u64,
    tokens: Vec<Held>,
    closed: bool,
}

/// Whose a token is.
#[derive(Clone, Serialize, Deserialize)]
struct Held {
    person: AbhaAddress,
    token: CounterToken,
}

/// A token number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct CounterToken {
    /// What the patient is called by.
    pub number: String,
    /// Until when it is good.
    pub valid_until: DateTime<Utc>,
    /// Whether the reception has registered the patient under it.
    pub registered: bool,
}

/// Names no patient.
impl std::fmt::Debug for CounterFlow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CounterFlow")
            .field("hip_id", &self.hip_id)
            .field("counter", &self.counter)
            .field("last", &self.last)
            .field("tokens", &self.tokens.len())
            .finish_non_exhaustive()
    }
}

/// What can happen at a counter.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum CounterEvent {
    /// A patient has scanned its code.
    Taken {
        /// Who.
        person: AbhaAddress,
    },
    /// The reception has registered a patient.
    Registered {
        /// Who.
        person: AbhaAddress,
        /// The reception's own number, in place of ours.
        own_number: Option<String>,
    },
    /// Time has passed.
    Woken,
}

/// A counter wants nothing done.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub enum CounterEffect {}

impl CounterFlow {
    /// A counter at which nobody has been.
    #[must_use]
    pub fn new(hip_id: HipId, counter: impl Into<String>) -> Self {
        let (counter, tokens) = (counter.into(), Vec::new());
        Self { hip_id, counter, day: None, last: 0, tokens, closed: false }
    }

    /// The name under which a counter is found.
    #[must_use]
    pub fn key(hip_id: &HipId, counter: &str) -> FlowKey {
        FlowKey::new("counter", format!("{hip_id}/{counter}"))
    }

    /// A patient's token, while it is good.
    #[must_use]
    pub fn token_of(&self, person: &AbhaAddress, now: DateTime<Utc>) -> Option<&CounterToken> {
        let held = self.tokens.iter().find(|held| held.person == *person)?;
        Some(&held.token).filter(|token| now < token.valid_until)
    }

    /// Lets go of what is no longer good, and begins a new day.
    fn tidy(&mut self, now: DateTime<Utc>) {
        self.tokens.retain(|held| now < held.token.valid_until);
        let today = india(now);
        if self.day != Some(today) {
            self.day = Some(today);
            self.last = 0;
        }
    }

    /// Sees to it that a patient has a token.
    fn take(&mut self, person: &AbhaAddress, now: DateTime<Utc>) {
        if self.token_of(person, now).is_none() {
            let (number, valid_until) = (self.next_number(), now + VALID_FOR);
            let token = CounterToken { number, valid_until, registered: false };
            self.tokens.push(Held { person: person.clone(), token });
        }
    }

    /// The first registration counts: its number is what the patient was told.
    fn register(&mut self, person: &AbhaAddress, own_number: Option<String>, now: DateTime<Utc>) {
        let held = self.tokens.iter_mut().find(|held| held.person == *person);
        let Some(token) = held.map(|held| &mut held.token).filter(|token| !token.registered) else {
            return;
        };
        token.registered = true;
        token.valid_until = now + VALID_FOR;
        if let Some(number) = own_number {
            token.number = number;
        }
    }

    /// The next number that nobody holds.
    fn next_number(&mut self) -> String {
        loop {
            self.last += 1;
            let number = self.last.to_string();
            if self.tokens.iter().all(|held| held.token.number != number) {
                return number;
            }
        }
    }

    /// When there may be nothing left to keep.
    fn ends_at(&self) -> Option<DateTime<Utc>> {
        let last = self.tokens.iter().map(|held| held.token.valid_until).max();
        last.max(self.day.and_then(midnight_after))
    }
}

impl Flow for CounterFlow {
    const KIND: &'static str = "hip.counter";
    const VERSION: u32 = 1;
    type Event = CounterEvent;
    type Effect = CounterEffect;

    fn on(
        &mut self,
        event: CounterEvent,
        now: DateTime<Utc>,
    ) -> Result<Step<CounterEffect>, FlowError> {
        if self.closed {
            // The day's queue is done. Whoever comes begins a new one.
            return match event {
                CounterEvent::Woken => Ok(Step::nothing().done()),
                _ => Err(FlowError::Expired { what: "the counter's queue" }),
            };
        }
        match event {
            CounterEvent::Taken { person } => {
                self.tidy(now);
                self.take(&person, now);
            }
            CounterEvent::Registered { person, own_number } => {
                self.tidy(now);
                self.take(&person, now);
                self.register(&person, own_number, now);
            }
            CounterEvent::Woken => self.tokens.retain(|held| now < held.token.valid_until),
        }
        let step = Step::nothing().key(Self::key(&self.hip_id, &self.counter));
        match self.ends_at() {
            Some(at) if now < at => Ok(step.wake_at(at)),
            _ => {
                self.closed = true;
                Ok(step.done())
            }
        }
    }

    fn woken() -> CounterEvent {
        CounterEvent::Woken
    }
}

/// The day in India.
fn india(now: DateTime<Utc>) -> NaiveDate {
    FixedOffset::east_opt(INDIA_SECONDS)
        .map_or_else(|| now.date_naive(), |india| now.with_timezone(&india).date_naive())
}

/// The end of a day in India.
fn midnight_after(day: NaiveDate) -> Option<DateTime<Utc>> {
    let midnight = day.checked_add_days(Days::new(1))?.and_hms_opt(0, 0, 0)?;
    let india = FixedOffset::east_opt(INDIA_SECONDS)?;
    Some(india.from_local_datetime(&midnight).single()?.with_timezone(&Utc))
}

#[cfg(test)]
mod tests;
