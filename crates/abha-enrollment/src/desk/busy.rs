//! Pauses that ABDM asked for.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use abdm_core::endpoint::Endpoint;
use chrono::{DateTime, Utc};

use crate::error::{Error, Problem};

/// Which calls ABDM wants no more of until when: because it is counting them (429), or is down
/// (503), with `Retry-After`.
///
/// It speaks of the client and the call, not of the person, so the whole desk waits: the next stage
/// of "too many requests" is a block of hours.
#[derive(Debug, Default)]
pub(super) struct Busy {
    until: Mutex<BTreeMap<&'static str, (Problem, DateTime<Utc>)>>,
}

impl Busy {
    /// Refuses a call that comes too early.
    pub(super) fn check<E: Endpoint>(&self, now: DateTime<Utc>) -> Result<(), Error> {
        let mut until = self.until.lock().unwrap_or_else(PoisonError::into_inner);
        match until.get(E::META.name).copied() {
            Some((problem, at)) if now < at => Err(Error::new(problem).not_before(at)),
            Some(_) => {
                until.remove(E::META.name);
                Ok(())
            }
            None => Ok(()),
        }
    }

    /// Notes what a refusal says about further calls.
    pub(super) fn note<E: Endpoint>(&self, error: &Error) {
        let problem = error.problem();
        if let (Problem::TooManyRequests | Problem::Unavailable, Some(at)) =
            (problem, error.retry_at())
        {
            let mut until = self.until.lock().unwrap_or_else(PoisonError::into_inner);
            until.insert(E::META.name, (problem, at));
        }
    }
}
