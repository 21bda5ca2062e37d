//! At which pace a back-fill goes.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use crate::india;

/// At which pace a back-fill links, and what it tells.
///
/// NHA names bulk jobs over a whole list of patients as a cause of blocks, next to retry loops and
/// a token for each visit, and wants them spread (m2-hip.md 1.1); it publishes no rate. Each
/// patient costs a link token and one call or two, once. So the defaults are slow: one patient in
/// fifteen seconds, two thousand a day, two at once. At that pace a million visits of two hundred
/// thousand patients take a hundred days. Ask NHA before you raise them far.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct BackfillOptions {
    /// How many patients are begun in a minute, evenly spread. From 1 to 600, default 4.
    pub patients_per_minute: u32,
    /// How many patients are begun in a day of India's. At least 1, default 2,000.
    pub patients_per_day: u32,
    /// How many patients' links are under way at once. From 1 to 16, default 2.
    pub at_once: u32,
    /// How many visits of a patient go out in one call, in elements of at most twenty. A call
    /// succeeds or fails as a whole. From 1 to 100, default 20.
    pub visits_per_call: u32,
    /// Between which hours of India's time links are begun: from the first to the second, which may
    /// be that of the next day. Always, if nothing is said.
    pub hours: Option<(u32, u32)>,
    /// Whether the patients' apps are told of each visit (`context/notify`) beside the link. Not by
    /// default: it would flood them.
    pub notifies: bool,
}

impl Default for BackfillOptions {
    fn default() -> Self {
        Self {
            patients_per_minute: 4,
            patients_per_day: 2_000,
            at_once: 2,
            visits_per_call: 20,
            hours: None,
            notifies: false,
        }
    }
}

impl BackfillOptions {
    /// The same with this many patients in a minute.
    #[must_use]
    pub const fn patients_per_minute(mut self, patients: u32) -> Self {
        self.patients_per_minute = patients;
        self
    }

    /// The same with this many patients in a day.
    #[must_use]
    pub const fn patients_per_day(mut self, patients: u32) -> Self {
        self.patients_per_day = patients;
        self
    }

    /// The same with this many patients at once.
    #[must_use]
    pub const fn at_once(mut self, patients: u32) -> Self {
        self.at_once = patients;
        self
    }

    /// The same with this many visits in one call.
    #[must_use]
    pub const fn visits_per_call(mut self, visits: u32) -> Self {
        self.visits_per_call = visits;
        self
    }

    /// The same between these hours of India's time only: `(22, 6)` for the nights.
    #[must_use]
    pub const fn between_hours(mut self, from: u32, to: u32) -> Self {
        self.hours = Some((from, to));
        self
    }

    /// The same with a notice of each visit.
    #[must_use]
    pub const fn with_notices(mut self) -> Self {
        self.notifies = true;
        self
    }

    /// Which rule they break.
    pub(crate) fn broken_rule(&self) -> Option<&'static str> {
        if !(1..=600).contains(&self.patients_per_minute) {
            Some("`patients_per_minute` must be from 1 to 600")
        } else if self.patients_per_day == 0 {
            Some("`patients_per_day` must be at least 1; `Backfill::pause` stops it")
        } else if !(1..=16).contains(&self.at_once) {
            Some("`at_once` must be from 1 to 16")
        } else if !(1..=100).contains(&self.visits_per_call) {
            Some("`visits_per_call` must be from 1 to 100")
        } else if self.hours.is_some_and(|(from, to)| from > 23 || to > 23) {
            Some("`hours` must be from 0 to 23")
        } else {
            None
        }
    }

    /// The pause between two patients.
    pub(super) fn pause(&self) -> TimeDelta {
        TimeDelta::milliseconds(60_000 / i64::from(self.patients_per_minute.max(1)))
    }

    /// When the hours begin, if they are over now.
    pub(super) fn hours_begin(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let (from, to) = self.hours.filter(|(from, to)| from != to)?;
        let hour = india::hour(now);
        let within = if from < to { from <= hour && hour < to } else { hour >= from || hour < to };
        if within {
            return None;
        }
        let today: NaiveDate = india::day(now);
        [Some(today), today.succ_opt()]
            .into_iter()
            .flatten()
            .filter_map(|day| india::at(day, from))
            .find(|begins| *begins > now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outside_of_its_hours_it_waits_for_the_next_beginning() {
        let nights = BackfillOptions::default().between_hours(22, 6);
        let days = BackfillOptions::default().between_hours(9, 17);
        let begins = |options: &BackfillOptions, now: &str| {
            let begins = options.hours_begin(now.parse().unwrap());
            begins.map(|at| at.format("%d %H:%M").to_string())
        };
        // Noon in India.
        assert_eq!(begins(&nights, "2026-09-14T06:30:00Z").as_deref(), Some("14 16:30"));
        assert_eq!(begins(&days, "2026-09-14T06:30:00Z"), None);
        // Three at night in India.
        assert_eq!(begins(&nights, "2026-09-14T21:30:00Z"), None);
        assert_eq!(begins(&days, "2026-09-14T21:30:00Z").as_deref(), Some("15 03:30"));
        // Half past five in the afternoon.
        assert_eq!(begins(&days, "2026-09-14T12:00:00Z").as_deref(), Some("15 03:30"));
        assert_eq!(begins(&BackfillOptions::default(), "2026-09-14T12:00:00Z"), None);
    }

    #[test]
    fn options_out_of_range_are_refused_by_name() {
        assert_eq!(BackfillOptions::default().broken_rule(), None);
        for (options, name) in [
            (BackfillOptions::default().patients_per_minute(0), "patients_per_minute"),
            (BackfillOptions::default().patients_per_day(0), "patients_per_day"),
            (BackfillOptions::default().at_once(17), "at_once"),
            (BackfillOptions::default().visits_per_call(0), "visits_per_call"),
            (BackfillOptions::default().between_hours(22, 24), "hours"),
        ] {
            assert!(options.broken_rule().unwrap().contains(name), "{name}");
        }
    }
}
