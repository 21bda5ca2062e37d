//! When the next patient may be begun.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::{BackfillOptions, BackfillWait};
use crate::flow::Failure;
use crate::india;

/// So many links in a row that fail for no fault of the patient's are an outage.
const OUTAGE: u32 = 5;
/// The first and the longest pause of an outage.
const OUTAGE_PAUSES: (TimeDelta, TimeDelta) = (TimeDelta::minutes(15), TimeDelta::hours(6));
/// The first and the longest pause while the hospital's own system fails.
const HOSPITAL_PAUSES: (TimeDelta, TimeDelta) = (TimeDelta::minutes(1), TimeDelta::hours(1));

/// What holds a back-fill back.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Pace {
    /// When the next patient's turn is.
    next_at: DateTime<Utc>,
    /// The day of India's, and how many patients were begun in it.
    day: NaiveDate,
    today: u32,
    /// How many links have failed in a row, until when it waits for that, and the last failure.
    faults: u32,
    rests_until: Option<DateTime<Utc>>,
    fault: Option<Failure>,
    /// How often in a row the hospital has failed, and until when it is let be.
    hospital_failures: u32,
    hospital_until: Option<DateTime<Utc>>,
}

impl Pace {
    pub(super) fn new(now: DateTime<Utc>) -> Self {
        Self {
            next_at: now,
            day: india::day(now),
            today: 0,
            faults: 0,
            rests_until: None,
            fault: None,
            hospital_failures: 0,
            hospital_until: None,
        }
    }

    /// Whether ABDM, or the set-up, seems to be out of order.
    pub(super) const fn is_failing(&self) -> bool {
        self.faults >= OUTAGE
    }

    /// The last failure while that is so.
    pub(super) fn failing(&self) -> Option<&Failure> {
        self.fault.as_ref().filter(|_| self.is_failing())
    }

    /// Why nobody may be begun now, and until when.
    pub(super) fn closed(
        &self,
        options: &BackfillOptions,
        now: DateTime<Utc>,
    ) -> Option<(BackfillWait, DateTime<Utc>)> {
        let day_is_full = self.day == india::day(now) && self.today >= options.patients_per_day;
        let day_ends = india::midnight_after(self.day).filter(|_| day_is_full);
        let fault = || self.fault.clone().unwrap_or_else(|| Failure::new("links fail"));
        let reasons = [
            (Some(self.next_at), BackfillWait::Pace),
            (self.hospital_until, BackfillWait::Hospital),
            (options.hours_begin(now), BackfillWait::Hours),
            (day_ends, BackfillWait::Day),
        ];
        let reasons = reasons.into_iter().map(|(until, why)| (why, until));
        let failing = self.rests_until.map(|until| (BackfillWait::Failing(fault()), Some(until)));
        let closed = reasons.chain(failing);
        closed
            .filter_map(|(why, until)| Some((why, until.filter(|until| *until > now)?)))
            .max_by_key(|(_, until)| *until)
    }

    /// A patient's link has begun.
    pub(super) fn begun(&mut self, options: &BackfillOptions, now: DateTime<Utc>) {
        let day = india::day(now);
        if day != self.day {
            (self.day, self.today) = (day, 0);
        }
        self.today += 1;
        self.next_at = now + options.pause();
    }

    /// Many visits were read, and nothing of them is to be linked.
    pub(super) fn nobody_found(&mut self, options: &BackfillOptions, now: DateTime<Utc>) {
        self.next_at = self.next_at.max(now + options.pause());
    }

    /// A link has failed for no fault of the patient's.
    pub(super) fn fault(&mut self, failure: &Failure, now: DateTime<Utc>) {
        self.faults = self.faults.saturating_add(1);
        self.fault = Some(failure.clone());
        if let Some(more) = self.faults.checked_sub(OUTAGE) {
            self.rests_until = Some(now + growing(OUTAGE_PAUSES, more));
        }
    }

    /// ABDM has answered as it should.
    pub(super) fn works(&mut self) {
        (self.faults, self.rests_until, self.fault) = (0, None, None);
    }

    /// The hospital's list cannot be read.
    pub(super) fn hospital_fails(&mut self, now: DateTime<Utc>) {
        self.hospital_until = Some(now + growing(HOSPITAL_PAUSES, self.hospital_failures));
        self.hospital_failures = self.hospital_failures.saturating_add(1);
    }

    pub(super) const fn hospital_answers(&mut self) {
        (self.hospital_failures, self.hospital_until) = (0, None);
    }
}

/// A pause that doubles each time, up to the longest.
fn growing((first, longest): (TimeDelta, TimeDelta), times: u32) -> TimeDelta {
    longest.min(first * 2_i32.saturating_pow(times.min(16)))
}
