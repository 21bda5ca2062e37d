//! When a transfer is over, and what is said of it then.

use std::collections::BTreeSet;
use std::time::Duration;

use abdm_core::api::consent::ConsentDetail;
use abdm_core::clock;
use abdm_core::vocabulary::SessionStatus;
use abdm_flow::Step;
use chrono::{DateTime, Utc};

use super::{ArtefactEffect, KeyForm, Outcome, PushId, Transfer, TransferStage};
use crate::flow::artefact::report::{Aborted, Summary};
use crate::flow::artefact::tell;
use crate::flow::{QUESTIONS_LANE, REPORTS_LANE, Refusal, SUMMARIES_LANE};
use crate::hooks::{HiuEvent, TransferSummary};

/// How long the look-up of a transfer without pages may take, and how long pages that are being
/// opened are waited for at a time.
const STATUS_PATIENCE: Duration = Duration::from_secs(2 * 60);
/// How long, after the last page may have come, the report waits for pages that are being opened.
const OPENING_PATIENCE: Duration = Duration::from_secs(30 * 60);

impl Transfer {
    /// The next instant at which something is due.
    pub(in crate::flow::artefact) fn due(&self) -> Option<DateTime<Utc>> {
        if self.outcome.is_some() {
            // Keys that are kept for late pages go when none is taken any more. Those that are kept
            // for an overdue page alone go when it is opened, and not by time.
            let by_time = self.look_at <= self.deadline || self.is_opening();
            return self.keys.as_ref().filter(|_| by_time).map(|_| self.look_at);
        }
        let all = self.has_as_many_as_announced();
        // Pages that are being opened and word that is awaited are events of their own.
        let waits = self.is_opening() || self.waits_for_word();
        let last_page = self.last_page_at.filter(|_| all && !waits);
        let look_up = self.look_up_at.filter(|_| !all && self.confirmed);
        [self.repeat_request_at, self.word_until, last_page, look_up, Some(self.look_at)]
            .into_iter()
            .flatten()
            .min()
    }

    /// Fewer pages came than were announced, and none for a while. A HIP that withholds its last
    /// record has no page left to say so; ABDM knows whether it has ended (m3-hiu.md 3.5).
    fn look_up(&mut self, now: DateTime<Utc>) -> Option<ArtefactEffect> {
        self.look_up_at.filter(|at| *at <= now)?;
        self.look_up_at = Some(self.patience.callback_until(now));
        let transaction = self.transaction.as_ref().filter(|_| self.confirmed)?;
        let fewer = !self.has_as_many_as_announced();
        fewer.then(|| ArtefactEffect::CheckTransfer(transaction.clone()))
    }

    /// What ABDM says of a transfer of which pages came.
    pub(super) fn looked_up(
        &mut self,
        status: &SessionStatus,
        terms: &ConsentDetail,
        now: DateTime<Utc>,
    ) -> Step<ArtefactEffect> {
        let quiet = self.last_page_at.is_some_and(|at| at <= now) && !self.is_opening();
        if quiet && has_ended(status) && !self.has_as_many_as_announced() {
            self.finish(Outcome::Partial, terms, now)
        } else {
            Step::nothing()
        }
    }

    /// Ends the transfer when as many pages are in as were announced, all of them opened, and
    /// either nothing is missing or no page has come for a while (rulings.md 31).
    pub(super) fn end_if_complete(
        &mut self,
        terms: &ConsentDetail,
        now: DateTime<Utc>,
    ) -> Step<ArtefactEffect> {
        if self.is_opening() {
            return Step::nothing();
        }
        if self.outcome.is_some() {
            self.forget_keys_unless_needed(now);
            return Step::nothing();
        }
        if self.waits_for_word() || self.last_page_at.is_none() || !self.has_as_many_as_announced()
        {
            return Step::nothing();
        }
        let nothing_missing = self.is_nothing_missing();
        let was_the_last = self.last_page_at.is_some_and(|at| at <= now);
        if !nothing_missing && !was_the_last {
            return Step::nothing();
        }
        let outcome = match self.over_limit_refusal() {
            Some(refusal) if !nothing_missing && self.pages.documents == 0 => {
                Outcome::Failed(refusal)
            }
            Some(_) if !nothing_missing => Outcome::Partial,
            _ => Outcome::Complete,
        };
        self.finish(outcome, terms, now)
    }

