//! What becomes of a step of which no word comes: an effect that hangs, or was set aside.

use abdm_flow::Step;
use chrono::{DateTime, TimeDelta, Utc};

use super::{
    DiscoveryAnswer, DiscoveryRefusal, InitRefusal, OFFER_STANDS, UserLinkEnd, UserLinkFlow,
    UserLinkState, UserLinkStep, references, tell,
};
use crate::flow::Failure;
use crate::hooks::HipEvent;

/// When a search must have ended: ABDM waits ten seconds for its answer (m2-hip.md 5.2), and the
/// answer takes its time, too.
const SEARCH_MAY_TAKE: TimeDelta = TimeDelta::milliseconds(9_500);
/// What a search gets that begins late: its answer is sent late, but it is sent (rulings.md 6).
const LATE_SEARCH_MAY_TAKE: TimeDelta = TimeDelta::seconds(5);
/// When the word is overdue that ABDM has the answer to a discovery: that is not tried for longer
/// than the app waits.
pub(super) const DISCOVERY_OVERDUE: TimeDelta = TimeDelta::minutes(2);
/// How long sending an OTP may take, with its tries: the patient looks at the app.
pub(super) const OTP_MAY_TAKE: TimeDelta = TimeDelta::seconds(60);
/// When the word is overdue that ABDM has another answer: longer than all tries of a call.
const ANSWER_OVERDUE: TimeDelta = TimeDelta::minutes(10);
/// How long a late word on a link still counts.
const LATE_LINK: TimeDelta = TimeDelta::hours(24);

/// When a search that begins now must have ended.
pub(super) fn search_ends(received_at: DateTime<Utc>, now: DateTime<Utc>) -> DateTime<Utc> {
    (received_at + SEARCH_MAY_TAKE).max(now + LATE_SEARCH_MAY_TAKE)
}

/// When the word is overdue that ABDM has an answer that is sent now.
pub(super) fn answer_overdue(now: DateTime<Utc>) -> DateTime<Utc> {
    now + ANSWER_OVERDUE
}

impl UserLinkFlow {
    /// The time is over that was set for where it stands.
    pub(super) fn wake(&mut self, now: DateTime<Utc>) -> UserLinkStep {
        match &mut self.state {
            UserLinkState::Matching { .. } => {
                let answer = DiscoveryAnswer::Refused(DiscoveryRefusal::Failed);
                self.answer_discovery(answer, "the search did not end in time".to_owned(), now)
            }
            // The patient may have the offer all the same.
            UserLinkState::AnsweringDiscovery { overdue, .. } if !*overdue => {
                *overdue = true;
                self.tell_of(Failure::unheard()).wake_at(now + OFFER_STANDS)
            }
            UserLinkState::AnsweringDiscovery { .. } => {
                self.end(UserLinkEnd::NotHeard(Failure::unheard()))
            }
            UserLinkState::SendingOtp { init, .. } => {
                let init = *init;
                self.otp_not_sent(init, InitRefusal::Failed, now)
            }
            UserLinkState::AnsweringInit { .. } | UserLinkState::Stray => {
                self.not_heard(Failure::unheard())
            }
            // ABDM may have linked all the same.
            UserLinkState::Confirming { contexts, overdue, .. } if !*overdue => {
                *overdue = true;
                let care_contexts = references(contexts);
                let hip_id = &self.hip_id;
                let told = self.offer.as_ref().map(|offer| {
                    let abha_address = offer.abha_address.clone();
                    tell(HipEvent::LinkUnknown {
                        hip_id: hip_id.clone(),
                        abha_address,
                        care_contexts,
                    })
                });
                told.unwrap_or_default().wake_at(now + LATE_LINK)
            }
            UserLinkState::Confirming { confirm, .. } => {
                let confirm = *confirm;
                self.not_linked(confirm, Failure::unheard())
            }
            UserLinkState::Offered => self.end(UserLinkEnd::NotTakenUp),
            UserLinkState::AwaitingOtp(_) => self.end(UserLinkEnd::OtpExpired),
            UserLinkState::New | UserLinkState::Ended(_) => Step::nothing(),
        }
    }
}
