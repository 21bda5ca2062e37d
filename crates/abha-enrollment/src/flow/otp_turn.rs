//! The rules of an OTP that was sent: when it may be sent again, when a person is locked out.

use abdm_core::client::CallError;
use abdm_core::error::ApiError;
use chrono::{DateTime, TimeDelta, Utc};
use http::StatusCode;
use serde::{Deserialize, Serialize};

use super::once::Once;
use crate::api::fields::Personal;
use crate::error::{Error, Problem, may_have_happened};

/// An OTP may be sent again after this time (certification case CRT_ABHA_106).
pub const RESEND_AFTER: TimeDelta = TimeDelta::seconds(60);
/// And at most so often.
pub const MAX_RESENDS: u8 = 2;

/// An OTP on its way, and the attempts on it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct OtpTurn {
    /// Personal: after an OTP by e-mail it names the address.
    message: Option<Personal>,
    sent_at: DateTime<Utc>,
    resends: u8,
    locked_until: Option<DateTime<Utc>>,
    /// Until when ABDM, which is counting calls, wants none.
    #[serde(default)]
    busy_until: Option<DateTime<Utc>>,
    /// Over when the OTP was accepted, or when it is unknown whether it was.
    once: Once,
}

impl OtpTurn {
    pub(crate) fn sent(message: Option<String>, now: DateTime<Utc>) -> Self {
        let message = message.map(Personal::new);
        Self {
            message,
            sent_at: now,
            resends: 0,
            locked_until: None,
            busy_until: None,
            once: Once::OPEN,
        }
    }

    pub(crate) fn message(&self) -> Option<&str> {
        self.message.as_ref().map(Personal::as_str)
    }

    /// When the OTP may be sent again; `None` when no resend is left.
    pub(crate) fn resend_at(&self) -> Option<DateTime<Utc>> {
        let held = self.locked_until.max(self.busy_until);
        let at = self.sent_at + RESEND_AFTER;
        (self.resends < MAX_RESENDS).then(|| held.map_or(at, |held| held.max(at)))
    }

    pub(crate) const fn resends_left(&self) -> u8 {
        MAX_RESENDS.saturating_sub(self.resends)
    }

    /// Refuses a resend that comes too early or once too often.
    pub(crate) fn check_resend(&self, now: DateTime<Utc>) -> Result<(), Error> {
        self.check_try(now)?;
        match self.resend_at() {
            None => Err(Error::new(Problem::NoResendsLeft)),
            Some(at) if now < at => Err(Error::new(Problem::ResendTooEarly).not_before(at)),
            Some(_) => Ok(()),
        }
    }

    /// Refuses an attempt while the person is locked out or ABDM wants no calls, or after the end.
    pub(crate) fn check_try(&self, now: DateTime<Utc>) -> Result<(), Error> {
        self.once.check()?;
        let holds = [
            (self.locked_until, Problem::TooManyAttempts),
            (self.busy_until, Problem::TooManyRequests),
        ];
        for (until, problem) in holds {
            if let Some(until) = until.filter(|until| now < *until) {
                return Err(Error::new(problem).not_before(until));
            }
        }
        Ok(())
    }

    /// Begins a resend when that is allowed. It counts from now on: an OTP may have been sent
    /// although its answer was lost, or nobody waited for it. What it gives undoes that.
    pub(crate) fn begin_resend(&mut self, now: DateTime<Utc>) -> Result<Unsent, Error> {
        self.check_resend(now)?;
        let before = Unsent { sent_at: self.sent_at, resends: self.resends };
        self.sent_at = now;
        self.resends += 1;
        Ok(before)
    }

    /// Notes that the OTP was sent again.
    pub(crate) fn resent(&mut self, message: Option<String>, now: DateTime<Utc>) {
        self.message = message.map(Personal::new);
        self.sent_at = now;
    }