    pub(in crate::flow::artefact) fn woken(
        &mut self,
        terms: &ConsentDetail,
        now: DateTime<Utc>,
    ) -> Step<ArtefactEffect> {
        if self.is_opening() && now >= clock::later(self.deadline, OPENING_PATIENCE) {
            self.pages.stop_waiting();
        }
        if self.outcome.is_some() {
            self.forget_keys_unless_needed(now);
            self.look_at = self.next_look_at_keys(now);
            return Step::nothing();
        }
        self.word_until.take_if(|at| *at <= now);
        if self.repeat_request_at.take_if(|at| *at <= now).is_some() {
            return self.request_again();
        }
        let step = self.end_if_complete(terms, now);
        if self.outcome.is_some() {
            return step;
        }
        if now < self.look_at {
            return match self.look_up(now) {
                Some(question) => step.effect_in(QUESTIONS_LANE, question),
                None => step,
            };
        }
        if self.is_opening() {
            // What was answered 202 is opened, and told: its keys must not go before.
            self.look_at = self.next_look(now);
            return Step::nothing();
        }
        match (&self.transaction, self.stage) {
            _ if self.pages.taken > 0 => self.finish(Outcome::Partial, terms, now),
            (Some(transaction), stage)
                if stage != TransferStage::Checking && self.over_limit.is_none() =>
            {
                let effect = ArtefactEffect::CheckTransfer(transaction.clone());
                self.stage = TransferStage::Checking;
                self.look_at = self.next_look(now);
                Step::nothing().effect_in(QUESTIONS_LANE, effect)
            }
            _ => self.silent(None, terms, now),
        }
    }

    /// When to look after the end whether the keys are still needed.
    fn next_look_at_keys(&self, now: DateTime<Utc>) -> DateTime<Utc> {
        let look = self.next_look(now);
        match self.repeats_until {
            Some(until) if now < until && self.is_nothing_missing() => look.min(until),
            _ => look,
        }
    }

    /// When to look again: at the deadline, and after it every two minutes.
    fn next_look(&self, now: DateTime<Utc>) -> DateTime<Utc> {
        if now < self.deadline { self.deadline } else { clock::later(now, STATUS_PATIENCE) }
    }

    /// Nothing has come of a request in doubt: with the same keys and address, so that it does not
    /// matter which of the two is served.
    fn request_again(&mut self) -> Step<ArtefactEffect> {
        match (&self.push_id, &self.transaction) {
            (Some(push_id), None) => {
                let push_id = push_id.clone();
                self.requests += 1;
                self.stage = TransferStage::Requesting;
                Step::nothing().call(ArtefactEffect::Request { push_id })
            }
            _ => Step::nothing(),
        }
    }

    /// The request was refused: once more with the other key form when that may be the reason.
    pub(super) fn refused(
        &mut self,
        refusal: Refusal,
        terms: &ConsentDetail,
        now: DateTime<Utc>,
    ) -> Step<ArtefactEffect> {
        self.repeat = self.key_form == KeyForm::Raw && refusal.is_about_the_key();
        self.finish(Outcome::Failed(refusal), terms, now)
    }

    /// No page came in time. When the transfer failed on the HIP's side, our key's form may be what
    /// it could not read (m3-hiu.md, table of conflicts).
    pub(super) fn silent(
        &mut self,
        status: Option<SessionStatus>,
        terms: &ConsentDetail,
        now: DateTime<Utc>,
    ) -> Step<ArtefactEffect> {
        if let Some(refusal) = self.over_limit_refusal() {
            return self.finish(Outcome::Failed(refusal), terms, now);
        }
        let failed = status.as_ref().is_some_and(has_failed);
        let refusal = match (status, self.stage) {
            (Some(_), _) if failed => Refusal::new("the HIP refused or could not send"),
            (Some(status), _) => Refusal::passing(format!(
                "nothing was pushed in time, although ABDM says {}",
                in_known_words(&status)
            )),
            (None, TransferStage::Preparing) => {
                Refusal::passing("the request could not be made in time")
            }
            (None, TransferStage::Requesting) => {
                Refusal::passing("the request did not leave in time: ABDM did not take it")
            }
            (None, _) => Refusal::passing("nothing was pushed in time: the HIP is silent"),
        };
        self.repeat = failed && self.key_form == KeyForm::Raw;
        self.finish(Outcome::Failed(refusal), terms, now)
    }

    /// Ends the transfer, and reports it when ABDM has an id for it. Its keys go, unless a page may
    /// still come for what is missing.
    fn finish(
        &mut self,
        outcome: Outcome,
        terms: &ConsentDetail,
        now: DateTime<Utc>,
    ) -> Step<ArtefactEffect> {
        self.outcome = Some(outcome);
        self.stage = TransferStage::Done;
        self.forget_keys_unless_needed(now);
        self.look_at = self.next_look_at_keys(now);
        let told = tell(self.ended_event(terms));
        match (&self.push_id, &self.transaction) {
            (Some(push_id), Some(_)) => {
                self.reported_as_of = Some(now);
                told.and(summarise(push_id))
            }
            _ => told,
        }
    }

    /// Whether it may make room for others: nothing that it was sent is still needed.
    pub(in crate::flow::artefact) const fn can_be_forgotten(&self) -> bool {
        !self.has_unopened() && !self.is_being_summarised()
    }

    /// Whether what its report says is still being put together, from its pages' rows.
    pub(crate) const fn is_being_summarised(&self) -> bool {
        self.reported_as_of.is_some()
    }

