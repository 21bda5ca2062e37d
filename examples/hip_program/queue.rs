//! Who waits at the counters of a hospital without a database.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use abdm_core::clock::{Clock as _, SystemClock};
use abdm_core::id::RequestId;
use chrono::{DateTime, NaiveDate, Utc};
use hip_services::SharedProfile;

use super::india;

/// The queues of one day, in memory. Each counter's token numbers begin anew with each day of India's, so
/// nothing of another day is in it (rulings.md 34).
#[derive(Debug, Clone, Default)]
pub struct Queue {
    today: Arc<Mutex<Today>>,
}

#[derive(Debug, Default)]
struct Today {
    day: NaiveDate,
    /// In the order in which they came.
    waiting: Vec<Waiting>,
}

#[derive(Debug)]
struct Waiting {
    share: RequestId,
    counter: String,
    number: String,
    is_called: bool,
}

impl Queue {
    /// Takes a patient in, once for each share. Whether they were not in it yet.
    pub fn take_in(&self, shared: &SharedProfile) -> bool {
        let (counter, number) = (&shared.counter, &shared.token_number);
        self.take_in_at(SystemClock.now(), shared.share, counter, number)
    }

    /// Calls the next patient at a counter: their token number, if anybody waits there.
    pub fn call_next(&self, counter: &str) -> Option<String> {
        self.call_next_at(SystemClock.now(), counter)
    }

    /// The token number that was called last at a counter today.
    #[must_use]
    pub fn serving(&self, counter: &str) -> Option<String> {
        self.serving_at(SystemClock.now(), counter)
    }

    fn take_in_at(
        &self,
        now: DateTime<Utc>,
        share: RequestId,
        counter: &str,
        number: &str,
    ) -> bool {
        let mut today = self.today(now);
        let is_new = today.waiting.iter().all(|waiting| waiting.share != share);
        if is_new {
            let (counter, number) = (counter.to_owned(), number.to_owned());
            today.waiting.push(Waiting { share, counter, number, is_called: false });
        }
        is_new
    }

    fn call_next_at(&self, now: DateTime<Utc>, counter: &str) -> Option<String> {
        let mut today = self.today(now);
        let mut here = today.waiting.iter_mut().filter(|waiting| waiting.counter == counter);
        let next = here.find(|waiting| !waiting.is_called)?;
        next.is_called = true;
        Some(next.number.clone())
    }

    fn serving_at(&self, now: DateTime<Utc>, counter: &str) -> Option<String> {
        let today = self.today(now);
        let mut here = today.waiting.iter().filter(|waiting| waiting.counter == counter);
        here.rfind(|waiting| waiting.is_called).map(|waiting| waiting.number.clone())
    }

    fn today(&self, now: DateTime<Utc>) -> MutexGuard<'_, Today> {
        let mut today = self.today.lock().unwrap_or_else(PoisonError::into_inner);
        let day = india::day(now);
        if today.day != day {
            *today = Today { day, waiting: Vec::new() };
        }
        today
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn share(number: u8) -> RequestId {
        format!("3f2a1c80-0000-4000-8000-0000000000{number:02}").parse().unwrap()
    }

    #[test]
    fn yesterdays_token_counts_no_more_and_the_same_number_is_taken_in_anew() {
        let queue = Queue::default();
        // A minute before and after midnight in India.
        let yesterday = "2026-09-14T18:29:00Z".parse().unwrap();
        let today = "2026-09-14T18:31:00Z".parse().unwrap();
        assert!(queue.take_in_at(yesterday, share(1), "OPD1", "1"));
        assert_eq!(queue.call_next_at(yesterday, "OPD1").as_deref(), Some("1"));
        assert_eq!(queue.serving_at(yesterday, "OPD1").as_deref(), Some("1"));
        assert_eq!(queue.serving_at(today, "OPD1"), None);
        assert!(queue.take_in_at(today, share(2), "OPD1", "1"));
        assert_eq!(queue.serving_at(today, "OPD1"), None, "she was not called yet");
        assert_eq!(queue.call_next_at(today, "OPD1").as_deref(), Some("1"));
    }

    #[test]
    fn each_counter_has_its_own_numbers_and_nobody_is_served_before_being_called() {
        let (queue, now) = (Queue::default(), "2026-09-14T09:00:00Z".parse().unwrap());
        for (number, (counter, token)) in
            (1..).zip([("OPD1", "1"), ("OPD2", "1"), ("OPD1", "2"), ("OPD2", "2")])
        {
            assert!(queue.take_in_at(now, share(number), counter, token));
            assert!(!queue.take_in_at(now, share(number), counter, token), "the same share again");
        }
        assert_eq!(queue.serving_at(now, "OPD1"), None);
        assert_eq!(queue.call_next_at(now, "OPD1").as_deref(), Some("1"));
        assert_eq!(queue.call_next_at(now, "OPD1").as_deref(), Some("2"));
        assert_eq!(queue.call_next_at(now, "OPD1"), None);
        assert_eq!(queue.serving_at(now, "OPD1").as_deref(), Some("2"));
        assert_eq!((queue.serving_at(now, "OPD2"), queue.call_next_at(now, "OPD3")), (None, None));
    }
}