    /// Notes a resend that failed: it does not count if it certainly did not happen.
    pub(crate) fn not_resent(&mut self, before: &Unsent, error: &Error, now: DateTime<Utc>) {
        if error.call().is_some_and(may_have_been_sent) {
            self.sent_at = now;
        } else {
            self.sent_at = before.sent_at;
            self.resends = before.resends;
        }
        self.note(error);
    }

    /// Begins a step that must not be taken twice.
    pub(crate) fn begin_once(&mut self, now: DateTime<Utc>) -> Result<(), Error> {
        self.check_try(now)?;
        self.once.begin()
    }

    /// Notes the outcome of an attempt.
    pub(crate) fn tried<T>(&mut self, outcome: Result<T, Error>) -> Result<T, Error> {
        let outcome = self.once.tried(outcome);
        if let Err(error) = &outcome {
            self.note(error);
        }
        outcome
    }

    /// Notes what a failure says about further attempts.
    fn note(&mut self, error: &Error) {
        match error.problem() {
            Problem::TooManyAttempts => self.locked_until = error.retry_at(),
            Problem::TooManyRequests | Problem::Unavailable => self.busy_until = error.retry_at(),
            _ => {}
        }
    }
}

/// Whether an OTP may be on its way although no answer says so. 503 is taken for "not sent" here,
/// as the client does, which repeats such a call: nothing is created twice by an OTP too many.
fn may_have_been_sent(error: &CallError) -> bool {
    let status = error.api().and_then(ApiError::status);
    may_have_happened(error) && status != Some(StatusCode::SERVICE_UNAVAILABLE)
}

/// How it stood before a resend.
#[derive(Debug)]
pub(crate) struct Unsent {
    sent_at: DateTime<Utc>,
    resends: u8,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn start() -> DateTime<Utc> {
        DateTime::from_timestamp(1_700_000_000, 0).unwrap()
    }

    #[test]
    fn an_otp_is_sent_again_twice_and_not_before_a_minute() {
        let mut turn = OtpTurn::sent(None, start());
        let early = turn.check_resend(start() + TimeDelta::seconds(59)).unwrap_err();
        assert_eq!(early.problem(), Problem::ResendTooEarly);
        assert_eq!(early.retry_at(), Some(start() + TimeDelta::seconds(60)));
        for minute in 1..=2 {
            let now = start() + TimeDelta::minutes(minute);
            turn.begin_resend(now).unwrap();
            turn.resent(None, now);
        }
        let spent = turn.check_resend(start() + TimeDelta::hours(1)).unwrap_err();
        assert_eq!(spent.problem(), Problem::NoResendsLeft);
        assert_eq!((turn.resend_at(), turn.resends_left()), (None, 0));
    }

    #[test]
    fn a_lock_holds_for_attempts_and_resends_until_it_ends() {
        let mut turn = OtpTurn::sent(None, start());
        let lock = start() + TimeDelta::minutes(30);
        let refused: Result<(), Error> =
            turn.tried(Err(Error::new(Problem::TooManyAttempts).not_before(lock)));
        assert!(refused.is_err());
        let later = start() + TimeDelta::minutes(29);
        assert_eq!(turn.check_try(later).unwrap_err().problem(), Problem::TooManyAttempts);
        assert_eq!(turn.check_resend(later).unwrap_err().retry_at(), Some(lock));
        assert!(turn.check_try(lock).is_ok());
    }

    proptest! {
        #[test]
        fn no_order_of_events_sends_an_otp_more_than_three_times(waits in prop::collection::vec(0_i64..200, 0..40)) {
            let mut turn = OtpTurn::sent(None, start());
            let mut now = start();
            let mut sent_at = vec![now];
            for wait in waits {
                now += TimeDelta::seconds(wait);
                // Every other answer is lost, or nobody waited for it: the OTP was sent all the
                // same.
                if turn.begin_resend(now).is_ok() {
                    sent_at.push(now);
                    if wait % 2 == 0 {
                        turn.resent(None, now);
                    }
                }
            }
            prop_assert!(sent_at.len() <= 3);
            prop_assert!(sent_at.windows(2).all(|two| two[1] - two[0] >= RESEND_AFTER));
        }
    }
}