    /// What is to be told is known: it is reported, once. What other pages have outdated since is
    /// put together anew, so that the report says what can be seen of the transfer as it is
    /// written. Where a late page has changed how the transfer ended, the hospital is told again.
    pub(in crate::flow::artefact) fn summarised(
        &mut self,
        summary: Summary,
        terms: Option<&ConsentDetail>,
    ) -> Step<ArtefactEffect> {
        let (Some(done_at), Some(transaction), Some(push_id)) =
            (self.reported_as_of, &self.transaction, &self.push_id)
        else {
            return Step::nothing();
        };
        let Summary { revision, received, responses } = summary;
        if revision != self.pages.revision() {
            return summarise(push_id);
        }
        self.reported_as_of = None;
        let transaction = transaction.clone();
        let report = ArtefactEffect::Report { transaction, received, responses, done_at };
        let step = Step::nothing().effect_in(REPORTS_LANE, report);
        if !received || !matches!(self.outcome, Some(Outcome::Failed(_))) {
            return step;
        }
        // A late page came before the report: something was read after all.
        self.outcome = Some(Outcome::Partial);
        match terms {
            Some(terms) => step.and(tell(self.ended_event(terms))),
            None => step,
        }
    }

    /// What the hospital is told of the end: ids and numbers, nothing of anybody.
    pub(in crate::flow::artefact) fn ended_event(&self, terms: &ConsentDetail) -> HiuEvent {
        HiuEvent::TransferEnded(TransferSummary {
            artefact: terms.consent_id.clone(),
            hip: Some(terms.hip.id.clone()),
            transaction: self.transaction.clone(),
            outcome: self.outcome.clone(),
            pages: usize::try_from(self.pages.came()).unwrap_or(usize::MAX),
            documents: self.pages.documents,
            failed: self.pages.not_kept(),
            missing: self.missing().map(BTreeSet::len),
        })
    }

    /// After the end the keys stay for late pages: until the deadline, while something is missing,
    /// and only where pages may come, which a refused request does not bring. One that was sent
    /// twice may have been refused once. They stay for a moment, too, to recognise a page that is
    /// sent again because its sender has lost our 202.
    fn forget_keys_unless_needed(&mut self, now: DateTime<Utc>) {
        let pages_may_come = match &self.outcome {
            None | Some(Outcome::Complete | Outcome::Partial) => true,
            Some(Outcome::Failed(_)) => self.over_limit.is_some() || self.requests > 1,
            Some(Outcome::Aborted) => false,
        };
        let may_repeat = self.repeats_until.is_some_and(|until| now < until);
        let wanted = may_repeat || !self.is_nothing_missing();
        let needed = pages_may_come && now < self.deadline && wanted;
        if !needed && !self.has_unopened() {
            self.keys = None;
        }
    }

    /// Stops because the consent is over. The report that is then due, if any.
    pub(in crate::flow::artefact) fn abort(&mut self) -> Option<Aborted> {
        self.keys = None;
        if self.outcome.is_some() {
            return None;
        }
        self.outcome = Some(Outcome::Aborted);
        self.stage = TransferStage::Done;
        self.transaction.clone().map(Aborted)
    }

    /// Why something that was over the limit did not come.
    pub(crate) fn over_limit_refusal(&self) -> Option<Refusal> {
        self.over_limit.map(|limit| Refusal::new(over_limit_text(limit)))
    }
}

/// Puts together what is reported, and waits for no call: reports that ABDM does not take stand in
/// another lane.
fn summarise(push_id: &PushId) -> Step<ArtefactEffect> {
    let summarise = ArtefactEffect::Summarise { push_id: push_id.clone() };
    Step::nothing().effect_in(SUMMARIES_LANE, summarise)
}

/// Whether ABDM says that the HIP could not send. The words for it are not published.
fn has_failed(status: &SessionStatus) -> bool {
    *status == SessionStatus::Failed || says(status, "FAIL")
}

/// Whether ABDM says that the HIP has ended, well or not.
fn has_ended(status: &SessionStatus) -> bool {
    has_failed(status)
        || matches!(status, SessionStatus::Transferred | SessionStatus::Received)
        || says(status, "TRANSFERRED")
        || says(status, "COMPLETED")
}

/// The status, where it is one of ABDM's words: any other text may tell anything.
fn in_known_words(status: &SessionStatus) -> &str {
    match status {
        SessionStatus::Requested
        | SessionStatus::Acknowledged
        | SessionStatus::Transferred
        | SessionStatus::Received
        | SessionStatus::Failed => status.as_str(),
        _ => "something else",
    }
}

fn says(status: &SessionStatus, word: &str) -> bool {
    status.as_str().to_ascii_uppercase().contains(word)
}

/// In MiB where it is whole ones, as the setting is usually given.
fn over_limit_text(limit: usize) -> String {
    const MIB: usize = 1024 * 1024;
    if limit >= MIB && limit.is_multiple_of(MIB) {
        format!("push over the limit of {} MiB", limit / MIB)
    } else {
        format!("push over the limit of {limit} bytes")
    }
}
