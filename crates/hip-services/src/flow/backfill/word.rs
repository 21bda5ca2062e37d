//! What the word of a link means for a back-fill.

use abdm_core::error::ErrorClass;
use abdm_flow::Step;
use chrono::{DateTime, TimeDelta, Utc};

use super::rows::Later;
use super::{BackfillFailure, BackfillFlow, BackfillNews, BackfillStep, UnderWay, tell};
use crate::flow::{ContextOutcome, Failure, LinkReport, LinkWord};
use crate::patient::LinkPatient;

/// The pauses before a patient is tried again; after the last the failure is final.
const PAUSES: [TimeDelta; 5] = [
    TimeDelta::hours(1),
    TimeDelta::hours(6),
    TimeDelta::hours(24),
    TimeDelta::hours(24),
    TimeDelta::hours(24),
];
/// The least pause where a try may ask for a link token.
const TOKEN_PAUSE: TimeDelta = TimeDelta::hours(8);
/// How long ABDM blocks an address (live-measurements.md 9), and for how long a link token is
/// awaited; and a little more.
const A_DAY: TimeDelta = TimeDelta::minutes(24 * 60 + 30);
/// Nobody is tried for longer.
const MOST_AGE: TimeDelta = TimeDelta::days(30);

impl BackfillFlow {
    pub(super) fn word(&mut self, report: LinkReport, now: DateTime<Utc>) -> BackfillStep {
        let LinkReport { wish, patient, word } = report;
        let Some(link) = self.under_way.remove(&wish) else { return Step::nothing() };
        let was_failing = self.pace.is_failing();
        let step = match word {
            LinkWord::Unknown { of_token } => {
                let failure = Failure::new("ABDM takes requests, and its callbacks do not come");
                let failure = failure.of_class(ErrorClass::UpstreamFault);
                let step = self.again(wish, &link, patient, (&failure, of_token), now);
                self.pace.fault(&failure, now);
                step
            }
            LinkWord::Over { outcomes, no_token, .. } => {
                self.over((wish, &link), patient, outcomes, no_token, now)
            }
        };
        let step = match self.pace.failing() {
            Some(failure) if !was_failing => tell(BackfillNews::Failing(failure.clone()), step),
            None if was_failing => tell(BackfillNews::Works, step),
            _ => step,
        };
        step.and(self.advance(now))
    }

    fn over(
        &mut self,
        (wish, link): (u64, &UnderWay),
        mut patient: LinkPatient,
        outcomes: Vec<ContextOutcome>,
        no_token: bool,
        now: DateTime<Utc>,
    ) -> BackfillStep {
        let (mut step, mut left, mut why) = (Step::nothing(), Vec::new(), None);
        let (mut works, mut fault) = (false, None);
        for (visit, outcome) in std::mem::take(&mut patient.visits).into_iter().zip(outcomes) {
            match outcome {
                ContextOutcome::Linked => {
                    (self.counts.linked, works) = (self.counts.linked + 1, true)
                }
                ContextOutcome::Already => {
                    (self.counts.already, works) = (self.counts.already + 1, true);
                }
                ContextOutcome::NotLinked(failure) => {
                    works |= is_the_patients(&failure);
                    if is_nobodys(&failure, no_token) {
                        fault = Some(failure.clone());
                    }
                    if is_final(&failure) {
                        let (patient, context) = (patient.reference.clone(), visit.reference);
                        let failed = BackfillFailure::new(patient, context, failure, now);
                        step = self.fail(&failed, step);
                    } else {
                        left.push(visit);
                        why = Some(failure);
                    }
                }
            }
        }
        patient.visits = left;
        if let Some(failure) = why.filter(|_| !patient.visits.is_empty()) {
            step = step.and(self.again(wish, link, patient, (&failure, no_token), now));
        }
        match fault {
            _ if works => self.pace.works(),
            Some(fault) => self.pace.fault(&fault, now),
            None => {}
        }
        step
    }

    /// Puts a patient by for another try, or gives them up.
    fn again(
        &mut self,
        wish: u64,
        link: &UnderWay,
        patient: LinkPatient,
        (failure, of_token): (&Failure, bool),
        now: DateTime<Utc>,
    ) -> BackfillStep {
        let usual = usize::try_from(link.tries).ok().and_then(|tries| PAUSES.get(tries));
        let Some(usual) = usual.filter(|_| now - link.since < MOST_AGE) else {
            let mut step = Step::nothing();
            for visit in patient.visits {
                let (patient, context) = (patient.reference.clone(), visit.reference);
                let failed = BackfillFailure::new(patient, context, failure.clone(), now);
                step = self.fail(&failed, step);
            }
            return step;
        };
        let least = match failure.class {
            _ if failure.has_code(BLOCKED) => A_DAY,
            // Its own flow waits for the callback so long.
            ErrorClass::UpstreamFault if of_token && failure.code.is_none() => A_DAY,
            _ if of_token => TOKEN_PAUSE,
            _ => TimeDelta::zero(),
        };
        let due = now + least.max(*usual);
        self.counts.waiting += u64::try_from(patient.visits.len()).unwrap_or(0);
        let mut later = Later::of(&self.name, wish, link.since, patient);
        // While everything fails, a try says nothing of the patient.
        later.tries = if self.pace.is_failing() { link.tries } else { link.tries + 1 };
        let earlier = |known: Option<DateTime<Utc>>| Some(known.map_or(due, |at| at.min(due)));
        self.next_later = earlier(self.next_later);
        self.came_while_taking = earlier(self.came_while_taking);
        later.put(&self.name, due, Step::nothing())
    }
}

/// The fourth request of a day for one patient's link token.
const BLOCKED: &str = "ABDM-1027";

/// Whether it tells of the patient: then ABDM works.
const fn is_the_patients(failure: &Failure) -> bool {
    matches!(failure.class, ErrorClass::UserInput | ErrorClass::Blocked)
}

/// Whether trying again, later and by itself, is of no use.
fn is_final(failure: &Failure) -> bool {
    is_the_patients(failure) && !failure.has_code(BLOCKED)
}

/// Whether it is a fault of ABDM's or of the set-up, which the next patient will meet, too. That a
/// patient's link token is not to be asked for now is none.
const fn is_nobodys(failure: &Failure, no_token: bool) -> bool {
    match failure.class {
        ErrorClass::UserInput | ErrorClass::Blocked => false,
        ErrorClass::Wait => !no_token,
        _ => true,
    }
}
